// Who holds a device's NFT, and the accounts that the device names.
import { getAddressDecoder, type Address } from '@solana/kit';
import type { Device, License, Maker } from '../generated/registry/accounts';
import { CairnError } from '../lib/errors';
import { ask, find, get, KINDS, readRaw, type Found } from './accounts';
import type { Chain } from './cluster';
import { NO_ADDRESS } from './pda';

/** Where a token account has its owner: behind the mint. */
const OWNER_AT = 32;

/** The wallet that holds the one token of a mint; null when nobody does. @throws CairnError `rpc_failed` */
export async function holderOfMint(chain: Chain, mint: Address): Promise<Address | null> {
  const { value } = await ask(() => chain.rpc.getTokenLargestAccounts(mint, { commitment: 'confirmed' }).send());
  const place = value.find(({ amount }) => amount === '1');
  const account = place ? await readRaw(chain, place.address) : null;
  return account && account.data.length >= OWNER_AT + 32 ? getAddressDecoder().decode(account.data, OWNER_AT) : null;
}

/** What the chain says of a device. */
export type DeviceFacts = {
  device: Found<Device>;
  maker: Found<Maker> | null;
  license: Found<License> | null;
  /** Null when nobody holds it; an error when the node would not say. */
  holder: Address | null | CairnError;
};

/** @throws CairnError `account_missing` for a device that left the chain, or the node's */
export async function deviceFacts(chain: Chain, address: Address): Promise<DeviceFacts> {
  const device = await get(chain, KINDS.device, address);
  const { maker, license, mint } = device.data;
  const [found, permit, holder] = await Promise.all([
    find(chain, KINDS.maker, maker),
    license === NO_ADDRESS ? null : find(chain, KINDS.license, license),
    // Some nodes do not answer this question: everything else is still shown.
    holderOfMint(chain, mint).catch((error: unknown) => {
      if (error instanceof CairnError) return error;
      throw error;
    }),
  ]);
  return { device, maker: found, license: permit, holder };
}
