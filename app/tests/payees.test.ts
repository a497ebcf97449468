import { getAddressDecoder, getAddressEncoder, type Address } from '@solana/kit';
import { describe, expect, test } from 'vitest';
import {
  ALL_BPS,
  bpsOfPercent,
  checkPayees,
  CLAIMANT_BYTES,
  evenParts,
  payeeAmounts,
  PAYEE_BYTES,
  payeesOf,
  percentOf,
  rowsOf,
  samePayees,
} from '../src/lib/payees';
import { asCairnError } from '../src/lib/errors';

const wallet = (n: number) => getAddressDecoder().decode(new Uint8Array(32).fill(n)) as Address;

/** A small generator of its own, so that a failure can be repeated. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

describe('what each payee gets', () => {
  test('the Rust client says the same', () => {
    const thirds = [{ bps: 3_334 }, { bps: 3_333 }, { bps: 3_333 }];
    expect(payeeAmounts(101n, thirds)).toEqual([35n, 33n, 33n]);
    expect(payeeAmounts(5n, [])).toEqual([]);
  });

  test('sums are exact, others are rounded down, the first gets the rest', () => {
    const next = numbers(7);
    for (let round = 0; round < 5_000; round += 1) {
      const count = 1 + next(8);
      let left = ALL_BPS - count;
      const bps = Array.from({ length: count }, (_, at) => {
        const more = at === count - 1 ? left : next(left + 1);
        left -= more;
        return 1 + more;
      });
      const bits = next(65);
      const amount = BigInt.asUintN(bits, (BigInt(next(2 ** 32)) << 32n) | BigInt(next(2 ** 32)));
      const parts = payeeAmounts(amount, bps.map((one) => ({ bps: one })));
      expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
      parts.slice(1).forEach((part, at) => expect(part).toBe((amount * BigInt(bps[at + 1]!)) / 10_000n));
      const floor = (amount * BigInt(bps[0]!)) / 10_000n;
      expect(parts[0]! >= floor && parts[0]! < floor + BigInt(count)).toBe(true);
    }
  });
});

describe('the account', () => {
  const payees = [
    { wallet: wallet(1), destination: wallet(11), bps: 6_667 },
    { wallet: wallet(2), destination: wallet(12), bps: 3_333 },
  ];
  const bytes = new Uint8Array(CLAIMANT_BYTES + 2 * PAYEE_BYTES);
  new DataView(bytes.buffer).setUint32(CLAIMANT_BYTES - 4, 2, true);
  payees.forEach((payee, at) => {
    const from = CLAIMANT_BYTES + at * PAYEE_BYTES;
    bytes.set(getAddressEncoder().encode(payee.wallet), from);
    bytes.set(getAddressEncoder().encode(payee.destination), from + 32);
    new DataView(bytes.buffer).setUint16(from + 64, payee.bps, true);
  });

  test('payees follow the fixed part', () => expect(payeesOf(bytes)).toEqual(payees));
  test('none where there are none, or the data ends early', () => {
    expect(payeesOf(bytes.slice(0, CLAIMANT_BYTES - 1))).toEqual([]);
    expect(payeesOf(bytes.slice(0, CLAIMANT_BYTES + 80))).toEqual(payees.slice(0, 1));
    expect(payeesOf(new Uint8Array(CLAIMANT_BYTES))).toEqual([]);
  });
  test('an array that does not begin at its buffer', () => {
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(payeesOf(shifted.subarray(3))).toEqual(payees);
  });
});

describe('the editor', () => {
  const row = (n: number, percent: string) => ({ wallet: wallet(n), percent });
  const code = (rows: Parameters<typeof checkPayees>[0]) => checkPayees(rows).problem?.code;

  test('percentages are read exactly or not at all', () => {
    expect(bpsOfPercent('66.67')).toBe(6_667);
    expect(bpsOfPercent(' 12.5 %')).toBe(1_250);
    expect(bpsOfPercent('100')).toBe(10_000);
    for (const bad of ['33.333', '100.01', '-1', '', 'a', '1e2']) {
      try {
        bpsOfPercent(bad);
        expect.fail(`${bad} was read`);
      } catch (error) {
        expect(asCairnError(error).code).toBe('invalid_amount');
      }
    }
    for (let bps = 0; bps <= ALL_BPS; bps += 1) expect(bpsOfPercent(percentOf(bps))).toBe(bps);
  });

  test('right rows are payees', () => {
    const checked = checkPayees([row(1, '66.67'), row(2, '33.33')]);
    expect(checked.problem).toBeNull();
    expect(checked.payees).toEqual([
      { wallet: wallet(1), bps: 6_667 },
      { wallet: wallet(2), bps: 3_333 },
    ]);
    expect(checkPayees(rowsOf(checked.payees!)).payees).toEqual(checked.payees);
    expect(samePayees(checked.payees!, [...checked.payees!])).toBe(true);
    expect(samePayees(checked.payees!, [...checked.payees!].reverse())).toBe(false);
    expect(checkPayees([]).payees).toEqual([]);
  });

  test('what the CLI and the program refuse, by the same codes', () => {
    expect(code([row(1, '66.67'), row(2, '33.34')])).toBe('invalid_payees');
    expect(code([row(1, '50'), row(1, '50')])).toBe('invalid_payees');
    expect(code([row(1, '33.333')])).toBe('invalid_amount');
    expect(code([{ wallet: 'nobody', percent: '100' }])).toBe('invalid_payee');
    expect(code([{ wallet: '11111111111111111111111111111111', percent: '100' }])).toBe('invalid_payee');
    expect(code([row(1, '100'), row(2, '0')])).toBe('invalid_payee');
    expect(code(Array.from({ length: 9 }, (_, at) => row(at + 1, at === 0 ? '20' : '10')))).toBe('invalid_payees');
  });

  test('even parts add up', () => {
    for (let count = 1; count <= 8; count += 1) {
      const parts = evenParts(count);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(ALL_BPS);
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThan(count);
    }
    expect(evenParts(3)).toEqual([3_334, 3_333, 3_333]);
  });
});
