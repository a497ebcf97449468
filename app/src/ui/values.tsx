// Values as they are shown everywhere: amounts, addresses, times, percentages.
import { useState } from 'react';
import { short } from '../lib/address';
import { format, formatPpm } from '../lib/amount';
import { duration, exact, relative } from '../lib/time';
import { useNow } from '../state';
import { cx } from './basics';
import { Tooltip } from './tooltip';

/** Tokens, rounded down to `max` decimals; the exact amount in the title. `symbol` follows when given. */
export function Amount(props: { amount: bigint | string; decimals: number; max?: number; symbol?: string }) {
  const amount = BigInt(props.amount);
  const all = format(amount, props.decimals);
  const shown = format(amount, props.decimals, { maxFraction: props.max ?? props.decimals });
  const unit = props.symbol ? ` ${props.symbol}` : '';
  return (
    <span
      data-amount={amount.toString()}
      title={shown === all ? undefined : `${all}${unit}`}
      className="whitespace-nowrap"
    >
      {shown}
      {props.symbol && (
        <span className="text-[max(0.62em,0.8125rem)] font-normal tracking-normal text-muted">
          {' '}
          {props.symbol}
        </span>
      )}
    </span>
  );
}

/** Millionths as a percentage, rounded down; a dash for none. */
export function Percent({ ppm, max = 1 }: { ppm: number | null; max?: number }) {
  return <span>{ppm === null ? '–' : formatPpm(ppm, max)}</span>;
}

/** An address in short with a button that copies it whole, and a link to the explorer when given. */
export function Address(props: { address: string; letters?: number; href?: string; label?: string }) {
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.address);
      setCopied(true);
    } catch {
      // No permission: the address is in the title, and can be marked by hand.
      setCopied(false);
    }
    setTimeout(() => setCopied(null), 1_500);
  };
  const text = props.letters === 0 ? props.address : short(props.address, props.letters ?? 4);
  return (
    <span className="inline-flex items-center gap-0.5 align-baseline">
      {props.href ? (
        <a
          href={props.href}
          target="_blank"
          rel="noreferrer"
          className="link font-mono text-[0.92em] break-all"
          title={props.address}
        >
          {text}
        </a>
      ) : (
        <span className="font-mono text-[0.92em] break-all" title={props.address}>
          {text}
        </span>
      )}
      <button
        type="button"
        onClick={() => void copy()}
        aria-label={`Copy ${props.label ?? 'address'} ${props.address}`}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded text-muted hover:bg-sunken hover:text-ink"
      >
        <svg
          aria-hidden="true"
          viewBox="0 0 16 16"
          className="size-3.5"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
        >
          {copied ? <path d="M3 8.5 6.5 12 13 4.5" /> : <path d="M5.5 5.5h7v8h-7zM3.5 10.5v-8h7" />}
        </svg>
      </button>
      <span role="status" className={cx(copied === null && 'sr-only', 'text-xs text-muted')}>
        {copied === true ? 'copied' : copied === false ? 'not copied: mark it by hand' : ''}
      </span>
    </span>
  );
}

/** A moment as seen from now, the exact one in its tooltip. Unix seconds. */
export function Ago({ atS }: { atS: number | null }) {
  const now = useNow();
  if (atS === null) return <span>never</span>;
  return (
    <Tooltip content={exact(atS)}>
      <time dateTime={new Date(atS * 1000).toISOString()} className="whitespace-nowrap">
        {relative(atS, now)}
      </time>
    </Tooltip>
  );
}

/** A countdown to a moment; `done` once it is past. Unix seconds. */
export function Countdown({ untilS, done = 'now' }: { untilS: number; done?: string }) {
  const now = useNow();
  return (
    <Tooltip content={exact(untilS)}>
      <span className="whitespace-nowrap">{untilS > now ? duration(untilS - now) : done}</span>
    </Tooltip>
  );
}
