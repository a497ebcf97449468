// What every screen needs: the oracles, the network, the chain.
import { QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Address } from '@solana/kit';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import type { Oracles, OraclesState } from './api/client';
import { findOracles } from './api/config';
import type { ConfigView } from './api/types';
import { ask } from './chain/accounts';
import {
  connect,
  endpointOf,
  explorerUrl,
  isLocalChain,
  walletChain,
  type Chain,
  type Settings,
} from './chain/cluster';
import { asCairnError, CairnError } from './lib/errors';
import { load, store } from './lib/storage';

/** One client for the whole page. What fails is asked again by itself, refusals are not. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (tries, error) =>
          tries < 2 && ['oracle_unreachable', 'rpc_failed'].includes(asCairnError(error).code),
        retryDelay: (tries) => 500 * 2 ** tries,
        staleTime: 5_000,
        // Without the live feed the page still moves on.
        refetchInterval: (query) => (query.state.status === 'error' ? 5_000 : 30_000),
        refetchOnWindowFocus: true,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}

type SettingsContext = { settings: Settings; change: (settings: Settings) => void };
const SettingsContext = createContext<SettingsContext | null>(null);

/** The user's own choices, kept by the browser. */
export function useSettings(): SettingsContext {
  const context = useContext(SettingsContext);
  if (!context) throw new Error('no settings here');
  return context;
}

export function SettingsProvider({ children }: { children: ReactNode }) {
  const [settings, set] = useState<Settings>(() => load<Settings>('settings') ?? {});
  const change = useCallback((next: Settings) => {
    store('settings', Object.keys(next).length ? next : null);
    set(next);
  }, []);
  return (
    <SettingsContext value={useMemo(() => ({ settings, change }), [settings, change])}>
      {children}
    </SettingsContext>
  );
}

/** What the page works with once an oracle told it where it is. */
export type App = {
  config: ConfigView;
  oracles: Oracles;
  /** The network's and the pool's accounts. */
  network: Address;
  pool: Address;
  /** The chosen chain; null while nobody said where its RPC node is. */
  chain: Chain | null;
  /** Hash of the chain's genesis; undefined until the node answered. */
  genesisHash: string | undefined;
  /** The chain as wallets name it; undefined until the node answered. */
  walletChain: `solana:${string}` | undefined;
  /** A chain of one's own, on this machine. */
  isLocal: boolean;
  explorer: (kind: 'tx' | 'address', what: string) => string;
};
const AppContext = createContext<App | null>(null);

/** The network, oracles and chain of this page. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('the page has no network yet');
  return app;
}

/** The chain. @throws CairnError `no_rpc` while nobody said where its RPC node is. */
export function needChain(chain: Chain | null): Chain {
  if (chain) return chain;
  throw new CairnError('no_rpc', 'no RPC node is known', 'choose a cluster in the settings');
}

/** Finds the network; `children` get it through {@link useApp}, `fallback` shows while or why there is none. */
export function AppProvider(props: {
  fallback: (state: { error: CairnError | null; retry: () => void }) => ReactNode;
  children: ReactNode;
}) {
  const { settings } = useSettings();
  const found = useQuery({
    queryKey: ['config', settings.oracles ?? []],
    queryFn: () =>
      findOracles(
        window.location.origin,
        new URL(import.meta.env.BASE_URL, window.location.origin).href,
        settings,
      ),
    staleTime: Infinity,
    refetchInterval: (query) => (query.state.status === 'error' ? 5_000 : false),
  });
  const rpc = found.data && endpointOf(settings, found.data.config);
  const rpcUrl = rpc?.rpcUrl;
  const wsUrl = rpc?.wsUrl;
  const chain = useMemo(() => (rpcUrl && wsUrl ? connect({ rpcUrl, wsUrl }) : null), [rpcUrl, wsUrl]);
  const genesis = useQuery({
    queryKey: ['chain', rpcUrl, 'genesis'],
    queryFn: () => ask(() => needChain(chain).rpc.getGenesisHash().send()),
    enabled: chain !== null,
    staleTime: Infinity,
    refetchInterval: (query) => (query.state.status === 'error' ? 5_000 : false),
  });
  const hash = genesis.data as string | undefined;
  const app = useMemo<App | null>(() => {
    if (!found.data) return null;
    const { config, oracles } = found.data;
    return {
      config,
      oracles,
      network: config.network as Address,
      pool: config.pool as Address,
      chain,
      genesisHash: hash,
      walletChain: hash === undefined ? undefined : walletChain(hash),
      isLocal: chain !== null && isLocalChain(hash, chain.rpcUrl),
      explorer: (kind, what) => explorerUrl(kind, what, hash, chain?.rpcUrl ?? ''),
    };
  }, [found.data, chain, hash]);
  if (!app) {
    const error = found.error ? asCairnError(found.error) : null;
    return props.fallback({ error, retry: () => void found.refetch() });
  }
  return <AppContext value={app}>{props.children}</AppContext>;
}

/** Which oracles answer. */
export function useOracleHealth(): OraclesState {
  const { oracles } = useApp();
  return useSyncExternalStore(oracles.subscribe, oracles.state);
}

export type Theme = 'system' | 'light' | 'dark';

/** One theme for the whole page, whoever changes it. */
const theme = { chosen: load<Theme>('theme') ?? 'system', listeners: new Set<() => void>() };
const onTheme = (listener: () => void) => {
  theme.listeners.add(listener);
  return () => theme.listeners.delete(listener);
};
function chooseTheme(next: Theme): void {
  store('theme', next === 'system' ? null : next);
  theme.chosen = next;
  for (const listener of theme.listeners) listener();
}

/** The chosen theme, and what changes it. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(onTheme, () => theme.chosen), chooseTheme];
}

/** Applies the theme to the page; used once, by its root. */
export function useApplyTheme(): void {
  const [chosen] = useTheme();
  // Before the first picture, which would be in the other theme's colours.
  useLayoutEffect(() => {
    const media = window.matchMedia('(prefers-color-scheme: dark)');
    const apply = () => {
      const dark = chosen === 'dark' || (chosen === 'system' && media.matches);
      document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    };
    apply();
    media.addEventListener('change', apply);
    return () => media.removeEventListener('change', apply);
  }, [chosen]);
}

/** Seconds since 1970, anew every `everyS` seconds: for ages and countdowns. */
export function useNow(everyS = 1): number {
  const [now, set] = useState(() => Math.floor(Date.now() / 1000));
  useEffect(() => {
    const timer = setInterval(() => set(Math.floor(Date.now() / 1000)), everyS * 1000);
    return () => clearInterval(timer);
  }, [everyS]);
  return now;
}

/** Asks the chain and the oracles again for everything, after a transaction. */
export function useRefresh(): () => void {
  const client = useQueryClient();
  return useCallback(() => void client.invalidateQueries(), [client]);
}
