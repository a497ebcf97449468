// Address lookup tables: what lets a claim with many payees fit into a transaction. As client/sdk's
// lookup_table.rs: a table belongs to its authority, and can be used from the slot after it was filled.
import {
  AccountRole,
  getAddressDecoder,
  getAddressEncoder,
  getBase58Decoder,
  getProgramDerivedAddress,
  type Address,
  type Base58EncodedBytes,
  type Instruction,
  type TransactionSigner,
} from '@solana/kit';
import { concat, u32le, u64le } from '../lib/bytes';
import { CairnError } from '../lib/errors';
import { load, store } from '../lib/storage';
import { ask, fromBase64, readRaw, readRaws, type Raw } from './accounts';
import type { Chain } from './cluster';
import { SYSTEM_PROGRAM } from './pda';

export const TABLE_PROGRAM = 'AddressLookupTab1e1111111111111111111111111' as Address;
/** Addresses that one transaction can add beside the table's creation. */
export const ADDRESSES_PER_TRANSACTION = 20;
/** Bytes of a table before its addresses. */
export const TABLE_HEAD_BYTES = 56;
/** Where a table has its authority. */
const AUTHORITY_AT = 22n;
/** The deactivation slot of an active table. */
const ACTIVE = (1n << 64n) - 1n;

/** A lookup table as it stands on chain. */
export type LookupTable = {
  address: Address;
  authority: Address | null;
  active: boolean;
  lastExtendedSlot: bigint;
  addresses: Address[];
};

/** Decodes a table; null for anything else. */
export function readTable(raw: Raw): LookupTable | null {
  const { data } = raw;
  if (raw.owner !== TABLE_PROGRAM || data.length < TABLE_HEAD_BYTES || data[0] !== 1) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const addresses: Address[] = [];
  for (let at = TABLE_HEAD_BYTES; at + 32 <= data.length; at += 32)
    addresses.push(getAddressDecoder().decode(data, at));
  return {
    address: raw.address,
    authority: data[21] === 1 ? getAddressDecoder().decode(data, Number(AUTHORITY_AT)) : null,
    active: view.getBigUint64(4, true) === ACTIVE,
    lastExtendedSlot: view.getBigUint64(12, true),
    addresses,
  };
}

/** Whether transactions can use all of a table in `slot`. */
export function isUsable(table: LookupTable, slot: bigint): boolean {
  return table.active && slot > table.lastExtendedSlot;
}

/** The instructions that make a table of `payer` and fill it, and where it will be. */
export async function createTable(
  payer: TransactionSigner,
  recentSlot: bigint,
  addresses: readonly Address[],
): Promise<{ address: Address; instructions: Instruction[] }> {
  const key = getAddressEncoder().encode(payer.address);
  const [address, bump] = await getProgramDerivedAddress({
    programAddress: TABLE_PROGRAM,
    seeds: [key, u64le(recentSlot)],
  });
  const signing = { address: payer.address, role: AccountRole.WRITABLE_SIGNER, signer: payer } as never;
  const accounts = [
    { address, role: AccountRole.WRITABLE },
    signing,
    signing,
    { address: SYSTEM_PROGRAM, role: AccountRole.READONLY },
  ];
  const create = {
    programAddress: TABLE_PROGRAM,
    accounts,
    data: concat(u32le(0), u64le(recentSlot), [bump]),
  };
  const keys = addresses.map((one) => getAddressEncoder().encode(one));
  const extend = {
    programAddress: TABLE_PROGRAM,
    accounts,
    data: concat(u32le(2), u64le(BigInt(keys.length)), ...keys),
  };
  return { address, instructions: [create, extend] };
}

const storeKey = (wallet: Address) => `tables.${wallet}`;

/** Tables that this wallet may use now: those that the node finds, and those that this browser remembers. */
export async function usableTables(chain: Chain, wallet: Address): Promise<LookupTable[]> {
  const [found, slot] = await Promise.all([tablesOnChain(chain, wallet), slotOf(chain)]);
  return found.filter((table) => table.authority === wallet && isUsable(table, slot));
}

async function tablesOnChain(chain: Chain, wallet: Address): Promise<LookupTable[]> {
  const bytes = getBase58Decoder().decode(getAddressEncoder().encode(wallet)) as Base58EncodedBytes;
  try {
    const accounts = await chain.rpc
      .getProgramAccounts(TABLE_PROGRAM, {
        encoding: 'base64',
        commitment: 'confirmed',
        filters: [{ memcmp: { offset: AUTHORITY_AT, bytes, encoding: 'base58' } }],
      })
      .send();
    return accounts.flatMap(({ pubkey, account }) => {
      const raw = {
        address: pubkey,
        owner: account.owner,
        lamports: account.lamports,
        data: fromBase64(account.data[0]),
      };
      return readTable(raw) ?? [];
    });
  } catch {
    // Public nodes do not search this program; those that this browser made are known.
    const raws = await readRaws(chain, load<Address[]>(storeKey(wallet)) ?? []);
    return raws.flatMap((raw) => (raw && readTable(raw)) ?? []);
  }
}

/** Remembers a table that was made, for nodes that do not search. */
export function rememberTable(wallet: Address, table: Address): void {
  const known = load<Address[]>(storeKey(wallet)) ?? [];
  store(storeKey(wallet), [...new Set([...known, table])]);
}

/** Waits until a table that was just made can be used. @throws CairnError when it does not appear. */
export async function waitForTable(chain: Chain, address: Address): Promise<LookupTable> {
  for (let tries = 0; tries < 120; tries += 1) {
    const raw = await readRaw(chain, address);
    const table = raw && readTable(raw);
    if (table && isUsable(table, await slotOf(chain))) return table;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new CairnError(
    'table_missing',
    `the lookup table ${address} cannot be used yet`,
    'try again: it will be used again',
  );
}

/** The newest confirmed slot. */
export function slotOf(chain: Chain): Promise<bigint> {
  return ask(() => chain.rpc.getSlot({ commitment: 'confirmed' }).send());
}

/** A slot that the chain remembers for certain: what a table's address is made from. */
export function recentSlot(chain: Chain): Promise<bigint> {
  return ask(() => chain.rpc.getSlot({ commitment: 'finalized' }).send());
}
