// Where an epoch stands, from what an oracle says and what the chain has of it.
import type { EpochState, EpochView } from '../api/types';
import type { Challenge, OracleSet, Proposal } from '../generated/rewards/accounts';

/** {@link Proposal} `status`: open, finalized, rejected. */
export const STATUS = { open: 0, finalized: 1, rejected: 2 } as const;
/** {@link Proposal} `challenge`: none, being voted on, resolved. */
export const CHALLENGE = { none: 0, open: 1, resolved: 2 } as const;

/** A proposal with its address. */
export type PlacedProposal = { address: string; data: Proposal };

/** Where an epoch stands. */
export type Phase =
  /** Proofs are taken. */
  | 'open'
  /** It has ended; late proofs and seeds are waited for, then it is computed. */
  | 'closing'
  /** The oracle has its result; nobody proposed it yet. */
  | 'computed'
  /** Proposed; fewer oracles than the threshold attested. */
  | 'attesting'
  /** Enough attested; anyone may challenge. */
  | 'challenge_window'
  /** Oracles vote on a challenge. */
  | 'challenged'
  /** Nothing stands against it; the next oracle's transaction finalizes it. */
  | 'finalizable'
  /** Its root is, or was, the active one. */
  | 'finalized'
  /** What was proposed was rejected; another proposal may follow. */
  | 'rejected'
  /** Nothing was earned in it, or a later epoch's root has its earnings. */
  | 'skipped';

export type Standing = {
  phase: Phase;
  /** When the phase ends by the chain's clock, unix seconds; null when no clock ends it. */
  untilS: number | null;
  /** The proposal that it stands by, as far as the chain still has it. */
  proposal: PlacedProposal | null;
  /** Oracles that attested it, of those that may. */
  attested: number;
  /** How many must. */
  threshold: number | null;
};

export type SetView = Pick<OracleSet, 'oracles' | 'active' | 'count' | 'threshold' | 'generation'>;

/** Whether the bit of a place is set. */
export function hasBit(bits: number, place: number): boolean {
  return ((bits >>> place) & 1) === 1;
}

/** The oracles whose bits are set, of those that may attest. */
export function oraclesOf(set: SetView, bits: number): string[] {
  return set.oracles.filter((_, place) => hasBit(set.active, place) && hasBit(bits, place));
}

/** The oracles that may attest, with their places. */
export function activeOracles(set: SetView): { place: number; key: string }[] {
  return set.oracles.map((key, place) => ({ place, key: key as string })).filter(({ place }) => hasBit(set.active, place));
}

/** Attestations that count: those of an earlier generation are void while a proposal is open. */
export function attestersOf(proposal: Proposal, set: SetView): string[] {
  const stale = proposal.status === STATUS.open && proposal.generation !== set.generation;
  return stale ? [] : oraclesOf(set, proposal.attestations);
}

/** The proposal that an epoch stands by: the finalized one, else the oracle's own, else the best attested. */
export function proposalOf(
  view: { epoch: number; proposal?: string | null },
  proposals: readonly PlacedProposal[],
  set: SetView | null,
): PlacedProposal | null {
  const own = proposals.filter(({ data }) => data.epoch === BigInt(view.epoch));
  const rank = (one: PlacedProposal): number => {
    if (one.data.status === STATUS.finalized) return 4_000;
    const open = one.data.status === STATUS.open ? 1_000 : 0;
    return open + (one.address === view.proposal ? 500 : 0) + (set ? attestersOf(one.data, set).length : 0);
  };
  return own.reduce<PlacedProposal | null>((best, one) => (best && rank(best) >= rank(one) ? best : one), null);
}

/** What {@link standingOf} needs of an epoch; of `/v1/epochs`, or of an operator's list, which says less. */
export type EpochLike = {
  epoch: number;
  state: EpochState;
  ends_at_s: number;
  result?: EpochView['result'];
  proposal?: string | null;
  attested_by?: readonly string[];
};

/**
 * Where an epoch stands at `nowS` by the chain's clock. `proposals` are the chain's, of any epoch, null when
 * they are not known; `challenges` are by the proposal's address.
 */
export function standingOf(
  view: EpochLike,
  proposals: readonly PlacedProposal[] | null,
  set: SetView | null,
  challenges: ReadonlyMap<string, Challenge>,
  nowS: number,
): Standing {
  const proposal = proposals && proposalOf(view, proposals, set);
  const attested = proposal && set ? attestersOf(proposal.data, set).length : (view.attested_by?.length ?? 0);
  const at = (phase: Phase, untilS: bigint | number | null = null): Standing => ({
    phase,
    untilS: untilS === null || Number(untilS) === 0 ? null : Number(untilS),
    proposal,
    attested,
    threshold: set?.threshold ?? null,
  });
  if (view.state === 'finalized' || proposal?.data.status === STATUS.finalized) return at('finalized');
  if (view.state === 'skipped') return at('skipped');
  if (view.state === 'open') return nowS < view.ends_at_s ? at('open', view.ends_at_s) : at('closing');
  if (!proposal) {
    if (view.state === 'proposed') return at('attesting');
    return view.result === null ? at('closing') : at('computed');
  }
  const { data } = proposal;
  if (data.status === STATUS.rejected) return at('rejected');
  if (data.challenge === CHALLENGE.open) return at('challenged', challenges.get(proposal.address)?.expiresAt ?? null);
  const isStale = set !== null && data.generation !== set.generation;
  if (data.quorumAt === 0n || isStale || (set !== null && attested < set.threshold)) return at('attesting');
  return BigInt(nowS) < data.finalizableAt ? at('challenge_window', data.finalizableAt) : at('finalizable');
}

type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'accent';
/** A phase in words. */
export const PHASE: Record<Phase, { label: string; tone: Tone; text: string }> = {
  open: { label: 'Open', tone: 'neutral', text: 'Proofs are taken until the epoch ends.' },
  closing: {
    label: 'Being computed',
    tone: 'neutral',
    text: 'The epoch has ended. Oracles wait for the last seeds and proofs, then compute what everybody earned.',
  },
  computed: { label: 'Computed', tone: 'accent', text: 'This oracle has its result. It is not proposed on chain yet.' },
  attesting: {
    label: 'Proposed',
    tone: 'accent',
    text: 'An oracle put the result on chain. The others attest it when they computed the identical content.',
  },
  challenge_window: {
    label: 'Challenge window',
    tone: 'accent',
    text: 'Enough oracles attested. Until the window ends anyone may challenge it with a bond; then it is finalized.',
  },
  challenged: {
    label: 'Challenged',
    tone: 'bad',
    text: 'Somebody objects. Oracles vote whether the challenge is upheld; undecided in time, the proposal is rejected.',
  },
  finalizable: {
    label: 'Window over',
    tone: 'accent',
    text: 'Nothing stands against it any more. The next transaction of an oracle finalizes it.',
  },
  finalized: { label: 'Finalized', tone: 'good', text: 'Its root became the active one: what it says can be claimed.' },
  rejected: {
    label: 'Rejected',
    tone: 'bad',
    text: 'What was proposed is rejected. Another proposal for this epoch, or a later epoch, brings its earnings.',
  },
  skipped: {
    label: 'Skipped',
    tone: 'neutral',
    text: 'Nothing was earned in it, or a later epoch was finalized first and has its earnings in its root.',
  },
};

/** What became of a challenge. */
export function outcomeText(outcome: number): { label: string; tone: Tone } {
  if (outcome === 1) return { label: 'Upheld: the proposal is rejected', tone: 'bad' };
  if (outcome === 2) return { label: 'Dismissed: the proposal goes on', tone: 'good' };
  if (outcome === 3) return { label: 'Not decided in time: the proposal is rejected, both keep their bonds', tone: 'warn' };
  return { label: 'Being voted on', tone: 'warn' };
}

/** How often one oracle attested. */
export type Attendance = { key: string; place: number; attested: number; of: number };

/** How many of the epochs with a proposal each oracle of the set attested. */
export function attendance(
  epochs: readonly EpochView[],
  proposals: readonly PlacedProposal[] | null,
  set: SetView,
): Attendance[] {
  const attesters = epochs.flatMap((view) => {
    const proposal = proposals && proposalOf(view, proposals, set);
    const keys = new Set([...view.attested_by, ...(proposal ? attestersOf(proposal.data, set) : [])]);
    // Without anybody there was no proposal: nobody missed anything.
    return keys.size > 0 ? [keys] : [];
  });
  return activeOracles(set).map(({ key, place }) => ({
    key,
    place,
    attested: attesters.filter((keys) => keys.has(key)).length,
    of: attesters.length,
  }));
}
