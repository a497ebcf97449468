// What the chain or a wallet refused, as the CLI names it (client/cli/src/failure.rs).
import {
  isSolanaError,
  SOLANA_ERROR__BLOCK_HEIGHT_EXCEEDED,
  SOLANA_ERROR__INSTRUCTION_ERROR__CUSTOM,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE,
  SOLANA_ERROR__RPC__TRANSPORT_HTTP_ERROR,
  SOLANA_ERROR__TRANSACTION_ERROR__BLOCKHASH_NOT_FOUND,
  type Address,
  type Instruction,
} from '@solana/kit';
import { CAIRN_REGISTRY_PROGRAM_ADDRESS } from '../generated/registry/programs';
import { CAIRN_REWARDS_PROGRAM_ADDRESS } from '../generated/rewards/programs';
import { CAIRN_STAKING_PROGRAM_ADDRESS } from '../generated/staking/programs';
import * as registry from '../generated/registry/errors';
import * as rewards from '../generated/rewards/errors';
import * as staking from '../generated/staking/errors';
import { asCairnError, CairnError, snakeCase } from '../lib/errors';

type Program = { name: string; errors: Record<string, unknown>; text: (code: number) => string };

const PROGRAMS: Record<string, Program> = {
  [CAIRN_REGISTRY_PROGRAM_ADDRESS]: {
    name: 'registry',
    errors: registry,
    text: (code) => registry.getCairnRegistryErrorMessage(code as registry.CairnRegistryError),
  },
  [CAIRN_REWARDS_PROGRAM_ADDRESS]: {
    name: 'rewards',
    errors: rewards,
    text: (code) => rewards.getCairnRewardsErrorMessage(code as rewards.CairnRewardsError),
  },
  [CAIRN_STAKING_PROGRAM_ADDRESS]: {
    name: 'staking',
    errors: staking,
    text: (code) => staking.getCairnStakingErrorMessage(code as staking.CairnStakingError),
  },
};

/** What a program's refusal asks for, where its message does not say it; the words of the CLI, for this page. */
const HINTS: Record<string, string> = {
  not_authority: "connect the network's authority",
  not_creator: "connect the network's creator",
  not_guardian: 'connect the guardian or the authority',
  not_license_issuer: 'connect the licence issuer or the authority',
  not_owner: "connect its owner's wallet",
  not_customer: "connect its owner's wallet",
  not_claimant_owner: "connect its owner's wallet",
  update_pending: 'wait until it is in force, or take it back',
  update_not_due: "the network's delay is not over",
  too_soon: "the network's delay is not over",
  network_paused: 'wait until the authority has ended the pause',
  stale_price: 'wait until enough oracles have reported a price',
  periods_behind: 'bring the stake pool up to date first, more than once if need be',
  has_children: 'close the accounts that it counts first',
  breaker_open: 'the pool pays out so much at a time: try again when its window has moved on',
  operator_cap_reached: 'an operator is paid so much at a time: try again when the window has moved on',
  nothing_to_claim: 'wait until the next epoch is finalized',
  invalid_proof: 'a newer root became active meanwhile: try again',
};

/** The name and text of a program's error number; null when it is not one of Cairn's. */
export function programError(program: string, code: number): CairnError | null {
  const known = PROGRAMS[program];
  const constant = known && Object.entries(known.errors).find(([, value]) => value === code)?.[0];
  if (!known || !constant) return null;
  const name = snakeCase(constant.replace(/^.*_ERROR__/, ''));
  const hint = HINTS[name] ?? 'the program refused; see its message, and docs/programs.md for its rules';
  return new CairnError(`${known.name}_${name}`, known.text(code), hint);
}

/** Where instructions of a transaction go: what a failed instruction's place is looked up in. */
type Placed = Pick<Instruction, 'programAddress'>;

/** The transaction error of a simulation or status, which is JSON as the node sends it. */
export function transactionError(
  error: unknown,
  instructions: readonly Placed[],
  logs: readonly string[],
): CairnError {
  const failed = readInstructionError(error);
  const program = failed && instructions[failed.index]?.programAddress;
  if (failed?.custom !== undefined) {
    const refused =
      (program && programError(program, failed.custom)) ||
      programError(failingProgram(logs) ?? '', failed.custom);
    if (refused) return refused;
  }
  const name =
    typeof error === 'string'
      ? error
      : JSON.stringify(error, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
  // The wallet took longer than a blockhash lives.
  if (name === 'BlockhashNotFound') return expired();
  if (name === 'AccountNotFound' || name === 'InsufficientFundsForFee') {
    return new CairnError(
      'transaction_failed',
      'the wallet has no SOL to pay the fee with',
      'send some SOL to the wallet first',
    );
  }
  const said = logs
    .filter((line) => !line.includes('consumed'))
    .slice(-4)
    .join('\n');
  return new CairnError(
    'transaction_failed',
    `transaction failed: ${name}${said ? `\n${said}` : ''}`,
    "read the program's log above; check that the wallet has enough SOL",
  );
}

function readInstructionError(error: unknown): { index: number; custom?: number } | null {
  const pair = (error as { InstructionError?: unknown } | null)?.InstructionError;
  if (!Array.isArray(pair)) return null;
  const custom: unknown = (pair[1] as { Custom?: unknown } | null)?.Custom;
  return { index: Number(pair[0]), ...(custom === undefined ? {} : { custom: Number(custom) }) };
}

/** The program that failed first by the logs: an inner one, when there is one. */
function failingProgram(logs: readonly string[]): string | null {
  for (const line of logs) {
    const match = /^Program (\w+) failed/.exec(line);
    if (match?.[1]) return match[1];
  }
  return null;
}

/** Whatever a node, a wallet or kit threw, as a CairnError. */
export function chainError(error: unknown, instructions: readonly Placed[] = []): CairnError {
  if (error instanceof CairnError) return error;
  if (isSolanaError(error, SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE)) {
    const logs = (error.context as { logs?: readonly string[] | null }).logs ?? [];
    const cause: unknown = error.cause;
    if (isSolanaError(cause, SOLANA_ERROR__TRANSACTION_ERROR__BLOCKHASH_NOT_FOUND)) return expired();
    if (isSolanaError(cause, SOLANA_ERROR__INSTRUCTION_ERROR__CUSTOM)) {
      const { code, index } = cause.context as { code: number; index: number };
      return transactionError({ InstructionError: [index, { Custom: code }] }, instructions, logs);
    }
    return transactionError(cause instanceof Error ? cause.message : 'it failed', instructions, logs);
  }
  if (isSolanaError(error, SOLANA_ERROR__BLOCK_HEIGHT_EXCEEDED)) return expired();
  const message = error instanceof Error ? error.message : String(error);
  if (isRefusal(error, message)) {
    return new CairnError(
      'wallet_refused',
      'the wallet did not sign',
      'nothing was sent; try again when you want to',
      { cause: error },
    );
  }
  if (isSolanaError(error, SOLANA_ERROR__RPC__TRANSPORT_HTTP_ERROR) || isNetworkFailure(message)) {
    return rpcFailed(`the RPC node does not answer: ${message}`, error);
  }
  return isSolanaError(error) ? rpcFailed(message, error) : asCairnError(error);
}

function rpcFailed(message: string, cause: unknown): CairnError {
  return new CairnError('rpc_failed', message, 'check the cluster in the settings and that the node is up', {
    cause,
  });
}

/** Wallets have no common error for a "no": these are their words. */
function isRefusal(error: unknown, message: string): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 4001 || /reject|denied|declin|cancel|user refused|wallet refused/i.test(message);
}

/** Browsers have no common error for it either: "Failed to fetch", "Load failed", "NetworkError when …". */
function isNetworkFailure(message: string): boolean {
  return /failed to fetch|fetch failed|load failed|network|socket|timed? ?out|aborted/i.test(message);
}

/** The transaction was not confirmed while it could be. */
export function expired(signature?: string): CairnError {
  return new CairnError(
    'transaction_expired',
    `the transaction${signature ? ` ${signature}` : ''} expired before it was confirmed; it will not be later either`,
    'the network is busy: send it again',
  );
}

/** There is no account where one should be. */
export function missing(what: string, address: Address): CairnError {
  return new CairnError(
    'account_missing',
    `there is no ${what} at ${address}`,
    'check the address and the cluster in the settings',
  );
}

/** Something else is at an address. */
export function wrongAccount(what: string, address: Address, reason: string): CairnError {
  return new CairnError('account_wrong', `${address} is not a ${what}: ${reason}`, 'check the address');
}
