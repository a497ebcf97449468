// A transaction as the user sees it: what will happen, how far it is, what it did.
import type { Instruction, Signature } from '@solana/kit';
import { useCallback, useState, type ReactNode } from 'react';
import { send, type Receipt, type SendOptions, type Step } from '../chain/send';
import { formatSol } from '../lib/amount';
import { CairnError, asCairnError } from '../lib/errors';
import { short } from '../lib/address';
import { needChain, useApp, useRefresh } from '../state';
import { useWallet } from '../wallet/wallet';
import { cx, Spinner } from './basics';
import { Failed } from './states';
import { Address } from './values';

/** One transaction of a row of them. */
export type Part = {
  /** What it does, in a few words: "Claim 12.5 CRN". */
  title: string;
  instructions: readonly Instruction[] | (() => Promise<readonly Instruction[]>);
  tables?: SendOptions['tables'] | (() => Promise<SendOptions['tables']>);
  /** Runs after it is confirmed and before the next: waiting for something on chain. */
  after?: (receipt: Receipt) => Promise<void>;
};
export type PartState = {
  title: string;
  step: Step | 'waiting' | 'failed';
  signature?: Signature;
  receipt?: Receipt;
};
export type Run = {
  status: 'idle' | 'running' | 'done' | 'failed';
  parts: PartState[];
  error: CairnError | null;
};

const IDLE: Run = { status: 'idle', parts: [], error: null };

/**
 * Sends one or more transactions, one after the other, with the connected wallet, and says how far they are.
 * `start` resolves with the receipts, or null when it failed: `run.error` says why. Everything on the page is
 * asked for again afterwards.
 */
export function useTransactions(): {
  run: Run;
  start: (parts: readonly Part[]) => Promise<Receipt[] | null>;
  reset: () => void;
} {
  const { chain } = useApp();
  const { signer, problem } = useWallet();
  const refresh = useRefresh();
  const [run, setRun] = useState<Run>(IDLE);
  const start = useCallback(
    async (parts: readonly Part[]): Promise<Receipt[] | null> => {
      const states: PartState[] = parts.map(({ title }) => ({ title, step: 'waiting' }));
      const show = (status: Run['status'], error: CairnError | null = null) =>
        setRun({ status, parts: states.map((state) => ({ ...state })), error });
      const receipts: Receipt[] = [];
      let at = 0;
      try {
        if (!signer) throw problem ?? walletMissing();
        for (const part of parts) {
          const state = states[at] as PartState;
          const instructions =
            typeof part.instructions === 'function' ? await part.instructions() : part.instructions;
          const tables = typeof part.tables === 'function' ? await part.tables() : part.tables;
          const receipt = await send(needChain(chain), signer, instructions, {
            ...(tables ? { tables } : {}),
            onStep: (step, signature) => {
              state.step = step;
              if (signature) state.signature = signature;
              show('running');
            },
          });
          state.receipt = receipt;
          receipts.push(receipt);
          await part.after?.(receipt);
          at += 1;
        }
        show('done');
        return receipts;
      } catch (error) {
        const state = states[at];
        if (state) state.step = 'failed';
        show('failed', asCairnError(error));
        return null;
      } finally {
        refresh();
      }
    },
    [chain, signer, problem, refresh],
  );
  return { run, start, reset: useCallback(() => setRun(IDLE), []) };
}

/** Nobody can sign. */
export function walletMissing(): CairnError {
  return new CairnError(
    'no_wallet',
    'no wallet is connected',
    'connect a wallet with the button in the header',
  );
}

const STEP_TEXT: Record<PartState['step'], string> = {
  waiting: 'waiting for its turn',
  building: 'building and checking',
  signing: 'waiting for your wallet: approve it there',
  sent: 'sent, waiting for the network to confirm',
  confirmed: 'confirmed',
  failed: 'failed',
};

/** How far a run is, in words, for eyes and screen readers; its failure with what to do. */
export function TxProgress({ run }: { run: Run }) {
  if (run.status === 'idle') return null;
  return (
    <div className="space-y-3">
      <ol role="status" aria-live="polite" className="space-y-2 text-sm">
        {run.parts.map((part, at) => (
          <li key={`${at}${part.title}`} className="flex items-start gap-2.5">
            <span
              className={cx(
                'mt-0.5 inline-flex size-4 items-center justify-center',
                part.step === 'confirmed' ? 'text-good' : part.step === 'failed' ? 'text-bad' : 'text-muted',
              )}
            >
              {part.step === 'confirmed' ? (
                '✓'
              ) : part.step === 'failed' ? (
                '✕'
              ) : part.step === 'waiting' ? (
                '·'
              ) : (
                <Spinner />
              )}
            </span>
            <span className="min-w-0">
              <span className="font-medium">{part.title}</span>{' '}
              <span className="text-muted">— {STEP_TEXT[part.step]}</span>
              {part.signature && <SignatureLink signature={part.signature} />}
            </span>
          </li>
        ))}
      </ol>
      {run.status === 'running' && (
        <p className="text-[0.8125rem] text-muted">
          You may close this page: what is sent goes on, what is not signed is not sent. Nothing is lost.
        </p>
      )}
      {run.error && <Failed error={run.error} title="The transaction did not go through" />}
    </div>
  );
}

/** A transaction's signature with a link to the explorer. */
export function SignatureLink({ signature }: { signature: string }) {
  const { explorer } = useApp();
  return (
    <span className="block text-[0.8125rem]">
      <a
        className="link font-mono"
        href={explorer('tx', signature)}
        target="_blank"
        rel="noreferrer"
        data-signature={signature}
      >
        {short(signature, 8)}
        <span className="sr-only"> (transaction in the explorer, opens a new tab)</span>
      </a>
    </span>
  );
}

/** What a confirmed transaction did: its link, its fee, and what changed, in the words of `children`. */
export function TxReceipt({ receipt, children }: { receipt: Receipt; children?: ReactNode }) {
  const { explorer } = useApp();
  return (
    <div className="rounded-lg bg-good-soft px-3.5 py-3 text-sm" data-testid="receipt">
      {children && <div className="mb-2 font-medium">{children}</div>}
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        <dt className="text-muted">Transaction</dt>
        <dd>
          <Address
            address={receipt.signature}
            letters={8}
            href={explorer('tx', receipt.signature)}
            label="signature"
          />
        </dd>
        <dt className="text-muted">Network fee</dt>
        <dd>{formatSol(receipt.fee)}</dd>
        <dt className="text-muted">Slot</dt>
        <dd>{receipt.slot.toString()}</dd>
      </dl>
    </div>
  );
}
