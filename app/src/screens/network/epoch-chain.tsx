// An epoch on chain: who proposed, attested and challenged it, and the transactions that did.
import type { Address as Key } from '@solana/kit';
import type { EpochView } from '../../api/types';
import { useTransactionsOf } from '../../chain/history';
import { useEpochChain, useChainClock } from '../../chain/network';
import { REWARDS } from '../../chain/pda';
import { useRewardMint } from '../../chain/queries';
import type { Challenge } from '../../generated/rewards/accounts';
import type { Event } from '../../chain/events';
import { activeOracles, attestersOf, CHALLENGE, oraclesOf, outcomeText, proposalOf, STATUS, type PlacedProposal, type SetView } from '../../lib/epochs';
import type { PastTransaction } from '../../lib/history';
import { Address, Ago, Amount, Badge, Button, Card, Empty, Failed, Loading, Notice, SignatureLink } from '../../ui';
import { ChainCountdown } from '../../ui/chain-time';

export function EpochChain({ view }: { view: EpochView }) {
  const chain = useEpochChain();
  const mine = (chain.proposals ?? []).filter(({ data }) => data.epoch === BigInt(view.epoch));
  const chosen = chain.proposals && proposalOf(view, chain.proposals, chain.set);
  const address = chosen?.address ?? view.proposal;
  const others = mine.filter((one) => one.address !== chosen?.address);
  return (
    <Card title="On chain" note="The proposal, whose address derives from its content: who signs for it signs for exactly that.">
      {!chain.proposals || !chain.set ? (
        chain.error ? (
          <Failed error={chain.error} />
        ) : (
          <Loading lines={6} label="Reading proposals" />
        )
      ) : !address ? (
        <Empty title="Nothing is proposed">
          {view.state === 'skipped'
            ? 'Nothing was earned in it, or a later epoch’s root has its earnings.'
            : 'Oracles propose an epoch once they computed it. This page shows it by itself.'}
        </Empty>
      ) : (
        <div className="space-y-4">
          <Signers view={view} proposal={chosen ?? null} set={chain.set} address={address} />
          {chosen && chosen.data.challenge !== CHALLENGE.none && (
            <Objection proposal={chosen} challenge={chain.challenges.get(chosen.address) ?? null} set={chain.set} />
          )}
          {others.length > 0 && <Others proposals={others} set={chain.set} />}
          <Timeline proposal={address as Key} />
        </div>
      )}
    </Card>
  );
}

function Signers(props: { view: EpochView; proposal: PlacedProposal | null; set: SetView; address: string }) {
  const { view, proposal, set, address } = props;
  const { nowS } = useChainClock();
  const signed = proposal ? attestersOf(proposal.data, set) : view.attested_by;
  const keys = new Set([...activeOracles(set).map((one) => one.key), ...signed]);
  const until = proposal && proposal.data.status === STATUS.open ? Number(proposal.data.finalizableAt) : 0;
  return (
    <>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        <dt className="text-muted">Proposal</dt>
        <dd>
          <Address address={address} letters={6} label="proposal" />
          {!proposal && <span className="text-muted"> (its account is closed: its rent went back)</span>}
        </dd>
        {proposal && (
          <>
            <dt className="text-muted">Proposed</dt>
            <dd>
              <Ago atS={Number(proposal.data.proposedAt)} /> by <Address address={proposal.data.proposer} />
            </dd>
          </>
        )}
        {until > nowS && (
          <>
            <dt className="text-muted">Challenge window</dt>
            <dd>
              ends in <ChainCountdown untilS={until} />
            </dd>
          </>
        )}
        {proposal && proposal.data.finalizedAt !== 0n && (
          <>
            <dt className="text-muted">Finalized</dt>
            <dd>
              <Ago atS={Number(proposal.data.finalizedAt)} />
            </dd>
          </>
        )}
      </dl>
      <div>
        <h3 className="mb-1">
          Attested by {signed.length}; {set.threshold} of {set.count} have to
        </h3>
        <ul className="space-y-0.5 text-sm">
          {[...keys].map((key) => (
            <li key={key} className="flex items-center gap-2">
              <span aria-hidden="true" className={signed.includes(key) ? 'text-good' : 'text-muted'}>
                {signed.includes(key) ? '✓' : '·'}
              </span>
              <Address address={key} letters={6} label="key" />
              <span className="text-muted">
                {signed.includes(key) ? 'attested' : 'did not attest'}
                {key === proposal?.data.proposer && ', proposed it'}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

function Objection({ proposal, challenge, set }: { proposal: PlacedProposal; challenge: Challenge | null; set: SetView }) {
  const mint = useRewardMint();
  if (!challenge) {
    return <Notice tone="warn">It was challenged, and that is settled: {proposal.data.status === STATUS.rejected ? 'the proposal was rejected' : 'the proposal went on'}.</Notice>;
  }
  const outcome = outcomeText(challenge.outcome);
  return (
    <Notice tone={outcome.tone === 'good' ? 'neutral' : outcome.tone} title={`Challenged. ${outcome.label}`}>
      <p>
        By <Address address={challenge.challenger} /> <Ago atS={Number(challenge.challengedAt)} />
        {challenge.outcome === 0 && (
          <>
            ; the vote ends in <ChainCountdown untilS={Number(challenge.expiresAt)} />
          </>
        )}
        .
      </p>
      <p>
        For it: {oraclesOf(set, challenge.upholding).length}; against it: {oraclesOf(set, challenge.dismissing).length} of {set.count} oracles.
        {mint.data && (
          <>
            {' '}
            Bond: <Amount amount={challenge.bond} decimals={mint.data.decimals} symbol="tokens" />.
          </>
        )}
      </p>
    </Notice>
  );
}

function Others({ proposals, set }: { proposals: readonly PlacedProposal[]; set: SetView }) {
  return (
    <div>
      <h3 className="mb-1">Other proposals for this epoch</h3>
      <ul className="space-y-1 text-sm">
        {proposals.map(({ address, data }) => (
          <li key={address} className="flex flex-wrap items-center gap-2">
            <Address address={address} label="proposal" />
            <Badge tone={data.status === STATUS.rejected ? 'bad' : 'neutral'}>
              {data.status === STATUS.rejected ? 'rejected' : data.status === STATUS.finalized ? 'finalized' : 'open'}
            </Badge>
            <span className="text-muted">
              attested by {attestersOf(data, set).length}, rejected by {oraclesOf(set, data.rejections).length}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What happened to a proposal, oldest first, by the transactions that the node keeps. */
function Timeline({ proposal }: { proposal: Key }) {
  const pages = useTransactionsOf(proposal, REWARDS);
  if (pages.error && !pages.data) return <Failed error={pages.error} retry={() => void pages.refetch()} />;
  if (!pages.data) return <Loading lines={3} label="Reading transactions" />;
  const transactions = pages.data.pages.flatMap((page) => page.transactions).filter((one) => !one.failed);
  const steps = [...transactions].reverse().flatMap((transaction) => stepsOf(transaction));
  return (
    <div>
      <h3 className="mb-1">Transactions</h3>
      {steps.length === 0 ? (
        <p className="text-sm text-muted">This RPC node keeps none of its transactions any more; an archive node does.</p>
      ) : (
        <ol className="space-y-2 text-sm">
          {steps.map((step) => (
            <li key={step.key} className="border-l-2 border-line pl-3">
              {step.text} {step.who && <Address address={step.who} label="key" />}
              {step.atS !== null && (
                <span className="text-muted">
                  {' '}
                  <Ago atS={step.atS} />
                </span>
              )}
              <span className="block pt-2 pb-1">
                <SignatureLink signature={step.signature} />
              </span>
            </li>
          ))}
        </ol>
      )}
      {pages.hasNextPage && (
        <Button size="small" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()} className="mt-2">
          Read older transactions
        </Button>
      )}
    </div>
  );
}

type Step = { key: string; text: string; who: string | null; atS: number | null; signature: string };

function stepsOf(transaction: PastTransaction): Step[] {
  const { signature, atS, events } = transaction;
  if (events === null) return [{ key: signature, text: 'A transaction whose log the node does not keep', who: null, atS, signature }];
  return events.flatMap((event, place) => {
    const said = stepText(event);
    return said ? [{ key: `${signature}-${place}`, ...said, atS, signature }] : [];
  });
}

function stepText({ program, event }: Event): { text: string; who: string | null } | null {
  if (program !== 'rewards') return null;
  switch (event.kind) {
    case 'Proposed':
      return { text: 'Proposed by', who: event.data.oracle };
    case 'Attested':
      return { text: `Attested, ${event.data.attestations} by now, by`, who: event.data.oracle };
    case 'Rejected':
      return { text: 'Rejected by', who: event.data.oracle };
    case 'Challenged':
      return { text: 'Challenged by', who: event.data.challenger };
    case 'ChallengeVoted':
      return { text: 'A vote on the challenge by', who: event.data.oracle };
    case 'ChallengeSettled':
      return { text: `Challenge settled: ${outcomeText(event.data.outcome).label.toLowerCase()}`, who: null };
    case 'Finalized':
      return { text: 'Finalized: its root became the active one', who: null };
    case 'BondReturned':
      return { text: 'Bond returned', who: null };
    case 'ProposalClosed':
      return { text: 'Account closed, its rent returned', who: null };
    default:
      return null;
  }
}
