// A chosen cell: beside the map, or as a sheet from the bottom on a phone.
import { getResolution } from 'h3-js';
import { useEffect, useRef } from 'react';
import { useCell } from '../../api/queries';
import type { CellView, MapCell } from '../../api/types';
import type { Unit } from '../../chain/queries';
import { sum } from '../../lib/amount';
import { edgeText } from '../../lib/map-geometry';
import { Address, Amount, Badge, Button, CategoryMark, Explain, Percent, Query, ScreenLink, Stat } from '../../ui';
import { short } from '../../lib/address';
import { formula } from './words';

type Props = {
  cell: string;
  /** The cell as the map has it, when it is one of the shown resolution. */
  known: MapCell | undefined;
  epochs: number;
  operator: string | null;
  unit: Unit | null;
  onClose: () => void;
};

export function CellPanel(props: Props) {
  const { cell, onClose } = props;
  const query = useCell(cell);
  const heading = useRef<HTMLHeadingElement>(null);
  const panel = useRef<HTMLElement>(null);
  // Who chose a cell by keyboard goes on in the panel, and returns to where they were.
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    const element = panel.current;
    return () => {
      const inside = !document.activeElement || document.activeElement === document.body || element?.contains(document.activeElement);
      if (inside && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  const resolution = getResolution(cell);
  return (
    <section
      ref={panel}
      aria-labelledby="cell-title"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
      className="rounded-card border border-line bg-surface p-4 shadow-card max-lg:fixed max-lg:inset-x-0 max-lg:bottom-0 max-lg:z-40 max-lg:max-h-[62dvh] max-lg:overflow-y-auto max-lg:rounded-b-none max-lg:pb-6 max-lg:shadow-lg lg:relative lg:h-full lg:overflow-y-auto"
    >
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 id="cell-title" ref={heading} tabIndex={-1} className="outline-none">
            Cell <code className="font-mono text-[0.92em] break-all">{cell}</code>
          </h2>
          <p className="mt-0.5 text-[0.8125rem] text-muted">
            H3, resolution {resolution}: each edge about {edgeText(resolution)}
          </p>
        </div>
        <Button kind="quiet" size="small" aria-label="Close the cell" onClick={onClose}>
          <span aria-hidden="true">✕</span>
        </Button>
      </div>
      <div className="mt-4">
        <Query query={query} lines={6} label="Loading the cell">
          {(view) => <Inside {...props} view={view} />}
        </Query>
      </div>
    </section>
  );
}

function Inside({ view, known, epochs, operator, unit }: Props & { view: CellView }) {
  const { devices, more } = view;
  if (devices.length === 0) return <p className="text-muted">No device says that it stands here.</p>;
  const figures = known && known.cell === view.cell ? known : figuresOf(view);
  return (
    <>
      <div className="grid grid-cols-2 gap-x-4 gap-y-3">
        <Stat
          label={
            <>
              Active <Explain label="active devices">{formula('coverage', epochs)}</Explain>
            </>
          }
        >
          {figures.active} of {figures.devices}
        </Stat>
        <Stat
          label={
            <>
              Reward factor <Explain label="the reward factor">{formula('density', epochs)}</Explain>
            </>
          }
        >
          <Percent ppm={figures.density_ppm} />
        </Stat>
        <div className="col-span-2">
          <Stat
            label={
              <>
                Earned in {epochs} epochs{' '}
                <Explain label="earned">Sum of the shares of the cell’s devices in the last {epochs} closed epochs.</Explain>
              </>
            }
          >
            {unit ? <Amount amount={figures.share} decimals={unit.decimals} symbol={unit.symbol} /> : '…'}
          </Stat>
        </div>
      </div>
      {more > 0 && !known && (
        <p className="mt-2 text-[0.8125rem] text-muted">These figures are of the first {devices.length} devices.</p>
      )}
      <h3 className="mt-4 mb-1">Devices</h3>
      <ul className="divide-y divide-line">
        {devices.map((device) => (
          <li key={device.device} className="py-2.5 text-sm">
            <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
              <ScreenLink to={`/devices/${device.device}`} className="link font-mono text-[0.92em]" title={device.device}>
                {short(device.device, 4)}
              </ScreenLink>
              <span className="inline-flex gap-1.5">
                {device.operator === operator && <Badge tone="accent">Yours</Badge>}
                <Badge tone={device.active ? 'good' : 'neutral'}>{device.active ? 'Active' : 'Not active'}</Badge>
              </span>
            </div>
            <div className="mt-1 flex flex-wrap items-center justify-between gap-x-3 gap-y-1 text-[0.8125rem] text-muted">
              <span className="inline-flex items-center gap-2">
                <CategoryMark category={device.category} /> factor <Percent ppm={device.density_ppm} />
              </span>
              <span className="text-ink">{unit ? <Amount amount={device.share} decimals={unit.decimals} max={4} symbol={unit.symbol} /> : '…'}</span>
            </div>
            {device.operator !== operator && (
              <div className="text-[0.8125rem] text-muted">
                of <Address address={device.operator} label="operator" />
              </div>
            )}
          </li>
        ))}
      </ul>
      {more > 0 && <p className="mt-2 text-[0.8125rem] text-muted">And {more} more: choose a smaller cell to see them.</p>}
    </>
  );
}

/** A cell's figures of its devices, for one that the map does not show at this zoom. */
function figuresOf({ cell, devices }: CellView): Pick<MapCell, 'cell' | 'devices' | 'active' | 'share' | 'density_ppm'> {
  const factors = devices.reduce((total, { density_ppm }) => total + density_ppm, 0);
  return {
    cell,
    devices: devices.length,
    active: devices.filter(({ active }) => active).length,
    share: sum(devices.map(({ share }) => share)).toString(),
    density_ppm: devices.length === 0 ? 0 : Math.floor(factors / devices.length),
  };
}
