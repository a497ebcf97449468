// The sum tree against the vectors that the programs and the oracles are held to.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex, u64le } from '../src/lib/bytes';
import {
  deviceLeaf,
  fold,
  operatorLeaf,
  parent,
  path,
  penaltyLeaf,
  usageLeaf,
  verify,
  type Node,
} from '../src/lib/merkle';

type Hashed = { hash: string };
type NodeText = { hash: string; sum: string };
type OperatorText = Hashed & { pool: string; operator: string; lifetime_total: string; devices_root: string };
const vectors = JSON.parse(
  readFileSync(new URL('../../protocol/vectors/merkle.json', import.meta.url), 'utf8'),
) as {
  operator_leaves: OperatorText[];
  device_leaves: (Hashed & { operator: string; device: string; lifetime_total: string })[];
  penalty_leaves: (Hashed &
    Record<'pool' | 'epoch' | 'target' | 'amount' | 'evidence_hash' | 'challenger', string> & {
      reason: number;
    })[];
  usage_leaves: (Hashed & { pool: string; customer: string; lifetime_spent: string })[];
  nodes: { left: NodeText; right: NodeText; parent: NodeText }[];
  trees: { leaves: OperatorText[]; root: NodeText; proofs: string[] }[];
  refused: { why: string; root: NodeText; leaf: NodeText; index: number; proof: string }[];
};

const node = ({ hash, sum }: NodeText): Node => ({ hash: fromHex(hash), sum: BigInt(sum) });
const leafOf = (text: OperatorText) =>
  operatorLeaf({
    pool: fromHex(text.pool),
    operator: fromHex(text.operator),
    lifetimeTotal: BigInt(text.lifetime_total),
    devicesRoot: fromHex(text.devices_root),
  });

describe('leaves', () => {
  test.each(vectors.operator_leaves)('operator leaf $hash', (text) => {
    expect(toHex(leafOf(text).hash)).toBe(text.hash);
  });

  test.each(vectors.device_leaves)('device leaf $hash', (text) => {
    const leaf = deviceLeaf({
      operator: fromHex(text.operator),
      device: fromHex(text.device),
      lifetimeTotal: BigInt(text.lifetime_total),
    });
    expect(toHex(leaf.hash)).toBe(text.hash);
    expect(leaf.sum).toBe(BigInt(text.lifetime_total));
  });

  test.each(vectors.penalty_leaves)('penalty leaf $hash', (text) => {
    const leaf = penaltyLeaf({
      pool: fromHex(text.pool),
      epoch: BigInt(text.epoch),
      target: fromHex(text.target),
      amount: BigInt(text.amount),
      reason: text.reason,
      evidenceHash: fromHex(text.evidence_hash),
      challenger: fromHex(text.challenger),
    });
    expect(toHex(leaf.hash)).toBe(text.hash);
  });

  test.each(vectors.usage_leaves)('usage leaf $hash', (text) => {
    const leaf = usageLeaf({
      pool: fromHex(text.pool),
      customer: fromHex(text.customer),
      lifetimeSpent: BigInt(text.lifetime_spent),
    });
    expect(toHex(leaf.hash)).toBe(text.hash);
  });
});

describe('trees', () => {
  test.each(vectors.nodes)('parent $parent.hash', (text) => {
    expect(parent(node(text.left), node(text.right))).toEqual(node(text.parent));
  });

  test('sums beyond 64 bits have no parent', () => {
    const most = { hash: new Uint8Array(32), sum: (1n << 64n) - 1n };
    expect(parent(most, { hash: new Uint8Array(32), sum: 1n })).toBeNull();
  });

  test.each(vectors.trees)(
    'every leaf below $root.hash is proven, by its own proof alone',
    ({ leaves, root, proofs }) => {
      leaves.forEach((text, index) => {
        const proof = fromHex(proofs[index] as string);
        const leaf = leafOf(text);
        expect(verify(node(root), leaf, index, proof)).toBe(true);
        expect(path(leaf, index, proof)).toHaveLength(proof.length / 40 + 1);
        expect(verify(node(root), { ...leaf, sum: leaf.sum + 1n }, index, proof)).toBe(false);
        expect(verify({ ...node(root), sum: node(root).sum + 1n }, leaf, index, proof)).toBe(false);
        if (leaves.length > 1) expect(verify(node(root), leaf, index ^ 1, proof)).toBe(false);
      });
    },
  );

  test.each(vectors.refused)('refused: $why', ({ root, leaf, index, proof }) => {
    expect(verify(node(root), node(leaf), index, fromHex(proof))).toBe(false);
  });

  test('a malformed proof folds to nothing', () => {
    const leaf = { hash: new Uint8Array(32), sum: 1n };
    const step = concat(new Uint8Array(32), u64le(1n));
    expect(fold(leaf, 0, step.slice(1))).toBeNull();
    expect(fold(leaf, 2, step)).toBeNull();
    expect(fold(leaf, -1, step)).toBeNull();
    expect(fold(leaf, 0.5, step)).toBeNull();
    expect(fold(leaf, 0, concat(...Array.from({ length: 33 }, () => step)))).toBeNull();
    expect(fold(leaf, 0, concat(...Array.from({ length: 32 }, () => step)))?.sum).toBe(33n);
  });
});
