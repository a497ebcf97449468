// The list of devices with its sums.
import type { Unit } from '../../chain/queries';
import { short } from '../../lib/address';
import { acceptancePpm, totalsOf, type ListedDevice, type Totals } from '../../lib/devices';
import { Ago, Amount, CategoryMark, Percent, ScreenLink, Table, type Column } from '../../ui';
import { AttentionBadges, StatusBadge } from './marks';

/** Decimals of the list's amounts; the exact one is in each figure's title, and in the file. */
const SHOWN = 3;

type Props = {
  devices: readonly ListedDevice[];
  unit: Unit;
  /** Epochs that sums are over. */
  epochs: number;
  newestEpoch: number | null;
};

export function DeviceTable(props: Props) {
  const { devices } = props;
  return (
    <Table
      caption="Devices"
      columns={columns(props)}
      rows={devices}
      rowKey={(row) => row.device}
      initialSort={{ key: 'share', descending: true }}
      pageSize={50}
      foot={<Foot totals={totalsOf(devices)} unit={props.unit} epochs={props.epochs} />}
    />
  );
}

function columns({ unit, epochs, newestEpoch }: Props): Column<ListedDevice>[] {
  return [
    {
      key: 'device',
      head: 'Device',
      rowHead: true,
      label: '',
      sort: (row) => row.serial ?? row.device,
      cell: (row) => (
        <span className="inline-flex min-w-0 flex-col max-md:flex-row max-md:flex-wrap max-md:items-baseline max-md:gap-x-2">
          <ScreenLink to={`/devices/${row.device}`} className="link max-w-[16rem] truncate" title={row.device}>
            {row.serial ?? short(row.device)}
          </ScreenLink>
          {row.serial && <span className="font-mono text-xs font-normal text-muted">{short(row.device)}</span>}
        </span>
      ),
    },
    {
      key: 'category',
      head: 'Category',
      sort: (row) => `${row.category} ${row.class.toString().padStart(5, '0')}`,
      cell: (row) => (
        <span className="inline-flex flex-col max-md:items-end">
          <CategoryMark category={row.category} />
          <span className="text-xs text-muted">class {row.class}</span>
        </span>
      ),
    },
    {
      key: 'status',
      head: 'Status',
      explain: 'As the registry has it: only active devices earn. Beside it is what needs attention.',
      sort: (row) => `${row.status === 'active' ? 1 : 0}${row.attention.length === 0 ? 1 : 0}`,
      cell: (row) => (
        <span className="inline-flex flex-wrap gap-1 max-md:justify-end">
          <StatusBadge status={row.status} />
          <AttentionBadges attention={row.attention} />
        </span>
      ),
    },
    {
      key: 'last',
      head: 'Last proof',
      explain: 'When the newest proof that passed the oracle’s gate arrived, by the oracle’s clock.',
      sort: (row) => row.last_proof_ms ?? 0,
      cell: (row) => <Ago atS={row.last_proof_ms === null ? null : Math.floor(row.last_proof_ms / 1000)} />,
    },
    {
      key: 'rate',
      head: 'Accepted',
      number: true,
      explain: `Accepted ÷ (accepted + refused) of the proofs judged in the last ${epochs} closed epochs, rounded down.`,
      // What was never judged stands below all that was.
      sort: (row) => acceptancePpm(row) ?? -1,
      cell: (row) => (
        <span className="inline-flex flex-col items-end">
          <Percent ppm={acceptancePpm(row)} />
          <span className="text-xs text-muted">
            {row.accepted.toLocaleString('en')} of {(row.accepted + row.refused).toLocaleString('en')}
          </span>
        </span>
      ),
    },
    {
      key: 'quality',
      head: 'Quality',
      number: true,
      explain: `Product of the device’s own factors in the newest epoch that judged it: what is left of its points. Its page shows each.`,
      sort: (row) => row.quality_ppm ?? -1,
      cell: (row) => <Percent ppm={row.quality_ppm} />,
    },
    {
      key: 'last_share',
      head: newestEpoch === null ? 'Last epoch' : `Epoch ${newestEpoch}`,
      number: true,
      explain: `What it earned in the newest closed epoch, in ${unit.symbol}.`,
      sort: (row) => BigInt(row.last_share ?? 0),
      cell: (row) => (row.last_share === null ? '…' : <Amount amount={row.last_share} decimals={unit.decimals} max={SHOWN} />),
    },
    {
      key: 'share',
      head: `${epochs} epochs`,
      number: true,
      explain: `Sum of its shares of the last ${epochs} closed epochs, in ${unit.symbol}.`,
      sort: (row) => BigInt(row.share),
      cell: (row) => (
        <strong className="font-semibold">
          <Amount amount={row.share} decimals={unit.decimals} max={SHOWN} />
        </strong>
      ),
    },
    {
      key: 'lifetime',
      head: 'Lifetime',
      number: true,
      explain: `All that it ever earned for this operator, in ${unit.symbol}.`,
      sort: (row) => BigInt(row.lifetime_total),
      cell: (row) => <Amount amount={row.lifetime_total} decimals={unit.decimals} max={SHOWN} />,
    },
  ];
}

const CELL = 'py-2.5 pr-4 text-right last:pr-0 max-md:flex max-md:justify-between max-md:py-1 max-md:pr-0';

function Foot({ totals, unit, epochs }: { totals: Totals; unit: Unit; epochs: number }) {
  const name = (text: string) => <span className="font-normal text-muted md:hidden">{text}</span>;
  return (
    <tr className="border-t-2 border-line-strong font-semibold max-md:block max-md:pt-2" data-testid="devices-sums">
      <th scope="row" colSpan={4} className="py-2.5 pr-4 text-left font-semibold max-md:block max-md:py-1">
        Sum of {totals.devices.toLocaleString('en')} {totals.devices === 1 ? 'device' : 'devices'}
      </th>
      <td className={CELL} data-sum="accepted">
        {name('Accepted')}
        <Percent ppm={totals.acceptancePpm} />
      </td>
      <td className="max-md:hidden" />
      <td className={CELL} data-sum="last">
        {name('Last epoch')}
        {totals.lastShare === null ? '…' : <Amount amount={totals.lastShare} decimals={unit.decimals} max={SHOWN} />}
      </td>
      <td className={CELL} data-sum="share">
        {name(`${epochs} epochs`)}
        <Amount amount={totals.share} decimals={unit.decimals} max={SHOWN} />
      </td>
      <td className={CELL} data-sum="lifetime">
        {name('Lifetime')}
        <Amount amount={totals.lifetime} decimals={unit.decimals} max={SHOWN} />
      </td>
    </tr>
  );
}
