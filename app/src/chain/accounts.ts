// Reading accounts: owner and discriminator are checked before the bytes are decoded.
import {
  getAddressEncoder,
  getBase58Decoder,
  getBase64Encoder,
  type Address,
  type Base58EncodedBytes,
  type Decoder,
  type ReadonlyUint8Array,
} from '@solana/kit';
import * as registry from '../generated/registry/accounts';
import * as rewards from '../generated/rewards/accounts';
import * as staking from '../generated/staking/accounts';
import { sameBytes, u64le } from '../lib/bytes';
import type { Chain } from './cluster';
import { chainError, missing, wrongAccount } from './failure';
import { REGISTRY, REWARDS, STAKING } from './pda';

/** A kind of account: what it is called, which program owns it, how it begins and decodes. */
export type Kind<T> = {
  name: string;
  program: Address;
  discriminator: ReadonlyUint8Array;
  decoder: () => Decoder<T>;
};

function kind<T>(
  name: string,
  program: Address,
  discriminator: ReadonlyUint8Array,
  decoder: () => Decoder<T>,
): Kind<T> {
  return { name, program, discriminator, decoder };
}

/** Every kind of account of Cairn's programs that the page reads. */
export const KINDS = {
  network: kind('network', REGISTRY, registry.NETWORK_DISCRIMINATOR, registry.getNetworkDecoder),
  deviceClass: kind(
    'device class',
    REGISTRY,
    registry.DEVICE_CLASS_DISCRIMINATOR,
    registry.getDeviceClassDecoder,
  ),
  maker: kind('maker', REGISTRY, registry.MAKER_DISCRIMINATOR, registry.getMakerDecoder),
  license: kind('licence', REGISTRY, registry.LICENSE_DISCRIMINATOR, registry.getLicenseDecoder),
  device: kind('device', REGISTRY, registry.DEVICE_DISCRIMINATOR, registry.getDeviceDecoder),
  pool: kind('pool', REWARDS, rewards.POOL_DISCRIMINATOR, rewards.getPoolDecoder),
  oracleSet: kind('oracle set', REWARDS, rewards.ORACLE_SET_DISCRIMINATOR, rewards.getOracleSetDecoder),
  proposal: kind('proposal', REWARDS, rewards.PROPOSAL_DISCRIMINATOR, rewards.getProposalDecoder),
  challenge: kind('challenge', REWARDS, rewards.CHALLENGE_DISCRIMINATOR, rewards.getChallengeDecoder),
  claimant: kind('claimant', REWARDS, rewards.CLAIMANT_DISCRIMINATOR, rewards.getClaimantDecoder),
  creditMarket: kind(
    'credit market',
    REWARDS,
    rewards.CREDIT_MARKET_DISCRIMINATOR,
    rewards.getCreditMarketDecoder,
  ),
  stakePool: kind('stake pool', STAKING, staking.STAKE_POOL_DISCRIMINATOR, staking.getStakePoolDecoder),
  bond: kind('bond', STAKING, staking.BOND_DISCRIMINATOR, staking.getBondDecoder),
  unbonding: kind('unbonding', STAKING, staking.UNBONDING_DISCRIMINATOR, staking.getUnbondingDecoder),
  target: kind(
    'delegation target',
    STAKING,
    staking.DELEGATION_TARGET_DISCRIMINATOR,
    staking.getDelegationTargetDecoder,
  ),
  delegation: kind('delegation', STAKING, staking.DELEGATION_DISCRIMINATOR, staking.getDelegationDecoder),
  lockPeriod: kind('lock period', STAKING, staking.LOCK_PERIOD_DISCRIMINATOR, staking.getLockPeriodDecoder),
  penaltyEpoch: kind(
    'penalties',
    STAKING,
    staking.PENALTY_EPOCH_DISCRIMINATOR,
    staking.getPenaltyEpochDecoder,
  ),
  penalty: kind('penalty', STAKING, staking.PENALTY_DISCRIMINATOR, staking.getPenaltyDecoder),
} as const;

/** An account's bytes as they lie on chain. */
export type Raw = { address: Address; owner: Address; lamports: bigint; data: Uint8Array };
/** A decoded account. */
export type Found<T> = { address: Address; lamports: bigint; raw: Uint8Array; data: T };

/** The account at `address`, or null. @throws CairnError `rpc_failed` */
export async function readRaw(chain: Chain, address: Address): Promise<Raw | null> {
  const [raw] = await readRaws(chain, [address]);
  return raw ?? null;
}

/** The accounts at `addresses`, in order, null where there is none; asked for by the hundred. */
export async function readRaws(chain: Chain, addresses: readonly Address[]): Promise<(Raw | null)[]> {
  const out: (Raw | null)[] = [];
  for (let at = 0; at < addresses.length; at += 100) {
    const some = addresses.slice(at, at + 100);
    const { value } = await ask(() =>
      chain.rpc.getMultipleAccounts(some, { encoding: 'base64', commitment: 'confirmed' }).send(),
    );
    value.forEach((account, place) => {
      const address = some[place] as Address;
      out.push(
        account && {
          address,
          owner: account.owner,
          lamports: account.lamports,
          data: fromBase64(account.data[0]),
        },
      );
    });
  }
  return out;
}

/** Decodes an account after checking its owner and discriminator. @throws CairnError `account_wrong` */
export function decode<T>(of: Kind<T>, raw: Raw): Found<T> {
  if (raw.owner !== of.program)
    throw wrongAccount(of.name, raw.address, `it belongs to program ${raw.owner}`);
  if (!sameBytes(raw.data.subarray(0, 8), of.discriminator)) {
    throw wrongAccount(of.name, raw.address, 'it is another kind of account');
  }
  let data: T;
  try {
    data = of.decoder().decode(raw.data);
  } catch (error) {
    throw wrongAccount(of.name, raw.address, error instanceof Error ? error.message : 'it does not decode');
  }
  return { address: raw.address, lamports: raw.lamports, raw: raw.data, data };
}

/** The account of this kind at `address`, or null. @throws CairnError */
export async function find<T>(chain: Chain, of: Kind<T>, address: Address): Promise<Found<T> | null> {
  const raw = await readRaw(chain, address);
  return raw && decode(of, raw);
}

/** The account of this kind at `address`. @throws CairnError `account_missing`, `account_wrong`, `rpc_failed` */
export async function get<T>(chain: Chain, of: Kind<T>, address: Address): Promise<Found<T>> {
  const found = await find(chain, of, address);
  if (!found) throw missing(of.name, address);
  return found;
}

/** A filter: these bytes at this offset after the discriminator. */
export type Filter = { offset: number; bytes: ReadonlyUint8Array };

/** All accounts of a kind that match the filters. @throws CairnError */
export async function all<T>(chain: Chain, of: Kind<T>, filters: readonly Filter[]): Promise<Found<T>[]> {
  const memcmp = (offset: bigint, bytes: ReadonlyUint8Array) => ({
    memcmp: {
      offset,
      bytes: getBase58Decoder().decode(bytes) as Base58EncodedBytes,
      encoding: 'base58' as const,
    },
  });
  const fields = filters.map(({ offset, bytes }) => memcmp(BigInt(offset) + 8n, bytes));
  const accounts = await ask(() =>
    chain.rpc
      .getProgramAccounts(of.program, {
        encoding: 'base64',
        commitment: 'confirmed',
        filters: [memcmp(0n, of.discriminator), ...fields],
      })
      .send(),
  );
  return accounts.map(({ pubkey, account }) =>
    decode(of, {
      address: pubkey,
      owner: account.owner,
      lamports: account.lamports,
      data: fromBase64(account.data[0]),
    }),
  );
}

/** A filter for an address. */
export function holds(offset: number, address: Address): Filter {
  return { offset, bytes: getAddressEncoder().encode(address) };
}

/** Devices whose NFT-independent operator is this wallet now. */
export const devicesOfOperator = (chain: Chain, network: Address, operator: Address) =>
  all(chain, KINDS.device, [holds(0, network), holds(96, operator)]);
export const devicesOfNetwork = (chain: Chain, network: Address) =>
  all(chain, KINDS.device, [holds(0, network)]);
export const classesOf = (chain: Chain, network: Address) =>
  all(chain, KINDS.deviceClass, [holds(0, network)]);
export const makersOf = (chain: Chain, network: Address) => all(chain, KINDS.maker, [holds(0, network)]);
export const licensesOf = (chain: Chain, network: Address, holder: Address) =>
  all(chain, KINDS.license, [holds(0, network), holds(32, holder)]);
export const proposalsOf = (chain: Chain, pool: Address) => all(chain, KINDS.proposal, [holds(0, pool)]);
export const proposalsOfEpoch = (chain: Chain, pool: Address, epoch: bigint) =>
  all(chain, KINDS.proposal, [holds(0, pool), { offset: 192, bytes: u64le(epoch) }]);
export const bondsOf = (chain: Chain, stakePool: Address, owner: Address) =>
  all(chain, KINDS.bond, [holds(0, stakePool), holds(32, owner)]);
/** Of a bond or delegation. */
export const unbondingsOf = (chain: Chain, parent: Address) =>
  all(chain, KINDS.unbonding, [holds(0, parent)]);
export const delegationsOf = (chain: Chain, stakePool: Address, owner: Address) =>
  all(chain, KINDS.delegation, [holds(0, stakePool), holds(32, owner)]);
export const targetsOf = (chain: Chain, stakePool: Address) =>
  all(chain, KINDS.target, [holds(0, stakePool)]);
export const lockPeriodsOf = (chain: Chain, stakePool: Address) =>
  all(chain, KINDS.lockPeriod, [holds(0, stakePool)]);
export const penaltyEpochsOf = (chain: Chain, stakePool: Address) =>
  all(chain, KINDS.penaltyEpoch, [holds(0, stakePool)]);
export const penaltiesOfBond = (chain: Chain, bond: Address) => all(chain, KINDS.penalty, [holds(32, bond)]);

/** Asks the node, and says what goes wrong in our words. */
export async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw chainError(error);
  }
}

export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(getBase64Encoder().encode(text));
}
