// Everything that the Stake screen shows of one wallet, read together.
import type { Address } from '@solana/kit';
import type {
  Bond,
  Delegation,
  DelegationTarget,
  LockPeriod,
  Penalty,
  PenaltyEpoch,
  StakePool,
  Unbonding,
} from '../generated/staking/accounts';
import type { Device, DeviceClass } from '../generated/registry/accounts';
import { nowS } from '../lib/time';
import {
  all,
  bondsOf,
  classesOf,
  decode,
  delegationsOf,
  devicesOfOperator,
  find,
  holds,
  KINDS,
  lockPeriodsOf,
  readRaws,
  unbondingsOf,
  type Found,
  type Kind,
} from './accounts';
import type { Chain } from './cluster';
import { chainClock } from './onboard';
import { rewardVaultOf, stakePoolOf, associatedToken } from './pda';
import { readMint, tokenBalances } from './token';

export type Staking = {
  pool: Found<StakePool>;
  /** The chain's clock less this machine's, in seconds, when this was read. */
  clockOffsetS: number;
  decimals: number;
  rewardDecimals: number;
  /** What the reward vault holds. */
  rewardVault: bigint;
  locks: Found<LockPeriod>[];
  /** Targets of the wallet's delegations, and of the wallet itself, by address. */
  targets: Map<Address, DelegationTarget>;
  bonds: Found<Bond>[];
  delegations: Found<Delegation>[];
  unbondings: Found<Unbonding>[];
  penalties: Found<Penalty>[];
  penaltyEpochs: Map<Address, PenaltyEpoch>;
  classes: Found<DeviceClass>[];
  devices: Found<Device>[];
  /** Stake tokens in the wallet. */
  wallet: bigint;
};

async function byAddress<T>(chain: Chain, kind: Kind<T>, addresses: readonly Address[]): Promise<Map<Address, T>> {
  const unique = [...new Set(addresses)];
  const raws = await readRaws(chain, unique);
  return new Map(raws.flatMap((raw) => (raw ? [[raw.address, decode(kind, raw).data] as const] : [])));
}

/** Null when the network has no stake pool. @throws CairnError */
export async function readStaking(chain: Chain, network: Address, owner: Address): Promise<Staking | null> {
  const pool = await find(chain, KINDS.stakePool, await stakePoolOf(network));
  if (!pool) return null;
  const { mint, tokenProgram, rewardMint } = pool.data;
  const [clock, stakeMint, reward, balances, locks, bonds, delegations, classes, devices] = await Promise.all([
    chainClock(chain),
    readMint(chain, mint),
    readMint(chain, rewardMint),
    Promise.all([rewardVaultOf(pool.address), associatedToken(owner, mint, tokenProgram)]).then((accounts) => tokenBalances(chain, accounts)),
    lockPeriodsOf(chain, pool.address),
    bondsOf(chain, pool.address, owner),
    delegationsOf(chain, pool.address, owner),
    classesOf(chain, network),
    devicesOfOperator(chain, network, owner),
  ]);
  const targets = await byAddress(chain, KINDS.target, delegations.map(({ data }) => data.target));
  const parents = [...bonds, ...delegations].filter(({ data }) => data.openUnbondings > 0);
  const [unbondings, penalties] = await Promise.all([
    Promise.all(parents.map(({ address }) => unbondingsOf(chain, address))),
    Promise.all([
      ...bonds.map(({ address }) => all(chain, KINDS.penalty, [holds(32, address)])),
      ...[...targets.keys()].map((address) => all(chain, KINDS.penalty, [holds(64, address)])),
    ]),
  ]);
  const unique = [...new Map(penalties.flat().map((one) => [one.address, one])).values()];
  return {
    pool,
    clockOffsetS: clock.atS - nowS(),
    decimals: stakeMint.decimals,
    rewardDecimals: reward.decimals,
    rewardVault: balances[0] ?? 0n,
    wallet: balances[1] ?? 0n,
    locks,
    targets,
    bonds,
    delegations,
    unbondings: unbondings.flat(),
    penalties: unique,
    penaltyEpochs: await byAddress(chain, KINDS.penaltyEpoch, unique.map(({ data }) => data.penaltyEpoch)),
    classes,
    devices,
  };
}
