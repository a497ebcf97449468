// The list of devices: what is listed, its sums, and that the file says the same.
import { describe, expect, test } from 'vitest';
import type { DeviceRow } from '../src/api/types';
import { parse } from '../src/lib/amount';
import { acceptancePpm, CSV_HEADER, devicesCsv, filtered, readFilter, totalsOf, withLastShare, writeFilter, type ListedDevice } from '../src/lib/devices';

const NO_FILTER = { status: '', category: '', attention: false, text: '' } as const;

function device(change: Partial<ListedDevice>): ListedDevice {
  return {
    device: 'Dev1111111111111111111111111111111111111111',
    serial: 'SN-1',
    class: 0,
    category: 'wireless',
    operator: 'Op',
    status: 'active',
    cell: null,
    license: null,
    license_until_s: null,
    last_proof_ms: 1_790_000_000_500,
    last_refusal: null,
    accepted: 9,
    refused: 1,
    top_refusal: null,
    quality_ppm: 1_000_000,
    density_ppm: null,
    share: '1500000',
    lifetime_total: '2500001',
    attention: [],
    last_share: '500000',
    ...change,
  };
}

const OFFLINE = { code: 'offline', message: 'no proof for 95 s', hint: 'check power' };
const DEVICES = [
  device({}),
  // Larger than a double holds exactly, and a serial that needs quotes.
  device({ device: 'B', serial: 'Roof, "north"', category: 'sensor', share: '9007199254740993', lifetime_total: '18446744073709551615', last_share: '1' }),
  device({ device: 'C', serial: '=SUM(A1)', category: 'storage', status: 'suspended', share: '0', lifetime_total: '7', last_share: '0', accepted: 0, refused: 0, attention: [OFFLINE] }),
];

/** A small reader of RFC 4180, not the writer's own. */
function readCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [];
  for (const line of text.split('\r\n').filter(Boolean)) {
    rows.push([...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].slice(0, CSV_HEADER.length).map(([, cell = '']) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)));
  }
  const [header = [], ...rest] = rows;
  return rest.map((cells) => Object.fromEntries(header.map((name, at) => [name, cells[at] ?? ''])));
}

const sumOf = (rows: Record<string, string>[], column: string) => rows.reduce((all, row) => all + BigInt(row[column] ?? ''), 0n);
const tokensOf = (rows: Record<string, string>[], column: string) =>
  rows.reduce((all, row) => {
    const [whole = '', fraction = ''] = (row[column] ?? '').split('.');
    return all + BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
  }, 0n);

describe('the file', () => {
  test.each([
    ['all', NO_FILTER],
    ['one category', { ...NO_FILTER, category: 'sensor' }],
    ['those that need attention', { ...NO_FILTER, attention: true }],
    ['a text', { ...NO_FILTER, text: 'sn-' }],
  ])('has the sums of the screen: %s', (_, filter) => {
    const shown = filtered(DEVICES, filter);
    const rows = readCsv(devicesCsv(shown, 6));
    const totals = totalsOf(shown);
    expect(rows.map((row) => row.device)).toEqual(shown.map((one) => one.device));
    for (const [column, total] of [['earned', totals.share], ['lifetime', totals.lifetime], ['last_epoch', totals.lastShare]] as const) {
      expect(sumOf(rows, `${column}_smallest_unit`)).toBe(total);
      expect(tokensOf(rows, `${column}_tokens`)).toBe(total);
    }
    expect(sumOf(rows, 'accepted')).toBe(BigInt(totals.accepted));
    expect(sumOf(rows, 'refused')).toBe(BigInt(totals.refused));
  });

  test('a filter changes the sums', () => {
    expect(totalsOf(filtered(DEVICES, { ...NO_FILTER, category: 'sensor' })).share).not.toBe(totalsOf(DEVICES).share);
  });

  test('a sum beyond a double is exact', () => {
    expect(totalsOf(DEVICES).share).toBe(9_007_199_256_240_993n);
    expect(totalsOf(DEVICES).lifetime).toBe(18_446_744_073_712_051_623n);
  });

  test('text of strangers is neither a formula nor another column', () => {
    const [, north, formula] = readCsv(devicesCsv(DEVICES, 6));
    expect(north?.serial).toBe('Roof, "north"');
    expect(formula?.serial).toBe("'=SUM(A1)");
    expect(formula?.attention).toBe('offline');
  });

  test('amounts in tokens are exact', () => {
    const [first] = readCsv(devicesCsv(DEVICES, 6));
    expect(first?.earned_tokens).toBe('1.5');
    expect(parse(first?.lifetime_tokens ?? '', 6)).toBe(2_500_001n);
    expect(first?.last_proof_utc).toBe(new Date(1_790_000_000_000).toISOString().replace('.000Z', 'Z'));
  });
});

describe('the list', () => {
  test('filters by status, category, attention and every word of a text', () => {
    const named = (change: object) => filtered(DEVICES, { ...NO_FILTER, ...change }).map((one) => one.device[0]);
    expect(named({ status: 'suspended' })).toEqual(['C']);
    expect(named({ category: 'sensor' })).toEqual(['B']);
    expect(named({ attention: true })).toEqual(['C']);
    expect(named({ text: 'NORTH roof' })).toEqual(['B']);
    expect(named({ text: 'north wind' })).toEqual([]);
  });

  test('the filter survives the address bar, and leaves the rest of it alone', () => {
    const filter = { status: 'active', category: 'storage', attention: true, text: 'a b' } as const;
    const search = writeFilter(new URLSearchParams('operator=X'), filter);
    expect(search.get('operator')).toBe('X');
    expect(readFilter(search)).toEqual(filter);
    expect(writeFilter(search, NO_FILTER).toString()).toBe('operator=X');
    expect(readFilter(new URLSearchParams('status=gone&category=toString'))).toEqual(NO_FILTER);
  });

  test('acceptance is rounded down, and unknown of nothing', () => {
    expect(acceptancePpm({ accepted: 2, refused: 1 })).toBe(666_666);
    expect(acceptancePpm({ accepted: 0, refused: 0 })).toBeNull();
    expect(totalsOf(DEVICES)).toMatchObject({ accepted: 18, refused: 2, acceptancePpm: 900_000 });
  });

  test('the newest epoch’s shares join by device; before they are known their sum is not, either', () => {
    const { last_share: _, ...plain } = device({});
    const rows: DeviceRow[] = [plain, { ...plain, device: 'gone' }];
    const newest = { operator: 'Op', newest_epoch: 4, epochs: 1, devices: [{ ...plain, share: '42' }] };
    expect(withLastShare(rows, newest).map((one) => one.last_share)).toEqual(['42', '0']);
    expect(totalsOf(withLastShare(rows, newest)).lastShare).toBe(42n);
    expect(totalsOf(withLastShare(rows, undefined)).lastShare).toBeNull();
  });
});
