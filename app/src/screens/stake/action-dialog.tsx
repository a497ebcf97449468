// A dialog that asks for what an action needs, says what it costs, sends it, and shows what it did.
import type { ReactNode } from 'react';
import { useState } from 'react';
import { LAMPORTS_PER_SIGNATURE, type Receipt } from '../../chain/send';
import { rentFor } from '../../chain/token';
import { useChainQuery, useLamports } from '../../chain/queries';
import { formatSol, formatSolUp } from '../../lib/amount';
import { asCairnError, type CairnError } from '../../lib/errors';
import { Button, CannotSign, Dialog, Explain, Failed, Notice, TxProgress, TxReceipt, useCannotSign, useTransactions, type Part } from '../../ui';
import { useWallet } from '../../wallet/wallet';

export type ActionProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What the button says. */
  submit: string;
  danger?: boolean;
  /** Builds what is sent; a thrown CairnError is shown. */
  build: () => Promise<Part[]>;
  /** Why it cannot be sent as it is; null when it can. */
  blocked?: string | null;
  /** Bytes of the accounts that it opens: their rent is in the pre-check. */
  opens?: readonly number[];
  /** Other lamports that it takes. */
  lamports?: bigint;
  /** What the receipt says. */
  done: (receipts: Receipt[]) => ReactNode;
  /** After it went through. */
  onDone?: (receipts: Receipt[]) => void;
  children?: ReactNode;
};

export function ActionDialog(props: ActionProps) {
  const { run, start, reset } = useTransactions();
  const [problem, setProblem] = useState<CairnError | null>(null);
  // What it did is said as of when it was sent: the figures on the page move on.
  const [result, setResult] = useState<{ receipts: Receipt[]; said: ReactNode } | null>(null);
  const cannot = useCannotSign();
  const cost = useCost(props.opens ?? [], props.lamports ?? 0n);
  const running = run.status === 'running';
  const close = () => {
    if (running) return;
    reset();
    setProblem(null);
    setResult(null);
    props.onClose();
  };
  const submit = async () => {
    setProblem(null);
    try {
      const done = await start(await props.build());
      if (!done) return;
      setResult({ receipts: done, said: props.done(done) });
      props.onDone?.(done);
    } catch (error) {
      setProblem(asCairnError(error));
    }
  };
  const actions = result ? (
    <Button kind="primary" onClick={close}>
      Done
    </Button>
  ) : (
    <>
      <Button onClick={close} disabled={running}>
        Cancel
      </Button>
      <Button kind={props.danger ? 'danger' : 'primary'} busy={running} disabled={cannot !== null || Boolean(props.blocked) || cost.short} onClick={() => void submit()}>
        {props.submit}
      </Button>
    </>
  );
  return (
    <Dialog open={props.open} onClose={close} title={props.title} locked={running} actions={actions}>
      <div className="space-y-4">
        {result ? (
          result.receipts.map((receipt, at) => (
            <TxReceipt key={receipt.signature} receipt={receipt}>
              {at === result.receipts.length - 1 ? result.said : null}
            </TxReceipt>
          ))
        ) : (
          <>
            {props.children}
            {props.blocked && <Notice>{props.blocked}</Notice>}
            <CannotSign />
            {cost.text}
            {problem && <Failed error={problem} title="It cannot be sent" />}
            <TxProgress run={run} />
          </>
        )}
      </div>
    </Dialog>
  );
}

/** What it costs in SOL, against what the wallet has. */
function useCost(opens: readonly number[], lamports: bigint): { short: boolean; text: ReactNode } {
  const { address } = useWallet();
  const rent = useChainQuery(['rent', ...opens], async (chain) => {
    const each = await Promise.all(opens.map((bytes) => rentFor(chain, bytes)));
    return each.reduce((sum, one) => sum + one, 0n);
  }, { staleTime: Infinity });
  const balance = useLamports(address);
  if (!address || rent.data === undefined || balance.data === undefined) return { short: false, text: null };
  const total = rent.data + lamports + LAMPORTS_PER_SIGNATURE;
  const short = balance.data < total;
  const parts = [
    rent.data > 0n && `rent ${formatSolUp(rent.data)}, which comes back when the account is closed`,
    lamports > 0n && `fee of the network ${formatSolUp(lamports)}`,
    `transaction fee ${formatSolUp(LAMPORTS_PER_SIGNATURE)}`,
  ].filter(Boolean);
  return {
    short,
    text: short ? (
      <Notice tone="bad" title={`It takes ${formatSolUp(total)}, the wallet has ${formatSol(balance.data, 6)}`}>
        Send at least {formatSolUp(total - balance.data)} to the wallet first.
      </Notice>
    ) : (
      <p className="text-[0.8125rem] text-muted">
        Costs up to {formatSolUp(total)}; the wallet has {formatSol(balance.data, 6)}.{' '}
        <Explain label="the cost">{parts.join(' + ')}</Explain>
      </p>
    ),
  };
}
