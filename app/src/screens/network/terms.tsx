// The terms in force, and every change that is on its way with its time.
import { useChainClock, useCreditMarket } from '../../chain/network';
import { NO_ADDRESS } from '../../chain/pda';
import { useNetwork, useOracleSet, usePool, useRewardMint } from '../../chain/queries';
import type { OracleSet, Pool } from '../../generated/rewards/accounts';
import type { Limit, PoolTerms } from '../../generated/rewards/types';
import { formatBps } from '../../lib/amount';
import { isOn, poolTermsAt } from '../../lib/limits';
import { creditTermsAt, poolEpochAt, poolEpochStart } from '../../lib/pool';
import { duration } from '../../lib/time';
import { Address, Amount, Card, Explain, Failed, Loading, Notice } from '../../ui';
import { ChainCountdown } from '../../ui/chain-time';
import type { ReactNode } from 'react';

export function Terms() {
  const network = useNetwork();
  const pool = usePool();
  const set = useOracleSet();
  const mint = useRewardMint();
  const market = useCreditMarket();
  const { nowS } = useChainClock();
  const error = network.error ?? pool.error ?? set.error ?? mint.error ?? market.error;
  if (!network.data || !pool.data || !set.data || !mint.data || market.data === undefined) {
    return (
      <Card title="Terms">
        {error ? (
          <Failed error={error} retry={() => [network, pool, set, mint, market].forEach((query) => void query.refetch())} />
        ) : (
          <Loading lines={6} label="Reading the terms" />
        )}
      </Card>
    );
  }
  const { decimals } = mint.data;
  const data = pool.data.data;
  const terms = poolTermsAt(data, nowS);
  const net = network.data.data;
  const netTerms = net.pendingTermsAt !== 0n && BigInt(nowS) >= net.pendingTermsAt ? net.pendingTerms : net.terms;
  const changes = [
    ...poolChanges(data, nowS, decimals),
    ...oracleChanges(set.data.data),
    ...(net.pendingTermsAt > BigInt(nowS)
      ? [{ key: 'network', untilS: Number(net.pendingTermsAt), text: `The network’s terms change: delay ${duration(net.pendingTerms.changeDelaySeconds)}` }]
      : []),
    ...(net.pendingAuthority !== NO_ADDRESS
      ? [{ key: 'authority', untilS: Number(net.pendingAuthorityAt), text: `${net.pendingAuthority} may become the network’s authority` }]
      : []),
    ...(market.data && market.data.data.pendingTermsAt > BigInt(nowS)
      ? [{ key: 'credits', untilS: Number(market.data.data.pendingTermsAt), text: 'The credit market’s terms change' }]
      : []),
  ];
  return (
    <Card title="Terms" note={
        netTerms.changeDelaySeconds === 0
          ? 'This network has no delay: changes come into force at once.'
          : `Changes come into force ${duration(netTerms.changeDelaySeconds)} after they are proposed, in the open.`
      }>
      {changes.length === 0 ? (
        <p className="mb-4 text-sm text-muted">No change is on its way.</p>
      ) : (
        <ul className="mb-4 space-y-2" aria-label="Pending changes">
          {changes.map((change) => (
            <li key={change.key}>
              <Notice tone="warn">
                {change.text} — in <ChainCountdown untilS={change.untilS} done="force, or may be applied now" />.
              </Notice>
            </li>
          ))}
        </ul>
      )}
      <dl className="grid gap-x-8 gap-y-2.5 text-sm sm:grid-cols-2 xl:grid-cols-3">
        <Term name="Challenge window" formula="Time between enough attestations and finalization, in which anyone may challenge.">
          {duration(terms.challengeWindowSeconds)}
        </Term>
        <Term name="Vote on a challenge" formula="Time that oracles have; undecided, the proposal is rejected and nobody loses a bond.">
          {duration(terms.resolutionWindowSeconds)}
        </Term>
        <Term name="Bond of a proposal" formula="Comes back when the proposal is finalized; lost to the challenger when a challenge is upheld.">
          <Bond amount={terms.proposalBond} decimals={decimals} none="none" />
        </Term>
        <Term name="Bond of a challenge" formula="Comes back, with the proposer’s bond, when the challenge is upheld. None: there are no challenges.">
          <Bond amount={terms.challengeBond} decimals={decimals} none="no challenges" />
        </Term>
        <Term name="Burned of the loser’s bond" formula="The rest is the winner’s.">
          {formatBps(terms.challengeBurnBps)}
        </Term>
        <Term name="Breaker" formula="Bounds what all claims together take out of the vault in a window.">
          <LimitText limit={terms.breaker} decimals={decimals} />
        </Term>
        <Term name="Operator’s cap" formula="Bounds what one operator’s claims take out of the vault in a window.">
          <LimitText limit={terms.operatorCap} decimals={decimals} />
        </Term>
        <Term name="Treasury" formula="Wallet that earns the treasury’s part and what rounding leaves over.">
          <Address address={terms.treasury} />
        </Term>
        <Term name="Authority" formula="Proposes changes of the network, its classes, makers and pools.">
          <Address address={net.authority} />
        </Term>
        <Term name="Guardian" formula="May pause the network and suspend devices at once.">
          {netTerms.guardian === NO_ADDRESS ? 'the authority alone' : <Address address={netTerms.guardian} />}
        </Term>
        <Term name="Pool" formula="The account that all of this is read from.">
          <Address address={pool.data.address} />
        </Term>
        <Term name="Mint" formula="Mint of the rewards.">
          <Address address={data.mint} />
        </Term>
        {market.data && (
          <Term name="Escrow delay" formula="Time between a customer’s request to withdraw escrowed credits and the withdrawal.">
            {duration(creditTermsAt(market.data.data, nowS).escrowDelaySeconds)}
          </Term>
        )}
      </dl>
    </Card>
  );
}

type Change = { key: string; untilS: number; text: ReactNode };

/** What of a pool's terms differs, by the name that the list below has for it. */
function differing(a: PoolTerms, b: PoolTerms): string[] {
  const names: [keyof PoolTerms, string][] = [
    ['treasury', 'treasury'],
    ['delegatorVault', 'delegators’ account'],
    ['proposalBond', 'bond of a proposal'],
    ['challengeBond', 'bond of a challenge'],
    ['challengeWindowSeconds', 'challenge window'],
    ['resolutionWindowSeconds', 'vote on a challenge'],
    ['retentionSeconds', 'how long penalties stay'],
    ['challengeBurnBps', 'burned of the loser’s bond'],
  ];
  const limits: ['breaker' | 'operatorCap', string][] = [
    ['breaker', 'breaker'],
    ['operatorCap', 'operator’s cap'],
  ];
  const same = (x: Limit, y: Limit) => x.maxAmount === y.maxAmount && x.maxBps === y.maxBps && x.windowSeconds === y.windowSeconds;
  return [
    ...names.filter(([key]) => a[key] !== b[key]).map(([, name]) => name),
    ...limits.filter(([key]) => !same(a[key], b[key])).map(([, name]) => name),
  ];
}

function poolChanges(pool: Pool, nowS: number, decimals: number): Change[] {
  const changes: Change[] = [];
  if (pool.pendingTermsAt > BigInt(nowS)) {
    const { breaker, operatorCap } = pool.pendingTerms;
    changes.push({
      key: 'terms',
      untilS: Number(pool.pendingTermsAt),
      text: (
        <>
          The pool’s terms change ({differing(pool.terms, pool.pendingTerms).join(', ') || 'nothing'}; then breaker{' '}
          <LimitText limit={breaker} decimals={decimals} />, operator’s cap <LimitText limit={operatorCap} decimals={decimals} />)
        </>
      ),
    });
  }
  if (pool.pendingSplitsEpoch > poolEpochAt(pool, nowS)) {
    const { operators, delegators, oracles, treasury } = pool.pendingSplits;
    changes.push({
      key: 'splits',
      untilS: poolEpochStart(pool, pool.pendingSplitsEpoch),
      text: `From epoch ${pool.pendingSplitsEpoch} operators get ${formatBps(operators)}, delegators ${formatBps(delegators)}, oracles ${formatBps(oracles)}, the treasury ${formatBps(treasury)}`,
    });
  }
  return changes;
}

function oracleChanges(set: OracleSet): Change[] {
  if (set.pendingAt === 0n) return [];
  const parts = [
    set.pendingAdd === NO_ADDRESS ? null : `add ${set.pendingAdd}`,
    set.pendingRemove === NO_ADDRESS ? null : `remove ${set.pendingRemove}`,
    set.pendingThreshold === set.threshold ? null : `threshold ${set.pendingThreshold}`,
  ].filter((part) => part !== null);
  return [{ key: 'oracles', untilS: Number(set.pendingAt), text: `The oracle set may change: ${parts.join(', ') || 'nothing'}` }];
}

function Term({ name, formula, children }: { name: string; formula: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-3 border-b border-line pb-2">
      <dt className="flex items-center gap-1 text-muted">
        {name}
        <Explain label={name.toLowerCase()}>{formula}</Explain>
      </dt>
      <dd className="text-right">{children}</dd>
    </div>
  );
}

function Bond({ amount, decimals, none }: { amount: bigint; decimals: number; none: string }) {
  return amount === 0n ? <>{none}</> : <Amount amount={amount} decimals={decimals} symbol="tokens" />;
}

function LimitText({ limit, decimals }: { limit: Limit; decimals: number }) {
  if (!isOn(limit)) return <>off</>;
  return (
    <>
      {limit.maxAmount !== 0n && <Amount amount={limit.maxAmount} decimals={decimals} symbol="tokens" />}
      {limit.maxAmount !== 0n && limit.maxBps !== 0 && ' or '}
      {limit.maxBps !== 0 && `${formatBps(limit.maxBps)} of the vault`} per {duration(limit.windowSeconds)}
    </>
  );
}
