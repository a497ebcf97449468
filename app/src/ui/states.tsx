// What a part of a screen shows while it waits, when there is nothing, and when it failed.
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { asCairnError, sentence } from '../lib/errors';
import { Button, cx, Notice } from './basics';

/** Grey lines while something is on its way. */
export function Loading({ lines = 3, label = 'Loading' }: { lines?: number; label?: string }) {
  return (
    <div aria-busy="true" role="status" className="space-y-2.5 py-1">
      <span className="sr-only">{label}…</span>
      {Array.from({ length: lines }, (_, at) => (
        <div
          key={at}
          className={cx(
            'h-4 animate-pulse rounded bg-sunken',
            at % 3 === 2 ? 'w-1/2' : at % 2 === 1 ? 'w-4/5' : 'w-full',
          )}
        />
      ))}
    </div>
  );
}

/** There is nothing: says what to do about it. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-start gap-2 py-3">
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-prose text-muted">{children}</div>}
      {action}
    </div>
  );
}

/** Something failed: its code, what was wrong, what to do. */
export function Failed({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }) {
  const { code, message, hint } = asCairnError(error);
  return (
    <div role="alert" className="rounded-lg border border-bad bg-bad-soft px-3.5 py-3 text-sm">
      <p className="font-semibold text-bad">{title ?? 'This did not work'}</p>
      <p className="mt-1 break-words whitespace-pre-line">{sentence(message)}</p>
      <p className="mt-1 text-ink">What to do: {hint}.</p>
      <div className="mt-2 flex flex-wrap items-center gap-3">
        {retry && (
          <Button size="small" onClick={retry}>
            Try again
          </Button>
        )}
        <code className="text-xs">error[{code}]</code>
      </div>
    </div>
  );
}

/**
 * A query's states: skeleton, failure with retry, and the data. When a refresh fails, the old data stays with a notice.
 */
export function Query<T>(props: {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
  lines?: number;
  label?: string;
}) {
  const { query } = props;
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && <Stale error={query.error} atMs={query.dataUpdatedAt} />}
        {props.children(query.data)}
      </>
    );
  }
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return (
    <Loading
      {...(props.lines === undefined ? {} : { lines: props.lines })}
      {...(props.label ? { label: props.label } : {})}
    />
  );
}

/** Says that what is shown is old, and why. */
export function Stale({ error, atMs }: { error: unknown; atMs: number }) {
  const { code } = asCairnError(error);
  return (
    <div className="mb-3">
      <Notice tone="warn" live>
        As of {new Date(atMs).toLocaleTimeString()}: the refresh failed (<code>{code}</code>). The page tries
        again by itself.
      </Notice>
    </div>
  );
}
