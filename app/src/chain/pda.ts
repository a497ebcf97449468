// Addresses that the programs derive (client/sdk/src/address.rs), each with its seeds.
import { getAddressEncoder, getProgramDerivedAddress, type Address } from '@solana/kit';
import { CAIRN_REGISTRY_PROGRAM_ADDRESS as REGISTRY } from '../generated/registry/programs';
import { CAIRN_REWARDS_PROGRAM_ADDRESS as REWARDS } from '../generated/rewards/programs';
import { CAIRN_STAKING_PROGRAM_ADDRESS as STAKING } from '../generated/staking/programs';
import { u16le, u32le, u64le } from '../lib/bytes';

export { REGISTRY, REWARDS, STAKING };
export const SYSTEM_PROGRAM = '11111111111111111111111111111111' as Address;
export const TOKEN_PROGRAM = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' as Address;
export const TOKEN_2022_PROGRAM = 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb' as Address;
export const ASSOCIATED_TOKEN_PROGRAM = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL' as Address;
/** What stands for "none" where an account has an address. */
export const NO_ADDRESS = SYSTEM_PROGRAM;

const key = (address: Address) => getAddressEncoder().encode(address);

async function derive(
  program: Address,
  ...seeds: (string | Parameters<typeof getProgramDerivedAddress>[0]['seeds'][number])[]
): Promise<Address> {
  const [address] = await getProgramDerivedAddress({ programAddress: program, seeds });
  return address;
}

export const groupMint = (network: Address) => derive(REGISTRY, 'group', key(network));
export const licenseOf = (network: Address, holder: Address, region: Uint8Array, bandPlan: Uint8Array) =>
  derive(REGISTRY, 'license', key(network), key(holder), region, bandPlan);
export const classOf = (network: Address, index: number) =>
  derive(REGISTRY, 'class', key(network), u16le(index));
export const makerOf = (network: Address, attestingKey: Address) =>
  derive(REGISTRY, 'maker', key(network), key(attestingKey));
/** From the device's key as the registry stores it (33 bytes) and its scheme. */
export const deviceOf = (network: Address, deviceKey: Uint8Array, scheme: number) =>
  derive(
    REGISTRY,
    'device',
    key(network),
    deviceKey.slice(0, 32),
    deviceKey.slice(32),
    Uint8Array.of(scheme),
  );
export const deviceMint = (device: Address) => derive(REGISTRY, 'mint', key(device));

export const poolOf = (network: Address, mint: Address) => derive(REWARDS, 'pool', key(network), key(mint));
export const vaultOf = (pool: Address) => derive(REWARDS, 'vault', key(pool));
export const bondVaultOf = (pool: Address) => derive(REWARDS, 'bond-vault', key(pool));
export const oracleSetOf = (pool: Address) => derive(REWARDS, 'oracles', key(pool));
export const challengeOf = (proposal: Address) => derive(REWARDS, 'challenge', key(proposal));
export const creditMarketOf = (pool: Address) => derive(REWARDS, 'credits', key(pool));
export const claimantOf = (pool: Address, operator: Address) =>
  derive(REWARDS, 'claimant', key(pool), key(operator));

export const stakePoolOf = (network: Address) => derive(STAKING, 'stake-pool', key(network));
export const stakeVaultOf = (stakePool: Address) => derive(STAKING, 'stake-vault', key(stakePool));
export const bondOf = (stakePool: Address, owner: Address, role: number, deviceClass: number) =>
  derive(STAKING, 'bond', key(stakePool), key(owner), Uint8Array.of(role), u16le(deviceClass));
/** Of a bond or delegation. */
export const unbondingOf = (parent: Address, index: bigint) =>
  derive(STAKING, 'unbonding', key(parent), u64le(index));
export const rewardVaultOf = (stakePool: Address) => derive(STAKING, 'reward-vault', key(stakePool));
/** {@link NO_ADDRESS} stands for the stake pool. */
export const targetOf = (stakePool: Address, operator: Address) =>
  derive(STAKING, 'target', key(stakePool), key(operator));
export const lockPeriodOf = (stakePool: Address, period: number) =>
  derive(STAKING, 'lock-period', key(stakePool), u32le(period));
export const delegationOf = (stakePool: Address, owner: Address, index: number) =>
  derive(STAKING, 'delegation', key(stakePool), key(owner), u16le(index));
export const penaltyEpochOf = (stakePool: Address, epoch: bigint) =>
  derive(STAKING, 'penalties', key(stakePool), u64le(epoch));
export const penaltyOf = (penaltyEpoch: Address, index: number) =>
  derive(STAKING, 'penalty', key(penaltyEpoch), u32le(index));

/** A wallet's associated token account. */
export const associatedToken = (wallet: Address, mint: Address, tokenProgram: Address) =>
  derive(ASSOCIATED_TOKEN_PROGRAM, key(wallet), key(tokenProgram), key(mint));
