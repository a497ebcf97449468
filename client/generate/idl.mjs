// What both renderers do with an IDL first.
import { readFileSync } from 'node:fs';

/**
 * Reads an IDL for Codama, which refuses aliases (`PodU64` = `u64`) and knows no events: aliases
 * are replaced by what they stand for, and events stay as types, returned apart.
 */
export function readIdl(path) {
  const idl = JSON.parse(readFileSync(path, 'utf8'));
  return { idl: { ...withoutAliases(idl), events: [] }, events: idl.events ?? [] };
}

/** The name of the constant that holds an event's discriminator. */
export function discriminatorOf(name) {
  return `${name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase()}_DISCRIMINATOR`;
}

/** The IDL with every alias replaced by its target. */
function withoutAliases(idl) {
  const aliases = new Map(
    (idl.types ?? []).filter((t) => t.type.kind === 'type').map((t) => [t.name, t.type.alias]),
  );
  const resolve = (node) => {
    if (Array.isArray(node)) return node.map(resolve);
    if (node === null || typeof node !== 'object') return node;
    if (aliases.has(node.defined?.name)) return resolve(aliases.get(node.defined.name));
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolve(value)]));
  };
  return resolve({ ...idl, types: (idl.types ?? []).filter((t) => !aliases.has(t.name)) });
}
