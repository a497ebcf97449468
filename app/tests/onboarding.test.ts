// Onboarding documents: messages against the shared vectors, every refusal, and signatures made by WebCrypto.
import { readFileSync } from 'node:fs';
import type { Address } from '@solana/kit';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromBase58, fromHex, toBase58, toHex } from '../src/lib/bytes';
import { cellCentre, cellOf, cellText, readPosition } from '../src/lib/cells-pick';
import { asCairnError } from '../src/lib/errors';
import {
  CERTIFICATE,
  checkDocument,
  checkFacts,
  deviceMessage,
  makeRequest,
  makerMessage,
  messagesOf,
  paddedSerial,
  readResponse,
  RESPONSE,
  slotsLeft,
  type Response,
  type Scheme,
} from '../src/lib/onboarding';
import { checkSignatures, decompress } from '../src/lib/onboarding-signatures';
import { classTermsAt, licenseFreeAt, licenseValidAt, locationFreeAt, retirementOf, settledAt } from '../src/lib/onboarding-terms';

type MakerVector = { network: string; scheme: Scheme; device_key: string; class: number; serial: string; message: string };
type DeviceVector = { network: string; owner: string; slot: string; slot_hash: string; message: string };
const vectors = JSON.parse(readFileSync(new URL('../../protocol/vectors/messages.json', import.meta.url), 'utf8')) as {
  maker_messages: MakerVector[];
  device_messages: DeviceVector[];
};

describe('messages are those of the protocol', () => {
  test.each(vectors.maker_messages)('maker: $scheme $class', (vector) => {
    const message = makerMessage(fromHex(vector.network), vector.scheme, fromHex(vector.device_key), vector.class, fromHex(vector.serial));
    expect(toHex(message)).toBe(vector.message);
  });
  test.each(vectors.device_messages)('device: slot $slot', (vector) => {
    const message = deviceMessage(fromHex(vector.network), fromHex(vector.owner), BigInt(vector.slot), fromHex(vector.slot_hash));
    expect(toHex(message)).toBe(vector.message);
  });
});

const algorithms = {
  ed25519: [{ name: 'Ed25519' }, { name: 'Ed25519' }],
  p256: [{ name: 'ECDSA', namedCurve: 'P-256' }, { name: 'ECDSA', hash: 'SHA-256' }],
} as const;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** A key as the registry stores it, and signing with it (P-256 with a low S). */
async function newKey(scheme: Scheme): Promise<{ key: Uint8Array; sign: (message: Uint8Array) => Promise<Uint8Array> }> {
  const [kind, how] = algorithms[scheme];
  const pair = (await crypto.subtle.generateKey(kind, true, ['sign', 'verify'])) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const key = new Uint8Array(33);
  if (scheme === 'ed25519') key.set(raw);
  else key.set([2 + (raw[64]! & 1), ...raw.slice(1, 33)]);
  const sign = async (message: Uint8Array) => {
    const signature = new Uint8Array(await crypto.subtle.sign(how, pair.privateKey, Uint8Array.from(message)));
    const s = BigInt(`0x${toHex(signature.slice(32))}`);
    if (scheme === 'p256' && s > N / 2n) signature.set(fromHex((N - s).toString(16).padStart(64, '0')), 32);
    return signature;
  };
  return { key, sign };
}

const network = toBase58(new Uint8Array(32).fill(9)) as Address;
const owner = toBase58(new Uint8Array(32).fill(5)) as Address;

async function newResponse(scheme: Scheme): Promise<Response> {
  const [maker, device] = [await newKey('ed25519'), await newKey(scheme)];
  const base = { network, class: 3, scheme, device_key: toHex(device.key) };
  const blank: Response = {
    document: RESPONSE,
    ...base,
    owner,
    slot: '777',
    slot_hash: '07'.repeat(32),
    device_signature: '',
    certificate: { document: CERTIFICATE, ...base, serial: 'GW-0001', maker_key: toBase58(maker.key.slice(0, 32)) as Address, maker_signature: '' },
  };
  const messages = messagesOf(blank);
  return {
    ...blank,
    device_signature: toHex(await device.sign(messages.device)),
    certificate: { ...blank.certificate, maker_signature: toHex(await maker.sign(messages.maker)) },
  };
}

const code = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return asCairnError(error).code;
  }
  return 'accepted';
};
const codeOf = (run: Promise<unknown>) => run.then(() => 'accepted', (error: unknown) => asCairnError(error).code);

let good: Response;
let goodP256: Response;
beforeAll(async () => {
  good = await newResponse('ed25519');
  goodP256 = await newResponse('p256');
});
const with_ = (changes: object, certificate: object = {}): Response => ({ ...good, ...changes, certificate: { ...good.certificate, ...certificate } }) as Response;
const read = (value: unknown) => code(() => readResponse(JSON.stringify(value)));

describe('reading a response', () => {
  test('whole', () => expect(readResponse(JSON.stringify(good))).toEqual(good));
  test('refuses what is no response', () => {
    expect(code(() => readResponse('{'))).toBe('document_invalid');
    for (const value of [null, [], 'text', {}, good.certificate, { ...good, document: 'cairn-onboarding-request/1' }]) {
      expect(read(value)).toBe('document_invalid');
    }
  });
  test.each([
    ['network', { network: 'x' }],
    ['owner', { owner: 5 }],
    ['class', { class: 65_536 }],
    ['class', { class: 1.5 }],
    ['slot', { slot: 777 }],
    ['slot', { slot: '-1' }],
    ['slot', { slot: (1n << 64n).toString() }],
    ['slot hash', { slot_hash: '07' }],
    ['scheme', { scheme: 'rsa' }],
    ['Ed25519 key', { device_key: '01'.repeat(33) }],
    ['P-256 key', { scheme: 'p256' }],
    ['signature', { device_signature: 'zz'.repeat(64) }],
    ['certificate', { certificate: null }],
  ])('refuses a bad %s', (_, change) => expect(read({ ...good, ...change })).toBe('document_invalid'));
  test.each([
    ['kind', { document: RESPONSE }],
    ['serial', { serial: '' }],
    ['serial', { serial: '12345678901234567' }],
    ['maker', { maker_key: '' }],
    ['signature', { maker_signature: '00' }],
  ])('refuses a certificate with a bad %s', (_, change) => expect(read(with_({}, change))).toBe('document_invalid'));
  test('serials are bytes, not letters', () => {
    expect(toHex(paddedSerial('A1'))).toBe(`4131${'00'.repeat(14)}`);
    expect(code(() => paddedSerial('ääääääääa'))).toBe('document_invalid');
    expect(code(() => paddedSerial('a\nb'))).toBe('document_invalid');
  });
});

describe('holding it against the request', () => {
  const expected = () => ({ network, owner, class: 3, scheme: 'ed25519' as Scheme });
  const check = (response: Response) => code(() => checkDocument(response, expected()));
  test('accepts what was asked for', () => expect(check(good)).toBe('accepted'));
  test('says what is other', () => {
    expect(check(with_({ network: owner }))).toBe('document_other_network');
    expect(check(with_({}, { network: owner }))).toBe('document_other_network');
    expect(check(with_({ class: 4 }))).toBe('document_other_class');
    expect(check(with_({}, { class: 4 }))).toBe('document_other_class');
    expect(check(with_({ owner: network }))).toBe('document_other_owner');
    expect(check(with_({}, { device_key: `${'03'.repeat(32)}00` }))).toBe('document_other_device');
    expect(check(goodP256)).toBe('document_invalid');
  });
});

describe('holding it against the chain', () => {
  const facts = () => ({ slotHash: '07'.repeat(32), deviceExists: false, maker: { revoked: 0, quota: 2, onboarded: 1 } });
  const check = (change: object) => code(() => checkFacts(good, { ...facts(), ...change }));
  test('each refusal has its code', () => {
    expect(check({})).toBe('accepted');
    expect(check({ slotHash: null })).toBe('request_expired');
    expect(check({ slotHash: '08'.repeat(32) })).toBe('request_expired');
    expect(check({ deviceExists: true })).toBe('device_exists');
    expect(check({ maker: null })).toBe('maker_unknown');
    expect(check({ maker: { revoked: 1, quota: 2, onboarded: 1 } })).toBe('maker_revoked');
    expect(check({ maker: { revoked: 0, quota: 2, onboarded: 2 } })).toBe('maker_quota_used');
  });
});

describe('signatures', () => {
  test('of both schemes verify', async () => {
    expect(await codeOf(checkSignatures(good))).toBe('accepted');
    expect(await codeOf(checkSignatures(goodP256))).toBe('accepted');
  });
  test('over anything else do not', async () => {
    for (const response of [good, goodP256]) {
      expect(await codeOf(checkSignatures({ ...response, slot: '778' }))).toBe('signature_invalid');
      expect(await codeOf(checkSignatures({ ...response, owner: network }))).toBe('signature_invalid');
      const { certificate } = response;
      expect(await codeOf(checkSignatures({ ...response, certificate: { ...certificate, serial: 'GW-0002' } }))).toBe('signature_invalid');
      expect(await codeOf(checkSignatures({ ...response, certificate: { ...certificate, maker_key: owner } }))).toBe('signature_invalid');
    }
  });
  test('a high S is refused, as by the precompile', async () => {
    const signature = fromHex(goodP256.device_signature);
    const s = N - BigInt(`0x${toHex(signature.slice(32))}`);
    signature.set(fromHex(s.toString(16).padStart(64, '0')), 32);
    expect(await codeOf(checkSignatures({ ...goodP256, device_signature: toHex(signature) }))).toBe('signature_invalid');
  });
  test('points decompress onto the curve alone', () => {
    // The generator of P-256 (SEC 2).
    const x = '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296';
    const y = '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5';
    expect(toHex(decompress(fromHex(`03${x}`))!)).toBe(`04${x}${y}`);
    expect(decompress(fromHex(`02${'ff'.repeat(32)}`))).toBeNull();
    expect(decompress(fromHex(`04${x}`))).toBeNull();
  });
});

describe('a request', () => {
  test('names the slot and its hash', () => {
    expect(makeRequest(network, owner, 3, 777n, new Uint8Array(32).fill(7))).toEqual({
      document: 'cairn-onboarding-request/1',
      network,
      owner,
      class: 3,
      slot: '777',
      slot_hash: '07'.repeat(32),
    });
    expect(fromBase58(network)).toEqual(new Uint8Array(32).fill(9));
  });
  test('holds for 512 slots', () => {
    expect([slotsLeft(100n, 100n), slotsLeft(100n, 611n), slotsLeft(100n, 612n), slotsLeft(100n, 99n)]).toEqual([512n, 1n, 0n, 512n]);
  });
});

describe('locations', () => {
  test('become cells of resolution 12', () => {
    const position = readPosition(' 51.0504 ', '-13.7373');
    const cell = cellOf(position);
    expect(cellText(cell)).toMatch(/^8c/);
    const centre = cellCentre(cell)!;
    expect(Math.abs(centre.latitude - position.latitude)).toBeLessThan(0.001);
    expect(cellOf(centre)).toBe(cell);
    expect([cellText(0n), cellCentre(0n), cellCentre(5n)]).toEqual([null, null, null]);
  });
  test('out of range are refused', () => {
    for (const [latitude, longitude] of [['90.1', '0'], ['0', '180.1'], ['', '0'], ['1e1', '0'], ['51,05', '0'], ['NaN', '0']] as const) {
      expect(code(() => readPosition(latitude, longitude))).toBe('invalid_position');
    }
  });
});

describe('times of the registry', () => {
  test('a change is settled when the period after its own is over', () => {
    expect([settledAt(100n, 30), settledAt(119n, 30), settledAt(120n, 30)]).toEqual([150, 150, 180]);
  });
  test('retirement goes through settling', () => {
    expect(retirementOf({ status: 0, retiringSince: 0n }, 30, 500)).toEqual({ state: 'none' });
    expect(retirementOf({ status: 1, retiringSince: 0n }, 30, 500)).toEqual({ state: 'none' });
    expect(retirementOf({ status: 2, retiringSince: 100n }, 30, 149)).toEqual({ state: 'settling', readyAtS: 150 });
    expect(retirementOf({ status: 3, retiringSince: 100n }, 30, 150)).toEqual({ state: 'ready' });
  });
  test('a location waits for cooldown and settlement, the first does not', () => {
    expect(locationFreeAt({ locationSince: 0n }, 1_000, 30, 5)).toBeNull();
    expect(locationFreeAt({ locationSince: 100n }, 10, 30, 120)).toBe(150);
    expect(locationFreeAt({ locationSince: 100n }, 90, 30, 150)).toBe(190);
    expect(locationFreeAt({ locationSince: 100n }, 90, 30, 190)).toBeNull();
    expect([licenseFreeAt({ licenseSince: 0n }, 30, 0), licenseFreeAt({ licenseSince: 100n }, 30, 149), licenseFreeAt({ licenseSince: 100n }, 30, 150)]).toEqual([null, 150, null]);
  });
  test('a licence is valid within either of its times, until revoked', () => {
    const license = { validSince: 100n, expiresAt: 200n, previousValidSince: 10n, previousExpiresAt: 20n, revokedAt: 0n };
    expect([9, 10, 20, 100, 199, 200].map((now) => licenseValidAt(license, now))).toEqual([false, true, false, true, true, false]);
    expect(licenseValidAt({ ...license, revokedAt: 150n }, 150)).toBe(false);
    expect(licenseValidAt({ ...license, revokedAt: 150n }, 149)).toBe(true);
  });
  test('terms of a class are those of the moment', () => {
    const terms = { terms: 'now', previousTerms: 'before', pendingTerms: 'next', termsSince: 10n, pendingTermsAt: 20n } as never;
    expect([9, 10, 20].map((now) => classTermsAt(terms, now))).toEqual(['before', 'now', 'next']);
  });
});
