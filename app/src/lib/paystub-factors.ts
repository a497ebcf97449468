// Factors in words: what each takes or gives, and what it was computed from.
import type { Factor } from '../api/types';
import { formatPpm } from './amount';

type Inputs = Readonly<Record<string, number>>;
type Words = { label: string; text: string };

const count = (value: number | undefined) => (value ?? 0).toLocaleString('en');
/** A count with its noun: "1 request", "2 requests". */
const many = (value: number | undefined, noun: string) => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
const ppm = (value: number | undefined) => formatPpm(value ?? 0, 4);
const millionths = (value: number | undefined) => ((value ?? 0) / 1e6).toLocaleString('en', { maximumFractionDigits: 2 });

const WORDS: Readonly<Record<string, { label: string; text: (inputs: Inputs, of: Factor) => string }>> = {
  active: { label: 'Active', text: (_, { ppm }) => (ppm === 0 ? 'The device was suspended or retiring when the epoch ended.' : 'The device was active when the epoch ended.') },
  licence: { label: 'Licence', text: (_, { ppm }) => (ppm === 0 ? 'Its class needs a licence, and it had no valid one.' : 'It had the licence that its class needs, if any.') },
  bond: { label: 'Bond', text: (_, { ppm }) => (ppm === 0 ? 'Its operator’s bond did not cover it.' : 'Its operator’s bond covered it, if its class needs one.') },
  reputation: {
    label: 'Reputation',
    text: (i) =>
      `${millionths(i.good_millionths)} good proofs and ${millionths(i.bad_millionths)} faults are remembered: a good share of ${ppm(i.good_share_ppm)}, and ${ppm(i.tolerated_ppm)} of faults is forgiven.`,
  },
  storage_reputation: {
    label: 'Storage reputation',
    text: (i) =>
      `${count(i.answered_right)} of ${many(i.challenges, 'challenge')} answered right; ${many(i.replicas, 'replica')}, ${count(i.replicas_faulty)} faulty, ${count(i.replicas_ended)} ended.`,
  },
  uptime: {
    label: 'Uptime',
    text: (i) => (i.joined_in_epoch ? 'It joined in this epoch, which is free.' : `It proved work in ${count(i.parts_with_proof)} of ${count(i.parts)} parts of the epoch.`),
  },
  density: { label: 'Density', text: (i) => crowd(i) },
  sender_density: { label: 'Sender’s density', text: (i) => `Where the sender stands: ${crowd(i)}` },
  relocation: {
    label: 'Relocation',
    text: (i) =>
      i.epochs_since === undefined
        ? `It moved ${count(i.moved_m)} m ${count(i.seconds_since)} s ago; the factor rises to 1 within ${count(i.lasts_seconds)} s.`
        : `It moved ${many(i.epochs_since, 'epoch')} ago, while its chain of readings went on.`,
  },
  bootstrap: {
    label: 'Bootstrap multiplier',
    text: (i) => {
      const parts = [`${ppm(i.schedule_ppm)} of the schedule is left`];
      if ((i.rank ?? -1) >= 0) parts.push(`it is number ${count((i.rank ?? 0) + 1)} of the class’s devices, of which the first ${count(i.early_devices)} get more`);
      if ((i.devices_in_cell ?? -1) >= 0) parts.push(`${count(i.devices_in_cell)} devices stand in its cell, and cells with fewer than ${count(i.cell_devices)} get more`);
      return `${parts.join('; ')}. Not for receipts.`;
    },
  },
  class_cap: { label: 'Cap of the class', text: (i) => `It had ${millionths(i.points_millionths)} points; the class counts no more than ${count(i.points_cap)} of a device.` },
  class_budget: { label: 'Budget of the class', text: (i) => `By the policy, class ${count(i.class)} has no part of the budget.` },
  redundancy: { label: 'Redundancy', text: (i) => `${many(i.witnesses, 'device')} received this beacon; up to ${count(i.redundancy)} count in full, more of them share.` },
  witnesses: { label: 'Witnesses', text: (i) => `${many(i.witnesses, 'device')} received it; ${count(i.redundancy)} are wanted.` },
  partner_cap: {
    label: 'Cap of one partner',
    text: (i) =>
      `One operator gave ${millionths(i.from_one_partner)} of ${millionths(i.from_all_partners)} units, and ${millionths(i.allowed_of_one_partner)} of one operator are allowed.`,
  },
  sender_in_doubt: {
    label: 'Sender in doubt',
    text: (i) => `${count(i.operators_that_could_not)} operators’ devices contradict where it was sent from, ${count(i.operators_that_could)} agree.`,
  },
  on_air: { label: 'On air', text: (i) => `On air for ${count(i.on_air_seconds)} of ${count(i.of_seconds)} s.` },
  carried: { label: 'Carried', text: (i) => `${count(i.bytes)} bytes in ${many(i.packets, 'packet')}, for ${many(i.credits, 'credit')}.` },
  served: { label: 'Served', text: (i) => `${count(i.bytes)} bytes in ${many(i.requests, 'request')}, for ${many(i.credits, 'credit')}.` },
  replica_health: {
    label: 'Replica’s health',
    text: (i) =>
      `${count(i.answered_right)} of ${many(i.challenges, 'challenge')} answered right for ${many(i.bytes, 'byte')}, ${many(i.epochs_answered_in_row, 'epoch')} in a row${i.was_unproven ? '; it is not proven yet' : ''}${i.was_faulty ? '; it was faulty' : ''}.`,
  },
  earns_by_answers: { label: 'Earns by its answers', text: (i) => `A commitment earns nothing by itself: answers do, from epoch ${count(i.first_epoch)} on.` },
  posting_earns_nothing: { label: 'Posting earns nothing', text: () => 'Posting a job earns nothing: computing it does.' },
  paid_with_result: { label: 'Paid with the result', text: () => 'A commitment earns nothing by itself: the result that follows it does.' },
  elapsed: { label: 'Elapsed', text: (i) => `It says ${count(i.stated_ms)} ms; by the chain’s seeds ${count(i.counted_ms)} ms went by.` },
  rate_cap: { label: 'Cap of the rate', text: (i) => `${count(i.rate)} hashes a second; no more than ${count(i.max_rate)} count.` },
  readings: { label: 'Readings', text: (i) => `${count(i.passed)} of ${count(i.readings)} intervals have a reading that passed.` },
  fixes: { label: 'Fixes', text: (i) => `${count(i.passed)} of ${count(i.fixes)} parts of the track have fixes that passed.` },
  observations: { label: 'Observations', text: (i) => `${count(i.passed)} of ${count(i.observations)} passed.` },
  freshness: {
    label: 'Freshness',
    text: (i) =>
      `${many(i.first_visits, 'first visit')} of a cell, ${many(i.revisits, 'revisit')}, which count by the time since the last${i.over_capacity ? `; ${count(i.over_capacity)} beyond what one drive counts` : ''}.`,
  },
  repeated_intervals: { label: 'Repeated intervals', text: (i) => `${count(i.new)} of ${count(i.intervals)} intervals are new: each counts once.` },
  repeated_minutes: { label: 'Repeated minutes', text: (i) => `${count(i.new)} of ${count(i.minutes)} minutes are new: each counts once.` },
  movement: {
    label: 'Movement',
    text: (i) => (i.metres !== undefined ? 'It did not move.' : `${many(i.moving_minutes, 'minute')} moving, ${count(i.parked_minutes)} parked, which count less.`),
  },
  weight: { label: 'Weight of the quantity', text: (i) => `By the policy, for quantity ${count(i.quantity)}.` },
  chain_restart: { label: 'Chain of readings begun again', text: (i) => `${many(i.epochs_since, 'epoch')} ago; the factor rises with each.` },
  cell_capacity: { label: 'Capacity of the cell', text: (i) => `${many(i.sensors, 'sensor')} measured this in the cell, which pays ${count(i.capacity)}; they share.` },
};

function crowd(inputs: Inputs): string {
  const resolutions = Object.keys(inputs).flatMap((name) => /^devices_r(\d+)$/.exec(name)?.[1] ?? []);
  if (resolutions.length === 0) return 'no cell has more devices than count in full.';
  return resolutions
    .map((r) => `${count(inputs[`devices_r${r}`])} devices in its cell of resolution ${r}, where ${count(inputs[`limit_r${r}`])} count`)
    .join('; ')
    .concat('.');
}

/** A factor in words; one that this page does not know by its name and its inputs as they are. */
export function factorWords(factor: Factor): Words {
  const inputs = Object.fromEntries(factor.inputs);
  const known = WORDS[factor.name];
  if (known) return { label: known.label, text: known.text(inputs, factor) };
  const all = factor.inputs.map(([name, value]) => `${name.replaceAll('_', ' ')} ${count(value)}`);
  return { label: factor.name.replaceAll('_', ' '), text: all.length > 0 ? `${all.join(', ')}.` : '' };
}
