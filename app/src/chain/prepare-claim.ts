// Everything that a claim's pre-check shows, read in one go.
import type { Address, TransactionSigner } from '@solana/kit';
import type { Oracles } from '../api/client';
import { CairnError } from '../lib/errors';
import { formatSol, formatSolUp, saturatingSub } from '../lib/amount';
import { heldBack, type Held } from '../lib/limits';
import {
  claimAccounts,
  claimCost,
  claimSteps,
  type ClaimAccounts,
  type ClaimCost,
  type ClaimStep,
} from './claim';
import { provenClaim, type Proven } from './proven-claim';
import type { Chain } from './cluster';
import { readClockOffset } from './network';
import type { Receipt } from './send';
import {
  createTable,
  recentSlot,
  rememberTable,
  usableTables,
  waitForTable,
  type LookupTable,
} from './tables';
import type { Part } from '../ui/transaction';

/** A claim that can be sent, or the reason why not. */
export type PreparedClaim = {
  proven: Proven;
  accounts: ClaimAccounts;
  steps: ClaimStep[];
  cost: ClaimCost;
  /** Everything earned and not paid yet. */
  due: bigint;
  /** What is paid now, and what the pool's limits hold back. */
  held: Held;
  /** The chain's clock when that was computed, unix seconds. */
  nowS: number;
  /** Why it would fail, as far as that is known. */
  problem: CairnError | null;
};

/** Reads and checks what claiming for `operator` takes. @throws CairnError */
export async function prepareClaim(
  chain: Chain,
  oracles: Oracles,
  pool: Address,
  operator: Address,
  signer: TransactionSigner,
): Promise<PreparedClaim> {
  const proven = await provenClaim(chain, oracles, pool, operator);
  const [accounts, offset] = await Promise.all([
    claimAccounts(chain, proven.pool, operator),
    readClockOffset(chain),
  ]);
  const input = { signer, pool: proven.pool, operator, view: proven.view, accounts };
  let steps = await claimSteps(input);
  if (steps.some((step) => step.kind === 'table')) {
    steps = await claimSteps({ ...input, tables: await usableTables(chain, signer.address) });
  }
  const cost = await claimCost(chain, signer.address, proven.pool, accounts, steps);
  const due = saturatingSub(BigInt(proven.view.lifetime_total), accounts.claimant?.data.claimedTotal ?? 0n);
  const nowS = Math.floor(Date.now() / 1000) + offset;
  const held = heldBack(due, proven.pool.data, accounts.claimant?.data ?? null, accounts.vaultBalance, nowS);
  return { proven, accounts, steps, cost, due, held, nowS, problem: problemOf(due, held, cost) };
}

/** Why a claim would fail, as far as its figures tell; null when nothing is known against it. */
export function problemOf(
  due: bigint,
  held: Pick<Held, 'payable'> & { cap: { room: bigint | null } },
  cost: Pick<ClaimCost, 'balance' | 'total' | 'keep'>,
): CairnError | null {
  if (due === 0n) {
    return new CairnError(
      'rewards_nothing_to_claim',
      'everything up to the active root has been claimed',
      'wait until the next epoch is finalized',
    );
  }
  if (held.payable === 0n) {
    const cap = held.cap.room === 0n;
    return new CairnError(
      cap ? 'rewards_operator_cap_reached' : 'rewards_breaker_open',
      cap
        ? 'you were paid as much as an operator may be in this window'
        : 'the pool has paid out as much as it may in this window',
      'what is due stays yours: try again when the window has moved on',
    );
  }
  if (cost.balance < cost.total + cost.keep) {
    return new CairnError(
      'insufficient_sol',
      `the wallet has ${formatSol(cost.balance, 6)}; the claim takes ${formatSolUp(cost.total)}, and a wallet keeps ${formatSolUp(cost.keep)}`,
      'send SOL to this wallet first',
    );
  }
  return null;
}

const TITLES: Record<ClaimStep['kind'], string> = {
  open: 'Open your claimant account',
  accounts: 'Create token accounts of payees',
  table: 'Make a lookup table for the payees',
  claim: 'Claim',
};

/** What each transaction of a claim is called. */
export function stepTitle(step: ClaimStep): string {
  return step.kind === 'claim' && step.opens ? 'Open your claimant account and claim' : TITLES[step.kind];
}

/** The claim as parts for `useTransactions`. */
export function claimParts(chain: Chain, signer: TransactionSigner, steps: readonly ClaimStep[]): Part[] {
  let made: LookupTable | null = null;
  return steps.map((step): Part => {
    const title = stepTitle(step);
    if (step.kind === 'table') {
      let address: Address;
      return {
        title,
        instructions: async () => {
          const table = await createTable(signer, await recentSlot(chain), step.addresses);
          address = table.address;
          return table.instructions;
        },
        after: async () => {
          rememberTable(signer.address, address);
          made = await waitForTable(chain, address);
        },
      };
    }
    if (step.kind !== 'claim' || step.table === null) return { title, instructions: step.instructions };
    const { table } = step;
    return {
      title,
      instructions: step.instructions,
      tables: async () => {
        const used = table === 'new' ? made : table;
        return used ? { [used.address]: used.addresses } : undefined;
      },
    };
  });
}

/** What a claim's transaction paid, by the program's own word. */
export function paidBy(
  receipts: readonly Receipt[],
  operator: Address,
): { amount: bigint; claimedTotal: bigint; receipt: Receipt } | null {
  for (const receipt of receipts) {
    for (const { program, event } of receipt.events) {
      if (program === 'rewards' && event.kind === 'Claimed' && event.data.operator === operator) {
        return { amount: event.data.amount, claimedTotal: event.data.claimedTotal, receipt };
      }
    }
  }
  return null;
}
