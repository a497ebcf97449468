/**
 * Events of the program, decoded from the data that it logs. Rendered by client/generate.
 */

import { containsBytes, type ReadonlyUint8Array } from '@solana/kit';
import {
  getAuthorityAcceptedDecoder,
  type AuthorityAccepted,
  getAuthorityCanceledDecoder,
  type AuthorityCanceled,
  getAuthorityProposedDecoder,
  type AuthorityProposed,
  getClassClosedDecoder,
  type ClassClosed,
  getClassCreatedDecoder,
  type ClassCreated,
  getClassUpdateCanceledDecoder,
  type ClassUpdateCanceled,
  getClassUpdateProposedDecoder,
  type ClassUpdateProposed,
  getDeviceOnboardedDecoder,
  type DeviceOnboarded,
  getDeviceRetiredDecoder,
  type DeviceRetired,
  getLicenseClosedDecoder,
  type LicenseClosed,
  getLicenseIssuedDecoder,
  type LicenseIssued,
  getLicenseRenewedDecoder,
  type LicenseRenewed,
  getLicenseRevokedDecoder,
  type LicenseRevoked,
  getLicenseSetDecoder,
  type LicenseSet,
  getLocationAssertedDecoder,
  type LocationAsserted,
  getMakerAddedDecoder,
  type MakerAdded,
  getMakerClosedDecoder,
  type MakerClosed,
  getMakerQuotaSetDecoder,
  type MakerQuotaSet,
  getMakerRevokedDecoder,
  type MakerRevoked,
  getNetworkClosedDecoder,
  type NetworkClosed,
  getNetworkCreatedDecoder,
  type NetworkCreated,
  getNetworkPausedDecoder,
  type NetworkPaused,
  getNetworkUnpausedDecoder,
  type NetworkUnpaused,
  getNetworkUpdateCanceledDecoder,
  type NetworkUpdateCanceled,
  getNetworkUpdateProposedDecoder,
  type NetworkUpdateProposed,
  getOperatorSetDecoder,
  type OperatorSet,
  getStatusSetDecoder,
  type StatusSet,
} from './types';

export const AUTHORITY_ACCEPTED_DISCRIMINATOR = new Uint8Array([
  166, 192, 219, 188, 41, 209, 195, 26,
]);
export const AUTHORITY_CANCELED_DISCRIMINATOR = new Uint8Array([
  114, 185, 164, 120, 85, 209, 57, 128,
]);
export const AUTHORITY_PROPOSED_DISCRIMINATOR = new Uint8Array([
  244, 117, 94, 112, 53, 151, 35, 89,
]);
export const CLASS_CLOSED_DISCRIMINATOR = new Uint8Array([
  87, 165, 79, 86, 114, 233, 22, 108,
]);
export const CLASS_CREATED_DISCRIMINATOR = new Uint8Array([
  176, 154, 249, 25, 63, 40, 221, 230,
]);
export const CLASS_UPDATE_CANCELED_DISCRIMINATOR = new Uint8Array([
  26, 164, 212, 214, 80, 101, 23, 43,
]);
export const CLASS_UPDATE_PROPOSED_DISCRIMINATOR = new Uint8Array([
  250, 206, 143, 234, 229, 38, 84, 143,
]);
export const DEVICE_ONBOARDED_DISCRIMINATOR = new Uint8Array([
  33, 105, 159, 122, 191, 6, 24, 219,
]);
export const DEVICE_RETIRED_DISCRIMINATOR = new Uint8Array([
  229, 188, 76, 145, 243, 163, 230, 156,
]);
export const LICENSE_CLOSED_DISCRIMINATOR = new Uint8Array([
  76, 185, 83, 223, 27, 33, 8, 214,
]);
export const LICENSE_ISSUED_DISCRIMINATOR = new Uint8Array([
  193, 166, 92, 209, 232, 70, 195, 168,
]);
export const LICENSE_RENEWED_DISCRIMINATOR = new Uint8Array([
  149, 149, 125, 167, 158, 247, 82, 74,
]);
export const LICENSE_REVOKED_DISCRIMINATOR = new Uint8Array([
  185, 114, 47, 171, 61, 106, 25, 24,
]);
export const LICENSE_SET_DISCRIMINATOR = new Uint8Array([
  230, 191, 121, 230, 57, 100, 130, 61,
]);
export const LOCATION_ASSERTED_DISCRIMINATOR = new Uint8Array([
  20, 69, 82, 122, 144, 219, 20, 221,
]);
export const MAKER_ADDED_DISCRIMINATOR = new Uint8Array([
  172, 171, 63, 255, 63, 159, 52, 55,
]);
export const MAKER_CLOSED_DISCRIMINATOR = new Uint8Array([
  234, 17, 90, 33, 58, 214, 248, 114,
]);
export const MAKER_QUOTA_SET_DISCRIMINATOR = new Uint8Array([
  240, 150, 125, 78, 12, 216, 88, 150,
]);
export const MAKER_REVOKED_DISCRIMINATOR = new Uint8Array([
  228, 138, 10, 66, 176, 210, 233, 168,
]);
export const NETWORK_CLOSED_DISCRIMINATOR = new Uint8Array([
  99, 104, 127, 67, 10, 15, 44, 91,
]);
export const NETWORK_CREATED_DISCRIMINATOR = new Uint8Array([
  164, 212, 129, 27, 28, 58, 190, 118,
]);
export const NETWORK_PAUSED_DISCRIMINATOR = new Uint8Array([
  54, 230, 232, 8, 2, 45, 215, 211,
]);
export const NETWORK_UNPAUSED_DISCRIMINATOR = new Uint8Array([
  168, 63, 219, 150, 168, 194, 17, 232,
]);
export const NETWORK_UPDATE_CANCELED_DISCRIMINATOR = new Uint8Array([
  254, 122, 166, 11, 223, 253, 32, 206,
]);
export const NETWORK_UPDATE_PROPOSED_DISCRIMINATOR = new Uint8Array([
  127, 57, 127, 172, 131, 184, 20, 222,
]);
export const OPERATOR_SET_DISCRIMINATOR = new Uint8Array([
  187, 242, 164, 221, 208, 246, 180, 178,
]);
export const STATUS_SET_DISCRIMINATOR = new Uint8Array([
  114, 69, 66, 43, 45, 154, 2, 168,
]);

/** Any event of the program. */
export type ProgramEvent =
  | { kind: 'AuthorityAccepted'; data: AuthorityAccepted }
  | { kind: 'AuthorityCanceled'; data: AuthorityCanceled }
  | { kind: 'AuthorityProposed'; data: AuthorityProposed }
  | { kind: 'ClassClosed'; data: ClassClosed }
  | { kind: 'ClassCreated'; data: ClassCreated }
  | { kind: 'ClassUpdateCanceled'; data: ClassUpdateCanceled }
  | { kind: 'ClassUpdateProposed'; data: ClassUpdateProposed }
  | { kind: 'DeviceOnboarded'; data: DeviceOnboarded }
  | { kind: 'DeviceRetired'; data: DeviceRetired }
  | { kind: 'LicenseClosed'; data: LicenseClosed }
  | { kind: 'LicenseIssued'; data: LicenseIssued }
  | { kind: 'LicenseRenewed'; data: LicenseRenewed }
  | { kind: 'LicenseRevoked'; data: LicenseRevoked }
  | { kind: 'LicenseSet'; data: LicenseSet }
  | { kind: 'LocationAsserted'; data: LocationAsserted }
  | { kind: 'MakerAdded'; data: MakerAdded }
  | { kind: 'MakerClosed'; data: MakerClosed }
  | { kind: 'MakerQuotaSet'; data: MakerQuotaSet }
  | { kind: 'MakerRevoked'; data: MakerRevoked }
  | { kind: 'NetworkClosed'; data: NetworkClosed }
  | { kind: 'NetworkCreated'; data: NetworkCreated }
  | { kind: 'NetworkPaused'; data: NetworkPaused }
  | { kind: 'NetworkUnpaused'; data: NetworkUnpaused }
  | { kind: 'NetworkUpdateCanceled'; data: NetworkUpdateCanceled }
  | { kind: 'NetworkUpdateProposed'; data: NetworkUpdateProposed }
  | { kind: 'OperatorSet'; data: OperatorSet }
  | { kind: 'StatusSet'; data: StatusSet };

/** Decodes logged data; `undefined` when no event of this program starts like it. */
export function decodeEvent(data: ReadonlyUint8Array): ProgramEvent | undefined {
  if (containsBytes(data, AUTHORITY_ACCEPTED_DISCRIMINATOR, 0)) {
    return { kind: 'AuthorityAccepted', data: getAuthorityAcceptedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, AUTHORITY_CANCELED_DISCRIMINATOR, 0)) {
    return { kind: 'AuthorityCanceled', data: getAuthorityCanceledDecoder().decode(data, 8) };
  }
  if (containsBytes(data, AUTHORITY_PROPOSED_DISCRIMINATOR, 0)) {
    return { kind: 'AuthorityProposed', data: getAuthorityProposedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CLASS_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'ClassClosed', data: getClassClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CLASS_CREATED_DISCRIMINATOR, 0)) {
    return { kind: 'ClassCreated', data: getClassCreatedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CLASS_UPDATE_CANCELED_DISCRIMINATOR, 0)) {
    return { kind: 'ClassUpdateCanceled', data: getClassUpdateCanceledDecoder().decode(data, 8) };
  }
  if (containsBytes(data, CLASS_UPDATE_PROPOSED_DISCRIMINATOR, 0)) {
    return { kind: 'ClassUpdateProposed', data: getClassUpdateProposedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, DEVICE_ONBOARDED_DISCRIMINATOR, 0)) {
    return { kind: 'DeviceOnboarded', data: getDeviceOnboardedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, DEVICE_RETIRED_DISCRIMINATOR, 0)) {
    return { kind: 'DeviceRetired', data: getDeviceRetiredDecoder().decode(data, 8) };
  }
  if (containsBytes(data, LICENSE_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'LicenseClosed', data: getLicenseClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, LICENSE_ISSUED_DISCRIMINATOR, 0)) {
    return { kind: 'LicenseIssued', data: getLicenseIssuedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, LICENSE_RENEWED_DISCRIMINATOR, 0)) {
    return { kind: 'LicenseRenewed', data: getLicenseRenewedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, LICENSE_REVOKED_DISCRIMINATOR, 0)) {
    return { kind: 'LicenseRevoked', data: getLicenseRevokedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, LICENSE_SET_DISCRIMINATOR, 0)) {
    return { kind: 'LicenseSet', data: getLicenseSetDecoder().decode(data, 8) };
  }
  if (containsBytes(data, LOCATION_ASSERTED_DISCRIMINATOR, 0)) {
    return { kind: 'LocationAsserted', data: getLocationAssertedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, MAKER_ADDED_DISCRIMINATOR, 0)) {
    return { kind: 'MakerAdded', data: getMakerAddedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, MAKER_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'MakerClosed', data: getMakerClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, MAKER_QUOTA_SET_DISCRIMINATOR, 0)) {
    return { kind: 'MakerQuotaSet', data: getMakerQuotaSetDecoder().decode(data, 8) };
  }
  if (containsBytes(data, MAKER_REVOKED_DISCRIMINATOR, 0)) {
    return { kind: 'MakerRevoked', data: getMakerRevokedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, NETWORK_CLOSED_DISCRIMINATOR, 0)) {
    return { kind: 'NetworkClosed', data: getNetworkClosedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, NETWORK_CREATED_DISCRIMINATOR, 0)) {
    return { kind: 'NetworkCreated', data: getNetworkCreatedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, NETWORK_PAUSED_DISCRIMINATOR, 0)) {
    return { kind: 'NetworkPaused', data: getNetworkPausedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, NETWORK_UNPAUSED_DISCRIMINATOR, 0)) {
    return { kind: 'NetworkUnpaused', data: getNetworkUnpausedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, NETWORK_UPDATE_CANCELED_DISCRIMINATOR, 0)) {
    return { kind: 'NetworkUpdateCanceled', data: getNetworkUpdateCanceledDecoder().decode(data, 8) };
  }
  if (containsBytes(data, NETWORK_UPDATE_PROPOSED_DISCRIMINATOR, 0)) {
    return { kind: 'NetworkUpdateProposed', data: getNetworkUpdateProposedDecoder().decode(data, 8) };
  }
  if (containsBytes(data, OPERATOR_SET_DISCRIMINATOR, 0)) {
    return { kind: 'OperatorSet', data: getOperatorSetDecoder().decode(data, 8) };
  }
  if (containsBytes(data, STATUS_SET_DISCRIMINATOR, 0)) {
    return { kind: 'StatusSet', data: getStatusSetDecoder().decode(data, 8) };
  }
  return undefined;
}
