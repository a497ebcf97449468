// How delegators share rewards and bear losses: protocol/src/stake.rs, protocol/src/dilution.rs and the staking
// program's settlement, in whole numbers. What is shown is what the program would pay.

const U64 = (1n << 64n) - 1n;
const U128 = (1n << 128n) - 1n;
/** A lock's remaining period counts three times an unlocked period's part. */
const LOCK_FACTOR = 3n;
/** The least stake, at the single weight, that rewards are given out to. */
export const MIN_UNITS = 8n;
/** The most that one reward may give out. */
export const MAX_REWARD = 1n << 63n;
const MAX_LOCK_PERIODS = 255;

/** What a pot of stake lost so far, or had lost when an amount was written (protocol/src/dilution.rs). */
export type Dilution = { factor: bigint; scale: number; generation: number };
export type Sums = { a: bigint; b: bigint };
/** What of a stake pool's account the maths needs. */
export type PoolState = {
  createdAt: bigint;
  periodSeconds: number;
  period: number;
  maxLockPeriods: number;
  lockRing: readonly bigint[];
  weighted: bigint;
  locked: bigint;
  lockedByEnd: bigint;
  sumA: bigint;
  sumB: bigint;
  carry: bigint;
  rewardBalance: bigint;
};
export type LockPeriodState = { period: number; amount: bigint; reached: number; sumA: bigint; sumB: bigint };
export type DelegationState = {
  amount: bigint;
  owed: bigint;
  entry: Dilution;
  sumA: bigint;
  sumB: bigint;
  lockEnd: number;
  unlockPeriod: number;
};

/** The number of the period of `nowS`; 0 before the first. */
export function periodOf(nowS: number, createdAt: bigint, periodSeconds: number): number {
  const elapsed = Math.max(0, nowS - Number(createdAt));
  return Math.floor(elapsed / Math.max(1, periodSeconds));
}

/** The present period, never before one that the stake pool reached. */
export function presentPeriod(pool: PoolState, nowS: number): number {
  return Math.max(pool.period, periodOf(nowS, pool.createdAt, pool.periodSeconds));
}

/** When a period begins, unix seconds. */
export function periodStart(pool: Pick<PoolState, 'createdAt' | 'periodSeconds'>, period: number): number {
  return Number(pool.createdAt) + period * pool.periodSeconds;
}

/** Locks whose period has begun and that the stake pool did not reach yet, in order: `reach_period` ends them. */
export function duePeriods(pool: PoolState, nowS: number): number[] {
  const due: number[] = [];
  const last = Math.min(presentPeriod(pool, nowS), pool.period + MAX_LOCK_PERIODS);
  for (let period = pool.period + 1; period <= last; period += 1) {
    const word = pool.lockRing[(period & 0xff) >> 6] ?? 0n;
    if ((word >> BigInt(period & 63)) & 1n) due.push(period);
  }
  return due;
}

/** What a delegation of `amount` weighs in `period`: `a × (N + 3 × max(0, e − p))`, the lock ending with period `end`. */
export function weight(amount: bigint, longest: number, end: number | null, period: number): bigint {
  const ahead = end === null ? 0 : Math.max(0, end - period);
  return amount * (BigInt(longest) + LOCK_FACTOR * BigInt(ahead));
}

/** How often its amount a delegation with so many periods of lock ahead weighs, in millionths, rounded down. */
export function multiplierPpm(longest: number, periodsAhead: number): number {
  if (longest <= 0) return 1_000_000;
  return Number((weight(1_000_000n, longest, periodsAhead, 0)) / BigInt(longest));
}

/** A multiplier as text: `2.5×`, rounded down to two decimals. */
export function multiplierText(ppm: number): string {
  const hundredths = Math.floor(ppm / 10_000);
  const text = `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
  return `${text.replace(/\.?0+$/, '')}×`;
}

export type LockPoint = { period: number; startsAtS: number; ppm: number };
/** How the weight of a lock falls, period by period, from now until one period after its weight has ended. */
export function lockCurve(pool: PoolState, nowS: number, lockPeriods: number): LockPoint[] {
  const present = presentPeriod(pool, nowS);
  return Array.from({ length: lockPeriods + 2 }, (_, at) => ({
    period: present + at,
    startsAtS: periodStart(pool, present + at),
    ppm: multiplierPpm(pool.maxLockPeriods, Math.max(0, lockPeriods - at)),
  }));
}

/** The total weight in `period`: `N × Σa + 3 × (Σ a·e − p × Σ a)`, the last two sums over locks ahead. */
export function totalWeight(pool: PoolState, period: number): bigint {
  const passed = pool.locked * BigInt(period);
  const ahead = pool.lockedByEnd > passed ? pool.lockedByEnd - passed : 0n;
  return pool.weighted * BigInt(pool.maxLockPeriods) + ahead * LOCK_FACTOR;
}

/** What one token grew by between two moments, in 2⁻⁶⁴ tokens; modulo 2¹²⁸ as the program counts. */
export function growth(longest: number, lock: number | null, from: Sums, to: Sums): bigint {
  const a = (to.a - from.a) & U128;
  const b = (to.b - from.b) & U128;
  const n = BigInt(longest);
  return lock === null ? (n * a) & U128 : ((BigInt(lock) * LOCK_FACTOR + n) * a - LOCK_FACTOR * b) & U128;
}

/** `amount × growth / 2⁶⁴`, rounded down. */
export function earned(amount: bigint, grown: bigint): bigint {
  const whole = (amount * grown) >> 64n;
  return whole > U64 ? U64 : whole;
}

/** What is left at `now` of an `amount` written at `entry`; rounded down. */
export function partLeft(amount: bigint, now: Dilution, entry: Dilution): bigint {
  if (now.generation !== entry.generation) return 0n;
  if (now.factor === entry.factor && now.scale === entry.scale) return amount;
  const rises = now.scale - entry.scale;
  if (rises < 0 || rises > 2) return 0n;
  const divisor = entry.factor << BigInt(32 * rises);
  if (divisor === 0n) return 0n;
  const part = (amount * now.factor) / divisor;
  return part < amount ? part : amount;
}

/** A stake pool after all due periods were reached and what arrived was shared out, as the program does it. */
export type CaughtUp = { pool: PoolState; boundaries: ReadonlyMap<number, Sums>; shared: bigint; forTreasury: bigint };

/** Brings a stake pool's figures up to `nowS`: `reach_period` for each due period, then `sync_rewards`. */
export function catchUp(state: PoolState, locks: readonly LockPeriodState[], vaultBalance: bigint, nowS: number): CaughtUp {
  const boundaries = new Map<number, Sums>();
  for (const lock of locks) if (lock.reached !== 0) boundaries.set(lock.period, { a: lock.sumA, b: lock.sumB });
  let pool = { ...state };
  for (const period of duePeriods(state, nowS)) {
    const amount = locks.find((lock) => lock.period === period)?.amount ?? 0n;
    pool = { ...pool, locked: pool.locked - amount, lockedByEnd: pool.lockedByEnd - amount * BigInt(period), period };
    boundaries.set(period, { a: pool.sumA, b: pool.sumB });
  }
  pool.period = presentPeriod(pool, nowS);
  const arrived = vaultBalance > pool.rewardBalance ? vaultBalance - pool.rewardBalance : 0n;
  const fresh = arrived > MAX_REWARD ? MAX_REWARD : arrived;
  if (fresh === 0n) return { pool, boundaries, shared: 0n, forTreasury: 0n };
  const total = totalWeight(pool, pool.period);
  pool.rewardBalance += fresh;
  if (total < MIN_UNITS * BigInt(Math.max(1, pool.maxLockPeriods))) return { pool, boundaries, shared: 0n, forTreasury: fresh };
  const due = (fresh << 64n) + pool.carry;
  const q = due / total;
  pool.carry = due % total;
  pool.sumB = (pool.sumB + q * BigInt(pool.period)) & U128;
  pool.sumA = (pool.sumA + q) & U128;
  return { pool, boundaries, shared: fresh, forTreasury: 0n };
}

/** A delegation brought up to date. */
export type Settlement = { claimable: bigint; earned: bigint; amount: bigint; lost: bigint; lockEnd: number | null };

/** What a delegation earned and lost, settled against a stake pool that is up to date. */
export function settle(delegation: DelegationState, target: Dilution, caught: CaughtUp): Settlement {
  const { pool, boundaries } = caught;
  const from = { a: delegation.sumA, b: delegation.sumB };
  const to = { a: pool.sumA, b: pool.sumB };
  const lock = delegation.lockEnd === 0 ? null : delegation.lockEnd;
  const boundary = lock === null ? undefined : boundaries.get(lock);
  const grown = boundary
    ? (growth(pool.maxLockPeriods, lock, from, boundary) + growth(pool.maxLockPeriods, null, boundary, to)) & U128
    : growth(pool.maxLockPeriods, lock, from, to);
  const gained = earned(delegation.amount, grown);
  const amount = partLeft(delegation.amount, target, delegation.entry);
  return {
    claimable: delegation.owed + gained,
    earned: gained,
    amount,
    lost: delegation.amount - amount,
    lockEnd: boundary ? null : lock,
  };
}

/** When a delegation's tokens may be asked back: the start of the first period after its lock; null when now. */
export function unlocksAt(pool: PoolState, delegation: Pick<DelegationState, 'unlockPeriod'>, nowS: number): number | null {
  if (delegation.unlockPeriod <= presentPeriod(pool, nowS)) return null;
  return periodStart(pool, delegation.unlockPeriod);
}

/** Terms of which a later version may be pending: those in force at `nowS`. */
export function stakeTermsAt<T>(pool: { terms: T; pendingTerms: T; pendingTermsAt: bigint }, nowS: number): T {
  return pool.pendingTermsAt !== 0n && BigInt(nowS) >= pool.pendingTermsAt ? pool.pendingTerms : pool.terms;
}

/** How far a bond covers an operator's devices of a class. */
export type Coverage = {
  required: bigint;
  bonded: bigint;
  missing: bigint;
  /** Devices that the bond is enough for; null when the class asks for none. */
  covers: bigint | null;
  covered: boolean;
  /** Bonded of required, in millionths, at most 1,000,000; a class that asks for nothing is covered. */
  ppm: number;
};

/** Coverage: required = the class's bond × devices that earn for the wallet. */
export function coverage(bonded: bigint, bondPerDevice: bigint, devices: number): Coverage {
  const required = bondPerDevice * BigInt(devices);
  const missing = required > bonded ? required - bonded : 0n;
  return {
    required,
    bonded,
    missing,
    covers: bondPerDevice === 0n ? null : bonded / bondPerDevice,
    covered: missing === 0n,
    ppm: required === 0n || missing === 0n ? 1_000_000 : Number((bonded * 1_000_000n) / required),
  };
}

/** The most that may leave a bond while it still covers its devices. */
export function spare(bonded: bigint, required: bigint): bigint {
  return bonded > required ? bonded - required : 0n;
}

export type UnbondingState = 'cooling' | 'held' | 'ready';
/** Whether tokens on their way out may be withdrawn: not while cooling, nor while a penalty is announced. */
export function unbondingState(withdrawableAt: bigint, pendingPenalties: number, nowS: number): UnbondingState {
  if (BigInt(nowS) < withdrawableAt) return 'cooling';
  return pendingPenalties > 0 ? 'held' : 'ready';
}

export type PenaltyState = 'appeal' | 'executable' | 'vetoed' | 'executed';
/** What stage a penalty is at. An announced penalty does not lapse: anyone executes it once its window is over. */
export function penaltyState(status: number, executableAt: bigint, nowS: number): PenaltyState {
  if (status === 1) return 'vetoed';
  if (status === 2) return 'executed';
  return BigInt(nowS) < executableAt ? 'appeal' : 'executable';
}
