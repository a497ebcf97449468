// What the pool promised against what it may, and what it paid.
import { useChainClock, useVault } from '../../chain/network';
import { usePool, useRewardMint } from '../../chain/queries';
import { formatShare } from '../../lib/amount';
import { allowedThrough, booksOf, MODE_MINT, poolEpochAt, splitsAt, type Books } from '../../lib/pool';
import type { Pool } from '../../generated/rewards/accounts';
import { formatBps } from '../../lib/amount';
import { Amount, Card, Explain, Failed, Loading, Meter, Table, type Column } from '../../ui';

const NAME: Record<Books[number]['name'], string> = {
  operators: 'Operators',
  delegators: 'Delegators',
  oracles: 'Oracles',
  treasury: 'Treasury',
};

export function Promised() {
  const pool = usePool();
  const mint = useRewardMint();
  const vault = useVault();
  const error = pool.error ?? mint.error ?? vault.error;
  return (
    <Card title="Promised and paid" note="The chain refuses every root that would promise more than the emission table allows.">
      {pool.data && mint.data && vault.data !== undefined ? (
        <Shown pool={pool.data.data} decimals={mint.data.decimals} vault={vault.data} />
      ) : error ? (
        <Failed error={error} retry={() => [pool, mint, vault].forEach((query) => void query.refetch())} />
      ) : (
        <Loading lines={6} label="Reading the pool" />
      )}
    </Card>
  );
}

function Shown({ pool, decimals, vault }: { pool: Pool; decimals: number; vault: bigint }) {
  const { nowS } = useChainClock();
  const books = booksOf(pool);
  const promised = books.reduce((sum, one) => sum + one.promised, 0n);
  const paid = books.reduce((sum, one) => sum + one.paid, 0n);
  const epoch = poolEpochAt(pool, nowS);
  const cap = allowedThrough(pool, epoch);
  const splits = splitsAt(pool, epoch);
  return (
    <>
      <dl className="mb-1.5 flex flex-wrap items-baseline justify-between gap-2 text-sm">
        <div>
          <dt className="inline-flex items-center gap-1 text-muted">
            Promised of what may be
            <Explain label="the cap">
              Promised = the active root’s sum + what delegators, oracles and the treasury earned. Cap = what all epochs up to now emit by the table +
              burned tokens that may be minted again.
            </Explain>
          </dt>
          <dd className="font-semibold">
            <Amount amount={promised} decimals={decimals} max={2} /> of <Amount amount={cap} decimals={decimals} max={2} />{' '}
            <span className="font-normal text-muted">({formatShare(promised, cap)})</span>
          </dd>
        </div>
      </dl>
      <Meter label="Promised of the cap" ppm={cap === 0n ? 0 : Number((promised * 1_000_000n) / cap)} text={formatShare(promised, cap)} />
      <div className="mt-4">
        <Table
          caption="What the pool promised and paid, by part"
          columns={columns(decimals)}
          rows={books.map((one) => ({ ...one, bps: splits[one.name] }))}
          rowKey={(row) => row.name}
        />
      </div>
      <dl className="mt-3 grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 border-t border-line pt-3 text-sm">
        <dt className="text-muted">Paid over the pool’s life</dt>
        <dd className="text-right">
          <Amount amount={paid} decimals={decimals} />
        </dd>
        <dt className="text-muted">Still owed</dt>
        <dd className="text-right">
          <Amount amount={promised - paid} decimals={decimals} />
        </dd>
        <dt className="flex items-center gap-1 text-muted">
          In the vault
          <Explain label="the vault">
            {pool.mode === MODE_MINT
              ? 'The pool mints what it promises into its vault when a root is finalized.'
              : 'The vault is filled from outside; no root may promise more than the vault holds and has paid.'}
          </Explain>
        </dt>
        <dd className="text-right">
          <Amount amount={vault} decimals={decimals} />
        </dd>
      </dl>
    </>
  );
}

type Row = Books[number] & { bps: number };

function columns(decimals: number): Column<Row>[] {
  return [
    { key: 'name', head: 'Part', rowHead: true, cell: (row) => NAME[row.name] },
    {
      key: 'split',
      head: 'Split',
      explain: 'How an epoch’s emission is divided. The others’ parts follow the operators’: ⌊ operators’ tokens × part ÷ operators’ part ⌋.',
      number: true,
      cell: (row) => formatBps(row.bps),
    },
    { key: 'promised', head: 'Promised', number: true, cell: (row) => <Amount amount={row.promised} decimals={decimals} /> },
    { key: 'paid', head: 'Paid', number: true, cell: (row) => <Amount amount={row.paid} decimals={decimals} /> },
  ];
}
