// Claim all: what will happen, then how far it is, then what it did.
import type { Address as Key } from '@solana/kit';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { claimParts, paidBy, prepareClaim, type PreparedClaim } from '../../chain/prepare-claim';
import type { Receipt } from '../../chain/send';
import { payeeAmounts } from '../../lib/payees';
import { needChain, useApp } from '../../state';
import {
  Address,
  Amount,
  Button,
  Dialog,
  Failed,
  Loading,
  TxProgress,
  TxReceipt,
  useTransactions,
} from '../../ui';
import { useWallet } from '../../wallet/wallet';
import { PreCheck } from './claim-check';

type Props = { open: boolean; onClose: () => void; operator: Key; decimals: number };

export function ClaimDialog(props: Props) {
  const { run, start, reset } = useTransactions();
  const [done, setDone] = useState<{ receipts: Receipt[]; prepared: PreparedClaim } | null>(null);
  const close = () => {
    if (run.status === 'running') return;
    setDone(null);
    reset();
    props.onClose();
  };
  return (
    <Dialog
      open={props.open}
      onClose={close}
      title={done ? 'Claimed' : 'Claim all'}
      locked={run.status === 'running'}
      wide
    >
      {done ? (
        <Done {...props} receipts={done.receipts} prepared={done.prepared} onClose={close} />
      ) : (
        <Check
          {...props}
          onClose={close}
          run={run}
          start={start}
          reset={reset}
          onDone={(receipts, prepared) => setDone({ receipts, prepared })}
        />
      )}
    </Dialog>
  );
}

type CheckProps = Props &
  ReturnType<typeof useTransactions> & { onDone: (receipts: Receipt[], prepared: PreparedClaim) => void };

function Check({ operator, decimals, onClose, run, start, reset, onDone }: CheckProps) {
  const { chain, oracles, pool } = useApp();
  const { signer } = useWallet();
  const [failed, setFailed] = useState<unknown>(null);
  const check = useQuery({
    queryKey: ['claim-check', pool, operator, signer?.address],
    queryFn: () =>
      prepareClaim(needChain(chain), oracles, pool, operator, signer as NonNullable<typeof signer>),
    enabled: signer !== null && run.status === 'idle',
    gcTime: 0,
    retry: false,
    refetchInterval: 20_000,
  });
  const claim = async () => {
    if (!signer || !chain) return;
    setFailed(null);
    try {
      // The root may have changed while this was read: what is sent is checked now.
      const fresh = await prepareClaim(chain, oracles, pool, operator, signer);
      const receipts = await start(claimParts(chain, signer, fresh.steps));
      if (receipts) onDone(receipts, fresh);
    } catch (error) {
      setFailed(error);
    }
  };
  if (run.status === 'running' || run.status === 'failed') {
    return (
      <>
        <TxProgress run={run} />
        {run.status === 'failed' && (
          <div className="mt-5 flex justify-end gap-2">
            <Button onClick={onClose}>Close</Button>
            <Button kind="primary" onClick={reset}>
              Check again
            </Button>
          </div>
        )}
      </>
    );
  }
  if (failed) return <Failed error={failed} retry={() => setFailed(null)} title="The claim was not sent" />;
  if (check.error && !check.data)
    return (
      <Failed error={check.error} retry={() => void check.refetch()} title="The claim cannot be prepared" />
    );
  if (!check.data)
    return <Loading lines={6} label="Checking your leaf against the chain, the payees and the costs" />;
  return <PreCheck prepared={check.data} decimals={decimals} onClose={onClose} onClaim={claim} />;
}

function Done(props: Props & { receipts: Receipt[]; prepared: PreparedClaim }) {
  const { receipts, prepared, decimals, operator } = props;
  const paid = paidBy(receipts, operator);
  const last = receipts.at(-1);
  const { payees } = prepared.accounts;
  const amounts = paid ? payeeAmounts(paid.amount, payees) : [];
  return (
    <div className="space-y-4 text-sm">
      <div role="status">
        {last && (
          <TxReceipt receipt={paid?.receipt ?? last}>
            {paid ? (
              <>
                <Amount amount={paid.amount} decimals={decimals} symbol="tokens" /> paid. Paid over your life:{' '}
                <Amount amount={paid.claimedTotal} decimals={decimals} />.
              </>
            ) : (
              'Confirmed.'
            )}
          </TxReceipt>
        )}
      </div>
      {payees.length > 0 && (
        <ul className="divide-y divide-line">
          {payees.map((payee, at) => (
            <li key={payee.wallet} className="flex justify-between gap-4 py-1">
              <Address address={payee.wallet} />
              <Amount amount={amounts[at] ?? 0n} decimals={decimals} />
            </li>
          ))}
        </ul>
      )}
      <Balances receipts={receipts} prepared={prepared} decimals={decimals} />
      <div className="flex justify-end">
        <Button kind="primary" onClick={props.onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}

/** Token accounts before and after, as the chain has them. */
function Balances({
  receipts,
  prepared,
  decimals,
}: {
  receipts: readonly Receipt[];
  prepared: PreparedClaim;
  decimals: number;
}) {
  const { destinations } = prepared.accounts;
  const changes = receipts.flatMap((receipt) =>
    receipt.tokens.filter(({ address }) => destinations.includes(address)),
  );
  if (changes.length === 0) return null;
  return (
    <div>
      <h3 className="mb-1">Balances on chain</h3>
      <ul className="divide-y divide-line">
        {changes.map((change) => (
          <li key={change.address} className="flex flex-wrap justify-between gap-x-4 py-1">
            <Address address={change.owner ?? change.address} />
            <span>
              <Amount amount={change.before} decimals={decimals} /> <span aria-label="to">→</span>{' '}
              <Amount amount={change.after} decimals={decimals} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
