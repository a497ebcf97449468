import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  edges,
  emissionPoints,
  emittedIn,
  emittedThrough,
  horizon,
  nextChange,
  tableProblem,
  type EmissionStep,
  type EmissionTable,
} from '../src/lib/emission';

type Step = { first_epoch: string; per_epoch: string; keep_ppb: number; every_epochs: number; times: number };
const vectors = JSON.parse(
  readFileSync(new URL('../../protocol/vectors/emission.json', import.meta.url), 'utf8'),
) as {
  tables: {
    name: string;
    steps: Step[];
    epochs: { epoch: string; emitted_in: string; emitted_through: string | null }[];
  }[];
  invalid: { error: string; steps: Step[] }[];
};
const read = (steps: Step[]): EmissionStep[] =>
  steps.map((step) => ({
    firstEpoch: BigInt(step.first_epoch),
    perEpoch: BigInt(step.per_epoch),
    keepPpb: step.keep_ppb,
    everyEpochs: step.every_epochs,
    times: step.times,
  }));
const whole = (steps: EmissionStep[]): EmissionTable => ({ foldedEpoch: 0n, foldedEmitted: 0n, steps });

describe('the shared vectors', () => {
  test.each(vectors.tables)('$name', ({ steps: raw, epochs }) => {
    const steps = read(raw);
    expect(tableProblem(steps)).toBeNull();
    for (const { epoch, emitted_in, emitted_through } of epochs) {
      expect(emittedIn(steps, BigInt(epoch)).toString()).toBe(emitted_in);
      expect(emittedThrough(whole(steps), BigInt(epoch))?.toString() ?? null).toBe(emitted_through);
    }
  });

  test.each(vectors.invalid)('$error', ({ error, steps }) => {
    expect(tableProblem(read(steps))).toBe(error);
  });
});

const halving: EmissionStep[] = [
  { firstEpoch: 0n, perEpoch: 800n, keepPpb: 500_000_000, everyEpochs: 10, times: 3 },
  { firstEpoch: 60n, perEpoch: 0n, keepPpb: 1_000_000_000, everyEpochs: 0, times: 0 },
];

test('folding the past changes no sum', () => {
  const folded = { foldedEpoch: 25n, foldedEmitted: emittedThrough(whole(halving), 24n)!, steps: halving };
  for (const epoch of [24n, 25n, 31n, 59n, 60n, 1_000n]) {
    expect(emittedThrough(folded, epoch)).toBe(emittedThrough(whole(halving), epoch));
  }
  expect(emittedThrough(folded, 23n)).toBeNull();
});

test('the sum through an epoch is the sum of its epochs', () => {
  let sum = 0n;
  for (let epoch = 0n; epoch < 80n; epoch += 1n) {
    sum += emittedIn(halving, epoch);
    expect(emittedThrough(whole(halving), epoch)).toBe(sum);
  }
});

test('edges are where another amount begins', () => {
  expect(edges(halving, 0n, 100n, 99)).toEqual([10n, 20n, 30n, 60n]);
  expect(edges(halving, 20n, 40n, 99)).toEqual([30n]);
  expect(nextChange(halving, 0n)).toBe(10n);
  expect(nextChange(halving, 35n)).toBe(60n);
  expect(nextChange(halving, 60n)).toBeNull();
});

test('a chart has every edge, begins and ends where asked, and ends even for a constant table', () => {
  const points = emissionPoints(whole(halving), 0n, 100_000n, 50);
  expect(points[0]?.epoch).toBe(0n);
  expect(points.at(-1)?.epoch).toBe(100_000n);
  for (const edge of [10n, 20n, 30n, 60n]) expect(points.map((one) => one.epoch)).toContain(edge);
  expect(points.length).toBeLessThan(120);
  expect(horizon(halving, 0n)).toBeGreaterThan(60n);
  expect(horizon([{ ...halving[1]!, firstEpoch: 0n }], 7n)).toBe(57n);
});
