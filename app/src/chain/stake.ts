// Instructions of the staking program as client/sdk/src/instruction/staking.rs builds them, and what they need.
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import * as staking from '../generated/staking/instructions';
import type { Bond, Delegation, StakePool, Unbonding } from '../generated/staking/accounts';
import { duePeriods, presentPeriod } from '../lib/stake';
import { find, KINDS, readRaw, type Found } from './accounts';
import type { Chain } from './cluster';
import {
  associatedToken,
  bondOf,
  delegationOf,
  lockPeriodOf,
  rewardVaultOf,
  stakeVaultOf,
  SYSTEM_PROGRAM,
  targetOf,
  unbondingOf,
} from './pda';
import { createAssociatedToken } from './token';

/** Who bonds: an operator for its devices of a class, or an oracle. */
export const ROLE_OPERATOR = 0;
export const ROLE_ORACLE = 1;
/** Periods reached beside another instruction: as many as fit one transaction. */
export const MOST_PERIODS = 8;
/** Withdrawals of one transaction. */
export const MOST_WITHDRAWALS = 4;

/** What most instructions name of a stake pool. */
export type Stake = {
  address: Address;
  mint: Address;
  tokenProgram: Address;
  rewardMint: Address;
  rewardTokenProgram: Address;
};

export function stakeOf(pool: Found<StakePool>): Stake {
  const { mint, tokenProgram, rewardMint, rewardTokenProgram } = pool.data;
  return { address: pool.address, mint, tokenProgram, rewardMint, rewardTokenProgram };
}

/** Which delegation, with what its instructions name of it. */
export type DelegationRef = { address: Address; target: Address; lockEnd: number };
export const refOf = ({ address, data }: Found<Delegation>): DelegationRef => ({
  address,
  target: data.target,
  lockEnd: data.lockEnd,
});

const stakeAccount = (stake: Stake, wallet: Address) => associatedToken(wallet, stake.mint, stake.tokenProgram);
const rewardAccount = (stake: Stake, wallet: Address) => associatedToken(wallet, stake.rewardMint, stake.rewardTokenProgram);
/** The account of the period that a lock ends with, where there is a lock. */
async function lockOf(stake: Stake, end: number): Promise<{ lockPeriod?: Address }> {
  return end === 0 ? {} : { lockPeriod: await lockPeriodOf(stake.address, end) };
}

/** Creates the wallet's token accounts for stake and rewards unless they exist. */
export async function tokenAccounts(payer: TransactionSigner, wallet: Address, stake: Stake): Promise<Instruction[]> {
  const create = [await createAssociatedToken(payer, wallet, stake.mint, stake.tokenProgram)];
  if (stake.rewardMint !== stake.mint) {
    create.push(await createAssociatedToken(payer, wallet, stake.rewardMint, stake.rewardTokenProgram));
  }
  return create;
}

/** Ends the weight of locks that are over: nothing about delegations moves before. */
export async function reachDue(pool: Found<StakePool>, nowS: number): Promise<Instruction[]> {
  const due = duePeriods(pool.data, nowS).slice(0, MOST_PERIODS);
  return Promise.all(due.map((period) => reachPeriod(pool.address, period)));
}

export async function reachPeriod(stakePool: Address, period: number): Promise<Instruction> {
  return staking.getReachPeriodInstruction({ stakePool, lockPeriod: await lockPeriodOf(stakePool, period) });
}

export async function syncRewards(stakePool: Address): Promise<Instruction> {
  return staking.getSyncRewardsInstruction({ stakePool, rewardVault: await rewardVaultOf(stakePool) });
}

export async function openBond(
  payer: TransactionSigner,
  stakePool: Address,
  owner: Address,
  role: number,
  deviceClass: number,
): Promise<Instruction> {
  const bond = await bondOf(stakePool, owner, role, deviceClass);
  return staking.getOpenBondInstruction({ payer, stakePool, owner, bond, systemProgram: SYSTEM_PROGRAM, role, class: deviceClass });
}

export async function addToBond(owner: TransactionSigner, stake: Stake, bond: Address, amount: bigint): Promise<Instruction> {
  return staking.getAddToBondInstruction({
    sourceOwner: owner,
    source: await stakeAccount(stake, owner.address),
    stakePool: stake.address,
    vault: await stakeVaultOf(stake.address),
    mint: stake.mint,
    bond,
    tokenProgram: stake.tokenProgram,
    amount,
  });
}

/** Opens the owner's bond if there is none, and adds to it. */
export async function bond(
  chain: Chain,
  owner: TransactionSigner,
  stake: Stake,
  role: number,
  deviceClass: number,
  amount: bigint,
): Promise<Instruction[]> {
  const address = await bondOf(stake.address, owner.address, role, deviceClass);
  const exists = await readRaw(chain, address);
  const open = exists ? [] : [await openBond(owner, stake.address, owner.address, role, deviceClass)];
  return [...open, await addToBond(owner, stake, address, amount)];
}

/** `payer` pays the rent of the unbonding's account; mostly the owner. */
export async function requestUnbond(
  owner: TransactionSigner,
  stakePool: Address,
  bond: Address,
  index: bigint,
  amount: bigint,
  payer = owner,
): Promise<Instruction> {
  return staking.getRequestUnbondInstruction({
    owner,
    payer,
    stakePool,
    bond,
    unbonding: await unbondingOf(bond, index),
    systemProgram: SYSTEM_PROGRAM,
    index,
    amount,
  });
}

export async function withdrawBond(
  owner: TransactionSigner,
  stake: Stake,
  bond: Address,
  unbonding: Pick<Unbonding, 'index' | 'rentPayer'>,
  destination?: Address,
): Promise<Instruction> {
  return staking.getWithdrawInstruction({
    owner,
    rentPayer: unbonding.rentPayer,
    stakePool: stake.address,
    vault: await stakeVaultOf(stake.address),
    mint: stake.mint,
    bond,
    unbonding: await unbondingOf(bond, unbonding.index),
    destination: destination ?? (await stakeAccount(stake, owner.address)),
    tokenProgram: stake.tokenProgram,
  });
}

export function closeBond(owner: TransactionSigner, stakePool: Address, bond: Pick<Found<Bond>, 'address'> & { data: Pick<Bond, 'rentPayer'> }): Instruction {
  return staking.getCloseBondInstruction({ owner, rentPayer: bond.data.rentPayer, stakePool, bond: bond.address });
}

export async function openTarget(payer: TransactionSigner, stakePool: Address, operator: Address): Promise<Instruction> {
  const target = await targetOf(stakePool, operator);
  return staking.getOpenTargetInstruction({ payer, stakePool, target, systemProgram: SYSTEM_PROGRAM, operator });
}

export async function openLockPeriod(payer: TransactionSigner, stakePool: Address, period: number): Promise<Instruction> {
  const lockPeriod = await lockPeriodOf(stakePool, period);
  return staking.getOpenLockPeriodInstruction({ payer, stakePool, lockPeriod, systemProgram: SYSTEM_PROGRAM, period });
}

/** A new delegation. `operator` is `NO_ADDRESS` for the whole stake pool; `lockEnd` is the period that the lock ends with. */
export type DelegationSpec = { index: number; operator: Address; amount: bigint; lockPeriods: number; lockEnd: number };

export async function delegate(
  owner: TransactionSigner,
  stake: Stake,
  spec: DelegationSpec,
  payer = owner,
  source?: Address,
): Promise<Instruction> {
  return staking.getDelegateInstruction({
    owner,
    payer,
    source: source ?? (await stakeAccount(stake, owner.address)),
    stakePool: stake.address,
    vault: await stakeVaultOf(stake.address),
    mint: stake.mint,
    rewardVault: await rewardVaultOf(stake.address),
    target: await targetOf(stake.address, spec.operator),
    delegation: await delegationOf(stake.address, owner.address, spec.index),
    destination: await rewardAccount(stake, owner.address),
    ...(await lockOf(stake, spec.lockEnd)),
    tokenProgram: stake.tokenProgram,
    systemProgram: SYSTEM_PROGRAM,
    index: spec.index,
    amount: spec.amount,
    lockPeriods: spec.lockPeriods,
  });
}

export async function addToDelegation(
  owner: TransactionSigner,
  stake: Stake,
  delegation: DelegationRef,
  amount: bigint,
  source?: Address,
): Promise<Instruction> {
  return staking.getAddToDelegationInstruction({
    sourceOwner: owner,
    source: source ?? (await stakeAccount(stake, owner.address)),
    stakePool: stake.address,
    vault: await stakeVaultOf(stake.address),
    mint: stake.mint,
    rewardVault: await rewardVaultOf(stake.address),
    target: delegation.target,
    delegation: delegation.address,
    ...(await lockOf(stake, delegation.lockEnd)),
    tokenProgram: stake.tokenProgram,
    amount,
  });
}

export async function extendLock(
  owner: TransactionSigner,
  stake: Stake,
  delegation: DelegationRef,
  lockPeriods: number,
  newLockEnd: number,
): Promise<Instruction> {
  return staking.getExtendLockInstruction({
    owner,
    stakePool: stake.address,
    rewardVault: await rewardVaultOf(stake.address),
    target: delegation.target,
    delegation: delegation.address,
    ...(await lockOf(stake, delegation.lockEnd)),
    newLockPeriod: await lockPeriodOf(stake.address, newLockEnd),
    lockPeriods,
  });
}

export async function claimDelegationRewards(stake: Stake, delegation: DelegationRef, owner: Address): Promise<Instruction> {
  return staking.getClaimDelegationRewardsInstruction({
    stakePool: stake.address,
    rewardVault: await rewardVaultOf(stake.address),
    rewardMint: stake.rewardMint,
    target: delegation.target,
    delegation: delegation.address,
    ...(await lockOf(stake, delegation.lockEnd)),
    destination: await rewardAccount(stake, owner),
    rewardTokenProgram: stake.rewardTokenProgram,
  });
}

export async function undelegate(
  owner: TransactionSigner,
  stake: Stake,
  delegation: DelegationRef,
  index: bigint,
  amount: bigint,
  payer = owner,
): Promise<Instruction> {
  return staking.getUndelegateInstruction({
    owner,
    payer,
    stakePool: stake.address,
    rewardVault: await rewardVaultOf(stake.address),
    target: delegation.target,
    delegation: delegation.address,
    ...(await lockOf(stake, delegation.lockEnd)),
    unbonding: await unbondingOf(delegation.address, index),
    systemProgram: SYSTEM_PROGRAM,
    index,
    amount,
  });
}

export async function withdrawDelegation(
  owner: TransactionSigner,
  stake: Stake,
  delegation: DelegationRef,
  unbonding: Pick<Unbonding, 'index' | 'rentPayer'>,
  destination?: Address,
): Promise<Instruction> {
  return staking.getWithdrawDelegationInstruction({
    owner,
    rentPayer: unbonding.rentPayer,
    stakePool: stake.address,
    vault: await stakeVaultOf(stake.address),
    mint: stake.mint,
    target: delegation.target,
    delegation: delegation.address,
    unbonding: await unbondingOf(delegation.address, unbonding.index),
    destination: destination ?? (await stakeAccount(stake, owner.address)),
    tokenProgram: stake.tokenProgram,
  });
}

export async function closeDelegation(
  owner: TransactionSigner,
  stake: Stake,
  delegation: DelegationRef,
  rentPayer: Address,
): Promise<Instruction> {
  return staking.getCloseDelegationInstruction({
    owner,
    rentPayer,
    stakePool: stake.address,
    target: delegation.target,
    delegation: delegation.address,
    ...(await lockOf(stake, delegation.lockEnd)),
  });
}

/** Everything that a new delegation takes: due periods, token accounts, target and lock period where they are missing. */
export async function delegateAll(
  chain: Chain,
  owner: TransactionSigner,
  pool: Found<StakePool>,
  wanted: { operator: Address; amount: bigint; lockPeriods: number },
  nowS: number,
): Promise<Instruction[]> {
  const stake = stakeOf(pool);
  const index = await freeIndex(chain, stake.address, owner.address);
  const all = [...(await reachDue(pool, nowS)), ...(await tokenAccounts(owner, owner.address, stake))];
  if (!(await readRaw(chain, await targetOf(stake.address, wanted.operator)))) {
    all.push(await openTarget(owner, stake.address, wanted.operator));
  }
  let lockEnd = 0;
  if (wanted.lockPeriods > 0) {
    lockEnd = presentPeriod(pool.data, nowS) + wanted.lockPeriods;
    all.push(...(await openPeriodIfMissing(chain, owner, stake.address, lockEnd)));
  }
  all.push(await delegate(owner, stake, { ...wanted, index, lockEnd }));
  return all;
}

export async function extendAll(
  chain: Chain,
  owner: TransactionSigner,
  pool: Found<StakePool>,
  delegation: DelegationRef,
  lockPeriods: number,
  nowS: number,
): Promise<Instruction[]> {
  const stake = stakeOf(pool);
  const end = presentPeriod(pool.data, nowS) + lockPeriods;
  return [
    ...(await reachDue(pool, nowS)),
    ...(await openPeriodIfMissing(chain, owner, stake.address, end)),
    await extendLock(owner, stake, delegation, lockPeriods, end),
  ];
}

async function openPeriodIfMissing(chain: Chain, payer: TransactionSigner, stakePool: Address, period: number): Promise<Instruction[]> {
  const exists = await readRaw(chain, await lockPeriodOf(stakePool, period));
  return exists ? [] : [await openLockPeriod(payer, stakePool, period)];
}

/** The lowest number that no delegation of the wallet has. */
async function freeIndex(chain: Chain, stakePool: Address, owner: Address): Promise<number> {
  for (let index = 0; ; index += 1) {
    if (!(await find(chain, KINDS.delegation, await delegationOf(stakePool, owner, index)))) return index;
  }
}
