// What became of an epoch's proofs, by kind and reason.
import { useVerdicts } from '../../api/queries';
import type { VerdictList } from '../../api/types';
import { formatShare } from '../../lib/amount';
import { reasonOf } from '../../lib/verdict-reasons';
import { Card, Empty, Query, Table, Tooltip, type Column } from '../../ui';
import { reasonText, words } from './words';

type Row = VerdictList['kinds'][number] & { refusals: number };

export function Verdicts({ epoch, ready }: { epoch: number; ready: boolean }) {
  return (
    <Card title="Proofs by kind" note="What the oracle that this page asks judged. Those that it refused on arrival are not among them.">
      {ready ? (
        <Judged epoch={epoch} />
      ) : (
        <Empty title="Not judged yet">Proofs are judged once the epoch has ended and its seeds are known.</Empty>
      )}
    </Card>
  );
}

function Judged({ epoch }: { epoch: number }) {
  const query = useVerdicts(epoch);
  return (
    <Query query={query} lines={6} label="Reading verdicts">
      {(list) =>
        list.kinds.length === 0 ? (
          <Empty title="No proofs in this epoch">Nobody sent any, or this oracle was not there to take them.</Empty>
        ) : (
          <Table caption={`Proofs of epoch ${list.epoch} by kind`} columns={COLUMNS} rows={rowsOf(list)} rowKey={(row) => row.kind} />
        )
      }
    </Query>
  );
}

function rowsOf(list: VerdictList): Row[] {
  return list.kinds.map((kind) => ({ ...kind, refusals: Object.values(kind.refused).reduce((sum, count) => sum + count, 0) }));
}

/** A reason's name, with what it means and what helps. */
function Reason({ name }: { name: string }) {
  const text = reasonOf(name);
  if (!text) return <span>{reasonText(name)}</span>;
  return (
    <Tooltip
      content={
        <>
          {text.meaning} What helps: {text.hint}. <code>{name}</code>
        </>
      }
    >
      <span className="underline decoration-dotted underline-offset-4">{reasonText(name)}</span>
    </Tooltip>
  );
}

const COLUMNS: Column<Row>[] = [
  { key: 'kind', head: 'Kind', rowHead: true, sort: (row) => row.kind, cell: (row) => words(row.kind) },
  { key: 'accepted', head: 'Accepted', number: true, sort: (row) => row.accepted, cell: (row) => row.accepted.toLocaleString() },
  {
    key: 'rate',
    head: 'Rate',
    explain: 'Accepted ÷ (accepted + refused), rounded down.',
    number: true,
    cell: (row) => formatShare(row.accepted, row.accepted + row.refusals),
  },
  {
    key: 'refused',
    head: 'Refused, and why',
    sort: (row) => row.refusals,
    cell: (row) =>
      row.refusals === 0 ? (
        <span className="text-muted">none</span>
      ) : (
        <ul className="space-y-1.5 text-[0.8125rem]">
          {Object.entries(row.refused)
            .sort(([, a], [, b]) => b - a)
            .map(([reason, count]) => (
              <li key={reason}>
                {count.toLocaleString()} × <Reason name={reason} />
              </li>
            ))}
        </ul>
      ),
  },
];
