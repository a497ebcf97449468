// What every step of onboarding works with.
import type { Address } from '@solana/kit';
import type { Found } from '../../chain/accounts';
import type { DeviceClass, Network } from '../../generated/registry/accounts';
import { categoryOf } from '../../lib/category';
import type { Draft } from './draft';

export type Ground = {
  network: Found<Network>;
  /** The chain's clock less this machine's, in seconds. */
  clockOffsetS: number;
};

export type StepProps = {
  owner: Address;
  ground: Ground;
  /** By the chain's clock. */
  nowS: number;
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  forget: () => void;
};
export type ClassStepProps = StepProps & { deviceClass: Found<DeviceClass> };

/** Categories whose devices earn only at an asserted location. */
export function needsLocation(category: number): boolean {
  const name = categoryOf(category);
  return name === 'wireless' || name === 'sensor';
}
