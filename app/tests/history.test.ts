import { readFileSync } from 'node:fs';
import { getAddressDecoder, getBase16Encoder, getBase64Decoder, type Address } from '@solana/kit';
import { describe, expect, test } from 'vitest';
import { eventsBy } from '../src/chain/history';
import type { Event } from '../src/chain/events';
import { REGISTRY, REWARDS } from '../src/chain/pda';
import { decodeEvent } from '../src/generated/rewards/events';
import {
  claimedIn,
  historyCsv,
  HISTORY_HEADER,
  historyOf,
  isClaim,
  missingClaims,
  type PastTransaction,
} from '../src/lib/history';

const answers = JSON.parse(readFileSync(new URL('known-answers.json', import.meta.url), 'utf8')) as {
  events: { program: string; data: string }[];
};
const line = (hex: string) => `Program data: ${getBase64Decoder().decode(getBase16Encoder().encode(hex))}`;
/** The known answers' events of the rewards program, as the program logged them. */
const logged = answers.events.filter((event) => event.program === 'rewards').map(({ data }) => line(data));
const wallet = (n: number) => getAddressDecoder().decode(new Uint8Array(32).fill(n)) as Address;
const inside = (program: string, ...lines: string[]) => [
  `Program ${program} invoke [1]`,
  ...lines,
  `Program ${program} consumed 1 of 2 compute units`,
  `Program ${program} success`,
];

describe('events in logs', () => {
  test('what the program logged decodes, in order', () => {
    const events = eventsBy(REWARDS, inside(REWARDS, ...logged));
    expect(events).toHaveLength(logged.length);
    expect(events!.every((event) => event.program === 'rewards')).toBe(true);
    const kinds = events!.map(({ event }) => event.kind);
    for (const kind of ['Claimed', 'PayeesSet', 'ClaimantOpened']) expect(kinds).toContain(kind);
  });

  test('the same bytes logged by another program do not count', () => {
    expect(eventsBy(REWARDS, inside(REGISTRY, ...logged))).toEqual([]);
    const called = inside(REWARDS, `Program ${REGISTRY} invoke [2]`, logged[0]!, `Program ${REGISTRY} success`, logged[1]!);
    expect(eventsBy(REWARDS, called)).toHaveLength(1);
    expect(eventsBy(REWARDS, inside(REWARDS, `Program log: ${logged[0]}`))).toEqual([]);
  });

  test('a log that was cut off tells nothing', () => {
    expect(eventsBy(REWARDS, [`Program ${REWARDS} invoke [1]`, logged[0]!, 'Log truncated'])).toBeNull();
  });
});

const [pool, operator] = [wallet(1), wallet(2)];
const claimed = (amount: bigint, claimedTotal: bigint, of = operator): Event => ({
  program: 'rewards',
  event: { kind: 'Claimed', data: { pool, operator: of, amount, claimedTotal } },
});
const payeesSet = (old: [number, number][], now: [number, number][]): Event => {
  const shares = (list: [number, number][]) => list.map(([n, bps]) => ({ wallet: wallet(n), bps }));
  return { program: 'rewards', event: { kind: 'PayeesSet', data: { pool, operator, old: shares(old), new: shares(now) } } };
};
const transaction = (signature: string, events: Event[] | null, more: Partial<PastTransaction> = {}): PastTransaction => ({
  signature,
  slot: 7n,
  atS: 1_000,
  failed: false,
  events,
  ...more,
});

describe('the history', () => {
  const halves: [number, number][] = [
    [3, 5_000],
    [4, 5_000],
  ];
  const now = halves.map(([n, bps]) => ({ wallet: wallet(n), bps }));
  const rows = historyOf(
    [
      transaction('D', [claimed(5n, 105n)]),
      transaction('C', [payeesSet([], halves)]),
      transaction('x', [claimed(99n, 999n)], { failed: true }),
      transaction('B', [claimed(60n, 100n), claimed(7n, 7n, wallet(9))]),
      transaction('A', [claimed(40n, 40n)]),
    ],
    pool,
    operator,
    now,
  );

  test('has the operator’s own rows, newest first, none of failed transactions', () => {
    expect(rows.map((row) => `${row.signature}:${row.kind}`)).toEqual(['D:claimed', 'C:payees_set', 'B:claimed', 'A:claimed']);
    expect(claimedIn(rows)).toBe(105n);
    expect(missingClaims(rows, 105n)).toBe(0n);
    expect(missingClaims(rows, 205n)).toBe(100n);
    expect(missingClaims(rows, 100n)).toBe(0n);
  });

  test('each claim has the payees of its time, with what each got', () => {
    const [newest, second] = rows.filter(isClaim);
    expect(newest!.payees).toEqual([
      { wallet: wallet(3), bps: 5_000, amount: 3n },
      { wallet: wallet(4), bps: 5_000, amount: 2n },
    ]);
    expect(second!.payees).toEqual([]);
  });

  test('what the node does not keep is said, and nobody guesses the payees before it', () => {
    const lost = historyOf([transaction('B', null), transaction('A', [claimed(1n, 1n)])], pool, operator, now);
    expect(lost.map((row) => row.kind)).toEqual(['lost', 'claimed']);
    expect(lost.filter(isClaim)[0]!.payees).toBeNull();
  });

  test('the file has the same sum, exact', () => {
    const csv = historyCsv(rows, 6).trimEnd().split('\r\n');
    expect(csv[0]).toBe(HISTORY_HEADER.join(','));
    const column = HISTORY_HEADER.indexOf('amount_smallest_unit');
    const sum = csv.slice(1).reduce((total, row) => total + BigInt(row.split(',')[column] || '0'), 0n);
    expect(sum).toBe(claimedIn(rows));
    expect(csv[1]).toContain('1970-01-01T00:16:40Z');
    expect(csv[1]).toContain('0.000005');
  });
});

test('known answers are read as their decoder reads them', () => {
  const direct = answers.events
    .filter((event) => event.program === 'rewards')
    .map(({ data }) => decodeEvent(new Uint8Array(getBase16Encoder().encode(data))));
  expect(eventsBy(REWARDS, inside(REWARDS, ...logged))!.map(({ event }) => event)).toEqual(direct);
});
