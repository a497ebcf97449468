// The oracles: each by its own word, and each key of the set by what it signed.
import { useMemo } from 'react';
import { useEpochs } from '../../api/queries';
import type { StatusView } from '../../api/types';
import { useEpochChain, useOracleAnswers, type OracleAnswer } from '../../chain/network';
import { useOracleSet, useRewardMint } from '../../chain/queries';
import type { OracleSet } from '../../generated/rewards/accounts';
import { attendance, type Attendance } from '../../lib/epochs';
import { Address, Amount, Badge, Card, Empty, Explain, Loading, Meter, Query, Stale, Table, type Column } from '../../ui';

/** How many epochs attendance is counted over. */
const EPOCHS = 30;

export function Oracles() {
  const answers = useOracleAnswers();
  const set = useOracleSet();
  return (
    <Card title="Oracles" note="They verify proofs, compute every epoch each by itself, and attest what they agree on.">
      <h3 className="mb-2">Those that this page knows</h3>
      {answers.length === 0 ? (
        <Empty title="No oracle is known">Name one in the settings.</Empty>
      ) : (
        <Table caption="Oracles by their own status" columns={ANSWERS} rows={answers} rowKey={(row) => row.url} />
      )}
      <h3 className="mt-6 mb-2">
        <span className="inline-flex items-center gap-1">
          Keys of the oracle set
          <Explain label="the oracle set">
            Only these keys’ signatures count on chain. A root needs the threshold’s number of them for the identical content; a change of the set
            waits for the network’s delay.
          </Explain>
        </span>
      </h3>
      <Query query={set} lines={4} label="Reading the oracle set">
        {(found) => <Keys set={found.data} answers={answers} />}
      </Query>
    </Card>
  );
}

/** What an oracle's status says in one badge. */
function Health({ answer }: { answer: OracleAnswer }) {
  const { status, error, pending } = answer;
  if (!status) return pending && !error ? <Badge>asking…</Badge> : <Badge tone="bad">does not answer</Badge>;
  if (status.behind_at_epoch !== null) return <Badge tone="warn">behind at epoch {status.behind_at_epoch}</Badge>;
  if (status.disputes.some((dispute) => dispute.challenged)) return <Badge tone="warn">voting on a challenge</Badge>;
  if (status.disputes.length > 0) return <Badge tone="warn">disagrees on {status.disputes.length}</Badge>;
  if (!status.in_oracle_set) return <Badge tone="neutral">not in the set</Badge>;
  return <Badge tone="good">healthy</Badge>;
}

type Dispute = StatusView['disputes'][number];

/** The newest dispute, the others on demand: an oracle that fell behind may have many. */
function Disputes({ disputes }: { disputes: readonly Dispute[] }) {
  const [newest, ...others] = [...disputes].sort((a, b) => b.epoch - a.epoch);
  const line = (dispute: Dispute) => (
    <span>
      Epoch {dispute.epoch}: {dispute.detail}
      {dispute.challenged && ' (challenged)'}
    </span>
  );
  return (
    <div className="max-w-md text-[0.8125rem]">
      {newest && line(newest)}
      {others.length > 0 && (
        <details className="mt-1">
          <summary className="cursor-pointer py-1 text-accent">{others.length} more</summary>
          <ul className="space-y-1">
            {others.map((dispute) => (
              <li key={dispute.proposal}>{line(dispute)}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

const dash = <span className="text-muted">–</span>;
const ANSWERS: Column<OracleAnswer>[] = [
  {
    key: 'url',
    head: 'Oracle',
    rowHead: true,
    sort: (row) => row.url,
    cell: (row) => (
      <a className="link break-all" href={`${row.url}/v1/status`} target="_blank" rel="noreferrer">
        {row.url.replace(/^https?:\/\//, '')}
      </a>
    ),
  },
  {
    key: 'health',
    head: 'Health',
    cell: (row) => (
      <span className="inline-flex flex-wrap items-center gap-2">
        <Health answer={row} />
        {row.error && <span className="text-[0.8125rem] text-muted">{row.error.message}</span>}
      </span>
    ),
  },
  { key: 'key', head: 'Key', cell: (row) => (row.status ? <Address address={row.status.identity} label="key" /> : dash) },
  { key: 'set', head: 'In the set', cell: (row) => (row.status ? (row.status.in_oracle_set ? 'yes' : 'no') : dash) },
  { key: 'current', head: 'Epoch', number: true, cell: (row) => row.status?.current_epoch ?? dash },
  { key: 'closed', head: 'Closed', number: true, cell: (row) => row.status?.closed_through ?? dash },
  { key: 'finalized', head: 'Finalized', number: true, cell: (row) => row.status?.finalized_epoch ?? dash },
  {
    key: 'disputes',
    head: 'Disputes',
    cell: (row) =>
      !row.status ? (
        dash
      ) : row.status.disputes.length === 0 ? (
        'none'
      ) : (
        <Disputes disputes={row.status.disputes} />
      ),
  },
];

type KeyRow = Attendance & { url: string | null; earned: bigint };

function Keys({ set, answers }: { set: OracleSet; answers: readonly OracleAnswer[] }) {
  const epochs = useEpochs(EPOCHS);
  const chain = useEpochChain();
  const mint = useRewardMint();
  const rows = useMemo<KeyRow[]>(() => {
    const counted = attendance(epochs.data?.epochs ?? [], chain.proposals, set);
    return counted.map((one) => ({
      ...one,
      url: answers.find((answer) => answer.status?.identity === one.key)?.url ?? null,
      earned: set.earned[one.place] ?? 0n,
    }));
  }, [epochs.data, chain.proposals, set, answers]);
  if (!mint.data) return <Loading lines={3} />;
  return (
    <>
      {(epochs.error ?? chain.error) && <Stale error={epochs.error ?? chain.error} atMs={epochs.dataUpdatedAt} />}
      <Table caption="Keys of the oracle set" columns={keyColumns(mint.data.decimals)} rows={rows} rowKey={(row) => row.key} />
      <p className="mt-2 text-[0.8125rem] text-muted">
        {set.threshold} of {set.count} have to attest. Generation {set.generation}: every change of the set raises it, and voids attestations of
        open proposals.
      </p>
    </>
  );
}

function keyColumns(decimals: number): Column<KeyRow>[] {
  return [
    { key: 'key', head: 'Key', rowHead: true, cell: (row) => <Address address={row.key} letters={6} label="key" /> },
    {
      key: 'oracle',
      head: 'Oracle',
      cell: (row) =>
        row.url ? <span className="break-all">{row.url.replace(/^https?:\/\//, '')}</span> : <Badge tone="warn">no reachable oracle has this key</Badge>,
    },
    {
      key: 'attested',
      head: 'Attested',
      explain: (
        <>
          Of the last {EPOCHS} epochs, those with a proposal that this key attested ÷ those with a proposal. A slow oracle misses some: after finalization nobody can attest any more.
        </>
      ),
      sort: (row) => row.attested,
      cell: (row) => (
        <span className="flex min-w-40 items-center gap-2">
          <span className="w-24 shrink-0">
            <Meter
              label={`Attested by ${row.key}`}
              ppm={row.of === 0 ? 0 : Math.floor((row.attested * 1_000_000) / row.of)}
              text={`${row.attested} of ${row.of} epochs`}
              tone={row.of > 0 && row.attested * 2 < row.of ? 'warn' : 'good'}
            />
          </span>
          <span className="whitespace-nowrap">
            {row.attested} of {row.of}
          </span>
        </span>
      ),
    },
    {
      key: 'earned',
      head: 'Owed, tokens',
      explain: 'The oracles’ part of each finalized epoch, in equal parts for those that attested it, as far as it is not paid yet.',
      number: true,
      sort: (row) => row.earned,
      cell: (row) => <Amount amount={row.earned} decimals={decimals} />,
    },
  ];
}
