// What setting payees does and costs, before the wallet opens; then its progress and receipt.
import { useState } from 'react';
import type { Found } from '../../chain/accounts';
import { planPayees, type PayeesPlan } from '../../chain/payees';
import { useChainQuery, useLamports } from '../../chain/queries';
import { LAMPORTS_PER_SIGNATURE, type Receipt } from '../../chain/send';
import type { Pool } from '../../generated/rewards/accounts';
import { formatSol, formatSolUp } from '../../lib/amount';
import { percentOf, type PayeeShare } from '../../lib/payees';
import { useWallet } from '../../wallet/wallet';
import { Address, Button, Dialog, Explain, Failed, Loading, Notice, TxProgress, TxReceipt, useTransactions, walletMissing } from '../../ui';

type Props = {
  pool: Found<Pool>;
  old: readonly PayeeShare[];
  /** None: everything to the operator again. */
  payees: readonly PayeeShare[];
  onClose: () => void;
  onDone: () => void;
};

export function PayeesDialog({ pool, old, payees, onClose, onDone }: Props) {
  const { signer, address } = useWallet();
  const { run, start } = useTransactions();
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const plan = useChainQuery(
    ['payees-plan', pool.address, address, payees],
    (chain) => {
      if (!signer) throw walletMissing();
      return planPayees(chain, signer, pool, payees);
    },
    { enabled: signer !== null && run.status === 'idle' },
  );
  const lamports = useLamports(address);
  const running = run.status === 'running';
  const title = payees.length ? 'Set payees' : 'Remove all payees';
  const submit = async () => {
    if (!plan.data) return;
    const receipts = await start([{ title, instructions: plan.data.instructions }]);
    if (receipts?.[0]) setReceipt(receipts[0]);
  };
  const needed = plan.data && plan.data.rent + LAMPORTS_PER_SIGNATURE;
  const short = needed !== undefined && lamports.data !== undefined && needed > lamports.data;
  const close = receipt ? onDone : onClose;
  return (
    <Dialog
      open
      wide
      onClose={close}
      locked={running}
      title={title}
      actions={
        receipt ? (
          <Button kind="primary" onClick={onDone}>
            Done
          </Button>
        ) : (
          <>
            <Button kind="quiet" onClick={onClose} disabled={running}>
              Back
            </Button>
            <Button kind="primary" busy={running} disabled={!plan.data || short} onClick={() => void submit()}>
              {payees.length ? 'Set payees' : 'Remove payees'}
            </Button>
          </>
        )
      }
    >
      {receipt ? (
        <TxReceipt receipt={receipt}>
          {payees.length
            ? `Future claims are shared by ${payees.length} payee${payees.length === 1 ? '' : 's'}.`
            : 'Future claims go to your own wallet again.'}
        </TxReceipt>
      ) : (
        <div className="space-y-4">
          <Change old={old} now={payees} />
          {plan.data && needed !== undefined ? (
            <>
              <Cost plan={plan.data} balance={lamports.data} />
              {short && (
                <Notice tone="bad">
                  The wallet has {formatSol(lamports.data ?? 0n)} and needs {formatSolUp(needed)}: send it some SOL first.
                </Notice>
              )}
            </>
          ) : plan.error ? (
            <Failed error={plan.error} retry={() => void plan.refetch()} />
          ) : (
            run.status === 'idle' && <Loading lines={2} label="Working out what it costs" />
          )}
          <TxProgress run={run} />
        </div>
      )}
    </Dialog>
  );
}

function Change({ old, now }: { old: readonly PayeeShare[]; now: readonly PayeeShare[] }) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Shares title="Now" payees={old} />
      <Shares title="After this" payees={now} />
    </div>
  );
}

function Shares({ title, payees }: { title: string; payees: readonly PayeeShare[] }) {
  return (
    <div>
      <h3 className="mb-1 text-sm text-muted">{title}</h3>
      {payees.length === 0 ? (
        <p className="text-sm">Everything to the operator</p>
      ) : (
        <ul className="space-y-0.5 text-sm">
          {payees.map(({ wallet, bps }) => (
            <li key={wallet} className="flex justify-between gap-3">
              <Address address={wallet} letters={5} />
              <span>{percentOf(bps)} %</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Cost({ plan, balance }: { plan: PayeesPlan; balance: bigint | undefined }) {
  const back = plan.rent < 0n;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 rounded-lg bg-sunken/60 p-3 text-sm">
      <dt className="flex items-center gap-1 text-muted">
        Rent
        <Explain label="rent">
          SOL that the account holds for its bytes: 236 for the account and 72 for each payee. It comes back when payees are removed, and the
          account’s own when it is closed.
        </Explain>
      </dt>
      <dd>
        {plan.rent === 0n ? 'none' : back ? `${formatSol(-plan.rent)} comes back to you` : formatSolUp(plan.rent, 9)}
        {plan.opens && <span className="text-muted"> — opens your account in this pool first{plan.createsTokens && ', and your token account'}</span>}
      </dd>
      <dt className="text-muted">Network fee</dt>
      <dd>{formatSol(LAMPORTS_PER_SIGNATURE)}</dd>
      <dt className="text-muted">Paid by</dt>
      <dd>your wallet{balance !== undefined && `, which has ${formatSol(balance)}`}</dd>
    </dl>
  );
}
