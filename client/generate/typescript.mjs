// Renders a TypeScript client for @solana/kit from one program's IDL.
//
// Usage: node typescript.mjs IDL.json OUT_DIR
//
// scripts/generate calls it. Codama's renderer skips events: they become types, and `events.ts`
// decodes them. It also gives the discriminators of an instruction and an account of the same name
// the same name: those of the instruction are renamed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFromRoot } from 'codama';
import { rootNodeFromAnchor } from '@codama/nodes-from-anchor';
import { renderVisitor } from '@codama/renderers-js';
import { discriminatorOf, readIdl } from './idl.mjs';

const [idlPath, out] = process.argv.slice(2);
if (!out) {
  console.error('usage: node typescript.mjs IDL.json OUT_DIR');
  process.exit(2);
}
const { idl, events } = readIdl(idlPath);
await createFromRoot(rootNodeFromAnchor(idl)).accept(
  renderVisitor(out, { deleteFolderBeforeRendering: true, syncPackageJson: false }),
);
const accounts = new Set(idl.accounts.map((account) => account.name));
for (const { name } of idl.instructions) {
  const pascal = name.replace(/(?:^|_)([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  if (!accounts.has(pascal)) continue;
  const file = join(out, 'instructions', `${pascal[0].toLowerCase()}${pascal.slice(1)}.ts`);
  const text = readFileSync(file, 'utf8')
    .replaceAll(`${name.toUpperCase()}_DISCRIMINATOR`, `${name.toUpperCase()}_INSTRUCTION_DISCRIMINATOR`)
    .replaceAll(`get${pascal}DiscriminatorBytes`, `get${pascal}InstructionDiscriminatorBytes`);
  writeFileSync(file, text);
}
if (events.length > 0) {
  writeFileSync(join(out, 'events.ts'), renderEvents());
  const index = join(out, 'index.ts');
  writeFileSync(index, readFileSync(index, 'utf8').replace(/export \* from .\.\/errors.;/, "$&\nexport * from './events';"));
}

/** One union over all events, told apart by the discriminator that starts their data. */
function renderEvents() {
  const lines = (f) => events.map(f).join('\n');
  const names = events.map((e) => e.name);
  return `/**
 * Events of the program, decoded from the data that it logs. Rendered by client/generate.
 */

import { containsBytes, type ReadonlyUint8Array } from '@solana/kit';
import {
${names.map((name) => `  get${name}Decoder,\n  type ${name},`).join('\n')}
} from './types';

${lines((e) => `export const ${discriminatorOf(e.name)} = new Uint8Array([\n  ${e.discriminator.join(', ')},\n]);`)}

/** Any event of the program. */
export type ProgramEvent =
${names.map((name) => `  | { kind: '${name}'; data: ${name} }`).join('\n')};

/** Decodes logged data; \`undefined\` when no event of this program starts like it. */
export function decodeEvent(data: ReadonlyUint8Array): ProgramEvent | undefined {
${lines(
  (e) => `  if (containsBytes(data, ${discriminatorOf(e.name)}, 0)) {
    return { kind: '${e.name}', data: get${e.name}Decoder().decode(data, 8) };
  }`,
)}
  return undefined;
}
`;
}
