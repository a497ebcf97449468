// Sending instructions as one transaction: simulate, set the compute limit, sign, send, confirm, read what it did.
import {
  appendTransactionMessageInstructions,
  compileTransaction,
  compressTransactionMessageUsingAddressLookupTables,
  createTransactionMessage,
  getBase64EncodedWireTransaction,
  getSignatureFromTransaction,
  getTransactionSize,
  pipe,
  setTransactionMessageComputeUnitLimit,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
  type AddressesByLookupTableAddress,
  type Base64EncodedWireTransaction,
  type Blockhash,
  type Instruction,
  type Signature,
  type TransactionSigner,
} from '@solana/kit';
import { CairnError } from '../lib/errors';
import { ask } from './accounts';
import type { Chain } from './cluster';
import { eventsOf, type Event } from './events';
import { chainError, expired, transactionError } from './failure';
import { receiptOf, type Receipt } from './receipt';

export { receiptOf, type Change, type Receipt, type TokenChange } from './receipt';

/** The largest transaction, in bytes. */
export const MAX_TRANSACTION_BYTES = 1_232;
/** What each signature costs. */
export const LAMPORTS_PER_SIGNATURE = 5_000n;
/** Units beyond what the simulation took: its clock and accounts may differ a little. */
const SPARE_UNITS = 1.15;
const MOST_UNITS = 1_400_000;

/** How far a transaction is. */
export type Step = 'building' | 'signing' | 'sent' | 'confirmed';
export type SendOptions = {
  /** Lookup tables with what they hold. */
  tables?: AddressesByLookupTableAddress;
  onStep?: (step: Step, signature?: Signature) => void;
};

type Lifetime = { blockhash: Blockhash; lastValidBlockHeight: bigint };
/** Where a blockhash does not count: sizes and simulations. */
const ANY_LIFETIME: Lifetime = {
  blockhash: '11111111111111111111111111111111' as Blockhash,
  lastValidBlockHeight: 0n,
};

function messageOf(
  signer: TransactionSigner,
  instructions: readonly Instruction[],
  lifetime: Lifetime,
  tables: AddressesByLookupTableAddress | undefined,
  units: number | undefined,
) {
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (empty) => setTransactionMessageFeePayerSigner(signer, empty),
    (paid) => setTransactionMessageLifetimeUsingBlockhash(lifetime, paid),
    (alive) => appendTransactionMessageInstructions(instructions, alive),
    (full) => setTransactionMessageComputeUnitLimit(units, full),
  );
  return tables
    ? (compressTransactionMessageUsingAddressLookupTables(message, tables) as typeof message)
    : message;
}

/**
 * With the compute limit where that fits: a claim's proof may leave no room for it, and does without, because what
 * the runtime allows unasked (200,000 units an instruction) is plenty for one.
 */
function limited(...[signer, instructions, lifetime, tables, units]: Parameters<typeof messageOf>) {
  const message = messageOf(signer, instructions, lifetime, tables, units);
  const fits = getTransactionSize(compileTransaction(message)) <= MAX_TRANSACTION_BYTES;
  return fits ? message : messageOf(signer, instructions, lifetime, tables, undefined);
}

/** Bytes of the transaction of `instructions`, without a compute limit, which is left out where it does not fit. */
export function transactionBytes(
  signer: TransactionSigner,
  instructions: readonly Instruction[],
  tables?: AddressesByLookupTableAddress,
): number {
  return getTransactionSize(
    compileTransaction(messageOf(signer, instructions, ANY_LIFETIME, tables, undefined)),
  );
}

/** What a simulation says: that it works, with what it takes and what it would do. */
export type Simulated = { units: number; events: Event[] };

/**
 * Runs `instructions` as one transaction that everybody signed, without a trace on the chain.
 * @throws CairnError what {@link send} would fail with.
 */
export async function simulate(
  chain: Chain,
  signer: TransactionSigner,
  instructions: readonly Instruction[],
  tables?: AddressesByLookupTableAddress,
): Promise<Simulated> {
  const transaction = compileTransaction(limited(signer, instructions, ANY_LIFETIME, tables, MOST_UNITS));
  const bytes = getTransactionSize(transaction);
  if (bytes > MAX_TRANSACTION_BYTES) throw tooLarge(bytes);
  const wire = getBase64EncodedWireTransaction(transaction);
  const { value } = await ask(() =>
    chain.rpc
      .simulateTransaction(wire, {
        encoding: 'base64',
        commitment: 'confirmed',
        replaceRecentBlockhash: true,
        sigVerify: false,
      })
      .send(),
  );
  const logs = value.logs ?? [];
  if (value.err) throw transactionError(value.err, instructions, logs);
  return { units: Number(value.unitsConsumed ?? MOST_UNITS), events: eventsOf(logs) };
}

/**
 * Simulates, signs, sends and confirms `instructions` as one transaction that `signer` pays, and says what
 * it did. Sends it again while its blockhash lives, because nodes drop transactions under load.
 * @throws CairnError the program's refusal, `wallet_refused`, `transaction_too_large`,
 * `transaction_expired`, `transaction_failed`, `rpc_failed`.
 */
export async function send(
  chain: Chain,
  signer: TransactionSigner,
  instructions: readonly Instruction[],
  { tables, onStep }: SendOptions = {},
): Promise<Receipt> {
  onStep?.('building');
  const { units } = await simulate(chain, signer, instructions, tables);
  const limit = Math.min(MOST_UNITS, Math.ceil(units * SPARE_UNITS) + 1_000);
  const { value: lifetime } = await ask(() =>
    chain.rpc.getLatestBlockhash({ commitment: 'confirmed' }).send(),
  );
  onStep?.('signing');
  let wire: Base64EncodedWireTransaction;
  let signature: Signature;
  try {
    const signed = await signTransactionMessageWithSigners(
      limited(signer, instructions, lifetime, tables, limit),
    );
    signature = getSignatureFromTransaction(signed);
    wire = getBase64EncodedWireTransaction(signed);
  } catch (error) {
    throw walletError(error);
  }
  try {
    await chain.rpc.sendTransaction(wire, { encoding: 'base64', preflightCommitment: 'confirmed' }).send();
  } catch (error) {
    throw chainError(error, instructions);
  }
  onStep?.('sent', signature);
  await confirm(chain, wire, signature, lifetime, instructions);
  onStep?.('confirmed', signature);
  return receiptOf(chain, signature);
}

function tooLarge(bytes: number): CairnError {
  return new CairnError(
    'transaction_too_large',
    `the transaction has ${bytes} bytes, at most ${MAX_TRANSACTION_BYTES} fit`,
    'do it in parts: fewer steps, keys or payees at a time',
  );
}

function walletError(error: unknown): CairnError {
  const known = chainError(error);
  if (known.code === 'wallet_refused') return known;
  return new CairnError(
    'wallet_failed',
    `the wallet did not sign: ${known.message}`,
    'nothing was sent; try again, or another wallet',
    { cause: error },
  );
}

/** Waits until the transaction is confirmed, by subscription and by asking, and sends it again meanwhile. */
async function confirm(
  chain: Chain,
  wire: Base64EncodedWireTransaction,
  signature: Signature,
  lifetime: Lifetime,
  instructions: readonly Instruction[],
): Promise<void> {
  const stop = new AbortController();
  let wake = () => {};
  const told = new Promise<void>((resolve) => (wake = resolve));
  void listen(chain, signature, stop.signal).then(wake, () => undefined);
  let sentAt = Date.now();
  let problems = 0;
  try {
    for (;;) {
      try {
        const { value } = await ask(() => chain.rpc.getSignatureStatuses([signature]).send());
        problems = 0;
        const status = value[0];
        if (status?.err) throw transactionError(status.err, instructions, []);
        if (status?.confirmationStatus === 'confirmed' || status?.confirmationStatus === 'finalized') return;
        if (!status && Date.now() - sentAt > 3_000) {
          const height = await ask(() => chain.rpc.getBlockHeight({ commitment: 'confirmed' }).send());
          if (height > lifetime.lastValidBlockHeight) throw expired(signature);
          sentAt = Date.now();
          // The first copy may have landed meanwhile; its status tells.
          await chain.rpc
            .sendTransaction(wire, { encoding: 'base64', skipPreflight: true })
            .send()
            .catch(() => undefined);
        }
      } catch (error) {
        // The transaction is on its way: a node that does not answer for a while changes nothing.
        problems += 1;
        if (!(error instanceof CairnError) || error.code !== 'rpc_failed' || problems > 60) throw error;
      }
      await Promise.race([told, new Promise((resolve) => setTimeout(resolve, 700))]);
    }
  } finally {
    stop.abort();
  }
}

async function listen(chain: Chain, signature: Signature, signal: AbortSignal): Promise<void> {
  const notes = await chain.subscriptions
    .signatureNotifications(signature, { commitment: 'confirmed' })
    .subscribe({ abortSignal: signal });
  for await (const _ of notes) return;
}
