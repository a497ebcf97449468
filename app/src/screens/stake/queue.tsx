// What is on its way back to the wallet.
import { useState } from 'react';
import { MOST_WITHDRAWALS, refOf, stakeOf, tokenAccounts, withdrawBond, withdrawDelegation } from '../../chain/stake';
import type { Staking } from '../../chain/stake-read';
import { get, KINDS } from '../../chain/accounts';
import { format } from '../../lib/amount';
import { Amount, Badge, Button, Card, Countdown, Empty, Explain, Notice, Table, type Column } from '../../ui';
import { useWallet } from '../../wallet/wallet';
import { needChain, useApp } from '../../state';
import { ActionDialog } from './action-dialog';
import { tokens } from './amount-field';
import { catchUpInstructions } from './delegation-dialogs';
import { queueOf, type QueueRow } from './data';

export function Queue({ staking, nowS }: { staking: Staking; nowS: number }) {
  const [withdrawing, setWithdrawing] = useState<QueueRow[] | null>(null);
  const rows = queueOf(staking, nowS);
  const ready = rows.filter(({ state }) => state === 'ready').slice(0, MOST_WITHDRAWALS);
  const columns: Column<QueueRow>[] = [
    { key: 'from', head: 'From', rowHead: true, cell: (row) => fromText(row) },
    { key: 'amount', head: 'Amount', number: true, cell: (row) => <Amount amount={row.amount} decimals={staking.decimals} /> },
    { key: 'state', head: 'Withdraw', cell: (row) => <When row={row} staking={staking} /> },
    {
      key: 'actions',
      head: <span className="sr-only">Actions</span>,
      label: 'Actions',
      cell: (row) => (
        <span className="flex justify-end">
          <Button size="small" disabled={row.state !== 'ready'} onClick={() => setWithdrawing([row])} aria-label={`Withdraw ${format(row.amount, staking.decimals)} from ${fromText(row)}`}>
            Withdraw
          </Button>
        </span>
      ),
    },
  ];
  return (
    <Card
      title={
        <>
          On the way back{' '}
          <Explain label="the way back">
            What you asked back waits for the stake pool’s cooldown. A penalty announced meanwhile holds it until it is decided, and
            may still take from it.
          </Explain>
        </>
      }
      actions={
        ready.length > 1 && (
          <Button kind="primary" onClick={() => setWithdrawing(ready)}>
            Withdraw {ready.length}
          </Button>
        )
      }
    >
      {rows.length === 0 ? (
        <Empty title="Nothing is on its way back">What you unbond or undelegate waits here until it can be withdrawn.</Empty>
      ) : (
        <Table caption="Stake on its way back" columns={columns} rows={rows} rowKey={({ unbonding }) => unbonding.address} />
      )}
      {withdrawing && <WithdrawDialog staking={staking} rows={withdrawing} onClose={() => setWithdrawing(null)} />}
    </Card>
  );
}

function fromText({ parent }: QueueRow): string {
  if (parent.kind === 'delegation') return `delegation ${parent.delegation.data.index}`;
  return parent.bond.data.role === 1 ? 'the oracle’s bond' : `the bond for class ${parent.bond.data.class}`;
}

function When({ row, staking }: { row: QueueRow; staking: Staking }) {
  if (row.state === 'ready') return <Badge tone="good">Ready</Badge>;
  if (row.state === 'held') return <Badge tone="warn">Held by a penalty</Badge>;
  return (
    <span>
      in <Countdown untilS={Number(row.unbonding.data.withdrawableAt) - staking.clockOffsetS} />
    </span>
  );
}

function WithdrawDialog({ staking, rows, onClose }: { staking: Staking; rows: QueueRow[]; onClose: () => void }) {
  const { chain } = useApp();
  const { signer } = useWallet();
  const stake = stakeOf(staking.pool);
  const total = format(rows.reduce((sum, { amount }) => sum + amount, 0n), staking.decimals);
  return (
    <ActionDialog
      open
      onClose={onClose}
      title="Withdraw"
      submit={`Withdraw ${total} tokens`}
      build={async () => {
        if (!signer) return [];
        const instructions = async () => {
          const moves = rows.some(({ parent }) => parent.kind === 'delegation') ? await catchUpInstructions(needChain(chain), staking.pool) : [];
          const withdrawals = rows.map(async ({ parent, unbonding }) => {
            if (parent.kind === 'bond') return withdrawBond(signer, stake, parent.bond.address, unbonding.data);
            const now = await get(needChain(chain), KINDS.delegation, parent.delegation.address);
            return withdrawDelegation(signer, stake, refOf(now), unbonding.data);
          });
          return [...moves, ...(await tokenAccounts(signer, signer.address, stake)), ...(await Promise.all(withdrawals))];
        };
        return [{ title: `Withdraw ${total} tokens`, instructions }];
      }}
      done={(receipts) => {
        const paid = receipts.flatMap(({ events }) => events).reduce((sum, { program, event }) => (program === 'staking' && event.kind === 'Withdrawn' ? sum + event.data.amount : sum), 0n);
        return `${tokens(paid, staking.decimals)} are in your wallet.`;
      }}
    >
      <p>{total} tokens go to your wallet, and the rent of what is closed to who paid it.</p>
      {rows.length === MOST_WITHDRAWALS && <Notice>At most {MOST_WITHDRAWALS} go into one transaction: withdraw again for the rest.</Notice>}
    </ActionDialog>
  );
}
