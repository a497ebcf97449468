// The words for penalties' reasons do not drift from the protocol's.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { penaltyReason, REASON_CODES } from '../src/lib/stake-reasons';

test('every reason of the protocol is known, by its name', () => {
  const source = readFileSync(new URL('../../protocol/src/reason.rs', import.meta.url), 'utf8');
  const all = [...source.matchAll(/^ {4}\w+ = (\d+), "(\w+)"/gm)].map(([, code, name]) => [Number(code), name] as const);
  const refusals = all.filter(([code]) => code !== 0);
  expect(refusals.length).toBeGreaterThan(100);
  for (const [code, name] of refusals) expect(penaltyReason(code).name).toBe(name);
  expect([...REASON_CODES].sort((a, b) => a - b)).toEqual(refusals.map(([code]) => code).sort((a, b) => a - b));
  for (const code of REASON_CODES) expect(penaltyReason(code).text).toMatch(/^[A-Z].*\.$/);
});

test('an unknown number is said as it is', () => expect(penaltyReason(9_999).name).toBe('reason_9999'));
