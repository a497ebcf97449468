// A map of outlines alone: no tiles, no glyphs, no sprites, so nothing is asked of anybody but the page's own host.
import type { FeatureCollection } from 'geojson';
import { Map as MapLibre, setWorkerUrl, type GeoJSONSource, type StyleSpecification } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { asCairnError, type CairnError } from '../../lib/errors';
import type { Bounds } from '../../lib/map-geometry';
import type { Shade } from '../../lib/map-scale';
import { loadWorld, type Detail } from '../../lib/map-world';

// A file of the page, not a blob: it works under `worker-src 'self'` too.
setWorkerUrl(new URL(workerUrl, window.location.href).href);

/** From here on the coarse outlines look coarse. */
const FINE_FROM_ZOOM = 3.2;
const MAX_ZOOM = 18;

export const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] };

/** The theme's colours as the map takes them: it knows no CSS variables. */
export type Ground = { shade: Shade; water: string; land: string; border: string; ink: string; surface: string; accent: string };

export function groundOf(root: HTMLElement): Ground {
  const style = getComputedStyle(root);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const dark = root.dataset.theme === 'dark';
  return {
    shade: dark ? 'dark' : 'light',
    water: colour(dark ? '--bg' : '--sunken'),
    land: colour(dark ? '--sunken' : '--surface'),
    border: colour('--line-strong'),
    ink: colour('--ink'),
    surface: colour('--surface'),
    accent: colour('--accent'),
  };
}

/** Calls back with the theme's colours at once and whenever the theme changes. @returns what ends it */
export function onGround(changed: (ground: Ground) => void): () => void {
  const root = document.documentElement;
  const tell = () => changed(groundOf(root));
  const observer = new MutationObserver(tell);
  observer.observe(root, { attributes: true, attributeFilter: ['data-theme'] });
  tell();
  return () => observer.disconnect();
}

/** Whether things may move by themselves. */
export function mayMove(): boolean {
  return !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

function styleOf(ground: Ground): StyleSpecification {
  return {
    version: 8,
    sources: { land: { type: 'geojson', data: NOTHING }, borders: { type: 'geojson', data: NOTHING } },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': ground.water } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': ground.land } },
      { id: 'coast', type: 'line', source: 'land', paint: { 'line-color': ground.border, 'line-width': 0.6, 'line-opacity': 0.55 } },
      { id: 'borders', type: 'line', source: 'borders', paint: { 'line-color': ground.border, 'line-width': 0.7, 'line-opacity': 0.4 } },
    ],
  };
}

/** The source of a map with this name. */
export function sourceOf(map: MapLibre, name: string): GeoJSONSource {
  const source = map.getSource<GeoJSONSource>(name);
  if (!source) throw new Error(`the map has no source ${name}`);
  return source;
}

export type BaseOptions = {
  label: string;
  /** What is seen at first; without, the world. */
  bounds: Bounds | null;
  maxZoom?: number;
  /** Something could not be loaded or drawn. */
  failed: (error: CairnError) => void;
};

/**
 * A map with land, borders and the theme's colours, in `container`. @throws where the browser cannot draw it
 */
export function createBase(container: HTMLElement, options: BaseOptions): { map: MapLibre; end: () => void } {
  const map = new MapLibre({
    container,
    style: styleOf(groundOf(document.documentElement)),
    bounds: options.bounds ?? [-130, -50, 160, 68],
    fitBoundsOptions: { padding: 48, maxZoom: options.maxZoom ?? 10 },
    maxZoom: MAX_ZOOM,
    attributionControl: false,
    // A turned or tilted map has nothing more to show.
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 0,
    // On a phone one finger scrolls the page, two move the map.
    cooperativeGestures: window.matchMedia('(pointer: coarse)').matches,
    locale: { 'Map.Title': options.label },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  let ended = false;
  const fail = (error: unknown) => {
    if (!ended) options.failed(asCairnError(error));
  };
  map.on('error', ({ error }) => fail(error));
  // Whether all is drawn that is known, for whoever waits for that.
  map.on('render', () => container.removeAttribute('data-idle'));
  map.on('idle', () => container.setAttribute('data-idle', 'true'));
  let loaded: Detail | null = null;
  const outline = async (detail: Detail) => {
    if (loaded === 'fine' || loaded === detail) return;
    const before = loaded;
    loaded = detail;
    try {
      const world = await loadWorld(detail);
      // Meanwhile the map may be gone, or have better ones.
      if (ended || loaded !== detail) return;
      sourceOf(map, 'land').setData(world.land);
      sourceOf(map, 'borders').setData(world.borders);
    } catch (error) {
      loaded = before;
      fail(error);
    }
  };
  let stopGround = () => {};
  map.once('load', () => {
    stopGround = onGround((ground) => paintGround(map, ground));
    void outline('coarse');
    const closer = () => void (map.getZoom() >= FINE_FROM_ZOOM && outline('fine'));
    closer();
    map.on('zoomend', closer);
  });
  return {
    map,
    end: () => {
      ended = true;
      stopGround();
      map.remove();
    },
  };
}

function paintGround(map: MapLibre, ground: Ground): void {
  map.setPaintProperty('water', 'background-color', ground.water);
  map.setPaintProperty('land', 'fill-color', ground.land);
  map.setPaintProperty('coast', 'line-color', ground.border);
  map.setPaintProperty('borders', 'line-color', ground.border);
}
