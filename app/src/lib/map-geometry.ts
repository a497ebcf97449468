// Cells and outlines as shapes on a flat map: what crosses the antimeridian goes on beyond ±180°, so that no edge
// runs all around the world.
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson';
import { cellToBoundary, cellToLatLng, cellToParent, getResolution, gridDisk, isValidCell } from 'h3-js';

/** The finest and the coarsest cells of the map, as `GET /v1/map` has them. */
export const FINEST = 12;
export const COARSEST = 0;

/** H3's average length of an edge in km, by resolution. */
const EDGE_KM = [1281.256, 483.057, 182.513, 68.979, 26.072, 9.854, 3.725, 1.406, 0.5314, 0.2008, 0.0759, 0.0287, 0.0108];
/** Pixels of a kilometre at the equator at zoom 0, where the world is 512 pixels wide. */
const PIXELS_PER_KM = 512 / 40_075;
/** Cells with shorter edges could be neither seen nor hit. */
const SHORTEST_EDGE_PIXELS = 9;
/** What Mercator's map can show. */
const MAX_LATITUDE = 85.0511;

/** The finest resolution whose cells are still large enough to be seen and hit at a zoom. */
export function resolutionForZoom(zoom: number): number {
  const pixelsPerKm = PIXELS_PER_KM * 2 ** zoom;
  let resolution = COARSEST;
  while (resolution < FINEST && EDGE_KM[resolution + 1]! * pixelsPerKm >= SHORTEST_EDGE_PIXELS) resolution += 1;
  return resolution;
}

/** An edge's length for people: "174 m", "8.5 km". */
export function edgeText(resolution: number): string {
  const km = EDGE_KM[resolution] ?? 0;
  if (km < 1) return `${Math.round(km * 1000)} m`;
  return `${km < 10 ? km.toFixed(1) : Math.round(km).toString()} km`;
}

/** Positions (longitude, latitude) whose longitudes never jump: each is within 180° of the one before. */
export function unwrapped(line: readonly Position[]): Position[] {
  let turns = 0;
  let before: number | null = null;
  return line.map(([longitude = 0, latitude = 0]) => {
    if (before !== null) {
      if (longitude - before > 180) turns -= 360;
      else if (longitude - before < -180) turns += 360;
    }
    before = longitude;
    return [longitude + turns, latitude];
  });
}

/** A closed ring without jumps. One that goes around a pole is closed along the map's edge, so that it can be filled. */
export function flatRing(ring: readonly Position[]): Position[] {
  const flat = unwrapped(ring);
  const [first, last] = [flat[0], flat.at(-1)];
  if (!first || !last || Math.abs(last[0]! - first[0]!) < 180) return flat;
  const pole = flat.reduce((total, [, latitude = 0]) => total + latitude, 0) > 0 ? MAX_LATITUDE : -MAX_LATITUDE;
  return [...flat, [last[0]!, pole], [first[0]!, pole], first];
}

/** A cell's hexagon (twelve are pentagons) as a polygon. */
export function cellPolygon(cell: string): Polygon {
  const ring = cellToBoundary(cell, true);
  return { type: 'Polygon', coordinates: [flatRing(ring)] };
}

/** Polygons of an atlas without jumps. Holes that are no more than a pole are left out: the map ends before it. */
export function flatShape(shape: Polygon | MultiPolygon): MultiPolygon {
  const polygons = shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates;
  const shown = (ring: Position[], at: number) => at === 0 || ring.some(([, latitude = 0]) => Math.abs(latitude) < MAX_LATITUDE);
  return { type: 'MultiPolygon', coordinates: polygons.map((rings) => rings.filter(shown).map(flatRing)) };
}

/** Lines of an atlas without jumps. */
export const flatLines = (lines: readonly Position[][]): Position[][] => lines.map(unwrapped);

/** West, south, east, north in degrees; east is beyond 180 where the box crosses the antimeridian. */
export type Bounds = [west: number, south: number, east: number, north: number];

/** The smallest box around the middles of cells, with some room; null without cells. */
export function boundsOf(cells: Iterable<string>, room = 0.05): Bounds | null {
  const middles = [...cells].filter((cell) => isValidCell(cell)).map((cell) => cellToLatLng(cell));
  if (middles.length === 0) return null;
  const latitudes = middles.map(([latitude]) => latitude);
  const [south, north] = [least(latitudes), most(latitudes)];
  const [west, east] = narrowest(middles.map(([, longitude]) => longitude));
  return [west - room, Math.max(south - room, -MAX_LATITUDE), east + room, Math.min(north + room, MAX_LATITUDE)];
}

/** A few hundred kilometres: what is looked at in one view and still seen. */
const CROWD_RESOLUTION = 1;

/**
 * Of many cells those around where most are. One device that says it stands at a pole would otherwise
 * have a map start with the whole world, in which no cell can be seen.
 */
export function crowdOf(cells: Iterable<string>): string[] {
  const valid = [...cells].filter((cell) => isValidCell(cell));
  const parents = valid.map((cell) => parentAt(cell, CROWD_RESOLUTION));
  const counts = new Map<string, number>();
  for (const parent of parents) counts.set(parent, (counts.get(parent) ?? 0) + 1);
  let densest: string | null = null;
  for (const [parent, count] of counts) {
    if (densest === null || count > counts.get(densest)!) densest = parent;
  }
  // Coarser cells than these have no neighbours of this size.
  if (densest === null || parents.some((parent) => getResolution(parent) < CROWD_RESOLUTION)) return valid;
  const near = new Set(gridDisk(densest, 1));
  return valid.filter((_, at) => near.has(parents[at]!));
}

/** The box around the whole of a cell; null when it is none. */
export function boundsOfCell(cell: string): Bounds | null {
  if (!isValidCell(cell)) return null;
  const ring = cellPolygon(cell).coordinates[0]!;
  const [longitudes, latitudes] = [ring.map(([longitude]) => longitude!), ring.map(([, latitude]) => latitude!)];
  return [least(longitudes), least(latitudes), most(longitudes), most(latitudes)];
}

// Spread arguments would overflow the stack with 20,000 cells.
const least = (values: number[]) => values.reduce((a, b) => (b < a ? b : a));
const most = (values: number[]) => values.reduce((a, b) => (b > a ? b : a));

/** The narrowest range of longitudes that holds all: what remains beside the widest gap. */
function narrowest(longitudes: number[]): [west: number, east: number] {
  const sorted = [...longitudes].sort((a, b) => a - b);
  const first = sorted[0]!;
  const last = sorted.at(-1)!;
  let [west, east, widest] = [first, last, first + 360 - last];
  for (let at = 1; at < sorted.length; at += 1) {
    const [before, after] = [sorted[at - 1]!, sorted[at]!];
    if (after - before > widest) [west, east, widest] = [after, before + 360, after - before];
  }
  return [west, east];
}

/** The cell of a resolution that holds a cell; the cell itself when it is coarser. */
export function parentAt(cell: string, resolution: number): string {
  return getResolution(cell) > resolution ? cellToParent(cell, resolution) : cell;
}

/** What the map knows of a cell: its class of colour (0 is nothing), and whether it is one's own. */
export type CellProperties = { cell: string; step: number; own: boolean };

/** Cells as what the map draws. Texts that are no cells are left out: there is nowhere to draw them. */
export function cellFeatures(
  cells: readonly { cell: string; step: number }[],
  own: ReadonlySet<string>,
): FeatureCollection<Polygon, CellProperties> {
  const features: Feature<Polygon, CellProperties>[] = cells
    .filter(({ cell }) => isValidCell(cell))
    .map(({ cell, step }) => ({
      type: 'Feature',
      properties: { cell, step, own: own.has(cell) },
      geometry: cellPolygon(cell),
    }));
  return { type: 'FeatureCollection', features };
}

/** A text of the address bar as a cell of the map; null when it is none. */
export function readCell(text: string | null): string | null {
  if (text === null || !/^[0-9a-f]{15}$/.test(text) || !isValidCell(text)) return null;
  return getResolution(text) <= FINEST ? text : null;
}
