// A device's total against the chain's root: real answers pass, and each thing that could be forged fails.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Explanation } from '../src/api/types';
import { concat, fromHex, toBase58, toHex } from '../src/lib/bytes';
import { deviceLeaf, fold, nodeBytes, operatorLeaf, parent, type Node } from '../src/lib/merkle';
import { chainRootOf, claimedOf, verifyDevice, type Claimed } from '../src/lib/verify';

const folder = new URL('./paystubs/', import.meta.url);
const ANSWERS = readdirSync(folder).map((name): [string, Explanation] => [
  name.replace('.json', ''),
  JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Explanation,
]);

function claimed(found: Explanation): Claimed {
  const it = claimedOf(found, found.pool, found.device);
  if (!it) throw new Error('no leaf');
  return structuredClone(it);
}
const rootOf = ({ path }: Claimed): Node => ({ hash: fromHex(path.root), sum: BigInt(path.root_sum) });
const failed = (claim: Claimed, root: Node) => verifyDevice(claim, root).steps.find(({ ok }) => !ok)?.key ?? null;

/** A proof with its first two siblings exchanged. */
const exchanged = (proof: string) => proof.slice(80, 160) + proof.slice(0, 80) + proof.slice(160);
/** A hash or number in hex with its last digit changed. */
const changed = (hex: string, at = 0) => hex.slice(0, at) + (hex[at] === '0' ? '1' : '0') + hex.slice(at + 1);
const more = (amount: string) => (BigInt(amount) + 1n).toString();

describe.each(ANSWERS)('the answer of %s', (_, found) => {
  const root = rootOf(claimed(found));

  test('leads to its root', () => {
    const result = verifyDevice(claimed(found), root);
    expect(result.ok).toBe(true);
    expect(result.steps.map(({ key }) => key)).toEqual(['device_leaf', 'devices_root', 'operator_leaf', 'stated_root', 'chain_root']);
    const last = result.steps.at(-2)?.hops.at(-1);
    expect(last).toEqual({ hash: toHex(root.hash), sum: root.sum });
  });

  type Forgery = [what: string, forge: (path: Claimed['path']) => Partial<Claimed['path']>, step: string];
  const FORGERIES: Forgery[] = [
    ['a larger total of the device', (path) => ({ device_total: more(path.device_total) }), 'devices_root'],
    ['another place among the devices', (path) => ({ device_index: path.device_index ^ 1 }), 'devices_root'],
    ['a device proof that is cut off', (path) => ({ device_proof: path.device_proof.slice(0, -2) }), 'devices_root'],
    ['another root over the devices', (path) => ({ devices_root: changed(path.devices_root) }), 'devices_root'],
    ['a larger total of the operator', (path) => ({ operator_total: more(path.operator_total) }), 'stated_root'],
    ['a changed hash of a sibling', (path) => ({ operator_proof: changed(path.operator_proof) }), 'stated_root'],
    ['a changed sum of a sibling', (path) => ({ operator_proof: changed(path.operator_proof, 66) }), 'stated_root'],
    ['exchanged siblings', (path) => ({ operator_proof: exchanged(path.operator_proof) }), 'stated_root'],
    ['another place among the operators', (path) => ({ operator_index: path.operator_index ^ 1 }), 'stated_root'],
    ['another root', (path) => ({ root: changed(path.root) }), 'stated_root'],
    ['another sum', (path) => ({ root_sum: more(path.root_sum) }), 'stated_root'],
    ['no number', () => ({ device_total: 'many' }), 'device_leaf'],
    ['a negative number', () => ({ operator_total: '-1' }), 'devices_root'],
    ['no hex', (path) => ({ operator_proof: `zz${path.operator_proof.slice(2)}` }), 'stated_root'],
    ['a proof without end', () => ({ operator_proof: '00'.repeat(40 * 33) }), 'stated_root'],
  ];
  test.each(FORGERIES)('%s fails', (_what, forge, step) => {
    const claim = claimed(found);
    Object.assign(claim.path, forge(claim.path));
    const result = verifyDevice(claim, root);
    expect(result.ok).toBe(false);
    expect(result.steps.find(({ ok }) => !ok)?.key).toBe(step);
    // Nothing after the step that failed is claimed.
    expect(result.steps.at(-1)?.ok).toBe(false);
  });

  test('another device, operator or pool fails', () => {
    const other = toBase58(new Uint8Array(32).fill(7));
    expect(failed(claimedOf(found, found.pool, other)!, root)).toBe('devices_root');
    expect(failed({ ...claimed(found), operator: other }, root)).toBe('devices_root');
    expect(failed(claimedOf(found, other, found.device)!, root)).toBe('stated_root');
    expect(failed({ ...claimed(found), device: 'no address' }, root)).toBe('device_leaf');
  });

  test('a chain with another root or sum fails at the last step alone', () => {
    expect(failed(claimed(found), { ...root, sum: root.sum + 1n })).toBe('chain_root');
    expect(failed(claimed(found), { ...root, hash: Uint8Array.from(root.hash).fill(0) })).toBe('chain_root');
  });
});

test('devices that sum up to more than their operator fail, though every hash is right', () => {
  const [pool, operator, device, other] = [1, 2, 3, 4].map((fill) => new Uint8Array(32).fill(fill)) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const mine = deviceLeaf({ operator, device, lifetimeTotal: 60n });
  const beside = deviceLeaf({ operator, device: other, lifetimeTotal: 60n });
  const devices = parent(mine, beside)!;
  const claim = (total: bigint): [Claimed, Node] => {
    const owner = operatorLeaf({ pool, operator, lifetimeTotal: total, devicesRoot: devices.hash });
    const root = parent(owner, beside)!;
    const path = {
      device_total: '60', device_index: 0, device_proof: toHex(nodeBytes(beside)), devices_root: toHex(devices.hash),
      operator_total: total.toString(), operator_index: 0, operator_proof: toHex(nodeBytes(beside)), root: toHex(root.hash), root_sum: root.sum.toString(),
    };
    return [{ pool: toBase58(pool), operator: toBase58(operator), device: toBase58(device), path }, root];
  };
  expect(failed(...claim(120n))).toBeNull();
  expect(failed(...claim(119n))).toBe('devices_root');
});

describe('the shared vectors', () => {
  type Leaf = { pool: string; operator: string; lifetime_total: string; devices_root: string };
  const vectors = JSON.parse(readFileSync(new URL('../../protocol/vectors/merkle.json', import.meta.url), 'utf8')) as {
    trees: { leaves: Leaf[]; root: { hash: string; sum: string }; proofs: string[] }[];
    device_leaves: { operator: string; device: string; lifetime_total: string; hash: string }[];
  };
  const leaves = vectors.trees.flatMap((tree) => tree.leaves.map((leaf, at) => ({ tree, leaf, at })));

  test('every leaf of every tree leads to its root, with a single device below it', () => {
    expect(leaves.length).toBeGreaterThan(5);
    for (const { tree, leaf, at } of leaves) {
      // The vectors' leaf, and one with the same way whose root over the devices is a device's leaf.
      const proof = fromHex(tree.proofs[at]!);
      const owner = operatorLeaf({ pool: fromHex(leaf.pool), operator: fromHex(leaf.operator), lifetimeTotal: BigInt(leaf.lifetime_total), devicesRoot: fromHex(leaf.devices_root) });
      expect(fold(owner, at, proof)).toEqual({ hash: fromHex(tree.root.hash), sum: BigInt(tree.root.sum) });
    }
  });

  test('a device’s leaf of the vectors is the first hash of a verification', () => {
    const [vector] = vectors.device_leaves;
    const path = { ...ANSWERS[0]![1].path!, device_total: vector!.lifetime_total };
    const claim = { pool: ANSWERS[0]![1].pool, operator: toBase58(fromHex(vector!.operator)), device: toBase58(fromHex(vector!.device)), path };
    const [first] = verifyDevice(claim, { hash: concat(new Uint8Array(32)), sum: 0n }).steps;
    expect(first?.hops).toEqual([{ hash: vector!.hash, sum: BigInt(vector!.lifetime_total) }]);
  });
});

describe('which root of the chain', () => {
  const bytes = (fill: number) => new Uint8Array(32).fill(fill);
  const pool = { root: bytes(9), rootSum: 900n, rootEpoch: 9n, leafCount: 3 };
  const proposal = (epoch: bigint, status: number, fill = Number(epoch)) => ({ address: `P${fill}`, data: { epoch, status, root: bytes(fill), rootSum: epoch * 100n } });

  test('the active one for its epoch', () => {
    expect(chainRootOf(9, pool, [])).toEqual({ kind: 'active', epoch: 9, root: { hash: bytes(9), sum: 900n } });
  });
  test('an earlier epoch’s finalized proposal, never one that is open or rejected', () => {
    const proposals = [proposal(8n, 2, 80), proposal(8n, 1), proposal(7n, 0)];
    expect(chainRootOf(8, pool, proposals)).toEqual({ kind: 'proposal', epoch: 8, address: 'P8', root: { hash: bytes(8), sum: 800n } });
    expect(chainRootOf(7, pool, proposals)).toEqual({ kind: 'gone', activeEpoch: 9 });
  });
  test('none for what is not final', () => {
    expect(chainRootOf(10, pool, [proposal(10n, 0)])).toEqual({ kind: 'not_finalized' });
    expect(chainRootOf(0, { ...pool, leafCount: 0, rootEpoch: 0n }, [])).toEqual({ kind: 'not_finalized' });
  });
});
