// Where an epoch stands, as a badge with its explanation and its countdown.
import type { Standing } from '../../lib/epochs';
import { PHASE } from '../../lib/epochs';
import { asCairnError } from '../../lib/errors';
import { Badge, Notice, Tooltip } from '../../ui';
import { ChainCountdown } from '../../ui/chain-time';

/** What stands before the countdown of a phase. */
const UNTIL: Partial<Record<Standing['phase'], string>> = {
  open: 'ends in',
  challenge_window: 'ends in',
  challenged: 'vote ends in',
};

export function StandingBadge({ standing }: { standing: Standing }) {
  const { phase, untilS, attested, threshold } = standing;
  const { label, tone, text } = PHASE[phase];
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <Tooltip content={text}>
        <Badge tone={tone}>{label}</Badge>
      </Tooltip>
      {phase === 'attesting' && threshold !== null && attested > 0 && (
        <span className="text-[0.8125rem] text-muted">
          {attested} of {threshold} needed
        </span>
      )}
      {untilS !== null && UNTIL[phase] && (
        <span className="text-[0.8125rem] text-muted">
          {UNTIL[phase]} <ChainCountdown untilS={untilS} />
        </span>
      )}
    </span>
  );
}

/** Says that states are the oracle's word alone, because the chain cannot be asked. */
export function ChainUnknown({ error }: { error: unknown }) {
  return (
    <div className="mb-3">
      <Notice tone="warn" live>
        The chain’s side of the epochs cannot be read now (<code>{asCairnError(error).code}</code>): states are what the oracle says, without
        windows and votes.
      </Notice>
    </div>
  );
}
