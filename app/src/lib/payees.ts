// Who shares an operator's claims: reading them from the account, checking new ones as the CLI and the
// program do, and what each gets of a claim.
import { getAddressDecoder, isAddress, type Address } from '@solana/kit';
import { NO_ADDRESS } from '../chain/pda';
import { parse } from './amount';
import { asCairnError, CairnError } from './errors';

/** The most wallets that share a claim. */
export const MAX_PAYEES = 8;
/** All of a claim, in basis points. */
export const ALL_BPS = 10_000;
/** Bytes of a claimant's account before its payees: discriminator, fixed part, and their number. */
export const CLAIMANT_BYTES = 8 + 224 + 4;
/** Bytes of one payee: wallet, token account, part, zeros. */
export const PAYEE_BYTES = 72;

/** A wallet and its part of every claim, in basis points. */
export type PayeeShare = { wallet: Address; bps: number };
/** A payee with the token account that its part goes to. */
export type Payee = PayeeShare & { destination: Address };

/** The payees in the bytes of a claimant's account, discriminator included; none when there are none. */
export function payeesOf(claimant: Uint8Array): Payee[] {
  const head = CLAIMANT_BYTES - 4;
  if (claimant.length < CLAIMANT_BYTES) return [];
  const view = new DataView(claimant.buffer, claimant.byteOffset, claimant.byteLength);
  const whole = Math.floor((claimant.length - CLAIMANT_BYTES) / PAYEE_BYTES);
  const address = getAddressDecoder();
  return Array.from({ length: Math.min(view.getUint32(head, true), whole) }, (_, at) => {
    const from = CLAIMANT_BYTES + at * PAYEE_BYTES;
    return {
      wallet: address.decode(claimant, from),
      destination: address.decode(claimant, from + 32),
      bps: view.getUint16(from + 64, true),
    };
  });
}

/** The rule of {@link payeeAmounts}, in words. */
export const ROUNDING = 'Each payee gets ⌊ claim × part ÷ 100 % ⌋, to the smallest unit; the first gets what that leaves over.';

/**
 * What each payee gets of a claim of `amount`: its part rounded down, the first what that leaves over.
 * Nothing where there are no payees.
 */
export function payeeAmounts(amount: bigint, payees: readonly Pick<PayeeShare, 'bps'>[]): bigint[] {
  const parts = payees.map(({ bps }) => (amount * BigInt(bps)) / BigInt(ALL_BPS));
  const others = parts.slice(1).reduce((sum, part) => sum + part, 0n);
  return parts.map((part, at) => (at === 0 ? amount - others : part));
}

/** A row of the editor, as it is typed. */
export type PayeeRow = { wallet: string; percent: string };

/** What stands in the editor for payees that are set. */
export function rowsOf(payees: readonly PayeeShare[]): PayeeRow[] {
  return payees.map(({ wallet, bps }) => ({ wallet, percent: percentOf(bps) }));
}

/** Basis points as the percentage that {@link bpsOfPercent} reads. */
export function percentOf(bps: number): string {
  const fraction = String(bps % 100).padStart(2, '0').replace(/0+$/, '');
  return `${Math.floor(bps / 100)}${fraction && `.${fraction}`}`;
}

/** A percentage with at most two decimals as basis points. @throws CairnError `invalid_amount` */
export function bpsOfPercent(text: string): number {
  const shown = text.trim().replace(/\s*%$/, '');
  const invalid = (message: string) =>
    new CairnError('invalid_amount', message, 'write a percentage of 0 to 100, such as 12.5');
  let bps: bigint;
  try {
    bps = parse(shown, 2);
  } catch {
    throw invalid(`\`${shown}\` is no percentage with at most two decimals`);
  }
  if (bps > BigInt(ALL_BPS)) throw invalid(`\`${shown}\` is more than all`);
  return Number(bps);
}

const invalidPayee = (message: string) =>
  new CairnError('invalid_payee', message, 'give a wallet and a part in percent with at most two decimals, such as 12.5');
const invalidPayees = (message: string, hint: string) => new CairnError('invalid_payees', message, hint);
const namedTwice = () => invalidPayees('a wallet is named twice', 'name each payee once, with all of its part');

/** What is wrong with one row by itself: its wallet, its part. */
export type RowProblems = { wallet: CairnError | null; percent: CairnError | null };
/** What the editor holds: payees when everything is right, else what is not. */
export type Checked = {
  payees: PayeeShare[] | null;
  rows: RowProblems[];
  /** Basis points of the rows that have a readable part. */
  sum: number;
  /** What is wrong with the whole; the code is the CLI's. */
  problem: CairnError | null;
};

function walletProblem(text: string): CairnError | null {
  const wallet = text.trim();
  if (wallet === '') return invalidPayee('a wallet is missing');
  if (!isAddress(wallet)) return invalidPayee(`\`${wallet}\` is no address`);
  return wallet === NO_ADDRESS ? invalidPayee('this address belongs to nobody') : null;
}

function percentProblem(text: string): { bps: number; problem: CairnError | null } {
  try {
    const bps = bpsOfPercent(text);
    return { bps, problem: bps === 0 ? invalidPayee('a part must be above 0') : null };
  } catch (error) {
    return { bps: 0, problem: asCairnError(error) };
  }
}

/**
 * Checks the editor's rows by the program's rules: at most eight different wallets, none zero, each with a
 * part above 0; the parts add up to all. No rows at all are right: everything goes to the operator again.
 */
export function checkPayees(rows: readonly PayeeRow[]): Checked {
  const parts = rows.map((row) => percentProblem(row.percent));
  const wallets = rows.map((row) => row.wallet.trim());
  const problems = rows.map((row, at): RowProblems => {
    const twice = wallets.indexOf(row.wallet.trim()) < at;
    return {
      wallet: walletProblem(row.wallet) ?? (twice ? namedTwice() : null),
      percent: parts[at]?.problem ?? null,
    };
  });
  const sum = parts.reduce((total, part) => total + part.bps, 0);
  const problem = wholeProblem(rows, problems, sum);
  const payees = problem ? null : wallets.map((wallet, at) => ({ wallet: wallet as Address, bps: parts[at]?.bps ?? 0 }));
  return { payees, rows: problems, sum, problem };
}

function wholeProblem(rows: readonly PayeeRow[], problems: readonly RowProblems[], sum: number): CairnError | null {
  if (rows.length === 0) return null;
  for (const { wallet, percent } of problems) {
    const problem = wallet ?? percent;
    if (problem) return problem;
  }
  if (sum === ALL_BPS && rows.length <= MAX_PAYEES) return null;
  return invalidPayees(
    `${rows.length} payees get ${percentOf(sum)} % together`,
    'name one to eight payees whose parts add up to 100 %',
  );
}

/** Whether two lists name the same payees in the same order. */
export function samePayees(a: readonly PayeeShare[], b: readonly PayeeShare[]): boolean {
  return a.length === b.length && a.every((one, at) => one.wallet === b[at]?.wallet && one.bps === b[at]?.bps);
}

/** 10,000 basis points in `count` parts as even as they go; the first gets what is left over. */
export function evenParts(count: number): number[] {
  const each = Math.floor(ALL_BPS / count);
  return Array.from({ length: count }, (_, at) => (at === 0 ? ALL_BPS - each * (count - 1) : each));
}
