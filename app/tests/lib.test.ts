import { describe, expect, test } from 'vitest';
import { short, toAddress } from '../src/lib/address';
import * as amount from '../src/lib/amount';
import {
  fromBase58,
  fromHex,
  sameBytes,
  toBase58,
  toHex,
  u16le,
  u32le,
  u64le,
  unpadded,
} from '../src/lib/bytes';
import { toCsv } from '../src/lib/csv';
import { asCairnError, CairnError, snakeCase } from '../src/lib/errors';
import { duration, epochAt, epochStart, iso, relative } from '../src/lib/time';

const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return asCairnError(error).code;
  }
  return null;
};

describe('amounts', () => {
  test.each([
    [0n, 6, undefined, '0'],
    [1n, 6, undefined, '0.000001'],
    [1_999_999n, 6, 2, '1.99'],
    [999_999n, 6, 0, '0'],
    [1_234_567_000_000n, 6, undefined, '1,234,567'],
    [1_000n, 0, undefined, '1,000'],
    [18_446_744_073_709_551_615n, 9, 3, '18,446,744,073.709'],
    [-1n, 6, 2, '−0.01'],
  ])('%d with %d decimals, %s shown: %s', (units, decimals, maxFraction, text) => {
    expect(amount.format(units, decimals, maxFraction === undefined ? {} : { maxFraction })).toBe(text);
  });

  test('what is shown is never more than there is', () => {
    for (let units = 0n; units < 20_000n; units += 37n) {
      for (const maxFraction of [0, 1, 2, 3, 4]) {
        const shown = amount.format(units, 4, { maxFraction, group: false });
        expect(amount.parse(shown, 4)).toBeLessThanOrEqual(units);
      }
      expect(amount.parse(amount.format(units, 4, { group: false }), 4)).toBe(units);
    }
  });

  test('a text is read exactly or not at all', () => {
    expect(amount.parse(' 12.345678 ', 6)).toBe(12_345_678n);
    expect(amount.parse('.5', 6)).toBe(500_000n);
    expect(amount.parse('7.', 0)).toBe(7n);
    expect(amount.parse('18446744073709551615', 0)).toBe((1n << 64n) - 1n);
    for (const wrong of ['', '.', '1,5', '-1', '1e3', '0x10', '1.0000001', '18446744073709.551616']) {
      expect(
        codeOf(() => amount.parse(wrong, 6)),
        wrong,
      ).toBe('amount_invalid');
    }
  });

  test('parts and percentages round down', () => {
    expect(amount.bpsOf(101n, 3_333)).toBe(33n);
    expect(amount.formatPpm(999_999)).toBe('99.9 %');
    expect(amount.formatPpm(1_000_000)).toBe('100 %');
    expect(amount.formatShare(2, 3)).toBe('66.6 %');
    expect(amount.formatShare(1, 0)).toBe('–');
    expect(amount.formatBps(1_250)).toBe('12.5 %');
    expect(amount.formatSol(4_578_001n, 4)).toBe('0.0045 SOL');
  });

  test('what has to be paid is rounded up', () => {
    expect(amount.formatSolUp(5_001n)).toBe('0.000006 SOL');
    expect(amount.formatSolUp(5_000n)).toBe('0.000005 SOL');
  });

  test('sums and differences', () => {
    expect(amount.sum(['1', 2n, '18446744073709551615'])).toBe((1n << 64n) + 2n);
    expect(amount.saturatingSub(1n, 2n)).toBe(0n);
    expect(amount.min(3n, 1n, 2n)).toBe(1n);
    expect(amount.max(3n, 1n, 5n)).toBe(5n);
  });
});

describe('bytes', () => {
  test('text and back', () => {
    expect(toHex(fromHex('00FFa1'))).toBe('00ffa1');
    expect(() => fromHex('0')).toThrow(RangeError);
    expect(() => fromHex('zz')).toThrow(RangeError);
    expect(toBase58(fromBase58('11111111111111111111111111111111'))).toBe('1'.repeat(32));
    expect([...u16le(0x0102)]).toEqual([2, 1]);
    expect([...u32le(1)]).toEqual([1, 0, 0, 0]);
    expect([...u64le(256n)]).toEqual([0, 1, 0, 0, 0, 0, 0, 0]);
    expect(unpadded([99, 114, 110, 0, 65])).toBe('crn');
    expect(sameBytes([1, 2], [1, 2])).toBe(true);
    expect(sameBytes([1, 2], [1, 2, 3])).toBe(false);
  });
});

describe('times', () => {
  test.each([
    [0, '0 s'],
    [59.9, '59 s'],
    [61, '1 min 1 s'],
    [3_600, '1 h'],
    [3_605, '1 h'],
    [90_061, '1 d 1 h'],
    [-5, '0 s'],
  ])('%d s is %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  test('relative to now', () => {
    expect(relative(100, 100)).toBe('now');
    expect(relative(99, 100)).toBe('1 second ago');
    expect(relative(100 + 7_300, 100)).toBe('in 2 hours');
    expect(relative(0, 86_400 * 3)).toBe('3 days ago');
  });

  test('epochs', () => {
    expect(epochAt(99, 100, 30)).toBeNull();
    expect(epochAt(100, 100, 30)).toBe(0);
    expect(epochAt(129, 100, 30)).toBe(0);
    expect(epochAt(130, 100, 30)).toBe(1);
    expect(epochStart(2, 100, 30)).toBe(160);
    expect(iso(0)).toBe('1970-01-01T00:00:00Z');
  });
});

describe('csv', () => {
  test('quotes what has to be, keeps amounts whole, and runs no formula', () => {
    const csv = toCsv(
      ['name', 'amount'],
      [
        ['a "b", c', 18_446_744_073_709_551_615n],
        ['=1+1', null],
        ['line\nbreak', 3],
      ],
    );
    expect(csv).toBe('name,amount\r\n"a ""b"", c",18446744073709551615\r\n\'=1+1,\r\n"line\nbreak",3\r\n');
  });
});

describe('errors and addresses', () => {
  test('any thrown value has a code, a message and a hint', () => {
    const own = new CairnError('a_code', 'a message', 'a hint');
    expect(asCairnError(own)).toBe(own);
    expect(asCairnError(new Error('x'))).toMatchObject({ code: 'failed', message: 'x' });
    expect(asCairnError('text').message).toBe('text');
    expect(snakeCase('NotOracle')).toBe('not_oracle');
    expect(snakeCase('NOT_ORACLE')).toBe('not_oracle');
  });

  test('addresses', () => {
    expect(short('abcdefghijkl')).toBe('abcd…ijkl');
    expect(short('abc')).toBe('abc');
    expect(toAddress(' 11111111111111111111111111111111 ')).toBe('1'.repeat(32));
    expect(codeOf(() => toAddress('0'))).toBe('wallet_invalid');
  });
});
