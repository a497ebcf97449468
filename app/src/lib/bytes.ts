// Bytes as text and back: hex for hashes, base58 for addresses.
import { getBase58Decoder, getBase58Encoder } from '@solana/kit';

/** Bytes as lower-case hex. */
export function toHex(bytes: ArrayLike<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Hex of any case as bytes.
 * @throws RangeError when it is not hex.
 */
export function fromHex(hex: string): Uint8Array {
  if (hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex)) throw new RangeError(`\`${hex}\` is not hex`);
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}

/** Bytes as base58. */
export function toBase58(bytes: Uint8Array): string {
  return getBase58Decoder().decode(bytes);
}

/**
 * Base58 as bytes.
 * @throws SolanaError when it is not base58.
 */
export function fromBase58(text: string): Uint8Array {
  return new Uint8Array(getBase58Encoder().encode(text));
}

/** Bytes one after the other. */
export function concat(...parts: readonly ArrayLike<number>[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Whether two byte strings are the same. */
export function sameBytes(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((byte, at) => byte === b[at]);
}

/** A u64 in little-endian. */
export function u64le(value: bigint): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, value, true);
  return out;
}

/** A u32 in little-endian. */
export function u32le(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value, true);
  return out;
}

/** A u16 in little-endian. */
export function u16le(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}

/** The text in a fixed field: UTF-8 up to the first zero. */
export function unpadded(bytes: ArrayLike<number>): string {
  const all = Uint8Array.from(bytes);
  const end = all.indexOf(0);
  return new TextDecoder().decode(end < 0 ? all : all.subarray(0, end));
}
