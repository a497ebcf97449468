//! What happens to stake, at random.

use super::{
    driver::{Thing, World},
    rewards::Status,
    staking::{Decision, DelegationId},
};
use cairn_protocol::merkle::{Node, verify};
use cairn_sdk::{
    address,
    amount::{Epoch, Tokens},
    instruction::{self, DelegationRef, DelegationSpec, PenaltyRef, StakeTerms},
};
use rand::RngExt;
use solana_address::Address;

impl World {
    fn a_bond(&mut self) -> Option<Address> {
        let all: Vec<_> = self.stake.bonds.keys().copied().collect();
        self.pick(&all)
    }

    pub(super) fn act_open_bond(&mut self) {
        let now = self.chain.now();
        let (role, class) = match self.below(8) {
            0 => (1, 0),
            1 => (1, 1),
            2 => (0, 1),
            3 if self.once_in(4) => (2, 0),
            _ => (0, 0),
        };
        let owner = if role == 1 {
            self.pick(&self.oracles.clone()).unwrap()
        } else {
            self.pick(&self.operators.clone()).unwrap()
        };
        let payer = if self.once_in(2) { owner } else { self.others[8] };
        let stake_pool = self.stake_keys.address;
        let bond = address::bond(&stake_pool, &owner, role, class);
        if self.stake.bonds.contains_key(&bond) && !self.once_in(10) {
            return;
        }
        self.known.insert(bond, Thing::Bond);
        let verdict =
            self.stake.open_bond(&mut self.ledger, &payer, &bond, &owner, role, class, now);
        let instruction = instruction::open_bond(&payer, &stake_pool, &owner, role, class);
        let what = format!("{bond} of {owner}, role {role}, class {class}");
        self.step("open_bond", &what, &[instruction], verdict);
    }

    pub(super) fn act_bond(&mut self) {
        let now = self.chain.now();
        let Some(bond) = self.a_bond() else { return };
        let owner = self.stake.bonds[&bond].owner;
        let from = if self.once_in(6) { self.others[9] } else { owner };
        let amount = match self.below(30) {
            0 => 100_000_000_000,
            _ => self.some(200_000),
        };
        let verdict = self.stake.bond(&mut self.ledger, &from, &bond, amount, now);
        let source = self.stake_keys.stake_account(&from);
        let instruction =
            instruction::add_to_bond(&from, &source, &self.stake_keys, &bond, Tokens(amount));
        self.step("add_to_bond", &format!("{amount} in {bond}"), &[instruction], verdict);
    }

    pub(super) fn act_unbond(&mut self) {
        let Some(bond) = self.a_bond() else { return };
        let most = self.stake.bonds[&bond].amount.current;
        let amount = self.some(most) + u64::from(self.once_in(20));
        self.unbond(&bond, amount);
    }

    pub(super) fn unbond(&mut self, bond: &Address, amount: u64) {
        let now = self.chain.now();
        let (owner, index) = {
            let bond = &self.stake.bonds[bond];
            (bond.owner, bond.count)
        };
        let payer = self.others[10];
        let verdict = self.stake.request_unbond(&mut self.ledger, &payer, bond, amount, now);
        let unbonding = address::unbonding(bond, index);
        self.known.insert(unbonding, Thing::BondUnbonding(*bond, index));
        let pool = &self.stake_keys.address;
        let instruction =
            instruction::request_unbond(&owner, &payer, pool, bond, index, Tokens(amount));
        self.step("request_unbond", &format!("{amount} from {bond}"), &[instruction], verdict);
    }

    pub(super) fn act_withdraw(&mut self) {
        let now = self.chain.now();
        let any = self.once_in(6);
        let fit: Vec<_> = self
            .stake
            .bonds
            .iter()
            .flat_map(|(address, bond)| {
                bond.unbondings
                    .iter()
                    .filter(move |(_, unbonding)| any || unbonding.withdrawable_at <= now)
                    .map(|(index, _)| (*address, *index))
            })
            .collect();
        let Some((bond, index)) = self.pick(&fit) else { return };
        self.withdraw(&bond, index);
    }

    pub(super) fn withdraw(&mut self, bond: &Address, index: u64) {
        let now = self.chain.now();
        let owner = self.stake.bonds[bond].owner;
        let rent_payer = self.stake.bonds[bond].unbondings[&index].rent_payer;
        let verdict = self.stake.withdraw(&mut self.ledger, bond, index, now);
        let to = self.stake_keys.stake_account(&owner);
        let instruction =
            instruction::withdraw(&owner, &rent_payer, &self.stake_keys, bond, index, &to);
        self.step("withdraw", &format!("{index} of {bond}"), &[instruction], verdict);
    }

    pub(super) fn act_close_bond(&mut self) {
        let any = self.once_in(4);
        let fit: Vec<_> = self
            .stake
            .bonds
            .iter()
            .filter(|(_, bond)| any || bond.amount.current + bond.unbonding == 0)
            .map(|(address, _)| *address)
            .collect();
        if let Some(bond) = self.pick(&fit) {
            self.close_bond(&bond);
        }
    }

    pub(super) fn close_bond(&mut self, bond: &Address) {
        let (owner, rent_payer) = {
            let bond = &self.stake.bonds[bond];
            (bond.owner, bond.rent_payer)
        };
        let now = self.chain.now();
        let verdict = self.stake.close_bond(&mut self.ledger, bond, now);
        let pool = &self.stake_keys.address;
        let instruction = instruction::close_bond(&owner, &rent_payer, pool, bond);
        self.step("close_bond", bond, &[instruction], verdict);
    }

    /// An operator that delegators know, or the stake pool.
    fn an_operator(&mut self) -> Address {
        match self.below(4) {
            0 => Address::default(),
            // Those with bonds, for penalties that reach delegators.
            1 | 2 => {
                let owners: Vec<_> = self
                    .stake
                    .bonds
                    .values()
                    .filter(|bond| bond.role == 0)
                    .map(|bond| bond.owner)
                    .take(12)
                    .collect();
                self.pick(&owners).unwrap_or_default()
            }
            _ => {
                let at = self.below(12);
                self.operators[at]
            }
        }
    }

    pub(super) fn act_open_target(&mut self) {
        let operator = self.an_operator();
        if self.stake.targets.contains_key(&operator) && !self.once_in(10) {
            return;
        }
        let payer = self.others[11];
        let pool = self.stake_keys.address;
        self.known.insert(address::target(&pool, &operator), Thing::Target(operator));
        let verdict = self.stake.open_target(&mut self.ledger, &payer, &operator);
        let instruction = instruction::open_target(&payer, &pool, &operator);
        self.step("open_target", &operator, &[instruction], verdict);
    }

    pub(super) fn act_close_target(&mut self) {
        let all: Vec<_> = self.stake.targets.keys().copied().collect();
        if let Some(operator) = self.pick(&all) {
            self.close_target(&operator);
        }
    }

    pub(super) fn close_target(&mut self, operator: &Address) {
        let rent_payer = self.stake.targets[operator].rent_payer;
        let verdict = self.stake.close_target(&mut self.ledger, operator);
        let instruction =
            instruction::close_target(&rent_payer, &self.stake_keys.address, operator);
        self.step("close_target", operator, &[instruction], verdict);
    }

    fn open_lock_period(&mut self, period: u32) {
        let now = self.chain.now();
        let (payer, pool) = (self.others[12], self.stake_keys.address);
        self.known.insert(address::lock_period(&pool, period), Thing::LockPeriod(period));
        let verdict = self.stake.open_lock_period(&mut self.ledger, &payer, period, now);
        let instruction = instruction::open_lock_period(&payer, &pool, period);
        self.step("open_lock_period", &period, &[instruction], verdict);
    }

    pub(super) fn act_lock_periods(&mut self) {
        let now = self.chain.now();
        let current = self.stake.period_at(now);
        if self.once_in(3) {
            let ends: Vec<_> = self.stake.locks.keys().copied().collect();
            if let Some(end) = self.pick(&ends)
                && (self.stake.waiting_for(end) == 0 || self.once_in(6))
            {
                self.close_lock_period(end);
            }
        } else {
            let period = current + self.rng.random_range(0..14);
            if !self.stake.locks.contains_key(&period) || self.once_in(10) {
                self.open_lock_period(period);
            }
        }
    }

    pub(super) fn close_lock_period(&mut self, end: u32) {
        let rent_payer = self.stake.locks[&end].rent_payer;
        let verdict = self.stake.close_lock_period(&mut self.ledger, end);
        let pool = &self.stake_keys.address;
        let instruction = instruction::close_lock_period(&rent_payer, pool, end);
        self.step("close_lock_period", &end, &[instruction], verdict);
    }

    /// The first lock that ended and was not reached.
    pub(super) fn next_to_reach(&self) -> Option<u32> {
        let current = self.stake.period_at(self.chain.now());
        self.stake
            .locks
            .iter()
            .find(|(end, lock)| lock.marked && lock.reached.is_none() && **end <= current)
            .map(|(end, _)| *end)
    }

    pub(super) fn act_reach(&mut self) {
        let next = self.next_to_reach();
        let period = if next.is_none() || self.once_in(15) {
            if !self.once_in(6) {
                return;
            }
            let ends: Vec<_> = self.stake.locks.keys().copied().collect();
            self.pick(&ends)
        } else {
            next
        };
        if let Some(period) = period {
            self.reach(period);
        }
    }

    pub(super) fn reach(&mut self, period: u32) {
        let now = self.chain.now();
        let verdict = self.stake.reach_period(period, now);
        let instruction = instruction::reach_period(&self.stake_keys.address, period);
        self.step("reach_period", &period, &[instruction], verdict);
    }

    fn delegation_ref(&self, id: &DelegationId) -> DelegationRef {
        let pool = &self.stake_keys.address;
        let delegation = &self.stake.delegations[id];
        DelegationRef {
            address: address::delegation(pool, &id.0, id.1),
            target: address::target(pool, &delegation.operator),
            lock_end: delegation.lock_end.unwrap_or(0),
        }
    }

    fn a_delegation(&mut self) -> Option<DelegationId> {
        let all: Vec<_> = self.stake.delegations.keys().copied().collect();
        self.pick(&all)
    }

    pub(super) fn act_delegate(&mut self) {
        let now = self.chain.now();
        let targets: Vec<_> = self.stake.targets.keys().copied().collect();
        let Some(operator) = self.pick(&targets) else { return self.act_open_target() };
        let owner = self.pick(&self.delegators.clone()).unwrap();
        let index = u16::try_from(self.below(3)).unwrap();
        let id = (owner, index);
        if self.stake.delegations.contains_key(&id) && !self.once_in(15) {
            return;
        }
        let amount = match self.below(30) {
            0 => 100_000_000_000,
            1..=4 => self.some(20),
            _ => self.some(300_000),
        };
        let lock_periods = match self.below(10) {
            0..=3 => 0,
            4 => 13,
            _ => u8::try_from(self.rng.random_range(1..=12)).unwrap(),
        };
        let mut given = None;
        if lock_periods > 0 {
            let mut end = self.stake.period_at(now) + u32::from(lock_periods);
            if self.once_in(15) {
                end += 1;
            }
            if !self.stake.locks.contains_key(&end) {
                self.open_lock_period(end);
            }
            given = self.stake.locks.contains_key(&end).then_some(end);
        }
        let payer = if self.once_in(2) { owner } else { self.others[13] };
        let verdict = self.stake.delegate(
            &mut self.ledger,
            &payer,
            &id,
            &operator,
            amount,
            lock_periods,
            given,
            now,
        );
        let pool = self.stake_keys.address;
        self.known.insert(address::delegation(&pool, &owner, index), Thing::Delegation(id));
        let spec = DelegationSpec {
            index,
            operator,
            amount: Tokens(amount),
            lock_periods,
            lock_end: given.unwrap_or(0),
        };
        let source = self.stake_keys.stake_account(&owner);
        let instruction = instruction::delegate(&owner, &payer, &source, &self.stake_keys, &spec);
        let what = format!("{amount} by {owner} ({index}) to {operator}, {lock_periods} periods");
        self.step("delegate", &what, &[instruction], verdict);
    }

    pub(super) fn act_add(&mut self) {
        let now = self.chain.now();
        let Some(id) = self.a_delegation() else { return };
        let from = if self.once_in(5) { self.others[9] } else { id.0 };
        let amount = self.some(100_000);
        let to = self.delegation_ref(&id);
        let verdict = self.stake.add_to_delegation(&mut self.ledger, &from, &id, amount, now);
        let source = self.stake_keys.stake_account(&from);
        let instruction =
            instruction::add_to_delegation(&from, &source, &self.stake_keys, &to, Tokens(amount));
        self.step("add_to_delegation", &format!("{amount} to {id:?}"), &[instruction], verdict);
    }

    pub(super) fn act_extend(&mut self) {
        let now = self.chain.now();
        let Some(id) = self.a_delegation() else { return };
        let lock_periods = u8::try_from(self.rng.random_range(0..14)).unwrap();
        let mut end = self.stake.period_at(now) + u32::from(lock_periods);
        if self.once_in(15) {
            end += 1;
        }
        if !self.stake.locks.contains_key(&end) {
            self.open_lock_period(end);
        }
        let delegation = self.delegation_ref(&id);
        // The same account twice is refused before any rule is looked at.
        if !self.stake.locks.contains_key(&end) || delegation.lock_end == end {
            return;
        }
        let verdict = self.stake.extend_lock(&self.ledger, &id, lock_periods, end, now);
        let owner = id.0;
        let instruction =
            instruction::extend_lock(&owner, &self.stake_keys, &delegation, lock_periods, end);
        let what = format!("{id:?} by {lock_periods} periods to {end}");
        self.step("extend_lock", &what, &[instruction], verdict);
    }

    pub(super) fn act_settle(&mut self) {
        let Some(id) = self.a_delegation() else { return };
        let delegation = self.delegation_ref(&id);
        let verdict = self.stake.settle_delegation(&id);
        let instruction = instruction::settle_delegation(&self.stake_keys, &delegation);
        self.step("settle_delegation", &format!("{id:?}"), &[instruction], verdict);
    }

    pub(super) fn act_claim_rewards(&mut self) {
        if let Some(id) = self.a_delegation() {
            self.claim_rewards(&id);
        }
    }

    pub(super) fn claim_rewards(&mut self, id: &DelegationId) {
        let delegation = self.delegation_ref(id);
        let verdict = self.stake.claim_rewards(&mut self.ledger, id);
        let instruction =
            instruction::claim_delegation_rewards(&self.stake_keys, &delegation, &id.0);
        self.step("claim_delegation_rewards", &format!("{id:?}"), &[instruction], verdict);
    }

    pub(super) fn act_undelegate(&mut self) {
        let current = self.stake.period_at(self.chain.now());
        let any = self.once_in(6);
        let fit: Vec<_> = self
            .stake
            .delegations
            .iter()
            .filter(|(_, other)| any || (other.unlock_period <= current && other.amount > 0))
            .map(|(id, other)| (*id, other.amount))
            .collect();
        let Some((id, most)) = self.pick(&fit) else { return };
        let amount = self.some(most) + u64::from(self.once_in(20));
        self.undelegate(&id, amount);
    }

    pub(super) fn undelegate(&mut self, id: &DelegationId, amount: u64) {
        let now = self.chain.now();
        let delegation = self.delegation_ref(id);
        let index = self.stake.delegations[id].count;
        let payer = if self.once_in(2) { id.0 } else { self.others[14] };
        let verdict = self.stake.undelegate(&mut self.ledger, &payer, id, amount, now);
        let unbonding = address::unbonding(&delegation.address, index);
        self.known.insert(unbonding, Thing::DelegationUnbonding(*id, delegation.address, index));
        let instruction = instruction::undelegate(
            &id.0,
            &payer,
            &self.stake_keys,
            &delegation,
            index,
            Tokens(amount),
        );
        self.step("undelegate", &format!("{amount} of {id:?}"), &[instruction], verdict);
    }

    pub(super) fn act_withdraw_delegation(&mut self) {
        let now = self.chain.now();
        let any = self.once_in(6);
        let fit: Vec<_> = self
            .stake
            .delegations
            .iter()
            .flat_map(|(id, delegation)| {
                delegation
                    .unbondings
                    .iter()
                    .filter(move |(_, unbonding)| any || unbonding.withdrawable_at <= now)
                    .map(|(index, _)| (*id, *index))
            })
            .collect();
        if let Some((id, index)) = self.pick(&fit) {
            self.withdraw_delegation(&id, index);
        }
    }

    pub(super) fn withdraw_delegation(&mut self, id: &DelegationId, index: u64) {
        let now = self.chain.now();
        let delegation = self.delegation_ref(id);
        let rent_payer = self.stake.delegations[id].unbondings[&index].rent_payer;
        let verdict = self.stake.withdraw_delegation(&mut self.ledger, id, index, now);
        let to = self.stake_keys.stake_account(&id.0);
        let instruction = instruction::withdraw_delegation(
            &id.0,
            &rent_payer,
            &self.stake_keys,
            &delegation,
            index,
            &to,
        );
        self.step("withdraw_delegation", &format!("{index} of {id:?}"), &[instruction], verdict);
    }

    pub(super) fn act_close_delegation(&mut self) {
        let any = self.once_in(4);
        let fit: Vec<_> = self
            .stake
            .delegations
            .iter()
            .filter(|(_, other)| any || (other.amount == 0 && other.unbondings.is_empty()))
            .map(|(id, _)| *id)
            .collect();
        if let Some(id) = self.pick(&fit) {
            self.close_delegation(&id);
        }
    }

    pub(super) fn close_delegation(&mut self, id: &DelegationId) {
        let delegation = self.delegation_ref(id);
        let rent_payer = self.stake.delegations[id].rent_payer;
        let verdict = self.stake.close_delegation(&mut self.ledger, id);
        let instruction =
            instruction::close_delegation(&id.0, &rent_payer, &self.stake_keys, &delegation);
        self.step("close_delegation", &format!("{id:?}"), &[instruction], verdict);
    }

    pub(super) fn act_sync(&mut self) {
        let now = self.chain.now();
        let fresh = self.ledger.amount(super::ledger::Purse::RewardVault) > self.stake.booked;
        if !fresh && !self.once_in(8) {
            return;
        }
        let verdict = self.stake.sync_rewards(&self.ledger, now);
        let instruction = instruction::sync_rewards(&self.stake_keys.address);
        self.step("sync_rewards", &"", &[instruction], verdict);
    }

    pub(super) fn act_stake_treasury(&mut self) {
        let now = self.chain.now();
        let treasury = self.stake.terms.at(now).treasury;
        let verdict = self.stake.pay_treasury(&mut self.ledger, now);
        let instruction = instruction::pay_stake_treasury(&self.stake_keys, &treasury);
        self.step("pay_stake_treasury", &"", &[instruction], verdict);
    }

    pub(super) fn act_register(&mut self) {
        let now = self.chain.now();
        let any = self.once_in(10);
        let epochs = &self.stake.epochs;
        let fit: Vec<_> = self.pools[self.linked]
            .proposals
            .iter()
            .filter(|(_, proposal)| {
                any || (proposal.status == Status::Finalized
                    && !proposal.computed.penalties.is_empty()
                    && !epochs.contains_key(&proposal.epoch))
            })
            .map(|(address, proposal)| (*address, proposal.clone()))
            .collect();
        let at = self.below(fit.len());
        let Some((address, proposal)) = fit.get(at) else { return };
        let (payer, pool) = (self.others[15], self.stake_keys.address);
        let verdict = self.stake.register(&mut self.ledger, &payer, proposal, now);
        let epoch = proposal.epoch;
        self.known.insert(address::penalty_epoch(&pool, epoch), Thing::PenaltyEpoch(epoch));
        let instruction = instruction::register_penalties(&payer, &pool, address, epoch);
        self.step("register_penalties", &format!("epoch {epoch}"), &[instruction], verdict);
    }

    /// One announcement, or several in a row.
    pub(super) fn act_announce(&mut self) {
        for _ in 0..1 + 3 * self.below(2) {
            self.announce();
        }
    }

    fn announce(&mut self) {
        let now = self.chain.now();
        let epochs: Vec<_> = self.stake.epochs.keys().copied().collect();
        let Some(epoch) = self.pick(&epochs) else { return };
        let penalties = &self.stake.epochs[&epoch];
        let computed = penalties.proposal.computed.clone();
        let again = self.once_in(15);
        let late = self.once_in(25);
        let fit: Vec<_> = computed
            .penalties
            .iter()
            .enumerate()
            .map(|(at, leaf)| (u32::try_from(at).unwrap(), *leaf))
            .filter(|_| late || now <= self.stake.epochs[&epoch].expires)
            .filter(|(index, _)| again || !self.stake.epochs[&epoch].penalties.contains_key(index))
            .filter(|(_, leaf)| {
                self.stake.bonds.contains_key(&Address::new_from_array(leaf.target))
            })
            .collect();
        let Some((mut index, mut leaf)) = self.pick(&fit) else { return };
        let Some(tree) = &computed.penalties_tree else { return };
        let proof = tree.prove(index).unwrap();
        match self.below(16) {
            0 => leaf.amount += 1,
            1 => index += 1,
            _ => {}
        }
        let content = computed.content;
        let root = Node { hash: content.penalties_root, sum: content.penalties_sum };
        let is_proof = verify(&root, &leaf.node(), index, &proof);
        let owner = self.stake.bonds[&Address::new_from_array(leaf.target)].owner;
        let (payer, pool) = (self.others[16], self.stake_keys.address);
        let verdict =
            self.stake.announce(&mut self.ledger, &payer, epoch, index, &leaf, is_proof, now);
        let account = address::penalty(&address::penalty_epoch(&pool, epoch), index);
        self.known.insert(account, Thing::Penalty(epoch, index));
        let instruction =
            instruction::announce_penalty(&payer, &pool, &owner, &leaf, index, &proof);
        let what = format!("{} from {owner}, {index} of epoch {epoch}", leaf.amount);
        self.step("announce_penalty", &what, &[instruction], verdict);
    }

    fn penalty_ref(&self, epoch: u64, index: u32) -> PenaltyRef {
        let penalty = &self.stake.epochs[&epoch].penalties[&index];
        let bond = Address::new_from_array(penalty.leaf.target);
        PenaltyRef { epoch: Epoch(epoch), index, bond, owner: penalty.owner }
    }

    fn a_penalty(
        &mut self,
        likely: impl Fn(Decision, i64, i64, u64) -> bool,
    ) -> Option<(u64, u32)> {
        let now = self.chain.now();
        let any = self.once_in(10);
        let fit: Vec<_> = self
            .stake
            .epochs
            .iter()
            .flat_map(|(epoch, penalties)| {
                let likely = &likely;
                penalties
                    .penalties
                    .iter()
                    .filter(move |(_, other)| {
                        any || likely(other.decision, other.executable_at, now, other.due)
                    })
                    .map(|(index, _)| (*epoch, *index))
            })
            .collect();
        self.pick(&fit)
    }

    /// A penalty against a bond that is still there.
    fn has_bond(&self, (epoch, index): (u64, u32)) -> bool {
        self.stake.bonds.contains_key(&self.penalty_ref(epoch, index).bond)
    }

    pub(super) fn act_veto(&mut self) {
        let now = self.chain.now();
        let found =
            self.a_penalty(|decision, at, now, _| decision == Decision::Announced && now < at);
        let Some((epoch, index)) = found.filter(|found| self.has_bond(*found)) else { return };
        let signer = match self.below(6) {
            0 => self.others[2],
            1 => self.network.authority,
            _ => self.network.guardian,
        };
        let penalty = self.penalty_ref(epoch, index);
        let verdict = self.stake.veto(&self.network, &signer, epoch, index, now);
        let instruction = instruction::veto_penalty(&signer, &self.stake_keys, &penalty);
        self.step("veto_penalty", &format!("{index} of {epoch}"), &[instruction], verdict);
    }

    pub(super) fn act_execute(&mut self) {
        let found =
            self.a_penalty(|decision, at, now, _| decision == Decision::Announced && now >= at);
        if let Some((epoch, index)) = found.filter(|found| self.has_bond(*found)) {
            let bond = self.penalty_ref(epoch, index).bond;
            self.execute(epoch, index);
            let left = &self.stake.bonds[&bond];
            if left.amount.current + left.unbonding == 0 && self.once_in(2) {
                self.close_bond(&bond);
            }
        }
    }

    pub(super) fn execute(&mut self, epoch: u64, index: u32) {
        let now = self.chain.now();
        let penalty = self.penalty_ref(epoch, index);
        let verdict = self.stake.execute(&mut self.ledger, epoch, index, now);
        let instruction = instruction::execute_penalty(&self.stake_keys, &penalty);
        self.step("execute_penalty", &format!("{index} of {epoch}"), &[instruction], verdict);
    }

    pub(super) fn act_pay_challenger(&mut self) {
        if let Some((epoch, index)) = self.a_penalty(|_, _, _, due| due > 0) {
            self.pay_challenger(epoch, index);
        }
    }

    pub(super) fn pay_challenger(&mut self, epoch: u64, index: u32) {
        let penalty = self.penalty_ref(epoch, index);
        let leaf = self.stake.epochs[&epoch].penalties[&index].leaf;
        let challenger = Address::new_from_array(leaf.challenger);
        let verdict = self.stake.pay_challenger(&mut self.ledger, epoch, index);
        let instruction = instruction::pay_challenger(&self.stake_keys, &penalty, &challenger);
        self.step("pay_challenger", &format!("{index} of {epoch}"), &[instruction], verdict);
    }

    pub(super) fn act_close_penalty(&mut self) {
        if self.once_in(3) {
            let epochs: Vec<_> = self.stake.epochs.keys().copied().collect();
            if let Some(epoch) = self.pick(&epochs) {
                self.close_penalty_epoch(epoch);
            }
        } else if let Some((epoch, index)) =
            self.a_penalty(|decision, _, _, due| decision != Decision::Announced && due == 0)
        {
            self.close_penalty(epoch, index);
        }
    }

    pub(super) fn close_penalty(&mut self, epoch: u64, index: u32) {
        let now = self.chain.now();
        let penalty = self.penalty_ref(epoch, index);
        let rent_payer = self.stake.epochs[&epoch].penalties[&index].rent_payer;
        let verdict = self.stake.close_penalty(&mut self.ledger, epoch, index, now);
        let pool = &self.stake_keys.address;
        let instruction = instruction::close_penalty(&rent_payer, pool, &penalty);
        self.step("close_penalty", &format!("{index} of {epoch}"), &[instruction], verdict);
    }

    pub(super) fn close_penalty_epoch(&mut self, epoch: u64) {
        let now = self.chain.now();
        let rent_payer = self.stake.epochs[&epoch].rent_payer;
        let verdict = self.stake.close_penalty_epoch(&mut self.ledger, epoch, now);
        let pool = &self.stake_keys.address;
        let instruction = instruction::close_penalty_epoch(&rent_payer, pool, epoch);
        self.step("close_penalty_epoch", &epoch, &[instruction], verdict);
    }

    pub(super) fn act_stake_terms(&mut self) {
        let now = self.chain.now();
        let signer = if self.once_in(12) { self.others[2] } else { self.network.authority };
        let is_pending = self.stake.terms.next.as_ref().is_some_and(|(_, at)| now < *at);
        if (is_pending && self.once_in(2)) || self.once_in(15) {
            let verdict = self.stake.cancel_update(&self.network, &signer, now);
            let instruction = instruction::cancel_stake_update(&signer, &self.stake_keys);
            self.step("cancel_stake_update", &"", &[instruction], verdict);
            return;
        }
        let burn_bps = self.rng.random_range(0..=10_000);
        let treasury_bps = self.rng.random_range(0..=10_000 - burn_bps);
        let terms = StakeTerms {
            cooldown_seconds: self.rng.random_range(3_400..12_000),
            appeal_window_seconds: self.rng.random_range(0..9_000),
            penalty_expiry_seconds: self.rng.random_range(0..150_000),
            penalty_cap_bps: self.rng.random_range(0..4_000),
            burn_bps,
            treasury_bps,
            challenger_bps: 10_000 - burn_bps - treasury_bps + u16::from(self.once_in(10)),
            ..Self::stake_terms(self.treasury)
        };
        let verdict = self.stake.propose_update(&self.network, &signer, &terms, now);
        let instruction = instruction::propose_stake_update(&signer, &self.stake_keys, &terms);
        self.step("propose_stake_update", &"", &[instruction], verdict);
    }
}
