import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { REASON_NAMES, reasonOf } from '../src/lib/verdict-reasons';

const source = readFileSync(new URL('../../protocol/src/reason.rs', import.meta.url), 'utf8');
const table = [...source.matchAll(/^\s{4}\w+ = \d+, "(\w+)", "([^"]*)";$/gm)].map(([, name, hint]) => ({ name: name!, hint: hint! }));

test('every reason of the protocol is known, with the protocol’s hint', () => {
  expect(table.length).toBeGreaterThan(100);
  expect([...REASON_NAMES].sort()).toEqual(table.map(({ name }) => name).sort());
  for (const { name, hint } of table) expect(reasonOf(name)?.hint).toBe(hint.replaceAll("'", '’'));
});

test('meanings are sentences; what is no reason is not known', () => {
  for (const name of REASON_NAMES) expect(reasonOf(name)?.meaning).toMatch(/^[A-Z].*\.$/);
  expect(reasonOf('toString')).toBeNull();
  expect(reasonOf('of_the_future')).toBeNull();
});
