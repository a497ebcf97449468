// Lifetime earnings against what was paid, exact.
import type { Address } from '@solana/kit';
import type { ReactNode } from 'react';
import { formatShare } from '../../lib/amount';
import { Amount, Card, cx, Explain, Failed, Loading, Notice, Stale } from '../../ui';
import { useAccount, useDecimals, type Account } from './books';

export function Totals({ operator }: { operator: Address }) {
  const { account, error, retry, atMs } = useAccount(operator);
  const mint = useDecimals();
  const problem = error ?? mint.error;
  return (
    <Card title="Claimed and unclaimed" note="To the last unit: earned over life = claimed + claimable + not finalized yet.">
      {account && mint.decimals !== undefined ? (
        <>
          {problem && <Stale error={problem} atMs={atMs} />}
          <Books account={account} decimals={mint.decimals} />
        </>
      ) : problem ? (
        <Failed error={problem} retry={() => (retry(), mint.retry())} />
      ) : (
        <Loading lines={5} label="Reading what was earned and paid" />
      )}
    </Card>
  );
}

const PARTS = [
  { key: 'claimed', label: 'Claimed', bar: 'bg-good', text: 'Tokens that the pool paid to you or your payees: claimed_total of your account on chain.' },
  { key: 'claimable', label: 'Claimable now', bar: 'bg-accent', text: 'Your leaf in the active root − what was claimed. Anyone may send the claim; it goes where you said.' },
  { key: 'pending', label: 'Not finalized yet', bar: 'bg-line-strong', text: 'Your lifetime total by the newest computed epoch − your leaf in the active root. It becomes claimable when its epoch is finalized.' },
] as const;

function Books({ account, decimals }: { account: Account; decimals: number }) {
  return (
    <>
      {account.oracleBehind && (
        <div className="mb-3">
          <Notice tone="warn">
            The chain paid more than this oracle knows to be finalized: the oracle is behind, and its figures are too low.
          </Notice>
        </div>
      )}
      <dl>
        <dt className="flex items-center gap-1 text-[0.8125rem] text-muted">
          Earned over life
          <Explain label="earned over life">
            Sum of your share of every closed epoch. Share = ⌊ class budget × your points ÷ all points of the class ⌋, per device;
            what rounding leaves over is the treasury’s.
          </Explain>
        </dt>
        <dd className="text-[2rem] leading-tight font-semibold tracking-tight break-words" data-testid="lifetime">
          <Amount amount={account.lifetime} decimals={decimals} symbol="tokens" />
        </dd>
      </dl>
      <Bar account={account} />
      <dl className="mt-3 grid gap-x-6 gap-y-3 sm:grid-cols-3">
        {PARTS.map((part) => (
          <Part key={part.key} label={part.label} bar={part.bar} text={part.text} share={formatShare(account[part.key], account.lifetime)}>
            <span data-testid={part.key}>
              <Amount amount={account[part.key]} decimals={decimals} />
            </span>
          </Part>
        ))}
      </dl>
    </>
  );
}

function Part(props: { label: string; bar: string; text: string; share: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="flex items-center gap-1.5 text-[0.8125rem] text-muted">
        <span aria-hidden="true" className={cx('size-2.5 rounded-[3px]', props.bar)} />
        {props.label}
        <Explain label={props.label.toLowerCase()}>{props.text}</Explain>
      </dt>
      <dd className="mt-0.5 text-lg font-semibold break-words">{props.children}</dd>
      <dd className="text-[0.8125rem] text-muted">{props.share} of all</dd>
    </div>
  );
}

/** The parts as one bar; the figures below say the same. Widths are geometry: a number is exact enough. */
function Bar({ account }: { account: Account }) {
  const all = account.claimed + account.claimable + account.pending;
  if (all === 0n) return <p className="mt-2 text-sm text-muted">Nothing was earned yet. Devices that send accepted proofs earn.</p>;
  return (
    <div aria-hidden="true" className="mt-3 flex h-3 gap-0.5 overflow-hidden rounded-full bg-sunken">
      {PARTS.map(({ key, bar }) => (
        <div key={key} className={bar} style={{ width: `${Number((account[key] * 10_000n) / all) / 100}%` }} />
      ))}
    </div>
  );
}
