// What a device earned, epoch by epoch; choosing one shows its paystub.
import type { DeviceEpoch, DeviceView } from '../../api/types';
import type { Unit } from '../../chain/queries';
import { format, sum } from '../../lib/amount';
import { acceptancePpm } from '../../lib/devices';
import { PHASE } from '../../lib/epochs';
import { exact } from '../../lib/time';
import { Amount, Badge, Button, Card, Empty, Percent, Table, type Column } from '../../ui';

type Props = { view: DeviceView; epoch: number | null; choose: (epoch: number) => void; unit: Unit };

const STATE = { open: 'open', closed: 'computed', proposed: 'attesting', finalized: 'finalized', skipped: 'skipped' } as const;

export function StateBadge({ state }: { state: DeviceEpoch['state'] }) {
  const { label, tone } = PHASE[STATE[state]];
  return <Badge tone={tone}>{label}</Badge>;
}

export function EpochTable(props: Props) {
  const { epochs } = props.view;
  return (
    <Card title="By epoch" note="The closed epochs in which it gave proofs or earned, newest first.">
      {epochs.length === 0 ? (
        <Empty title="Nothing yet">It gave no proof in the last 30 closed epochs. Its first ones show up here by themselves.</Empty>
      ) : (
        <>
          <Table caption="What the device earned in each epoch" columns={columns(props)} rows={epochs} rowKey={(row) => row.epoch.toString()} pageSize={10} />
          <p className="mt-3 border-t border-line pt-3 text-sm">
            Sum of these {epochs.length} epochs: <strong><Amount amount={sum(epochs.map(({ share }) => share))} {...props.unit} /></strong>
          </p>
        </>
      )}
    </Card>
  );
}

function columns({ epoch, choose, unit }: Props): Column<DeviceEpoch>[] {
  return [
    {
      key: 'epoch',
      head: 'Epoch',
      rowHead: true,
      sort: (row) => row.epoch,
      cell: (row) => (
        <span className="inline-flex items-baseline gap-2">
          {row.epoch}
          <time className="text-[0.8125rem] font-normal text-muted" dateTime={new Date(row.ends_at_s * 1000).toISOString()} title={exact(row.ends_at_s)}>
            {new Date(row.ends_at_s * 1000).toLocaleTimeString()}
          </time>
        </span>
      ),
    },
    { key: 'state', head: 'State', sort: (row) => row.state, cell: (row) => <StateBadge state={row.state} /> },
    {
      key: 'points',
      head: 'Points',
      number: true,
      explain: 'After all factors, rounded down.',
      sort: (row) => BigInt(row.points_millionths),
      cell: (row) => format(BigInt(row.points_millionths), 6, { maxFraction: 3 }),
    },
    {
      key: 'share',
      head: `Share, ${unit.symbol}`,
      number: true,
      sort: (row) => BigInt(row.share),
      cell: (row) => (
        <strong className="font-semibold">
          <Amount amount={row.share} decimals={unit.decimals} />
        </strong>
      ),
    },
    {
      key: 'proofs',
      head: 'Proofs',
      number: true,
      sort: (row) => row.accepted + row.refused,
      cell: (row) => (
        <span>
          {row.accepted.toLocaleString('en')}
          {row.refused > 0 && <span className="text-bad"> · {row.refused.toLocaleString('en')} refused</span>}
        </span>
      ),
    },
    { key: 'rate', head: 'Accepted', number: true, sort: (row) => acceptancePpm(row) ?? -1, cell: (row) => <Percent ppm={acceptancePpm(row)} /> },
    { key: 'quality', head: 'Quality', number: true, sort: (row) => row.quality_ppm ?? -1, cell: (row) => <Percent ppm={row.quality_ppm} max={2} /> },
    {
      key: 'show',
      head: <span className="sr-only">Paystub</span>,
      label: '',
      number: true,
      cell: (row) =>
        row.epoch === epoch ? (
          <Badge tone="accent">Shown above</Badge>
        ) : (
          <Button
            size="small"
            aria-label={`Show the paystub of epoch ${row.epoch}`}
            onClick={() => {
              choose(row.epoch);
              document.getElementById('paystub')?.scrollIntoView({ block: 'start' });
            }}
          >
            Paystub
          </Button>
        ),
    },
  ];
}
