// The steps of a paystub: proofs to points, factors, and the share of the budget.
import type { ReactNode } from 'react';
import type { Explanation, KindLine } from '../../api/types';
import type { Unit } from '../../chain/queries';
import { format, formatPpm, formatShare } from '../../lib/amount';
import { isReceipt, kindLabel, kindUnit, millionths, type Paystub } from '../../lib/paystub';
import { factorWords } from '../../lib/paystub-factors';
import { Amount, Table, type Column } from '../../ui';

/** Millionths as a decimal number. */
const decimal = (value: bigint, maxFraction = 6) => format(value, 6, { maxFraction });
/** A decimal number of the oracle with groups of three digits. */
const grouped = (text: string) => decimal(millionths(text));

const KINDS: Column<KindLine>[] = [
  {
    key: 'kind',
    head: 'Kind of proof',
    rowHead: true,
    label: '',
    cell: (row) => (
      <span>
        {kindLabel(row.kind)}
        <span className="block text-xs font-normal text-muted">{kindUnit(row.kind)}</span>
      </span>
    ),
  },
  {
    key: 'accepted',
    head: 'Accepted',
    number: true,
    cell: (row) => (
      <span>
        {row.accepted.toLocaleString('en')}
        {row.refused > 0 && <span className="text-bad"> · {row.refused.toLocaleString('en')} refused</span>}
      </span>
    ),
  },
  { key: 'units', head: 'Units', number: true, explain: 'Sum of what its accepted proofs count for; below, proof by proof.', cell: (row) => grouped(row.units) },
  { key: 'points', head: 'Points', number: true, explain: 'Units × the points that the network’s policy gives for one.', cell: (row) => <strong className="font-semibold">{grouped(row.points)}</strong> },
];

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5">{title}</h3>
      {children}
    </section>
  );
}

export function KindTable({ kinds }: { kinds: readonly KindLine[] }) {
  return (
    <Part title="1. Proofs give points">
      {kinds.length === 0 ? (
        <p className="text-sm text-muted">It gave no proof in this epoch.</p>
      ) : (
        <Table caption="Points by kind of proof" columns={KINDS} rows={kinds} rowKey={(row) => row.kind} />
      )}
    </Part>
  );
}

/** A line of the paystub: what, how, and the result. */
function Line({ what, how, result, strong }: { what: ReactNode; how?: ReactNode; result: ReactNode; strong?: boolean }) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-4 py-1.5">
      <span className={strong ? 'font-semibold' : undefined}>
        {what}
        {how && <span className="block text-[0.8125rem] font-normal text-muted">{how}</span>}
      </span>
      <span className={`text-right whitespace-nowrap tabular-nums ${strong ? 'font-semibold' : ''}`}>{result}</span>
    </li>
  );
}

const both = (points: bigint, usage: bigint, hasUsage: boolean) => (
  <>
    {decimal(points)}
    {hasUsage && <span className="block text-[0.8125rem] text-muted">receipts {decimal(usage)}</span>}
  </>
);

export function FactorSteps({ stub }: { stub: Paystub }) {
  const hasUsage = stub.usageBefore > 0n;
  return (
    <Part title="2. Factors of the device">
      <ul className="divide-y divide-line text-sm">
        <Line what="Points of all kinds" result={both(stub.pointsBefore, stub.usageBefore, hasUsage)} />
        {stub.applied.map(({ factor, points, usagePoints }) => {
          const { label, text } = factorWords(factor);
          return (
            <Line
              key={factor.name}
              what={
                <>
                  {label} <span className={factor.ppm < 1_000_000 ? 'font-medium text-warn' : 'text-muted'}>× {formatPpm(factor.ppm, 4)}</span>
                </>
              }
              how={text}
              result={both(points, usagePoints, hasUsage)}
            />
          );
        })}
        <Line strong what="Points that count" result={both(stub.points, stub.usagePoints, hasUsage)} />
      </ul>
    </Part>
  );
}

export function ShareSteps({ found, stub, unit }: { found: Explanation; stub: Paystub; unit: Unit }) {
  const budget = found.class_budget;
  const tokens = (amount: bigint | string) => <Amount amount={amount} decimals={unit.decimals} />;
  if (!budget) {
    return (
      <Part title="3. Share of the budget">
        <p className="text-sm text-muted">It had no share of a budget in this epoch.</p>
      </Part>
    );
  }
  const all = millionths(budget.points);
  const allUsage = millionths(budget.usage_points);
  const hasReceipts = found.kinds.some(({ kind }) => isReceipt(kind));
  return (
    <Part title="3. Share of the budget">
      <ul className="divide-y divide-line text-sm">
        <Line
          what={budget.class === null ? 'Budget of all devices' : `Budget of class ${budget.class}`}
          how={budget.class === null ? undefined : `Its weight in the policy is ${budget.weight}.`}
          result={tokens(budget.budget)}
        />
        {BigInt(budget.usage_paid) > 0n && <Line what="Paid for receipts" how="What receipts earn is taken from the budget first." result={<>− {tokens(budget.usage_paid)}</>} />}
        <Line
          what="For points"
          how={`Budget for points × its points ÷ the network’s: ${format(BigInt(budget.points_budget), unit.decimals)} × ${decimal(stub.points)} ÷ ${decimal(all)}, which is ${formatShare(stub.points, all, 4)}.`}
          result={tokens(stub.pointTokens)}
        />
        {hasReceipts && (
          <Line
            what="For receipts"
            how={`No more than its part of the budget for receipts, ${format(BigInt(budget.usage_budget), unit.decimals)} × ${decimal(stub.usagePoints)} ÷ ${decimal(allUsage)} = ${format(stub.usagePart, unit.decimals)}, and no more than the policy pays of what its credits are worth, ${stub.creditsWorth === null ? 'for which there was no price' : format(stub.creditsWorth, unit.decimals)}.`}
            result={tokens(stub.usageTokens)}
          />
        )}
        <Line strong what="Share" how={`In ${unit.symbol}, rounded down to the smallest unit.`} result={tokens(stub.tokens)} />
      </ul>
    </Part>
  );
}
