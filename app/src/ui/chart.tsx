// A chart's frame: a picture, and the same as a table for whoever cannot see or point at it.
import { useId, useState, type ReactNode } from 'react';
import { Button } from './basics';

/**
 * `summary` says in a sentence what the picture shows; `table` has its figures. The picture itself is hidden
 * from screen readers, which get the summary and the table. `fill`: takes what height its flex column leaves.
 */
export function ChartFrame(props: {
  summary: string;
  picture: ReactNode;
  table: ReactNode;
  legend?: ReactNode;
  height?: number;
  fill?: boolean;
}) {
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  return (
    <figure aria-labelledby={id} className={props.fill ? 'flex min-h-0 flex-1 flex-col' : undefined}>
      <figcaption id={id} className="sr-only">
        {props.summary}
      </figcaption>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <div className="flex flex-wrap gap-x-4 gap-y-1 text-[0.8125rem]">{props.legend}</div>
        <Button size="small" kind="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Show the chart' : 'Show as a table'}
        </Button>
      </div>
      {asTable ? (
        <div className="max-h-96 overflow-y-auto" tabIndex={0} role="region" aria-label={props.summary}>
          {props.table}
        </div>
      ) : (
        <div
          aria-hidden="true"
          className={props.fill ? 'relative flex-1' : undefined}
          style={{ [props.fill ? 'minHeight' : 'height']: props.height ?? 220 }}
        >
          {props.fill ? <div className="absolute inset-0">{props.picture}</div> : props.picture}
        </div>
      )}
    </figure>
  );
}
