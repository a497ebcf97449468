// What a screen shows to whom: nobody, a visitor, or the owner.
import type { Address } from '@solana/kit';
import type { ReactNode } from 'react';
import { useRestoring, useWallet } from '../wallet/wallet';
import { useViewed } from '../wallet/operator';
import { WalletButton } from '../wallet/picker';
import { Empty, Loading } from './states';
import { Notice } from './basics';

/** Shows `children` for an operator; asks for a wallet or an address while there is none. */
export function NeedOperator(props: {
  what: string;
  children: (operator: Address, watching: boolean) => ReactNode;
}) {
  const { operator, watching } = useViewed();
  const restoring = useRestoring();
  if (operator) return props.children(operator, watching);
  if (restoring) return <Loading label="Connecting your wallet" />;
  return (
    <Empty title={`Connect a wallet to see ${props.what}`} action={<WalletButton />}>
      Or put any operator’s address into “View as”, in the settings: you can look at everything, and sign
      nothing.
    </Empty>
  );
}

/** Says why an action cannot be signed here; null when it can. */
export function useCannotSign(): string | null {
  const { address, signer, problem } = useWallet();
  const { watching } = useViewed();
  if (watching) return 'You are looking at another wallet’s page: connect that wallet to act for it.';
  if (!address) return 'Connect a wallet to do this.';
  if (problem) return `${problem.message}: ${problem.hint}.`;
  if (!signer) return 'The wallet is not ready yet.';
  return null;
}

/** The same as a notice. */
export function CannotSign() {
  const why = useCannotSign();
  return why ? <Notice tone="warn">{why}</Notice> : null;
}
