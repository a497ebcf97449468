// What a device earned by epoch.
import { useMemo } from 'react';
import type { DeviceEpoch } from '../../api/types';
import { useChainClock, useEpochChain } from '../../chain/network';
import type { Unit } from '../../chain/queries';
import { format, sum } from '../../lib/amount';
import { standingOf, type Standing } from '../../lib/epochs';

import { exact } from '../../lib/time';
import { Address, Amount, Percent, Table, Tooltip, type Column } from '../../ui';
import { ChainUnknown, StandingBadge } from '../network/standing';

type Row = DeviceEpoch & { standing: Standing };
type Props = {
  epochs: readonly DeviceEpoch[];
  unit: Unit;
  /** The epoch whose paystub is shown. */
  chosen: number;
  onChoose: (epoch: number) => void;
  /** The device's present operator. */
  operator: string;
};

export function EpochsTable({ epochs, unit, chosen, onChoose, operator }: Props) {
  const chain = useEpochChain();
  const { nowS } = useChainClock();
  const rows = useMemo<Row[]>(
    () => epochs.map((epoch) => ({ ...epoch, standing: standingOf(epoch, chain.proposals, chain.set, chain.challenges, nowS) })),
    [epochs, chain.proposals, chain.set, chain.challenges, nowS],
  );
  return (
    <>
      {chain.error && <ChainUnknown error={chain.error} />}
      <Table caption="The device’s epochs" columns={columns(unit, chosen, onChoose, operator)} rows={rows} rowKey={(row) => `${row.epoch}${row.operator}`} pageSize={8} />
      <p className="mt-3 border-t border-line pt-3 text-sm">
        Sum of these {rows.length} {rows.length === 1 ? 'epoch' : 'epochs'}:{' '}
        <strong data-testid="device-epochs-sum">
          <Amount amount={sum(rows.map((row) => row.share))} {...unit} />
        </strong>
      </p>
    </>
  );
}

function columns(unit: Unit, chosen: number, onChoose: (epoch: number) => void, operator: string): Column<Row>[] {
  return [
    {
      key: 'epoch',
      head: 'Epoch',
      rowHead: true,
      sort: (row) => row.epoch,
      cell: (row) => (
        <span className="inline-flex items-baseline gap-2">
          <button
            type="button"
            aria-current={row.epoch === chosen ? 'true' : undefined}
            aria-label={`Paystub of epoch ${row.epoch}`}
            className={row.epoch === chosen ? 'rounded bg-accent-soft px-1.5 font-semibold text-accent' : 'link px-1.5'}
            onClick={() => onChoose(row.epoch)}
          >
            {row.epoch}
          </button>
          <Tooltip content={`From ${exact(row.starts_at_s)} to ${exact(row.ends_at_s)}`}>
            <span className="text-[0.8125rem] font-normal text-muted">{new Date(row.ends_at_s * 1_000).toLocaleTimeString()}</span>
          </Tooltip>
        </span>
      ),
    },
    {
      key: 'state',
      head: 'State',
      cell: (row) => (
        <span className="inline-flex flex-wrap items-baseline gap-2">
          <StandingBadge standing={row.standing} />
          {row.operator !== operator && (
            <span className="text-[0.8125rem] text-muted">
              for <Address address={row.operator} label="operator" />
            </span>
          )}
        </span>
      ),
    },
    {
      key: 'proofs',
      head: 'Proofs',
      number: true,
      sort: (row) => row.accepted + row.refused,
      cell: (row) => (
        <span>
          {row.accepted.toLocaleString()}
          {row.refused > 0 && <span className="text-bad"> · {row.refused.toLocaleString()} refused</span>}
        </span>
      ),
    },
    { key: 'quality', head: 'Quality', number: true, sort: (row) => row.quality_ppm ?? -1, cell: (row) => <Percent ppm={row.quality_ppm} /> },
    {
      key: 'points',
      head: 'Points',
      explain: 'What its accepted proofs count for, after its factors, to six decimals.',
      number: true,
      sort: (row) => BigInt(row.points_millionths),
      cell: (row) => format(BigInt(row.points_millionths), 6),
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
  ];
}
