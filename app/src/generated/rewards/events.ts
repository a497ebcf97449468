/**
 * Events of the program, decoded from the data that it logs. Rendered by client/generate.
 */

import { containsBytes, type ReadonlyUint8Array } from '@solana/kit';
import {
  getAttestedDecoder,
  type Attested,
  getClaimantOpenedDecoder,
  type ClaimantOpened,
  getClaimedDecoder,
  type Claimed,
  getFinalizedDecoder,
  type Finalized,
  getOracleSetCreatedDecoder,
  type OracleSetCreated,
  getPoolCreatedDecoder,
  type PoolCreated,
  getProposedDecoder,
  type Proposed,
} from './types';

export const ATTESTED_DISCRIMINATOR = new Uint8Array([
  184, 102, 113, 199, 220, 197, 96, 50,
]);
export const CLAIMANT_OPENED_DISCRIMINATOR = new Uint8Array([
  1, 121, 214, 209, 6, 80, 74, 42,
]);
export const CLAIMED_DISCRIMINATOR = new Uint8Array([
  217, 192, 123, 72, 108, 150, 248, 33,
]);
export const FINALIZED_DISCRIMINATOR = new Uint8Array([
  4, 77, 242, 80, 20, 152, 247, 252,
]);
export const ORACLE_SET_CREATED_DISCRIMINATOR = new Uint8Array([
  220, 133, 235, 111, 207, 241, 17, 27,
]);
export const POOL_CREATED_DISCRIMINATOR = new Uint8Array([
  202, 44, 41, 88, 104, 220, 157, 82,
]);
export const PROPOSED_DISCRIMINATOR = new Uint8Array([
  216, 37, 138, 141, 130, 208, 180, 153,
]);

/** Any event of the program. */
export type ProgramEvent =
  | { kind: 'Attested'; data: Attested }
  | { kind: 'ClaimantOpened'; data: ClaimantOpened }
  | { kind: 'Claimed'; data: Claimed }
  | { kind: 'Finalized'; data: Finalized }
  | { kind: 'OracleSetCreated'; data: OracleSetCreated }
  | { kind: 'PoolCreated'; data: PoolCreated }
  | { kind: 'Proposed'; data: Proposed };

/** Decodes logged data; `undefined` when no event of this program starts like it. */
export function decodeEvent(data: ReadonlyUint8Array): ProgramEvent | undefined {
  if (containsBytes(data, ATTESTED_DISCRIMINATOR, 0)) {
    return { kind: 'Attested', data: getAttestedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CLAIMANT_OPENED_DISCRIMINATOR, 0)) {
    return { kind: 'ClaimantOpened', data: getClaimantOpenedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CLAIMED_DISCRIMINATOR, 0)) {
    return { kind: 'Claimed', data: getClaimedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, FINALIZED_DISCRIMINATOR, 0)) {
    return { kind: 'Finalized', data: getFinalizedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, ORACLE_SET_CREATED_DISCRIMINATOR, 0)) {
    return { kind: 'OracleSetCreated', data: getOracleSetCreatedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, POOL_CREATED_DISCRIMINATOR, 0)) {
    return { kind: 'PoolCreated', data: getPoolCreatedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, PROPOSED_DISCRIMINATOR, 0)) {
    return { kind: 'Proposed', data: getProposedDecoder().decode(data, 8) };
  }
  return undefined;
}
