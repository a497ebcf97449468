// Claiming: what it takes, in as few transactions as fit.
import { AccountRole, type Address, type Instruction, type TransactionSigner } from '@solana/kit';
import type { ClaimView } from '../api/types';
import { getClaimInstruction, getOpenClaimantInstruction } from '../generated/rewards/instructions';
import type { Claimant, Pool } from '../generated/rewards/accounts';
import { fromHex } from '../lib/bytes';
import { CairnError } from '../lib/errors';
import { payeesOf, CLAIMANT_BYTES, type Payee } from '../lib/payees';
import { proofBytes } from '../lib/proof';
import { find, KINDS, readRaws, type Found } from './accounts';
import type { Chain } from './cluster';
import { associatedToken, claimantOf, TOKEN_2022_PROGRAM, vaultOf } from './pda';
import { LAMPORTS_PER_SIGNATURE, MAX_TRANSACTION_BYTES, transactionBytes } from './send';
import { TABLE_HEAD_BYTES, type LookupTable } from './tables';
import {
  createAssociatedToken,
  lamportsOf,
  rentFor,
  TOKEN_2022_ACCOUNT_BYTES,
  TOKEN_ACCOUNT_BYTES,
  tokenBalances,
} from './token';

/** Where a claim pays to, as the chain has it. */
export type ClaimAccounts = {
  /** Null before the first claim. */
  claimant: Found<Claimant> | null;
  /** Who shares the claim; nobody when everything is the operator's. */
  payees: Payee[];
  /** Token accounts that the claim pays to, in the program's order. */
  destinations: Address[];
  /** Wallets whose token account does not exist yet: whoever claims pays for it. */
  toCreate: Address[];
  vaultBalance: bigint;
};

export async function claimAccounts(
  chain: Chain,
  pool: Found<Pool>,
  operator: Address,
): Promise<ClaimAccounts> {
  const { mint, tokenProgram, vault } = pool.data;
  const claimant = await find(chain, KINDS.claimant, await claimantOf(pool.address, operator));
  const payees = claimant ? payeesOf(claimant.raw) : [];
  const own = claimant?.data.destination ?? (await associatedToken(operator, mint, tokenProgram));
  const wallets = payees.length ? payees.map((payee) => payee.wallet) : [operator];
  const destinations = payees.length ? payees.map((payee) => payee.destination) : [own];
  const [raws, balances] = await Promise.all([readRaws(chain, destinations), tokenBalances(chain, [vault])]);
  const toCreate = wallets.filter((_, at) => !raws[at]);
  return { claimant, payees, destinations, toCreate, vaultBalance: balances[0] ?? 0n };
}

/** One transaction of a claim. */
export type ClaimStep =
  | { kind: 'open' | 'accounts'; instructions: Instruction[] }
  /** A lookup table with these addresses has to be made and used by the claim. */
  | { kind: 'table'; addresses: Address[] }
  | { kind: 'claim'; instructions: Instruction[]; opens: boolean; table: LookupTable | 'new' | null };

export type ClaimInput = {
  signer: TransactionSigner;
  pool: Pick<Found<Pool>, 'address'> & { data: Pick<Pool, 'mint' | 'tokenProgram'> };
  operator: Address;
  view: Pick<ClaimView, 'lifetime_total' | 'devices_root' | 'leaf_index' | 'proof'>;
  accounts: Pick<ClaimAccounts, 'destinations' | 'toCreate'> & { claimant: unknown };
  /** Tables that the wallet could use. */
  tables?: readonly LookupTable[];
};

/** The `claim` instruction of an operator. */
export async function claimInstruction(input: Omit<ClaimInput, 'signer' | 'tables'>): Promise<Instruction> {
  const { pool, operator, view, accounts } = input;
  const { mint, tokenProgram } = pool.data;
  const [destination, ...others] = accounts.destinations;
  const claim = getClaimInstruction({
    pool: pool.address,
    claimant: await claimantOf(pool.address, operator),
    vault: await vaultOf(pool.address),
    destination: destination ?? (await associatedToken(operator, mint, tokenProgram)),
    tokenProgram,
    ...(tokenProgram === TOKEN_2022_PROGRAM ? { mint } : {}),
    lifetimeTotal: BigInt(view.lifetime_total),
    devicesRoot: fromHex(view.devices_root),
    index: view.leaf_index,
    proof: proofBytes(view.proof),
  });
  const rest = others.map((address) => ({ address, role: AccountRole.WRITABLE }));
  return { ...claim, accounts: [...claim.accounts, ...rest] };
}

/**
 * The transactions of a claim, in order: opening the claimant and missing token accounts where need be, beside the
 * claim when all fits; a lookup table where the claim alone is too long.
 * @throws CairnError `transaction_too_large` when it does not even fit with a table, which no proof that the program
 * accepts can cause.
 */
export async function claimSteps(input: ClaimInput): Promise<ClaimStep[]> {
  const { signer, pool, operator, accounts, tables = [] } = input;
  const { mint, tokenProgram } = pool.data;
  const claim = await claimInstruction(input);
  const creations = await Promise.all(
    accounts.toCreate.map((wallet) => createAssociatedToken(signer, wallet, mint, tokenProgram)),
  );
  const opening = accounts.claimant
    ? []
    : [await openInstruction(signer, pool.address, operator, mint, tokenProgram)];
  const before = [...creations, ...opening];
  const opens = opening.length > 0;
  const fits = (instructions: readonly Instruction[], table?: LookupTable) =>
    bytesOf(signer, instructions, table) <= MAX_TRANSACTION_BYTES;
  if (fits([...before, claim]))
    return [{ kind: 'claim', instructions: [...before, claim], opens, table: null }];

  const steps: ClaimStep[] = packed(signer, before).map((instructions, at, all) => ({
    kind: opens && at === all.length - 1 ? 'open' : 'accounts',
    instructions,
  }));
  if (fits([claim])) return [...steps, { kind: 'claim', instructions: [claim], opens: false, table: null }];
  const known = tables.find((table) => fits([claim], table));
  if (known) return [...steps, { kind: 'claim', instructions: [claim], opens: false, table: known }];
  const addresses = nameable(claim, signer.address);
  const bytes = bytesOf(signer, [claim], unmade(addresses));
  if (bytes > MAX_TRANSACTION_BYTES) {
    throw new CairnError(
      'transaction_too_large',
      `the claim has ${bytes} bytes even with a lookup table, at most ${MAX_TRANSACTION_BYTES} fit`,
      'the proof is longer than any that the program accepts: ask another oracle',
    );
  }
  return [
    ...steps,
    { kind: 'table', addresses },
    { kind: 'claim', instructions: [claim], opens: false, table: 'new' },
  ];
}

async function openInstruction(
  signer: TransactionSigner,
  pool: Address,
  operator: Address,
  mint: Address,
  tokenProgram: Address,
): Promise<Instruction> {
  return getOpenClaimantInstruction({
    payer: signer,
    pool,
    operator,
    destination: await associatedToken(operator, mint, tokenProgram),
    claimant: await claimantOf(pool, operator),
  });
}

function bytesOf(
  signer: TransactionSigner,
  instructions: readonly Instruction[],
  table?: LookupTable,
): number {
  return transactionBytes(signer, instructions, table && { [table.address]: table.addresses });
}

/** Instructions in as few transactions as hold them, in order. */
function packed(signer: TransactionSigner, instructions: readonly Instruction[]): Instruction[][] {
  const out: Instruction[][] = [];
  for (const instruction of instructions) {
    const last = out.at(-1);
    if (last && bytesOf(signer, [...last, instruction]) <= MAX_TRANSACTION_BYTES) last.push(instruction);
    else out.push([instruction]);
  }
  return out;
}

/** Accounts that a table can name: not programs that are called, nor signers. */
export function nameable(instruction: Instruction, payer: Address): Address[] {
  const others = (instruction.accounts ?? []).filter(
    ({ address, role }) =>
      role < AccountRole.READONLY_SIGNER && address !== payer && address !== instruction.programAddress,
  );
  return [...new Set(others.map(({ address }) => address))];
}

function unmade(addresses: Address[]): LookupTable {
  return { address: addresses[0] as Address, authority: null, active: true, lastExtendedSlot: 0n, addresses };
}

/** What a claim costs in SOL, beside what it earns. */
export type ClaimCost = {
  /** Network fees of all transactions. */
  fees: bigint;
  /** Rent of the claimant account, which closing gives back; 0 when it is open. */
  claimantRent: bigint;
  /** Rent of token accounts that have to be created. */
  tokenRent: bigint;
  /** Rent of a lookup table, which closing gives back. */
  tableRent: bigint;
  /** All that the wallet pays. */
  total: bigint;
  /** What a wallet has to keep, or it could not pay at all. */
  keep: bigint;
  balance: bigint;
};

export async function claimCost(
  chain: Chain,
  wallet: Address,
  pool: Found<Pool>,
  accounts: ClaimAccounts,
  steps: readonly ClaimStep[],
): Promise<ClaimCost> {
  const tokenBytes =
    pool.data.tokenProgram === TOKEN_2022_PROGRAM ? TOKEN_2022_ACCOUNT_BYTES : TOKEN_ACCOUNT_BYTES;
  const table = steps.find((step) => step.kind === 'table');
  const [balance, keep, claimant, token, tables] = await Promise.all([
    lamportsOf(chain, wallet),
    rentFor(chain, 0),
    accounts.claimant ? 0n : rentFor(chain, CLAIMANT_BYTES),
    accounts.toCreate.length ? rentFor(chain, tokenBytes) : 0n,
    table ? rentFor(chain, TABLE_HEAD_BYTES + 32 * table.addresses.length) : 0n,
  ]);
  const fees = BigInt(steps.length) * LAMPORTS_PER_SIGNATURE;
  const tokenRent = token * BigInt(accounts.toCreate.length);
  return {
    fees,
    claimantRent: claimant,
    tokenRent,
    tableRent: tables,
    total: fees + claimant + tokenRent + tables,
    keep,
    balance,
  };
}
