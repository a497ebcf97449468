// Every proof of an epoch with its verdict, and why.
import { useState } from 'react';
import type { ProofLine } from '../../api/types';
import { format, formatPpm } from '../../lib/amount';
import { sentence } from '../../lib/errors';
import { kindLabel, millionths } from '../../lib/paystub';
import { factorWords } from '../../lib/paystub-factors';
import { exact } from '../../lib/time';
import { reasonOf } from '../../lib/verdict-reasons';
import { Address, Badge, Empty, Select, Table, type Column } from '../../ui';

const WHICH = [
  { value: 'all', label: 'All proofs' },
  { value: 'counts', label: 'Those that count' },
  { value: 'zero', label: 'Those that count for nothing' },
  { value: 'refused', label: 'Refused' },
] as const;
type Which = (typeof WHICH)[number]['value'];

/** What became of a proof. */
function outcomeOf(proof: ProofLine): Exclude<Which, 'all'> {
  if (proof.code !== 0) return 'refused';
  return proof.zero === null ? 'counts' : 'zero';
}

export function Proofs({ proofs }: { proofs: readonly ProofLine[] }) {
  const [which, choose] = useState<Which>('all');
  if (proofs.length === 0) return <Empty title="No proof in this epoch">The oracle judged none of this device.</Empty>;
  const shown = which === 'all' ? proofs : proofs.filter((proof) => outcomeOf(proof) === which);
  const options = WHICH.map(({ value, label }) => ({
    value,
    label: `${label} (${value === 'all' ? proofs.length : proofs.filter((proof) => outcomeOf(proof) === value).length})`,
  }));
  return (
    <>
      <div className="mb-2">
        <Select label="Which proofs" compact value={which} options={options} onChange={choose} />
      </div>
      {shown.length === 0 ? (
        <p className="py-2 text-sm text-muted">There are none of these.</p>
      ) : (
        <Table caption="Proofs with verdict and reason" columns={COLUMNS} rows={shown} rowKey={(row) => row.id} pageSize={12} />
      )}
    </>
  );
}

const VERDICT = {
  counts: { label: 'Counts', tone: 'good' },
  zero: { label: 'Counts for nothing', tone: 'neutral' },
  refused: { label: 'Refused', tone: 'bad' },
} as const;

function Verdict({ proof }: { proof: ProofLine }) {
  const { label, tone } = VERDICT[outcomeOf(proof)];
  return <Badge tone={tone}>{label}</Badge>;
}

/** Why it was refused, or what it counts for. */
function Why({ proof }: { proof: ProofLine }) {
  if (proof.code !== 0) {
    const known = reasonOf(proof.reason);
    return (
      <span>
        {known?.meaning ?? `Refused as ${proof.reason.replaceAll('_', ' ')}.`}{' '}
        <span className="text-muted">
          What helps: {known?.hint ?? proof.hint}. <code>{proof.reason}</code> ({proof.code})
        </span>
      </span>
    );
  }
  return (
    <span className="block space-y-0.5">
      {proof.factors.map((factor) => {
        const { label, text } = factorWords(factor);
        return (
          <span key={factor.name} className="block">
            {label} <span className={factor.ppm < 1_000_000 ? 'font-medium text-warn' : 'text-muted'}>× {formatPpm(factor.ppm, 4)}</span>{' '}
            <span className="text-muted">{text}</span>
          </span>
        );
      })}
      {proof.factors.length === 0 && proof.zero === null && <span className="text-muted">Counts in full.</span>}
      {proof.zero !== null && !proof.factors.some(({ ppm }) => ppm === 0) && <span className="block">{sentence(proof.zero)}.</span>}
    </span>
  );
}

const units = (text: string) => format(millionths(text), 6);

const COLUMNS: Column<ProofLine>[] = [
  {
    key: 'proof',
    head: 'Proof',
    rowHead: true,
    label: '',
    sort: (row) => row.captured_at_ms,
    cell: (row) => (
      <span className="block">
        <span className="whitespace-nowrap">{kindLabel(row.kind)}</span>
        <time className="block text-xs font-normal text-muted" dateTime={new Date(row.captured_at_ms).toISOString()} title={exact(row.captured_at_ms / 1000)}>
          {new Date(row.captured_at_ms).toLocaleTimeString()}
        </time>
        <span className="block text-xs font-normal text-muted">
          <Address address={row.id} label="proof" />
        </span>
      </span>
    ),
  },
  { key: 'verdict', head: 'Verdict', sort: (row) => outcomeOf(row), cell: (row) => <Verdict proof={row} /> },
  {
    key: 'units',
    head: 'Units',
    number: true,
    explain: 'What it counts for: its gross units × its factors, each step rounded down to a millionth.',
    sort: (row) => millionths(row.units),
    cell: (row) => (
      <span className="inline-flex flex-col items-end whitespace-nowrap">
        {units(row.units)}
        {row.units !== row.gross && <span className="text-xs text-muted">of {units(row.gross)}</span>}
      </span>
    ),
  },
  { key: 'why', head: 'Why', cell: (row) => <span className="block text-[0.8125rem] max-md:text-right">{<Why proof={row} />}</span> },
];
