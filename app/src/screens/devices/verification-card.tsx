// The device's leaf and the way from it to the root that the chain has, computed in this browser.
import { useMemo } from 'react';
import type { Explanation } from '../../api/types';
import { get, KINDS, proposalsOfEpoch } from '../../chain/accounts';
import { useChainQuery, type Unit } from '../../chain/queries';
import { format } from '../../lib/amount';
import { chainRootOf, claimedOf, verifyDevice, type ChainRoot, type Claimed, type Hop, type Step } from '../../lib/verify';
import { useApp } from '../../state';
import { Address, Amount, Badge, Button, Card, Empty, Notice, Query, ScreenLink } from '../../ui';

export function VerificationCard({ found, unit }: { found: Explanation; unit: Unit }) {
  const { pool } = useApp();
  const { epoch } = found;
  const query = useChainQuery(['root-of', pool, epoch], async (chain): Promise<ChainRoot> => {
    const [account, proposals] = await Promise.all([get(chain, KINDS.pool, pool), proposalsOfEpoch(chain, pool, BigInt(epoch))]);
    return chainRootOf(epoch, account.data, proposals);
  });
  const claimed = claimedOf(found);
  return (
    <Card
      title="Verified in this browser"
      note="The way from the device’s leaf to the root on chain: nothing of the oracle’s answer is believed that does not lead there."
      actions={
        claimed && (
          <Button size="small" busy={query.isFetching} onClick={() => void query.refetch()}>
            Verify again
          </Button>
        )
      }
    >
      {claimed === null ? (
        <Empty title="The device has no leaf in this epoch’s tree">It had earned nothing until then, so there is nothing to verify.</Empty>
      ) : claimed.pool !== pool ? (
        <Notice tone="bad" title="The oracle’s answer is about another pool">
          It names <code>{claimed.pool}</code>. Ask another oracle (settings, “Oracles”).
        </Notice>
      ) : (
        <Query query={query} lines={5} label="Reading the root from the chain">
          {(root) => <Verified claimed={claimed} root={root} epoch={epoch} unit={unit} />}
        </Query>
      )}
    </Card>
  );
}

function Verified({ claimed, root, epoch, unit }: { claimed: Claimed; root: ChainRoot; epoch: number; unit: Unit }) {
  const known = root.kind === 'active' || root.kind === 'proposal' ? root : null;
  const result = useMemo(() => (known ? verifyDevice(claimed, known.root) : null), [claimed, known]);
  if (!known || !result) return <NoRoot root={root} epoch={epoch} device={claimed.device} />;
  const failed = result.steps.find(({ ok }) => !ok);
  return (
    <div data-testid="verification" data-ok={result.ok}>
      {result.ok ? (
        <Notice tone="good" title="Verified against the chain" live>
          The device earned <Amount amount={claimed.path.device_total} {...unit} /> until epoch {epoch}, and all of its operator’s devices{' '}
          <Amount amount={claimed.path.operator_total} {...unit} />: the root that follows from it is{' '}
          {known.kind === 'active' ? 'the pool’s active root' : <FinalProposal address={known.address} />}.
        </Notice>
      ) : (
        <Notice tone="bad" title="This does not lead to the root on chain" live>
          {failed?.text} Ask another oracle (settings, “Oracles”): claims follow the chain, not this answer. <code>proof_invalid</code>
        </Notice>
      )}
      <ol className="mt-4 space-y-3">
        {result.steps.map((step, at) => (
          <StepLine key={step.key} number={at + 1} step={step} unit={unit} />
        ))}
      </ol>
    </div>
  );
}

function FinalProposal({ address }: { address: string }) {
  const { explorer } = useApp();
  return (
    <>
      that epoch’s final proposal, <Address address={address} label="proposal" href={explorer('address', address)} />
    </>
  );
}

function NoRoot({ root, epoch, device }: { root: ChainRoot; epoch: number; device: string }) {
  if (root.kind === 'gone') {
    return (
      <Notice title="The chain does not keep this epoch’s root any more">
        The active root is that of epoch {root.activeEpoch}, and the proposal of epoch {epoch} was closed. Totals only grow: choose epoch{' '}
        <ScreenLink to={`/devices/${device}?epoch=${root.activeEpoch}`} className="link">
          {root.activeEpoch}
        </ScreenLink>{' '}
        to verify all that was earned until then.
      </Notice>
    );
  }
  return (
    <Notice title="This epoch is not final yet">
      Oracles still have to agree on its root, or its challenge window is open. This page verifies it as soon as it is final.
    </Notice>
  );
}

function StepLine({ number, step, unit }: { number: number; step: Step; unit: Unit }) {
  return (
    <li className="grid grid-cols-[1.75rem_minmax(0,1fr)] gap-x-3 text-sm">
      <span className={`inline-flex size-7 items-center justify-center rounded-full font-semibold ${step.ok ? 'bg-good-soft text-good' : 'bg-bad-soft text-bad'}`}>
        <span aria-hidden="true">{step.ok ? '✓' : '✕'}</span>
        <span className="sr-only">{step.ok ? 'Right' : 'Wrong'}:</span>
      </span>
      <div className="min-w-0">
        <h3 className="flex flex-wrap items-baseline gap-2">
          {number}. {step.title} {!step.ok && <Badge tone="bad">Wrong</Badge>}
        </h3>
        <p className="text-muted">{step.text}</p>
        {step.hops.length > 0 && <Hops hops={step.hops} unit={unit} />}
      </div>
    </li>
  );
}

/** One hash is shown, many open on demand. */
function Hops({ hops, unit }: { hops: readonly Hop[]; unit: Unit }) {
  const lines = hops.map((hop, at) => (
    <p key={at} className="flex flex-wrap gap-x-3 font-mono text-[0.8125rem] break-all">
      <span>{hop.hash}</span>
      <span className="font-sans text-muted">sum {format(hop.sum, unit.decimals)}</span>
    </p>
  ));
  if (lines.length === 1) return lines[0];
  return (
    <details className="mt-1">
      <summary className="link cursor-pointer">{lines.length} hashes from the leaf up</summary>
      <div className="mt-1 space-y-0.5">{lines}</div>
    </details>
  );
}
