// Events of Cairn's programs, read from a transaction's log lines.
import {
  decodeEvent as registryEvent,
  type ProgramEvent as RegistryEvent,
} from '../generated/registry/events';
import { decodeEvent as rewardsEvent, type ProgramEvent as RewardsEvent } from '../generated/rewards/events';
import { decodeEvent as stakingEvent, type ProgramEvent as StakingEvent } from '../generated/staking/events';
import { fromBase64 } from './accounts';

export type Event =
  | { program: 'registry'; event: RegistryEvent }
  | { program: 'rewards'; event: RewardsEvent }
  | { program: 'staking'; event: StakingEvent };

/** The events in `logs`, in order; lines that carry none of Cairn's are passed over. */
export function eventsOf(logs: readonly string[]): Event[] {
  return logs.flatMap((line): Event[] => {
    if (!line.startsWith('Program data: ')) return [];
    let data: Uint8Array;
    try {
      data = fromBase64(line.slice('Program data: '.length).trim());
    } catch {
      // Another program's log, in another form.
      return [];
    }
    const registry = registryEvent(data);
    if (registry) return [{ program: 'registry', event: registry }];
    const rewards = rewardsEvent(data);
    if (rewards) return [{ program: 'rewards', event: rewards }];
    const staking = stakingEvent(data);
    return staking ? [{ program: 'staking', event: staking }] : [];
  });
}
