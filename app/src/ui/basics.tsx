// The small parts that every screen is made of.
import { useEffect, useId, type ButtonHTMLAttributes, type ReactNode } from 'react';
import { CATEGORY, isCategory } from '../lib/category';

export function cx(...classes: (string | false | null | undefined)[]): string {
  return classes.filter(Boolean).join(' ');
}

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  kind?: 'primary' | 'secondary' | 'quiet' | 'danger';
  size?: 'small' | 'normal' | 'large';
  /** Shows that it is at work, and cannot be pressed. */
  busy?: boolean;
};

const BUTTON_KIND = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong border-transparent',
  secondary: 'bg-surface text-ink border-line-strong hover:bg-sunken',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-sunken',
  danger: 'bg-surface text-bad border-bad hover:bg-bad-soft',
};
const BUTTON_SIZE = {
  small: 'px-2.5 py-1 text-[0.8125rem] min-h-8',
  normal: 'px-3.5 py-1.5 text-sm min-h-9',
  large: 'px-5 py-2.5 text-base min-h-11',
};

export function buttonClass(
  kind: keyof typeof BUTTON_KIND = 'secondary',
  size: keyof typeof BUTTON_SIZE = 'normal',
): string {
  return cx(
    'inline-flex items-center justify-center gap-2 rounded-lg border font-medium whitespace-nowrap transition-colors',
    'disabled:opacity-55 disabled:cursor-not-allowed aria-disabled:opacity-55',
    BUTTON_KIND[kind],
    BUTTON_SIZE[size],
  );
}

export function Button({
  kind = 'secondary',
  size = 'normal',
  busy = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={cx(buttonClass(kind, size), className)}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

export function Spinner() {
  return (
    <svg aria-hidden="true" className="size-4 animate-spin" viewBox="0 0 16 16" fill="none">
      <circle cx="8" cy="8" r="6" stroke="currentColor" strokeOpacity="0.25" strokeWidth="2.5" />
      <path d="M8 2a6 6 0 0 1 6 6" stroke="currentColor" strokeWidth="2.5" strokeLinecap="round" />
    </svg>
  );
}

/** A part of a screen with its heading. */
export function Card(props: {
  title?: ReactNode;
  /** Beside the heading: buttons, a select. */
  actions?: ReactNode;
  /** One sentence below the heading. */
  note?: ReactNode;
  children: ReactNode;
  className?: string;
  level?: 2 | 3;
}) {
  const id = useId();
  const Heading = props.level === 3 ? 'h3' : 'h2';
  return (
    <section
      aria-labelledby={props.title ? id : undefined}
      className={cx(
        'min-w-0 rounded-card border border-line bg-surface p-4 shadow-card sm:p-5',
        props.className,
      )}
    >
      {(props.title || props.actions) && (
        <div className="mb-3 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
          <div className="min-w-0">
            {props.title && <Heading id={id}>{props.title}</Heading>}
            {props.note && <p className="mt-0.5 text-[0.8125rem] text-muted">{props.note}</p>}
          </div>
          {props.actions && <div className="flex flex-wrap items-center gap-2">{props.actions}</div>}
        </div>
      )}
      {props.children}
    </section>
  );
}

/** The head of a screen: its one h1. */
export function PageHead(props: { title: string; note?: ReactNode; actions?: ReactNode }) {
  useEffect(() => {
    document.title = `${props.title} · Cairn`;
  }, [props.title]);
  return (
    <div className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1>{props.title}</h1>
        {props.note && <p className="mt-1 max-w-3xl text-pretty text-muted">{props.note}</p>}
      </div>
      {props.actions && <div className="flex flex-wrap items-center gap-2">{props.actions}</div>}
    </div>
  );
}

/** A figure with its name; `children` is the figure. */
export function Stat(props: { label: ReactNode; children: ReactNode; note?: ReactNode; big?: boolean }) {
  return (
    <dl className="min-w-0">
      <dt className="text-[0.8125rem] text-muted">{props.label}</dt>
      <dd
        className={cx(
          'mt-0.5 font-semibold tracking-tight break-words',
          props.big ? 'text-[2rem] leading-tight' : 'text-xl leading-snug',
        )}
      >
        {props.children}
      </dd>
      {props.note && <dd className="mt-0.5 text-[0.8125rem] text-muted">{props.note}</dd>}
    </dl>
  );
}

const BADGE = {
  neutral: 'bg-sunken text-ink',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  accent: 'bg-accent-soft text-accent',
};
export type Tone = keyof typeof BADGE;

export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1.5 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap',
        BADGE[tone],
      )}
    >
      {children}
    </span>
  );
}

/** A category with its colour and its name; never the colour alone. */
export function CategoryMark({ category }: { category: string }) {
  const known = isCategory(category) ? CATEGORY[category] : null;
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <span
        aria-hidden="true"
        className="size-2.5 rounded-[3px]"
        style={{ background: known?.color ?? 'var(--muted)' }}
      />
      {known?.label ?? category}
    </span>
  );
}

/** A notice above or inside a screen. */
export function Notice(props: {
  tone?: Tone;
  title?: string;
  children?: ReactNode;
  live?: boolean;
  actions?: ReactNode;
}) {
  const { tone = 'neutral' } = props;
  return (
    <div
      role={props.live ? 'status' : undefined}
      className={cx('rounded-lg px-3.5 py-2.5 text-sm', BADGE[tone])}
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          {props.title && <p className="font-semibold">{props.title}</p>}
          {props.children && <div className="break-words text-ink">{props.children}</div>}
        </div>
        {props.actions}
      </div>
    </div>
  );
}

/** A meter of something, with its value in words. */
export function Meter(props: {
  label: string;
  ppm: number;
  text: string;
  tone?: 'accent' | 'good' | 'warn' | 'bad';
}) {
  const width = `${Math.min(100, Math.max(0, props.ppm / 10_000))}%`;
  return (
    <div
      role="meter"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(props.ppm / 10_000)}
      aria-valuetext={props.text}
      className="h-2 overflow-hidden rounded-full bg-sunken"
    >
      <div
        className="h-full rounded-full"
        style={{ width, background: `var(--${props.tone ?? 'accent'})` }}
      />
    </div>
  );
}

/** Text for screen readers alone. */
export function Hidden({ children }: { children: ReactNode }) {
  return <span className="sr-only">{children}</span>;
}

/** The mark: stones on stones. */
export function Mark({ className = 'size-7' }: { className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 32 32" className={className}>
      <g fill="currentColor">
        <ellipse cx="16" cy="26.4" rx="12" ry="4" />
        <ellipse cx="15" cy="18" rx="8.4" ry="3.5" />
        <ellipse cx="17" cy="11" rx="5.6" ry="2.8" />
      </g>
      <circle cx="16" cy="5.2" r="2.6" fill="var(--accent)" />
    </svg>
  );
}
