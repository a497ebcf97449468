// The editor of payees: checked by the program's rules as one types, with what each would get.
import type { Address as Key } from '@solana/kit';
import { useState } from 'react';
import type { Found } from '../../chain/accounts';
import type { Pool } from '../../generated/rewards/accounts';
import { format, parse } from '../../lib/amount';
import { asCairnError } from '../../lib/errors';
import { ALL_BPS, checkPayees, evenParts, MAX_PAYEES, payeeAmounts, percentOf, ROUNDING, rowsOf, samePayees, type PayeeRow, type PayeeShare } from '../../lib/payees';
import { Amount, Button, cx, Field, Notice } from '../../ui';
import { PayeesDialog } from './payees-dialog';

export type EditorProps = {
  operator: Key;
  pool: Found<Pool>;
  payees: readonly PayeeShare[];
  decimals: number;
  example: bigint;
  onClose: () => void;
};

type Draft = PayeeRow & { id: number };

export function PayeesEditor({ operator, pool, payees, decimals, example, onClose }: EditorProps) {
  const [rows, setRows] = useState<Draft[]>(() =>
    (payees.length ? rowsOf(payees) : [{ wallet: operator, percent: '100' }]).map((row, id) => ({ ...row, id })),
  );
  const [sample, setSample] = useState(() => format(example, decimals, { group: false }));
  const [touched, setTouched] = useState(false);
  const [review, setReview] = useState<readonly PayeeShare[] | null>(null);
  const checked = checkPayees(rows);
  const same = checked.payees !== null && samePayees(checked.payees, payees);
  const change = (id: number, part: Partial<PayeeRow>) => setRows(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  const even = () => {
    const parts = evenParts(rows.length);
    setRows(rows.map((row, at) => ({ ...row, percent: percentOf(parts[at] ?? 0) })));
  };
  const add = () => {
    const left = Math.max(0, ALL_BPS - checked.sum);
    setRows([...rows, { id: Math.max(-1, ...rows.map((row) => row.id)) + 1, wallet: '', percent: left ? percentOf(left) : '' }]);
  };
  return (
    <form
      aria-label="Payees"
      onSubmit={(event) => {
        event.preventDefault();
        setTouched(true);
        if (checked.payees && !same) setReview(checked.payees);
      }}
    >
      <ol className="space-y-3">
        {rows.map((row, at) => (
          <Row
            key={row.id}
            row={row}
            at={at}
            problems={checked.rows[at]}
            touched={touched}
            gets={partOf(sample, decimals, rows, at)}
            decimals={decimals}
            onChange={(part) => change(row.id, part)}
            onRemove={rows.length > 1 ? () => setRows(rows.filter((one) => one.id !== row.id)) : null}
          />
        ))}
      </ol>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <Button size="small" onClick={add} disabled={rows.length >= MAX_PAYEES}>
          Add a payee
        </Button>
        <Button size="small" onClick={even} disabled={rows.length < 2}>
          Split evenly
        </Button>
        <p role="status" className={cx('text-sm', checked.sum === ALL_BPS ? 'text-good' : 'text-bad')}>
          {percentOf(checked.sum)} % of 100 %
          {checked.sum < ALL_BPS && `: ${percentOf(ALL_BPS - checked.sum)} % to give`}
          {checked.sum > ALL_BPS && `: ${percentOf(checked.sum - ALL_BPS)} % too much`}
        </p>
      </div>
      <Example sample={sample} decimals={decimals} onChange={setSample} />
      {touched && checked.problem && (
        <div className="mt-3">
          <Notice tone="bad" live>
            {checked.problem.message}: {checked.problem.hint}. <code className="text-xs">error[{checked.problem.code}]</code>
          </Notice>
        </div>
      )}
      <div className="mt-4 flex flex-wrap items-center gap-2">
        <Button kind="primary" type="submit" disabled={same}>
          Review
        </Button>
        {payees.length > 0 && (
          <Button kind="danger" onClick={() => setReview([])}>
            Remove all payees
          </Button>
        )}
        <Button kind="quiet" onClick={onClose}>
          Cancel
        </Button>
        {same && <span className="text-sm text-muted">Nothing is changed yet.</span>}
      </div>
      {review && <PayeesDialog pool={pool} old={payees} payees={review} onClose={() => setReview(null)} onDone={onClose} />}
    </form>
  );
}

/** What a row would get of the example; null while the example or the part cannot be read. */
function partOf(sample: string, decimals: number, rows: readonly PayeeRow[], at: number): bigint | null {
  try {
    const parts = checkPayees(rows).payees;
    return parts ? (payeeAmounts(parse(sample, decimals), parts)[at] ?? null) : null;
  } catch {
    // Said below the field.
    return null;
  }
}

function Example(props: { sample: string; decimals: number; onChange: (sample: string) => void }) {
  let error: string | null = null;
  try {
    parse(props.sample, props.decimals);
  } catch (problem) {
    error = `${asCairnError(problem).message}: ${asCairnError(problem).hint}`;
  }
  return (
    <Field
      className="mt-4 max-w-72"
      label="Example claim, tokens"
      inputMode="decimal"
      value={props.sample}
      onChange={props.onChange}
      error={error}
      hint={ROUNDING}
    />
  );
}

function Row(props: {
  row: PayeeRow;
  at: number;
  problems: ReturnType<typeof checkPayees>['rows'][number] | undefined;
  touched: boolean;
  gets: bigint | null;
  decimals: number;
  onChange: (part: Partial<PayeeRow>) => void;
  onRemove: (() => void) | null;
}) {
  const { row, at, problems, touched } = props;
  // What is still empty is wrong only once somebody wants to go on.
  const wrong = (text: string, problem: Error | null | undefined) => (problem && (touched || text.trim() !== '') ? problem.message : null);
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-2 rounded-lg bg-sunken/60 p-3 md:grid-cols-[minmax(0,1fr)_8rem_11rem_auto]">
      <Field
        className="max-md:col-span-2"
        label={`Payee ${at + 1}: wallet`}
        value={row.wallet}
        onChange={(wallet) => props.onChange({ wallet })}
        error={wrong(row.wallet, problems?.wallet)}
      />
      <Field
        className="max-md:col-span-2"
        label={`Payee ${at + 1}: part`}
        inputMode="decimal"
        value={row.percent}
        onChange={(percent) => props.onChange({ percent })}
        error={wrong(row.percent, problems?.percent)}
        after={<span className="text-muted">%</span>}
      />
      <dl className="text-sm">
        <dt className="mb-1 text-[0.8125rem] text-muted">{at === 0 ? 'Gets, with the rest' : 'Gets'}</dt>
        <dd className="flex min-h-9 items-center font-medium">
          {props.gets === null ? <span className="text-muted">–</span> : <Amount amount={props.gets} decimals={props.decimals} />}
        </dd>
      </dl>
      <div className="flex items-start md:pt-7">
        <Button size="small" kind="quiet" onClick={props.onRemove ?? undefined} disabled={!props.onRemove} aria-label={`Remove payee ${at + 1}`}>
          Remove
        </Button>
      </div>
    </li>
  );
}
