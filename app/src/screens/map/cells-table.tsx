// The cells as a table: all that the map shows, without a mouse and without WebGL.
import { useMemo } from 'react';
import type { MapCell, MapView } from '../../api/types';
import type { Unit } from '../../chain/queries';
import { edgeText } from '../../lib/map-geometry';
import { Amount, Badge, CategoryMark, cx, Percent, Table, type Column } from '../../ui';
import { formula } from './words';

type Props = {
  view: MapView;
  mine: ReadonlySet<string>;
  selected: string | null;
  onSelect: (cell: string) => void;
  unit: Unit | null;
};

export function CellsTable({ view, mine, selected, onSelect, unit }: Props) {
  const columns = useMemo<Column<MapCell>[]>(
    () => [
      {
        key: 'cell',
        head: 'Cell',
        rowHead: true,
        sort: (row) => row.cell,
        cell: (row) => (
          <span className="inline-flex flex-wrap items-center gap-2">
            <button
              type="button"
              aria-pressed={row.cell === selected}
              onClick={() => onSelect(row.cell)}
              className={cx('rounded px-1.5 py-1 font-mono text-[0.92em]', row.cell === selected ? 'bg-accent text-on-accent' : 'link text-accent underline underline-offset-4')}
            >
              {row.cell}
            </button>
            {mine.has(row.cell) && <Badge tone="accent">Yours</Badge>}
          </span>
        ),
      },
      { key: 'devices', head: 'Devices', number: true, sort: (row) => row.devices, cell: (row) => row.devices },
      {
        key: 'active',
        head: 'Active',
        number: true,
        sort: (row) => row.active,
        explain: formula('coverage', view.epochs),
        cell: (row) => `${row.active} of ${row.devices}`,
      },
      {
        key: 'factor',
        head: 'Reward factor',
        number: true,
        sort: (row) => row.density_ppm,
        explain: formula('density', view.epochs),
        cell: (row) => <Percent ppm={row.density_ppm} />,
      },
      {
        key: 'earned',
        head: 'Earned',
        number: true,
        sort: (row) => BigInt(row.share),
        explain: `Sum of the shares of the cell’s devices in the last ${view.epochs} closed epochs.`,
        cell: (row) => (unit ? <Amount amount={row.share} decimals={unit.decimals} max={4} symbol={unit.symbol} /> : '…'),
      },
      {
        key: 'kinds',
        head: 'Kinds',
        cell: (row) => (
          <span className="inline-flex flex-wrap gap-x-3">
            {Object.entries(row.by_category).map(([category, count]) => (
              <span key={category} className="inline-flex items-center gap-1 whitespace-nowrap">
                <CategoryMark category={category} /> {count}
              </span>
            ))}
          </span>
        ),
      },
    ],
    [view.epochs, mine, selected, onSelect, unit],
  );
  return (
    <Table
      caption={`Cells of resolution ${view.resolution}, each edge about ${edgeText(view.resolution)}`}
      columns={columns}
      rows={view.cells}
      rowKey={(row) => row.cell}
      initialSort={{ key: 'earned', descending: true }}
      pageSize={12}
    />
  );
}
