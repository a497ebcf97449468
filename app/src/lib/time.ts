// Times and durations in words.

const UNITS: readonly [seconds: number, name: string, short: string][] = [
  [86_400, 'day', 'd'],
  [3_600, 'hour', 'h'],
  [60, 'minute', 'min'],
  [1, 'second', 's'],
];

/** A duration in its two largest units, rounded down: `1 h 5 min`, `42 s`, `0 s`. */
export function duration(seconds: number): string {
  let left = Math.max(0, Math.floor(seconds));
  const parts: string[] = [];
  for (const [size, , short] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${short}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ') || '0 s';
}

/** A moment as seen from `now`, in its largest unit: `5 minutes ago`, `in 2 days`, `now`. */
export function relative(atS: number, nowS: number): string {
  const difference = Math.round(atS - nowS);
  const distance = Math.abs(difference);
  const unit = UNITS.find(([size]) => distance >= size);
  if (!unit) return 'now';
  const count = Math.floor(distance / unit[0]);
  const words = `${count} ${unit[1]}${count === 1 ? '' : 's'}`;
  return difference < 0 ? `${words} ago` : `in ${words}`;
}

/** A moment, exact, in the reader's own time zone. */
export function exact(atS: number, locale?: string): string {
  return new Date(atS * 1000).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'long' });
}

/** A moment in UTC, for files: `2026-01-31T12:00:00Z`. */
export function iso(atS: number): string {
  return new Date(atS * 1000).toISOString().replace('.000Z', 'Z');
}

/** The epoch that `nowS` lies in; null before genesis. */
export function epochAt(nowS: number, genesisAtS: number, epochSeconds: number): number | null {
  return nowS < genesisAtS ? null : Math.floor((nowS - genesisAtS) / epochSeconds);
}

/** First second of an epoch. */
export function epochStart(epoch: number, genesisAtS: number, epochSeconds: number): number {
  return genesisAtS + epoch * epochSeconds;
}

/** Now, unix seconds. */
export function nowS(): number {
  return Math.floor(Date.now() / 1000);
}
