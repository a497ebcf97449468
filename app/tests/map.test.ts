// The map's pure parts: scales, resolutions, shapes and boxes.
import { readFileSync } from 'node:fs';
import type { Position } from 'geojson';
import { cellToBoundary, getRes0Cells, latLngToCell } from 'h3-js';
import { describe, expect, test } from 'vitest';
import type { MapCell } from '../src/api/types';
import { boundsOf, boundsOfCell, cellFeatures, cellPolygon, crowdOf, edgeText, flatRing, parentAt, readCell, resolutionForZoom } from '../src/lib/map-geometry';
import { coloursOf, ends, figureOf, luminance, METRICS, scaleOf, stepOf } from '../src/lib/map-scale';
import { worldOf, type Atlas } from '../src/lib/map-world';

const cell = (change: Partial<MapCell> = {}): MapCell => ({
  cell: '871f90209ffffff',
  devices: 4,
  active: 3,
  share: '10',
  density_ppm: 500_000,
  by_category: { wireless: 4 },
  ...change,
});
const jumps = (ring: Position[]) => ring.some((at, index) => index > 0 && Math.abs(at[0]! - ring[index - 1]![0]!) > 180);

describe('resolution', () => {
  test('is coarse for the world and fine for a street', () => {
    expect(resolutionForZoom(0)).toBe(0);
    expect(resolutionForZoom(3)).toBe(2);
    expect(resolutionForZoom(5)).toBe(4);
    expect(resolutionForZoom(10)).toBe(7);
    expect(resolutionForZoom(22)).toBe(12);
  });

  test('never falls as the zoom rises, and takes every step', () => {
    const seen = Array.from({ length: 181 }, (_, at) => resolutionForZoom(at / 10));
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(new Set(seen).size).toBe(13);
  });

  test('has edges in units that people know', () => {
    expect([edgeText(2), edgeText(5), edgeText(7), edgeText(9)]).toEqual(['183 km', '9.9 km', '1.4 km', '201 m']);
  });
});

describe('shapes', () => {
  test('a cell is its closed boundary, longitude first', () => {
    const at = latLngToCell(51.05, 13.74, 7);
    const [ring] = cellPolygon(at).coordinates;
    expect(ring).toEqual(cellToBoundary(at, true));
    expect(ring![0]).toEqual(ring!.at(-1));
  });

  test('a cell on the antimeridian goes on beyond it', () => {
    const at = latLngToCell(-17, 179.99, 3);
    const [ring] = cellPolygon(at).coordinates;
    const longitudes = ring!.map(([longitude]) => longitude!);
    expect(jumps(ring!)).toBe(false);
    expect(Math.max(...longitudes) - Math.min(...longitudes)).toBeLessThan(5);
    expect(ring![0]).toEqual(ring!.at(-1));
  });

  test('a cell around a pole is closed along the edge of the map', () => {
    for (const [latitude, edge] of [[90, 85.0511], [-90, -85.0511]] as const) {
      const [ring] = cellPolygon(latLngToCell(latitude, 0, 2)).coordinates;
      expect(ring![0]).toEqual(ring!.at(-1));
      expect(ring!.filter(([, at]) => at === edge)).toHaveLength(2);
    }
  });

  test('no coarse cell has an edge around the world, but along a pole', () => {
    for (const at of getRes0Cells()) {
      const [ring] = cellPolygon(at).coordinates;
      expect(ring!.some(([, latitude]) => Math.abs(latitude!) === 85.0511) || !jumps(ring!)).toBe(true);
    }
  });

  test('a ring that does not reach the antimeridian stays as it is', () => {
    const ring = [[0, 0], [1, 0], [1, 1], [0, 0]];
    expect(flatRing(ring)).toEqual(ring);
  });

  test('features carry the class and whose they are; what is no cell is left out', () => {
    const own = latLngToCell(51, 13, 5);
    const other = latLngToCell(48, 2, 5);
    const made = cellFeatures([{ cell: own, step: 3 }, { cell: other, step: 0 }, { cell: 'nonsense', step: 1 }], new Set([own]));
    expect(made.features.map(({ properties }) => properties)).toEqual([
      { cell: own, step: 3, own: true },
      { cell: other, step: 0, own: false },
    ]);
    expect(made.features[0]!.geometry).toEqual(cellPolygon(own));
  });
});

describe('bounds', () => {
  test('none without cells', () => {
    expect(boundsOf([])).toBeNull();
    expect(boundsOf(['nonsense'])).toBeNull();
  });

  test('hold every cell', () => {
    const [west, south, east, north] = boundsOf([latLngToCell(51, 13, 12), latLngToCell(48, 2, 12)], 0)!;
    expect([west, south, east, north].map(Math.round)).toEqual([2, 48, 13, 51]);
  });

  test('take the short way over the antimeridian', () => {
    const [west, , east] = boundsOf([latLngToCell(-17, 179, 12), latLngToCell(-18, -178, 12), latLngToCell(-20, 175, 12)], 0)!;
    expect([west, east].map(Math.round)).toEqual([175, 182]);
  });

  test('of one cell are around the whole of it', () => {
    const [west, south, east, north] = boundsOfCell(latLngToCell(45.2, 5.7, 0))!;
    expect(east - west).toBeGreaterThan(15);
    expect(south < 45.2 && 45.2 < north).toBe(true);
    expect(boundsOfCell('')).toBeNull();
  });

  test('of 20,000 cells are found', () => {
    const one = latLngToCell(51, 13, 12);
    expect(boundsOf(Array.from({ length: 20_000 }, () => one))).not.toBeNull();
  });
});

describe('where most cells are', () => {
  const here = [latLngToCell(45.2, 5.7, 12), latLngToCell(45.9, 6.1, 12), latLngToCell(44.9, 5.1, 12)];
  const far = latLngToCell(-89, 20, 12);

  test('a far one is left out', () => {
    expect(crowdOf([far, ...here])).toEqual(here);
    expect(crowdOf([...here, far])).toEqual(here);
  });

  test('a neighbour beyond a border of the coarse cells is not', () => {
    // Grenoble and Marseille are in different ones.
    const marseille = latLngToCell(43.3, 5.4, 12);
    expect(parentAt(marseille, 1)).not.toBe(parentAt(here[0]!, 1));
    expect(crowdOf([...here, marseille])).toContain(marseille);
  });

  test('one alone, none, and no cell at all', () => {
    expect(crowdOf([far])).toEqual([far]);
    expect(crowdOf([])).toEqual([]);
    expect(crowdOf(['nonsense'])).toEqual([]);
    const coarse = [latLngToCell(45, 5, 0), latLngToCell(-89, 20, 0)];
    expect(crowdOf(coarse)).toEqual(coarse);
  });
});

describe('cells', () => {
  test('belong to a coarser one; a coarser one stays', () => {
    const fine = latLngToCell(51, 13, 12);
    expect(parentAt(fine, 7)).toBe(latLngToCell(51, 13, 7));
    expect(parentAt(latLngToCell(51, 13, 3), 7)).toBe(latLngToCell(51, 13, 3));
  });

  test('are read from the address bar, and nothing else is', () => {
    expect(readCell('871f90209ffffff')).toBe('871f90209ffffff');
    for (const text of [null, '', '../status', '871f90209ffffff/', '871F90209FFFFFF', '000000000000000', latLngToCell(51, 13, 15)]) {
      expect(readCell(text)).toBeNull();
    }
  });
});

describe('scales', () => {
  test('figures are exact, rounded down', () => {
    expect(figureOf(cell({ devices: 3, active: 2 }), 'coverage')).toBe(666_666n);
    expect(figureOf(cell({ devices: 0, active: 0 }), 'coverage')).toBe(0n);
    expect(figureOf(cell(), 'density')).toBe(500_000n);
    expect(figureOf(cell({ share: '18446744073709551615' }), 'earnings')).toBe(18446744073709551615n);
  });

  test('parts have fixed classes: nothing, quarters, all', () => {
    const scale = scaleOf('coverage', []);
    expect([0n, 1n, 249_999n, 250_000n, 749_999n, 999_999n, 1_000_000n].map((figure) => stepOf(scale, figure))).toEqual([0, 1, 1, 2, 3, 4, 5]);
    expect(ends(scale, 4)).toEqual({ from: 750_000n, to: 999_999n });
    expect(ends(scale, 5)).toEqual({ from: 1_000_000n, to: 1_000_000n });
  });

  test('earnings have classes of about equally many cells', () => {
    const cells = Array.from({ length: 100 }, (_, at) => cell({ share: (2n ** BigInt(at)).toString() }));
    const scale = scaleOf('earnings', [...cells, cell({ share: '0' })]);
    const counts = [0, 0, 0, 0, 0, 0];
    for (const one of cells) counts[stepOf(scale, figureOf(one, 'earnings'))]! += 1;
    expect(counts).toEqual([0, 20, 20, 20, 20, 20]);
    expect(stepOf(scale, 0n)).toBe(0);
    expect(ends(scale, 5)).toEqual({ from: 2n ** 80n, to: 2n ** 99n });
  });

  test('equal earnings make one class, none make none', () => {
    const same = scaleOf('earnings', [cell(), cell(), cell()]);
    expect(same.from).toEqual([10n]);
    expect(stepOf(same, 10n)).toBe(1);
    expect(scaleOf('earnings', [cell({ share: '0' })])).toEqual({ metric: 'earnings', from: [], most: 0n });
  });

  test('colours differ in lightness alone: darker on light ground, brighter on dark', () => {
    const light = coloursOf('light', 5).map(luminance);
    const dark = coloursOf('dark', 5).map(luminance);
    for (let at = 1; at < 5; at += 1) {
      expect(light[at - 1]! + 0.05).toBeGreaterThan((light[at]! + 0.05) * 1.25);
      expect(dark[at]! + 0.05).toBeGreaterThan((dark[at - 1]! + 0.05) * 1.25);
    }
    expect(coloursOf('light', 1)).toEqual(coloursOf('light', 5).slice(4));
    expect(coloursOf('dark', 0)).toEqual([]);
    expect(METRICS).toHaveLength(3);
  });
});

describe.each(['110m', '50m'])('the world in %s', (detail) => {
  const path = new URL(`../node_modules/world-atlas/countries-${detail}.json`, import.meta.url);
  const world = worldOf(JSON.parse(readFileSync(path, 'utf8')) as Atlas);

  test('has no edge that runs around it, but along a pole', () => {
    const rings = world.land.features.flatMap(({ geometry }) => geometry.coordinates.flat());
    expect(rings.length).toBeGreaterThan(100);
    const around = rings.filter(jumps);
    // Antarctica.
    expect(around).toHaveLength(1);
    expect(around[0]!.filter(([, latitude]) => latitude === -85.0511)).toHaveLength(2);
    expect(world.borders.geometry.coordinates.some(jumps)).toBe(false);
  });
});
