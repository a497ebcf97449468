// What the overview is made of: the oracle's figures, and what of them the chain confirms.
import type { Address } from '@solana/kit';
import { useClaimView, useOperator, useOperatorDevices } from '../../api/queries';
import { useClaimant, usePool, useRewardUnit } from '../../chain/queries';
import { claimIsProven } from '../../lib/proof';
import { saturatingSub } from '../../lib/amount';
import { useMemo } from 'react';

/** Epochs that the overview looks back on. */
export const WINDOW = 30;

/** How sure the claimable amount is. */
export type Certainty =
  /** The leaf leads to the root that the chain has: checked in this browser. */
  | 'verified'
  /** The oracle serves another root than the chain's newest: it follows within seconds. */
  | 'behind'
  /** Same epoch, but the proof does not lead to the chain's root. */
  | 'invalid'
  /** The chain cannot be asked. */
  | 'unchecked'
  | 'nothing';

export type Claimable = {
  /** Earned and final, and not paid yet; null while it is not known. */
  amount: bigint | null;
  certainty: Certainty;
  /** Paid so far; null while it is not known. */
  claimed: bigint | null;
  /** Epoch of the root that it is proven against. */
  epoch: number | null;
};

/** What can be claimed now, with the proof checked against the chain's root. */
export function useClaimable(operator: Address): Claimable & { loading: boolean; error: unknown } {
  const view = useClaimView(operator);
  const pool = usePool();
  const claimant = useClaimant(operator);
  const claimed = claimant.data === undefined ? null : (claimant.data?.data.claimedTotal ?? 0n);
  const certainty = useMemo<Certainty>(() => {
    if (view.data === null) return 'nothing';
    if (!view.data || !pool.data) return 'unchecked';
    const { root, rootSum, rootEpoch } = pool.data.data;
    const proven = claimIsProven(view.data, pool.data.address, operator, {
      hash: Uint8Array.from(root),
      sum: rootSum,
    });
    if (proven) return 'verified';
    return rootEpoch === BigInt(view.data.epoch) ? 'invalid' : 'behind';
  }, [view.data, pool.data, operator]);
  const total = view.data === null ? 0n : view.data ? BigInt(view.data.lifetime_total) : null;
  return {
    amount: total === null || claimed === null ? (total === 0n ? 0n : null) : saturatingSub(total, claimed),
    certainty,
    claimed,
    epoch: view.data?.epoch ?? null,
    loading: view.isPending || claimant.isPending,
    error: view.error ?? claimant.error ?? null,
  };
}

export function useOverview(operator: Address) {
  const earnings = useOperator(operator, WINDOW);
  const devices = useOperatorDevices(operator, WINDOW);
  return { earnings, devices, unit: useRewardUnit() };
}
