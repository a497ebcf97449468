// Lifetime earnings against what was paid, exact.
import type { Address } from '@solana/kit';
import { useState, type ReactNode } from 'react';
import { useRewardUnit, type Unit } from '../../chain/queries';
import { formatShare } from '../../lib/amount';
import { Amount, Button, Card, cx, Explain, Failed, Loading, Notice, Stale, useCannotSign } from '../../ui';
import { ClaimDialog } from '../overview/claim-dialog';
import { useAccount, type Account } from './books';

export function Totals({ operator }: { operator: Address }) {
  const { account, lifetime, error, retry, atMs } = useAccount(operator);
  const unit = useRewardUnit();
  return (
    <Card
      title="Claimed and unclaimed"
      note="To the last unit: earned over life = claimed + claimable + not finalized yet."
      actions={account && unit && <ClaimButton operator={operator} account={account} decimals={unit.decimals} />}
    >
      {unit && (account || lifetime !== null) ? (
        <>
          {account && error && <Stale error={error} atMs={atMs} />}
          {account?.oracleBehind && (
            <div className="mb-3">
              <Notice tone="warn">
                The chain paid more than this oracle knows to be finalized: the oracle is behind, and its figures are too low.
              </Notice>
            </div>
          )}
          <Lifetime amount={account?.lifetime ?? (lifetime as bigint)} unit={unit} />
          {account ? (
            <Books account={account} decimals={unit.decimals} />
          ) : error ? (
            <div className="mt-3">
              <Failed error={error} title="What was paid is not known" retry={retry} />
            </div>
          ) : (
            <Loading lines={2} label="Reading what was paid" />
          )}
        </>
      ) : error ? (
        <Failed error={error} retry={retry} />
      ) : (
        <Loading lines={5} label="Reading what was earned and paid" />
      )}
    </Card>
  );
}

function ClaimButton({ operator, account, decimals }: { operator: Address; account: Account; decimals: number }) {
  const [open, setOpen] = useState(false);
  const cannot = useCannotSign();
  const why = cannot ?? (account.claimable === 0n ? 'Everything that is final has been claimed.' : undefined);
  return (
    <>
      <Button kind="primary" disabled={why !== undefined} title={why} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Claim all
      </Button>
      <ClaimDialog open={open} onClose={() => setOpen(false)} operator={operator} decimals={decimals} />
    </>
  );
}

function Lifetime({ amount, unit }: { amount: bigint; unit: Unit }) {
  return (
    <dl>
      <dt className="flex items-center gap-1 text-[0.8125rem] text-muted">
        Earned over life
        <Explain label="earned over life">
          Your leaf by the newest closed epoch: the sum of what its epochs gave you. Share = ⌊ class budget × your points ÷ all points of the
          class ⌋, per device; what rounding leaves over is the treasury’s.
        </Explain>
      </dt>
      <dd className="text-[2rem] leading-tight font-semibold tracking-tight break-words" data-testid="lifetime">
        <Amount amount={amount} {...unit} />
      </dd>
    </dl>
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
