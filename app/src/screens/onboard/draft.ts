// How far somebody is with onboarding a device: survives a reload of this tab. There are no secrets in it.
import type { Address } from '@solana/kit';
import { useCallback, useState } from 'react';
import type { Request } from '../../lib/onboarding';

export type Draft = {
  step: number;
  /** Who it is for: another wallet begins anew. */
  owner: Address | null;
  network: Address | null;
  class: number | null;
  request: Request | null;
  /** The device's answer as it was pasted. */
  response: string;
  latitude: string;
  longitude: string;
  license: Address | null;
  /** A location and a licence may be left out on purpose. */
  noLocation: boolean;
};

export const EMPTY: Draft = {
  step: 0,
  owner: null,
  network: null,
  class: null,
  request: null,
  response: '',
  latitude: '',
  longitude: '',
  license: null,
  noLocation: false,
};

const KEY = 'cairn.onboarding';

/** What was kept, when it is of this owner and network; else an empty draft. */
export function readDraft(text: string | null, owner: Address, network: Address): Draft {
  const empty = { ...EMPTY, owner, network };
  if (text === null) return empty;
  try {
    const kept: unknown = JSON.parse(text);
    if (typeof kept !== 'object' || kept === null) return empty;
    const draft = { ...EMPTY, ...(kept as Partial<Draft>) };
    return draft.owner === owner && draft.network === network ? draft : empty;
  } catch {
    return empty;
  }
}

function keep(draft: Draft | null): void {
  try {
    if (draft) sessionStorage.setItem(KEY, JSON.stringify(draft));
    else sessionStorage.removeItem(KEY);
  } catch {
    // The browser keeps nothing: the page works, and a reload begins anew.
  }
}

/** Nothing is kept any more; what is on screen stays. */
export function forgetStored(): void {
  keep(null);
}

function kept(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** The draft of this tab, and how to change it. */
export function useDraft(owner: Address, network: Address): { draft: Draft; change: (part: Partial<Draft>) => void; forget: () => void } {
  const [draft, setDraft] = useState(() => readDraft(kept(), owner, network));
  const change = useCallback((part: Partial<Draft>) => {
    setDraft((now) => {
      const next = { ...now, ...part };
      keep(next);
      return next;
    });
  }, []);
  const forget = useCallback(() => {
    keep(null);
    setDraft({ ...EMPTY, owner, network });
  }, [owner, network]);
  return { draft, change, forget };
}
