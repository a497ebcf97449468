// Mints, token accounts, and instructions of the token programs that the page needs.
import { AccountRole, type Address, type Instruction, type TransactionSigner } from '@solana/kit';
import { readRaw, readRaws, ask } from './accounts';
import type { Chain } from './cluster';
import { missing, wrongAccount } from './failure';
import {
  associatedToken,
  ASSOCIATED_TOKEN_PROGRAM,
  SYSTEM_PROGRAM,
  TOKEN_2022_PROGRAM,
  TOKEN_PROGRAM,
} from './pda';

export type Mint = { address: Address; program: Address; decimals: number; supply: bigint };

/** A mint of either token program. @throws CairnError */
export async function readMint(chain: Chain, address: Address): Promise<Mint> {
  const raw = await readRaw(chain, address);
  if (!raw) throw missing('mint', address);
  if (raw.owner !== TOKEN_PROGRAM && raw.owner !== TOKEN_2022_PROGRAM) {
    throw wrongAccount('mint', address, `it belongs to program ${raw.owner}`);
  }
  if (raw.data.length < 82) throw wrongAccount('mint', address, 'it is too short');
  const view = new DataView(raw.data.buffer, raw.data.byteOffset);
  return {
    address,
    program: raw.owner,
    decimals: raw.data[44] as number,
    supply: view.getBigUint64(36, true),
  };
}

/** Tokens in token accounts; 0 where there is none. @throws CairnError `rpc_failed` */
export async function tokenBalances(chain: Chain, accounts: readonly Address[]): Promise<bigint[]> {
  return (await readRaws(chain, accounts)).map((raw) =>
    raw && raw.data.length >= 72
      ? new DataView(raw.data.buffer, raw.data.byteOffset).getBigUint64(64, true)
      : 0n,
  );
}

/** Tokens of a wallet in its associated account; 0 when there is none. */
export async function walletTokens(
  chain: Chain,
  wallet: Address,
  mint: Address,
  program: Address,
): Promise<bigint> {
  const [amount] = await tokenBalances(chain, [await associatedToken(wallet, mint, program)]);
  return amount ?? 0n;
}

/** What a wallet or account holds, in lamports. */
export async function lamportsOf(chain: Chain, address: Address): Promise<bigint> {
  const { value } = await ask(() => chain.rpc.getBalance(address, { commitment: 'confirmed' }).send());
  return value;
}

/** The rent that an account of so many bytes has to hold, in lamports. */
export async function rentFor(chain: Chain, bytes: number): Promise<bigint> {
  return ask(() => chain.rpc.getMinimumBalanceForRentExemption(BigInt(bytes)).send());
}

/** Bytes of a plain token account. */
export const TOKEN_ACCOUNT_BYTES = 165;
/** Bytes of an associated account of Token-2022, which never changes its owner. */
export const TOKEN_2022_ACCOUNT_BYTES = 170;

/** Creates the associated token account of `wallet` unless it exists; `payer` pays its rent. */
export async function createAssociatedToken(
  payer: TransactionSigner,
  wallet: Address,
  mint: Address,
  program: Address,
): Promise<Instruction> {
  return {
    programAddress: ASSOCIATED_TOKEN_PROGRAM,
    accounts: [
      { address: payer.address, role: AccountRole.WRITABLE_SIGNER, signer: payer } as never,
      { address: await associatedToken(wallet, mint, program), role: AccountRole.WRITABLE },
      { address: wallet, role: AccountRole.READONLY },
      { address: mint, role: AccountRole.READONLY },
      { address: SYSTEM_PROGRAM, role: AccountRole.READONLY },
      { address: program, role: AccountRole.READONLY },
    ],
    // CreateIdempotent.
    data: Uint8Array.of(1),
  };
}
