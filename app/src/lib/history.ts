// An operator's claims and changes of payees, read back from transactions.
import type { Address } from '@solana/kit';
import type { Event } from '../chain/events';
import { toCsv } from './csv';
import { format } from './amount';
import { payeeAmounts, percentOf, type PayeeShare } from './payees';
import { iso } from './time';

/** A transaction that mentions the operator's account, as the node keeps it. */
export type PastTransaction = {
  signature: string;
  slot: bigint;
  /** When its block was made, unix seconds; null when the node does not know. */
  atS: number | null;
  /** It failed: it changed nothing. */
  failed: boolean;
  /** Its events; null when the node has only its signature left. */
  events: readonly Event[] | null;
};

type Common = { key: string; signature: string; slot: bigint; atS: number | null };
/** Something that happened to an operator's account. */
export type HistoryRow = Common &
  (
    | {
        kind: 'claimed';
        amount: bigint;
        /** Tokens paid over the operator's life, this claim included. */
        claimedTotal: bigint;
        /** What each payee got; null when the page does not know who they were then. Empty: all to the operator. */
        payees: readonly PaidPayee[] | null;
      }
    | { kind: 'payees_set'; old: readonly PayeeShare[]; new: readonly PayeeShare[] }
    | { kind: 'opened'; destination: Address }
    | { kind: 'closed' }
    | { kind: 'lost' }
  );
export type PaidPayee = { wallet: Address; bps: number; amount: bigint };
type Claim = Extract<HistoryRow, { kind: 'claimed' }>;

/**
 * What happened to an operator's account in one pool, newest first. `transactions` are newest first, and
 * `payees` those of now: what payees a claim had follows from the changes after it.
 */
export function historyOf(
  transactions: readonly PastTransaction[],
  pool: Address,
  operator: Address,
  payees: readonly PayeeShare[] | null,
): HistoryRow[] {
  const rows: HistoryRow[] = [];
  let then = payees;
  for (const transaction of transactions) {
    if (transaction.failed) continue;
    const common = (place: number): Common => ({
      key: `${transaction.signature}-${place}`,
      signature: transaction.signature,
      slot: transaction.slot,
      atS: transaction.atS,
    });
    if (transaction.events === null) {
      rows.push({ ...common(0), kind: 'lost' });
      // It may have changed the payees: before it nobody knows who they were.
      then = null;
      continue;
    }
    const own = transaction.events.map((event, place) => rowOf(event, common(place), pool, operator)).reverse();
    for (const row of own) {
      if (!row) continue;
      if (row.kind === 'payees_set') then = row.old;
      if (row.kind === 'opened') then = [];
      rows.push(row.kind === 'claimed' ? { ...row, payees: then && paid(row.amount, then) } : row);
    }
  }
  return rows;
}

function paid(amount: bigint, payees: readonly PayeeShare[]): PaidPayee[] {
  const amounts = payeeAmounts(amount, payees);
  return payees.map(({ wallet, bps }, at) => ({ wallet, bps, amount: amounts[at] ?? 0n }));
}

function rowOf(event: Event, common: Common, pool: Address, operator: Address): HistoryRow | null {
  if (event.program !== 'rewards') return null;
  const { kind, data } = event.event;
  switch (kind) {
    case 'Claimed':
      if (data.pool !== pool || data.operator !== operator) return null;
      return { ...common, kind: 'claimed', amount: data.amount, claimedTotal: data.claimedTotal, payees: null };
    case 'PayeesSet':
      if (data.pool !== pool || data.operator !== operator) return null;
      return { ...common, kind: 'payees_set', old: data.old, new: data.new };
    case 'ClaimantOpened':
      if (data.pool !== pool || data.operator !== operator) return null;
      return { ...common, kind: 'opened', destination: data.destination };
    case 'ClaimantClosed':
      if (data.pool !== pool || data.operator !== operator) return null;
      return { ...common, kind: 'closed' };
    default:
      return null;
  }
}

export function isClaim(row: HistoryRow): row is Claim {
  return row.kind === 'claimed';
}

/** Tokens of the claims among the rows. */
export function claimedIn(rows: readonly HistoryRow[]): bigint {
  return rows.filter(isClaim).reduce((sum, row) => sum + row.amount, 0n);
}

/**
 * Claims that the account counts and the rows do not: what the node does not keep any more, or what is on
 * pages not read yet. Never negative: the account is read at another moment than the transactions.
 */
export function missingClaims(rows: readonly HistoryRow[], claimedTotal: bigint): bigint {
  const shown = claimedIn(rows);
  return claimedTotal > shown ? claimedTotal - shown : 0n;
}

export const HISTORY_HEADER = [
  'what',
  'time_utc',
  'slot',
  'amount',
  'amount_smallest_unit',
  'claimed_total_smallest_unit',
  'payees',
  'transaction',
] as const;

const WHAT: Record<HistoryRow['kind'], string> = {
  claimed: 'claim',
  payees_set: 'payees set',
  opened: 'account opened',
  closed: 'account closed',
  lost: 'not kept by the node',
};

/** The history as a file; amounts in full, in tokens and in the smallest unit. */
export function historyCsv(rows: readonly HistoryRow[], decimals: number): string {
  return toCsv(
    HISTORY_HEADER,
    rows.map((row) => [
      WHAT[row.kind],
      row.atS === null ? '' : iso(row.atS),
      row.slot,
      isClaim(row) ? format(row.amount, decimals, { group: false }) : '',
      isClaim(row) ? row.amount : '',
      isClaim(row) ? row.claimedTotal : '',
      payeesText(row),
      row.signature,
    ]),
  );
}

function payeesText(row: HistoryRow): string {
  if (row.kind === 'payees_set') return row.new.map(({ wallet, bps }) => `${wallet}:${percentOf(bps)}%`).join(' ');
  if (row.kind !== 'claimed' || !row.payees) return '';
  return row.payees.map(({ wallet, amount }) => `${wallet}:${amount}`).join(' ');
}
