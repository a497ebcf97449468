// The stake maths against values that were computed by hand from protocol/src/stake.rs and dilution.rs.
import { describe, expect, test } from 'vitest';
import {
  catchUp,
  coverage,
  duePeriods,
  earned,
  growth,
  lockCurve,
  multiplierPpm,
  multiplierText,
  partLeft,
  penaltyState,
  periodOf,
  presentPeriod,
  settle,
  spare,
  stakeTermsAt,
  totalWeight,
  unbondingState,
  unlocksAt,
  weight,
  type DelegationState,
  type PoolState,
} from '../src/lib/stake';

const NONE = { factor: 1n << 63n, scale: 0, generation: 0 };
const pool: PoolState = {
  createdAt: 1_000n,
  periodSeconds: 60,
  period: 0,
  maxLockPeriods: 4,
  lockRing: [0n, 0n, 0n, 0n],
  weighted: 0n,
  locked: 0n,
  lockedByEnd: 0n,
  sumA: 0n,
  sumB: 0n,
  carry: 0n,
  rewardBalance: 0n,
};
const delegation: DelegationState = { amount: 100n, owed: 0n, entry: NONE, sumA: 0n, sumB: 0n, lockEnd: 0, unlockPeriod: 0 };
const ring = (...periods: number[]) => {
  const words = [0n, 0n, 0n, 0n];
  for (const period of periods) words[(period & 0xff) >> 6]! |= 1n << BigInt(period & 63);
  return words;
};

describe('weight of a lock', () => {
  test('runs from four times to once, linear in whole periods', () => {
    expect([104, 78, 52, 26, 1, 0].map((left) => multiplierPpm(104, left))).toEqual([4_000_000, 3_250_000, 2_500_000, 1_750_000, 1_028_846, 1_000_000]);
    expect(weight(100n, 104, 104, 0)).toBe(41_600n);
    expect(weight(100n, 104, 104, 104)).toBe(10_400n);
    expect(weight(100n, 104, null, 7)).toBe(10_400n);
    expect(weight(100n, 104, 3, 9)).toBe(10_400n);
  });
  test('is shown rounded down', () => {
    expect(multiplierText(4_000_000)).toBe('4×');
    expect(multiplierText(1_028_846)).toBe('1.02×');
    expect(multiplierText(2_500_000)).toBe('2.5×');
    expect(multiplierText(1_000_000)).toBe('1×');
  });
  test('the curve falls by period to once', () => {
    expect(lockCurve(pool, 1_130, 3).map(({ period, startsAtS, ppm }) => [period, startsAtS, ppm])).toEqual([
      [2, 1_120, 3_250_000],
      [3, 1_180, 2_500_000],
      [4, 1_240, 1_750_000],
      [5, 1_300, 1_000_000],
      [6, 1_360, 1_000_000],
    ]);
  });
  test('the total counts locks by their ends', () => {
    // 100 locked to 4 and 50 free, in period 1: 4·150 + 3·(100·4 − 1·100).
    expect(totalWeight({ ...pool, weighted: 150n, locked: 100n, lockedByEnd: 400n }, 1)).toBe(1_500n);
    expect(weight(100n, 4, 4, 1) + weight(50n, 4, null, 1)).toBe(1_500n);
  });
});

describe('periods', () => {
  test('begin when the stake pool was made', () => {
    expect([999, 1_000, 1_059, 1_060].map((now) => periodOf(now, 1_000n, 60))).toEqual([0, 0, 0, 1]);
    expect(presentPeriod({ ...pool, period: 9 }, 1_060)).toBe(9);
  });
  test('those that end locks are due in order once they began', () => {
    const marked = { ...pool, lockRing: ring(2, 3, 70) };
    expect(duePeriods(marked, 1_000 + 60)).toEqual([]);
    expect(duePeriods(marked, 1_000 + 2 * 60)).toEqual([2]);
    expect(duePeriods(marked, 1_000 + 70 * 60)).toEqual([2, 3, 70]);
    expect(duePeriods({ ...marked, period: 250, lockRing: ring(256) }, 1_000 + 300 * 60)).toEqual([256]);
  });
});

describe('rewards', () => {
  test('a reward goes by weight, and the rest is carried', () => {
    // 100 locked to period 4 weigh 100·(4 + 12) = 1,600 in period 0, 100 free ones 400.
    const staked = { ...pool, weighted: 200n, locked: 100n, lockedByEnd: 400n, lockRing: ring(4) };
    const caught = catchUp(staked, [], 1_000n, 1_000);
    expect(caught.shared).toBe(1_000n);
    const locked = settle({ ...delegation, lockEnd: 4, unlockPeriod: 5 }, NONE, caught);
    const free = settle(delegation, NONE, caught);
    // Exactly 800 and 200, less one unit of rounding: 1000·2⁶⁴ is no multiple of 2,000.
    expect(locked.claimable).toBe(((1_000n << 64n) / 2_000n) * 1_600n >> 64n);
    expect([locked.claimable, free.claimable]).toEqual([800n, 200n]);
    expect(caught.pool.carry).toBe((1_000n << 64n) % 2_000n);
  });
  test('a lock that ended weighs once from its period on', () => {
    const before = { a: 1n << 64n, b: 0n };
    // q = 1 per weight in period 0, and again in period 5: (4 + 3·4) + 4 per token.
    const caught = { pool: { ...pool, sumA: 2n << 64n, sumB: 5n << 64n }, boundaries: new Map([[4, before]]), shared: 0n, forTreasury: 0n };
    const settled = settle({ ...delegation, lockEnd: 4, unlockPeriod: 5 }, NONE, caught);
    expect(settled.claimable).toBe(100n * (16n + 4n));
    expect(settled.lockEnd).toBeNull();
  });
  test('reaching a period ends its locks before what arrived is shared out', () => {
    const staked = { ...pool, weighted: 200n, locked: 100n, lockedByEnd: 200n, lockRing: ring(2), sumA: 7n };
    const caught = catchUp(staked, [{ period: 2, amount: 100n, reached: 0, sumA: 0n, sumB: 0n }], 800n, 1_000 + 3 * 60);
    expect(caught.pool).toMatchObject({ period: 3, locked: 0n, lockedByEnd: 0n, rewardBalance: 800n });
    expect(caught.boundaries.get(2)).toEqual({ a: 7n, b: 0n });
    expect(caught.pool.sumA).toBe(7n + (800n << 64n) / 800n);
    expect(caught.pool.sumB).toBe(3n << 64n);
  });
  test('nobody to share with: the treasury gets it', () => {
    expect(catchUp({ ...pool, weighted: 7n }, [], 5n, 1_000)).toMatchObject({ shared: 0n, forTreasury: 5n });
    expect(catchUp({ ...pool, weighted: 8n }, [], 5n, 1_000)).toMatchObject({ shared: 5n, forTreasury: 0n });
    expect(catchUp({ ...pool, rewardBalance: 9n, weighted: 8n }, [], 5n, 1_000).shared).toBe(0n);
  });
  test('sums wrap at 2¹²⁸ as the program’s do', () => {
    const top = (1n << 128n) - 1n;
    expect(growth(4, null, { a: top, b: top }, { a: 1n, b: 1n })).toBe(8n);
    // Locked to 5, q = 2 in period 3: (3·5 + 4)·2 − 3·6.
    expect(growth(4, 5, { a: top, b: top - 2n }, { a: 1n, b: 3n })).toBe(20n);
    expect(earned((1n << 64n) - 1n, top)).toBe((1n << 64n) - 1n);
  });
});

describe('losses', () => {
  test('a part is rounded down and never more than it was', () => {
    const half = { factor: 1n << 62n, scale: 0, generation: 0 };
    expect(partLeft(101n, half, NONE)).toBe(50n);
    expect(partLeft(101n, NONE, NONE)).toBe(101n);
    expect(partLeft(101n, { ...NONE, generation: 1 }, NONE)).toBe(0n);
    expect(partLeft(1n << 40n, { factor: 1n << 63n, scale: 1, generation: 0 }, NONE)).toBe(256n);
    expect(partLeft(101n, { ...NONE, scale: 3 }, NONE)).toBe(0n);
    expect(partLeft(101n, NONE, { ...NONE, scale: 1 })).toBe(0n);
  });
  test('a settlement earns at the old amount and then loses', () => {
    const caught = { pool: { ...pool, sumA: 1n << 64n }, boundaries: new Map(), shared: 0n, forTreasury: 0n };
    expect(settle({ ...delegation, owed: 3n }, { factor: 1n << 62n, scale: 0, generation: 0 }, caught)).toEqual({
      claimable: 403n,
      earned: 400n,
      amount: 50n,
      lost: 50n,
      lockEnd: null,
    });
  });
});

describe('coverage of a bond', () => {
  test('is what the class asks for times the devices', () => {
    expect(coverage(250n, 100n, 3)).toEqual({ required: 300n, bonded: 250n, missing: 50n, covers: 2n, covered: false, ppm: 833_333 });
    expect(coverage(300n, 100n, 3)).toMatchObject({ missing: 0n, covered: true, ppm: 1_000_000 });
    expect(coverage(0n, 0n, 3)).toMatchObject({ required: 0n, covers: null, covered: true, ppm: 1_000_000 });
    expect(coverage(0n, 100n, 0)).toMatchObject({ required: 0n, covered: true });
    expect([spare(350n, 300n), spare(250n, 300n)]).toEqual([50n, 0n]);
  });
});

describe('countdowns', () => {
  test('unbonding is ready when the cooldown is over and nothing is announced', () => {
    expect(unbondingState(100n, 0, 99)).toBe('cooling');
    expect(unbondingState(100n, 0, 100)).toBe('ready');
    expect(unbondingState(100n, 1, 100)).toBe('held');
  });
  test('a lock opens with the first period after it', () => {
    expect(unlocksAt(pool, { unlockPeriod: 3 }, 1_000 + 179)).toBe(1_180);
    expect(unlocksAt(pool, { unlockPeriod: 3 }, 1_000 + 180)).toBeNull();
    expect(unlocksAt(pool, { unlockPeriod: 0 }, 1_000)).toBeNull();
  });
  test('a penalty is appealed against until it is executable', () => {
    expect([penaltyState(0, 100n, 99), penaltyState(0, 100n, 100), penaltyState(1, 100n, 0), penaltyState(2, 100n, 0)]).toEqual(['appeal', 'executable', 'vetoed', 'executed']);
  });
  test('terms are those of the moment', () => {
    const terms = { terms: 'old', pendingTerms: 'new', pendingTermsAt: 50n };
    expect([stakeTermsAt(terms, 49), stakeTermsAt(terms, 50), stakeTermsAt({ ...terms, pendingTermsAt: 0n }, 99)]).toEqual(['old', 'new', 'old']);
  });
});
