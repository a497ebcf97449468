// Tables: sorted by their heads, read by screen readers, cards on a phone.
import { useMemo, useState, type ReactNode } from 'react';
import { cx } from './basics';
import { Explain } from './tooltip';

export type Column<Row> = {
  key: string;
  head: ReactNode;
  cell: (row: Row) => ReactNode;
  /** What the column is sorted by; without, it is not. */
  sort?: (row: Row) => string | number | bigint;
  /** Numbers stand right. */
  number?: boolean;
  /** Names the row for screen readers; one column of a table. */
  rowHead?: boolean;
  /** How the column is computed: a little "i" beside the head, which is no part of the button that sorts. */
  explain?: ReactNode;
  /** What the cell is called on a phone, where there is no head; default: the head, when it is text. */
  label?: string;
};

type Sorting = { key: string; descending: boolean };

/** Rows in the order of a column. */
export function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  by: Sorting | null,
): Row[] {
  const column = by && columns.find((one) => one.key === by.key);
  const { sort } = column ?? {};
  if (!sort || !by) return [...rows];
  const sign = by.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [sort(a), sort(b)];
    return x < y ? -sign : x > y ? sign : 0;
  });
}

export function Table<Row>(props: {
  /** What the table is, for screen readers; shown when `showCaption`. */
  caption: string;
  showCaption?: boolean;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  initialSort?: Sorting;
  /** Rows shown at first; a button shows more. */
  pageSize?: number;
  /** On a phone: a card for each row (default), or a scrolling box. */
  narrow?: 'cards' | 'scroll';
  foot?: ReactNode;
}) {
  const { columns, rows, pageSize = 50, narrow = 'cards' } = props;
  const [sorting, setSorting] = useState<Sorting | null>(props.initialSort ?? null);
  const [shown, setShown] = useState(pageSize);
  const ordered = useMemo(() => sorted(rows, columns, sorting), [rows, columns, sorting]);
  const cards = narrow === 'cards';
  const toggle = (key: string) =>
    setSorting((now) => ({ key, descending: now?.key === key ? !now.descending : true }));
  return (
    <div className="min-w-0">
      <div
        className={cx(!cards && 'overflow-x-auto')}
        tabIndex={cards ? undefined : 0}
        role={cards ? undefined : 'region'}
        aria-label={cards ? undefined : props.caption}
      >
        <table className={cx('w-full border-collapse text-sm', cards && 'max-md:block')}>
          <caption className={props.showCaption ? cx('pb-2 text-left font-medium', cards && 'max-md:block') : 'sr-only'}>
            {props.caption}
          </caption>
          <thead className={cx(cards && 'max-md:sr-only')}>
            <tr className="border-b border-line text-left text-[0.8125rem] text-muted">
              {columns.map((column) => (
                <th
                  key={column.key}
                  scope="col"
                  aria-sort={
                    sorting?.key === column.key
                      ? sorting.descending
                        ? 'descending'
                        : 'ascending'
                      : undefined
                  }
                  className={cx('py-2 pr-4 font-medium last:pr-0', column.number && 'text-right')}
                >
                  {column.sort ? (
                    <button
                      type="button"
                      onClick={() => toggle(column.key)}
                      className="inline-flex items-center gap-1 rounded hover:text-ink"
                    >
                      {column.head}
                      <span aria-hidden="true" className="w-2 text-[0.625rem]">
                        {sorting?.key === column.key ? (sorting.descending ? '▼' : '▲') : ''}
                      </span>
                    </button>
                  ) : (
                    column.head
                  )}
                  {column.explain && (
                    <span className="ml-1">
                      <Explain
                        label={
                          column.label ?? (typeof column.head === 'string' ? column.head : 'this column')
                        }
                      >
                        {column.explain}
                      </Explain>
                    </span>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className={cx(cards && 'max-md:block')}>
            {ordered.slice(0, shown).map((row) => (
              <tr
                key={props.rowKey(row)}
                className={cx('border-b border-line last:border-0', cards && 'max-md:block max-md:py-2.5')}
              >
                {columns.map((column) => {
                  const label = column.label ?? (typeof column.head === 'string' ? column.head : '');
                  const content = (
                    <>
                      {cards && label && <span className="mr-3 text-muted md:hidden">{label}</span>}
                      {column.cell(row)}
                    </>
                  );
                  const className = cx(
                    'py-2 pr-4 align-middle last:pr-0',
                    column.number && 'md:text-right',
                    cards &&
                      'max-md:flex max-md:items-baseline max-md:justify-between max-md:gap-3 max-md:py-1 max-md:pr-0',
                  );
                  return column.rowHead ? (
                    <th key={column.key} scope="row" className={cx(className, 'text-left font-medium')}>
                      {content}
                    </th>
                  ) : (
                    <td key={column.key} className={className}>
                      {content}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
          {props.foot && <tfoot className={cx(cards && 'max-md:block')}>{props.foot}</tfoot>}
        </table>
      </div>
      {rows.length > shown && (
        <button
          type="button"
          onClick={() => setShown(shown + pageSize)}
          className="mt-2 rounded px-1 py-1 text-sm text-accent underline underline-offset-4"
        >
          Show {Math.min(pageSize, rows.length - shown)} more of {rows.length}
        </button>
      )}
    </div>
  );
}
