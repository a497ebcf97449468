// A paystub: proofs → points → factors → share of the class's budget → tokens, each line computed again here.
import { useMemo } from 'react';
import type { Explanation } from '../../api/types';
import type { Unit } from '../../chain/queries';
import { format, formatPpm } from '../../lib/amount';
import { asCairnError, sentence } from '../../lib/errors';
import { kindLabel, kindUnit, millionths, ONE, paystubOf, type Paystub } from '../../lib/paystub';
import { factorWords } from '../../lib/paystub-factors';
import { Address, Amount, Badge, Empty, Explain, Failed, Notice } from '../../ui';

/** Points and units are shown to their six decimals. */
const decimal = (millionths: bigint) => format(millionths, 6);

export function PaystubCard({ found, unit }: { found: Explanation; unit: Unit }) {
  const computed = useMemo(() => {
    try {
      return { paystub: paystubOf(found), error: null };
    } catch (error) {
      // The oracle's answer has figures that are none.
      return { paystub: null, error: asCairnError(error) };
    }
  }, [found]);
  if (computed.error) return <Failed title="The paystub cannot be computed" error={computed.error} />;
  const { paystub } = computed;
  if (!paystub) return null;
  return (
    <div data-testid="paystub">
      <Head found={found} unit={unit} />
      {found.adopted ? (
        <Notice tone="warn" title="The share is the chain’s, not this oracle’s">
          The other oracles agreed on another result for this epoch than this one computed, and theirs became final. The share is what the
          chain’s totals grew by; ask another oracle why (settings, “Oracles”).
        </Notice>
      ) : (
        paystub.differences.length > 0 && (
          <Notice tone="bad" title="The oracle’s figures do not follow from one another">
            Computed again, these differ: {paystub.differences.join(', ')}. Ask another oracle (settings, “Oracles”), and tell the network.
          </Notice>
        )
      )}
      {found.kinds.length === 0 ? (
        <Empty title="No proof of this device was judged in this epoch">{found.zero ? `${sentence(found.zero)}.` : null}</Empty>
      ) : (
        <Derivation found={found} paystub={paystub} unit={unit} />
      )}
    </div>
  );
}

function Head({ found, unit }: { found: Explanation; unit: Unit }) {
  return (
    <div className="mb-4 flex flex-wrap items-baseline gap-x-6 gap-y-1">
      <p className="text-2xl font-semibold tracking-tight" data-testid="paystub-share">
        <Amount amount={found.share} {...unit} />
      </p>
      {found.operator && (
        <p className="text-sm text-muted">
          for <Address address={found.operator} label="operator" />
        </p>
      )}
      {found.zero && (
        <p className="basis-full text-sm">
          <Badge tone="warn">Nothing</Badge> {sentence(found.zero)}.
        </p>
      )}
      {found.zero_part && (
        <p className="basis-full text-sm">
          <Badge tone="warn">A part earned nothing</Badge> {sentence(found.zero_part)}.
        </p>
      )}
    </div>
  );
}

function Derivation({ found, paystub, unit }: { found: Explanation; paystub: Paystub; unit: Unit }) {
  const receipts = paystub.usageBefore > 0n;
  return (
    <ol className="space-y-5">
      <Step number={1} title="What its proofs count for" formula="Units × the policy’s points per unit, for each kind of proof.">
        <Kinds found={found} />
        <Line name="Points" value={decimal(paystub.pointsBefore)} />
        {receipts && <Line name="Credits of receipts" value={decimal(paystub.usageBefore)} />}
      </Step>
      <Step number={2} title="Times its factors" formula="Each factor multiplies what is left; every step is rounded down to a millionth.">
        <Factors paystub={paystub} />
      </Step>
      <Step
        number={3}
        title="Its part of the class’s budget"
        formula="Points’ budget × its points ÷ all points of the class, rounded down. What rounding leaves goes to the treasury."
      >
        <Share found={found} paystub={paystub} unit={unit} />
      </Step>
      {receipts && (
        <Step
          number={4}
          title="For receipts"
          formula="What the credits are worth at the price, less the policy’s margin, and never more than its part of the budget for receipts."
        >
          <Receipts found={found} paystub={paystub} unit={unit} />
        </Step>
      )}
    </ol>
  );
}

function Step(props: { number: number; title: string; formula: string; children: React.ReactNode }) {
  return (
    <li className="grid grid-cols-[1.75rem_minmax(0,1fr)] gap-x-3">
      <span aria-hidden="true" className="inline-flex size-7 items-center justify-center rounded-full bg-accent-soft text-sm font-semibold text-accent">
        {props.number}
      </span>
      <div className="min-w-0">
        <h3 className="mb-2 flex items-center gap-1">
          {props.title} <Explain label={props.title.toLowerCase()}>{props.formula}</Explain>
        </h3>
        {props.children}
      </div>
    </li>
  );
}

function Line({ name, value }: { name: React.ReactNode; value: React.ReactNode }) {
  return (
    <p className="flex flex-wrap items-baseline justify-between gap-x-4 border-t border-line py-1.5 text-sm">
      <span>{name}</span>
      <strong className="font-semibold tabular-nums">{value}</strong>
    </p>
  );
}

function Kinds({ found }: { found: Explanation }) {
  return (
    <ul className="text-sm">
      {found.kinds.map((line) => (
        <li key={line.kind} className="flex flex-wrap items-baseline justify-between gap-x-4 border-t border-line py-1.5 first:border-t-0">
          <span className="min-w-0">
            {kindLabel(line.kind)}{' '}
            <span className="text-muted">
              {line.accepted.toLocaleString()} accepted{line.refused > 0 && `, ${line.refused.toLocaleString()} refused`} · {line.units} {kindUnit(line.kind)}
            </span>
          </span>
          <span className="tabular-nums">{decimal(millionths(line.points))} points</span>
        </li>
      ))}
    </ul>
  );
}

function Factors({ paystub }: { paystub: Paystub }) {
  if (paystub.applied.length === 0) return <p className="text-sm text-muted">No factor is applied.</p>;
  return (
    <ul className="text-sm">
      {paystub.applied.map(({ factor, points, usagePoints }) => {
        const { label, text } = factorWords(factor);
        return (
          <li key={factor.name} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 border-t border-line py-1.5 first:border-t-0">
            <span className="min-w-0">
              {label} <span className="text-muted">{text}</span>
            </span>
            <span className="text-right whitespace-nowrap tabular-nums">
              <span className={BigInt(factor.ppm) === ONE ? 'text-muted' : 'font-semibold text-warn'}>× {formatPpm(factor.ppm, 4)}</span>
              <span className="block text-muted">= {decimal(paystub.pointsBefore > 0n || paystub.usageBefore === 0n ? points : usagePoints)}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Share({ found, paystub, unit }: { found: Explanation; paystub: Paystub; unit: Unit }) {
  const budget = found.class_budget;
  if (!budget) return <p className="text-sm text-muted">Its class has no part of this epoch’s budget.</p>;
  return (
    <>
      <p className="mb-2 text-sm text-muted">
        The class gets <Amount amount={budget.budget} {...unit} /> of this epoch, by its weight of {budget.weight}. For points there are{' '}
        <Amount amount={budget.points_budget} {...unit} />: what receipts did not take.
      </p>
      <p className="mb-2 overflow-x-auto rounded-lg bg-sunken px-3 py-2 text-sm tabular-nums" tabIndex={0} role="group" aria-label="Formula of the share">
        <Amount amount={budget.points_budget} decimals={unit.decimals} /> × {decimal(paystub.points)} ÷ {decimal(millionths(budget.points))}
      </p>
      <Line name="Tokens for points" value={<Amount amount={paystub.pointTokens} {...unit} />} />
    </>
  );
}

function Receipts({ found, paystub, unit }: { found: Explanation; paystub: Paystub; unit: Unit }) {
  const { credit_price: price } = found;
  return (
    <>
      {price === null ? (
        <p className="mb-2 text-sm text-muted">There was no price of credits: receipts earn nothing.</p>
      ) : (
        <p className="mb-2 text-sm text-muted">
          Its credits were worth <Amount amount={paystub.creditsWorth ?? 0n} {...unit} /> at {price.toLocaleString()} ÷ 10⁹ credits per smallest unit. Its part of
          the budget for receipts was <Amount amount={paystub.usagePart} {...unit} />.
        </p>
      )}
      <Line name="Tokens for receipts" value={<Amount amount={paystub.usageTokens} {...unit} />} />
      <Line name="In all" value={<Amount amount={paystub.tokens} {...unit} />} />
    </>
  );
}
