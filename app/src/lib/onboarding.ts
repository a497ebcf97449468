// The documents that let a device join without its key, its maker's and its owner's ever being in one place, and
// what is signed (protocol/src/onboarding.rs). The CLI makes and reads the same ones.
import { sha256 } from '@noble/hashes/sha2.js';
import { isAddress, type Address } from '@solana/kit';
import { concat, fromBase58, fromHex, toHex, u16le, u64le } from './bytes';
import { CairnError } from './errors';

/** Bytes of a device key: 32 of Ed25519 followed by a zero, or 33 of a compressed P-256 point. */
export const DEVICE_KEY_BYTES = 33;
/** Bytes of a maker's serial number, UTF-8, zero-padded. */
export const SERIAL_BYTES = 16;
/** Slots that a request holds for: as many as the chain keeps hashes of. */
export const REQUEST_SLOTS = 512n;

export const CERTIFICATE = 'cairn-maker-certificate/1';
export const REQUEST = 'cairn-onboarding-request/1';
export const RESPONSE = 'cairn-onboarding-response/1';

export type Scheme = 'ed25519' | 'p256';
export const SCHEMES: readonly Scheme[] = ['ed25519', 'p256'];
export const SCHEME_LABEL: Record<Scheme, string> = { ed25519: 'Ed25519', p256: 'P-256' };

export type Certificate = {
  document: typeof CERTIFICATE;
  network: Address;
  class: number;
  scheme: Scheme;
  device_key: string;
  serial: string;
  maker_key: Address;
  maker_signature: string;
};
export type Request = {
  document: typeof REQUEST;
  network: Address;
  owner: Address;
  class: number;
  slot: string;
  slot_hash: string;
};
export type Response = Omit<Request, 'document'> & {
  document: typeof RESPONSE;
  scheme: Scheme;
  device_key: string;
  device_signature: string;
  certificate: Certificate;
};

const text16 = (text: string) => new TextEncoder().encode(text.padEnd(16, '\0'));
const MAKER_DOMAIN = text16('cairn:maker:v1');
const DEVICE_DOMAIN = text16('cairn:device:v1');

/** A serial number as the registry stores it. @throws CairnError `document_invalid` */
export function paddedSerial(serial: string): Uint8Array {
  const bytes = new TextEncoder().encode(serial);
  // As the registry: readable text, not empty.
  if (bytes.length === 0 || bytes.length > SERIAL_BYTES || /[\u0000-\u001f\u007f-\u009f]/.test(serial)) {
    throw invalid(`\`${serial}\` is not a serial number of 1 to ${SERIAL_BYTES} bytes`);
  }
  return concat(bytes, new Uint8Array(SERIAL_BYTES - bytes.length));
}

/** What the maker signs: a domain, and the hash of `network ‖ scheme ‖ device key ‖ class (u16 LE) ‖ serial`. */
export function makerMessage(network: Uint8Array, scheme: Scheme, deviceKey: Uint8Array, deviceClass: number, serial: Uint8Array): Uint8Array {
  const parts = concat(network, [SCHEMES.indexOf(scheme)], deviceKey, u16le(deviceClass), serial);
  return concat(MAKER_DOMAIN, sha256(parts));
}

/** What the device signs: a domain, and the hash of `network ‖ owner ‖ slot (u64 LE) ‖ slot hash`. */
export function deviceMessage(network: Uint8Array, owner: Uint8Array, slot: bigint, slotHash: Uint8Array): Uint8Array {
  return concat(DEVICE_DOMAIN, sha256(concat(network, owner, u64le(slot), slotHash)));
}

/** A request for a device to accept `owner`, with a slot of now. */
export function makeRequest(network: Address, owner: Address, deviceClass: number, slot: bigint, slotHash: Uint8Array): Request {
  return { document: REQUEST, network, owner, class: deviceClass, slot: slot.toString(), slot_hash: toHex(slotHash) };
}

/** How many slots a document of `slot` holds for yet. */
export function slotsLeft(slot: bigint, currentSlot: bigint): bigint {
  const age = currentSlot > slot ? currentSlot - slot : 0n;
  return age >= REQUEST_SLOTS ? 0n : REQUEST_SLOTS - age;
}

function invalid(message: string): CairnError {
  return new CairnError('document_invalid', message, 'give the document as the device made it, whole: `cairn device accept` prints it');
}

type Json = Record<string, unknown>;

function objectOf(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${what} is not a JSON object`);
  return value as Json;
}
function textOf(json: Json, field: string): string {
  const value = json[field];
  if (typeof value !== 'string') throw invalid(`\`${field}\` is missing or no text`);
  return value;
}
function addressOf(json: Json, field: string): Address {
  const text = textOf(json, field);
  if (!isAddress(text)) throw invalid(`\`${field}\` is \`${text}\`, which is no address`);
  return text;
}
function hexOf(json: Json, field: string, bytes: number): string {
  const text = textOf(json, field);
  if (!new RegExp(`^[0-9a-fA-F]{${2 * bytes}}$`).test(text)) throw invalid(`\`${field}\` is not ${bytes} bytes of hex`);
  return text.toLowerCase();
}
function classOf(json: Json): number {
  const value = json['class'];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0xffff) throw invalid('`class` is no class number');
  return value;
}
function schemeOf(json: Json): Scheme {
  const scheme = textOf(json, 'scheme');
  if (scheme !== 'ed25519' && scheme !== 'p256') throw invalid(`\`scheme\` is \`${scheme}\`, neither ed25519 nor p256`);
  return scheme;
}
function slotOf(json: Json): string {
  const slot = textOf(json, 'slot');
  if (!/^(0|[1-9]\d{0,19})$/.test(slot) || BigInt(slot) >= 1n << 64n) throw invalid(`\`slot\` is \`${slot}\`, which is no slot`);
  return slot;
}
function keyOf(json: Json, scheme: Scheme): string {
  const key = hexOf(json, 'device_key', DEVICE_KEY_BYTES);
  const good = scheme === 'ed25519' ? key.endsWith('00') : key.startsWith('02') || key.startsWith('03');
  if (!good) throw invalid(`\`device_key\` is no ${SCHEME_LABEL[scheme]} key`);
  return key;
}

function readCertificate(value: unknown): Certificate {
  const json = objectOf(value, 'the certificate');
  if (json['document'] !== CERTIFICATE) throw invalid(`the certificate’s \`document\` is not ${CERTIFICATE}`);
  const scheme = schemeOf(json);
  const serial = textOf(json, 'serial');
  paddedSerial(serial);
  return {
    document: CERTIFICATE,
    network: addressOf(json, 'network'),
    class: classOf(json),
    scheme,
    device_key: keyOf(json, scheme),
    serial,
    maker_key: addressOf(json, 'maker_key'),
    maker_signature: hexOf(json, 'maker_signature', 64),
  };
}

const KINDS: Record<string, string> = {
  [REQUEST]: 'it is a request: give it to the device, and paste what the device answers',
  [CERTIFICATE]: 'it is the maker’s certificate alone: give it to the device together with the request',
};

/** Reads a device's response. @throws CairnError `document_invalid` */
export function readResponse(text: string): Response {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw invalid(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const json = objectOf(parsed, 'it');
  const kind = json['document'];
  if (kind !== RESPONSE) throw invalid(KINDS[String(kind)] ?? `\`document\` is not ${RESPONSE}`);
  const scheme = schemeOf(json);
  return {
    document: RESPONSE,
    network: addressOf(json, 'network'),
    owner: addressOf(json, 'owner'),
    class: classOf(json),
    slot: slotOf(json),
    slot_hash: hexOf(json, 'slot_hash', 32),
    scheme,
    device_key: keyOf(json, scheme),
    device_signature: hexOf(json, 'device_signature', 64),
    certificate: readCertificate(json['certificate']),
  };
}

/** What the maker and the device of a response signed. */
export function messagesOf(response: Response): { maker: Uint8Array; device: Uint8Array } {
  const { certificate } = response;
  const network = fromBase58(response.network);
  const serial = paddedSerial(certificate.serial);
  return {
    maker: makerMessage(fromBase58(certificate.network), certificate.scheme, fromHex(certificate.device_key), certificate.class, serial),
    device: deviceMessage(network, fromBase58(response.owner), BigInt(response.slot), fromHex(response.slot_hash)),
  };
}

/** What a response is held against. */
export type Expected = { network: Address; owner: Address; class: number; scheme: Scheme };
/** What the chain says of it. */
export type ChainFacts = {
  /** Hash of the response's slot by the chain; null when the chain does not have it any more. */
  slotHash: string | null;
  deviceExists: boolean;
  maker: { revoked: number; quota: number; onboarded: number } | null;
};

function other(what: string, found: string | number, expected: string | number): CairnError {
  return new CairnError(`document_other_${what}`, `the document is for ${what} ${found}, not ${expected}`, 'make one for this one');
}

/** Whether a response answers what was asked for. @throws CairnError `document_…` */
export function checkDocument(response: Response, expected: Expected): void {
  const { certificate } = response;
  for (const part of [response, certificate]) {
    if (part.network !== expected.network) throw other('network', part.network, expected.network);
    if (part.class !== expected.class) throw other('class', part.class, expected.class);
    if (part.scheme !== expected.scheme) {
      throw invalid(`it is of a ${SCHEME_LABEL[part.scheme]} device, and this class takes ${SCHEME_LABEL[expected.scheme]} devices`);
    }
  }
  if (response.owner !== expected.owner) throw other('owner', response.owner, expected.owner);
  if (certificate.device_key !== response.device_key) throw other('device', certificate.device_key, response.device_key);
}

/** Whether the chain takes it. @throws CairnError `request_expired`, `device_exists`, `maker_…` */
export function checkFacts(response: Response, facts: ChainFacts): void {
  const { maker_key } = response.certificate;
  if (facts.slotHash !== response.slot_hash) {
    const message =
      facts.slotHash === null
        ? `the chain does not know slot ${response.slot} any more: a request holds for ${REQUEST_SLOTS} slots`
        : `slot ${response.slot} has another hash on this chain`;
    throw new CairnError('request_expired', message, 'make a new request, and let the device answer it');
  }
  if (facts.deviceExists) {
    throw new CairnError('device_exists', 'the network has this device already', 'nothing to do; to earn for another wallet, its NFT’s holder sets the operator');
  }
  if (!facts.maker) {
    throw new CairnError('maker_unknown', `the network does not know the maker ${maker_key}`, 'ask the network’s authority to add the maker, or the maker for a certificate by its registered key');
  }
  if (facts.maker.revoked !== 0) {
    throw new CairnError('maker_revoked', `the network revoked the maker ${maker_key}`, 'this device cannot join: ask its maker');
  }
  if (facts.maker.onboarded >= facts.maker.quota) {
    throw new CairnError('maker_quota_used', `the maker vouched for all ${facts.maker.quota} devices of its quota`, 'ask the network’s authority to raise it');
  }
}

export function signatureInvalid(whose: 'maker' | 'device'): CairnError {
  return new CairnError(
    'signature_invalid',
    `the ${whose}’s signature is not over what the document says`,
    'it was changed after it was signed, or signed with another key: make it again',
  );
}
