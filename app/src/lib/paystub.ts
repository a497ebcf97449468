// From proofs to tokens, computed again from an explanation: the arithmetic of the oracles
// (oracle/epoch/src/points.rs, budget.rs) in whole millionths, each step rounded down.
import type { Explanation, Factor, KindLine } from '../api/types';
import { CairnError } from './errors';

export const ONE = 1_000_000n;
/** Credits × 10⁹ per smallest unit: the scale of the credit market's price. */
const PRICE_SCALE = 1_000_000_000n;

/** A decimal number of at most six decimals in millionths. @throws CairnError `answer_invalid` */
export function millionths(text: string): bigint {
  const match = /^(\d+)(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) throw new CairnError('answer_invalid', `the oracle gave \`${text}\` as a number`, 'ask another oracle');
  return BigInt(match[1] as string) * ONE + BigInt((match[2] ?? '').padEnd(6, '0'));
}

/** `amount × ppm`, rounded down. */
export function scaled(amount: bigint, ppm: number): bigint {
  return (amount * BigInt(ppm)) / ONE;
}

/** Receipts are paid by the credits that they are worth; all else by points. */
export function isReceipt(kind: string): boolean {
  return kind === 'usage_receipt' || kind === 'retrieval_receipt';
}

export type Applied = { factor: Factor; points: bigint; usagePoints: bigint };

/** An explanation computed again. Points are millionths, tokens the smallest unit. */
export type Paystub = {
  pointsBefore: bigint;
  usageBefore: bigint;
  /** What is left after each factor. */
  applied: readonly Applied[];
  points: bigint;
  usagePoints: bigint;
  /** Points' part of the class's budget. */
  pointTokens: bigint;
  /** Receipts' part of the class's budget for them. */
  usagePart: bigint;
  /** What the credits are worth at the price; null without a price. The policy pays no more than a part of it. */
  creditsWorth: bigint | null;
  usageTokens: bigint;
  tokens: bigint;
  /** Where the oracle's own figures do not follow from one another; empty when all do. */
  differences: readonly string[];
};

/** Computes the tokens of an explanation from its proofs. @throws CairnError `answer_invalid` */
export function paystubOf(found: Explanation): Paystub {
  const differences: string[] = [];
  const check = (what: string, computed: bigint, stated: bigint) => {
    if (computed !== stated) differences.push(what);
  };
  for (const line of found.kinds) checkKind(found, line, check);
  const total = (receipts: boolean, of: (line: KindLine) => string) =>
    found.kinds.filter(({ kind }) => isReceipt(kind) === receipts).reduce((sum, line) => sum + millionths(of(line)), 0n);
  const [pointsBefore, usageBefore] = [total(false, ({ points }) => points), total(true, ({ points }) => points)];
  const applied = apply(found.factors, pointsBefore, usageBefore);
  const last = applied.at(-1) ?? { points: pointsBefore, usagePoints: usageBefore };
  check('points after the factors', last.points, millionths(found.points));
  check('usage points after the factors', last.usagePoints, millionths(found.usage_points));
  const credits = found.factors.reduce((left, factor) => ofReceipts(left, factor), total(true, ({ units }) => units));
  const parts = partsOf(found, last.points, last.usagePoints, credits);
  const usageTokens = BigInt(found.usage_tokens);
  if (usageTokens > parts.usagePart || usageTokens > (parts.creditsWorth ?? 0n)) differences.push('tokens for receipts');
  const tokens = parts.pointTokens + usageTokens;
  check('tokens', tokens, BigInt(found.share));
  return { pointsBefore, usageBefore, applied, points: last.points, usagePoints: last.usagePoints, ...parts, usageTokens, tokens, differences };
}

/** The units of a kind are those of its accepted proofs, each its gross times its factors. */
function checkKind(found: Explanation, line: KindLine, check: (what: string, computed: bigint, stated: bigint) => void): void {
  const proofs = found.proofs.filter(({ kind, code }) => kind === line.kind && code === 0);
  let units = 0n;
  for (const proof of proofs) {
    const each = proof.factors.reduce((left, { ppm }) => scaled(left, ppm), millionths(proof.gross));
    check(`units of proof ${proof.id.slice(0, 12)}`, each, millionths(proof.units));
    units += each;
  }
  check(`units of ${line.kind}`, units, millionths(line.units));
  check(`accepted proofs of ${line.kind}`, BigInt(proofs.length), BigInt(line.accepted));
}

function apply(factors: readonly Factor[], points: bigint, usagePoints: bigint): Applied[] {
  let left = { points, usagePoints };
  return factors.map((factor) => {
    left = { points: ofPoints(left.points, factor), usagePoints: ofReceipts(left.usagePoints, factor) };
    return { factor, ...left };
  });
}

/** The class's cap is exact; as a factor it is rounded. */
function ofPoints(points: bigint, factor: Factor): bigint {
  const cap = factor.name === 'class_cap' ? factor.inputs.find(([name]) => name === 'points_cap')?.[1] : undefined;
  if (cap === undefined) return scaled(points, factor.ppm);
  const most = BigInt(cap) * ONE;
  return points > most ? most : points;
}

/** Neither the bootstrap multiplier nor the class's cap is for receipts. */
function ofReceipts(amount: bigint, factor: Factor): bigint {
  return factor.name === 'bootstrap' || factor.name === 'class_cap' ? amount : scaled(amount, factor.ppm);
}

function partsOf(found: Explanation, points: bigint, usagePoints: bigint, credits: bigint) {
  const price = BigInt(found.credit_price ?? 0);
  const creditsWorth = price === 0n ? null : (credits * PRICE_SCALE) / (price * ONE);
  const budget = found.class_budget;
  if (!budget) return { pointTokens: 0n, usagePart: 0n, creditsWorth };
  return {
    pointTokens: part(BigInt(budget.points_budget), points, millionths(budget.points)),
    usagePart: part(BigInt(budget.usage_budget), usagePoints, millionths(budget.usage_points)),
    creditsWorth,
  };
}

function part(whole: bigint, of: bigint, all: bigint): bigint {
  return all === 0n ? 0n : (whole * of) / all;
}

/** What a kind of proof is called, and what its units count. */
const KIND: Readonly<Record<string, { label: string; unit: string }>> = {
  beacon: { label: 'Beacon', unit: 'beacons that were heard' },
  witness: { label: 'Witness', unit: 'beacons received' },
  heartbeat: { label: 'Heartbeat', unit: 'heartbeats' },
  usage_receipt: { label: 'Usage receipt', unit: 'credits' },
  storage_commitment: { label: 'Storage commitment', unit: 'none: the answers earn' },
  storage_answer: { label: 'Storage answer', unit: 'GiB stored over an epoch' },
  retrieval_receipt: { label: 'Retrieval receipt', unit: 'credits' },
  job_commitment: { label: 'Job commitment', unit: 'none: the result earns' },
  job_result: { label: 'Job result', unit: 'billions of operations' },
  benchmark: { label: 'Benchmark', unit: 'million hashes a second, for an hour' },
  reading_batch: { label: 'Reading batch', unit: 'hours of one quantity' },
  track: { label: 'Track', unit: 'kilometres or minutes of the way' },
  coverage: { label: 'Coverage', unit: 'cells seen' },
};

export function kindLabel(kind: string): string {
  return KIND[kind]?.label ?? kind.replaceAll('_', ' ');
}
export function kindUnit(kind: string): string {
  return KIND[kind]?.unit ?? 'units';
}
