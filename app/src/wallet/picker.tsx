// Connecting a wallet.
import { useSelectedWalletAccount } from '@solana/react';
import { useConnect, useDisconnect, type UiWallet, type UiWalletAccount } from '@wallet-standard/react';
import { useState } from 'react';
import { short } from '../lib/address';
import { chainError } from '../chain/failure';
import type { CairnError } from '../lib/errors';
import { useApp } from '../state';
import { Address, Badge, Button, Dialog, Failed, Notice } from '../ui/parts';
import { BURNER_NAME } from './wallet';

/** The header's wallet button: connects, or shows who is connected. */
export function WalletButton() {
  const [account] = useSelectedWalletAccount();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind={account ? 'secondary' : 'primary'} onClick={() => setOpen(true)} aria-haspopup="dialog">
        {account ? (
          <>
            <span aria-hidden="true" className="size-2 rounded-full bg-good" />
            <span className="sr-only">Wallet </span>
            <span className="font-mono text-[0.8125rem]">{short(account.address)}</span>
          </>
        ) : (
          'Connect wallet'
        )}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={account ? 'Your wallet' : 'Connect a wallet'}>
        {account ? (
          <Current account={account} onDone={() => setOpen(false)} />
        ) : (
          <Choices onDone={() => setOpen(false)} />
        )}
      </Dialog>
    </>
  );
}

function Choices({ onDone }: { onDone: () => void }) {
  const [, , wallets] = useSelectedWalletAccount();
  const { isLocal } = useApp();
  return (
    <div className="space-y-3">
      {wallets.length === 0 ? (
        <Notice tone="warn" title="No wallet was found in this browser">
          Install a Solana wallet that supports the wallet standard (most do) and reload this page. To only
          look, use “View as” in the settings.
        </Notice>
      ) : (
        <ul className="space-y-2">
          {wallets.map((wallet) => (
            <li key={wallet.name}>
              <Choice wallet={wallet} onDone={onDone} />
            </li>
          ))}
        </ul>
      )}
      {isLocal && (
        <p className="text-[0.8125rem] text-muted">
          {BURNER_NAME}: its key lies open in this browser. It is offered because this is a chain of your own,
          on this machine.
        </p>
      )}
    </div>
  );
}

function Choice({ wallet, onDone }: { wallet: UiWallet; onDone: () => void }) {
  const [connecting, connect] = useConnect(wallet);
  const [, select] = useSelectedWalletAccount();
  const [error, setError] = useState<CairnError | null>(null);
  const pick = async () => {
    setError(null);
    try {
      const accounts = wallet.accounts.length > 0 ? wallet.accounts : await connect();
      select(accounts[0]);
      onDone();
    } catch (problem) {
      setError(chainError(problem));
    }
  };
  return (
    <>
      <Button size="large" className="w-full !justify-start" busy={connecting} onClick={() => void pick()}>
        <img src={wallet.icon} alt="" className="size-6" />
        {wallet.name}
        {wallet.name === BURNER_NAME && <Badge tone="warn">for testing</Badge>}
      </Button>
      {error && (
        <div className="mt-2">
          <Failed error={error} title="The wallet did not connect" />
        </div>
      )}
    </>
  );
}

function Current({ account, onDone }: { account: UiWalletAccount; onDone: () => void }) {
  const [, select, wallets] = useSelectedWalletAccount();
  const { explorer } = useApp();
  const wallet = wallets.find((one) => one.accounts.some(({ address }) => address === account.address));
  return (
    <div className="space-y-4">
      <p>
        {wallet?.name ?? 'Wallet'}:{' '}
        <Address address={account.address} letters={8} href={explorer('address', account.address)} />
      </p>
      {wallet && wallet.accounts.length > 1 && (
        <ul className="space-y-1">
          {wallet.accounts.map((other) => (
            <li key={other.address}>
              <Button
                size="small"
                aria-pressed={other.address === account.address}
                onClick={() => select(other)}
              >
                <span className="font-mono">{short(other.address, 8)}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
      {wallet ? (
        <Disconnect wallet={wallet} onDone={onDone} />
      ) : (
        <Button onClick={() => select(undefined)}>Disconnect</Button>
      )}
    </div>
  );
}

function Disconnect({ wallet, onDone }: { wallet: UiWallet; onDone: () => void }) {
  const [, select] = useSelectedWalletAccount();
  const can = wallet.features.includes('standard:disconnect');
  const leave = () => {
    select(undefined);
    onDone();
  };
  return can ? (
    <DisconnectFully wallet={wallet} onDone={leave} />
  ) : (
    <Button onClick={leave}>Disconnect</Button>
  );
}

function DisconnectFully({ wallet, onDone }: { wallet: UiWallet; onDone: () => void }) {
  const [busy, disconnect] = useDisconnect(wallet);
  return (
    // Whatever the wallet says, this page lets go of it.
    <Button busy={busy} onClick={() => void disconnect().then(onDone, onDone)}>
      Disconnect
    </Button>
  );
}
