// Transactions that mention an account, with the events that a program itself logged in them.
import type { Address, Signature } from '@solana/kit';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useKeptError } from '../api/kept-error';
import type { PastTransaction } from '../lib/history';
import { needChain, useApp } from '../state';
import { ask } from './accounts';
import type { Chain } from './cluster';
import { eventsOf, type Event } from './events';

/** Signatures asked for at a time; each is one more question to the node. */
export const PAGE = 20;
/** Transactions asked for at once: public nodes refuse many. */
const AT_ONCE = 4;

export type Page = {
  transactions: PastTransaction[];
  /** What the next page begins after; null when the node has no more. */
  next: Signature | null;
};

/**
 * The events that `program` itself logged: any program may log any bytes, so lines count only between its own
 * invocation and its end. Null when the node cut the log off before the end.
 */
export function eventsBy(program: Address, logs: readonly string[]): Event[] | null {
  const running: string[] = [];
  const own: string[] = [];
  for (const line of logs) {
    const invoked = /^Program (\w+) invoke \[\d+\]$/.exec(line)?.[1];
    if (invoked) running.push(invoked);
    else if (/^Program \w+ (success|failed)/.test(line)) running.pop();
    else if (line === 'Log truncated') return null;
    else if (running.at(-1) === program && line.startsWith('Program data: ')) own.push(line);
  }
  return eventsOf(own);
}

/** One page of the transactions that mention `account`, newest first. @throws CairnError `rpc_failed` */
export async function readPage(
  chain: Chain,
  account: Address,
  program: Address,
  before: Signature | null,
  limit = PAGE,
): Promise<Page> {
  const signatures = await ask(() =>
    chain.rpc
      .getSignaturesForAddress(account, { limit, commitment: 'confirmed', ...(before ? { before } : {}) })
      .send(),
  );
  const transactions: PastTransaction[] = [];
  for (let at = 0; at < signatures.length; at += AT_ONCE) {
    const some = signatures.slice(at, at + AT_ONCE);
    const read = await Promise.all(
      some.map(async ({ signature, slot, blockTime, err }): Promise<PastTransaction> => ({
        signature,
        slot,
        atS: blockTime === null ? null : Number(blockTime),
        failed: err !== null,
        events: err === null ? await readEvents(chain, signature, program) : [],
      })),
    );
    transactions.push(...read);
  }
  const last = signatures.at(-1)?.signature ?? null;
  return { transactions, next: signatures.length < limit ? null : last };
}

/** A transaction's events; null when the node does not keep it any more. */
async function readEvents(chain: Chain, signature: Signature, program: Address): Promise<Event[] | null> {
  const found = await ask(() =>
    chain.rpc
      .getTransaction(signature, { encoding: 'json', commitment: 'confirmed', maxSupportedTransactionVersion: 0 })
      .send(),
  );
  const logs = found?.meta?.logMessages;
  return logs ? eventsBy(program, logs) : null;
}

/** The transactions that mention an account, page by page. */
export function useTransactionsOf(account: Address | null, program: Address, limit = PAGE) {
  const { chain } = useApp();
  return useKeptError(useInfiniteQuery({
    queryKey: ['chain', chain?.rpcUrl ?? null, 'transactions', account, limit],
    queryFn: ({ pageParam }) => readPage(needChain(chain), account as Address, program, pageParam, limit),
    initialPageParam: null as Signature | null,
    getNextPageParam: (page) => page.next,
    enabled: account !== null,
    // What is past does not change; what is new comes with the feed's invalidation.
    staleTime: 30_000,
  }));
}
