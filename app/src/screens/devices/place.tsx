// Where a device says that it stands.
import { lazy, Suspense, useMemo, useState } from 'react';
import { getResolution } from 'h3-js';
import { asCairnError, type CairnError } from '../../lib/errors';
import { boundsOfCell, cellFeatures, edgeText, parentAt, readCell } from '../../lib/map-geometry';
import { Card, Loading, ScreenLink } from '../../ui';

const MapCanvas = lazy(() => import('../map/canvas'));
/** So far around the cell as a cell of this resolution reaches: some kilometres. */
const AROUND = 5;

export function Place({ cell, category }: { cell: string | null; category: string }) {
  const known = readCell(cell);
  return (
    <Card title="Where it stands">
      {known ? (
        <Known cell={known} />
      ) : (
        <p className="text-sm text-muted">
          {category === 'wireless' || category === 'sensor'
            ? 'No location is asserted. What moves says in each proof where it is; what stands should assert its location.'
            : 'No location is asserted, and none is needed: this category is not paid by place.'}
        </p>
      )}
    </Card>
  );
}

function Known({ cell }: { cell: string }) {
  const [failure, setFailure] = useState<CairnError | null>(null);
  const drawable = useMemo(() => document.createElement('canvas').getContext('webgl2') !== null, []);
  const cells = useMemo(() => cellFeatures([{ cell, step: 1 }], new Set([cell])), [cell]);
  const bounds = useMemo(() => boundsOfCell(parentAt(cell, AROUND)), [cell]);
  const words = `H3 cell of resolution ${getResolution(cell)}, each edge about ${edgeText(getResolution(cell))}`;
  return (
    <div className="flex h-full flex-col gap-3">
      {drawable && !failure && (
        <div className="relative h-56">
          <Suspense fallback={<Loading lines={4} label="Loading the map" />}>
            <MapCanvas
              cells={cells}
              classes={1}
              selected={null}
              start={bounds}
              own={null}
              all={null}
              onZoom={() => undefined}
              onSelect={() => undefined}
              onBroken={(error) => setFailure(asCairnError(error))}
              describe={() => words}
            />
          </Suspense>
        </div>
      )}
      {failure && (
        <p className="text-sm text-muted">
          {failure.message}. <code>{failure.code}</code>
        </p>
      )}
      <p className="text-sm">
        <code className="font-mono text-[0.92em] break-all">{cell}</code>
        <span className="block text-muted">{words}</span>
      </p>
      <ScreenLink to={`/map?cell=${cell}`} className="link text-sm">
        Show it on the map
      </ScreenLink>
    </div>
  );
}
