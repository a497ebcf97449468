// What the Stake screen makes of the accounts that it read, and what onboarding keeps of a tab.
import { describe, expect, test } from 'vitest';
import type { Staking } from '../src/chain/stake-read';
import { bondRows, derive, queueOf } from '../src/screens/stake/data';
import { readAmount, tokens } from '../src/screens/stake/amount-field';
import { EMPTY, readDraft } from '../src/screens/onboard/draft';

const NONE = { factor: 1n << 63n, scale: 0, generation: 0 };
const terms = (bond: bigint) => ({ terms: { bond }, previousTerms: { bond: 9n }, pendingTerms: { bond: 9n }, termsSince: 0n, pendingTermsAt: 0n });
const found = (address: string, data: object) => ({ address, lamports: 5n, raw: new Uint8Array(), data });
const bond = (role: number, index: number, amount: bigint, rest: object = {}) =>
  found(`bond-${role}-${index}`, { role, class: index, amount, unbondingDilution: NONE, pendingPenalties: 0, openUnbondings: 0, ...rest });
const device = (index: number, status = 0) => found(`device-${index}-${status}`, { class: index, status });

function staking(part: object): Staking {
  const pool = { createdAt: 0n, periodSeconds: 60, period: 0, maxLockPeriods: 4, lockRing: [0n, 0n, 0n, 0n], weighted: 0n, locked: 0n, lockedByEnd: 0n, sumA: 0n, sumB: 0n, carry: 0n, rewardBalance: 0n };
  return {
    pool: found('pool', pool),
    clockOffsetS: 0,
    decimals: 6,
    rewardDecimals: 6,
    rewardVault: 0n,
    locks: [],
    targets: new Map(),
    bonds: [],
    delegations: [],
    unbondings: [],
    penalties: [],
    penaltyEpochs: new Map(),
    classes: [found('c1', { index: 1, category: 3, ...terms(100n) }), found('c0', { index: 0, category: 0, ...terms(0n) })],
    devices: [],
    wallet: 0n,
    ...part,
  } as unknown as Staking;
}

describe('bonds', () => {
  test('a row for each class with devices or a bond, and the oracle’s last', () => {
    const rows = bondRows(staking({ bonds: [bond(1, 0, 7n), bond(0, 1, 150n)], devices: [device(1), device(1), device(1, 1), device(0)] }), 5);
    expect(rows.map(({ key, devices, coverage }) => [key, devices, coverage.required, coverage.missing])).toEqual([
      ['operator-0', 1, 0n, 0n],
      ['operator-1', 2, 200n, 50n],
      ['oracle', 0, 0n, 0n],
    ]);
    expect(bondRows(staking({}), 5)).toEqual([]);
  });
});

describe('the way back', () => {
  test('the next to arrive first, each by its own pot', () => {
    const unbonding = (parent: string, withdrawableAt: bigint, amount: bigint) => found(`u${withdrawableAt}`, { parent, withdrawableAt, amount, entry: NONE, index: 0n });
    const half = { factor: 1n << 62n, scale: 0, generation: 0 };
    const rows = queueOf(
      staking({
        bonds: [bond(0, 1, 0n, { unbondingDilution: half, pendingPenalties: 1 })],
        delegations: [found('d', { target: 't', index: 3 })],
        targets: new Map([['t', { dilution: NONE, pendingPenalties: 0 }]]),
        unbondings: [unbonding('d', 30n, 8n), unbonding('bond-0-1', 20n, 9n), unbonding('d', 10n, 7n), unbonding('gone', 1n, 1n)],
      }),
      20,
    );
    expect(rows.map(({ amount, state, parent }) => [amount, state, parent.kind])).toEqual([
      [7n, 'ready', 'delegation'],
      [4n, 'held', 'bond'],
      [8n, 'cooling', 'delegation'],
    ]);
  });
});

describe('delegations', () => {
  test('the operator zero is the stake pool; sums are of what is left', () => {
    const delegation = { target: 't', index: 0, amount: 100n, owed: 5n, entry: NONE, sumA: 0n, sumB: 0n, lockEnd: 0, unlockPeriod: 0 };
    const pool = staking({}).pool;
    const derived = derive(
      staking({
        pool: { ...pool, data: { ...pool.data, weighted: 100n } },
        rewardVault: 40n,
        delegations: [found('d', delegation)],
        targets: new Map([['t', { operator: '11111111111111111111111111111111', dilution: NONE, pendingPenalties: 0 }]]),
      }),
      5,
    );
    expect(derived.delegations[0]).toMatchObject({ operator: null });
    // 5 owed, and 40 less one unit that the settlement rounds down: 40·2⁶⁴ is no multiple of the weight of 400.
    expect(derived).toMatchObject({ claimable: 44n, delegated: 100n, behind: [], present: 0 });
  });
});

describe('amounts', () => {
  test('are read exactly or refused with why', () => {
    expect(readAmount('', 6, 5n, 'bonded')).toEqual({ amount: null, error: null });
    expect(readAmount('0.000005', 6, 5n, 'bonded')).toEqual({ amount: 5n, error: null });
    expect(readAmount('0.000006', 6, 5n, 'bonded').error).toBe('That is more than the 0.000005 bonded.');
    expect(readAmount('0', 6, 5n, 'bonded').error).toContain('above zero');
    expect(readAmount('x', 6, 5n, 'bonded').amount).toBeNull();
    expect([tokens(1_000_000n, 6), tokens(1_500_000n, 6)]).toEqual(['1 token', '1.5 tokens']);
  });
});

describe('a draft', () => {
  const [owner, network] = ['owner', 'network'] as never[];
  test('survives a reload of its owner’s tab', () => {
    const draft = { ...EMPTY, owner, network, step: 3, class: 2, latitude: '1' };
    expect(readDraft(JSON.stringify(draft), owner as never, network as never)).toEqual(draft);
  });
  test('of another wallet, network or version begins anew', () => {
    const empty = { ...EMPTY, owner, network };
    for (const text of [null, '{', '5', 'null', '{}', JSON.stringify({ ...EMPTY, owner: 'other', network }), JSON.stringify({ ...EMPTY, owner, network: 'other' })]) {
      expect(readDraft(text, owner as never, network as never)).toEqual(empty);
    }
  });
});
