// A device's total against the chain's root, step by step. Nothing of an oracle's answer is believed: every
// hash is computed here, and the last one is compared with what the chain has.
import type { Explanation, LeafPath } from '../api/types';
import type { Pool, Proposal } from '../generated/rewards/accounts';
import { fromBase58, fromHex, sameBytes, toHex } from './bytes';
import { deviceLeaf, MAX_DEPTH, NODE_BYTES, operatorLeaf, path as pathOf, type Node } from './merkle';

export type Claimed = { pool: string; operator: string; device: string; path: LeafPath };

/** A node on the way up, as it is shown. */
export type Hop = { hash: string; sum: bigint };
export type Step = {
  key: 'device_leaf' | 'devices_root' | 'operator_leaf' | 'stated_root' | 'chain_root';
  ok: boolean;
  title: string;
  /** What was computed or compared, in words. */
  text: string;
  /** The nodes that were computed, from the leaf up. */
  hops: readonly Hop[];
};
export type Verification = { ok: boolean; steps: readonly Step[] };

/**
 * The way that an explanation gives, for the device and pool that were asked for: an answer with another device's
 * way must not pass. Null when the device has no leaf.
 */
export function claimedOf(found: Explanation, pool: string, device: string): Claimed | null {
  const { operator, path } = found;
  return operator === null || path === null ? null : { pool, operator, device, path };
}

/** Computes the root from the device's leaf, and compares it with `chainRoot`. Stops at the first step that fails. */
export function verifyDevice(claimed: Claimed, chainRoot: Node): Verification {
  const steps: Step[] = [];
  const add = (step: Step) => {
    steps.push(step);
    return step.ok;
  };
  const done = () => ({ ok: steps.length === 5 && steps.every((step) => step.ok), steps });
  const leaf = read(() =>
    deviceLeaf({
      operator: bytes32(fromBase58(claimed.operator)),
      device: bytes32(fromBase58(claimed.device)),
      lifetimeTotal: amount(claimed.path.device_total),
    }),
  );
  if (!add(leafStep('device_leaf', 'The device’s leaf', 'SHA-256 of operator, device and its lifetime total', leaf)) || !leaf) return done();
  if (!add(devicesStep(claimed.path, leaf))) return done();
  const owner = read(() =>
    operatorLeaf({
      pool: bytes32(fromBase58(claimed.pool)),
      operator: bytes32(fromBase58(claimed.operator)),
      lifetimeTotal: amount(claimed.path.operator_total),
      devicesRoot: bytes32(fromHex(claimed.path.devices_root)),
    }),
  );
  const content = 'SHA-256 of pool, operator, its lifetime total and the root over its devices';
  if (!add(leafStep('operator_leaf', 'The operator’s leaf', content, owner)) || !owner) return done();
  const nodes = fold(owner, claimed.path.operator_index, claimed.path.operator_proof);
  const root = nodes?.at(-1) ?? null;
  if (!add(statedStep(claimed.path, nodes, root)) || !root) return done();
  add(chainStep(root, chainRoot));
  return done();
}

function leafStep(key: Step['key'], title: string, content: string, leaf: Node | null): Step {
  return { key, title, ok: leaf !== null, hops: leaf ? [hop(leaf)] : [], text: leaf ? `${content}.` : 'The oracle’s answer is malformed: no leaf can be computed from it.' };
}

function devicesStep(path: LeafPath, leaf: Node): Step {
  const nodes = fold(leaf, path.device_index, path.device_proof);
  const top = nodes?.at(-1);
  const base = { key: 'devices_root', title: 'Up to the root over the operator’s devices', hops: (nodes ?? []).map(hop) } as const;
  if (!top) return { ...base, ok: false, text: MALFORMED };
  if (toHex(top.hash) !== path.devices_root) {
    return { ...base, ok: false, text: `The leaf leads to another root than the one in the operator’s leaf, ${path.devices_root}.` };
  }
  if (top.sum > BigInt(path.operator_total)) {
    return { ...base, ok: false, text: 'The devices’ totals are more than the operator’s: that must never be.' };
  }
  return { ...base, ok: true, text: `Hashed with ${steps(path.device_proof)}: it is the root in the operator’s leaf.` };
}

function statedStep(path: LeafPath, nodes: Node[] | null, root: Node | null): Step {
  const base = { key: 'stated_root', title: 'Up to the root over all operators', hops: (nodes ?? []).map(hop) } as const;
  if (!root) return { ...base, ok: false, text: MALFORMED };
  const ok = toHex(root.hash) === path.root && root.sum.toString() === path.root_sum;
  return {
    ...base,
    ok,
    text: ok
      ? `Hashed with ${steps(path.operator_proof)}: it is the root that the oracle says, with its sum.`
      : `The operator’s leaf leads to another root than the oracle says, ${path.root} with the sum ${path.root_sum}.`,
  };
}

function chainStep(root: Node, chain: Node): Step {
  const ok = sameBytes(root.hash, chain.hash) && root.sum === chain.sum;
  return {
    key: 'chain_root',
    title: 'The root on chain',
    ok,
    hops: [hop(chain)],
    text: ok ? 'The chain has the very same hash and sum.' : 'The chain has another root: the total that the oracle says is not what the chain agreed on.',
  };
}

const MALFORMED = 'The proof is malformed: it does not fold to a root.';
const steps = (proof: string) => {
  const count = proof.length / (2 * NODE_BYTES);
  return `${count} ${count === 1 ? 'sibling' : 'siblings'}`;
};
const hop = (node: Node): Hop => ({ hash: toHex(node.hash), sum: node.sum });

function fold(leaf: Node, index: number, proof: string): Node[] | null {
  if (proof.length > 2 * NODE_BYTES * MAX_DEPTH) return null;
  return read(() => pathOf(leaf, index, fromHex(proof)));
}

function bytes32(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== 32) throw new RangeError('expected 32 bytes');
  return bytes;
}

function amount(text: string): bigint {
  const value = BigInt(text);
  if (value < 0n || value >= 1n << 64n) throw new RangeError('expected 64 bits');
  return value;
}

/** What an oracle answers may be malformed: then there is nothing, and the step says so. */
function read<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    return null;
  }
}

/** Where an epoch's root stands on chain. */
export type ChainRoot =
  /** It is the pool's active root. */
  | { kind: 'active'; root: Node; epoch: number }
  /** A later root is active; the epoch's finalized proposal is still there. */
  | { kind: 'proposal'; root: Node; epoch: number; address: string }
  /** A later root is active, and the chain does not keep this epoch's any more. */
  | { kind: 'gone'; activeEpoch: number }
  | { kind: 'not_finalized' };

type PoolRoot = Pick<Pool, 'root' | 'rootSum' | 'rootEpoch' | 'leafCount'>;
type ProposedRoot = { address: string; data: Pick<Proposal, 'epoch' | 'status' | 'root' | 'rootSum'> };
/** `Proposal.status` of a finalized one. */
const FINALIZED = 1;

/** The root that the chain has for an epoch. */
export function chainRootOf(epoch: number, pool: PoolRoot, proposals: readonly ProposedRoot[]): ChainRoot {
  const has = pool.leafCount > 0;
  if (has && pool.rootEpoch === BigInt(epoch)) {
    return { kind: 'active', epoch, root: { hash: Uint8Array.from(pool.root), sum: pool.rootSum } };
  }
  const found = proposals.find(({ data }) => data.epoch === BigInt(epoch) && data.status === FINALIZED);
  if (found) {
    const root = { hash: Uint8Array.from(found.data.root), sum: found.data.rootSum };
    return { kind: 'proposal', epoch, address: found.address, root };
  }
  return has && pool.rootEpoch > BigInt(epoch) ? { kind: 'gone', activeEpoch: Number(pool.rootEpoch) } : { kind: 'not_finalized' };
}
