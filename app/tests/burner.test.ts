// The burner wallet, as a wallet-standard wallet.
import {
  appendTransactionMessageInstruction,
  compileTransaction,
  createTransactionMessage,
  getBase58Decoder,
  getPublicKeyFromAddress,
  getTransactionDecoder,
  getTransactionEncoder,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
  verifySignature,
  type Address,
  type Blockhash,
} from '@solana/kit';
import {
  SolanaSignAndSendTransaction,
  SolanaSignMessage,
  SolanaSignTransaction,
} from '@solana/wallet-standard-features';
import { StandardConnect, StandardDisconnect, StandardEvents } from '@wallet-standard/features';
import { beforeEach, describe, expect, test } from 'vitest';
import { burnerSecret, burnerSigner, BurnerWallet, takeFragmentKey } from '../src/wallet/burner';

const SEED = Uint8Array.from({ length: 32 }, (_, at) => at + 1);
const noSend = () => Promise.reject(new Error('nothing is sent here'));

function transactionOf(payer: Address): Uint8Array {
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (empty) => setTransactionMessageFeePayer(payer, empty),
    (paid) =>
      setTransactionMessageLifetimeUsingBlockhash(
        { blockhash: '11111111111111111111111111111111' as Blockhash, lastValidBlockHeight: 1n },
        paid,
      ),
    (alive) =>
      appendTransactionMessageInstruction(
        { programAddress: '11111111111111111111111111111111' as Address },
        alive,
      ),
  );
  return new Uint8Array(getTransactionEncoder().encode(compileTransaction(message)));
}

describe('the wallet', () => {
  test('connects, tells its listeners, and disconnects', async () => {
    const signer = await burnerSigner(SEED);
    const wallet = new BurnerWallet(signer, noSend);
    const seen: number[] = [];
    const off = wallet.features[StandardEvents].on('change', ({ accounts }) =>
      seen.push(accounts?.length ?? -1),
    );
    expect(wallet.accounts).toEqual([]);
    const { accounts } = await wallet.features[StandardConnect].connect();
    expect(accounts[0]).toMatchObject({ address: signer.address, chains: ['solana:localnet'] });
    await wallet.features[StandardDisconnect].disconnect();
    off();
    await wallet.features[StandardConnect].connect();
    expect(seen).toEqual([1, 0]);
  });

  test('its signature holds, and only over a transaction that asks for it', async () => {
    const signer = await burnerSigner(SEED);
    const wallet = new BurnerWallet(signer, noSend, true);
    const account = wallet.accounts[0]!;
    const transaction = transactionOf(signer.address);
    const [signed] = await wallet.features[SolanaSignTransaction].signTransaction({ account, transaction });
    const decoded = getTransactionDecoder().decode(signed!.signedTransaction);
    const key = await getPublicKeyFromAddress(signer.address);
    expect(await verifySignature(key, decoded.signatures[signer.address]!, decoded.messageBytes)).toBe(true);

    const other = await burnerSigner(SEED.map((byte) => byte + 1));
    const foreign = wallet.features[SolanaSignTransaction].signTransaction({
      account,
      transaction: transactionOf(other.address),
    });
    await expect(foreign).rejects.toMatchObject({ code: 'wallet_invalid' });
  });

  test('signs messages, and sends what it signed', async () => {
    const signer = await burnerSigner(SEED);
    const sent: Uint8Array[] = [];
    const wallet = new BurnerWallet(signer, async (bytes) => (sent.push(bytes), new Uint8Array(64)), true);
    const account = wallet.accounts[0]!;
    const message = new TextEncoder().encode('hello');
    const [signed] = await wallet.features[SolanaSignMessage].signMessage({ account, message });
    const key = await getPublicKeyFromAddress(signer.address);
    expect(await verifySignature(key, signed!.signature as never, message)).toBe(true);
    const [answer] = await wallet.features[SolanaSignAndSendTransaction].signAndSendTransaction({
      account,
      transaction: transactionOf(signer.address),
      chain: 'solana:localnet',
    });
    expect(answer!.signature).toHaveLength(64);
    expect(getTransactionDecoder().decode(sent[0]!).signatures[signer.address]).not.toBeNull();
  });
});

describe('its key', () => {
  const kept = new Map<string, string>();
  beforeEach(() => {
    kept.clear();
    globalThis.localStorage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    } as Storage;
  });
  const bar = (hash: string) => {
    const replaced: string[] = [];
    const history = {
      state: null,
      replaceState: (_: unknown, __: string, url: string) => replaced.push(url),
    };
    return {
      replaced,
      history: history as unknown as History,
      location: { hash, pathname: '/x', search: '?operator=o' } as Location,
    };
  };

  test('is taken from the address bar, which forgets it, whatever it is', () => {
    const text = getBase58Decoder().decode(SEED);
    const good = bar(`#burner=${text}`);
    expect(takeFragmentKey(good.location, good.history)).toEqual(SEED);
    expect(good.replaced).toEqual(['/x?operator=o']);
    for (const wrong of ['#burner=0OIl', '#burner=abc', '#burner=']) {
      const bad = bar(wrong);
      expect(takeFragmentKey(bad.location, bad.history)).toBeNull();
      expect(bad.replaced).toHaveLength(1);
    }
    const other = bar('#section');
    expect(takeFragmentKey(other.location, other.history)).toBeNull();
    expect(other.replaced).toEqual([]);
  });

  test('is made once and kept, and one that is given replaces it', () => {
    const first = burnerSecret(null);
    expect(burnerSecret(null)).toEqual(first);
    expect(burnerSecret(SEED)).toEqual(SEED);
    expect(burnerSecret(null)).toEqual(SEED);
    kept.set('cairn.burner', '"0OIl"');
    expect(burnerSecret(null)).toHaveLength(32);
  });

  test('is 32 or 64 bytes', async () => {
    const { address } = await burnerSigner(SEED);
    const exported = new Uint8Array(64);
    exported.set(SEED);
    const { fromBase58 } = await import('../src/lib/bytes');
    exported.set(fromBase58(address), 32);
    expect((await burnerSigner(exported)).address).toBe(address);
    await expect(burnerSigner(SEED.slice(1))).rejects.toMatchObject({ code: 'burner_invalid' });
  });
});
