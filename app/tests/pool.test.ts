import { getAddressDecoder, type Address } from '@solana/kit';
import { describe, expect, test } from 'vitest';
import type { CreditMarket, Pool } from '../src/generated/rewards/accounts';
import type { EmissionStep } from '../src/generated/rewards/types';
import { allowedThrough, burnOf, poolEpochAt, poolEpochStart, priceNow, remintThrough, splitsAt } from '../src/lib/pool';

const key = (n: number) => getAddressDecoder().decode(new Uint8Array(32).fill(n)) as Address;
const step: EmissionStep = { firstEpoch: 0n, perEpoch: 100n, keepPpb: 1_000_000_000, everyEpochs: 0, times: 0, reserved: 0 };
const pool = {
  mode: 1,
  steps: [step, { ...step, perEpoch: 0n }],
  stepCount: 1,
  foldedEpoch: 0n,
  foldedEmitted: 0n,
  burns: [
    { epoch: 33n, burned: 9n, remint: 5n },
    { epoch: 0n, burned: 0n, remint: 0n },
  ],
  remintFolded: 40n,
  remintFoldedEpoch: 3n,
  genesisAt: 1_000n,
  epochSeconds: 60,
  splits: { operators: 10_000, delegators: 0, oracles: 0, treasury: 0 },
  pendingSplits: { operators: 9_000, delegators: 1_000, oracles: 0, treasury: 0 },
  pendingSplitsEpoch: 8n,
} as unknown as Pool;

describe('a pool', () => {
  test('may promise what the table emits and what was burned and may be minted again', () => {
    expect(remintThrough(pool, 2n)).toBe(0n);
    expect(remintThrough(pool, 3n)).toBe(40n);
    expect(remintThrough(pool, 33n)).toBe(45n);
    expect(allowedThrough(pool, 33n)).toBe(3_445n);
    expect(allowedThrough({ ...pool, mode: 0 }, 33n)).toBe(3_400n);
    expect(allowedThrough(pool, (1n << 64n) - 1n)).toBe((1n << 64n) - 1n);
  });

  test('tells burns of an epoch from places that were never used', () => {
    expect(burnOf(pool, 33n)).toEqual({ burned: 9n, remint: 5n });
    expect(burnOf(pool, 0n)).toEqual({ burned: 0n, remint: 0n });
  });

  test('has its epochs and divisions by the clock', () => {
    expect(poolEpochAt(pool, 999)).toBe(0n);
    expect(poolEpochAt(pool, 1_060)).toBe(1n);
    expect(poolEpochStart(pool, 2n)).toBe(1_120);
    expect(splitsAt(pool, 7n).operators).toBe(10_000);
    expect(splitsAt(pool, 8n).operators).toBe(9_000);
    expect(splitsAt({ ...pool, pendingSplitsEpoch: 0n }, 8n).operators).toBe(10_000);
  });
});

test('the price is the lower median of what today’s oracles said lately', () => {
  const report = (n: number, price: bigint, at: bigint) => ({ oracle: key(n), price, at });
  const market = {
    terms: { maxReportAgeSeconds: 100 },
    pendingTermsAt: 0n,
    reports: [report(1, 10n, 950n), report(2, 30n, 990n), report(3, 20n, 899n), report(9, 1n, 999n)],
  } as unknown as CreditMarket;
  const set = { oracles: [key(1), key(2), key(3), key(4)], active: 0b1111, threshold: 2 };
  expect(priceNow(market, set, 1_000)).toEqual({ price: 10n, fresh: 2, newestAtS: 990 });
  expect(priceNow(market, set, 990).price).toBe(20n);
  expect(priceNow(market, { ...set, threshold: 3 }, 1_000)).toMatchObject({ price: null, fresh: 2 });
  expect(priceNow(market, { ...set, active: 0 }, 1_000)).toEqual({ price: null, fresh: 0, newestAtS: null });
});
