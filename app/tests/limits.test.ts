import { describe, expect, test } from 'vitest';
import type { Limit, PoolTerms } from '../src/generated/rewards/types';
import { decayed, heldBack, limitTokens, roomIn } from '../src/lib/limits';

const limit = (maxAmount: bigint, maxBps: number, windowSeconds: number): Limit => ({
  maxAmount,
  maxBps,
  windowSeconds,
  reserved: new Uint8Array(2),
});
const off = limit(0n, 0, 0);
const pool = (breaker: Limit, operatorCap: Limit, windowOutflow = 0n, windowAt = 0n) => ({
  terms: { breaker, operatorCap } as PoolTerms,
  pendingTerms: { breaker: off, operatorCap: off } as PoolTerms,
  pendingTermsAt: 0n,
  windowOutflow,
  windowAt,
});

describe('the decaying window', () => {
  test('counts in full at first, nothing at the end, rounded up between', () => {
    expect(decayed(100n, 10n, 10n, 60)).toBe(100n);
    expect(decayed(100n, 10n, 5n, 60)).toBe(100n);
    expect(decayed(100n, 10n, 40n, 60)).toBe(50n);
    expect(decayed(101n, 10n, 40n, 60)).toBe(51n);
    expect(decayed(100n, 10n, 70n, 60)).toBe(0n);
    expect(decayed(100n, 10n, 10n, 0)).toBe(0n);
    expect(decayed((1n << 64n) - 1n, 0n, 1n, 4_294_967_295)).toBeLessThan(1n << 64n);
  });

  test('a part of the vault is rounded up, and the smaller bound counts', () => {
    expect(limitTokens(limit(0n, 1, 1), 1n)).toBe(1n);
    expect(limitTokens(limit(50n, 1_000, 1), 1_000n)).toBe(50n);
    expect(limitTokens(limit(500n, 1_000, 1), 1_000n)).toBe(100n);
    expect(limitTokens(off, 1_000n)).toBeNull();
  });
});

describe('what a claim would pay', () => {
  test('everything without limits', () => {
    expect(heldBack(7n, pool(off, off), null, 100n, 0)).toMatchObject({ payable: 7n, held: 0n });
  });

  test('the tighter of breaker and cap', () => {
    const terms = pool(limit(100n, 0, 60), limit(30n, 0, 60), 90n, 100n);
    const claimant = { windowOutflow: 20n, windowAt: 100n };
    expect(heldBack(50n, terms, claimant, 0n, 100)).toMatchObject({ payable: 10n, held: 40n });
    expect(heldBack(50n, terms, claimant, 0n, 130)).toMatchObject({ payable: 20n, held: 30n });
    expect(heldBack(50n, terms, null, 0n, 160)).toMatchObject({ payable: 30n, held: 20n });
  });

  test('pending terms count from their time on', () => {
    const terms = { ...pool(limit(1n, 0, 60), off), pendingTermsAt: 50n };
    expect(heldBack(9n, terms, null, 0n, 49).payable).toBe(1n);
    expect(heldBack(9n, terms, null, 0n, 50).payable).toBe(9n);
  });

  test('says when there is room: not before, and then for certain', () => {
    for (const [used, want] of [
      [100n, 30n],
      [77n, 100n],
      [99n, 2n],
    ] as const) {
      for (const now of [100, 117, 159]) {
        const at = (time: number) => heldBack(want, pool(limit(100n, 0, 60), off, used, 100n), null, 0n, time);
        const wait = roomIn(at(now).breaker, want, now)!;
        expect(at(now + wait).held).toBe(0n);
        if (wait > 1) expect(at(now + wait - 2).held).toBeGreaterThan(0n);
      }
    }
    expect(roomIn(heldBack(101n, pool(limit(100n, 0, 60), off, 5n, 0n), null, 0n, 0).breaker, 101n, 0)).toBeNull();
  });
});
