// Whose page it is: the connected wallet's, or that of an address to look at.
import type { Address } from '@solana/kit';
import { isAddress } from '@solana/kit';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useWallet } from './wallet';

export type Viewed = {
  /** Whose figures are shown; null while there is neither a wallet nor an address. */
  operator: Address | null;
  /** The page shows another address than the connected wallet's: nothing can be signed for it. */
  watching: boolean;
};

/** Whose page it is. `?operator=` goes before the wallet; it is kept from screen to screen. */
export function useViewed(): Viewed {
  const { address } = useWallet();
  const [search] = useSearchParams();
  const asked = search.get('operator');
  return useMemo(() => {
    if (asked && isAddress(asked)) return { operator: asked, watching: asked !== address };
    return { operator: address, watching: false };
  }, [asked, address]);
}
