import { describe, expect, test } from 'vitest';
import type { DeviceRow, OperatorEpoch } from '../src/api/types';
import { outdated } from '../src/api/queries';
import {
  endpointOf,
  explorerUrl,
  isLocalChain,
  isLoopback,
  socketOf,
  walletChain,
} from '../src/chain/cluster';
import { chainError, programError, transactionError } from '../src/chain/failure';
import { REGISTRY, REWARDS, STAKING } from '../src/chain/pda';
import { statusText } from '../src/frame/status';
import { LOOK_BACK, meanShare, nextPayout } from '../src/lib/estimate';
import { healthOf, needsAttention } from '../src/lib/health';

const epoch = (
  number: number,
  share: string,
  state: OperatorEpoch['state'] = 'finalized',
): OperatorEpoch => ({
  epoch: number,
  starts_at_s: 0,
  ends_at_s: 30,
  state,
  share,
  by_category: {},
  devices: 1,
  accepted: 1,
  refused: 0,
});

describe('the next payout', () => {
  test('is what is computed and waits for its finalization', () => {
    const epochs = [epoch(9, '5', 'closed'), epoch(8, '7', 'proposed'), epoch(7, '100')];
    expect(nextPayout(12n, epochs)).toEqual({ amount: 12n, kind: 'computed', epochs: [9, 8] });
  });

  test('else the mean of the last closed epochs, rounded down, those without earnings too', () => {
    expect(nextPayout(0n, [epoch(3, '10'), epoch(2, '0', 'skipped'), epoch(1, '1')])).toEqual({
      amount: 3n,
      kind: 'estimate',
      epochs: [3, 2, 1],
    });
    const many = Array.from({ length: 20 }, (_, at) => epoch(20 - at, at < LOOK_BACK ? '6' : '1000'));
    expect(nextPayout(0n, many).amount).toBe(6n);
    expect(meanShare([epoch(4, '9', 'open'), epoch(3, '3')])).toEqual({ amount: 3n, epochs: [3] });
  });

  test('and unknown before the first closed epoch', () => {
    expect(nextPayout(0n, [])).toEqual({ amount: 0n, kind: 'none', epochs: [] });
  });
});

describe('health', () => {
  const device = (name: string, total: string, ...codes: string[]) =>
    ({
      device: name,
      lifetime_total: total,
      attention: codes.map((code) => ({ code, message: '', hint: '' })),
    }) as unknown as DeviceRow;
  const devices = [
    device('a', '1'),
    device('b', '5', 'refused'),
    device('c', '2', 'offline', 'retiring'),
    device('d', '9', 'offline'),
  ];

  test('each device counts once, by its worst', () => {
    expect(healthOf(devices)).toEqual({ total: 4, well: 1, warn: 1, bad: 2 });
    expect(healthOf([])).toEqual({ total: 0, well: 0, warn: 0, bad: 0 });
  });

  test('the worst come first, then what earned most', () => {
    const list = needsAttention(devices).map(
      ({ device: { device }, attention }) => `${device} ${attention.code}`,
    );
    expect(list).toEqual(['d offline', 'c offline', 'b refused', 'c retiring']);
  });
});

describe('the cluster', () => {
  test('is the oracle’s unless chosen', () => {
    const config = { rpc_url: 'http://127.0.0.1:8899', ws_url: null };
    expect(endpointOf({}, config)).toEqual({ rpcUrl: 'http://127.0.0.1:8899', wsUrl: 'ws://127.0.0.1:8900' });
    expect(endpointOf({}, { rpc_url: null, ws_url: null })).toBeNull();
    expect(endpointOf({ cluster: 'devnet' }, config)?.rpcUrl).toBe('https://api.devnet.solana.com');
    expect(endpointOf({ cluster: 'custom', rpcUrl: 'https://a.example/key' }, config)?.wsUrl).toBe(
      'wss://a.example/key',
    );
    expect(endpointOf({ cluster: 'custom' }, config)).toBeNull();
    expect(socketOf('https://a.example:9000')).toBe('wss://a.example:9001');
  });

  test('is local only when its genesis is nobody’s and its node is on this machine', () => {
    const devnet = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG';
    expect(isLocalChain('abc', 'http://127.0.0.1:8899')).toBe(true);
    expect(isLocalChain('abc', 'http://[::1]:8899')).toBe(true);
    expect(isLocalChain('abc', 'https://rpc.example')).toBe(false);
    expect(isLocalChain(devnet, 'http://127.0.0.1:8899')).toBe(false);
    expect(isLocalChain(undefined, 'http://127.0.0.1:8899')).toBe(false);
    expect(isLoopback('http://localhost.evil.example')).toBe(false);
    expect(isLoopback('http://127.0.0.1.evil.example')).toBe(false);
    expect([walletChain(devnet), walletChain('abc')]).toEqual(['solana:devnet', 'solana:localnet']);
  });

  test('has pages in the explorer', () => {
    expect(explorerUrl('tx', 's', 'abc', 'http://127.0.0.1:1')).toBe(
      'https://explorer.solana.com/tx/s?cluster=custom&customUrl=http%3A%2F%2F127.0.0.1%3A1',
    );
    expect(explorerUrl('address', 'a', '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d', 'x')).toBe(
      'https://explorer.solana.com/address/a',
    );
  });
});

describe('refusals have the code of the CLI', () => {
  test('of each program', () => {
    expect(programError(REWARDS, 6004)).toMatchObject({
      code: 'rewards_not_oracle',
      message: "the signer is not one of the pool's oracles",
    });
    expect(programError(REGISTRY, 6000)?.code).toMatch(/^registry_/);
    expect(programError(STAKING, 6033)?.code).toBe('staking_nothing_to_claim');
    expect(programError(STAKING, 9999)).toBeNull();
    expect(programError('other', 6004)).toBeNull();
  });

  test('from a simulation, the inner program’s when that one failed', () => {
    const instructions = [{ programAddress: 'x' }, { programAddress: REWARDS }] as never;
    expect(transactionError({ InstructionError: [1, { Custom: 6016 }] }, instructions, []).code).toBe(
      'rewards_nothing_to_claim',
    );
    expect(transactionError({ InstructionError: [1n, { Custom: 6016n }] }, instructions, []).code).toBe(
      'rewards_nothing_to_claim',
    );
    const inner = [
      `Program ${REGISTRY} failed: custom program error: 0x1770`,
      'Program x failed: custom program error: 0x1770',
    ];
    expect(transactionError({ InstructionError: [0, { Custom: 6000 }] }, instructions, inner).code).toMatch(
      /^registry_/,
    );
    expect(transactionError('AccountNotFound', instructions, [])).toMatchObject({
      code: 'transaction_failed',
      hint: expect.stringContaining('SOL'),
    });
    expect(
      transactionError({ InsufficientFundsForRent: { account_index: 0n } }, instructions, []).message,
    ).toContain('InsufficientFundsForRent');
  });

  test('a blockhash that is gone while the wallet waited is an expired transaction', () => {
    expect(transactionError('BlockhashNotFound', [], []).code).toBe('transaction_expired');
  });

  test('of wallets and nodes', () => {
    expect(chainError(new Error('User rejected the request')).code).toBe('wallet_refused');
    expect(chainError({ code: 4001 }).code).toBe('wallet_refused');
    expect(chainError(new TypeError('Failed to fetch')).code).toBe('rpc_failed');
    expect(chainError(new TypeError('x is not a function')).code).toBe('failed');
  });
});

describe('the live feed', () => {
  test('makes old what its messages change', () => {
    expect(outdated({ type: 'root', epoch: 1, root_sum: '1' })).toContainEqual(['claim']);
    expect(
      outdated({ type: 'device', device: 'd', at_ms: 0, accepted: true, code: 0, reason: 'accepted' }),
    ).toContainEqual(['device', 'd']);
    expect(outdated({ type: 'unknown' } as never)).toEqual([]);
  });

  test('is said in words', () => {
    const live = { status: 'live', url: 'a', sinceMs: 0 } as const;
    const up = { url: 'a', up: true, at: 0 };
    expect(statusText(live, { active: 'a', oracles: [up], total: 2 }).text).toBe('Live');
    expect(
      statusText(live, { active: 'a', oracles: [up, { ...up, url: 'b', up: false }], total: 2 }).tone,
    ).toBe('warn');
    expect(
      statusText({ ...live, status: 'offline' }, { active: null, oracles: [{ ...up, up: false }], total: 1 })
        .text,
    ).toBe('Offline');
    expect(
      statusText(
        { ...live, status: 'connecting' },
        { active: null, oracles: [{ ...up, up: false }], total: 2 },
      ).text,
    ).toBe('Connecting');
    expect(statusText({ ...live, status: 'connecting' }, { active: null, oracles: [], total: 2 }).text).toBe(
      'Connecting',
    );
  });
});
