// What the holder of a device's NFT may do: operator, location, licence, retirement.
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import * as registry from '../generated/registry/instructions';
import type { Device } from '../generated/registry/accounts';
import { CairnError } from '../lib/errors';
import { readRaws, type Found } from './accounts';
import type { Chain } from './cluster';
import { associatedToken, classOf, deviceMint, SYSTEM_PROGRAM, TOKEN_2022_PROGRAM } from './pda';
import type { Receipt } from './send';
import { tokenBalances } from './token';

/** The holder's associated token account with a device's NFT. */
const nftOf = async (holder: Address, device: Address) => associatedToken(holder, await deviceMint(device), TOKEN_2022_PROGRAM);

/** Whether a wallet holds a device's NFT. */
export async function holds(chain: Chain, wallet: Address, device: Address): Promise<boolean> {
  const [amount] = await tokenBalances(chain, [await nftOf(wallet, device)]);
  return amount === 1n;
}

/** @throws CairnError `not_holder` */
export async function requireHolder(chain: Chain, wallet: Address, device: Address): Promise<void> {
  if (await holds(chain, wallet, device)) return;
  throw new CairnError('not_holder', `${wallet} does not hold the NFT of device ${device}`, 'connect the wallet that holds it');
}

async function holderAccounts(holder: TransactionSigner, network: Address, device: Address) {
  return { holder, holderToken: await nftOf(holder.address, device), network, device };
}

export async function setOperator(holder: TransactionSigner, network: Address, device: Address, operator: Address): Promise<Instruction> {
  return registry.getSetOperatorInstruction({ ...(await holderAccounts(holder, network, device)), operator });
}

export type LocationSpec = { network: Address; treasury: Address; class: number; device: Address; location: bigint };

/** Says where a device stands; the payer pays the class's fee. */
export async function assertLocation(holder: TransactionSigner, spec: LocationSpec, payer = holder): Promise<Instruction> {
  return registry.getAssertLocationInstruction({
    payer,
    ...(await holderAccounts(holder, spec.network, spec.device)),
    class: await classOf(spec.network, spec.class),
    treasury: spec.treasury,
    systemProgram: SYSTEM_PROGRAM,
    location: spec.location,
  });
}

export async function setLicense(holder: TransactionSigner, network: Address, device: Address, license: Address): Promise<Instruction> {
  return registry.getSetLicenseInstruction({ ...(await holderAccounts(holder, network, device)), license });
}

export async function requestRetirement(holder: TransactionSigner, network: Address, device: Address): Promise<Instruction> {
  return registry.getRequestRetirementInstruction(await holderAccounts(holder, network, device));
}

export async function cancelRetirement(holder: TransactionSigner, network: Address, device: Address): Promise<Instruction> {
  return registry.getCancelRetirementInstruction(await holderAccounts(holder, network, device));
}

export async function retireDevice(holder: TransactionSigner, device: Found<Pick<Device, 'network' | 'class' | 'maker'>>): Promise<Instruction> {
  const { network, class: index, maker } = device.data;
  return registry.getRetireDeviceInstruction({
    ...(await holderAccounts(holder, network, device.address)),
    class: await classOf(network, index),
    maker,
    mint: await deviceMint(device.address),
    tokenProgram: TOKEN_2022_PROGRAM,
  });
}

/** What retiring gives back: all lamports of the device's account, its NFT's mint and token account. */
export type Refund = { device: bigint; mint: bigint; token: bigint; total: bigint };

export async function refundOf(chain: Chain, holder: Address, device: Address): Promise<Refund> {
  const accounts = await readRaws(chain, [device, await deviceMint(device), await nftOf(holder, device)]);
  const [own, mint, token] = accounts.map((account) => account?.lamports ?? 0n) as [bigint, bigint, bigint];
  return { device: own, mint, token, total: own + mint + token };
}

/** What a transaction returned to its payer, its fee not counted. */
export function returned(receipt: Pick<Receipt, 'changes' | 'fee'>, holder: Address): bigint {
  const change = receipt.changes.find(({ address }) => address === holder);
  return change ? change.after + receipt.fee - change.before : receipt.fee;
}
