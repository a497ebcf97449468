// An oracle's claim against the chain's root: what is checked in the browser before anything is sent.
import type { ClaimView, ProofStep } from '../api/types';
import { concat, fromBase58, fromHex, u64le } from './bytes';
import { operatorLeaf, verify, type Node } from './merkle';

/** A proof as the programs take it. */
export function proofBytes(steps: readonly ProofStep[]): Uint8Array {
  return concat(...steps.map((step) => concat(fromHex(step.hash), u64le(BigInt(step.sum)))));
}

/** The operator's leaf of an oracle's answer. */
export function claimLeaf(view: ClaimView): Node {
  return operatorLeaf({
    pool: fromBase58(view.pool),
    operator: fromBase58(view.operator),
    lifetimeTotal: BigInt(view.lifetime_total),
    devicesRoot: fromHex(view.devices_root),
  });
}

/** Whether an oracle's leaf for `operator` stands under the root that the chain has for `pool`. */
export function claimIsProven(view: ClaimView, pool: string, operator: string, chainRoot: Node): boolean {
  return (
    view.pool === pool &&
    view.operator === operator &&
    verify(chainRoot, claimLeaf(view), view.leaf_index, proofBytes(view.proof))
  );
}
