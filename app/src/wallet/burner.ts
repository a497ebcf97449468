// A wallet for a chain of one's own: its key lies open in the browser, so it is offered nowhere else.
import {
  createKeyPairFromBytes,
  createKeyPairFromPrivateKeyBytes,
  createSignerFromKeyPair,
  getBase58Decoder,
  getCompiledTransactionMessageDecoder,
  getTransactionDecoder,
  getTransactionEncoder,
  signBytes,
  type Address,
  type KeyPairSigner,
} from '@solana/kit';
import {
  SolanaSignAndSendTransaction,
  SolanaSignMessage,
  SolanaSignTransaction,
  type SolanaSignAndSendTransactionFeature,
  type SolanaSignMessageFeature,
  type SolanaSignTransactionFeature,
} from '@solana/wallet-standard-features';
import type { Wallet, WalletAccount } from '@wallet-standard/base';
import {
  StandardConnect,
  StandardDisconnect,
  StandardEvents,
  type StandardConnectFeature,
  type StandardDisconnectFeature,
  type StandardEventsFeature,
  type StandardEventsListeners,
} from '@wallet-standard/features';
import { CairnError } from '../lib/errors';
import { fromBase58 } from '../lib/bytes';
import { load, store } from '../lib/storage';

/** What the burner wallet is called, in the picker and everywhere else. */
export const BURNER_NAME = 'Burner (local only)';
const CHAIN = 'solana:localnet';
const KEY = 'burner';
const ICON =
  'data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCAyNCAyNCI+PHBhdGggZmlsbD0iI2MyNDEwYyIgZD0iTTEyIDJjMSA0IDYgNiA2IDEyYTYgNiAwIDAgMS0xMiAwYzAtMyAyLTQgMi03IDIgMSAyLjUgMi41IDIuNSA0QzEyIDkgMTIuNSA2IDEyIDJ6Ii8+PC9zdmc+';

type Features = StandardConnectFeature &
  StandardDisconnectFeature &
  StandardEventsFeature &
  SolanaSignTransactionFeature &
  SolanaSignAndSendTransactionFeature &
  SolanaSignMessageFeature;

/** Sends a signed transaction and gives its signature's 64 bytes. */
export type SendSigned = (transaction: Uint8Array) => Promise<Uint8Array>;

/** A secret from the address bar: base58 of 64 bytes (seed and public key) or of a seed's 32. @throws CairnError */
export async function burnerSigner(secret: Uint8Array): Promise<KeyPairSigner> {
  if (secret.length !== 32 && secret.length !== 64) {
    throw new CairnError(
      'burner_invalid',
      `the burner key has ${secret.length} bytes`,
      'give 32 or 64 bytes in base58',
    );
  }
  const keys =
    secret.length === 64 ? createKeyPairFromBytes(secret) : createKeyPairFromPrivateKeyBytes(secret);
  return createSignerFromKeyPair(await keys);
}

/**
 * Takes the key out of `#burner=<base58>`, and the fragment out of the address bar and the history at once.
 * Null when there is none or it is no base58.
 */
export function takeFragmentKey(location: Location, history: History): Uint8Array | null {
  const match = /^#burner=([1-9A-HJ-NP-Za-km-z]+)$/.exec(location.hash);
  if (!location.hash.startsWith('#burner=')) return null;
  history.replaceState(history.state, '', `${location.pathname}${location.search}`);
  if (!match?.[1]) return null;
  const secret = fromBase58(match[1]);
  return secret.length === 32 || secret.length === 64 ? secret : null;
}

/** The browser's burner key, a new one when there is none; `given` replaces it. */
export function burnerSecret(given: Uint8Array | null): Uint8Array {
  const kept = load<string>(KEY);
  if (!given && kept) {
    try {
      return fromBase58(kept);
    } catch {
      // Somebody wrote something else there: a new key follows.
    }
  }
  const secret = given ?? crypto.getRandomValues(new Uint8Array(32));
  store(KEY, getBase58Decoder().decode(secret));
  return secret;
}

/** The burner wallet of a key, as wallet-standard has wallets. */
export class BurnerWallet implements Wallet {
  readonly version = '1.0.0' as const;
  readonly name = BURNER_NAME;
  readonly icon = ICON;
  readonly chains = [CHAIN] as const;
  #accounts: readonly WalletAccount[] = [];
  readonly #account: WalletAccount;
  readonly #listeners = new Set<StandardEventsListeners['change']>();

  constructor(
    private readonly signer: KeyPairSigner,
    private readonly sendSigned: SendSigned,
    connected = false,
  ) {
    this.#account = {
      address: signer.address,
      publicKey: fromBase58(signer.address),
      chains: this.chains,
      features: [SolanaSignTransaction, SolanaSignAndSendTransaction, SolanaSignMessage],
      label: BURNER_NAME,
    };
    if (connected) this.#accounts = [this.#account];
  }

  get accounts(): readonly WalletAccount[] {
    return this.#accounts;
  }

  readonly features: Features = {
    [StandardConnect]: {
      version: '1.0.0',
      connect: async () => {
        this.#set([this.#account]);
        return { accounts: this.#accounts };
      },
    },
    [StandardDisconnect]: { version: '1.0.0', disconnect: async () => this.#set([]) },
    [StandardEvents]: {
      version: '1.0.0',
      on: (_, listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    },
    [SolanaSignTransaction]: {
      version: '1.0.0',
      supportedTransactionVersions: ['legacy', 0],
      signTransaction: (...inputs) =>
        Promise.all(
          inputs.map(async ({ account, transaction }) => ({
            signedTransaction: await this.#sign(account, transaction),
          })),
        ),
    },
    [SolanaSignAndSendTransaction]: {
      version: '1.0.0',
      supportedTransactionVersions: ['legacy', 0],
      signAndSendTransaction: (...inputs) =>
        Promise.all(
          inputs.map(async ({ account, transaction }) => ({
            signature: await this.sendSigned(await this.#sign(account, transaction)),
          })),
        ),
    },
    [SolanaSignMessage]: {
      version: '1.1.0',
      signMessage: (...inputs) =>
        Promise.all(
          inputs.map(async ({ account, message }) => {
            this.#check(account);
            const signature = await signBytes(this.signer.keyPair.privateKey, message);
            return {
              signedMessage: message,
              signature: new Uint8Array(signature),
              signatureType: 'ed25519' as const,
            };
          }),
        ),
    },
  };

  #set(accounts: readonly WalletAccount[]): void {
    this.#accounts = accounts;
    for (const listener of this.#listeners) listener({ accounts });
  }

  #check(account: WalletAccount): void {
    if (account.address !== this.signer.address) {
      throw new CairnError(
        'wallet_invalid',
        `the burner has no account ${account.address}`,
        'connect it again',
      );
    }
  }

  async #sign(account: WalletAccount, bytes: Uint8Array): Promise<Uint8Array> {
    this.#check(account);
    const transaction = getTransactionDecoder().decode(bytes);
    const message = getCompiledTransactionMessageDecoder().decode(transaction.messageBytes);
    const address = this.signer.address as Address;
    if (!message.staticAccounts.slice(0, message.header.numSignerAccounts).includes(address)) {
      throw new CairnError(
        'wallet_invalid',
        'the transaction does not ask for this wallet',
        'connect the wallet that it asks for',
      );
    }
    const signature = await signBytes(this.signer.keyPair.privateKey, transaction.messageBytes);
    const signatures = { ...transaction.signatures, [address]: signature };
    return new Uint8Array(getTransactionEncoder().encode({ ...transaction, signatures }));
  }
}
