import { getAddressDecoder, type Address } from '@solana/kit';
import { describe, expect, test } from 'vitest';
import type { EpochView } from '../src/api/types';
import type { Challenge, Proposal } from '../src/generated/rewards/accounts';
import { attendance, attestersOf, proposalOf, standingOf, type EpochLike, type SetView } from '../src/lib/epochs';

const key = (n: number) => getAddressDecoder().decode(new Uint8Array(32).fill(n)) as Address;
const set: SetView = {
  oracles: [key(1), key(2), key(3), key(4)],
  // The fourth was removed.
  active: 0b0111,
  count: 3,
  threshold: 2,
  generation: 5,
};
const proposal = (address: string, fields: Partial<Proposal>) => ({
  address,
  data: {
    epoch: 7n,
    status: 0,
    challenge: 0,
    attestations: 0b001,
    generation: 5,
    quorumAt: 0n,
    finalizableAt: 0n,
    ...fields,
  } as Proposal,
});
const view = (fields: Partial<EpochLike> = {}): EpochLike => ({
  epoch: 7,
  state: 'proposed',
  ends_at_s: 100,
  result: { root: '', root_sum: '1', leaf_count: 1, manifest_hash: '' },
  proposal: 'P',
  attested_by: [],
  ...fields,
});
const none = new Map<string, Challenge>();
const quorum = { attestations: 0b011, quorumAt: 120n, finalizableAt: 180n };

describe('where an epoch stands', () => {
  const phase = (like: EpochLike, proposals: ReturnType<typeof proposal>[] | null, now: number) => {
    const { phase, untilS } = standingOf(like, proposals, set, none, now);
    return [phase, untilS];
  };

  test('open until its end by the chain’s clock, then being computed', () => {
    expect(phase(view({ state: 'open' }), [], 99)).toEqual(['open', 100]);
    expect(phase(view({ state: 'open' }), [], 100)).toEqual(['closing', null]);
    expect(phase(view({ state: 'closed', result: null }), [], 101)).toEqual(['closing', null]);
    expect(phase(view({ state: 'closed' }), [], 101)).toEqual(['computed', null]);
  });

  test('proposed: attested, its window, over', () => {
    expect(phase(view(), [proposal('P', {})], 130)).toEqual(['attesting', null]);
    expect(phase(view(), [proposal('P', quorum)], 179)).toEqual(['challenge_window', 180]);
    expect(phase(view(), [proposal('P', quorum)], 180)).toEqual(['finalizable', null]);
    expect(phase(view(), null, 130)).toEqual(['attesting', null]);
  });

  test('attestations of an earlier oracle set are void, and those of removed oracles do not count', () => {
    expect(phase(view(), [proposal('P', { ...quorum, generation: 4 })], 150)).toEqual(['attesting', null]);
    expect(phase(view(), [proposal('P', { ...quorum, attestations: 0b1001 })], 150)).toEqual(['attesting', null]);
    expect(attestersOf(proposal('P', { attestations: 0b1110 }).data, set)).toEqual([key(2), key(3)]);
    // What is finalized stays attested by whom it was.
    const done = proposal('P', { status: 1, generation: 4, attestations: 0b011 }).data;
    expect(attestersOf(done, set)).toEqual([key(1), key(2)]);
  });

  test('challenged until the vote’s end; rejected; finalized; skipped', () => {
    const challenged = proposal('P', { ...quorum, challenge: 1 });
    const votes = new Map([['P', { expiresAt: 300n } as Challenge]]);
    expect(standingOf(view(), [challenged], set, votes, 200)).toMatchObject({ phase: 'challenged', untilS: 300 });
    expect(phase(view(), [challenged], 200)).toEqual(['challenged', null]);
    expect(phase(view(), [proposal('P', { ...quorum, challenge: 2 })], 200)).toEqual(['finalizable', null]);
    expect(phase(view(), [proposal('P', { status: 2 })], 200)).toEqual(['rejected', null]);
    expect(phase(view(), [proposal('P', { status: 1 })], 200)).toEqual(['finalized', null]);
    expect(phase(view({ state: 'finalized' }), [], 200)).toEqual(['finalized', null]);
    expect(phase(view({ state: 'skipped' }), [], 200)).toEqual(['skipped', null]);
  });

  test('of several proposals the finalized one counts, then the oracle’s own, then the best attested', () => {
    const other = proposal('Q', { attestations: 0b110 });
    expect(proposalOf(view(), [other, proposal('P', {})], set)?.address).toBe('P');
    expect(proposalOf(view({ proposal: null }), [proposal('P', {}), other], set)?.address).toBe('Q');
    expect(proposalOf(view(), [proposal('P', {}), proposal('F', { status: 1 })], set)?.address).toBe('F');
    expect(proposalOf(view(), [proposal('P', { status: 2 }), other], set)?.address).toBe('Q');
    expect(proposalOf(view(), [proposal('P', { epoch: 8n })], set)).toBeNull();
  });

  test('an operator’s own list, which does not say whether there is a result', () => {
    expect(phase({ epoch: 7, state: 'closed', ends_at_s: 100 }, [], 200)).toEqual(['computed', null]);
  });
});

test('attendance counts epochs with a proposal, by the oracle’s word and by the chain', () => {
  const epoch = (number: number, attested_by: string[]): EpochView =>
    ({ ...view(), epoch: number, proposal: `P${number}`, attested_by }) as EpochView;
  const epochs = [epoch(9, []), epoch(8, [key(1), key(3)]), epoch(7, [])];
  const found = attendance(epochs, [proposal('P7', { attestations: 0b011 })], set);
  expect(found.map(({ attested, of }) => [attested, of])).toEqual([
    [2, 2],
    [1, 2],
    [1, 2],
  ]);
  expect(found.map((one) => one.key)).toEqual([key(1), key(2), key(3)]);
});
