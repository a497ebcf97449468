// What the Stake screen shows, derived from what the chain has.
import type { Address } from '@solana/kit';
import { useMemo } from 'react';
import type { Bond, Delegation, Unbonding } from '../../generated/staking/accounts';
import type { Found } from '../../chain/accounts';
import { NO_ADDRESS } from '../../chain/pda';
import { useChainQuery } from '../../chain/queries';
import { readStaking, type Staking } from '../../chain/stake-read';
import { ROLE_ORACLE } from '../../chain/stake';
import { categoryOf } from '../../lib/category';
import { classTermsAt } from '../../lib/onboarding-terms';
import { catchUp, coverage, duePeriods, partLeft, presentPeriod, settle, unbondingState, type CaughtUp, type Coverage, type Settlement, type UnbondingState } from '../../lib/stake';
import { useApp, useNow } from '../../state';

export function useStaking(owner: Address) {
  const { network } = useApp();
  return useChainQuery(['staking', network, owner], (chain) => readStaking(chain, network, owner));
}

/** The chain's own time now: what the programs compare with. */
export function useChainNow(staking: Pick<Staking, 'clockOffsetS'>): number {
  return useNow() + staking.clockOffsetS;
}

export type BondRow = {
  key: string;
  role: 'operator' | 'oracle';
  class: number;
  category: string | null;
  devices: number;
  perDevice: bigint;
  bond: Found<Bond> | null;
  coverage: Coverage;
};

/** A row for each class that the wallet has a bond for or devices of, and one for its bond as an oracle. */
export function bondRows(staking: Staking, nowS: number): BondRow[] {
  const rows: BondRow[] = staking.classes.map((one) => {
    const { index, category } = one.data;
    const bond = staking.bonds.find(({ data }) => data.role !== ROLE_ORACLE && data.class === index) ?? null;
    // A device that is suspended or retiring needs no bond.
    const devices = staking.devices.filter(({ data }) => data.class === index && data.status === 0).length;
    const perDevice = classTermsAt(one.data, nowS).bond;
    return {
      key: `operator-${index}`,
      role: 'operator' as const,
      class: index,
      category: categoryOf(category),
      devices,
      perDevice,
      bond,
      coverage: coverage(bond?.data.amount ?? 0n, perDevice, devices),
    };
  });
  const oracle = staking.bonds.find(({ data }) => data.role === ROLE_ORACLE);
  const shown = rows.filter(({ bond, devices }) => bond !== null || devices > 0).sort((a, b) => a.class - b.class);
  if (!oracle) return shown;
  const own = { key: 'oracle', role: 'oracle' as const, class: 0, category: null, devices: 0, perDevice: 0n };
  return [...shown, { ...own, bond: oracle, coverage: coverage(oracle.data.amount, 0n, 0) }];
}

export type DelegationRow = {
  delegation: Found<Delegation>;
  /** Null stands for the whole stake pool. */
  operator: Address | null;
  settled: Settlement;
  pendingPenalties: number;
};

export type Derived = {
  caught: CaughtUp;
  /** Periods that somebody has to reach before anything about delegations moves. */
  behind: number[];
  present: number;
  delegations: DelegationRow[];
  claimable: bigint;
  delegated: bigint;
  bonded: bigint;
  returning: bigint;
};

export function derive(staking: Staking, nowS: number): Derived {
  const pool = staking.pool.data;
  const caught = catchUp(pool, staking.locks.map(({ data }) => data), staking.rewardVault, nowS);
  const delegations = staking.delegations
    .map((delegation): DelegationRow => {
      const target = staking.targets.get(delegation.data.target);
      const dilution = target?.dilution ?? delegation.data.entry;
      return {
        delegation,
        operator: !target || target.operator === NO_ADDRESS ? null : target.operator,
        settled: settle(delegation.data, dilution, caught),
        pendingPenalties: target?.pendingPenalties ?? 0,
      };
    })
    .sort((a, b) => a.delegation.data.index - b.delegation.data.index);
  const total = (amounts: bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n);
  return {
    caught,
    behind: duePeriods(pool, nowS),
    present: presentPeriod(pool, nowS),
    delegations,
    claimable: total(delegations.map(({ settled }) => settled.claimable)),
    delegated: total(delegations.map(({ settled }) => settled.amount)),
    bonded: total(staking.bonds.map(({ data }) => data.amount)),
    returning: total(queueOf(staking, nowS).map(({ amount }) => amount)),
  };
}

/** The same, kept while nothing changed. */
export function useDerived(staking: Staking, nowS: number): Derived {
  return useMemo(() => derive(staking, nowS), [staking, nowS]);
}

export type QueueRow = {
  unbonding: Found<Unbonding>;
  parent: { kind: 'bond'; bond: Found<Bond> } | { kind: 'delegation'; delegation: Found<Delegation> };
  /** What penalties left of it. */
  amount: bigint;
  state: UnbondingState;
};

/** What is on its way back, the next to arrive first. */
export function queueOf(staking: Staking, nowS: number): QueueRow[] {
  return staking.unbondings
    .flatMap((unbonding): QueueRow[] => {
      const { parent, amount, entry, withdrawableAt } = unbonding.data;
      const bond = staking.bonds.find(({ address }) => address === parent);
      if (bond) {
        const left = partLeft(amount, bond.data.unbondingDilution, entry);
        return [{ unbonding, parent: { kind: 'bond', bond }, amount: left, state: unbondingState(withdrawableAt, bond.data.pendingPenalties, nowS) }];
      }
      const delegation = staking.delegations.find(({ address }) => address === parent);
      const target = delegation && staking.targets.get(delegation.data.target);
      if (!delegation || !target) return [];
      const left = partLeft(amount, target.dilution, entry);
      return [{ unbonding, parent: { kind: 'delegation', delegation }, amount: left, state: unbondingState(withdrawableAt, target.pendingPenalties, nowS) }];
    })
    .sort((a, b) => Number(a.unbonding.data.withdrawableAt - b.unbonding.data.withdrawableAt));
}
