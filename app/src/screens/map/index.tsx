// Where the devices stand, and what that is worth.
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { MapView } from '../../api/types';
import { useRewardUnit, type Unit } from '../../chain/queries';
import { asCairnError, CairnError } from '../../lib/errors';
import { boundsOf, boundsOfCell, COARSEST, crowdOf, edgeText, FINEST, readCell } from '../../lib/map-geometry';
import { isMetric, METRICS, type Metric } from '../../lib/map-scale';
import { Card, cx, Empty, Explain, Failed, Loading, Notice, PageHead, Later, ScreenLink, Select, Spinner, Stale } from '../../ui';
import { useViewed } from '../../wallet/operator';
import { CellPanel } from './cell-panel';
import { CellsTable } from './cells-table';
import { useCells, useDrawn, useOwnCells } from './data';
import { Legend } from './legend';
import { cellLine, METRIC_LABEL } from './words';

const MapCanvas = lazy(() => import('./canvas'));
const OPTIONS = METRICS.map((value) => ({ value, label: METRIC_LABEL[value] }));
const SIZES = Array.from({ length: FINEST - COARSEST + 1 }, (_, resolution) => ({
  value: resolution.toString(),
  label: `Resolution ${resolution}: ${edgeText(resolution)}`,
}));

/** Whether this browser can draw the map at all: asked without loading the map for it. */
function hasWebGl(): boolean {
  return document.createElement('canvas').getContext('webgl2') !== null;
}

export default function MapScreen() {
  return (
    <>
      <PageHead title="Map" note="Where devices stand, cell by cell: who covers what, how crowded it is, and what it earns." />
      <Screen />
    </>
  );
}

/** The cell with most devices; of none, none. */
function fullest(cells: MapView['cells']): string {
  return cells.reduce((best, cell) => (best === null || cell.devices > best.devices ? cell : best), null as MapView['cells'][number] | null)?.cell ?? '';
}

/** The address bar's part of the state: the chosen cell and what the colours show. */
function useChoice() {
  const [search, setSearch] = useSearchParams();
  const text = search.get('cell');
  const shown = search.get('show');
  const change = useCallback(
    (name: string, value: string | null) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          if (value === null) next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true, preventScrollReset: true },
      ),
    [setSearch],
  );
  return {
    cell: readCell(text),
    /** The address bar names a cell that is none. */
    wrong: text !== null && readCell(text) === null ? text : null,
    metric: isMetric(shown) ? shown : ('coverage' as Metric),
    select: useCallback((cell: string | null) => change('cell', cell), [change]),
    setMetric: (metric: Metric) => change('show', metric),
  };
}

function Screen() {
  const { operator } = useViewed();
  const unit = useRewardUnit();
  const choice = useChoice();
  const cells = useCells();
  const own = useOwnCells();
  const { view, query } = cells;
  const drawn = useDrawn(view, own.cells, choice.metric);
  const [broken, setBroken] = useState<CairnError | null>(() =>
    hasWebGl()
      ? null
      : new CairnError('map_unavailable', 'this browser cannot draw the map: it has no WebGL 2', 'all that the map shows is in the table of cells'),
  );
  const ownBounds = useMemo(() => boundsOf(own.cells), [own.cells]);
  const crowd = useMemo(() => boundsOf(crowdOf(own.cells)) ?? boundsOfCell(fullest(view?.cells ?? [])), [own.cells, view]);
  // The map starts where most of the viewer's devices are, or of all; it waits for them, but not for ever.
  const ready = own.settled && (view !== undefined || query.isError);
  const byCell = useMemo(() => new Map((view?.cells ?? []).map((cell) => [cell.cell, cell])), [view]);
  const coarser = asCairnError(query.error ?? '').code === 'too_many_cells' && cells.resolution > COARSEST;
  if (!view && query.isError && !coarser) return <Failed title="The cells could not be loaded" error={query.error} retry={() => void query.refetch()} />;
  return (
    <div className="space-y-4">
      {choice.wrong !== null && (
        <Failed
          title="There is no such cell"
          error={new CairnError('cell_invalid', `\`${choice.wrong}\` is not an H3 cell of resolution ${COARSEST} to ${FINEST}`, 'choose a cell on the map or in the table')}
          retry={() => choice.select(null)}
        />
      )}
      {view && query.isError && !coarser && <Stale error={query.error} atMs={query.dataUpdatedAt} />}
      {broken && (
        <Notice tone="warn" title={`${sentenceOf(broken.message)}`} live>
          {sentenceOf(broken.hint)} <code>{broken.code}</code>
        </Notice>
      )}
      <div className={cx('grid grid-cols-1 gap-4', choice.cell && 'lg:grid-cols-[minmax(0,1fr)_22rem]')}>
        {!broken && (
          <Card
            title="Cells by colour"
            actions={
              <>
                {query.isFetching && view?.resolution !== cells.resolution && <Spinner />}
                <Select label="What the colours show" compact value={choice.metric} options={OPTIONS} onChange={choice.setMetric} />
              </>
            }
          >
            <div className="h-[58dvh] min-h-80 lg:h-[30rem]">
              {ready ? (
                <Later what="The map">
                  <Suspense fallback={<Loading lines={8} label="Loading the map" />}>
                    <MapCanvas
                      cells={drawn.features}
                      classes={drawn.scale.from.length}
                      selected={choice.cell}
                      start={(choice.cell && boundsOf([choice.cell])) || crowd}
                      own={ownBounds}
                      all={drawn.all}
                      onZoom={cells.setZoom}
                      onSelect={choice.select}
                      onBroken={setBroken}
                      describe={(cell) => {
                        const known = byCell.get(cell);
                        return known ? cellLine(known, unit) : null;
                      }}
                    />
                  </Suspense>
                </Later>
              ) : (
                <Loading lines={8} label="Loading the cells" />
              )}
            </div>
            <div className="mt-3">
              <Legend scale={drawn.scale} epochs={view?.epochs ?? 30} unit={unit} own={drawn.mine.size > 0} />
              <p className="mt-2 text-xs text-muted">Outlines: Natural Earth, public domain, part of this page.</p>
            </div>
          </Card>
        )}
        {choice.cell && (
          // As high as the map beside it, whatever is in it.
          <div className={cx(!broken && 'lg:relative')}>
            <div className={cx(!broken && 'lg:absolute lg:inset-0')}>
              <CellPanel
                key={choice.cell}
                cell={choice.cell}
                known={byCell.get(choice.cell)}
                epochs={view?.epochs ?? 30}
                operator={operator}
                unit={unit}
                onClose={() => choice.select(null)}
              />
            </div>
          </div>
        )}
      </div>
      <Cells view={view} mine={drawn.mine} selected={choice.cell} onSelect={choice.select} unit={unit} size={broken ? cells : null} />
    </div>
  );
}

const sentenceOf = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

type CellsProps = {
  view: MapView | undefined;
  mine: ReadonlySet<string>;
  selected: string | null;
  onSelect: (cell: string) => void;
  unit: Unit | null;
  /** Without a map to zoom, the size of the cells is chosen here. */
  size: { resolution: number; setResolution: (resolution: number) => void } | null;
};

function Cells({ view, mine, selected, onSelect, unit, size }: CellsProps) {
  const actions = size && (
    <Select label="Size of the cells" compact value={size.resolution.toString()} options={SIZES} onChange={(value) => size.setResolution(Number(value))} />
  );
  return (
    <Card
      title={
        <>
          Cells{' '}
          <Explain label="the cells">
            H3 cells that hold at least one device’s asserted location. The map and this table show the same ones; closer in, the cells are smaller.
          </Explain>
        </>
      }
      {...(view ? { note: `${view.cells.length} of resolution ${view.resolution}, each edge about ${edgeText(view.resolution)}` } : {})}
      actions={actions}
    >
      {!view ? (
        <Loading lines={6} label="Loading the cells" />
      ) : view.cells.length === 0 ? (
        <Empty title="No device has a location yet" action={<ScreenLink to="/onboard">Onboard a device</ScreenLink>}>
          A device stands on the map once its holder asserts where it is. Wireless devices and sensors need that to earn.
        </Empty>
      ) : (
        <CellsTable view={view} mine={mine} selected={selected} onSelect={onSelect} unit={unit} />
      )}
    </Card>
  );
}
