// What an operator is owed and was paid, from the oracle's totals and the chain's account.
import type { Address } from '@solana/kit';
import { useMemo } from 'react';
import { useOperator } from '../../api/queries';
import { useChainClock, useVault } from '../../chain/network';
import { useClaimant, usePool } from '../../chain/queries';
import { saturatingSub } from '../../lib/amount';
import { heldBack, type Held } from '../../lib/limits';

/** All of it exact, in the mint's smallest unit. */
export type Account = {
  lifetime: bigint;
  finalized: bigint;
  /** Earned in epochs that are computed and not finalized yet. */
  pending: bigint;
  /** Paid so far, by the operator's account on chain. */
  claimed: bigint;
  /** Finalized and not paid. */
  claimable: bigint;
  /** The chain paid more than this oracle knows to be finalized: it is behind. */
  oracleBehind: boolean;
  opened: boolean;
};

/** The two sides of an operator's books; undefined until both are known. */
export function useAccount(operator: Address) {
  const earned = useOperator(operator);
  const claimant = useClaimant(operator);
  const [view, paid] = [earned.data, claimant.data];
  const account = useMemo<Account | undefined>(() => {
    if (!view || paid === undefined) return undefined;
    const claimed = paid?.data.claimedTotal ?? 0n;
    const [lifetime, finalized] = [BigInt(view.lifetime_total), BigInt(view.finalized_total)];
    return {
      lifetime,
      finalized,
      pending: BigInt(view.pending),
      claimed,
      claimable: saturatingSub(finalized, claimed),
      oracleBehind: claimed > finalized,
      opened: paid !== null,
    };
  }, [view, paid]);
  const retry = () => {
    void earned.refetch();
    void claimant.refetch();
  };
  // What the oracles say is worth showing when the node does not answer.
  const lifetime = view ? BigInt(view.lifetime_total) : null;
  return { account, lifetime, error: earned.error ?? claimant.error, retry, atMs: earned.dataUpdatedAt };
}

/** What the pool's limits leave of what is claimable now; undefined until everything is read. */
export function useHeld(operator: Address): { held: Held | undefined; nowS: number; error: Error | null; retry: () => void } {
  const { account, error: accountError, retry: retryAccount } = useAccount(operator);
  const pool = usePool();
  const vault = useVault();
  const claimant = useClaimant(operator);
  const { nowS } = useChainClock();
  const held =
    account && pool.data && vault.data !== undefined
      ? heldBack(account.claimable, pool.data.data, claimant.data?.data ?? null, vault.data, nowS)
      : undefined;
  const retry = () => {
    retryAccount();
    void pool.refetch();
    void vault.refetch();
  };
  return { held, nowS, error: accountError ?? pool.error ?? vault.error, retry };
}
