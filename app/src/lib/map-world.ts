// The world's outlines, of the page itself: no tiles are asked of anybody.
import type { Feature, FeatureCollection, MultiLineString, MultiPolygon } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import coarse from 'world-atlas/countries-110m.json?url';
import fine from 'world-atlas/countries-50m.json?url';
import { CairnError } from './errors';
import { flatLines, flatShape } from './map-geometry';

export type Atlas = Topology<{ countries: GeometryCollection; land: GeometryCollection }>;
export type World = {
  land: FeatureCollection<MultiPolygon>;
  borders: Feature<MultiLineString>;
};
export type Detail = 'coarse' | 'fine';

/** Land and borders of an atlas, as shapes of a flat map. */
export function worldOf(atlas: Atlas): World {
  const land = feature(atlas, atlas.objects.land).features.map(({ geometry }) => {
    if (geometry.type !== 'Polygon' && geometry.type !== 'MultiPolygon') throw new Error(`land of type ${geometry.type}`);
    return { type: 'Feature' as const, properties: {}, geometry: flatShape(geometry) };
  });
  const between = mesh(atlas, atlas.objects.countries, (a, b) => a !== b);
  return {
    land: { type: 'FeatureCollection', features: land },
    borders: {
      type: 'Feature',
      properties: {},
      geometry: { type: 'MultiLineString', coordinates: flatLines(between.coordinates) },
    },
  };
}

/**
 * Loads the outlines.
 * @throws CairnError `page_incomplete` when the page's host does not have them
 */
export async function loadWorld(detail: Detail): Promise<World> {
  const answer = await fetch(detail === 'coarse' ? coarse : fine).catch((error: unknown) => error as Error);
  if (answer instanceof Error || !answer.ok) {
    const why = answer instanceof Error ? answer.message : `status ${answer.status}`;
    throw new CairnError('page_incomplete', `the world’s outlines could not be loaded: ${why}`, 'reload the page; cells are shown without them');
  }
  return worldOf((await answer.json()) as Atlas);
}
