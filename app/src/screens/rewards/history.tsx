// Claims and changes of payees, read from the transactions of the operator's account.
import type { Address as Key } from '@solana/kit';
import { useMemo } from 'react';
import { useTransactionsOf } from '../../chain/history';
import { claimantOf, REWARDS } from '../../chain/pda';
import { useChainQuery, useClaimant, useRewardUnit } from '../../chain/queries';
import { download } from '../../lib/csv';
import { claimedIn, historyCsv, historyOf, missingClaims, type HistoryRow } from '../../lib/history';
import { payeesOf, percentOf } from '../../lib/payees';
import { useApp } from '../../state';
import { Address, Ago, Amount, Button, Card, Empty, Failed, Loading, Notice, SignatureLink, Stale, Table, type Column } from '../../ui';

export function History({ operator }: { operator: Key }) {
  const { pool } = useApp();
  const address = useChainQuery(['claimant-address', pool, operator], () => claimantOf(pool, operator), { staleTime: Infinity });
  const pages = useTransactionsOf(address.data ?? null, REWARDS);
  const claimant = useClaimant(operator);
  const unit = useRewardUnit();
  const rows = useMemo(() => {
    const transactions = pages.data?.pages.flatMap((page) => page.transactions) ?? [];
    return historyOf(transactions, pool, operator, claimant.data ? payeesOf(claimant.data.raw) : []);
  }, [pages.data, pool, operator, claimant.data]);
  const error = address.error ?? pages.error ?? claimant.error;
  const ready = pages.data && claimant.data !== undefined && unit !== null;
  return (
    <Card
      title="History"
      note="Every claim with its transaction, as the RPC node keeps it. Amounts are those that the program logged."
      actions={
        ready &&
        rows.length > 0 && (
          <Button size="small" onClick={() => download(`claims-${operator}.csv`, historyCsv(rows, unit.decimals))}>
            Download as CSV
          </Button>
        )
      }
    >
      {ready ? (
        <>
          {error && <Stale error={error} atMs={pages.dataUpdatedAt} />}
          <Shown
            rows={rows}
            decimals={unit.decimals}
            claimedTotal={claimant.data?.data.claimedTotal ?? 0n}
            complete={!pages.hasNextPage}
          />
          {pages.hasNextPage && (
            <Button size="small" className="mt-3" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
              Read older transactions
            </Button>
          )}
        </>
      ) : error ? (
        <Failed
          error={error}
          retry={() => {
            void pages.refetch();
            void claimant.refetch();
          }}
        />
      ) : (
        <Loading lines={5} label="Reading transactions" />
      )}
    </Card>
  );
}

function Shown(props: { rows: readonly HistoryRow[]; decimals: number; claimedTotal: bigint; complete: boolean }) {
  const { rows, decimals, claimedTotal, complete } = props;
  const missing = missingClaims(rows, claimedTotal);
  if (rows.length === 0 && missing === 0n) {
    return (
      <Empty title="Nothing was claimed yet">
        The first claim opens your account on chain. From then on every claim stands here with its transaction.
      </Empty>
    );
  }
  return (
    <>
      {complete && missing > 0n && (
        <div className="mb-3">
          <Notice tone="warn" title="This RPC node does not keep everything">
            Claims of <Amount amount={missing} decimals={decimals} symbol="tokens" /> are counted in your account and are not in what the
            node returned. They were paid: an archive node, or the explorer, shows their transactions.
          </Notice>
        </div>
      )}
      <Table caption="Claims and changes of payees, newest first" columns={columns(decimals)} rows={rows} rowKey={(row) => row.key} pageSize={20} />
      <p className="mt-3 border-t border-line pt-3 text-sm">
        Sum of the claims shown:{' '}
        <strong data-testid="history-sum">
          <Amount amount={claimedIn(rows)} decimals={decimals} symbol="tokens" />
        </strong>
        {missing === 0n ? (
          <span className="text-muted"> — all that the account counts.</span>
        ) : (
          <span className="text-muted">
            {' '}
            of <Amount amount={claimedTotal} decimals={decimals} /> that the account counts.
          </span>
        )}
      </p>
    </>
  );
}

function columns(decimals: number): Column<HistoryRow>[] {
  return [
    {
      key: 'what',
      head: 'What',
      rowHead: true,
      sort: (row) => row.kind,
      cell: (row) => WHAT[row.kind],
    },
    { key: 'when', head: 'When', sort: (row) => row.slot, cell: (row) => (row.atS === null ? <span>slot {row.slot.toString()}</span> : <Ago atS={row.atS} />) },
    {
      key: 'amount',
      head: 'Amount, tokens',
      number: true,
      sort: (row) => (row.kind === 'claimed' ? row.amount : -1n),
      cell: (row) =>
        row.kind === 'claimed' ? (
          <strong className="font-semibold">
            <Amount amount={row.amount} decimals={decimals} />
          </strong>
        ) : (
          <span className="text-muted">–</span>
        ),
    },
    {
      key: 'payees',
      head: 'To',
      explain: 'Who shared the claim, by the payees of its time: each its part rounded down, the first what that leaves over.',
      cell: (row) => <Payees row={row} decimals={decimals} />,
    },
    { key: 'transaction', head: 'Transaction', cell: (row) => <SignatureLink signature={row.signature} /> },
  ];
}

const WHAT: Record<HistoryRow['kind'], string> = {
  claimed: 'Claim',
  payees_set: 'Payees set',
  opened: 'Account opened',
  closed: 'Account closed',
  lost: 'Not kept by the node',
};

function Payees({ row, decimals }: { row: HistoryRow; decimals: number }) {
  if (row.kind === 'opened') return <span className="text-muted">claims go to the operator’s token account</span>;
  if (row.kind === 'lost') return <span className="text-muted">only its signature is left</span>;
  if (row.kind === 'closed') return <span className="text-muted">rent returned</span>;
  if (row.kind === 'payees_set') {
    if (row.new.length === 0) return <span>everything to the operator again</span>;
    return (
      <List>
        {row.new.map(({ wallet, bps }) => (
          <li key={wallet}>
            <Address address={wallet} /> {percentOf(bps)} %
          </li>
        ))}
      </List>
    );
  }
  if (row.payees === null) return <span className="text-muted">payees of that time are not known</span>;
  if (row.payees.length === 0) return <span>the operator</span>;
  return (
    <List>
      {row.payees.map(({ wallet, amount }) => (
        <li key={wallet}>
          <Address address={wallet} /> <Amount amount={amount} decimals={decimals} />
        </li>
      ))}
    </List>
  );
}

function List({ children }: { children: React.ReactNode }) {
  return <ul className="space-y-0.5 text-[0.8125rem]">{children}</ul>;
}
