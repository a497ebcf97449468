// Whether anything is wrong with an operator's devices.
import type { Attention, DeviceRow } from '../api/types';

export type Severity = 'bad' | 'warn';

/** What stops a device from earning is bad; what only will, or reduces it, is a warning. */
const BAD = new Set(['offline', 'suspended', 'license_missing', 'license_expired', 'under_bonded']);

export function severityOf(code: string): Severity {
  return BAD.has(code) ? 'bad' : 'warn';
}

/** What each attention is called in a list. */
const LABEL: Record<string, string> = {
  offline: 'Offline',
  refused: 'Proofs refused',
  under_bonded: 'Under-bonded',
  license_missing: 'No licence',
  license_expired: 'Licence expired',
  license_expiring: 'Licence expiring',
  suspended: 'Suspended',
  retiring: 'Retiring',
  location_missing: 'No location',
};

export function attentionLabel(code: string): string {
  return LABEL[code] ?? code.replaceAll('_', ' ');
}

export type Health = {
  total: number;
  /** Nothing is wrong. */
  well: number;
  /** Something reduces or will reduce what they earn. */
  warn: number;
  /** They earn nothing. */
  bad: number;
};

export function healthOf(devices: readonly DeviceRow[]): Health {
  const worst = devices.map((device) => worstOf(device.attention));
  const count = (what: Severity | null) => worst.filter((one) => one === what).length;
  return { total: devices.length, well: count(null), warn: count('warn'), bad: count('bad') };
}

function worstOf(attention: readonly Attention[]): Severity | null {
  if (attention.some(({ code }) => severityOf(code) === 'bad')) return 'bad';
  return attention.length > 0 ? 'warn' : null;
}

/** All that needs attention, the worst first, then by what the device earned. */
export function needsAttention(devices: readonly DeviceRow[]): { device: DeviceRow; attention: Attention }[] {
  const all = devices.flatMap((device) => device.attention.map((attention) => ({ device, attention })));
  const rank = ({ attention }: { attention: Attention }) => (severityOf(attention.code) === 'bad' ? 0 : 1);
  return all.sort((a, b) => {
    const [x, y] = [BigInt(a.device.lifetime_total), BigInt(b.device.lifetime_total)];
    return rank(a) - rank(b) || (x < y ? 1 : x > y ? -1 : 0);
  });
}
