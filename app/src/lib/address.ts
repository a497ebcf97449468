// Addresses in words.
import { isAddress, type Address } from '@solana/kit';
import { CairnError } from './errors';

/** The first and last letters of an address, for where there is no room. */
export function short(address: string, letters = 4): string {
  return address.length <= 2 * letters + 1
    ? address
    : `${address.slice(0, letters)}…${address.slice(-letters)}`;
}

/**
 * A text as an address.
 * @throws CairnError `wallet_invalid`
 */
export function toAddress(text: string): Address {
  const trimmed = text.trim();
  if (!isAddress(trimmed)) {
    throw new CairnError('wallet_invalid', `\`${trimmed}\` is not an address`, 'give 32 bytes in base58');
  }
  return trimmed;
}
