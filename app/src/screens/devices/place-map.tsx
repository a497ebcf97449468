// A small map with one cell on it; what it shows stands beside it in words.
import { cellToLatLng } from 'h3-js';
import { useEffect, useRef } from 'react';
import { CairnError, asCairnError } from '../../lib/errors';
import { cellPolygon } from '../../lib/map-geometry';
import { createBase, onGround } from '../map/base';

/** Degrees to each side: enough to see a coast or a border. */
const AROUND = 7;

export default function PlaceMap({ cell, onBroken }: { cell: string; onBroken: (error: CairnError) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const broken = useRef(onBroken);
  useEffect(() => {
    broken.current = onBroken;
  });
  useEffect(() => {
    if (!box.current) return undefined;
    const [latitude, longitude] = cellToLatLng(cell);
    let stopGround = () => {};
    try {
      const { map, end } = createBase(box.current, {
        label: `Map of where cell ${cell} lies`,
        bounds: [longitude - AROUND, Math.max(-84, latitude - AROUND / 2), longitude + AROUND, Math.min(84, latitude + AROUND / 2)],
        failed: (error) => broken.current(error),
      });
      map.once('load', () => {
        map.addSource('cell', { type: 'geojson', data: { type: 'Feature', properties: {}, geometry: cellPolygon(cell) } });
        map.addSource('middle', { type: 'geojson', data: { type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [longitude, latitude] } } });
        map.addLayer({ id: 'cell', type: 'fill', source: 'cell', paint: { 'fill-opacity': 0.7 } });
        // The cell itself is smaller than a pixel from afar.
        map.addLayer({ id: 'middle', type: 'circle', source: 'middle', paint: { 'circle-radius': 7, 'circle-stroke-width': 2.5, 'circle-opacity': 0.9 } });
        stopGround = onGround((ground) => {
          map.setPaintProperty('cell', 'fill-color', ground.accent);
          map.setPaintProperty('middle', 'circle-color', ground.accent);
          map.setPaintProperty('middle', 'circle-stroke-color', ground.surface);
        });
      });
      return () => {
        stopGround();
        end();
      };
    } catch (error) {
      broken.current(new CairnError('map_unavailable', `the map cannot be drawn: ${asCairnError(error).message}`, 'its cell stands below'));
      return undefined;
    }
  }, [cell]);
  return <div ref={box} className="cairn-map h-full w-full overflow-hidden rounded-lg" />;
}
