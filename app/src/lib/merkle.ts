// The Merkle-sum tree that carries every operator's lifetime earnings in one root. The same hashing as
// the programs (protocol/src/merkle.rs), checked against the shared vectors.
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, sameBytes, u16le, u64le } from './bytes';

/** Bytes of one encoded node, `hash ‖ sum (u64 LE)`; also of one proof step. */
export const NODE_BYTES = 40;
/** The deepest proof that is accepted: 2³² leaves, as many as an index can name. */
export const MAX_DEPTH = 32;
const MAX_SUM = (1n << 64n) - 1n;

/** A hash and the tokens below it. */
export type Node = { hash: Uint8Array; sum: bigint };
/** A step of a proof as the API gives it. */
export type Step = { hash: string; sum: string };

export type OperatorLeaf = {
  pool: Uint8Array;
  operator: Uint8Array;
  lifetimeTotal: bigint;
  devicesRoot: Uint8Array;
};
export type DeviceLeaf = { operator: Uint8Array; device: Uint8Array; lifetimeTotal: bigint };
export type UsageLeaf = { pool: Uint8Array; customer: Uint8Array; lifetimeSpent: bigint };
export type PenaltyLeaf = {
  pool: Uint8Array;
  epoch: bigint;
  target: Uint8Array;
  amount: bigint;
  reason: number;
  evidenceHash: Uint8Array;
  challenger: Uint8Array;
};

/** `pool ‖ operator ‖ lifetime_total ‖ devices_root`. */
export function operatorLeaf(leaf: OperatorLeaf): Node {
  const bytes = concat(leaf.pool, leaf.operator, u64le(leaf.lifetimeTotal), leaf.devicesRoot);
  return { hash: sha256(bytes), sum: leaf.lifetimeTotal };
}

/** `operator ‖ device ‖ lifetime_total`. */
export function deviceLeaf(leaf: DeviceLeaf): Node {
  return {
    hash: sha256(concat(leaf.operator, leaf.device, u64le(leaf.lifetimeTotal))),
    sum: leaf.lifetimeTotal,
  };
}

/** `"cairn:usage:v1" (16) ‖ pool ‖ customer ‖ lifetime_spent`. */
export function usageLeaf(leaf: UsageLeaf): Node {
  const domain = new TextEncoder().encode('cairn:usage:v1\0\0');
  return {
    hash: sha256(concat(domain, leaf.pool, leaf.customer, u64le(leaf.lifetimeSpent))),
    sum: leaf.lifetimeSpent,
  };
}

/** `pool ‖ epoch ‖ target ‖ amount ‖ reason (u16) ‖ evidence ‖ challenger`. */
export function penaltyLeaf(leaf: PenaltyLeaf): Node {
  const { pool, epoch, target, amount, reason, evidenceHash, challenger } = leaf;
  const bytes = concat(pool, u64le(epoch), target, u64le(amount), u16le(reason), evidenceHash, challenger);
  return { hash: sha256(bytes), sum: amount };
}

/** `hash ‖ sum (u64 LE)`. */
export function nodeBytes(node: Node): Uint8Array {
  return concat(node.hash, u64le(node.sum));
}

/** The parent of two nodes; null when the sums exceed 64 bits. */
export function parent(left: Node, right: Node): Node | null {
  const sum = left.sum + right.sum;
  return sum > MAX_SUM ? null : { hash: sha256(concat(nodeBytes(left), nodeBytes(right))), sum };
}

/**
 * The nodes from `leaf` up to the root that `proof` implies, the leaf first; null for a proof of a wrong
 * length, an index with more bits than the proof has steps, or sums beyond 64 bits.
 */
export function path(leaf: Node, index: number, proof: Uint8Array): Node[] | null {
  const depth = proof.length / NODE_BYTES;
  if (!Number.isInteger(depth) || depth > MAX_DEPTH) return null;
  if (!Number.isInteger(index) || index < 0 || index >= 2 ** depth) return null;
  const nodes = [leaf];
  let node = leaf;
  let way = index;
  for (let at = 0; at < depth; at += 1) {
    const sibling = readNode(proof.subarray(at * NODE_BYTES, (at + 1) * NODE_BYTES));
    const up = way % 2 === 0 ? parent(node, sibling) : parent(sibling, node);
    if (!up) return null;
    nodes.push(up);
    node = up;
    way = Math.floor(way / 2);
  }
  return nodes;
}

/** Folds `proof` into `leaf`: the root that they imply, or null as for {@link path}. */
export function fold(leaf: Node, index: number, proof: Uint8Array): Node | null {
  return path(leaf, index, proof)?.at(-1) ?? null;
}

/** Whether `leaf` stands at `index` below `root`. */
export function verify(root: Node, leaf: Node, index: number, proof: Uint8Array): boolean {
  const implied = fold(leaf, index, proof);
  return implied !== null && implied.sum === root.sum && sameBytes(implied.hash, root.hash);
}

function readNode(bytes: Uint8Array): Node {
  const sum = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(32, true);
  return { hash: bytes.slice(0, 32), sum };
}
