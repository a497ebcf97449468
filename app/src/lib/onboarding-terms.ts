// Terms of networks, classes and licences as of a moment, and waiting times of the registry.
import type { ClassTerms, NetworkTerms } from '../generated/registry/types';

/** The terms of a class in force at `nowS`. */
export function classTermsAt(
  of: { terms: ClassTerms; previousTerms: ClassTerms; pendingTerms: ClassTerms; termsSince: bigint; pendingTermsAt: bigint },
  nowS: number,
): ClassTerms {
  const now = BigInt(nowS);
  if (of.pendingTermsAt !== 0n && now >= of.pendingTermsAt) return of.pendingTerms;
  return now >= of.termsSince ? of.terms : of.previousTerms;
}

/** The terms of a network in force at `nowS`. */
export function networkTermsAt(of: { terms: NetworkTerms; pendingTerms: NetworkTerms; pendingTermsAt: bigint }, nowS: number): NetworkTerms {
  return of.pendingTermsAt !== 0n && BigInt(nowS) >= of.pendingTermsAt ? of.pendingTerms : of.terms;
}

export type LicenseTimes = {
  validSince: bigint;
  expiresAt: bigint;
  previousValidSince: bigint;
  previousExpiresAt: bigint;
  revokedAt: bigint;
};

/** Whether a licence is valid at `nowS`. */
export function licenseValidAt(license: LicenseTimes, nowS: number): boolean {
  const now = BigInt(nowS);
  const within = (since: bigint, until: bigint) => since <= now && now < until;
  const revoked = license.revokedAt !== 0n && now >= license.revokedAt;
  return !revoked && (within(license.validSince, license.expiresAt) || within(license.previousValidSince, license.previousExpiresAt));
}

/** When the settlement period after the one of `sinceS` is over: what changed then is settled from here on. */
export function settledAt(sinceS: bigint, settleSeconds: number): number {
  const length = Math.max(1, settleSeconds);
  return (Math.floor(Number(sinceS) / length) + 2) * length;
}

/** When a device's location may change again; null when it may now. */
export function locationFreeAt(device: { locationSince: bigint }, cooldownSeconds: number, settleSeconds: number, nowS: number): number | null {
  if (device.locationSince === 0n) return null;
  const at = Math.max(Number(device.locationSince) + cooldownSeconds, settledAt(device.locationSince, settleSeconds));
  return nowS >= at ? null : at;
}

/** When a device's licence may change again; null when it may now. */
export function licenseFreeAt(device: { licenseSince: bigint }, settleSeconds: number, nowS: number): number | null {
  if (device.licenseSince === 0n) return null;
  const at = settledAt(device.licenseSince, settleSeconds);
  return nowS >= at ? null : at;
}

export const RETIRING = 2;
export const SUSPENDED = 1;
export type Retirement = { state: 'none' } | { state: 'settling'; readyAtS: number } | { state: 'ready' };
/** How far a device's retirement is. */
export function retirementOf(device: { status: number; retiringSince: bigint }, settleSeconds: number, nowS: number): Retirement {
  if ((device.status & RETIRING) === 0) return { state: 'none' };
  const readyAtS = settledAt(device.retiringSince, settleSeconds);
  return nowS >= readyAtS ? { state: 'ready' } : { state: 'settling', readyAtS };
}
