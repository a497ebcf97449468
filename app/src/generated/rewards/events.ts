/**
 * Events of the program, decoded from the data that it logs. Rendered by client/generate.
 */

import { containsBytes, type ReadonlyUint8Array } from '@solana/kit';
import {
  getAttestedDecoder,
  type Attested,
  getBondReturnedDecoder,
  type BondReturned,
  getChallengeClosedDecoder,
  type ChallengeClosed,
  getChallengeSettledDecoder,
  type ChallengeSettled,
  getChallengeVotedDecoder,
  type ChallengeVoted,
  getChallengedDecoder,
  type Challenged,
  getClaimantClosedDecoder,
  type ClaimantClosed,
  getClaimantOpenedDecoder,
  type ClaimantOpened,
  getClaimedDecoder,
  type Claimed,
  getCloseCancelledDecoder,
  type CloseCancelled,
  getCloseRequestedDecoder,
  type CloseRequested,
  getCreditAccountClosedDecoder,
  type CreditAccountClosed,
  getCreditAccountOpenedDecoder,
  type CreditAccountOpened,
  getCreditMarketClosedDecoder,
  type CreditMarketClosed,
  getCreditMarketCreatedDecoder,
  type CreditMarketCreated,
  getCreditUpdateCancelledDecoder,
  type CreditUpdateCancelled,
  getCreditUpdateProposedDecoder,
  type CreditUpdateProposed,
  getCreditsBoughtDecoder,
  type CreditsBought,
  getEmissionChangedDecoder,
  type EmissionChanged,
  getEscrowChangedDecoder,
  type EscrowChanged,
  getFinalizedDecoder,
  type Finalized,
  getOracleChangeAppliedDecoder,
  type OracleChangeApplied,
  getOracleChangeCancelledDecoder,
  type OracleChangeCancelled,
  getOracleChangeProposedDecoder,
  type OracleChangeProposed,
  getOracleSetClosedDecoder,
  type OracleSetClosed,
  getOracleSetCreatedDecoder,
  type OracleSetCreated,
  getPartPaidDecoder,
  type PartPaid,
  getPayeesSetDecoder,
  type PayeesSet,
  getPoolClosedDecoder,
  type PoolClosed,
  getPoolCreatedDecoder,
  type PoolCreated,
  getPoolMigratedDecoder,
  type PoolMigrated,
  getPoolUpdateCancelledDecoder,
  type PoolUpdateCancelled,
  getPoolUpdateProposedDecoder,
  type PoolUpdateProposed,
  getPriceReportedDecoder,
  type PriceReported,
  getProposalClosedDecoder,
  type ProposalClosed,
  getProposedDecoder,
  type Proposed,
  getRejectedDecoder,
  type Rejected,
  getSplitsCancelledDecoder,
  type SplitsCancelled,
  getSplitsProposedDecoder,
  type SplitsProposed,
  getUsageSettledDecoder,
  type UsageSettled,
} from './types';

export const ATTESTED_DISCRIMINATOR = new Uint8Array([
  184, 102, 113, 199, 220, 197, 96, 50,
]);
export const BOND_RETURNED_DISCRIMINATOR = new Uint8Array([
  41, 85, 150, 247, 210, 150, 160, 118,
]);
export const CHALLENGE_CLOSED_DISCRIMINATOR = new Uint8Array([
  228, 8, 12, 154, 182, 5, 139, 91,
]);
export const CHALLENGE_SETTLED_DISCRIMINATOR = new Uint8Array([
  96, 70, 232, 36, 45, 207, 169, 122,
]);
export const CHALLENGE_VOTED_DISCRIMINATOR = new Uint8Array([
  157, 107, 251, 245, 252, 217, 120, 154,
]);
export const CHALLENGED_DISCRIMINATOR = new Uint8Array([
  208, 48, 104, 229, 231, 85, 175, 193,
]);
export const CLAIMANT_CLOSED_DISCRIMINATOR = new Uint8Array([
  149, 38, 118, 2, 184, 27, 69, 13,
]);
export const CLAIMANT_OPENED_DISCRIMINATOR = new Uint8Array([
  1, 121, 214, 209, 6, 80, 74, 42,
]);
export const CLAIMED_DISCRIMINATOR = new Uint8Array([
  217, 192, 123, 72, 108, 150, 248, 33,
]);
export const CLOSE_CANCELLED_DISCRIMINATOR = new Uint8Array([
  110, 18, 213, 55, 110, 78, 87, 222,
]);
export const CLOSE_REQUESTED_DISCRIMINATOR = new Uint8Array([
  136, 120, 170, 78, 168, 236, 47, 118,
]);
export const CREDIT_ACCOUNT_CLOSED_DISCRIMINATOR = new Uint8Array([
  246, 95, 206, 205, 198, 232, 140, 172,
]);
export const CREDIT_ACCOUNT_OPENED_DISCRIMINATOR = new Uint8Array([
  49, 4, 136, 30, 100, 84, 241, 163,
]);
export const CREDIT_MARKET_CLOSED_DISCRIMINATOR = new Uint8Array([
  232, 110, 152, 139, 14, 77, 99, 116,
]);
export const CREDIT_MARKET_CREATED_DISCRIMINATOR = new Uint8Array([
  24, 87, 116, 58, 48, 17, 179, 142,
]);
export const CREDIT_UPDATE_CANCELLED_DISCRIMINATOR = new Uint8Array([
  115, 116, 140, 234, 163, 94, 62, 52,
]);
export const CREDIT_UPDATE_PROPOSED_DISCRIMINATOR = new Uint8Array([
  10, 77, 121, 108, 240, 185, 188, 143,
]);
export const CREDITS_BOUGHT_DISCRIMINATOR = new Uint8Array([
  176, 237, 13, 63, 123, 84, 185, 118,
]);
export const EMISSION_CHANGED_DISCRIMINATOR = new Uint8Array([
  218, 126, 61, 184, 34, 229, 197, 191,
]);
export const ESCROW_CHANGED_DISCRIMINATOR = new Uint8Array([
  223, 18, 173, 23, 163, 16, 201, 89,
]);
export const FINALIZED_DISCRIMINATOR = new Uint8Array([
  4, 77, 242, 80, 20, 152, 247, 252,
]);
export const ORACLE_CHANGE_APPLIED_DISCRIMINATOR = new Uint8Array([
  31, 101, 77, 32, 179, 136, 154, 115,
]);
export const ORACLE_CHANGE_CANCELLED_DISCRIMINATOR = new Uint8Array([
  200, 44, 104, 43, 174, 109, 128, 213,
]);
export const ORACLE_CHANGE_PROPOSED_DISCRIMINATOR = new Uint8Array([
  157, 226, 113, 87, 201, 38, 180, 183,
]);
export const ORACLE_SET_CLOSED_DISCRIMINATOR = new Uint8Array([
  217, 41, 214, 20, 1, 247, 106, 96,
]);
export const ORACLE_SET_CREATED_DISCRIMINATOR = new Uint8Array([
  220, 133, 235, 111, 207, 241, 17, 27,
]);
export const PART_PAID_DISCRIMINATOR = new Uint8Array([
  35, 44, 144, 168, 22, 218, 218, 139,
]);
export const PAYEES_SET_DISCRIMINATOR = new Uint8Array([
  134, 94, 33, 56, 99, 88, 127, 198,
]);
export const POOL_CLOSED_DISCRIMINATOR = new Uint8Array([
  106, 46, 29, 231, 42, 44, 73, 119,
]);
export const POOL_CREATED_DISCRIMINATOR = new Uint8Array([
  202, 44, 41, 88, 104, 220, 157, 82,
]);
export const POOL_MIGRATED_DISCRIMINATOR = new Uint8Array([
  250, 204, 24, 195, 37, 253, 152, 6,
]);
export const POOL_UPDATE_CANCELLED_DISCRIMINATOR = new Uint8Array([
  224, 53, 188, 137, 241, 254, 179, 86,
]);
export const POOL_UPDATE_PROPOSED_DISCRIMINATOR = new Uint8Array([
  254, 198, 209, 67, 53, 122, 181, 216,
]);
export const PRICE_REPORTED_DISCRIMINATOR = new Uint8Array([
  188, 190, 25, 244, 37, 57, 251, 215,
]);
export const PROPOSAL_CLOSED_DISCRIMINATOR = new Uint8Array([
  57, 90, 47, 164, 105, 55, 97, 27,
]);
export const PROPOSED_DISCRIMINATOR = new Uint8Array([
  216, 37, 138, 141, 130, 208, 180, 153,
]);
export const REJECTED_DISCRIMINATOR = new Uint8Array([
  119, 30, 67, 78, 53, 53, 23, 31,
]);
export const SPLITS_CANCELLED_DISCRIMINATOR = new Uint8Array([
  236, 39, 224, 35, 98, 166, 109, 0,
]);
export const SPLITS_PROPOSED_DISCRIMINATOR = new Uint8Array([
  130, 246, 139, 139, 56, 34, 88, 42,
]);
export const USAGE_SETTLED_DISCRIMINATOR = new Uint8Array([
  34, 78, 6, 42, 206, 77, 112, 167,
]);

/** Any event of the program. */
export type ProgramEvent =
  | { kind: 'Attested'; data: Attested }
  | { kind: 'BondReturned'; data: BondReturned }
  | { kind: 'ChallengeClosed'; data: ChallengeClosed }
  | { kind: 'ChallengeSettled'; data: ChallengeSettled }
  | { kind: 'ChallengeVoted'; data: ChallengeVoted }
  | { kind: 'Challenged'; data: Challenged }
  | { kind: 'ClaimantClosed'; data: ClaimantClosed }
  | { kind: 'ClaimantOpened'; data: ClaimantOpened }
  | { kind: 'Claimed'; data: Claimed }
  | { kind: 'CloseCancelled'; data: CloseCancelled }
  | { kind: 'CloseRequested'; data: CloseRequested }
  | { kind: 'CreditAccountClosed'; data: CreditAccountClosed }
  | { kind: 'CreditAccountOpened'; data: CreditAccountOpened }
  | { kind: 'CreditMarketClosed'; data: CreditMarketClosed }
  | { kind: 'CreditMarketCreated'; data: CreditMarketCreated }
  | { kind: 'CreditUpdateCancelled'; data: CreditUpdateCancelled }
  | { kind: 'CreditUpdateProposed'; data: CreditUpdateProposed }
  | { kind: 'CreditsBought'; data: CreditsBought }
  | { kind: 'EmissionChanged'; data: EmissionChanged }
  | { kind: 'EscrowChanged'; data: EscrowChanged }
  | { kind: 'Finalized'; data: Finalized }
  | { kind: 'OracleChangeApplied'; data: OracleChangeApplied }
  | { kind: 'OracleChangeCancelled'; data: OracleChangeCancelled }
  | { kind: 'OracleChangeProposed'; data: OracleChangeProposed }
  | { kind: 'OracleSetClosed'; data: OracleSetClosed }
  | { kind: 'OracleSetCreated'; data: OracleSetCreated }
  | { kind: 'PartPaid'; data: PartPaid }
  | { kind: 'PayeesSet'; data: PayeesSet }
  | { kind: 'PoolClosed'; data: PoolClosed }
  | { kind: 'PoolCreated'; data: PoolCreated }
  | { kind: 'PoolMigrated'; data: PoolMigrated }
  | { kind: 'PoolUpdateCancelled'; data: PoolUpdateCancelled }
  | { kind: 'PoolUpdateProposed'; data: PoolUpdateProposed }
  | { kind: 'PriceReported'; data: PriceReported }
  | { kind: 'ProposalClosed'; data: ProposalClosed }
  | { kind: 'Proposed'; data: Proposed }
  | { kind: 'Rejected'; data: Rejected }
  | { kind: 'SplitsCancelled'; data: SplitsCancelled }
  | { kind: 'SplitsProposed'; data: SplitsProposed }
  | { kind: 'UsageSettled'; data: UsageSettled };

/** Decodes logged data; `undefined` when no event of this program starts like it. */
export function decodeEvent(data: ReadonlyUint8Array): ProgramEvent | undefined {
  if (containsBytes(data, ATTESTED_DISCRIMINATOR, 0)) {
    return { kind: 'Attested', data: getAttestedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, BOND_RETURNED_DISCRIMINATOR, 0)) {
    return { kind: 'BondReturned', data: getBondReturnedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CHALLENGE_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'ChallengeClosed', data: getChallengeClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CHALLENGE_SETTLED_DISCRIMINATOR, 0)) {
    return { kind: 'ChallengeSettled', data: getChallengeSettledDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CHALLENGE_VOTED_DISCRIMINATOR, 0)) {
    return { kind: 'ChallengeVoted', data: getChallengeVotedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CHALLENGED_DISCRIMINATOR, 0)) {
    return { kind: 'Challenged', data: getChallengedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CLAIMANT_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'ClaimantClosed', data: getClaimantClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CLAIMANT_OPENED_DISCRIMINATOR, 0)) {
    return { kind: 'ClaimantOpened', data: getClaimantOpenedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CLAIMED_DISCRIMINATOR, 0)) {
    return { kind: 'Claimed', data: getClaimedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CLOSE_CANCELLED_DISCRIMINATOR, 0)) {
    return { kind: 'CloseCancelled', data: getCloseCancelledDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CLOSE_REQUESTED_DISCRIMINATOR, 0)) {
    return { kind: 'CloseRequested', data: getCloseRequestedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CREDIT_ACCOUNT_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'CreditAccountClosed', data: getCreditAccountClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CREDIT_ACCOUNT_OPENED_DISCRIMINATOR, 0)) {
    return { kind: 'CreditAccountOpened', data: getCreditAccountOpenedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CREDIT_MARKET_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'CreditMarketClosed', data: getCreditMarketClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CREDIT_MARKET_CREATED_DISCRIMINATOR, 0)) {
    return { kind: 'CreditMarketCreated', data: getCreditMarketCreatedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CREDIT_UPDATE_CANCELLED_DISCRIMINATOR, 0)) {
    return { kind: 'CreditUpdateCancelled', data: getCreditUpdateCancelledDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CREDIT_UPDATE_PROPOSED_DISCRIMINATOR, 0)) {
    return { kind: 'CreditUpdateProposed', data: getCreditUpdateProposedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CREDITS_BOUGHT_DISCRIMINATOR, 0)) {
    return { kind: 'CreditsBought', data: getCreditsBoughtDecoder().decode(data, 8) };
  }
  if (containsBytes(data, EMISSION_CHANGED_DISCRIMINATOR, 0)) {
    return { kind: 'EmissionChanged', data: getEmissionChangedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, ESCROW_CHANGED_DISCRIMINATOR, 0)) {
    return { kind: 'EscrowChanged', data: getEscrowChangedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, FINALIZED_DISCRIMINATOR, 0)) {
    return { kind: 'Finalized', data: getFinalizedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, ORACLE_CHANGE_APPLIED_DISCRIMINATOR, 0)) {
    return { kind: 'OracleChangeApplied', data: getOracleChangeAppliedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, ORACLE_CHANGE_CANCELLED_DISCRIMINATOR, 0)) {
    return { kind: 'OracleChangeCancelled', data: getOracleChangeCancelledDecoder().decode(data, 8) };
  }
  if (containsBytes(data, ORACLE_CHANGE_PROPOSED_DISCRIMINATOR, 0)) {
    return { kind: 'OracleChangeProposed', data: getOracleChangeProposedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, ORACLE_SET_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'OracleSetClosed', data: getOracleSetClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, ORACLE_SET_CREATED_DISCRIMINATOR, 0)) {
    return { kind: 'OracleSetCreated', data: getOracleSetCreatedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, PART_PAID_DISCRIMINATOR, 0)) {
    return { kind: 'PartPaid', data: getPartPaidDecoder().decode(data, 8) };
  }
  if (containsBytes(data, PAYEES_SET_DISCRIMINATOR, 0)) {
    return { kind: 'PayeesSet', data: getPayeesSetDecoder().decode(data, 8) };
  }
  if (containsBytes(data, POOL_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'PoolClosed', data: getPoolClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, POOL_CREATED_DISCRIMINATOR, 0)) {
    return { kind: 'PoolCreated', data: getPoolCreatedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, POOL_MIGRATED_DISCRIMINATOR, 0)) {
    return { kind: 'PoolMigrated', data: getPoolMigratedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, POOL_UPDATE_CANCELLED_DISCRIMINATOR, 0)) {
    return { kind: 'PoolUpdateCancelled', data: getPoolUpdateCancelledDecoder().decode(data, 8) };
  }
  if (containsBytes(data, POOL_UPDATE_PROPOSED_DISCRIMINATOR, 0)) {
    return { kind: 'PoolUpdateProposed', data: getPoolUpdateProposedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, PRICE_REPORTED_DISCRIMINATOR, 0)) {
    return { kind: 'PriceReported', data: getPriceReportedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, PROPOSAL_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'ProposalClosed', data: getProposalClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, PROPOSED_DISCRIMINATOR, 0)) {
    return { kind: 'Proposed', data: getProposedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, REJECTED_DISCRIMINATOR, 0)) {
    return { kind: 'Rejected', data: getRejectedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, SPLITS_CANCELLED_DISCRIMINATOR, 0)) {
    return { kind: 'SplitsCancelled', data: getSplitsCancelledDecoder().decode(data, 8) };
  }
  if (containsBytes(data, SPLITS_PROPOSED_DISCRIMINATOR, 0)) {
    return { kind: 'SplitsProposed', data: getSplitsProposedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, USAGE_SETTLED_DISCRIMINATOR, 0)) {
    return { kind: 'UsageSettled', data: getUsageSettledDecoder().decode(data, 8) };
  }
  return undefined;
}
