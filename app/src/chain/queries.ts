// Accounts as react-query hooks. Keys: ['chain', RPC address, what, …].
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Address } from '@solana/kit';
import { useEffect } from 'react';
import { load, store } from '../lib/storage';
import { useKeptError } from '../api/kept-error';
import { needChain, useApp } from '../state';
import * as accounts from './accounts';
import { find, get, KINDS } from './accounts';
import type { Chain } from './cluster';
import * as pda from './pda';
import { lamportsOf, readMint, walletTokens } from './token';

type Options = { enabled?: boolean; staleTime?: number };

/** Asks the chain; any screen may use it for what has no hook of its own. `key` must tell questions apart. */
export function useChainQuery<T>(
  key: readonly unknown[],
  ask: (chain: Chain) => Promise<T>,
  options: Options = {},
): UseQueryResult<T> {
  const { chain } = useApp();
  return useKeptError(useQuery({
    queryKey: ['chain', chain?.rpcUrl ?? null, ...key],
    queryFn: () => ask(needChain(chain)),
    ...options,
  }));
}

const off = (...needed: unknown[]): Options => ({
  enabled: needed.every((one) => one !== null && one !== undefined),
});

/** The pool's account. Fails with `account_missing` on a cluster that does not have it. */
export function usePool() {
  const { pool } = useApp();
  return useChainQuery(['pool', pool], (chain) => get(chain, KINDS.pool, pool));
}
export function useNetwork() {
  const { network } = useApp();
  return useChainQuery(['network', network], (chain) => get(chain, KINDS.network, network));
}
export function useOracleSet() {
  const { pool } = useApp();
  return useChainQuery(['oracle-set', pool], async (chain) =>
    get(chain, KINDS.oracleSet, await pda.oracleSetOf(pool)),
  );
}
export function useProposals() {
  const { pool } = useApp();
  return useChainQuery(['proposals', pool], (chain) => accounts.proposalsOf(chain, pool));
}
/** An operator's claimant account; null when it was not opened yet. */
export function useClaimant(operator: Address | null) {
  const { pool } = useApp();
  return useChainQuery(
    ['claimant', pool, operator],
    async (chain) => find(chain, KINDS.claimant, await pda.claimantOf(pool, operator as Address)),
    off(operator),
  );
}
export function useClasses() {
  const { network } = useApp();
  return useChainQuery(['classes', network], (chain) => accounts.classesOf(chain, network));
}
export function useMakers() {
  const { network } = useApp();
  return useChainQuery(['makers', network], (chain) => accounts.makersOf(chain, network));
}
export function useLicenses(holder: Address | null) {
  const { network } = useApp();
  return useChainQuery(
    ['licenses', network, holder],
    (chain) => accounts.licensesOf(chain, network, holder as Address),
    off(holder),
  );
}
/** Devices whose operator is this wallet by the chain, for what the oracles have not seen yet. */
export function useChainDevices(operator: Address | null) {
  const { network } = useApp();
  return useChainQuery(
    ['devices', network, operator],
    (chain) => accounts.devicesOfOperator(chain, network, operator as Address),
    off(operator),
  );
}
export function useChainDevice(device: Address) {
  return useChainQuery(['device', device], (chain) => get(chain, KINDS.device, device));
}
/** The network's stake pool; null when it has none. */
export function useStakePool() {
  const { network } = useApp();
  return useChainQuery(['stake-pool', network], async (chain) =>
    find(chain, KINDS.stakePool, await pda.stakePoolOf(network)),
  );
}
export function useBonds(owner: Address | null) {
  const { network } = useApp();
  return useChainQuery(
    ['bonds', network, owner],
    async (chain) => accounts.bondsOf(chain, await pda.stakePoolOf(network), owner as Address),
    off(owner),
  );
}
export function useDelegations(owner: Address | null) {
  const { network } = useApp();
  return useChainQuery(
    ['delegations', network, owner],
    async (chain) => accounts.delegationsOf(chain, await pda.stakePoolOf(network), owner as Address),
    off(owner),
  );
}
/** Unbondings of several bonds and delegations. */
export function useUnbondings(parents: readonly Address[]) {
  return useChainQuery(['unbondings', ...parents], async (chain) =>
    (await Promise.all(parents.map((parent) => accounts.unbondingsOf(chain, parent)))).flat(),
  );
}
/** Penalties against several bonds. */
export function usePenalties(bonds: readonly Address[]) {
  return useChainQuery(['penalties', ...bonds], async (chain) =>
    (await Promise.all(bonds.map((bond) => accounts.penaltiesOfBond(chain, bond)))).flat(),
  );
}
/** A mint: decimals, supply and its token program. */
export function useMint(mint: Address | null | undefined) {
  return useChainQuery(['mint', mint], (chain) => readMint(chain, mint as Address), off(mint));
}
/** The reward mint of the pool. */
export function useRewardMint() {
  return useMint(usePool().data?.data.mint);
}
/** How reward amounts are shown: with the mint's decimals, also when the node does not answer but once did. */
export type Unit = { decimals: number; symbol: string };

/**
 * The unit of reward amounts; null while it is asked for. Where neither the node nor this browser knows the mint's
 * decimals, amounts are shown in its smallest unit, and say so.
 */
export function useRewardUnit(): Unit | null {
  const { pool, chain } = useApp();
  const query = usePool();
  const decimals = query.data?.data.decimals;
  useEffect(() => {
    if (decimals !== undefined) store(`decimals.${pool}`, decimals);
  }, [decimals, pool]);
  const known = decimals ?? load<number>(`decimals.${pool}`);
  if (typeof known === 'number') return { decimals: known, symbol: 'tokens' };
  return chain && !query.isError ? null : { decimals: 0, symbol: 'smallest units' };
}

/** Tokens of a wallet in its associated account. */
export function useTokens(
  wallet: Address | null,
  mint: Address | null | undefined,
  program: Address | null | undefined,
) {
  return useChainQuery(
    ['tokens', wallet, mint],
    (chain) => walletTokens(chain, wallet as Address, mint as Address, program as Address),
    off(wallet, mint, program),
  );
}
/** A wallet's lamports. */
export function useLamports(wallet: Address | null) {
  return useChainQuery(['lamports', wallet], (chain) => lamportsOf(chain, wallet as Address), off(wallet));
}
