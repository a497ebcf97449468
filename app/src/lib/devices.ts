// The list of devices: what is shown of it, its sums, and the same as a file.
import type { DeviceList, DeviceRow } from '../api/types';
import { format, sum } from './amount';
import { CATEGORIES } from './category';
import { toCsv } from './csv';
import { iso } from './time';

export const STATUSES = ['active', 'suspended', 'retiring'] as const;
export type Filter = {
  status: (typeof STATUSES)[number] | '';
  category: string;
  attention: boolean;
  text: string;
};

/** The filter in a page's address; what it does not know is left out. */
export function readFilter(search: URLSearchParams): Filter {
  const status = search.get('status') ?? '';
  const category = search.get('category') ?? '';
  return {
    status: STATUSES.find((one) => one === status) ?? '',
    category: CATEGORIES.find((one) => one === category) ?? '',
    attention: search.get('attention') === '1',
    text: search.get('q') ?? '',
  };
}

/** The address with the filter in it; everything else of it stays. */
export function writeFilter(search: URLSearchParams, filter: Filter): URLSearchParams {
  const next = new URLSearchParams(search);
  const set = (key: string, value: string) => (value ? next.set(key, value) : next.delete(key));
  set('status', filter.status);
  set('category', filter.category);
  set('attention', filter.attention ? '1' : '');
  set('q', filter.text);
  return next;
}

export function isFiltered(filter: Filter): boolean {
  return filter.status !== '' || filter.category !== '' || filter.attention || filter.text.trim() !== '';
}

/** The devices that a filter lets through. Every word of the text must be in what names the device. */
export function filtered<Device extends DeviceRow>(devices: readonly Device[], filter: Filter): Device[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return devices.filter((device) => {
    if (filter.status && device.status !== filter.status) return false;
    if (filter.category && device.category !== filter.category) return false;
    if (filter.attention && device.attention.length === 0) return false;
    const named = [device.serial ?? '', device.device, device.cell ?? '', device.license ?? ''].join(' ').toLowerCase();
    return words.every((word) => named.includes(word));
  });
}

/** Accepted of all judged proofs in millionths, rounded down; null when none was judged. */
export function acceptancePpm({ accepted, refused }: Pick<DeviceRow, 'accepted' | 'refused'>): number | null {
  const judged = accepted + refused;
  return judged === 0 ? null : Number((BigInt(accepted) * 1_000_000n) / BigInt(judged));
}

/** A device of the list with what it earned in the newest closed epoch; null while that is not known. */
export type ListedDevice = DeviceRow & { last_share: string | null };

/** A list with the newest epoch's shares, from the same question asked for one epoch alone. */
export function withLastShare(devices: readonly DeviceRow[], newest: DeviceList | undefined): ListedDevice[] {
  const shares = newest && new Map(newest.devices.map(({ device, share }) => [device, share]));
  // Who is not in the newest epoch's list earned nothing for this operator in it.
  return devices.map((device) => ({ ...device, last_share: shares ? (shares.get(device.device) ?? '0') : null }));
}

export type Totals = { devices: number; lastShare: bigint | null; share: bigint; lifetime: bigint; accepted: number; refused: number; acceptancePpm: number | null };

/** The sums of what is shown. */
export function totalsOf(devices: readonly ListedDevice[]): Totals {
  const add = (of: (device: ListedDevice) => number) => devices.reduce((all, device) => all + of(device), 0);
  const [accepted, refused] = [add((one) => one.accepted), add((one) => one.refused)];
  return {
    devices: devices.length,
    lastShare: devices.some((one) => one.last_share === null) ? null : sum(devices.map((one) => one.last_share ?? '0')),
    share: sum(devices.map((one) => one.share)),
    lifetime: sum(devices.map((one) => one.lifetime_total)),
    accepted,
    refused,
    acceptancePpm: acceptancePpm({ accepted, refused }),
  };
}

export const CSV_HEADER = [
  'device',
  'serial',
  'category',
  'class',
  'status',
  'attention',
  'last_proof_utc',
  'accepted',
  'refused',
  'acceptance_ppm',
  'quality_ppm',
  'last_epoch_tokens',
  'last_epoch_smallest_unit',
  'earned_tokens',
  'earned_smallest_unit',
  'lifetime_tokens',
  'lifetime_smallest_unit',
  'cell',
  'license',
] as const;

/** Devices as a file; amounts in tokens, exact, and in the mint's smallest unit. */
export function devicesCsv(devices: readonly ListedDevice[], decimals: number): string {
  const tokens = (amount: string) => format(BigInt(amount), decimals, { group: false });
  return toCsv(
    CSV_HEADER,
    devices.map((device) => {
      const { last_proof_ms: last, last_share: newest } = device;
      return [
        device.device,
        device.serial,
        device.category,
        device.class,
        device.status,
        device.attention.map(({ code }) => code).join(' '),
        last === null ? null : iso(Math.floor(last / 1000)),
        device.accepted,
        device.refused,
        acceptancePpm(device),
        device.quality_ppm,
        newest === null ? null : tokens(newest),
        newest === null ? null : BigInt(newest),
        tokens(device.share),
        BigInt(device.share),
        tokens(device.lifetime_total),
        BigInt(device.lifetime_total),
        device.cell,
        device.license,
      ];
    }),
  );
}
