// What the Network screen and countdowns read: the chain's clock, the credit market, the vault, challenges,
// and each oracle by itself.
import type { Address } from '@solana/kit';
import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { getJson } from '../api/client';
import { useKeptError } from '../api/kept-error';
import { useLiveMessage } from '../api/queries';
import type { StatusView } from '../api/types';
import type { Challenge } from '../generated/rewards/accounts';
import { CairnError } from '../lib/errors';
import type { PlacedProposal } from '../lib/epochs';
import { useApp, useNow } from '../state';
import { decode, find, KINDS, readRaw, readRaws } from './accounts';
import type { Chain } from './cluster';
import { challengeOf, creditMarketOf } from './pda';
import { useChainQuery, useOracleSet, usePool, useProposals } from './queries';
import { tokenBalances } from './token';

const CLOCK = 'SysvarC1ock11111111111111111111111111111111' as Address;
/** Where the clock sysvar keeps `unix_timestamp`. */
const UNIX_TIMESTAMP_AT = 32;

/** How far the chain's clock is ahead of this device's, in seconds. @throws CairnError */
export async function readClockOffset(chain: Chain): Promise<number> {
  const asked = Date.now();
  const raw = await readRaw(chain, CLOCK);
  if (!raw || raw.data.length < UNIX_TIMESTAMP_AT + 8) {
    throw new CairnError('account_missing', 'the node does not have the clock', 'choose another RPC node in the settings');
  }
  const view = new DataView(raw.data.buffer, raw.data.byteOffset);
  const chainS = Number(view.getBigInt64(UNIX_TIMESTAMP_AT, true));
  // The answer is from somewhere between question and answer.
  return Math.round(chainS - (asked + Date.now()) / 2_000);
}

/** The chain's clock, every second. */
export type ChainClock = {
  /** Now by the chain's clock, unix seconds; by this device's while the chain's is not known. */
  nowS: number;
  /** How far the chain's clock is ahead; null while it is not known. */
  offsetS: number | null;
};

/** Deadlines on chain are kept by the chain's clock, which may be off by seconds or more. */
export function useChainClock(): ChainClock {
  const local = useNow();
  const { data } = useChainQuery(['clock'], readClockOffset, { staleTime: 20_000 });
  return { nowS: local + (data ?? 0), offsetS: data ?? null };
}

/** The pool's credit market; null when it has none. */
export function useCreditMarket() {
  const { pool } = useApp();
  return useChainQuery(['credit-market', pool], async (chain) => find(chain, KINDS.creditMarket, await creditMarketOf(pool)));
}

/** Tokens in the pool's vault. */
export function useVault() {
  const vault = usePool().data?.data.vault;
  return useChainQuery(
    ['vault', vault],
    async (chain) => (await tokenBalances(chain, [vault as Address]))[0] ?? 0n,
    { enabled: vault !== undefined },
  );
}

/** Challenges of those proposals that were ever challenged and whose account is not closed, by proposal. */
export function useChallenges(proposals: readonly PlacedProposal[] | null) {
  const challenged = (proposals ?? []).filter(({ data }) => data.hasChallenge === 1).map(({ address }) => address as Address);
  const { data } = useChainQuery(['challenges', ...challenged], async (chain) => {
    const addresses = await Promise.all(challenged.map(challengeOf));
    const raws = await readRaws(chain, addresses);
    return raws.flatMap((raw, at): [string, Challenge][] =>
      raw ? [[challenged[at] as string, decode(KINDS.challenge, raw).data]] : [],
    );
  }, { enabled: challenged.length > 0 });
  return useMemo<ReadonlyMap<string, Challenge>>(() => new Map(data ?? []), [data]);
}

/** The chain's side of epochs: proposals, the oracle set, challenges. Null while it is not known. */
export function useEpochChain() {
  const proposals = useProposals();
  const { refetch } = proposals;
  const news = useLiveMessage('epoch');
  // An epoch that goes on does so by its proposal.
  useEffect(() => {
    if (news) void refetch();
  }, [news, refetch]);
  const set = useOracleSet();
  const placed = proposals.data ?? null;
  return { proposals: placed, set: set.data?.data ?? null, challenges: useChallenges(placed), error: proposals.error ?? set.error };
}

/** One oracle by its own word; `status` null when it does not answer. */
export type OracleAnswer = { url: string; status: StatusView | null; error: CairnError | null; pending: boolean };

/** Asks each oracle that the page knows for its own status. */
export function useOracleAnswers(): OracleAnswer[] {
  const { oracles } = useApp();
  const answers = useQueries({
    queries: oracles.urls.map((url) => ({
      queryKey: ['api', 'status-of', url],
      queryFn: ({ signal }: { signal: AbortSignal }) => getJson<StatusView>(url, '/v1/status', 6_000, signal),
      refetchInterval: 10_000,
      retry: false,
    })),
  });
  const client = useQueryClient();
  const news = useLiveMessage('epoch');
  useEffect(() => {
    if (news) void client.invalidateQueries({ queryKey: ['api', 'status-of'] });
  }, [news, client]);
  return oracles.urls.map((url, at) => {
    const answer = answers[at];
    // An oracle that stopped answering is down, whatever it said before.
    const failed = answer?.isError ?? false;
    return {
      url,
      status: failed ? null : (answer?.data ?? null),
      error: failed ? (answer?.error as CairnError) : null,
      pending: answer?.isPending ?? true,
    };
  });
}

/** What an epoch was computed from, `GET /v1/epochs/{n}/manifest`. */
export type Manifest = {
  network: string;
  pool: string;
  epoch: number;
  starts_at_s: number;
  ends_at_s: number;
  treasury: string;
  budget: string;
  credit_price: number | null;
  previous_root: string;
  previous_sum: string;
  previous_usage_root: string;
  previous_usage_sum: string;
  inputs: { rules_version: number } & Record<string, string | number>;
};

/** The manifest of an epoch; null when this oracle has none. */
export function useManifest(epoch: number) {
  const { oracles } = useApp();
  return useKeptError(useQuery({
    queryKey: ['api', 'manifest', epoch],
    queryFn: ({ signal }) => oracles.get<Manifest>(`/v1/epochs/${epoch}/manifest`, signal),
    staleTime: 60_000,
  }));
}
