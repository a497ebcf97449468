// The drawn map. Everything that it shows and does is in the table beside it, too.
import type { FeatureCollection, Polygon } from 'geojson';
import type { ExpressionSpecification, Map as MapLibre, MapMouseEvent } from 'maplibre-gl';
import { useEffect, useRef, useState } from 'react';
import { CairnError } from '../../lib/errors';
import { cellPolygon, type Bounds, type CellProperties } from '../../lib/map-geometry';
import { coloursOf } from '../../lib/map-scale';
import { Button, Notice } from '../../ui';
import { createBase, mayMove, NOTHING, onGround, sourceOf, type Ground } from './base';

type Props = {
  cells: FeatureCollection<Polygon, CellProperties>;
  /** Classes of the scale, without that of nothing. */
  classes: number;
  selected: string | null;
  /** What is seen at first. */
  start: Bounds | null;
  own: Bounds | null;
  all: Bounds | null;
  onZoom: (zoom: number) => void;
  onSelect: (cell: string) => void;
  /** The map cannot be drawn after all. */
  onBroken: (error: CairnError) => void;
  /** A cell in words, for what the pointer is on. */
  describe: (cell: string) => string | null;
};

/** A line below the map's corner. */
const HELP = 'Arrow keys move the map, + and − zoom, Enter opens the cell in the middle.';

export default function MapCanvas(props: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibre | null>(null);
  const [failure, setFailure] = useState<CairnError | null>(null);
  const [under, setUnder] = useState<string | null>(null);
  // The map lives on while these change.
  const now = useRef(props);
  useEffect(() => {
    now.current = props;
  });
  useEffect(() => {
    if (!box.current) return undefined;
    let stopGround = () => {};
    try {
      const { map: made, end } = createBase(box.current, {
        label: 'Map of the cells',
        bounds: now.current.start,
        failed: setFailure,
      });
      const stopKeys = listen(made, { select: (cell) => now.current.onSelect(cell), under: setUnder });
      made.once('load', () => {
        addLayers(made);
        stopGround = onGround((ground) => paint(made, ground, now.current.classes));
        now.current.onZoom(made.getZoom());
        made.on('zoomend', () => now.current.onZoom(made.getZoom()));
        setMap(made);
      });
      return () => {
        stopGround();
        stopKeys();
        setMap(null);
        end();
      };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      now.current.onBroken(new CairnError('map_unavailable', `the map cannot be drawn: ${message}`, 'use the table of cells'));
      return undefined;
    }
  }, []);
  useEffect(() => {
    if (map) sourceOf(map, 'cells').setData(props.cells);
  }, [map, props.cells]);
  useEffect(() => {
    if (map) return onGround((ground) => paint(map, ground, props.classes));
    return undefined;
  }, [map, props.classes]);
  useEffect(() => {
    if (!map) return;
    sourceOf(map, 'selected').setData(
      props.selected ? { type: 'Feature', properties: {}, geometry: cellPolygon(props.selected) } : NOTHING,
    );
    if (props.selected) show(map, props.selected);
  }, [map, props.selected]);
  const fit = (bounds: Bounds | null) => {
    if (bounds) map?.fitBounds(bounds, { padding: 48, maxZoom: 10, animate: mayMove() });
  };
  const words = under && props.describe(under);
  return (
    <div className="relative h-full w-full">
      <div ref={box} className="cairn-map h-full w-full overflow-hidden rounded-card" data-testid="map" data-drawn={map !== null} aria-describedby="map-help" />
      <p id="map-help" className="sr-only">
        {HELP}
      </p>
      <Cross />
      <div className="absolute top-3 right-3 flex flex-col items-end gap-1.5">
        <div className="flex flex-col gap-1">
          <Button size="small" className="!px-0 w-9" aria-label="Zoom in" onClick={() => map?.zoomIn({ animate: mayMove() })}>
            <span aria-hidden="true">+</span>
          </Button>
          <Button size="small" className="!px-0 w-9" aria-label="Zoom out" onClick={() => map?.zoomOut({ animate: mayMove() })}>
            <span aria-hidden="true">−</span>
          </Button>
        </div>
        {props.own && (
          <Button size="small" onClick={() => fit(props.own)}>
            My devices
          </Button>
        )}
        {props.all && (
          <Button size="small" onClick={() => fit(props.all)}>
            All devices
          </Button>
        )}
      </div>
      {words && (
        <p aria-hidden="true" className="pointer-events-none absolute top-3 left-3 max-w-[60%] rounded-lg border border-line bg-surface/95 px-2.5 py-1.5 text-[0.8125rem] shadow-card">
          {words}
        </p>
      )}
      {failure && (
        <div className="absolute right-3 bottom-3 left-3">
          <Notice tone="warn" live title={`${failure.message}.`}>
            {failure.hint}. <code>{failure.code}</code>
          </Notice>
        </div>
      )}
    </div>
  );
}

/** Where Enter chooses; seen while the map has the keyboard's focus. */
export function Cross() {
  return (
    <svg aria-hidden="true" viewBox="0 0 24 24" className="map-cross pointer-events-none absolute top-1/2 left-1/2 size-6 -translate-x-1/2 -translate-y-1/2 text-ink">
      <path d="M12 1v8M12 15v8M1 12h8M15 12h8" stroke="currentColor" strokeWidth="1.75" />
    </svg>
  );
}

/** Sees to it that a chosen cell is in view and large enough to be seen. */
function show(map: MapLibre, cell: string): void {
  const ring = cellPolygon(cell).coordinates[0] ?? [];
  const inView = ring.every(([longitude = 0, latitude = 0]) => map.getBounds().contains([longitude, latitude]));
  const [one, other] = [ring[0], ring[3]].map((at) => at && map.project([at[0]!, at[1]!]));
  const size = one && other ? one.dist(other) : 0;
  if (inView && size > 14) return;
  const [longitudes, latitudes] = [0, 1].map((at) => ring.map((position) => position[at]!));
  map.fitBounds(
    [Math.min(...longitudes!), Math.min(...latitudes!), Math.max(...longitudes!), Math.max(...latitudes!)],
    { padding: 120, animate: mayMove() },
  );
}

function addLayers(map: MapLibre): void {
  for (const name of ['cells', 'selected']) map.addSource(name, { type: 'geojson', data: NOTHING });
  map.addLayer({ id: 'cells', type: 'fill', source: 'cells', paint: { 'fill-opacity': 0.82 } });
  map.addLayer({ id: 'cell-edges', type: 'line', source: 'cells', paint: { 'line-width': 0.8, 'line-opacity': 0.8 } });
  const own: ExpressionSpecification = ['==', ['get', 'own'], true];
  map.addLayer({ id: 'own-halo', type: 'line', source: 'cells', filter: own, paint: { 'line-width': 5 } });
  map.addLayer({ id: 'own', type: 'line', source: 'cells', filter: own, paint: { 'line-width': 2.25 } });
  map.addLayer({ id: 'selected-halo', type: 'line', source: 'selected', paint: { 'line-width': 7 } });
  map.addLayer({ id: 'selected', type: 'line', source: 'selected', paint: { 'line-width': 3, 'line-dasharray': [1.6, 1] } });
}

function paint(map: MapLibre, ground: Ground, classes: number): void {
  if (!map.getLayer('cells')) return;
  const byStep = coloursOf(ground.shade, classes).flatMap((colour, at) => [at + 1, colour]);
  // The number of classes is not known to the type of the expression.
  const matched: unknown[] = ['match', ['get', 'step'], ...byStep, ground.surface];
  map.setPaintProperty('cells', 'fill-color', classes === 0 ? ground.surface : (matched as ExpressionSpecification));
  map.setPaintProperty('cell-edges', 'line-color', ['case', ['==', ['get', 'step'], 0], ground.ink, ground.surface]);
  map.setPaintProperty('own-halo', 'line-color', ground.surface);
  map.setPaintProperty('own', 'line-color', ground.ink);
  map.setPaintProperty('selected-halo', 'line-color', ground.surface);
  map.setPaintProperty('selected', 'line-color', ground.accent);
}

/** Clicks, hovering, and Enter on the cell in the middle. @returns what ends it */
function listen(map: MapLibre, to: { select: (cell: string) => void; under: (cell: string | null) => void }): () => void {
  const cellAt = (point: { x: number; y: number }): string | null => {
    if (!map.getLayer('cells')) return null;
    const [hit] = map.queryRenderedFeatures([point.x, point.y], { layers: ['cells'] });
    const cell: unknown = hit?.properties.cell;
    return typeof cell === 'string' ? cell : null;
  };
  map.on('click', (event: MapMouseEvent) => {
    const cell = cellAt(event.point);
    if (cell) to.select(cell);
  });
  map.on('mousemove', (event: MapMouseEvent) => {
    const cell = cellAt(event.point);
    map.getCanvas().style.cursor = cell ? 'pointer' : '';
    to.under(cell);
  });
  map.on('mouseout', () => to.under(null));
  const middle = () => map.project(map.getCenter());
  map.on('moveend', () => {
    if (document.activeElement === map.getCanvas()) to.under(cellAt(middle()));
  });
  const key = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    const cell = cellAt(middle());
    if (cell) to.select(cell);
  };
  map.getCanvas().addEventListener('keydown', key);
  return () => map.getCanvas().removeEventListener('keydown', key);
}
