// An operator's epochs: share, by category, and how far each is on its way to being claimable.
import type { Address } from '@solana/kit';
import { useMemo, useState } from 'react';
import { useOperator } from '../../api/queries';
import type { OperatorEpoch, OperatorView } from '../../api/types';
import { useChainClock, useEpochChain } from '../../chain/network';
import { useRewardUnit, type Unit } from '../../chain/queries';
import { format, sum } from '../../lib/amount';
import { download, toCsv } from '../../lib/csv';
import { PHASE, standingOf, type Standing } from '../../lib/epochs';
import { exact, iso } from '../../lib/time';
import { Amount, Button, Card, CategoryMark, Empty, Loading, Notice, Query, ScreenLink, Select, Table, Tooltip, type Column } from '../../ui';
import { ChainUnknown, StandingBadge } from '../network/standing';

const WINDOWS = ['30', '90', '365'] as const;
type Row = OperatorEpoch & { standing: Standing };

export function Epochs({ operator }: { operator: Address }) {
  const [epochs, setEpochs] = useState<(typeof WINDOWS)[number]>('30');
  const query = useOperator(operator, Number(epochs));
  const unit = useRewardUnit();
  return (
    <Card
      title="By epoch"
      note="Newest first. An epoch’s share can be claimed once it, or a later epoch, is finalized."
      actions={
        <Select
          compact
          label="How many epochs"
          value={epochs}
          options={WINDOWS.map((value) => ({ value, label: `Last ${value} epochs` }))}
          onChange={setEpochs}
        />
      }
    >
      <Query query={query} lines={6} label="Reading epochs">
        {(view) => (unit ? <EpochTable view={view} unit={unit} /> : <Loading lines={6} />)}
      </Query>
    </Card>
  );
}

function EpochTable({ view, unit }: { view: OperatorView; unit: Unit }) {
  const { decimals } = unit;
  const chain = useEpochChain();
  const { nowS } = useChainClock();
  const rows = useMemo<Row[]>(
    () =>
      view.epochs.map((epoch) => ({
        ...epoch,
        standing: standingOf(epoch, chain.proposals, chain.set, chain.challenges, nowS),
      })),
    [view.epochs, chain.proposals, chain.set, chain.challenges, nowS],
  );
  if (rows.length === 0) {
    return <Empty title="No epoch has closed yet">The first one closes when its time is over. This page shows it by itself.</Empty>;
  }
  const total = sum(rows.map((row) => row.share));
  const differs = rows.at(-1)?.epoch === 0 && total !== BigInt(view.lifetime_total);
  return (
    <>
      {differs && (
        <div className="mb-3">
          <Notice tone="warn" title="These shares are not all that counts">
            In some epochs the other oracles agreed on something else than this one computed, and their root became the active one. What you are
            paid follows the chain: your lifetime total above.
          </Notice>
        </div>
      )}
      {chain.error && <ChainUnknown error={chain.error} />}
      <Table
        caption="Share of each epoch"
        columns={columns(unit)}
        rows={rows}
        rowKey={(row) => String(row.epoch)}
        pageSize={15}
      />
      <div className="mt-3 flex flex-wrap items-center justify-between gap-3 border-t border-line pt-3">
        <p className="text-sm">
          Sum of these {rows.length} epochs:{' '}
          <strong data-testid="epochs-sum">
            <Amount amount={total} {...unit} />
          </strong>
        </p>
        <Button size="small" onClick={() => download(`epochs-${view.operator}.csv`, epochsCsv(rows, decimals))}>
          Download epochs as CSV
        </Button>
      </div>
    </>
  );
}

function columns({ decimals, symbol }: Unit): Column<Row>[] {
  return [
    {
      key: 'epoch',
      head: 'Epoch',
      rowHead: true,
      sort: (row) => row.epoch,
      cell: (row) => (
        <span className="inline-flex items-center gap-2">
          <ScreenLink to={`/network/epochs/${row.epoch}`}>{row.epoch}</ScreenLink>
          <Tooltip content={`From ${exact(row.starts_at_s)} to ${exact(row.ends_at_s)}`}>
            <span className="text-[0.8125rem] font-normal text-muted">{new Date(row.ends_at_s * 1000).toLocaleTimeString()}</span>
          </Tooltip>
        </span>
      ),
    },
    { key: 'state', head: 'State', sort: (row) => PHASE[row.standing.phase].label, cell: (row) => <StandingBadge standing={row.standing} /> },
    {
      key: 'share',
      head: `Share, ${symbol}`,
      number: true,
      sort: (row) => BigInt(row.share),
      cell: (row) => (
        <strong className="font-semibold">
          <Amount amount={row.share} decimals={decimals} />
        </strong>
      ),
    },
    {
      key: 'categories',
      head: 'By category',
      cell: (row) =>
        Object.keys(row.by_category).length === 0 ? (
          <span className="text-muted">nothing</span>
        ) : (
          <ul className="flex flex-wrap gap-x-4 gap-y-0.5 text-[0.8125rem] max-md:flex-col max-md:items-end">
            {Object.entries(row.by_category).map(([category, share]) => (
              <li key={category} className="inline-flex gap-1.5">
                <CategoryMark category={category} />
                <Amount amount={share} decimals={decimals} />
              </li>
            ))}
          </ul>
        ),
    },
    { key: 'devices', head: 'Devices', number: true, sort: (row) => row.devices, cell: (row) => row.devices },
    {
      key: 'proofs',
      head: 'Proofs',
      explain: 'Proofs of your devices that the oracle judged: accepted, and of those refused if any.',
      number: true,
      cell: (row) => (
        <span>
          {row.accepted.toLocaleString()}
          {row.refused > 0 && <span className="text-bad"> · {row.refused.toLocaleString()} refused</span>}
        </span>
      ),
    },
  ];
}

/** The epochs as a file; amounts in the smallest unit and in tokens. */
function epochsCsv(rows: readonly Row[], decimals: number): string {
  const categories = [...new Set(rows.flatMap((row) => Object.keys(row.by_category)))].sort();
  return toCsv(
    ['epoch', 'from_utc', 'to_utc', 'state', 'share', 'share_smallest_unit', ...categories.map((name) => `${name}_smallest_unit`), 'devices', 'accepted', 'refused'],
    rows.map((row) => [
      row.epoch,
      iso(row.starts_at_s),
      iso(row.ends_at_s),
      row.standing.phase,
      format(BigInt(row.share), decimals, { group: false }),
      BigInt(row.share),
      ...categories.map((name) => BigInt(row.by_category[name] ?? 0)),
      row.devices,
      row.accepted,
      row.refused,
    ]),
  );
}
