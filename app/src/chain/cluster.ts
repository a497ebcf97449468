// Which chain the page talks to.
import { createSolanaRpc, createSolanaRpcSubscriptions } from '@solana/kit';
import type { ConfigView } from '../api/types';

export const CLUSTERS = ['oracle', 'localnet', 'devnet', 'testnet', 'mainnet-beta', 'custom'] as const;
export type ClusterId = (typeof CLUSTERS)[number];
export const CLUSTER_LABEL: Record<ClusterId, string> = {
  oracle: "The oracle's cluster",
  localnet: 'Localnet',
  devnet: 'Devnet',
  testnet: 'Testnet',
  'mainnet-beta': 'Mainnet Beta',
  custom: 'Custom RPC',
};

/** What the user chose; kept by the browser. */
export type Settings = { cluster?: ClusterId; rpcUrl?: string; wsUrl?: string; oracles?: string[] };
export type Endpoint = { rpcUrl: string; wsUrl: string };

const PUBLIC: Partial<Record<ClusterId, Endpoint>> = {
  localnet: { rpcUrl: 'http://127.0.0.1:8899', wsUrl: 'ws://127.0.0.1:8900' },
  devnet: { rpcUrl: 'https://api.devnet.solana.com', wsUrl: 'wss://api.devnet.solana.com' },
  testnet: { rpcUrl: 'https://api.testnet.solana.com', wsUrl: 'wss://api.testnet.solana.com' },
  'mainnet-beta': {
    rpcUrl: 'https://api.mainnet-beta.solana.com',
    wsUrl: 'wss://api.mainnet-beta.solana.com',
  },
};

/** Where the chosen cluster answers; null when nobody said. */
export function endpointOf(
  settings: Settings,
  config: Pick<ConfigView, 'rpc_url' | 'ws_url'>,
): Endpoint | null {
  const cluster = settings.cluster ?? 'oracle';
  if (cluster === 'oracle') return withSocket(config.rpc_url, config.ws_url);
  if (cluster === 'custom') return withSocket(settings.rpcUrl ?? null, settings.wsUrl ?? null);
  return PUBLIC[cluster] ?? null;
}

function withSocket(rpcUrl: string | null, wsUrl: string | null): Endpoint | null {
  return rpcUrl ? { rpcUrl, wsUrl: wsUrl || socketOf(rpcUrl) } : null;
}

/** Solana's convention: the WebSocket is one port above, or at the same address behind TLS. */
export function socketOf(rpcUrl: string): string {
  const url = new URL(rpcUrl);
  const port = Number(url.port);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  if (port) url.port = String(port + 1);
  return url.toString().replace(/\/$/, '');
}

/** Whether an address is this machine itself. */
export function isLoopback(url: string): boolean {
  try {
    const { hostname } = new URL(url);
    return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  } catch {
    return false;
  }
}

const GENESIS: Record<string, 'mainnet' | 'devnet' | 'testnet'> = {
  '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d': 'mainnet',
  EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG: 'devnet',
  '4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY': 'testnet',
};

/** The chain as wallets name it, from the hash of its genesis: any other chain is a local one. */
export function walletChain(genesisHash: string): `solana:${string}` {
  return `solana:${GENESIS[genesisHash] ?? 'localnet'}`;
}

/** Whether keys without any worth may be used: a chain of one's own on one's own machine. */
export function isLocalChain(genesisHash: string | undefined, rpcUrl: string): boolean {
  return genesisHash !== undefined && !(genesisHash in GENESIS) && isLoopback(rpcUrl);
}

/** A page of the explorer for a transaction or address of this chain. */
export function explorerUrl(
  kind: 'tx' | 'address',
  what: string,
  genesisHash: string | undefined,
  rpcUrl: string,
): string {
  const known = genesisHash ? GENESIS[genesisHash] : undefined;
  const query =
    known === 'mainnet'
      ? ''
      : known
        ? `?cluster=${known}`
        : `?cluster=custom&customUrl=${encodeURIComponent(rpcUrl)}`;
  return `https://explorer.solana.com/${kind}/${what}${query}`;
}

/** A connection to one RPC node. */
export type Chain = {
  rpcUrl: string;
  wsUrl: string;
  rpc: ReturnType<typeof createSolanaRpc>;
  subscriptions: ReturnType<typeof createSolanaRpcSubscriptions>;
};

export function connect(endpoint: Endpoint): Chain {
  return {
    ...endpoint,
    rpc: createSolanaRpc(endpoint.rpcUrl),
    subscriptions: createSolanaRpcSubscriptions(endpoint.wsUrl),
  };
}
