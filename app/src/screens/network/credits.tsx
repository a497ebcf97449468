// Burn and mint: what customers burned for credits, at which price, and what of it may be minted again.
import { useChainClock, useCreditMarket } from '../../chain/network';
import { useOracleSet, usePool, useRewardMint } from '../../chain/queries';
import type { CreditMarket, OracleSet, Pool } from '../../generated/rewards/accounts';
import { format } from '../../lib/amount';
import { booksOf, burnOf, creditTermsAt, MODE_MINT, poolEpochAt, priceNow, remintThrough } from '../../lib/pool';
import { duration } from '../../lib/time';
import { Ago, Amount, Card, Empty, Explain, Failed, Loading, Meter, Table, type Column } from '../../ui';

export function Credits() {
  const pool = usePool();
  const mint = useRewardMint();
  const set = useOracleSet();
  const market = useCreditMarket();
  const error = pool.error ?? mint.error ?? set.error ?? market.error;
  return (
    <Card title="Burn and mint" note="Customers burn tokens for credits that pay for usage. Up to a cap an epoch, burned tokens may be minted again as rewards.">
      {pool.data && mint.data && set.data && market.data !== undefined ? (
        market.data ? (
          <Shown pool={pool.data.data} market={market.data.data} set={set.data.data} decimals={mint.data.decimals} />
        ) : (
          <Empty title="This pool has no credit market">Its authority can create one; then usage is paid by burning tokens.</Empty>
        )
      ) : error ? (
        <Failed error={error} retry={() => [pool, mint, set, market].forEach((query) => void query.refetch())} />
      ) : (
        <Loading lines={6} label="Reading the credit market" />
      )}
    </Card>
  );
}

function Shown({ pool, market, set, decimals }: { pool: Pool; market: CreditMarket; set: OracleSet; decimals: number }) {
  const { nowS } = useChainClock();
  const epoch = poolEpochAt(pool, nowS);
  const terms = creditTermsAt(market, nowS);
  const price = priceNow(market, set, nowS);
  const now = burnOf(pool, epoch);
  const promised = booksOf(pool).reduce((sum, one) => sum + one.promised, 0n);
  return (
    <>
      <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5 text-sm">
        <Line name="Burned over life" formula="Tokens that customers burned for credits since the market began.">
          <Amount amount={market.burnedTotal} decimals={decimals} symbol="tokens" />
        </Line>
        <Line
          name="Minted over life"
          formula={
            pool.mode === MODE_MINT
              ? 'The pool mints exactly what a finalized root promises: the root’s sum and the other parts.'
              : 'This pool does not mint: its vault is filled from outside.'
          }
        >
          <Amount amount={pool.mode === MODE_MINT ? promised : 0n} decimals={decimals} symbol="tokens" />
        </Line>
        <Line name="May be minted again" formula="Of every epoch’s burned tokens up to the cap of its time, summed up to now.">
          <Amount amount={remintThrough(pool, epoch)} decimals={decimals} symbol="tokens" />
        </Line>
        <Line name="Re-mint cap" formula="The most burned tokens of one epoch that may be minted again.">
          {terms.remintCap === 0n ? (
            'none'
          ) : (
            <>
              <Amount amount={terms.remintCap} decimals={decimals} /> <span className="text-muted">tokens an epoch</span>
            </>
          )}
        </Line>
        <Line name="Credits bought, used" formula="Credits that were ever bought; credits that were debited for usage.">
          {market.boughtTotal.toLocaleString()}, {market.settledTotal.toLocaleString()}
        </Line>
        <Line
          name="Price"
          formula={`The lower median of what the oracles of the set reported in the last ${duration(terms.maxReportAgeSeconds)}; at least ${set.threshold} of them have to. Credits = ⌊ tokens × price ⌋.`}
        >
          {price.price === null ? (
            <span className="text-warn">
              too few reports: {price.fresh} of {set.threshold}
            </span>
          ) : (
            <>
              {/* Credits × 10⁹ per smallest unit; per token that is 10^decimals times as many. */}
              {format(price.price * 10n ** BigInt(decimals), 9)} <span className="text-muted">credits a token</span>
            </>
          )}
        </Line>
        {price.newestAtS !== null && (
          <Line name="Newest report" formula="When an oracle last said what the token is worth.">
            <Ago atS={price.newestAtS} />
          </Line>
        )}
      </dl>
      {terms.remintCap > 0n && <ThisEpoch burned={now.burned} cap={terms.remintCap} decimals={decimals} />}
      <Burns pool={pool} decimals={decimals} />
    </>
  );
}

function ThisEpoch({ burned, cap, decimals }: { burned: bigint; cap: bigint; decimals: number }) {
  const text = `${format(burned, decimals)} of ${format(cap, decimals)} tokens`;
  return (
    <div className="mt-4">
      <p className="mb-1.5 flex items-center gap-1 text-sm text-muted">
        Burned this epoch, of the re-mint cap
        <Explain label="this epoch's burn">What is burned beyond the cap is gone for good.</Explain>
      </p>
      <Meter label="Burned this epoch of the re-mint cap" ppm={Number((burned * 1_000_000n) / cap)} text={text} />
      <p className="mt-1 text-[0.8125rem] text-muted">{text}</p>
    </div>
  );
}

function Line({ name, formula, children }: { name: string; formula: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="flex items-center gap-1 text-muted">
        {name}
        <Explain label={name.toLowerCase()}>{formula}</Explain>
      </dt>
      <dd className="text-right">{children}</dd>
    </>
  );
}

type Burn = { epoch: bigint; burned: bigint; remint: bigint };

function Burns({ pool, decimals }: { pool: Pool; decimals: number }) {
  const burns: Burn[] = pool.burns.filter((burn) => burn.burned > 0n).sort((a, b) => (a.epoch > b.epoch ? -1 : 1));
  if (burns.length === 0) return null;
  const columns: Column<Burn>[] = [
    { key: 'epoch', head: 'Epoch', rowHead: true, cell: (row) => row.epoch.toString() },
    { key: 'burned', head: 'Burned', number: true, cell: (row) => <Amount amount={row.burned} decimals={decimals} /> },
    { key: 'remint', head: 'May be minted again', number: true, cell: (row) => <Amount amount={row.remint} decimals={decimals} /> },
  ];
  return (
    <div className="mt-4">
      <Table caption="Burned tokens by epoch, as far as the pool tells epochs apart" showCaption columns={columns} rows={burns} rowKey={(row) => row.epoch.toString()} pageSize={5} />
    </div>
  );
}
