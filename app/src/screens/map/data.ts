// What the map shows: the cells of a resolution that the oracle can give, whose they are, and their colours.
import { useEffect, useMemo, useState } from 'react';
import { useMap, useOperatorDevices } from '../../api/queries';
import type { MapView } from '../../api/types';
import { asCairnError } from '../../lib/errors';
import { boundsOf, cellFeatures, COARSEST, FINEST, parentAt, resolutionForZoom } from '../../lib/map-geometry';
import { figureOf, scaleOf, stepOf, type Metric } from '../../lib/map-scale';
import { useViewed } from '../../wallet/operator';

/** For a first look, before the map says how far it is zoomed in. */
const FIRST_ZOOM = 4;

/** The cells at a zoom. Those of the last one stay until the next are here. */
export function useCells(): {
  query: ReturnType<typeof useMap>;
  view: MapView | undefined;
  resolution: number;
  setZoom: (zoom: number) => void;
  setResolution: (resolution: number) => void;
} {
  const [wanted, setWanted] = useState(resolutionForZoom(FIRST_ZOOM));
  // The oracle refuses more cells than a page can show: then coarser ones are asked for, until one fits.
  const [finest, setFinest] = useState(FINEST);
  const resolution = Math.min(wanted, finest);
  const query = useMap(resolution);
  const tooMany = query.isError && asCairnError(query.error).code === 'too_many_cells' && resolution > COARSEST;
  useEffect(() => {
    if (tooMany) setFinest(resolution - 1);
  }, [tooMany, resolution]);
  const [last, setLast] = useState<MapView>();
  if (query.data && query.data !== last) setLast(query.data);
  return {
    query,
    view: query.data ?? last,
    resolution,
    setZoom: (zoom) => setWanted(resolutionForZoom(zoom)),
    setResolution: setWanted,
  };
}

/** Cells of the viewed operator's devices, as fine as they were asserted; null until known. */
export function useOwnCells(): { cells: readonly string[]; settled: boolean } {
  const { operator } = useViewed();
  const query = useOperatorDevices(operator, 30);
  const devices = query.data?.devices;
  const cells = useMemo(() => (devices ?? []).flatMap(({ cell }) => (cell === null ? [] : [cell])), [devices]);
  return { cells, settled: operator === null || query.data !== undefined || query.isError };
}

/** The cells as the map draws them, with the scale of their colours. */
export function useDrawn(view: MapView | undefined, own: readonly string[], metric: Metric) {
  const resolution = view?.resolution;
  const mine = useMemo(
    () => new Set(resolution === undefined ? [] : own.map((cell) => parentAt(cell, resolution))),
    [own, resolution],
  );
  const scale = useMemo(() => scaleOf(metric, view?.cells ?? []), [view, metric]);
  const features = useMemo(
    () => cellFeatures((view?.cells ?? []).map((cell) => ({ cell: cell.cell, step: stepOf(scale, figureOf(cell, metric)) })), mine),
    [view, scale, metric, mine],
  );
  const all = useMemo(() => boundsOf((view?.cells ?? []).map(({ cell }) => cell)), [view]);
  return { mine, scale, features, all };
}
