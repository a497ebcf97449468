// Stake behind an operator or the whole stake pool: what it weighs, earns, and when it is free.
import { useState } from 'react';
import { useApp } from '../../state';
import type { Staking } from '../../chain/stake-read';
import { multiplierPpm, multiplierText, unlocksAt } from '../../lib/stake';
import { Address, Amount, Badge, Button, Card, Countdown, Empty, Explain, Table, type Column } from '../../ui';
import type { DelegationRow, Derived } from './data';
import { AddDialog, CloseDelegationDialog, CollectDialog, ExtendDialog, UndelegateDialog } from './delegation-dialogs';
import { DelegateDialog } from './delegate-dialog';

type ActionKind = 'collect' | 'add' | 'extend' | 'undelegate' | 'close';
type Open = { kind: ActionKind; row: DelegationRow } | { kind: 'delegate' } | null;

export function Delegations({ staking, derived, nowS }: { staking: Staking; derived: Derived; nowS: number }) {
  const [open, setOpen] = useState<Open>(null);
  const { decimals, rewardDecimals, pool } = staking;
  const rows = derived.delegations;
  // A delegation that was just closed has no row any more; its receipt is shown all the same.
  const opened = open && open.kind !== 'delegate' ? open.row : null;
  const chosen = opened && (rows.find(({ delegation }) => delegation.address === opened.delegation.address) ?? opened);
  const close = () => setOpen(null);
  const show = (kind: ActionKind, row: DelegationRow) => setOpen({ kind, row });
  const columns: Column<DelegationRow>[] = [
    { key: 'to', head: 'Behind', rowHead: true, cell: (row) => <Behind row={row} /> },
    { key: 'amount', head: 'Amount', number: true, cell: ({ settled }) => <Amount amount={settled.amount} decimals={decimals} /> },
    {
      key: 'weight',
      head: 'Weight',
      number: true,
      cell: ({ settled }) => multiplierText(multiplierPpm(pool.data.maxLockPeriods, Math.max(0, (settled.lockEnd ?? 0) - derived.present))),
    },
    { key: 'lock', head: 'Free', cell: (row) => <Free row={row} staking={staking} nowS={nowS} /> },
    { key: 'rewards', head: 'Rewards', number: true, cell: ({ settled }) => <Amount amount={settled.claimable} decimals={rewardDecimals} /> },
    {
      key: 'actions',
      head: <span className="sr-only">Actions</span>,
      label: 'Actions',
      cell: (row) => <Actions row={row} free={unlocksAt(pool.data, row.delegation.data, nowS) === null} show={show} />,
    },
  ];
  return (
    <Card
      title={
        <>
          Delegations{' '}
          <Explain label="delegations">
            A delegation of a tokens, locked to the end of period e, weighs a × (N + 3 × (e − p)) in period p, where N is the longest
            lock of {pool.data.maxLockPeriods} periods: from four times down to once. A reward is shared by weight.
          </Explain>
        </>
      }
      note="Stake that earns a part of the network’s rewards."
      actions={
        <Button kind="primary" onClick={() => setOpen({ kind: 'delegate' })}>
          Delegate
        </Button>
      }
    >
      {rows.length === 0 ? (
        <Empty title="Nothing is delegated yet">
          Delegate to the whole stake pool, which no penalty reaches, or to an operator, whose risk you share. Both earn the same.
        </Empty>
      ) : (
        <Table caption="Delegations" columns={columns} rows={rows} rowKey={({ delegation }) => delegation.address} />
      )}
      {open?.kind === 'delegate' && <DelegateDialog staking={staking} nowS={nowS} onClose={close} />}
      {chosen && open?.kind === 'collect' && <CollectDialog staking={staking} rows={[chosen]} onClose={close} />}
      {chosen && open?.kind === 'close' && <CloseDelegationDialog staking={staking} row={chosen} onClose={close} />}
      {chosen && open?.kind === 'add' && <AddDialog staking={staking} row={chosen} onClose={close} />}
      {chosen && open?.kind === 'extend' && <ExtendDialog staking={staking} row={chosen} nowS={nowS} onClose={close} />}
      {chosen && open?.kind === 'undelegate' && <UndelegateDialog staking={staking} row={chosen} nowS={nowS} onClose={close} />}
    </Card>
  );
}

function Behind({ row }: { row: DelegationRow }) {
  const { explorer } = useApp();
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      {row.operator ? <Address address={row.operator} href={explorer('address', row.operator)} label="operator" /> : 'The stake pool'}
      <span className="text-[0.8125rem] font-normal text-muted">no. {row.delegation.data.index}</span>
      {row.settled.lost > 0n && <Badge tone="bad">lost stake to a penalty</Badge>}
      {row.pendingPenalties > 0 && <Badge tone="warn">penalty announced</Badge>}
    </span>
  );
}

function Free({ row, staking, nowS }: { row: DelegationRow; staking: Staking; nowS: number }) {
  const at = unlocksAt(staking.pool.data, row.delegation.data, nowS);
  if (at === null) return <span>now</span>;
  return (
    <span>
      in <Countdown untilS={at - staking.clockOffsetS} />
    </span>
  );
}

function Actions({ row, free, show }: { row: DelegationRow; free: boolean; show: (kind: ActionKind, row: DelegationRow) => void }) {
  const of = `delegation ${row.delegation.data.index}`;
  const empty = row.settled.amount === 0n && row.settled.claimable === 0n && row.delegation.data.openUnbondings === 0;
  return (
    <span className="flex flex-wrap justify-end gap-1.5">
      <Button size="small" onClick={() => show('collect', row)} disabled={row.settled.claimable === 0n} aria-label={`Collect the rewards of ${of}`}>
        Collect
      </Button>
      <Button size="small" onClick={() => show('add', row)} aria-label={`Add to ${of}`}>
        Add
      </Button>
      <Button size="small" onClick={() => show('extend', row)} disabled={row.settled.amount === 0n} aria-label={`Lock ${of} for longer`}>
        Lock
      </Button>
      <Button
        size="small"
        onClick={() => show('undelegate', row)}
        disabled={!free || row.settled.amount === 0n}
        title={free ? undefined : 'It is locked'}
        aria-label={`Undelegate ${of}`}
      >
        Undelegate
      </Button>
      {empty && (
        <Button size="small" onClick={() => show('close', row)} aria-label={`Close ${of}`}>
          Close
        </Button>
      )}
    </span>
  );
}
