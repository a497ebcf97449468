// Why a device got what it did in an epoch: the oracle's answer, computed again by this page.
import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { DeviceEpoch, Explanation } from '../../api/types';
import type { Unit } from '../../chain/queries';
import { format } from '../../lib/amount';
import { asCairnError, sentence } from '../../lib/errors';
import { paystubOf } from '../../lib/paystub';
import { refusalsOf } from '../../lib/paystub-refusals';
import { exact } from '../../lib/time';
import { Amount, Button, Card, Empty, Failed, Notice, Query, Select, Stat } from '../../ui';
import { StateBadge } from './epoch-table';
import { FactorSteps, KindTable, ShareSteps } from './paystub-steps';

type Props = {
  /** Newest first. */
  epochs: readonly DeviceEpoch[];
  epoch: number | null;
  choose: (epoch: number) => void;
  unit: Unit;
};

export function Paystub(props: Props & { query: UseQueryResult<Explanation> }) {
  const { epochs, epoch, unit, query } = props;
  const row = epochs.find((one) => one.epoch === epoch);
  return (
    <Card
      title={
        <span id="paystub" className="scroll-mt-20">
          Paystub{epoch !== null && ` of epoch ${epoch}`}
        </span>
      }
      note={row && `From ${exact(row.starts_at_s)} to ${exact(row.ends_at_s)}`}
      actions={epoch !== null && <Picker {...props} epoch={epoch} />}
    >
      {epoch === null ? (
        <Empty title="No paystub yet">
          It gave no proof in the last 30 closed epochs. When an epoch closes in which it did, its paystub shows up here by itself.
        </Empty>
      ) : (
        <Query query={query} lines={10} label="Loading the paystub">
          {(found) => <Stub found={found} row={row} unit={unit} />}
        </Query>
      )}
    </Card>
  );
}

function Picker({ epochs, epoch, choose, unit }: Props & { epoch: number }) {
  const listed = epochs.some((one) => one.epoch === epoch);
  const at = epochs.findIndex((one) => one.epoch === epoch);
  const [newer, older] = [at > 0 ? epochs[at - 1] : undefined, at >= 0 ? epochs[at + 1] : undefined];
  const options = epochs.map((one) => ({
    value: one.epoch.toString(),
    label: `Epoch ${one.epoch}: ${format(BigInt(one.share), unit.decimals, { maxFraction: 3 })}`,
  }));
  if (!listed) options.push({ value: epoch.toString(), label: `Epoch ${epoch}` });
  return (
    <>
      <Button size="small" disabled={!older} aria-label="The epoch before" onClick={() => older && choose(older.epoch)}>
        <span aria-hidden="true">←</span>
      </Button>
      <Select label="Epoch" compact value={epoch.toString()} options={options} onChange={(value) => choose(Number(value))} />
      <Button size="small" disabled={!newer} aria-label="The epoch after" onClick={() => newer && choose(newer.epoch)}>
        <span aria-hidden="true">→</span>
      </Button>
    </>
  );
}

/** Why its proofs were refused, in plain words. */
function Refusals({ found }: { found: Explanation }) {
  const refusals = refusalsOf(found.proofs);
  if (refusals.length === 0) return null;
  return (
    <ul className="mt-1.5 list-disc space-y-0.5 pl-5">
      {refusals.map(({ reason, count, meaning }) => (
        <li key={reason}>
          {count.toLocaleString('en')} × <code>{reason}</code>: {meaning}
        </li>
      ))}
    </ul>
  );
}

function Stub({ found, row, unit }: { found: Explanation; row: DeviceEpoch | undefined; unit: Unit }) {
  const computed = useMemo(() => {
    try {
      return paystubOf(found);
    } catch (error) {
      return asCairnError(error);
    }
  }, [found]);
  if ('code' in computed) return <Failed error={computed} title="The paystub cannot be read" />;
  return (
    <div className="space-y-5" data-testid="paystub">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <Stat label="Earned in this epoch" big>
          <span data-testid="paystub-share">
            <Amount amount={found.share} {...unit} />
          </span>
        </Stat>
        {row && <StateBadge state={row.state} />}
      </div>
      {found.zero && (
        <Notice tone="warn" title="Why it is nothing">
          {sentence(found.zero)}.
          <Refusals found={found} />
        </Notice>
      )}
      {found.zero_part && <Notice tone="warn">{sentence(found.zero_part)}.</Notice>}
      {found.adopted && (
        <Notice tone="warn" title="The chain has other totals">
          The other oracles agreed on something else than this one computed. What you are paid follows the chain; below is what this oracle computed.
        </Notice>
      )}
      {computed.differences.length > 0 && (
        <Notice tone="bad" title="This does not add up">
          Computed again by this page, these figures differ from the oracle’s: {computed.differences.join(', ')}. Ask another oracle.
        </Notice>
      )}
      <KindTable kinds={found.kinds} />
      <FactorSteps stub={computed} />
      <ShareSteps found={found} stub={computed} unit={unit} />
      {computed.differences.length === 0 && (
        <p className="text-[0.8125rem] text-muted" data-testid="paystub-adds-up">
          <span aria-hidden="true" className="text-good">
            ✓
          </span>{' '}
          Computed again by this page from the proofs below, in whole millionths, each step rounded down: every figure is the oracle’s.
        </p>
      )}
    </div>
  );
}
