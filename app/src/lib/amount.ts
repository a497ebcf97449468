// Amounts: whole numbers of a mint's smallest unit, shown rounded down and read exactly or not at all.
import { CairnError } from './errors';

const MAX_U64 = (1n << 64n) - 1n;

export type FormatOptions = {
  /** The most decimals that are shown; the rest is cut off. Default: all. */
  maxFraction?: number;
  /** Groups of three digits in the whole part. Default: yes. */
  group?: boolean;
};

/** An amount in whole tokens, never more than there is: cut off, without trailing zeros. */
export function format(amount: bigint, decimals: number, options: FormatOptions = {}): string {
  const negative = amount < 0n;
  // A negative amount (a difference) is cut towards less, too.
  const places = Math.min(options.maxFraction ?? decimals, decimals);
  const cut = 10n ** BigInt(decimals - places);
  const units = negative ? (-amount + cut - 1n) / cut : amount / cut;
  const digits = units.toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  const grouped = options.group === false ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${negative ? '−' : ''}${grouped}${fraction ? `.${fraction}` : ''}`;
}

/**
 * Reads whole tokens as an amount in the smallest unit.
 * @throws CairnError `amount_invalid` for anything but digits with at most one point, more decimals than
 * the mint has, or more than 64 bits hold.
 */
export function parse(text: string, decimals: number): bigint {
  const trimmed = text.trim();
  const match = /^(\d*)(?:\.(\d*))?$/.exec(trimmed);
  const [, whole = '', fraction = ''] = match ?? [];
  if (!match || (whole === '' && fraction === '')) {
    throw new CairnError(
      'amount_invalid',
      `\`${text}\` is not an amount`,
      'write digits, with a point before decimals',
    );
  }
  if (fraction.length > decimals) {
    throw new CairnError(
      'amount_invalid',
      `\`${text}\` has more than ${decimals} decimals`,
      `the mint has ${decimals} decimals: leave out the others`,
    );
  }
  const amount = BigInt(`${whole}${fraction.padEnd(decimals, '0')}` || '0');
  if (amount > MAX_U64)
    throw new CairnError('amount_invalid', `\`${text}\` is too large`, 'write a smaller amount');
  return amount;
}

/** The sum of amounts as the API gives them: decimal strings. */
export function sum(amounts: Iterable<bigint | string>): bigint {
  let total = 0n;
  for (const amount of amounts) total += BigInt(amount);
  return total;
}

/** What is left, or nothing when `b` is more. */
export function saturatingSub(a: bigint, b: bigint): bigint {
  return a > b ? a - b : 0n;
}

export function min(...all: [bigint, ...bigint[]]): bigint {
  return all.reduce((least, one) => (one < least ? one : least));
}

export function max(...all: [bigint, ...bigint[]]): bigint {
  return all.reduce((most, one) => (one > most ? one : most));
}

/** A part in basis points, rounded down. */
export function bpsOf(amount: bigint, bps: number): bigint {
  return (amount * BigInt(bps)) / 10_000n;
}

/** Lamports as SOL, rounded down. */
export function formatSol(lamports: bigint, maxFraction = 9): string {
  return `${format(lamports, 9, { maxFraction })} SOL`;
}

/** Lamports that are asked for, rounded up: never less than what it takes. */
export function formatSolUp(lamports: bigint, maxFraction = 6): string {
  const unit = 10n ** BigInt(9 - maxFraction);
  return formatSol(((lamports + unit - 1n) / unit) * unit, maxFraction);
}

/** Millionths as a percentage, rounded down: 1_000_000 is `100 %`. */
export function formatPpm(ppm: number | bigint, maxFraction = 1): string {
  return `${format(BigInt(ppm), 4, { maxFraction })} %`;
}

/** `part` of `whole` as a percentage, rounded down; `–` of nothing. */
export function formatShare(part: bigint | number, whole: bigint | number, maxFraction = 1): string {
  const all = BigInt(whole);
  return all === 0n ? '–' : formatPpm((BigInt(part) * 1_000_000n) / all, maxFraction);
}

/** Basis points as a percentage: exact. */
export function formatBps(bps: number): string {
  return `${format(BigInt(bps), 2)} %`;
}
