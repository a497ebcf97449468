// What the colours of the map mean: classes of a figure, and the colours of the classes.
import type { MapCell } from '../api/types';

export type Metric = 'coverage' | 'density' | 'earnings';
export const METRICS: readonly Metric[] = ['coverage', 'density', 'earnings'];

export function isMetric(text: string | null): text is Metric {
  return (METRICS as readonly (string | null)[]).includes(text);
}

/** Classes of every scale. */
const CLASSES = 5;
const WHOLE_PPM = 1_000_000n;
/** Quarters, and all of it. */
const PARTS_PPM: readonly bigint[] = [1n, 250_000n, 500_000n, 750_000n, WHOLE_PPM];

/** A cell's figure: millionths of coverage and density, the mint's smallest unit of earnings. */
export function figureOf(cell: MapCell, metric: Metric): bigint {
  switch (metric) {
    case 'coverage':
      return cell.devices === 0 ? 0n : (BigInt(cell.active) * WHOLE_PPM) / BigInt(cell.devices);
    case 'density':
      return BigInt(cell.density_ppm);
    case 'earnings':
      return BigInt(cell.share);
  }
}

/** The lower ends of the classes, rising; below the first is nothing (class 0). */
export type Scale = { metric: Metric; from: readonly bigint[]; most: bigint };

/**
 * The scale of a metric over these cells. Coverage and density have fixed classes. Earnings differ by orders of
 * magnitude: their classes hold about equally many cells each.
 */
export function scaleOf(metric: Metric, cells: readonly MapCell[]): Scale {
  if (metric !== 'earnings') return { metric, from: PARTS_PPM, most: WHOLE_PPM };
  const earned = cells.map((cell) => figureOf(cell, metric)).filter((share) => share > 0n);
  earned.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const from: bigint[] = [];
  for (let step = 0; step < CLASSES; step += 1) {
    const share = earned[Math.floor((step * earned.length) / CLASSES)];
    if (share !== undefined && share !== from.at(-1)) from.push(share);
  }
  return { metric, from, most: earned.at(-1) ?? 0n };
}

/** The class of a figure: 0 for nothing, then 1 to the number of classes. */
export function stepOf(scale: Scale, figure: bigint): number {
  let step = 0;
  while (step < scale.from.length && figure >= scale.from[step]!) step += 1;
  return step;
}

/** A class as its ends, `to` included; of the last, the most there is. */
export function ends(scale: Scale, step: number): { from: bigint; to: bigint } {
  const next = scale.from[step];
  return { from: scale.from[step - 1] ?? 0n, to: next === undefined ? scale.most : next - 1n };
}

export type Shade = 'light' | 'dark';

/**
 * One row of colours from little to much, told apart by their lightness alone: on light ground they darken, on dark
 * ground they brighten. The hues (green to blue) stay apart with every kind of colour blindness.
 */
const COLOURS: Record<Shade, readonly string[]> = {
  light: ['#bfe3b4', '#74c6b2', '#34a0bf', '#2468ac', '#1d2f7d'],
  dark: ['#33509f', '#2a84b8', '#41b3bd', '#8ed3ae', '#eaf6b5'],
};

/** The colours of a scale's classes, from the lowest; few classes are spread over the whole row. */
export function coloursOf(shade: Shade, classes: number): string[] {
  const row = COLOURS[shade];
  return Array.from({ length: classes }, (_, at) => {
    const place = classes === 1 ? row.length - 1 : Math.round((at * (row.length - 1)) / (classes - 1));
    return row[place] ?? row[row.length - 1]!;
  });
}

/** Relative luminance of a `#rrggbb` colour, as WCAG has it. */
export function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
