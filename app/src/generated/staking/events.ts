/**
 * Events of the program, decoded from the data that it logs. Rendered by client/generate.
 */

import { containsBytes, type ReadonlyUint8Array } from '@solana/kit';
import {
  getBondOpenedDecoder,
  type BondOpened,
  getBondedDecoder,
  type Bonded,
  getStakePoolCreatedDecoder,
  type StakePoolCreated,
  getUnbondRequestedDecoder,
  type UnbondRequested,
  getWithdrawnDecoder,
  type Withdrawn,
} from './types';

export const BOND_OPENED_DISCRIMINATOR = new Uint8Array([
  144, 64, 233, 238, 81, 248, 153, 251,
]);
export const BONDED_DISCRIMINATOR = new Uint8Array([
  72, 106, 31, 121, 93, 125, 84, 0,
]);
export const STAKE_POOL_CREATED_DISCRIMINATOR = new Uint8Array([
  80, 44, 243, 249, 137, 72, 229, 122,
]);
export const UNBOND_REQUESTED_DISCRIMINATOR = new Uint8Array([
  237, 10, 226, 141, 212, 122, 234, 197,
]);
export const WITHDRAWN_DISCRIMINATOR = new Uint8Array([
  20, 89, 223, 198, 194, 124, 219, 13,
]);

/** Any event of the program. */
export type ProgramEvent =
  | { kind: 'BondOpened'; data: BondOpened }
  | { kind: 'Bonded'; data: Bonded }
  | { kind: 'StakePoolCreated'; data: StakePoolCreated }
  | { kind: 'UnbondRequested'; data: UnbondRequested }
  | { kind: 'Withdrawn'; data: Withdrawn };

/** Decodes logged data; `undefined` when no event of this program starts like it. */
export function decodeEvent(data: ReadonlyUint8Array): ProgramEvent | undefined {
  if (containsBytes(data, BOND_OPENED_DISCRIMINATOR, 0)) {
    return { kind: 'BondOpened', data: getBondOpenedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, BONDED_DISCRIMINATOR, 0)) {
    return { kind: 'Bonded', data: getBondedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, STAKE_POOL_CREATED_DISCRIMINATOR, 0)) {
    return { kind: 'StakePoolCreated', data: getStakePoolCreatedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, UNBOND_REQUESTED_DISCRIMINATOR, 0)) {
    return { kind: 'UnbondRequested', data: getUnbondRequestedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, WITHDRAWN_DISCRIMINATOR, 0)) {
    return { kind: 'Withdrawn', data: getWithdrawnDecoder().decode(data, 8) };
  }
  return undefined;
}
