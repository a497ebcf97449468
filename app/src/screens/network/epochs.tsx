// The network's epochs, each on its way from open to finalized.
import { useMemo, useState } from 'react';
import { useEpochs } from '../../api/queries';
import type { EpochView } from '../../api/types';
import { useChainClock, useEpochChain } from '../../chain/network';
import { useRewardMint } from '../../chain/queries';
import { format } from '../../lib/amount';
import { attestersOf, CHALLENGE, outcomeText, PHASE, standingOf, type SetView, type Standing } from '../../lib/epochs';
import { exact } from '../../lib/time';
import type { Challenge } from '../../generated/rewards/accounts';
import { Address, Amount, Badge, Button, Card, Empty, Failed, Loading, Query, ScreenLink, Table, Tooltip, type Column } from '../../ui';
import { ChainUnknown, StandingBadge } from './standing';

const PAGE = 50;
type Row = EpochView & { standing: Standing; attesters: string[]; challenge: Challenge | null };

export function Epochs() {
  // Where the pages begin: undefined is the newest.
  const [before, setBefore] = useState<number | undefined>(undefined);
  const query = useEpochs(PAGE, before);
  const mint = useRewardMint();
  return (
    <Card title="Epochs" note="From open, over proposed and attested, to finalized. The number opens everything about an epoch.">
      <Query query={query} lines={8} label="Reading epochs">
        {({ epochs }) =>
          epochs.length === 0 ? (
            <Empty title="No epoch has begun yet">The first begins at the pool’s genesis.</Empty>
          ) : mint.data ? (
            <>
              <List epochs={epochs} decimals={mint.data.decimals} />
              <Pager epochs={epochs} before={before} onChange={setBefore} />
            </>
          ) : mint.error ? (
            <Failed error={mint.error} retry={() => void mint.refetch()} />
          ) : (
            <Loading lines={8} />
          )
        }
      </Query>
    </Card>
  );
}

function Pager(props: { epochs: readonly EpochView[]; before: number | undefined; onChange: (before: number | undefined) => void }) {
  const oldest = props.epochs.at(-1)?.epoch ?? 0;
  if (oldest === 0 && props.before === undefined) return null;
  return (
    <div className="mt-3 flex gap-2">
      <Button size="small" disabled={oldest === 0} onClick={() => props.onChange(oldest)}>
        Older epochs
      </Button>
      {props.before !== undefined && (
        <Button size="small" onClick={() => props.onChange(undefined)}>
          Newest epochs
        </Button>
      )}
    </div>
  );
}

function List({ epochs, decimals }: { epochs: readonly EpochView[]; decimals: number }) {
  const chain = useEpochChain();
  const { nowS } = useChainClock();
  const rows = useMemo<Row[]>(
    () =>
      epochs.map((epoch) => {
        const standing = standingOf(epoch, chain.proposals, chain.set, chain.challenges, nowS);
        return { ...epoch, standing, ...whoOf(epoch, standing, chain.set, chain.challenges) };
      }),
    [epochs, chain.proposals, chain.set, chain.challenges, nowS],
  );
  return (
    <>
      {chain.error && <ChainUnknown error={chain.error} />}
      <Table caption="Epochs, newest first" columns={columns(decimals, chain.set)} rows={rows} rowKey={(row) => String(row.epoch)} pageSize={12} />
    </>
  );
}

function whoOf(epoch: EpochView, { proposal }: Standing, set: SetView | null, challenges: ReadonlyMap<string, Challenge>) {
  const onChain = proposal && set ? attestersOf(proposal.data, set) : [];
  return {
    attesters: onChain.length > 0 ? onChain : epoch.attested_by,
    challenge: (proposal && challenges.get(proposal.address)) ?? null,
  };
}

function columns(decimals: number, set: SetView | null): Column<Row>[] {
  return [
    {
      key: 'epoch',
      head: 'Epoch',
      rowHead: true,
      sort: (row) => row.epoch,
      cell: (row) => (
        <span className="inline-flex items-center gap-2">
          <ScreenLink to={`/network/epochs/${row.epoch}`}>{row.epoch}</ScreenLink>
          <Tooltip content={`From ${exact(row.starts_at_s)} to ${exact(row.ends_at_s)}`}>
            <span className="text-[0.8125rem] font-normal text-muted">{new Date(row.ends_at_s * 1000).toLocaleTimeString()}</span>
          </Tooltip>
        </span>
      ),
    },
    {
      key: 'state',
      head: 'State',
      sort: (row) => PHASE[row.standing.phase].label,
      cell: (row) => (
        <span className="inline-flex flex-wrap items-center gap-2">
          <StandingBadge standing={row.standing} />
          {row.standing.proposal?.data.challenge === CHALLENGE.resolved && row.challenge && (
            <Tooltip content={outcomeText(row.challenge.outcome).label}>
              <Badge tone={outcomeText(row.challenge.outcome).tone}>was challenged</Badge>
            </Tooltip>
          )}
        </span>
      ),
    },
    {
      key: 'attested',
      head: 'Attested by',
      explain: (
        <>
          Oracles that signed for the identical content on chain, and how many have to {set && ` (${set.threshold} of ${set.count})`}. The one that proposed it has attested it. After finalization nobody can attest any more.
        </>
      ),
      cell: (row) => <Attested row={row} set={set} />,
    },
    { key: 'proofs', head: 'Proofs', number: true, sort: (row) => row.proofs_accepted, cell: (row) => row.proofs_accepted.toLocaleString() },
    {
      key: 'points',
      head: 'Points',
      explain: 'All devices’ points together: accepted units × their factors, by each kind’s rules.',
      number: true,
      sort: (row) => row.points ?? -1,
      cell: (row) => (row.points === null ? <span className="text-muted">–</span> : format(BigInt(row.points), 6, { maxFraction: 1 })),
    },
    {
      key: 'budget',
      head: 'Budget, tokens',
      explain: 'The operators’ part of what the emission table gives this epoch, and of what may be minted again.',
      number: true,
      sort: (row) => BigInt(row.budget),
      cell: (row) => <Amount amount={row.budget} decimals={decimals} max={2} />,
    },
    {
      key: 'root',
      head: 'Root',
      cell: (row) => (row.result ? <Address address={row.result.root} label="root" /> : <span className="text-muted">–</span>),
    },
  ];
}

function Attested({ row, set }: { row: Row; set: SetView | null }) {
  const proposer = row.standing.proposal?.data.proposer;
  if (row.attesters.length === 0) return <span className="text-muted">–</span>;
  return (
    <Tooltip
      content={
        <ul className="space-y-0.5">
          {row.attesters.map((key) => (
            <li key={key} className="font-mono text-xs break-all">
              {key}
              {key === proposer && ' (proposed it)'}
            </li>
          ))}
        </ul>
      }
    >
      <span>
        {row.attesters.length}
        {set && ` of ${set.count}`}
      </span>
    </Tooltip>
  );
}
