// The device's total against the chain: every hash is computed in this browser.
import type { Address as Key } from '@solana/kit';
import { useMemo } from 'react';
import type { DeviceEpoch, Explanation } from '../../api/types';
import { get, KINDS, proposalsOfEpoch } from '../../chain/accounts';
import { useChainQuery, type Unit } from '../../chain/queries';
import { toHex } from '../../lib/bytes';
import { chainRootOf, claimedOf, verifyDevice, type ChainRoot, type Step } from '../../lib/verify';
import { useApp } from '../../state';
import { Address, Amount, Button, Card, cx, Notice, Query } from '../../ui';

type Props = {
  device: Key;
  found: Explanation;
  row: DeviceEpoch | undefined;
  choose: (epoch: number) => void;
  unit: Unit;
};

/** Reads the pool and the epoch's proposals from the chain. */
function useChainRoot(epoch: number) {
  const { pool } = useApp();
  return useChainQuery(['root-of-epoch', pool, epoch], async (chain): Promise<ChainRoot> => {
    const [found, proposals] = await Promise.all([get(chain, KINDS.pool, pool), proposalsOfEpoch(chain, pool, BigInt(epoch))]);
    return chainRootOf(epoch, found.data, proposals);
  });
}

export function Verification(props: Props) {
  const { found, row } = props;
  const { pool } = useApp();
  const root = useChainRoot(found.epoch);
  const claimed = useMemo(() => claimedOf(found, pool, props.device), [found, pool, props.device]);
  return (
    <Card
      title="Verification against the chain"
      note="Every hash from the device’s leaf to the root is computed in this browser; the root itself is read from the chain, not from the oracle."
    >
      {claimed === null ? (
        <p className="text-sm text-muted">There is nothing to verify: through this epoch the device never earned anything, so it has no leaf.</p>
      ) : (
        <Query query={root} lines={5} label="Reading the root from the chain">
          {(chainRoot) =>
            chainRoot.kind === 'active' || chainRoot.kind === 'proposal' ? (
              <Steps {...props} claimed={claimed} chainRoot={chainRoot} />
            ) : (
              <NoRoot chainRoot={chainRoot} row={row} epoch={found.epoch} choose={props.choose} />
            )
          }
        </Query>
      )}
      {claimed !== null && (
        <Button size="small" className="mt-3" busy={root.isFetching} onClick={() => void root.refetch()}>
          Verify again
        </Button>
      )}
    </Card>
  );
}

function NoRoot({ chainRoot, row, epoch, choose }: { chainRoot: ChainRoot; row: DeviceEpoch | undefined; epoch: number; choose: (epoch: number) => void }) {
  if (chainRoot.kind === 'gone') {
    return (
      <Notice
        title={`The chain does not keep the root of epoch ${epoch} any more`}
        actions={
          <Button size="small" onClick={() => choose(chainRoot.activeEpoch)}>
            Verify epoch {chainRoot.activeEpoch}
          </Button>
        }
      >
        Lifetime totals only grow, so the active root, of epoch {chainRoot.activeEpoch}, has all that was earned until then.
      </Notice>
    );
  }
  return (
    <Notice tone="accent" title={`Epoch ${epoch} is not final yet`}>
      {row?.state === 'skipped'
        ? 'It was skipped: a later epoch’s root has its earnings.'
        : 'The chain has no final root of it: oracles propose it, others attest, and then anyone may challenge it for a while. This page verifies it by itself once it is final; an earlier epoch can be verified now.'}
    </Notice>
  );
}

type Rooted = Extract<ChainRoot, { kind: 'active' | 'proposal' }>;

function Steps({ claimed, chainRoot, found, unit }: Props & { claimed: NonNullable<ReturnType<typeof claimedOf>>; chainRoot: Rooted }) {
  const { explorer, pool } = useApp();
  const result = useMemo(() => verifyDevice(claimed, chainRoot.root), [claimed, chainRoot]);
  const at = chainRoot.kind === 'active' ? pool : chainRoot.address;
  const wrong = result.steps.find(({ ok }) => !ok);
  return (
    <div className="space-y-4" data-testid="verification" data-verified={result.ok}>
      {result.ok ? (
        <Notice tone="good" live title="Verified: the chain has it so">
          Through epoch {found.epoch} this device earned <Amount amount={claimed.path.device_total} {...unit} /> in all for its operator, whose own total is{' '}
          <Amount amount={claimed.path.operator_total} {...unit} />.
        </Notice>
      ) : (
        <Notice tone="bad" live title="Not verified: do not rely on this answer">
          {wrong?.text} Ask another oracle: the settings say which are known. <code>proof_invalid</code>
        </Notice>
      )}
      <ol className="space-y-3">
        {result.steps.map((step, place) => (
          <StepLine key={step.key} step={step} number={place + 1} unit={unit} />
        ))}
      </ol>
      <p className="text-sm">
        Read from the chain: {chainRoot.kind === 'active' ? 'the pool’s active root' : 'the root of this epoch’s finalized proposal; a later root is active by now'}, of epoch{' '}
        {chainRoot.epoch}, in <Address address={at} href={explorer('address', at)} label={chainRoot.kind === 'active' ? 'pool' : 'proposal'} />:{' '}
        <code className="text-xs break-all" data-testid="chain-root">
          {toHex(chainRoot.root.hash)}
        </code>
      </p>
    </div>
  );
}

function StepLine({ step, number, unit }: { step: Step; number: number; unit: Unit }) {
  return (
    <li className="flex gap-3" data-step={step.key} data-ok={step.ok}>
      <span
        aria-hidden="true"
        className={cx('mt-0.5 inline-flex size-6 shrink-0 items-center justify-center rounded-full text-xs font-semibold', step.ok ? 'bg-good-soft text-good' : 'bg-bad-soft text-bad')}
      >
        {step.ok ? '✓' : '✕'}
      </span>
      <div className="min-w-0 flex-1 text-sm">
        <h3 className="text-sm font-medium">
          <span className="sr-only">
            Step {number}, {step.ok ? 'passed' : 'failed'}:{' '}
          </span>
          {step.title}
        </h3>
        <p className={step.ok ? 'text-muted' : 'text-bad'}>{step.text}</p>
        {step.hops.length > 0 && (
          <details className="mt-0.5">
            <summary className="inline-block cursor-pointer rounded text-[0.8125rem] text-muted underline decoration-dotted underline-offset-4 hover:text-ink">
              {step.hops.length === 1 ? 'Hash and sum' : `All ${step.hops.length} hashes and sums`}
            </summary>
            <ol className="mt-1 space-y-1.5 border-l-2 border-line pl-3 text-xs">
              {step.hops.map((hop) => (
                <li key={hop.hash}>
                  <code className="break-all">{hop.hash}</code>
                  <span className="block text-muted">
                    sum <Amount amount={hop.sum} {...unit} />
                  </span>
                </li>
              ))}
            </ol>
          </details>
        )}
      </div>
    </li>
  );
}
