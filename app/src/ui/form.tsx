// Fields with their names, hints and errors.
import { useId, useRef, type InputHTMLAttributes, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from './basics';

const INPUT =
  'w-full rounded-lg border border-line-strong bg-surface px-3 py-1.5 min-h-9 text-sm text-ink placeholder:text-muted';

type FieldProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> & {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  /** What is wrong with the value. */
  error?: string | null;
  /** Behind the input: a unit, a button. */
  after?: ReactNode;
};

/** A text input with its label, hint and error. */
export function Field({ label, value, onChange, hint, error, after, className, ...rest }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <div className="flex items-center gap-2">
        <input
          autoComplete="off"
          spellCheck={false}
          {...rest}
          id={id}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
          className={cx(INPUT, error && 'border-bad')}
        />
        {after}
      </div>
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-[0.8125rem] text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="mt-1 text-[0.8125rem] text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

/** A choice of a few. */
export function Select<T extends string>(props: {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
  /** The label is for screen readers alone. */
  compact?: boolean;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div className={props.compact ? 'inline-block' : undefined}>
      <label htmlFor={id} className={props.compact ? 'sr-only' : 'mb-1 block text-sm font-medium'}>
        {props.label}
      </label>
      <select
        id={id}
        value={props.value}
        disabled={props.disabled}
        onChange={(event) => props.onChange(event.target.value as T)}
        className={cx(INPUT, props.compact && 'w-auto')}
      >
        {props.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A yes or no. */
export function Checkbox(props: {
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}) {
  return (
    <label className="inline-flex min-h-6 items-center gap-2 text-sm">
      <input
        type="checkbox"
        checked={props.checked}
        disabled={props.disabled}
        onChange={(event) => props.onChange(event.target.checked)}
        className="size-4 accent-[var(--accent)]"
      />
      {props.label}
    </label>
  );
}

/** Tabs: arrow keys move between them. */
export function Tabs<T extends string>(props: {
  label: string;
  value: T;
  tabs: readonly { value: T; label: ReactNode }[];
  onChange: (value: T) => void;
  children: ReactNode;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const at = props.tabs.findIndex((tab) => tab.value === props.value);
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = props.tabs[(at + step + props.tabs.length) % props.tabs.length];
    if (!step || !next) return;
    event.preventDefault();
    props.onChange(next.value);
    list.current?.querySelector<HTMLElement>(`#${CSS.escape(`${id}-${next.value}`)}`)?.focus();
  };
  return (
    <div>
      <div
        ref={list}
        role="tablist"
        aria-label={props.label}
        onKeyDown={move}
        className="mb-4 flex gap-1 overflow-x-auto border-b border-line"
      >
        {props.tabs.map((tab) => (
          <button
            key={tab.value}
            type="button"
            role="tab"
            id={`${id}-${tab.value}`}
            aria-selected={tab.value === props.value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.value === props.value ? 0 : -1}
            onClick={() => props.onChange(tab.value)}
            className={cx(
              '-mb-px border-b-2 px-3 py-2 text-sm font-medium whitespace-nowrap',
              tab.value === props.value
                ? 'border-accent text-ink'
                : 'border-transparent text-muted hover:text-ink',
            )}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${props.value}`}>
        {props.children}
      </div>
    </div>
  );
}

/** Where one is in a row of steps. */
export function Stepper(props: { label: string; steps: readonly string[]; current: number }) {
  return (
    <ol aria-label={props.label} className="flex flex-wrap gap-x-5 gap-y-2 text-sm">
      {props.steps.map((step, at) => {
        const state = at < props.current ? 'done' : at === props.current ? 'current' : 'to come';
        return (
          <li
            key={step}
            aria-current={state === 'current' ? 'step' : undefined}
            className={cx(
              'flex items-center gap-2',
              state === 'to come' && 'text-muted',
              state === 'current' && 'font-semibold',
            )}
          >
            <span
              aria-hidden="true"
              className={cx(
                'inline-flex size-6 items-center justify-center rounded-full text-xs font-semibold',
                state === 'to come' ? 'bg-sunken' : 'bg-accent text-on-accent',
              )}
            >
              {state === 'done' ? '✓' : at + 1}
            </span>
            {step}
            <span className="sr-only">({state})</span>
          </li>
        );
      })}
    </ol>
  );
}
