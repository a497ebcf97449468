// Why proofs of a paystub were refused, the most frequent reason first.
import type { ProofLine } from '../api/types';
import { reasonOf } from './verdict-reasons';

export type Refusal = { reason: string; count: number; meaning: string };

/** The reasons of refused proofs with their meaning; one that this page does not know by its name. */
export function refusalsOf(proofs: readonly ProofLine[]): Refusal[] {
  const counts = new Map<string, number>();
  for (const { code, reason } of proofs) if (code !== 0) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => ({ reason, count, meaning: reasonOf(reason)?.meaning ?? `Refused as ${reason.replaceAll('_', ' ')}.` }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}
