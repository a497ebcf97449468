// The connected wallet: any wallet-standard wallet, and on a local chain the burner.
import {
  getBase58Encoder,
  type Address,
  type Base64EncodedWireTransaction,
  type TransactionSigner,
} from '@solana/kit';
import {
  SelectedWalletAccountContextProvider,
  useSelectedWalletAccount,
  useWalletAccountTransactionSigner,
} from '@solana/react';
import type { UiWallet, UiWalletAccount } from '@wallet-standard/react';
import { registerWallet } from '@wallet-standard/wallet';
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { Chain } from '../chain/cluster';
import { CairnError } from '../lib/errors';
import { load, store } from '../lib/storage';
import { useApp } from '../state';
import { burnerSecret, burnerSigner, BurnerWallet, BURNER_NAME, takeFragmentKey } from './burner';

export { BURNER_NAME };

const SIGN = 'solana:signTransaction';

/** Which wallets can be used: they sign transactions of Solana. */
export function isUsable(wallet: UiWallet): boolean {
  return wallet.chains.some((chain) => chain.startsWith('solana:')) && wallet.features.includes(SIGN);
}

const stateSync = {
  deleteSelectedWallet: () => void store('wallet', null),
  getSelectedWallet: () => load<string>('wallet'),
  storeSelectedWallet: (key: string) => void store('wallet', key),
};

type SignerContext = { signer: TransactionSigner | null; problem: CairnError | null };
const SignerContext = createContext<SignerContext>({ signer: null, problem: null });

/** Makes the wallet available below it. */
export function WalletProvider({ children }: { children: ReactNode }) {
  const { isLocal } = useApp();
  const filter = useCallback(
    (wallet: UiWallet) => isUsable(wallet) && (isLocal || wallet.name !== BURNER_NAME),
    [isLocal],
  );
  return (
    <SelectedWalletAccountContextProvider filterWallets={filter} stateSync={stateSync}>
      <Burner />
      <Signer>{children}</Signer>
    </SelectedWalletAccountContextProvider>
  );
}

function Signer({ children }: { children: ReactNode }) {
  const [account] = useSelectedWalletAccount();
  const { walletChain } = useApp();
  const [signer, setSigner] = useState<TransactionSigner | null>(null);
  const supports = account && walletChain && account.chains.includes(walletChain);
  const value = useMemo<SignerContext>(() => {
    if (!account) return { signer: null, problem: null };
    if (walletChain && !supports) {
      return {
        signer: null,
        problem: new CairnError(
          'wallet_wrong_cluster',
          `this wallet's account does not work with ${walletChain.replace('solana:', '')}`,
          'choose another cluster in the settings, or another wallet',
        ),
      };
    }
    return { signer: signer?.address === account.address ? signer : null, problem: null };
  }, [account, walletChain, supports, signer]);
  return (
    <SignerContext value={value}>
      {account && walletChain && supports && (
        <SignerOf
          key={`${account.address}${walletChain}`}
          account={account}
          chain={walletChain}
          onSigner={setSigner}
        />
      )}
      {children}
    </SignerContext>
  );
}

/** The hook needs an account, and must not put the screens below it in and out of the tree. */
function SignerOf(props: {
  account: UiWalletAccount;
  chain: `solana:${string}`;
  onSigner: (signer: TransactionSigner | null) => void;
}) {
  const { account, chain, onSigner } = props;
  const signer = useWalletAccountTransactionSigner(account, chain);
  useEffect(() => {
    onSigner(signer);
    return () => onSigner(null);
  }, [signer, onSigner]);
  return null;
}

/** The connected wallet. */
export type Connected = {
  /** Its address; null while none is connected. */
  address: Address | null;
  /** What signs and pays; null while none is connected or it does not know this chain. */
  signer: TransactionSigner | null;
  /** Why it cannot sign. */
  problem: CairnError | null;
  account: UiWalletAccount | undefined;
};

export function useWallet(): Connected {
  const [account] = useSelectedWalletAccount();
  const { signer, problem } = useContext(SignerContext);
  return useMemo(
    () => ({ address: (account?.address as Address | undefined) ?? null, account, signer, problem }),
    [account, signer, problem],
  );
}

/** The key of the address bar, taken before anything else runs. */
const given = typeof window === 'undefined' ? null : takeFragmentKey(window.location, window.history);
/** How long a wallet that was connected before has to appear: wallets register after the page has begun. */
const RESTORE_MS = 2_500;

/** Whether a wallet that was connected before may still appear: nobody is asked to connect meanwhile. */
export function useRestoring(): boolean {
  const { address } = useWallet();
  const [waiting, setWaiting] = useState(() => given !== null || load<string>('wallet') !== null);
  useEffect(() => {
    const timer = setTimeout(() => setWaiting(false), RESTORE_MS);
    return () => clearTimeout(timer);
  }, []);
  return waiting && address === null;
}

/** The page's one burner, and the chain that it sends to: what is registered stays so until the page is closed. */
let burnerChain: Chain | null = null;
let registered = false;

/** Registers the burner wallet once the chain is known to be a local one. */
function Burner() {
  const { chain, isLocal } = useApp();
  const [failed, setFailed] = useState<unknown>(null);
  useEffect(() => {
    burnerChain = isLocal ? chain : null;
    if (!burnerChain || registered) return;
    registered = true;
    const connected = given !== null || load<string>('wallet')?.startsWith(BURNER_NAME) === true;
    burnerSigner(burnerSecret(given))
      .then((signer) => registerWallet(new BurnerWallet(signer, sendSigned, connected)))
      .catch(setFailed);
  }, [chain, isLocal]);
  // Shown by the screen's error boundary: a browser without Ed25519 keys.
  if (failed) throw failed;
  return <SelectGiven />;
}

/** A key in the address bar says whose page it is: that wallet is connected without asking. */
function SelectGiven() {
  const [account, select, wallets] = useSelectedWalletAccount();
  const [done, setDone] = useState(given === null);
  const burner = wallets.find((wallet) => wallet.name === BURNER_NAME)?.accounts[0];
  useEffect(() => {
    if (done || !burner) return;
    if (account?.address !== burner.address) select(burner);
    setDone(true);
  }, [done, burner, account, select]);
  return null;
}

async function sendSigned(bytes: Uint8Array): Promise<Uint8Array> {
  if (!burnerChain)
    throw new CairnError(
      'wallet_wrong_cluster',
      'the burner works on a local chain only',
      'choose one in the settings',
    );
  const wire = btoa(
    Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''),
  ) as Base64EncodedWireTransaction;
  const signature = await burnerChain.rpc.sendTransaction(wire, { encoding: 'base64' }).send();
  return new Uint8Array(getBase58Encoder().encode(signature));
}
