/**
 * Events of the program, decoded from the data that it logs. Rendered by client/generate.
 */

import { containsBytes, type ReadonlyUint8Array } from '@solana/kit';
import {
  getBondClosedDecoder,
  type BondClosed,
  getBondOpenedDecoder,
  type BondOpened,
  getBondedDecoder,
  type Bonded,
  getChallengerPaidDecoder,
  type ChallengerPaid,
  getDelegatedDecoder,
  type Delegated,
  getDelegationClosedDecoder,
  type DelegationClosed,
  getDelegationRewardsClaimedDecoder,
  type DelegationRewardsClaimed,
  getDelegationSettledDecoder,
  type DelegationSettled,
  getLockExtendedDecoder,
  type LockExtended,
  getLockPeriodClosedDecoder,
  type LockPeriodClosed,
  getLockPeriodOpenedDecoder,
  type LockPeriodOpened,
  getPenaltiesRegisteredDecoder,
  type PenaltiesRegistered,
  getPenaltyAnnouncedDecoder,
  type PenaltyAnnounced,
  getPenaltyClosedDecoder,
  type PenaltyClosed,
  getPenaltyEpochClosedDecoder,
  type PenaltyEpochClosed,
  getPenaltyExecutedDecoder,
  type PenaltyExecuted,
  getPenaltyVetoedDecoder,
  type PenaltyVetoed,
  getPeriodReachedDecoder,
  type PeriodReached,
  getRewardsSyncedDecoder,
  type RewardsSynced,
  getStakePoolClosedDecoder,
  type StakePoolClosed,
  getStakePoolCreatedDecoder,
  type StakePoolCreated,
  getStakeTreasuryPaidDecoder,
  type StakeTreasuryPaid,
  getStakeUpdateCancelledDecoder,
  type StakeUpdateCancelled,
  getStakeUpdateProposedDecoder,
  type StakeUpdateProposed,
  getTargetClosedDecoder,
  type TargetClosed,
  getTargetOpenedDecoder,
  type TargetOpened,
  getUnbondRequestedDecoder,
  type UnbondRequested,
  getUndelegatedDecoder,
  type Undelegated,
  getWithdrawnDecoder,
  type Withdrawn,
} from './types';

export const BOND_CLOSED_DISCRIMINATOR = new Uint8Array([
  227, 55, 88, 183, 234, 17, 203, 66,
]);
export const BOND_OPENED_DISCRIMINATOR = new Uint8Array([
  144, 64, 233, 238, 81, 248, 153, 251,
]);
export const BONDED_DISCRIMINATOR = new Uint8Array([
  72, 106, 31, 121, 93, 125, 84, 0,
]);
export const CHALLENGER_PAID_DISCRIMINATOR = new Uint8Array([
  149, 73, 241, 79, 28, 6, 125, 61,
]);
export const DELEGATED_DISCRIMINATOR = new Uint8Array([
  52, 201, 7, 194, 24, 79, 100, 159,
]);
export const DELEGATION_CLOSED_DISCRIMINATOR = new Uint8Array([
  225, 66, 187, 107, 192, 71, 85, 138,
]);
export const DELEGATION_REWARDS_CLAIMED_DISCRIMINATOR = new Uint8Array([
  146, 107, 148, 13, 5, 226, 73, 85,
]);
export const DELEGATION_SETTLED_DISCRIMINATOR = new Uint8Array([
  118, 156, 81, 237, 111, 131, 217, 120,
]);
export const LOCK_EXTENDED_DISCRIMINATOR = new Uint8Array([
  25, 118, 227, 150, 119, 138, 207, 234,
]);
export const LOCK_PERIOD_CLOSED_DISCRIMINATOR = new Uint8Array([
  153, 66, 128, 158, 35, 28, 118, 156,
]);
export const LOCK_PERIOD_OPENED_DISCRIMINATOR = new Uint8Array([
  46, 180, 52, 210, 99, 232, 123, 207,
]);
export const PENALTIES_REGISTERED_DISCRIMINATOR = new Uint8Array([
  201, 196, 101, 77, 84, 31, 133, 151,
]);
export const PENALTY_ANNOUNCED_DISCRIMINATOR = new Uint8Array([
  124, 231, 97, 139, 247, 242, 220, 183,
]);
export const PENALTY_CLOSED_DISCRIMINATOR = new Uint8Array([
  48, 10, 153, 163, 22, 102, 106, 187,
]);
export const PENALTY_EPOCH_CLOSED_DISCRIMINATOR = new Uint8Array([
  212, 161, 8, 143, 253, 205, 67, 13,
]);
export const PENALTY_EXECUTED_DISCRIMINATOR = new Uint8Array([
  147, 158, 140, 215, 131, 135, 0, 248,
]);
export const PENALTY_VETOED_DISCRIMINATOR = new Uint8Array([
  52, 109, 181, 175, 39, 45, 120, 188,
]);
export const PERIOD_REACHED_DISCRIMINATOR = new Uint8Array([
  240, 152, 225, 169, 152, 129, 101, 250,
]);
export const REWARDS_SYNCED_DISCRIMINATOR = new Uint8Array([
  66, 57, 28, 213, 120, 33, 234, 123,
]);
export const STAKE_POOL_CLOSED_DISCRIMINATOR = new Uint8Array([
  33, 158, 179, 155, 11, 241, 214, 90,
]);
export const STAKE_POOL_CREATED_DISCRIMINATOR = new Uint8Array([
  80, 44, 243, 249, 137, 72, 229, 122,
]);
export const STAKE_TREASURY_PAID_DISCRIMINATOR = new Uint8Array([
  2, 145, 41, 101, 86, 7, 104, 129,
]);
export const STAKE_UPDATE_CANCELLED_DISCRIMINATOR = new Uint8Array([
  140, 23, 238, 105, 243, 113, 154, 205,
]);
export const STAKE_UPDATE_PROPOSED_DISCRIMINATOR = new Uint8Array([
  249, 128, 51, 113, 211, 208, 61, 172,
]);
export const TARGET_CLOSED_DISCRIMINATOR = new Uint8Array([
  82, 71, 163, 211, 132, 32, 187, 84,
]);
export const TARGET_OPENED_DISCRIMINATOR = new Uint8Array([
  182, 107, 175, 230, 255, 219, 155, 227,
]);
export const UNBOND_REQUESTED_DISCRIMINATOR = new Uint8Array([
  237, 10, 226, 141, 212, 122, 234, 197,
]);
export const UNDELEGATED_DISCRIMINATOR = new Uint8Array([
  207, 179, 100, 125, 238, 150, 136, 31,
]);
export const WITHDRAWN_DISCRIMINATOR = new Uint8Array([
  20, 89, 223, 198, 194, 124, 219, 13,
]);

/** Any event of the program. */
export type ProgramEvent =
  | { kind: 'BondClosed'; data: BondClosed }
  | { kind: 'BondOpened'; data: BondOpened }
  | { kind: 'Bonded'; data: Bonded }
  | { kind: 'ChallengerPaid'; data: ChallengerPaid }
  | { kind: 'Delegated'; data: Delegated }
  | { kind: 'DelegationClosed'; data: DelegationClosed }
  | { kind: 'DelegationRewardsClaimed'; data: DelegationRewardsClaimed }
  | { kind: 'DelegationSettled'; data: DelegationSettled }
  | { kind: 'LockExtended'; data: LockExtended }
  | { kind: 'LockPeriodClosed'; data: LockPeriodClosed }
  | { kind: 'LockPeriodOpened'; data: LockPeriodOpened }
  | { kind: 'PenaltiesRegistered'; data: PenaltiesRegistered }
  | { kind: 'PenaltyAnnounced'; data: PenaltyAnnounced }
  | { kind: 'PenaltyClosed'; data: PenaltyClosed }
  | { kind: 'PenaltyEpochClosed'; data: PenaltyEpochClosed }
  | { kind: 'PenaltyExecuted'; data: PenaltyExecuted }
  | { kind: 'PenaltyVetoed'; data: PenaltyVetoed }
  | { kind: 'PeriodReached'; data: PeriodReached }
  | { kind: 'RewardsSynced'; data: RewardsSynced }
  | { kind: 'StakePoolClosed'; data: StakePoolClosed }
  | { kind: 'StakePoolCreated'; data: StakePoolCreated }
  | { kind: 'StakeTreasuryPaid'; data: StakeTreasuryPaid }
  | { kind: 'StakeUpdateCancelled'; data: StakeUpdateCancelled }
  | { kind: 'StakeUpdateProposed'; data: StakeUpdateProposed }
  | { kind: 'TargetClosed'; data: TargetClosed }
  | { kind: 'TargetOpened'; data: TargetOpened }
  | { kind: 'UnbondRequested'; data: UnbondRequested }
  | { kind: 'Undelegated'; data: Undelegated }
  | { kind: 'Withdrawn'; data: Withdrawn };

/** Decodes logged data; `undefined` when no event of this program starts like it. */
export function decodeEvent(data: ReadonlyUint8Array): ProgramEvent | undefined {
  if (containsBytes(data, BOND_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'BondClosed', data: getBondClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, BOND_OPENED_DISCRIMINATOR, 0)) {
    return { kind: 'BondOpened', data: getBondOpenedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, BONDED_DISCRIMINATOR, 0)) {
    return { kind: 'Bonded', data: getBondedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CHALLENGER_PAID_DISCRIMINATOR, 0)) {
    return { kind: 'ChallengerPaid', data: getChallengerPaidDecoder().decode(data, 8) };
  }
  if (containsBytes(data, DELEGATED_DISCRIMINATOR, 0)) {
    return { kind: 'Delegated', data: getDelegatedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, DELEGATION_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'DelegationClosed', data: getDelegationClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, DELEGATION_REWARDS_CLAIMED_DISCRIMINATOR, 0)) {
    return { kind: 'DelegationRewardsClaimed', data: getDelegationRewardsClaimedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, DELEGATION_SETTLED_DISCRIMINATOR, 0)) {
    return { kind: 'DelegationSettled', data: getDelegationSettledDecoder().decode(data, 8) };
  }
  if (containsBytes(data, LOCK_EXTENDED_DISCRIMINATOR, 0)) {
    return { kind: 'LockExtended', data: getLockExtendedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, LOCK_PERIOD_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'LockPeriodClosed', data: getLockPeriodClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, LOCK_PERIOD_OPENED_DISCRIMINATOR, 0)) {
    return { kind: 'LockPeriodOpened', data: getLockPeriodOpenedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, PENALTIES_REGISTERED_DISCRIMINATOR, 0)) {
    return { kind: 'PenaltiesRegistered', data: getPenaltiesRegisteredDecoder().decode(data, 8) };
  }
  if (containsBytes(data, PENALTY_ANNOUNCED_DISCRIMINATOR, 0)) {
    return { kind: 'PenaltyAnnounced', data: getPenaltyAnnouncedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, PENALTY_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'PenaltyClosed', data: getPenaltyClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, PENALTY_EPOCH_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'PenaltyEpochClosed', data: getPenaltyEpochClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, PENALTY_EXECUTED_DISCRIMINATOR, 0)) {
    return { kind: 'PenaltyExecuted', data: getPenaltyExecutedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, PENALTY_VETOED_DISCRIMINATOR, 0)) {
    return { kind: 'PenaltyVetoed', data: getPenaltyVetoedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, PERIOD_REACHED_DISCRIMINATOR, 0)) {
    return { kind: 'PeriodReached', data: getPeriodReachedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, REWARDS_SYNCED_DISCRIMINATOR, 0)) {
    return { kind: 'RewardsSynced', data: getRewardsSyncedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, STAKE_POOL_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'StakePoolClosed', data: getStakePoolClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, STAKE_POOL_CREATED_DISCRIMINATOR, 0)) {
    return { kind: 'StakePoolCreated', data: getStakePoolCreatedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, STAKE_TREASURY_PAID_DISCRIMINATOR, 0)) {
    return { kind: 'StakeTreasuryPaid', data: getStakeTreasuryPaidDecoder().decode(data, 8) };
  }
  if (containsBytes(data, STAKE_UPDATE_CANCELLED_DISCRIMINATOR, 0)) {
    return { kind: 'StakeUpdateCancelled', data: getStakeUpdateCancelledDecoder().decode(data, 8) };
  }
  if (containsBytes(data, STAKE_UPDATE_PROPOSED_DISCRIMINATOR, 0)) {
    return { kind: 'StakeUpdateProposed', data: getStakeUpdateProposedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, TARGET_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'TargetClosed', data: getTargetClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, TARGET_OPENED_DISCRIMINATOR, 0)) {
    return { kind: 'TargetOpened', data: getTargetOpenedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, UNBOND_REQUESTED_DISCRIMINATOR, 0)) {
    return { kind: 'UnbondRequested', data: getUnbondRequestedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, UNDELEGATED_DISCRIMINATOR, 0)) {
    return { kind: 'Undelegated', data: getUndelegatedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, WITHDRAWN_DISCRIMINATOR, 0)) {
    return { kind: 'Withdrawn', data: getWithdrawnDecoder().decode(data, 8) };
  }
  return undefined;
}
