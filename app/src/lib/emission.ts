// The emission table: how many tokens a pool may pay per epoch. The same numbers as the program's
// (protocol/src/emission.rs), checked against the shared vectors.

/** The most steps that a table may have. */
export const MAX_STEPS = 64;
/** The most decays of all steps of a table together. */
export const MAX_DECAYS = 1_024;
/** {@link EmissionStep.keepPpb} is a part of this. */
export const PPB = 1_000_000_000;
const MAX_U64 = (1n << 64n) - 1n;

/** One step of an emission table. */
export type EmissionStep = {
  /** The first epoch that this step covers. */
  firstEpoch: bigint;
  /** Tokens per epoch before the first decay, in the mint's smallest unit. */
  perEpoch: bigint;
  /** What is left of an epoch's tokens after a decay, in 10⁻⁹; at most 10⁹. */
  keepPpb: number;
  /** Epochs between decays; at least 1 when `times` is not 0. */
  everyEpochs: number;
  /** The number of decays; 0 for a constant emission. */
  times: number;
};

/** A table whose past may be summed up in one number. */
export type EmissionTable = {
  /** The epochs before this one are folded. */
  foldedEpoch: bigint;
  /** Tokens that the folded epochs emitted together. */
  foldedEmitted: bigint;
  steps: readonly EmissionStep[];
};

/** Why a table is no table; the protocol's names. */
export type TableProblem =
  'empty' | 'too_many_steps' | 'first_step_not_zero' | 'not_increasing' | 'invalid_decay' | 'too_many_decays';

/** What is wrong with the form of a new pool's table; null when nothing is. */
export function tableProblem(steps: readonly EmissionStep[]): TableProblem | null {
  const first = steps[0];
  if (!first) return 'empty';
  if (steps.length > MAX_STEPS) return 'too_many_steps';
  if (first.firstEpoch !== 0n) return 'first_step_not_zero';
  if (steps.some((step, at) => at > 0 && step.firstEpoch <= (steps[at - 1] as EmissionStep).firstEpoch)) {
    return 'not_increasing';
  }
  if (steps.some((step) => step.keepPpb > PPB || (step.times > 0 && step.everyEpochs === 0))) return 'invalid_decay';
  return steps.reduce((sum, step) => sum + step.times, 0) > MAX_DECAYS ? 'too_many_decays' : null;
}

function decayed(step: EmissionStep, tokens: bigint): bigint {
  return (tokens * BigInt(step.keepPpb)) / BigInt(PPB);
}

/** Tokens that the epoch number `nth` of a step emits, counted from 0. */
function nthOf(step: EmissionStep, nth: bigint): bigint {
  const periods = step.everyEpochs === 0 ? 0n : nth / BigInt(step.everyEpochs);
  const decays = periods < BigInt(step.times) ? Number(periods) : step.times;
  let tokens = step.perEpoch;
  for (let at = 0; at < decays && tokens > 0n; at += 1) tokens = decayed(step, tokens);
  return tokens;
}

/** Tokens of the first `epochs` epochs of a step; null beyond 64 bits. */
function firstOf(step: EmissionStep, epochs: bigint): bigint | null {
  let [left, tokens, total, decays] = [epochs, step.perEpoch, 0n, 0];
  while (left > 0n && tokens > 0n) {
    const every = BigInt(step.everyEpochs);
    const period = decays < step.times && every < left ? every : left;
    total += tokens * period;
    if (total > MAX_U64) return null;
    left -= period;
    tokens = decayed(step, tokens);
    decays += 1;
  }
  return total;
}

/** The step that covers `epoch`, with its place; null before the first. */
export function stepAt(steps: readonly EmissionStep[], epoch: bigint): { step: EmissionStep; at: number } | null {
  const at = steps.findLastIndex((step) => step.firstEpoch <= epoch);
  const step = steps[at];
  return step ? { step, at } : null;
}

/** Tokens that `epoch` emits. Epochs that are folded are not told apart any more: 0 or wrong for them. */
export function emittedIn(steps: readonly EmissionStep[], epoch: bigint): bigint {
  const found = stepAt(steps, epoch);
  return found ? nthOf(found.step, epoch - found.step.firstEpoch) : 0n;
}

/** Tokens that the epochs 0 to `epoch`, both included, emit together; null beyond 64 bits or when folded. */
export function emittedThrough(table: EmissionTable, epoch: bigint): bigint | null {
  const end = epoch + 1n;
  if (end < table.foldedEpoch) return null;
  let total = table.foldedEmitted;
  for (const [at, step] of table.steps.entries()) {
    const next = table.steps[at + 1]?.firstEpoch;
    const last = next !== undefined && next < end ? next : end;
    const from = step.firstEpoch > table.foldedEpoch ? step.firstEpoch : table.foldedEpoch;
    if (from >= last) continue;
    const [through, before] = [firstOf(step, last - step.firstEpoch), firstOf(step, from - step.firstEpoch)];
    if (through === null || before === null) return null;
    total += through - before;
    if (total > MAX_U64) return null;
  }
  return total;
}

/** A point of the emission chart. */
export type EmissionPoint = {
  epoch: bigint;
  /** Tokens of this epoch. */
  perEpoch: bigint;
  /** Tokens of all epochs up to it; null beyond 64 bits. */
  through: bigint | null;
};

/**
 * At most `most` points of the emission from epoch `from` to `to`, in even distances, with every step's and
 * decay's own epoch among them as far as there is room: a line between two points hides no edge.
 */
export function emissionPoints(table: EmissionTable, from: bigint, to: bigint, most = 160): EmissionPoint[] {
  const first = from > table.foldedEpoch ? from : table.foldedEpoch;
  if (to < first) return [];
  const span = to - first;
  const every = span / BigInt(most) + 1n;
  const epochs = new Set<bigint>([first, to]);
  for (let epoch = first; epoch <= to; epoch += every) epochs.add(epoch);
  for (const edge of edges(table.steps, first, to, most)) epochs.add(edge);
  return [...epochs]
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .map((epoch) => ({ epoch, perEpoch: emittedIn(table.steps, epoch), through: emittedThrough(table, epoch) }));
}

/** Epochs from which on another amount is emitted, at most `most`. */
export function edges(steps: readonly EmissionStep[], from: bigint, to: bigint, most: number): bigint[] {
  const found: bigint[] = [];
  for (const [at, step] of steps.entries()) {
    const end = steps[at + 1]?.firstEpoch ?? to + 1n;
    for (let decay = 0; decay <= step.times; decay += 1) {
      const epoch = step.firstEpoch + BigInt(decay) * BigInt(step.everyEpochs);
      if (epoch >= end || epoch > to) break;
      if (epoch > from) found.push(epoch);
      if (found.length === most) return found;
    }
  }
  return found;
}

/** The next epoch after `epoch` whose emission differs from its own; null when it never changes. */
export function nextChange(steps: readonly EmissionStep[], epoch: bigint): bigint | null {
  const now = emittedIn(steps, epoch);
  return edges(steps, epoch, MAX_U64, MAX_STEPS + MAX_DECAYS).find((edge) => emittedIn(steps, edge) !== now) ?? null;
}

/** The last epoch that a chart ahead has to show: some after the last change, and never only the past. */
export function horizon(steps: readonly EmissionStep[], current: bigint): bigint {
  const last = edges(steps, current, MAX_U64, MAX_STEPS + MAX_DECAYS).at(-1) ?? current;
  const span = last - current;
  // A table that changes only in a distant future would make the near one a line of one pixel.
  const ahead = span > 0n ? span + span / 5n + 5n : current > 50n ? current : 50n;
  return current + ahead;
}
