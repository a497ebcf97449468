// Paystubs of a real oracle, computed again: they add up, and what does not is seen.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Explanation } from '../src/api/types';
import { kindLabel, millionths, paystubOf } from '../src/lib/paystub';
import { refusalsOf } from '../src/lib/paystub-refusals';
import { factorWords } from '../src/lib/paystub-factors';

const folder = new URL('./paystubs/', import.meta.url);
const STUBS = readdirSync(folder).map((name): [string, Explanation] => [
  name.replace('.json', ''),
  JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Explanation,
]);
const stub = (name: string): Explanation => structuredClone(STUBS.find(([one]) => one === name)![1]);

describe.each(STUBS)('%s', (_, found) => {
  test('adds up to the oracle’s share', () => {
    const computed = paystubOf(found);
    expect(computed.differences).toEqual([]);
    expect(computed.tokens).toBe(BigInt(found.share));
    expect(computed.tokens).toBe(computed.pointTokens + computed.usageTokens);
    expect(computed.points).toBe(millionths(found.points));
  });

  test('one smallest unit more is seen', () => {
    const more = { ...found, share: (BigInt(found.share) + 1n).toString() };
    expect(paystubOf(more).differences).toContain('tokens');
  });

  test('a proof that is left out is seen', () => {
    const counted = found.proofs.findIndex(({ units, code }) => code === 0 && units !== '0');
    const without = { ...found, proofs: found.proofs.filter((_proof, at) => at !== counted) };
    expect(paystubOf(without).differences.length).toBeGreaterThan(0);
  });

  test('kinds and factors have words', () => {
    for (const { kind } of found.kinds) expect(kindLabel(kind)).not.toBe(kind.replaceAll('_', ' '));
    const factors = [...found.factors, ...found.proofs.flatMap((proof) => proof.factors)];
    for (const factor of factors) expect(factorWords(factor).text).toMatch(/\.$/);
  });
});

describe('factors', () => {
  const half = { name: 'uptime', ppm: 500_000, inputs: [] as [string, number][] };

  test('apply one after the other, each rounded down', () => {
    const found = stub('witness');
    found.factors = [half, { ...half, name: 'density', ppm: 333_333 }];
    const { applied, differences } = paystubOf(found);
    expect(applied.map(({ points }) => points)).toEqual([1_000_000n, 333_333n]);
    // The oracle said 2 points, which these factors do not give.
    expect(differences).toContain('points after the factors');
  });

  test('the bootstrap multiplier and the class’s cap are not for receipts', () => {
    const found = stub('storage');
    found.factors = [
      { name: 'bootstrap', ppm: 2_000_000, inputs: [] },
      { name: 'class_cap', ppm: 500_000, inputs: [['points_cap', 1_000]] },
      half,
    ];
    const { applied, usageBefore } = paystubOf(found);
    expect(applied.map(({ points }) => points)).toEqual([1_990_000_000n, 1_000_000_000n, 500_000_000n]);
    expect(applied.map(({ usagePoints }) => usagePoints)).toEqual([usageBefore, usageBefore, usageBefore / 2n]);
  });

  test('more tokens for receipts than the credits are worth are seen', () => {
    const found = stub('storage');
    found.usage_tokens = '225001';
    found.share = (BigInt(stub('storage').share) - 180_000n + 225_001n).toString();
    expect(paystubOf(found).creditsWorth).toBe(225_000n);
    expect(paystubOf(found).differences).toEqual(['tokens for receipts']);
  });
});

test('numbers of an oracle are read exactly or refused', () => {
  expect(millionths('12.5')).toBe(12_500_000n);
  expect(millionths('18446744073709.551615')).toBe(18_446_744_073_709_551_615n);
  for (const text of ['', '-1', '1e3', '1.0000001', 'NaN']) expect(() => millionths(text)).toThrow();
});

test('refusals are counted by reason, in words, the most frequent first', () => {
  const [proof] = stub('witness').proofs;
  const refused = (reason: string, code: number) => ({ ...proof!, reason, code });
  const found = refusalsOf([refused('too_far', 205), refused('beacon_refused', 216), proof!, refused('beacon_refused', 216), refused('of_the_future', 999)]);
  expect(found.map(({ reason, count }) => [reason, count])).toEqual([['beacon_refused', 2], ['of_the_future', 1], ['too_far', 1]]);
  expect(found[0]?.meaning).toBe('The beacon of this payload was refused.');
  expect(found[1]?.meaning).toBe('Refused as of the future.');
});
