// What a confirmed transaction did: its events, its fee, and whose balances it changed.
import type { Address, Signature } from '@solana/kit';
import { CairnError } from '../lib/errors';
import { ask } from './accounts';
import type { Chain } from './cluster';
import { eventsOf, type Event } from './events';

/** Lamports or tokens of an account before and after a transaction. */
export type Change = { address: Address; before: bigint; after: bigint };
export type TokenChange = Change & { owner: Address | null; mint: Address };
/** What a confirmed transaction did. */
export type Receipt = {
  signature: Signature;
  slot: bigint;
  /** What it cost, paid by its first signer. */
  fee: bigint;
  events: Event[];
  changes: Change[];
  tokens: TokenChange[];
};

/** What a confirmed transaction did. @throws CairnError when the node does not know it (any more). */
export async function receiptOf(chain: Chain, signature: Signature): Promise<Receipt> {
  // Status and transaction come from different stores of the node.
  for (let tries = 0; ; tries += 1) {
    const found = await ask(() =>
      chain.rpc
        .getTransaction(signature, {
          encoding: 'json',
          commitment: 'confirmed',
          maxSupportedTransactionVersion: 0,
        })
        .send(),
    );
    if (found?.meta) {
      const { meta, slot, transaction } = found;
      const loaded = meta.loadedAddresses;
      const keys = [
        ...transaction.message.accountKeys,
        ...(loaded?.writable ?? []),
        ...(loaded?.readonly ?? []),
      ];
      const changes = keys.map((address, at) => ({
        address,
        before: meta.preBalances[at] ?? 0n,
        after: meta.postBalances[at] ?? 0n,
      }));
      return {
        signature,
        slot,
        fee: meta.fee,
        events: eventsOf(meta.logMessages ?? []),
        changes: changes.filter(({ before, after }) => before !== after),
        tokens: tokenChanges(keys, meta.preTokenBalances ?? [], meta.postTokenBalances ?? []),
      };
    }
    if (tries === 20) {
      throw new CairnError(
        'transaction_unknown',
        `the node does not know transaction ${signature}`,
        'it is confirmed; open it in the explorer',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

type Balance = { accountIndex: number; mint: Address; owner?: Address; uiTokenAmount: { amount: string } };

function tokenChanges(
  keys: readonly Address[],
  before: readonly Balance[],
  after: readonly Balance[],
): TokenChange[] {
  const places = new Set([...before, ...after].map((one) => one.accountIndex));
  return [...places].flatMap((place) => {
    const old = before.find((one) => one.accountIndex === place);
    const now = after.find((one) => one.accountIndex === place);
    const either = now ?? old;
    const address = keys[place];
    const [from, to] = [BigInt(old?.uiTokenAmount.amount ?? 0), BigInt(now?.uiTokenAmount.amount ?? 0)];
    if (!either || !address || from === to) return [];
    return [{ address, mint: either.mint, owner: either.owner ?? null, before: from, after: to }];
  });
}
