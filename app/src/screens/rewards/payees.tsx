// Who shares an operator's claims: shown to all, changed by the operator.
import type { Address as Key } from '@solana/kit';
import { useState } from 'react';
import { useClaimant, usePool, useRewardUnit } from '../../chain/queries';
import { format } from '../../lib/amount';
import { payeeAmounts, payeesOf, percentOf, ROUNDING, type Payee } from '../../lib/payees';
import { Address, Amount, Button, Card, Failed, Loading, Notice, Stale, Table, useCannotSign, type Column } from '../../ui';
import { useAccount } from './books';
import { PayeesEditor } from './payees-editor';

export function Payees({ operator }: { operator: Key }) {
  const claimant = useClaimant(operator);
  const pool = usePool();
  const unit = useRewardUnit();
  const { account } = useAccount(operator);
  const [editing, setEditing] = useState(false);
  const cannot = useCannotSign();
  const error = claimant.error ?? pool.error;
  const ready = claimant.data !== undefined && pool.data && unit !== null;
  const payees = claimant.data ? payeesOf(claimant.data.raw) : [];
  return (
    <Card
      title="Payees"
      note="Up to eight wallets share every future claim. What was claimed before stays where it is."
      actions={
        ready &&
        !editing && (
          <Button onClick={() => setEditing(true)} disabled={cannot !== null} title={cannot ?? undefined}>
            {payees.length === 0 ? 'Set payees' : 'Change payees'}
          </Button>
        )
      }
    >
      {!ready ? (
        error ? (
          <Failed error={error} retry={() => (void claimant.refetch(), void pool.refetch())} />
        ) : (
          <Loading lines={3} label="Reading payees" />
        )
      ) : (
        <>
          {error && <Stale error={error} atMs={claimant.dataUpdatedAt} />}
          {editing ? (
            <PayeesEditor
              operator={operator}
              pool={pool.data}
              payees={payees}
              decimals={unit.decimals}
              example={exampleOf(account?.claimable, unit.decimals)}
              onClose={() => setEditing(false)}
            />
          ) : (
            <Current payees={payees} decimals={unit.decimals} example={exampleOf(account?.claimable, unit.decimals)} />
          )}
          {!editing && cannot && (
            <div className="mt-3">
              <Notice>{cannot}</Notice>
            </div>
          )}
        </>
      )}
    </Card>
  );
}

/** An amount to show parts of: what is claimable, or a round number. */
function exampleOf(claimable: bigint | undefined, decimals: number): bigint {
  return claimable && claimable > 0n ? claimable : 100n * 10n ** BigInt(decimals);
}

function Current({ payees, decimals, example }: { payees: readonly Payee[]; decimals: number; example: bigint }) {
  if (payees.length === 0) {
    return <p className="text-sm">No payees: every claim goes to the operator’s own token account.</p>;
  }
  const amounts = payeeAmounts(example, payees);
  return <Table caption="Payees" columns={columns(decimals, example)} rows={payees.map((payee, at) => ({ ...payee, at, amount: amounts[at] ?? 0n }))} rowKey={(row) => row.wallet} />;
}

type Row = Payee & { at: number; amount: bigint };

function columns(decimals: number, example: bigint): Column<Row>[] {
  return [
    {
      key: 'wallet',
      head: 'Wallet',
      rowHead: true,
      cell: (row) => (
        <span className="inline-flex flex-wrap items-center gap-2">
          <Address address={row.wallet} letters={6} />
          {row.at === 0 && <span className="text-[0.8125rem] font-normal text-muted">gets what rounding leaves over</span>}
        </span>
      ),
    },
    { key: 'part', head: 'Part', number: true, cell: (row) => `${percentOf(row.bps)} %` },
    {
      key: 'amount',
      label: 'Of a claim',
      head: (
        <>
          Of a claim of {format(example, decimals)}
        </>
      ),
      explain: (
        <>
          {ROUNDING}
        </>
      ),
      number: true,
      cell: (row) => <Amount amount={row.amount} decimals={decimals} />,
    },
  ];
}
