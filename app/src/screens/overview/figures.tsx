// Earned, running, lifetime, next: each with its formula.
import type { UseQueryResult } from '@tanstack/react-query';
import type { OperatorView } from '../../api/types';
import { useLiveMessage } from '../../api/queries';
import { usePool, type Unit } from '../../chain/queries';
import { LOOK_BACK, meanShare, nextPayout } from '../../lib/estimate';
import { poolTermsAt } from '../../lib/limits';
import { duration, epochAt, epochStart } from '../../lib/time';
import { useApp, useNow } from '../../state';
import { Amount, Badge, Card, Explain, Query, Stat, type Tone } from '../../ui';
import type { EpochState } from '../../api/types';

const STATE: Record<EpochState, { label: string; tone: Tone }> = {
  open: { label: 'running', tone: 'accent' },
  closed: { label: 'computed', tone: 'neutral' },
  proposed: { label: 'proposed', tone: 'warn' },
  finalized: { label: 'final', tone: 'good' },
  skipped: { label: 'nothing earned', tone: 'neutral' },
};

/** Decimals that a figure shows. */
export const SHOWN_DECIMALS = 4;

export function Figures({ earnings, unit }: { earnings: UseQueryResult<OperatorView>; unit: Unit | null }) {
  return (
    <Card className="h-full">
      <h2 className="sr-only">Figures</h2>
      <Query query={earnings} lines={5} label="Loading figures">
        {(view) => (
          <div className="grid grid-cols-1 gap-x-6 gap-y-5 sm:grid-cols-2">
            <LastEpoch view={view} unit={unit} />
            <ThisEpoch view={view} unit={unit} />
            <Lifetime view={view} unit={unit} />
            <NextPayout view={view} unit={unit} />
          </div>
        )}
      </Query>
    </Card>
  );
}

type Props = { view: OperatorView; unit: Unit | null };

function Tokens({ amount, unit }: { amount: bigint | string; unit: Unit | null }) {
  return unit === null ? (
    <span aria-busy="true">…</span>
  ) : (
    <Amount amount={amount} {...unit} max={SHOWN_DECIMALS} />
  );
}

function LastEpoch({ view, unit }: Props) {
  const last = view.epochs[0];
  if (!last) return <Stat label="Last epoch">No epoch has closed yet</Stat>;
  const { label, tone } = STATE[last.state];
  return (
    <Stat
      label={
        <>
          Earned in epoch {last.epoch}{' '}
          <Explain label="earned in the last epoch">
            Your share of the last closed epoch: for each device its points ÷ all points of its class × the
            class’s budget, rounded down, added up. {last.accepted} proofs of your devices counted,{' '}
            {last.refused} were refused.
          </Explain>
        </>
      }
      note={
        <span className="inline-flex flex-wrap items-center gap-x-2">
          <Badge tone={tone}>{label}</Badge> {last.devices} {last.devices === 1 ? 'device' : 'devices'} earned
        </span>
      }
    >
      <Tokens amount={last.share} unit={unit} />
    </Stat>
  );
}

function ThisEpoch({ view, unit }: Props) {
  const { config } = useApp();
  const now = useNow();
  const proofs = useLiveMessage('proofs');
  const epoch = epochAt(now, config.genesis_at_s, config.epoch_seconds);
  const { amount, epochs } = meanShare(view.epochs);
  if (epoch === null) return <Stat label="This epoch">The network has not begun</Stat>;
  const ends = epochStart(epoch + 1, config.genesis_at_s, config.epoch_seconds);
  const live =
    proofs?.epoch === epoch ? `${proofs.accepted.toLocaleString()} proofs network-wide so far` : null;
  return (
    <Stat
      label={
        <>
          This epoch, {epoch}{' '}
          <Explain label="this epoch">
            Nobody can know it before the epoch ends: what you see is the mean of your last {epochs.length}{' '}
            closed epochs ({LOOK_BACK} at most), rounded down.
          </Explain>
        </>
      }
      note={
        <>
          ends in {duration(ends - now)}
          {live && <> · {live}</>}
        </>
      }
    >
      {epochs.length ? (
        <>
          <span className="font-normal text-muted">about </span>
          <Tokens amount={amount} unit={unit} />
        </>
      ) : (
        '–'
      )}
    </Stat>
  );
}

function Lifetime({ view, unit }: Props) {
  return (
    <Stat
      label={
        <>
          Lifetime{' '}
          <Explain label="lifetime earnings">
            The sum of your shares of all closed epochs. Final so far: the leaf of the root that the chain
            holds; the rest is computed and waits for its epoch to be finalized.
          </Explain>
        </>
      }
      note={
        unit !== null && (
          <>
            <Amount amount={view.finalized_total} decimals={unit.decimals} max={SHOWN_DECIMALS} /> final
          </>
        )
      }
    >
      <Tokens amount={view.lifetime_total} unit={unit} />
    </Stat>
  );
}

function NextPayout({ view, unit }: Props) {
  const pool = usePool();
  const now = useNow(10);
  const next = nextPayout(BigInt(view.pending), view.epochs);
  const window = pool.data ? poolTermsAt(pool.data.data, now).challengeWindowSeconds : null;
  const wait = window === null ? '' : window > 0 ? ` and ${duration(window)} passed without a challenge` : '';
  const basis =
    next.kind === 'computed'
      ? 'computed, not final yet'
      : next.kind === 'estimate'
        ? `mean of ${next.epochs.length === 1 ? 'your last closed epoch' : `your last ${next.epochs.length} closed epochs`}`
        : 'no epoch has closed yet';
  return (
    <Stat
      label={
        <>
          Next payout{' '}
          <Explain label="the next payout">
            {next.kind === 'computed'
              ? `Your shares of epochs that are closed and not final${next.epochs.length ? ` (${next.epochs.join(', ')})` : ''}, as the oracle computed them.`
              : `An estimate: the mean of your shares of epochs ${next.epochs.at(-1) ?? '–'} to ${next.epochs[0] ?? '–'}, rounded down.`}{' '}
            It becomes claimable once enough oracles attested it{wait}.
          </Explain>
        </>
      }
      note={basis}
    >
      {next.kind === 'estimate' && <span className="font-normal text-muted">about </span>}
      {next.kind === 'none' ? '–' : <Tokens amount={next.amount} unit={unit} />}
    </Stat>
  );
}
