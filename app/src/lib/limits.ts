// What holds a claim back for a while: the pool's breaker and the operator's cap. The same arithmetic as
// the program's (programs/rewards claim, protocol/src/breaker.rs).
import type { Claimant, Pool } from '../generated/rewards/accounts';
import type { Limit, PoolTerms } from '../generated/rewards/types';
import { min, saturatingSub } from './amount';

/** A pool's terms in force at `timeS`. */
export function poolTermsAt(pool: Pick<Pool, 'terms' | 'pendingTerms' | 'pendingTermsAt'>, timeS: number): PoolTerms {
  return pool.pendingTermsAt !== 0n && BigInt(timeS) >= pool.pendingTermsAt ? pool.pendingTerms : pool.terms;
}

/** Whether a limit limits anything. */
export function isOn(limit: Limit): boolean {
  return limit.maxAmount !== 0n || limit.maxBps !== 0;
}

/** What still counts at `nowS` of `used` tokens counted at `sinceS`; rounded up. */
export function decayed(used: bigint, sinceS: bigint, nowS: bigint, windowSeconds: number): bigint {
  const window = BigInt(windowSeconds);
  const elapsed = nowS > sinceS ? nowS - sinceS : 0n;
  if (elapsed >= window) return 0n;
  return (used * (window - elapsed) + window - 1n) / window;
}

/** Tokens per window while the vault holds `balance`; null without a limit. */
export function limitTokens(limit: Limit, balance: bigint): bigint | null {
  if (!isOn(limit)) return null;
  const byPart = (balance * BigInt(limit.maxBps) + 9_999n) / 10_000n;
  if (limit.maxBps === 0) return limit.maxAmount;
  return limit.maxAmount === 0n ? byPart : min(limit.maxAmount, byPart);
}

/** A limit as it stands. */
export type LimitState = {
  on: boolean;
  /** Tokens per window; 0 when off. */
  limit: bigint;
  windowSeconds: number;
  /** What still counts of earlier claims. */
  used: bigint;
  /** What may flow out now; null without a limit. */
  room: bigint | null;
  /** From when on nothing counts of earlier claims any more, unix seconds. */
  freeAtS: number;
};

function stateOf(limit: Limit, balance: bigint, used: bigint, since: bigint, nowS: number): LimitState {
  const tokens = limitTokens(limit, balance);
  if (tokens === null) return { on: false, limit: 0n, windowSeconds: 0, used: 0n, room: null, freeAtS: 0 };
  const counted = decayed(used, since, BigInt(nowS), limit.windowSeconds);
  return {
    on: true,
    limit: tokens,
    windowSeconds: limit.windowSeconds,
    used: counted,
    room: saturatingSub(tokens, counted),
    freeAtS: Number(since) + limit.windowSeconds,
  };
}

/** What claims are held back by, and how much of what is due may be claimed now. */
export type Held = {
  breaker: LimitState;
  cap: LimitState;
  /** What a claim would pay now. */
  payable: bigint;
  /** What stays for later. */
  held: bigint;
};

/** What a claim of `due` would pay at `nowS` by the chain's clock. `claimant` is null before it is opened. */
export function heldBack(
  due: bigint,
  pool: Pick<Pool, 'terms' | 'pendingTerms' | 'pendingTermsAt' | 'windowOutflow' | 'windowAt'>,
  claimant: Pick<Claimant, 'windowOutflow' | 'windowAt'> | null,
  vaultBalance: bigint,
  nowS: number,
): Held {
  const terms = poolTermsAt(pool, nowS);
  const breaker = stateOf(terms.breaker, vaultBalance, pool.windowOutflow, pool.windowAt, nowS);
  const cap = stateOf(terms.operatorCap, 0n, claimant?.windowOutflow ?? 0n, claimant?.windowAt ?? 0n, nowS);
  const payable = min(due, breaker.room ?? due, cap.room ?? due);
  return { breaker, cap, payable, held: due - payable };
}

/**
 * Seconds from `nowS` until `want` tokens have room, when nothing else is claimed meanwhile; null when they
 * never have at once.
 */
export function roomIn(state: LimitState, want: bigint, nowS: number): number | null {
  if (!state.on || (state.room ?? 0n) >= want) return 0;
  if (want > state.limit) return null;
  // What counts falls in a straight line to 0 at freeAtS; solved for the time at which it is small enough.
  const left = BigInt(Math.max(0, state.freeAtS - nowS));
  const excess = state.used - (state.limit - want);
  return Number((excess * left + state.used - 1n) / state.used);
}
