// Where a device says that it stands.
import { getResolution } from 'h3-js';
import { lazy, Suspense, useState } from 'react';
import type { DeviceRow } from '../../api/types';
import type { CairnError } from '../../lib/errors';
import { edgeText, readCell } from '../../lib/map-geometry';
import { Card, Later, Loading, Percent, ScreenLink } from '../../ui';

const PlaceMap = lazy(() => import('./place-map'));

export function Place({ row }: { row: DeviceRow }) {
  const cell = readCell(row.cell);
  const [broken, setBroken] = useState<CairnError | null>(null);
  return (
    <Card title="Location" note={cell ? 'The H3 cell that its holder asserted.' : undefined}>
      {cell === null ? (
        <p className="text-sm text-muted">
          {row.cell === null ? 'No location is asserted for it.' : `Its cell ${row.cell} is none that this page knows.`}
          {(row.category === 'wireless' || row.category === 'sensor') && ' Devices of its category need one to earn; vehicles do not.'}
        </p>
      ) : (
        <div className="grid grid-cols-1 items-start gap-x-6 gap-y-3 md:grid-cols-[minmax(0,1fr)_20rem]">
          {broken ? (
            <p className="text-sm text-muted">
              No map here: {broken.message}. <code>{broken.code}</code>
            </p>
          ) : (
            <div className="h-52">
              <Later what="The map">
                <Suspense fallback={<Loading lines={5} label="Loading the map" />}>
                  <PlaceMap cell={cell} onBroken={setBroken} />
                </Suspense>
              </Later>
            </div>
          )}
          <div>
            <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
              <dt className="text-muted">Cell</dt>
              <dd className="text-right">
                <code className="break-all">{cell}</code>
              </dd>
              <dt className="text-muted">Each edge</dt>
              <dd className="text-right">about {edgeText(getResolution(cell))}</dd>
              <dt className="text-muted">Density factor</dt>
              <dd className="text-right">
                <Percent ppm={row.density_ppm} />
              </dd>
            </dl>
            <p className="mt-2 text-sm">
              <ScreenLink to={`/map?cell=${cell}`}>Show it on the Map screen</ScreenLink>
            </p>
          </div>
        </div>
      )}
    </Card>
  );
}
