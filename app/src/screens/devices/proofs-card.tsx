// Each proof of a device in an epoch: whether it counts, why not, and for how much.
import { useMemo, useState } from 'react';
import type { Explanation, ProofLine } from '../../api/types';
import { formatPpm } from '../../lib/amount';
import { sentence } from '../../lib/errors';
import { kindLabel, kindUnit } from '../../lib/paystub';
import { factorWords } from '../../lib/paystub-factors';
import { reasonWords } from '../../lib/reasons';
import { exact } from '../../lib/time';
import { Address, Badge, Card, Empty, Select, Table, Tooltip, type Column } from '../../ui';

const SHOW = [
  { value: 'all', label: 'All proofs' },
  { value: 'refused', label: 'Refused ones' },
  { value: 'accepted', label: 'Accepted ones' },
] as const;
type Show = (typeof SHOW)[number]['value'];

export function ProofsCard({ found }: { found: Explanation }) {
  const [show, setShow] = useState<Show>('all');
  const rows = useMemo(
    () => found.proofs.filter(({ code }) => show === 'all' || (show === 'accepted') === (code === 0)),
    [found.proofs, show],
  );
  return (
    <Card
      title="Proofs"
      note="What the device sent for this epoch, and what became of it. Refused proofs beyond some hundreds are only counted."
      actions={<Select compact label="Which proofs" value={show} options={SHOW} onChange={setShow} />}
    >
      {found.proofs.length === 0 ? (
        <Empty title="No proofs">{found.zero ? `${sentence(found.zero)}.` : 'Nothing of this device was kept for this epoch.'}</Empty>
      ) : rows.length === 0 ? (
        <Empty title={show === 'refused' ? 'None was refused' : 'None was accepted'}>Choose “All proofs” to see the others.</Empty>
      ) : (
        <Table caption={`Proofs of epoch ${found.epoch}`} columns={COLUMNS} rows={rows} rowKey={(row) => row.id} pageSize={20} />
      )}
    </Card>
  );
}

const COLUMNS: Column<ProofLine>[] = [
  {
    key: 'time',
    head: 'Captured',
    rowHead: true,
    sort: (row) => row.captured_at_ms,
    cell: (row) => (
      <Tooltip content={exact(Math.floor(row.captured_at_ms / 1_000))}>
        <time className="font-normal whitespace-nowrap" dateTime={new Date(row.captured_at_ms).toISOString()}>
          {new Date(row.captured_at_ms).toLocaleTimeString()}
        </time>
      </Tooltip>
    ),
  },
  { key: 'kind', head: 'Kind', sort: (row) => row.kind, cell: (row) => kindLabel(row.kind) },
  { key: 'verdict', head: 'Verdict', sort: (row) => row.code, cell: (row) => <Verdict proof={row} /> },
  {
    key: 'units',
    head: 'Units',
    explain: 'What the proof counts for: its gross units times its own factors.',
    number: true,
    sort: (row) => Number(row.units),
    cell: (row) => <Units proof={row} />,
  },
  { key: 'id', head: 'Id', label: 'Id', cell: (row) => <Address address={row.id} label="proof" letters={6} /> },
];

function Verdict({ proof }: { proof: ProofLine }) {
  if (proof.code === 0) {
    return (
      <span className="inline-flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
        <Badge tone={proof.zero ? 'neutral' : 'good'}>Accepted</Badge>
        {proof.zero && <span className="text-[0.8125rem] text-muted">Counts for nothing: {proof.zero.replaceAll('`', '')}.</span>}
      </span>
    );
  }
  return (
    <span className="inline-flex min-w-0 flex-col gap-0.5 max-md:items-end max-md:text-right">
      <span className="inline-flex flex-wrap items-baseline gap-x-2 max-md:justify-end">
        <Badge tone="bad">Refused</Badge>
        <code className="text-[0.8125rem]">
          {proof.reason} ({proof.code})
        </code>
      </span>
      <span className="text-[0.8125rem]">
        {reasonWords(proof.reason)}. <span className="text-muted">{sentence(proof.hint)}.</span>
      </span>
    </span>
  );
}

function Units({ proof }: { proof: ProofLine }) {
  const less = proof.factors.filter(({ ppm }) => ppm !== 1_000_000);
  const words = proof.factors.map((factor) => ({ ...factorWords(factor), ppm: factor.ppm }));
  if (proof.code !== 0) return <span className="text-muted">–</span>;
  return (
    <Tooltip
      label={`${proof.units} ${kindUnit(proof.kind)}: how they are computed`}
      content={
        <>
          {proof.gross} {kindUnit(proof.kind)}
          {words.map(({ label, text, ppm }) => (
            <span key={label} className="block">
              × {formatPpm(ppm, 4)} {label}: {text}
            </span>
          ))}
        </>
      }
    >
      <span className={less.length > 0 ? 'border-b border-dotted border-line-strong' : undefined}>{proof.units}</span>
    </Tooltip>
  );
}
