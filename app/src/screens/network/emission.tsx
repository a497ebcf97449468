// The emission table: to date, now, and ahead.
import { lazy, Suspense, useMemo, useState } from 'react';
import { useChainClock } from '../../chain/network';
import { usePool, useRewardMint } from '../../chain/queries';
import type { Pool } from '../../generated/rewards/accounts';
import { format } from '../../lib/amount';
import { emissionPoints, emittedIn, emittedThrough, horizon, nextChange, PPB, type EmissionPoint, type EmissionStep } from '../../lib/emission';
import { poolEpochAt, poolEpochStart, tableOf } from '../../lib/pool';
import { exact } from '../../lib/time';
import { Amount, Card, ChartFrame, Explain, Failed, Loading, Query, Select, Stat, Table, type Column } from '../../ui';
import { ChainCountdown } from '../../ui/chain-time';

const EmissionChart = lazy(() => import('./emission-chart'));

const VIEWS = [
  { value: 'all', label: 'Past and ahead' },
  { value: 'ahead', label: 'Ahead' },
  { value: 'past', label: 'To date' },
] as const;
type View = (typeof VIEWS)[number]['value'];

export function Emission() {
  const pool = usePool();
  const mint = useRewardMint();
  return (
    <Card title="Emission" note="Tokens that the pool may pay per epoch, by its table on chain. Who gets which part of it stands under Promised and paid.">
      <Query query={pool} lines={8} label="Reading the emission table">
        {(found) =>
          mint.data ? (
            <Shown pool={found.data} decimals={mint.data.decimals} />
          ) : mint.error ? (
            <Failed error={mint.error} retry={() => void mint.refetch()} />
          ) : (
            <Loading lines={8} />
          )
        }
      </Query>
    </Card>
  );
}

function Shown({ pool, decimals }: { pool: Pool; decimals: number }) {
  const [view, setView] = useState<View>('all');
  const { nowS } = useChainClock();
  const current = poolEpochAt(pool, nowS);
  const table = useMemo(() => tableOf(pool), [pool]);
  const points = useMemo(() => {
    const end = horizon(table.steps, current);
    return emissionPoints(table, view === 'ahead' ? current : 0n, view === 'past' ? current : end);
  }, [table, current, view]);
  const change = nextChange(table.steps, current);
  const toDate = emittedThrough(table, current);
  const here = emittedIn(table.steps, current);
  const then = change === null ? null : emittedIn(table.steps, change);
  return (
    <>
      <div className="mb-4 grid grid-cols-2 gap-x-6 gap-y-4 md:grid-cols-4">
        <Stat
          label={
            <span className="inline-flex items-center gap-1">
              This epoch
              <Explain label="this epoch's emission">Tokens of the table’s step, decayed ⌊ tokens × kept part ⌋ once every so many epochs.</Explain>
            </span>
          }
          note={`epoch ${current}`}
        >
          <Amount amount={here} decimals={decimals} />
        </Stat>
        <Stat label="To date" note={`epochs 0 to ${current}`}>
          {toDate === null ? 'beyond 64 bits' : <Amount amount={toDate} decimals={decimals} max={2} />}
        </Stat>
        <Stat
          label="Next change"
          note={
            change === null || then === null ? (
              'constant from here on'
            ) : (
              <>
                to <Amount amount={then} decimals={decimals} /> an epoch, in <ChainCountdown untilS={poolEpochStart(pool, change)} />
              </>
            )
          }
        >
          {change === null ? 'none' : `Epoch ${change}`}
        </Stat>
        <Stat label="An epoch lasts" note={`epoch 0 began ${exact(Number(pool.genesisAt))}`}>
          {pool.epochSeconds.toLocaleString()} s
        </Stat>
      </div>
      <div className="mb-2">
        <Select compact label="Which part of the emission" value={view} options={VIEWS} onChange={setView} />
      </div>
      <ChartFrame
        summary={`Emission per epoch and in all, epoch ${points[0]?.epoch ?? 0} to ${points.at(-1)?.epoch ?? 0}; now is epoch ${current}, which emits ${format(here, decimals)} tokens.`}
        height={260}
        legend={<Legend />}
        picture={
          <Suspense fallback={<Loading lines={6} label="Drawing the chart" />}>
            <EmissionChart points={points} current={current} decimals={decimals} />
          </Suspense>
        }
        table={<PointTable points={points} decimals={decimals} />}
      />
      <div className="mt-4">
        <Steps steps={table.steps} decimals={decimals} current={current} />
      </div>
    </>
  );
}

function Legend() {
  return (
    <>
      <span className="inline-flex items-center gap-1.5">
        <span aria-hidden="true" className="h-2.5 w-4 rounded-[3px] border border-accent bg-accent-soft" />
        per epoch (left axis)
      </span>
      <span className="inline-flex items-center gap-1.5">
        <span aria-hidden="true" className="h-0.5 w-4 bg-warn" />
        in all (right axis)
      </span>
    </>
  );
}

function PointTable({ points, decimals }: { points: readonly EmissionPoint[]; decimals: number }) {
  const columns: Column<EmissionPoint>[] = [
    { key: 'epoch', head: 'Epoch', rowHead: true, cell: (row) => row.epoch.toString() },
    { key: 'per', head: 'Per epoch, tokens', number: true, cell: (row) => <Amount amount={row.perEpoch} decimals={decimals} /> },
    {
      key: 'through',
      head: 'In all, tokens',
      number: true,
      cell: (row) => (row.through === null ? 'beyond 64 bits' : <Amount amount={row.through} decimals={decimals} />),
    },
  ];
  return <Table caption="Emission by epoch" columns={columns} rows={points} rowKey={(row) => row.epoch.toString()} pageSize={100} />;
}

function Steps({ steps, decimals, current }: { steps: readonly EmissionStep[]; decimals: number; current: bigint }) {
  const active = steps.findLastIndex((step) => step.firstEpoch <= current);
  const columns: Column<EmissionStep & { at: number }>[] = [
    {
      key: 'from',
      head: 'From epoch',
      rowHead: true,
      cell: (row) => (
        <span>
          {row.firstEpoch.toString()}
          {row.at === active && <span className="font-normal text-muted"> (in force)</span>}
        </span>
      ),
    },
    { key: 'per', head: 'Per epoch, tokens', number: true, cell: (row) => <Amount amount={row.perEpoch} decimals={decimals} /> },
    { key: 'decay', head: 'Decay', cell: (row) => decayText(row) },
  ];
  return (
    <Table
      caption="Steps of the emission table"
      showCaption
      columns={columns}
      rows={steps.map((step, at) => ({ ...step, at }))}
      rowKey={(row) => row.firstEpoch.toString()}
      pageSize={8}
    />
  );
}

/** A step's decay in words; the kept part is exact. */
function decayText(step: EmissionStep): string {
  if (step.perEpoch === 0n) return 'nothing is emitted';
  if (step.times === 0 || step.keepPpb === PPB) return 'none: the same every epoch';
  const every = step.everyEpochs === 1 ? 'every epoch' : `every ${step.everyEpochs.toLocaleString()} epochs`;
  return `keeps ${format(BigInt(step.keepPpb), 7)} % ${every}, ${step.times.toLocaleString()} times`;
}
