// The pre-check of a claim, in plain words: what is paid, what is held back, where it goes, what it costs.
import { useState } from 'react';
import { stepTitle, type PreparedClaim } from '../../chain/prepare-claim';
import { formatBps, formatSol, formatSolUp } from '../../lib/amount';
import { roomIn } from '../../lib/limits';
import { payeeAmounts } from '../../lib/payees';
import { duration } from '../../lib/time';
import { Address, Amount, Badge, Button, Failed, Notice } from '../../ui';

export function PreCheck(props: {
  prepared: PreparedClaim;
  decimals: number;
  onClose: () => void;
  onClaim: () => Promise<void>;
}) {
  const { prepared, decimals } = props;
  const { held, due, proven, problem } = prepared;
  const [sending, setSending] = useState(false);
  return (
    <div className="space-y-5 text-sm">
      <div>
        <p className="text-muted">You are paid now</p>
        <p className="text-[2rem] leading-tight font-semibold tracking-tight">
          <Amount amount={held.payable} decimals={decimals} symbol="tokens" />
        </p>
        <p className="mt-1.5">
          <Badge tone="good">
            <span aria-hidden="true">✓</span> Proof verified in this browser
          </Badge>{' '}
          <span className="text-[0.8125rem] text-muted">
            leaf {proven.view.leaf_index}, {proven.view.proof.length} steps up to the chain’s root of epoch{' '}
            {proven.view.epoch}
          </span>
        </p>
      </div>
      {held.held > 0n && <HeldBack prepared={prepared} decimals={decimals} />}
      <Payees prepared={prepared} decimals={decimals} />
      <Costs prepared={prepared} />
      {prepared.steps.length > 1 && (
        <div>
          <h3 className="mb-1">{prepared.steps.length} transactions, one after the other</h3>
          <ol className="list-decimal space-y-0.5 pl-5">
            {prepared.steps.map((step, at) => (
              <li key={`${step.kind}${at}`}>{stepTitle(step)}</li>
            ))}
          </ol>
          {prepared.steps.some((step) => step.kind === 'table') && (
            <p className="mt-1 text-[0.8125rem] text-muted">
              So many payees do not fit into one transaction: a lookup table names their accounts. It is
              yours, and your next claims use it again.
            </p>
          )}
        </div>
      )}
      {problem && due > 0n && <Failed error={problem} title="This claim would not go through" />}
      {due === 0n && <Notice tone="neutral">Everything that is final has been claimed.</Notice>}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={props.onClose}>Cancel</Button>
        <Button
          kind="primary"
          disabled={problem !== null}
          busy={sending}
          onClick={() => {
            setSending(true);
            void props.onClaim().finally(() => setSending(false));
          }}
        >
          Claim
        </Button>
      </div>
    </div>
  );
}

/** What the pool's limits keep for later, and why. */
function HeldBack({ prepared, decimals }: { prepared: PreparedClaim; decimals: number }) {
  const { held, due, nowS } = prepared;
  const which =
    held.cap.room !== null && held.cap.room <= (held.breaker.room ?? held.cap.room) ? 'cap' : 'breaker';
  const state = held[which];
  const wait = roomIn(state, held.held < state.limit ? held.held : state.limit, nowS);
  return (
    <Notice tone="warn" title="The pool pays a part now, the rest later">
      <p>
        Due are <Amount amount={due} decimals={decimals} />; <Amount amount={held.held} decimals={decimals} />{' '}
        stay yours and are paid by a later claim.{' '}
        {which === 'cap' ? 'An operator is paid' : 'All operators together are paid'} at most{' '}
        <Amount amount={state.limit} decimals={decimals} /> in {duration(state.windowSeconds)}
        {wait !== null && wait > 0 && <>; there is room for more in about {duration(wait)}</>}.
      </p>
    </Notice>
  );
}

function Payees({ prepared, decimals }: { prepared: PreparedClaim; decimals: number }) {
  const { accounts, held, proven } = prepared;
  const amounts = payeeAmounts(held.payable, accounts.payees);
  return (
    <div>
      <h3 className="mb-1">Where it goes</h3>
      {accounts.payees.length === 0 ? (
        <p>
          All of it to <Address address={proven.view.operator} />
          {accounts.toCreate.length > 0 && (
            <span className="text-muted"> — its token account is created</span>
          )}
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {accounts.payees.map((payee, at) => (
            <li key={payee.wallet} className="flex flex-wrap items-baseline justify-between gap-x-4 py-1">
              <span>
                <Address address={payee.wallet} /> <span className="text-muted">{formatBps(payee.bps)}</span>
                {accounts.toCreate.includes(payee.wallet) && (
                  <span className="text-muted"> — its token account is created</span>
                )}
              </span>
              <Amount amount={amounts[at] ?? 0n} decimals={decimals} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Costs({ prepared }: { prepared: PreparedClaim }) {
  const { cost } = prepared;
  const rows = [
    { label: 'Network fee', amount: cost.fees },
    { label: 'Rent of your claimant account, once; back when it is closed', amount: cost.claimantRent },
    { label: 'Rent of token accounts that are created', amount: cost.tokenRent },
    { label: 'Rent of the lookup table; back when it is closed', amount: cost.tableRent },
  ].filter(({ amount }) => amount > 0n);
  return (
    <div>
      <h3 className="mb-1">What it costs</h3>
      <dl className="space-y-0.5">
        {rows.map(({ label, amount }) => (
          <div key={label} className="flex flex-wrap justify-between gap-x-4">
            <dt className="text-muted">{label}</dt>
            <dd>{formatSolUp(amount)}</dd>
          </div>
        ))}
        <div className="flex flex-wrap justify-between gap-x-4 border-t border-line pt-1 font-medium">
          <dt>Your wallet pays, of the {formatSol(cost.balance, 4)} that it has</dt>
          <dd>{formatSolUp(cost.total)}</dd>
        </div>
      </dl>
    </div>
  );
}
