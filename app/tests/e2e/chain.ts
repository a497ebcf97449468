// What the chain says, asked without the app: tests compare with it.
import { address, createSolanaRpc, getAddressEncoder, getProgramDerivedAddress, type Address } from '@solana/kit';
import { CAIRN_REWARDS_PROGRAM_ADDRESS, getClaimantDecoder } from '../../src/generated/rewards';
import { stack } from './stack';

export const rpc = createSolanaRpc(stack.rpc_url);
const TOKEN_PROGRAM = address('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA');
const ASSOCIATED_TOKEN_PROGRAM = address('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL');

/** A wallet's account for the reward mint. */
export async function tokenAccount(wallet: string): Promise<Address> {
  const encode = getAddressEncoder().encode;
  const seeds = [wallet, TOKEN_PROGRAM, stack.network.mint].map((seed) => encode(address(seed)));
  const [account] = await getProgramDerivedAddress({ programAddress: ASSOCIATED_TOKEN_PROGRAM, seeds });
  return account;
}

/** Reward tokens of a wallet in the smallest unit; 0 when it has no account for them. */
export async function tokens(wallet: string): Promise<bigint> {
  const account = await tokenAccount(wallet);
  const { value } = await rpc.getAccountInfo(account, { commitment: 'confirmed', encoding: 'base64' }).send();
  if (!value) return 0n;
  // An SPL token account's amount is at byte 64.
  return Buffer.from(value.data[0], 'base64').readBigUInt64LE(64);
}

/** Lamports of an account. */
export async function lamports(wallet: string): Promise<bigint> {
  return (await rpc.getBalance(address(wallet), { commitment: 'confirmed' }).send()).value;
}

/** Bytes of an account; null when there is none. */
export async function bytes(account: string): Promise<Buffer | null> {
  const { value } = await rpc.getAccountInfo(address(account), { commitment: 'confirmed', encoding: 'base64' }).send();
  return value && Buffer.from(value.data[0], 'base64');
}

/** What an operator was paid over its life, by its account in the pool; 0 when it has none. */
export async function claimed(operator: string): Promise<bigint> {
  const seeds = ['claimant', ...[stack.network.pool, operator].map((one) => getAddressEncoder().encode(address(one)))];
  const [account] = await getProgramDerivedAddress({ programAddress: CAIRN_REWARDS_PROGRAM_ADDRESS, seeds });
  const data = await bytes(account);
  return data ? getClaimantDecoder().decode(data).claimedTotal : 0n;
}

/** An oracle's answer. */
export async function ask<T>(path: string, oracle = 0): Promise<T> {
  const response = await fetch(`${stack.oracles[oracle]!.url}${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** What an operator can claim, and earned in all, by the active root. */
export async function earned(operator: string): Promise<bigint> {
  const view = await ask<{ lifetime_total: string }>(`/v1/operators/${operator}/claim`);
  return BigInt(view.lifetime_total);
}
