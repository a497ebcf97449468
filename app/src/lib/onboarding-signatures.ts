// Ed25519 and P-256 signatures, checked by the browser's own cryptography.
import { fromBase58, fromHex } from './bytes';
import { CairnError } from './errors';
import { messagesOf, signatureInvalid, type Response, type Scheme } from './onboarding';

/** P-256's field, curve and order (SEC 2, secp256r1). */
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const number = (bytes: Uint8Array) => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

function power(base: bigint, exponent: bigint): bigint {
  let out = 1n;
  for (let square = base % P, left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) out = (out * square) % P;
    square = (square * square) % P;
  }
  return out;
}

/** A compressed point as browsers import it: `04 ‖ x ‖ y`. Null when it is not on the curve. */
export function decompress(key: Uint8Array): Uint8Array | null {
  const x = number(key.slice(1));
  if (key.length !== 33 || (key[0] !== 2 && key[0] !== 3) || x >= P) return null;
  const square = (((x * x + P - 3n) % P) * x + B) % P;
  // P is 3 modulo 4, so this is the root if there is one.
  const root = power(square, (P + 1n) / 4n);
  if ((root * root) % P !== square) return null;
  const y = (root & 1n) === BigInt(key[0] & 1) ? root : P - root;
  const out = new Uint8Array(65);
  out[0] = 4;
  out.set(key.slice(1), 1);
  out.set(Uint8Array.from({ length: 32 }, (_, at) => Number((y >> BigInt(8 * (31 - at))) & 255n)), 33);
  return out;
}

type Bytes = Uint8Array<ArrayBuffer>;
const own = (bytes: Uint8Array): Bytes => Uint8Array.from(bytes);

function subtle(): SubtleCrypto {
  const found = globalThis.crypto?.subtle;
  if (found) return found;
  throw new CairnError('crypto_unavailable', 'this browser checks no signatures on this page', 'open the page over https, or from localhost');
}

/** Whether `signature` over `message` is by `key` (33 bytes as the registry stores it). P-256 with a low S alone. */
export async function verifies(scheme: Scheme, key: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const crypto = subtle();
  if (scheme === 'ed25519') {
    const imported = await crypto.importKey('raw', own(key.slice(0, 32)), { name: 'Ed25519' }, false, ['verify']).catch(unsupported);
    return imported !== null && crypto.verify({ name: 'Ed25519' }, imported, own(signature), own(message));
  }
  const point = decompress(key);
  if (!point || number(signature.slice(32)) > N / 2n) return false;
  const imported = await crypto.importKey('raw', own(point), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
  return crypto.verify({ name: 'ECDSA', hash: 'SHA-256' }, imported, own(signature), own(message));
}

function unsupported(error: unknown): null {
  if (error instanceof DOMException && error.name === 'NotSupportedError') {
    throw new CairnError('crypto_unavailable', 'this browser does not know Ed25519', 'update the browser');
  }
  // A key that is none signed nothing.
  return null;
}

/** Whether the maker and the device signed a response. @throws CairnError `signature_invalid` */
export async function checkSignatures(response: Response): Promise<void> {
  const { certificate } = response;
  const messages = messagesOf(response);
  const makerKey = new Uint8Array(33);
  makerKey.set(fromBase58(certificate.maker_key));
  if (!(await verifies('ed25519', makerKey, messages.maker, fromHex(certificate.maker_signature)))) throw signatureInvalid('maker');
  const deviceKey = fromHex(response.device_key);
  if (!(await verifies(response.scheme, deviceKey, messages.device, fromHex(response.device_signature)))) throw signatureInvalid('device');
}
