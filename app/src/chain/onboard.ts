// Onboarding a device: the precompiles' instructions and, directly after them, the registry's
// (client/sdk/src/instruction/registry.rs); and what the chain says that it takes.
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import { getOnboardDeviceInstruction } from '../generated/registry/instructions';
import type { DeviceClass, Network } from '../generated/registry/accounts';
import { concat, fromBase58, fromHex, toHex, u16le, unpadded } from '../lib/bytes';
import { messagesOf, paddedSerial, SCHEMES, type ChainFacts, type Response } from '../lib/onboarding';
import { networkTermsAt } from '../lib/onboarding-terms';
import { CairnError } from '../lib/errors';
import { find, KINDS, readRaw, type Found } from './accounts';
import type { Chain } from './cluster';
import { missing } from './failure';
import {
  ASSOCIATED_TOKEN_PROGRAM,
  associatedToken,
  classOf,
  deviceMint,
  deviceOf,
  groupMint,
  makerOf,
  SYSTEM_PROGRAM,
  TOKEN_2022_PROGRAM,
} from './pda';
import { rentFor, TOKEN_2022_ACCOUNT_BYTES } from './token';

export const ED25519_PROGRAM = 'Ed25519SigVerify111111111111111111111111111' as Address;
export const SECP256R1_PROGRAM = 'Secp256r1SigVerify1111111111111111111111111' as Address;
const INSTRUCTIONS_SYSVAR = 'Sysvar1nstructions1111111111111111111111111' as Address;
const SLOT_HASHES_SYSVAR = 'SysvarS1otHashes111111111111111111111111111' as Address;
const CLOCK_SYSVAR = 'SysvarC1ock11111111111111111111111111111111' as Address;
/** Bytes of a device's account, its discriminator included. */
const DEVICE_BYTES = 8 + 440;
/** A mint with close authority, pointers to metadata and membership, and the membership itself. */
const MINT_BYTES = 166 + 36 + 2 * 68 + 76;

/** A message with its signature, for a precompile. */
export type SignedMessage = { key: Uint8Array; signature: Uint8Array; message: Uint8Array };

/** Count, offsets, and what they refer to, in the layout that both precompiles share. */
export function precompileData(signed: readonly SignedMessage[]): Uint8Array {
  const header = 2 + 14 * signed.length;
  // The data that an offset refers to is this instruction's own.
  const own = u16le(0xffff);
  const offsets: Uint8Array[] = [Uint8Array.of(signed.length, 0)];
  const payload: Uint8Array[] = [];
  let at = header;
  const place = (bytes: Uint8Array) => {
    const start = u16le(at);
    payload.push(bytes);
    at += bytes.length;
    return start;
  };
  for (const { key, signature, message } of signed) {
    const [signatureAt, keyAt, messageAt] = [place(signature), place(key), place(message)];
    offsets.push(signatureAt, own, keyAt, own, messageAt, u16le(message.length), own);
  }
  return concat(...offsets, ...payload);
}

/** Where a response's device goes, and what it takes along. */
export type Joining = {
  response: Response;
  treasury: Address;
  /** H3 cell (resolution 8 to 15), or 0. */
  location: bigint;
  license: Address | null;
};

/** Address of the account that a response's device gets. */
export const joiningDevice = ({ network, device_key, scheme }: Response) =>
  deviceOf(network, fromHex(device_key), SCHEMES.indexOf(scheme));

/** One precompile instruction for an Ed25519 device, two for P-256: the maker's, then the device's. */
export function signatureInstructions(response: Response): Instruction[] {
  const { certificate } = response;
  const messages = messagesOf(response);
  const maker = { key: fromBase58(certificate.maker_key), signature: fromHex(certificate.maker_signature), message: messages.maker };
  const key = fromHex(response.device_key);
  const signature = fromHex(response.device_signature);
  const of = (programAddress: Address, signed: SignedMessage[]) => ({ programAddress, accounts: [], data: precompileData(signed) });
  if (response.scheme === 'ed25519') {
    return [of(ED25519_PROGRAM, [maker, { key: key.slice(0, 32), signature, message: messages.device }])];
  }
  return [of(ED25519_PROGRAM, [maker]), of(SECP256R1_PROGRAM, [{ key, signature, message: messages.device }])];
}

/** The registry's instruction; the one that checks the signatures stands right before it in its transaction. */
export async function onboardInstruction(payer: TransactionSigner, joining: Joining): Promise<Instruction> {
  const { response, treasury, location, license } = joining;
  const { network, owner, certificate } = response;
  const device = await joiningDevice(response);
  const mint = await deviceMint(device);
  return getOnboardDeviceInstruction({
    payer,
    owner,
    network,
    class: await classOf(network, response.class),
    maker: await makerOf(network, certificate.maker_key),
    ...(license ? { license } : {}),
    device,
    mint,
    group: await groupMint(network),
    ownerToken: await associatedToken(owner, mint, TOKEN_2022_PROGRAM),
    treasury,
    instructions: INSTRUCTIONS_SYSVAR,
    tokenProgram: TOKEN_2022_PROGRAM,
    associatedTokenProgram: ASSOCIATED_TOKEN_PROGRAM,
    systemProgram: SYSTEM_PROGRAM,
    key: fromHex(response.device_key),
    serial: paddedSerial(certificate.serial),
    slot: BigInt(response.slot),
    location,
  });
}

/** Everything that onboarding a device takes, in its order. */
export async function onboardDevice(payer: TransactionSigner, joining: Joining): Promise<Instruction[]> {
  return [...signatureInstructions(joining.response), await onboardInstruction(payer, joining)];
}

export type SlotHash = { slot: bigint; hash: Uint8Array };

/** The entries of the slot hashes sysvar: a count, then slot and hash, newest first. */
export function readSlotHashes(data: Uint8Array): SlotHash[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const count = data.length < 8 ? 0 : Math.min(Number(view.getBigUint64(0, true)), Math.floor((data.length - 8) / 40));
  return Array.from({ length: count }, (_, at) => ({
    slot: view.getBigUint64(8 + 40 * at, true),
    hash: data.slice(16 + 40 * at, 48 + 40 * at),
  }));
}

/** All slot hashes that the chain knows, newest first. */
export async function slotHashes(chain: Chain): Promise<SlotHash[]> {
  const raw = await readRaw(chain, SLOT_HASHES_SYSVAR);
  const entries = raw ? readSlotHashes(raw.data) : [];
  if (!raw || entries.length === 0) throw missing('slot hash', SLOT_HASHES_SYSVAR);
  return entries;
}

/** The newest slot with a hash, for a request. */
export async function recentSlotHash(chain: Chain): Promise<SlotHash> {
  const [newest] = await slotHashes(chain);
  return newest as SlotHash;
}

export type ChainClock = { slot: bigint; atS: number };
/** The chain's own time: what the programs compare with. */
export async function chainClock(chain: Chain): Promise<ChainClock> {
  const raw = await readRaw(chain, CLOCK_SYSVAR);
  if (!raw || raw.data.length < 40) throw missing('clock', CLOCK_SYSVAR);
  const view = new DataView(raw.data.buffer, raw.data.byteOffset, raw.data.byteLength);
  return { slot: view.getBigUint64(0, true), atS: Number(view.getBigInt64(32, true)) };
}

/** How long a slot takes here, in seconds, by the times of two blocks; Solana's 0.4 s when the node has none. */
export async function slotSeconds(chain: Chain): Promise<number> {
  try {
    const slot = await chain.rpc.getSlot({ commitment: 'confirmed' }).send();
    const before = slot > 600n ? slot - 600n : 0n;
    const [now, then] = await Promise.all([chain.rpc.getBlockTime(slot).send(), chain.rpc.getBlockTime(before).send()]);
    const seconds = Number(now ?? 0n) - Number(then ?? 0n);
    return now !== null && then !== null && seconds > 0 ? seconds / Number(slot - before) : 0.4;
  } catch {
    // An estimate for a countdown: nothing is decided by it.
    return 0.4;
  }
}

/** What the chain says of a response. */
export async function factsOf(chain: Chain, response: Response): Promise<ChainFacts> {
  const [hashes, device, maker] = await Promise.all([
    slotHashes(chain),
    readRaw(chain, await joiningDevice(response)),
    find(chain, KINDS.maker, await makerOf(response.network, response.certificate.maker_key)),
  ]);
  const slot = BigInt(response.slot);
  const found = hashes.find((entry) => entry.slot === slot);
  return {
    slotHash: found ? toHex(found.hash) : null,
    deviceExists: device !== null && device.data.length > 0,
    maker: maker && maker.data,
  };
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

/** Bytes of a device's NFT mint with its metadata, as `onboard_device` makes it. */
export function mintBytes(network: Pick<Network, 'name' | 'symbol'>, deviceClass: Pick<DeviceClass, 'uri' | 'index' | 'scheme'>, serial: string): number {
  const text = (value: string) => bytesOf(value) + 4;
  const key = deviceClass.scheme === 0 ? 64 : 66;
  const fields = text('device_key') + key + 4 + text('class') + text(String(deviceClass.index)) + text('serial') + text(serial);
  const name = `${unpadded(network.name)} ${serial}`;
  const metadata = 4 + 32 + 32 + 4 + text(name) + text(unpadded(network.symbol)) + text(unpadded(deviceClass.uri)) + fields;
  return MINT_BYTES + metadata;
}

/** What joining costs its payer, by what for. */
export type JoinCost = { device: bigint; mint: bigint; token: bigint; fee: bigint; rent: bigint };

export async function joinCost(
  chain: Chain,
  network: Pick<Network, 'name' | 'symbol'>,
  deviceClass: Pick<DeviceClass, 'uri' | 'index' | 'scheme'>,
  feeLamports: bigint,
  serial: string,
): Promise<JoinCost> {
  const [device, mint, token] = await Promise.all([
    rentFor(chain, DEVICE_BYTES),
    rentFor(chain, mintBytes(network, deviceClass, serial)),
    rentFor(chain, TOKEN_2022_ACCOUNT_BYTES),
  ]);
  return { device, mint, token, fee: feeLamports, rent: device + mint + token };
}

/** The network's treasury, which gets the fees. */
export const treasuryOf = (network: Found<Network>, nowS: number) => networkTermsAt(network.data, nowS).treasury;

/** The payer cannot pay. @throws CairnError `sol_missing` */
export function requireSol(balance: bigint, needed: bigint, text: (lamports: bigint) => string): void {
  if (balance >= needed) return;
  throw new CairnError('sol_missing', `it takes ${text(needed)}, and the wallet has ${text(balance)}`, `send at least ${text(needed - balance)} to the wallet first`);
}
