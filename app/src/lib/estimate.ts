// What the next payout will be, and what that is based on.
import type { OperatorEpoch } from '../api/types';

/** Closed epochs that an estimate looks back on. */
export const LOOK_BACK = 6;

export type NextPayout = {
  /** Tokens, rounded down. */
  amount: bigint;
  /** `computed`: oracles have computed it, only its finalization is missing. `estimate`: a mean of the past. */
  kind: 'computed' | 'estimate' | 'none';
  /** Epochs that the amount is of, or is the mean of; newest first. */
  epochs: number[];
};

/**
 * The tokens that the next finalized root will add. Where epochs are closed and not final, that is what the oracle
 * computed for them. Otherwise the mean of the last {@link LOOK_BACK} closed epochs, those without earnings included.
 */
export function nextPayout(pending: bigint, epochs: readonly OperatorEpoch[]): NextPayout {
  if (pending > 0n) {
    const waiting = epochs.filter((epoch) => epoch.state === 'closed' || epoch.state === 'proposed');
    return { amount: pending, kind: 'computed', epochs: waiting.map(({ epoch }) => epoch) };
  }
  const estimate = meanShare(epochs);
  return estimate.epochs.length
    ? { ...estimate, kind: 'estimate' }
    : { amount: 0n, kind: 'none', epochs: [] };
}

/** The mean share of the last {@link LOOK_BACK} closed epochs, rounded down. */
export function meanShare(epochs: readonly OperatorEpoch[]): { amount: bigint; epochs: number[] } {
  const last = epochs.filter(({ state }) => state !== 'open').slice(0, LOOK_BACK);
  if (last.length === 0) return { amount: 0n, epochs: [] };
  const total = last.reduce((sum, { share }) => sum + BigInt(share), 0n);
  return { amount: total / BigInt(last.length), epochs: last.map(({ epoch }) => epoch) };
}
