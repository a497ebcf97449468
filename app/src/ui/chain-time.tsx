// Times that the chain keeps: counted down by its clock, which may differ from this device's.
import { useChainClock, type ChainClock } from '../chain/network';
import { duration, exact } from '../lib/time';
import { Tooltip } from './tooltip';

/** How the chain's clock stands to this device's, in words. */
export function clockText({ offsetS }: ChainClock): string {
  if (offsetS === null) return 'By this device’s clock: the chain’s is not known yet.';
  if (offsetS === 0) return 'By the chain’s clock, which agrees with this device’s.';
  return `By the chain’s clock, which is ${duration(Math.abs(offsetS))} ${offsetS < 0 ? 'behind' : 'ahead of'} this device’s.`;
}

/** A countdown by the chain's clock to a moment of the chain; `done` once it is past. Unix seconds. */
export function ChainCountdown({ untilS, done = 'now' }: { untilS: number; done?: string }) {
  const clock = useChainClock();
  return (
    <Tooltip
      content={
        <>
          {exact(untilS)}. {clockText(clock)}
        </>
      }
    >
      <span className="whitespace-nowrap tabular-nums">
        {untilS > clock.nowS ? duration(untilS - clock.nowS) : done}
      </span>
    </Tooltip>
  );
}
