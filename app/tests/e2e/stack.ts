// The network that the tests run on, as its program tells of it, and what tests may do to it.
import { inject } from 'vitest';

/** A wallet; the secret is 64 bytes in base58. */
export type Wallet = { address: string; secret: string };
export type Category = 'wireless' | 'storage' | 'compute' | 'sensor';
export type Operator = Wallet & {
  name: string;
  /** Addresses of its devices. */
  devices: Partial<Record<Category, string[]>>;
  /** Whether it has SOL. */
  funded: boolean;
};
export type Stack = {
  /** Where the app is served. */
  app: string;
  oracles: { url: string; identity: string; log: string }[];
  rpc_url: string;
  ws_url: string;
  network: { network: string; mint: string; pool: string; vault: string; stake_pool: string; class: number };
  decimals: number;
  epoch_seconds: number;
  genesis_at_s: number;
  payer: Wallet;
  maker: Wallet;
  treasury: Wallet;
  operators: Operator[];
};

/** The network. */
export const stack = inject('stack');
/** Where the app is looked at: an oracle's, unless CAIRN_APP names a server of one's own. */
export const app = process.env.CAIRN_APP ?? stack.app;

async function order(what: object): Promise<void> {
  const response = await fetch(inject('orders'), { method: 'POST', body: JSON.stringify(what) });
  const answer = (await response.json()) as { error?: string };
  if (answer.error) throw new Error(answer.error);
}

/** Ends an oracle as `kill -9` does. */
export const killOracle = (index: number) => order({ kill: index });
/** Starts it again. */
export const startOracle = (index: number) => order({ start: index });

/** How many categories an operator has devices of. */
export const categories = (operator: Operator) => Object.keys(operator.devices).length;

/** The operator with devices of all categories. */
export function mixedOperator(): Operator {
  const found = stack.operators.find((operator) => categories(operator) === 4);
  if (!found) throw new Error('nobody has devices of all categories');
  return found;
}
