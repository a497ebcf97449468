//! The rules of a stake pool. Delegators' weights are summed up one by one, each reward is booked to
//! every delegation when it arrives, and every loss is kept as a fraction.

use super::{
    ledger::{Ledger, Purse},
    rewards::{Delayed, Network, Proposal, Status, share},
    rules::{Rules, Verdict},
};
use cairn_protocol::{dilution::Dilution, merkle::PenaltyLeaf, settlement::Settled};
use cairn_sdk::instruction::StakeTerms;
use solana_address::Address;
use std::collections::BTreeMap;

/// Bytes of the accounts, the discriminator included.
pub(super) const BOND_BYTES: u64 = 8 + 240;
pub(super) const UNBONDING_BYTES: u64 = 8 + 128;
pub(super) const DELEGATION_BYTES: u64 = 8 + 280;
pub(super) const TARGET_BYTES: u64 = 8 + 168;
pub(super) const LOCK_PERIOD_BYTES: u64 = 8 + 144;
pub(super) const PENALTY_EPOCH_BYTES: u64 = 8 + 208;
pub(super) const PENALTY_BYTES: u64 = 8 + 272;
pub(super) const STAKE_POOL_BYTES: u64 = 8 + 792;

/// What a pot lost: all losses, and the same by the program's factor.
#[derive(Debug, Clone)]
pub(super) struct Losses {
    /// (tokens before, tokens after), of this generation.
    fractions: Vec<(u64, u64)>,
    pub(super) dilution: Dilution,
}

/// What a pot had lost when an amount was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    losses: usize,
    pub(super) dilution: Dilution,
}

impl Losses {
    fn new() -> Self {
        Self { fractions: Vec::new(), dilution: Dilution::NONE }
    }

    fn lose(&mut self, total: u64, loss: u64) {
        if loss == 0 {
            return;
        }
        if loss == total {
            self.fractions.clear();
        } else {
            self.fractions.push((total, total - loss));
        }
        self.dilution = self.dilution.after_loss(total, loss);
    }

    pub(super) fn entry(&self) -> Entry {
        Entry { losses: self.fractions.len(), dilution: self.dilution }
    }

    /// What is left of an amount: by the program's factor, which must be within a unit, and 2⁻³⁰ a
    /// loss, of what the fractions say.
    #[expect(clippy::cast_precision_loss, reason = "amounts are below 2⁵³")]
    pub(super) fn part(&self, amount: u64, entry: &Entry) -> u64 {
        let part = self.dilution.part(amount, &entry.dilution);
        if self.dilution.generation != entry.dilution.generation {
            assert_eq!(part, 0, "what was lost whole is gone");
            return 0;
        }
        let losses = &self.fractions[entry.losses..];
        let exact = losses
            .iter()
            .fold(amount as f64, |left, (before, after)| left * *after as f64 / *before as f64);
        let slack = 1e-6 + amount as f64 * losses.len() as f64 / f64::from(1 << 30);
        let part_of = part as f64;
        assert!(
            part_of <= exact + 1e-6 && part_of > exact - 1.0 - slack,
            "{part} of {amount} is left after {losses:?}, exactly {exact}"
        );
        part
    }
}

#[derive(Debug, Clone)]
pub(super) struct Unbonding {
    pub(super) rent_payer: Address,
    pub(super) amount: u64,
    pub(super) withdrawable_at: i64,
    pub(super) entry: Entry,
}

#[derive(Debug, Clone)]
pub(super) struct Bond {
    pub(super) owner: Address,
    pub(super) role: u8,
    pub(super) class: u16,
    pub(super) rent_payer: Address,
    pub(super) amount: Settled<u64>,
    /// Every value with its time, to find what held at the start of a settlement period.
    pub(super) history: Vec<(i64, u64)>,
    pub(super) unbonding: u64,
    pub(super) losses: Losses,
    pub(super) count: u64,
    pub(super) unbondings: BTreeMap<u64, Unbonding>,
    pub(super) pending: u32,
}

#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) rent_payer: Address,
    pub(super) delegated: u64,
    pub(super) unbonding: u64,
    pub(super) losses: Losses,
    pub(super) pending: u32,
    /// How often a part was rounded down: each may leave a unit in the pot.
    pub(super) roundings: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Delegation {
    pub(super) operator: Address,
    pub(super) rent_payer: Address,
    pub(super) amount: u64,
    pub(super) owed: u64,
    /// What one token earned since the last settlement, in 2⁻⁶⁴ tokens.
    pub(super) growth: u128,
    pub(super) entry: Entry,
    pub(super) lock_end: Option<u32>,
    pub(super) unlock_period: u32,
    pub(super) count: u64,
    pub(super) unbondings: BTreeMap<u64, Unbonding>,
}

#[derive(Debug, Clone)]
pub(super) struct LockPeriod {
    pub(super) rent_payer: Address,
    /// A lock ended with it once.
    pub(super) marked: bool,
    /// What was locked to it when it began.
    pub(super) reached: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Announced,
    Vetoed,
    Executed,
}

#[derive(Debug, Clone)]
pub(super) struct Penalty {
    pub(super) leaf: PenaltyLeaf,
    pub(super) owner: Address,
    pub(super) rent_payer: Address,
    pub(super) executable_at: i64,
    pub(super) decision: Decision,
    pub(super) counted: bool,
    pub(super) taken: u64,
    pub(super) due: u64,
}

#[derive(Debug, Clone)]
pub(super) struct PenaltyEpoch {
    pub(super) rent_payer: Address,
    pub(super) proposal: Proposal,
    pub(super) expires: i64,
    pub(super) cap: u64,
    pub(super) executed: u64,
    pub(super) penalties: BTreeMap<u32, Penalty>,
}

/// Owner and number.
pub(super) type DelegationId = (Address, u16);

/// The stake pool.
#[derive(Debug)]
pub(super) struct Stake {
    pub(super) rent_payer: Address,
    /// Mints of stake and rewards.
    pub(super) mint: usize,
    pub(super) reward_mint: usize,
    pub(super) terms: Delayed<StakeTerms>,
    pub(super) created_at: i64,
    pub(super) period_seconds: i64,
    pub(super) longest: u8,
    pub(super) settle: u32,
    pub(super) least_cooldown: u32,
    /// The last period that was reached.
    pub(super) period: u32,
    pub(super) bonds: BTreeMap<Address, Bond>,
    pub(super) targets: BTreeMap<Address, Target>,
    pub(super) delegations: BTreeMap<DelegationId, Delegation>,
    pub(super) locks: BTreeMap<u32, LockPeriod>,
    pub(super) epochs: BTreeMap<u64, PenaltyEpoch>,
    pub(super) first_epoch: u64,
    pub(super) treasury_stake: u64,
    pub(super) treasury_rewards: u64,
    pub(super) challengers: u64,
    /// Rewards in the vault that are accounted for.
    pub(super) booked: u64,
    /// Rewards that were shared out, and paid to delegators.
    pub(super) shared: u64,
    pub(super) paid: u64,
    /// In 2⁻⁶⁴ tokens.
    pub(super) carry: u128,
    /// How often a delegation's earnings were rounded down.
    pub(super) settlements: u64,
    /// What rounding left in the vault with targets that were closed.
    pub(super) closed: bool,
}

impl Stake {
    fn stake_of(&self, wallet: &Address) -> Purse {
        Purse::Wallet(self.mint, *wallet)
    }

    fn rewards_of(&self, wallet: &Address) -> Purse {
        Purse::Wallet(self.reward_mint, *wallet)
    }

    /// Σ of all bonds, unbonding or not, and of all pots of delegators.
    pub(super) fn totals(&self) -> [u64; 4] {
        [
            self.bonds.values().map(|bond| bond.amount.current).sum(),
            self.bonds.values().map(|bond| bond.unbonding).sum(),
            self.targets.values().map(|target| target.delegated).sum(),
            self.targets.values().map(|target| target.unbonding).sum(),
        ]
    }

    pub(super) fn period_at(&self, now: i64) -> u32 {
        let elapsed = (now - self.created_at).max(0);
        u32::try_from(elapsed / self.period_seconds).unwrap().max(self.period)
    }

    fn is_live(&self, lock: u32) -> bool {
        self.locks.get(&lock).is_none_or(|period| period.reached.is_none())
    }

    /// The lock that still weighs.
    pub(super) fn live_lock(&self, delegation: &Delegation) -> Option<u32> {
        delegation.lock_end.filter(|end| self.is_live(*end))
    }

    /// What a token of a delegation weighs in `period`.
    fn weight(&self, delegation: &Delegation, period: u32) -> u128 {
        let ahead = self.live_lock(delegation).map_or(0, |end| end.saturating_sub(period));
        u128::from(self.longest) + 3 * u128::from(ahead)
    }

    /// Whether the pool may move on to the period of `now`.
    fn advance(&self, now: i64) -> Verdict {
        let period = self.period_at(now);
        let is_behind = self.locks.iter().any(|(end, lock)| {
            lock.marked && lock.reached.is_none() && *end > self.period && *end <= period
        });
        Rules::new().need(!is_behind, "staking::PeriodsBehind").verdict()
    }

    /// Shares out what arrived; the pool may move on to the period of `now`. Returns what was new.
    fn sync(&mut self, ledger: &Ledger, now: i64) -> u64 {
        self.period = self.period_at(now);
        let fresh = ledger.amount(Purse::RewardVault) - self.booked;
        if fresh == 0 {
            return 0;
        }
        self.booked += fresh;
        let weights: Vec<u128> = self
            .delegations
            .values()
            .map(|delegation| self.weight(delegation, self.period))
            .collect();
        let total: u128 = self
            .delegations
            .values()
            .zip(&weights)
            .map(|(delegation, weight)| u128::from(delegation.amount) * weight)
            .sum();
        if total < 8 * u128::from(self.longest) {
            self.treasury_rewards += fresh;
            return fresh;
        }
        let due = (u128::from(fresh) << 64) + self.carry;
        let each = due / total;
        self.carry = due % total;
        self.shared += fresh;
        for (delegation, weight) in self.delegations.values_mut().zip(weights) {
            delegation.growth += weight * each;
        }
        fresh
    }

    /// What a delegation earned since it was settled.
    pub(super) fn earned(delegation: &Delegation) -> u64 {
        let amount = u128::from(delegation.amount);
        let (high, low) = (delegation.growth >> 64, delegation.growth & u128::from(u64::MAX));
        u64::try_from(amount * high + ((amount * low) >> 64)).unwrap()
    }

    fn settle(&mut self, id: &DelegationId) {
        let mut delegation = self.delegations.remove(id).unwrap();
        delegation.owed += Self::earned(&delegation);
        if delegation.growth > 0 {
            self.settlements += 1;
        }
        delegation.growth = 0;
        delegation.lock_end = self.live_lock(&delegation);
        let target = self.targets.get_mut(&delegation.operator).unwrap();
        let left = target.losses.part(delegation.amount, &delegation.entry);
        if left < delegation.amount {
            target.roundings += 1;
        }
        delegation.amount = left;
        delegation.entry = target.losses.entry();
        self.delegations.insert(*id, delegation);
    }

    /// Stake locked to a period: Σ until it begins, what it was then from there on.
    pub(super) fn locked_to(&self, end: u32) -> u64 {
        self.locks[&end].reached.unwrap_or_else(|| {
            self.delegations
                .values()
                .filter(|delegation| delegation.lock_end == Some(end))
                .map(|delegation| delegation.amount)
                .sum()
        })
    }

    /// Delegations that need a period's account.
    pub(super) fn waiting_for(&self, end: u32) -> usize {
        self.delegations.values().filter(|delegation| delegation.lock_end == Some(end)).count()
    }

    fn set_bond(&mut self, address: &Address, amount: u64, now: i64) {
        let settle = self.settle;
        let bond = self.bonds.get_mut(address).unwrap();
        bond.amount = bond.amount.record(amount, now, settle);
        bond.history.push((now, amount));
        // Whoever looks within a whole settlement period finds what held when the period of the
        // moment began.
        let seconds = i64::from(settle);
        for moment in [now, now - seconds] {
            let start = moment.div_euclid(seconds) * seconds;
            let held = bond.history.iter().rfind(|(since, _)| *since < start);
            if let Some((_, held)) = held {
                assert_eq!(bond.amount.at(moment, settle), *held, "history of {address}");
            }
        }
    }

    pub(super) fn propose_update(
        &mut self,
        network: &Network,
        signer: &Address,
        terms: &StakeTerms,
        now: i64,
    ) -> Verdict {
        let parts = [terms.burn_bps, terms.treasury_bps, terms.challenger_bps];
        let is_valid = terms.cooldown_seconds >= self.least_cooldown
            && terms.penalty_expiry_seconds > 0
            && terms.penalty_cap_bps <= 10_000
            && parts.iter().map(|part| u32::from(*part)).sum::<u32>() == 10_000;
        let is_free = self.terms.next.as_ref().is_none_or(|(_, at)| now >= *at);
        Rules::new()
            .need(*signer == network.authority, "staking::NotAuthority")
            .need(is_valid, "staking::InvalidTerms")
            .need(is_free, "staking::UpdatePending")
            .verdict()?;
        self.terms.propose(terms.clone(), now, now + network.delay);
        Ok(())
    }

    pub(super) fn cancel_update(
        &mut self,
        network: &Network,
        signer: &Address,
        now: i64,
    ) -> Verdict {
        let is_pending = self.terms.next.as_ref().is_some_and(|(_, at)| now < *at);
        Rules::new()
            .need(*signer == network.authority, "staking::NotAuthority")
            .need(is_pending, "staking::NoUpdatePending")
            .verdict()?;
        self.terms.next = None;
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "what the instruction has")]
    pub(super) fn open_bond(
        &mut self,
        ledger: &mut Ledger,
        payer: &Address,
        address: &Address,
        owner: &Address,
        role: u8,
        class: u16,
        now: i64,
    ) -> Verdict {
        Rules::new()
            .need(!self.bonds.contains_key(address), "system::AlreadyInUse")
            .need(role == 0 || (role == 1 && class == 0), "staking::InvalidRole")
            .verdict()?;
        ledger.pay_rent(payer, BOND_BYTES);
        let bond = Bond {
            owner: *owner,
            role,
            class,
            rent_payer: *payer,
            amount: Settled::new(0, now),
            history: vec![(i64::MIN, 0)],
            unbonding: 0,
            losses: Losses::new(),
            count: 0,
            unbondings: BTreeMap::new(),
            pending: 0,
        };
        self.bonds.insert(*address, bond);
        Ok(())
    }

    pub(super) fn bond(
        &mut self,
        ledger: &mut Ledger,
        from: &Address,
        address: &Address,
        amount: u64,
        now: i64,
    ) -> Verdict {
        let from = self.stake_of(from);
        Rules::new()
            .need(ledger.arriving(from, amount) > 0, "staking::ZeroAmount")
            .and(ledger.movable(from, Purse::StakeVault, amount))
            .verdict()?;
        let arrived = ledger.transfer(from, Purse::StakeVault, amount);
        let total = self.bonds[address].amount.current + arrived;
        self.set_bond(address, total, now);
        Ok(())
    }

    pub(super) fn request_unbond(
        &mut self,
        ledger: &mut Ledger,
        payer: &Address,
        address: &Address,
        amount: u64,
        now: i64,
    ) -> Verdict {
        let bond = &self.bonds[address];
        Rules::new()
            .need(amount > 0, "staking::ZeroAmount")
            .need(bond.amount.current >= amount, "staking::InsufficientBond")
            .verdict()?;
        ledger.pay_rent(payer, UNBONDING_BYTES);
        let withdrawable_at = now + i64::from(self.terms.at(now).cooldown_seconds);
        self.set_bond(address, bond.amount.current - amount, now);
        let bond = self.bonds.get_mut(address).unwrap();
        let entry = bond.losses.entry();
        let unbonding = Unbonding { rent_payer: *payer, amount, withdrawable_at, entry };
        bond.unbondings.insert(bond.count, unbonding);
        bond.count += 1;
        bond.unbonding += amount;
        Ok(())
    }

    pub(super) fn withdraw(
        &mut self,
        ledger: &mut Ledger,
        address: &Address,
        index: u64,
        now: i64,
    ) -> Verdict {
        let bond = &self.bonds[address];
        let unbonding = bond.unbondings[&index].clone();
        let to = self.stake_of(&bond.owner);
        let amount = bond.losses.part(unbonding.amount, &unbonding.entry);
        Rules::new()
            .need(now >= unbonding.withdrawable_at, "staking::CooldownActive")
            .need(bond.pending == 0, "staking::PenaltyPending")
            .and(ledger.movable_if_any(Purse::StakeVault, to, amount))
            .verdict()?;
        ledger.transfer(Purse::StakeVault, to, amount);
        ledger.refund(&unbonding.rent_payer, UNBONDING_BYTES);
        let bond = self.bonds.get_mut(address).unwrap();
        bond.unbondings.remove(&index);
        bond.unbonding -= amount;
        if bond.unbondings.is_empty() {
            self.treasury_stake += std::mem::take(&mut bond.unbonding);
        }
        Ok(())
    }

    pub(super) fn close_bond(
        &mut self,
        ledger: &mut Ledger,
        address: &Address,
        now: i64,
    ) -> Verdict {
        let bond = &self.bonds[address];
        // Oracles may still ask for what held when this settlement period or the last one began.
        let period = |time: i64| time.div_euclid(i64::from(self.settle));
        let is_history = bond.amount.previous > 0 || bond.amount.earlier > 0;
        let is_settled = !is_history || period(now) - period(bond.amount.since) >= 2;
        Rules::new()
            .need(
                bond.amount.current == 0 && bond.unbonding == 0 && bond.unbondings.is_empty(),
                "staking::BondNotEmpty",
            )
            .need(bond.pending == 0, "staking::PenaltyPending")
            .need(is_settled, "staking::BondUnsettled")
            .verdict()?;
        ledger.refund(&bond.rent_payer, BOND_BYTES);
        self.bonds.remove(address);
        Ok(())
    }

    pub(super) fn open_target(
        &mut self,
        ledger: &mut Ledger,
        payer: &Address,
        operator: &Address,
    ) -> Verdict {
        Rules::new()
            .need(!self.targets.contains_key(operator), "system::AlreadyInUse")
            .verdict()?;
        ledger.pay_rent(payer, TARGET_BYTES);
        let target = Target {
            rent_payer: *payer,
            delegated: 0,
            unbonding: 0,
            losses: Losses::new(),
            pending: 0,
            roundings: 0,
        };
        self.targets.insert(*operator, target);
        Ok(())
    }

    pub(super) fn close_target(&mut self, ledger: &mut Ledger, operator: &Address) -> Verdict {
        let target = &self.targets[operator];
        let is_used = self.delegations.values().any(|other| other.operator == *operator);
        Rules::new()
            .need(!is_used, "staking::TargetNotEmpty")
            .need(target.pending == 0, "staking::PenaltyPending")
            .verdict()?;
        self.treasury_stake += target.delegated + target.unbonding;
        ledger.refund(&target.rent_payer, TARGET_BYTES);
        self.targets.remove(operator);
        Ok(())
    }

    pub(super) fn open_lock_period(
        &mut self,
        ledger: &mut Ledger,
        payer: &Address,
        period: u32,
        now: i64,
    ) -> Verdict {
        let current = self.period_at(now);
        let is_ahead = period > current && period - current <= u32::from(self.longest);
        Rules::new()
            .need(!self.locks.contains_key(&period), "system::AlreadyInUse")
            .need(is_ahead, "staking::InvalidLock")
            .verdict()?;
        ledger.pay_rent(payer, LOCK_PERIOD_BYTES);
        let lock = LockPeriod { rent_payer: *payer, marked: false, reached: None };
        self.locks.insert(period, lock);
        Ok(())
    }

    pub(super) fn reach_period(&mut self, period: u32, now: i64) -> Verdict {
        let current = self.period_at(now);
        let next = self
            .locks
            .iter()
            .find(|(end, lock)| {
                lock.marked && lock.reached.is_none() && **end > self.period && **end <= current
            })
            .map(|(end, _)| *end);
        Rules::new()
            .need(period <= current, "staking::PeriodNotBegun")
            .need(next == Some(period), "staking::PeriodOutOfOrder")
            .verdict()?;
        let locked = self.locked_to(period);
        self.locks.get_mut(&period).unwrap().reached = Some(locked);
        self.period = period;
        Ok(())
    }

    pub(super) fn close_lock_period(&mut self, ledger: &mut Ledger, period: u32) -> Verdict {
        Rules::new().need(self.waiting_for(period) == 0, "staking::LockPeriodInUse").verdict()?;
        let lock = self.locks.remove(&period).unwrap();
        ledger.refund(&lock.rent_payer, LOCK_PERIOD_BYTES);
        Ok(())
    }

    /// `given` is the lock period that the instruction names.
    #[expect(clippy::too_many_arguments, reason = "what the instruction has")]
    pub(super) fn delegate(
        &mut self,
        ledger: &mut Ledger,
        payer: &Address,
        id: &DelegationId,
        operator: &Address,
        amount: u64,
        lock_periods: u8,
        given: Option<u32>,
        now: i64,
    ) -> Verdict {
        let from = self.stake_of(&id.0);
        let end = self.period_at(now) + u32::from(lock_periods);
        let lock = (lock_periods > 0).then_some(end);
        Rules::new()
            .need(!self.delegations.contains_key(id), "system::AlreadyInUse")
            .need(self.targets[operator].pending == 0, "staking::PenaltyPending")
            .and(self.advance(now))
            .need(ledger.arriving(from, amount) > 0, "staking::ZeroAmount")
            .and(ledger.movable(from, Purse::StakeVault, amount))
            .need(lock_periods <= self.longest, "staking::InvalidLock")
            .need(lock.is_none() || lock == given, "staking::WrongLockPeriod")
            .verdict()?;
        self.sync(ledger, now);
        let amount = ledger.transfer(from, Purse::StakeVault, amount);
        ledger.pay_rent(payer, DELEGATION_BYTES);
        if let Some(end) = lock {
            self.locks.get_mut(&end).unwrap().marked = true;
        }
        let target = self.targets.get_mut(operator).unwrap();
        target.delegated += amount;
        let delegation = Delegation {
            operator: *operator,
            rent_payer: *payer,
            amount,
            owed: 0,
            growth: 0,
            entry: target.losses.entry(),
            lock_end: lock,
            unlock_period: lock.map_or(0, |end| end + 1),
            count: 0,
            unbondings: BTreeMap::new(),
        };
        self.delegations.insert(*id, delegation);
        Ok(())
    }

    pub(super) fn add_to_delegation(
        &mut self,
        ledger: &mut Ledger,
        from: &Address,
        id: &DelegationId,
        amount: u64,
        now: i64,
    ) -> Verdict {
        let from = self.stake_of(from);
        let operator = self.delegations[id].operator;
        Rules::new()
            .need(self.targets[&operator].pending == 0, "staking::PenaltyPending")
            .and(self.advance(now))
            .need(ledger.arriving(from, amount) > 0, "staking::ZeroAmount")
            .and(ledger.movable(from, Purse::StakeVault, amount))
            .verdict()?;
        self.sync(ledger, now);
        let amount = ledger.transfer(from, Purse::StakeVault, amount);
        self.settle(id);
        self.delegations.get_mut(id).unwrap().amount += amount;
        self.targets.get_mut(&operator).unwrap().delegated += amount;
        Ok(())
    }

    /// `given` is the new lock period that the instruction names, which is open.
    pub(super) fn extend_lock(
        &mut self,
        ledger: &Ledger,
        id: &DelegationId,
        lock_periods: u8,
        given: u32,
        now: i64,
    ) -> Verdict {
        let current = self.period_at(now);
        let end = current + u32::from(lock_periods);
        let old = self.live_lock(&self.delegations[id]);
        Rules::new()
            .and(self.advance(now))
            .need(lock_periods <= self.longest, "staking::InvalidLock")
            .need(end > old.unwrap_or(current), "staking::InvalidLock")
            .need(given == end, "staking::WrongLockPeriod")
            .verdict()?;
        self.sync(ledger, now);
        self.settle(id);
        self.locks.get_mut(&end).unwrap().marked = true;
        let delegation = self.delegations.get_mut(id).unwrap();
        delegation.lock_end = Some(end);
        delegation.unlock_period = end + 1;
        Ok(())
    }

    pub(super) fn settle_delegation(&mut self, id: &DelegationId) -> Verdict {
        self.settle(id);
        Ok(())
    }

    pub(super) fn claim_rewards(&mut self, ledger: &mut Ledger, id: &DelegationId) -> Verdict {
        let delegation = &self.delegations[id];
        let amount = delegation.owed + Self::earned(delegation);
        let was_locked = delegation.lock_end.is_some_and(|end| !self.is_live(end));
        if was_locked && Self::earned(delegation) > 0 {
            ledger.saw("rewards across the end of a lock");
        }
        let to = self.rewards_of(&id.0);
        Rules::new()
            .need(amount > 0, "staking::NothingToClaim")
            .and(ledger.movable(Purse::RewardVault, to, amount))
            .verdict()?;
        self.settle(id);
        self.delegations.get_mut(id).unwrap().owed = 0;
        ledger.transfer(Purse::RewardVault, to, amount);
        self.booked -= amount;
        self.paid += amount;
        Ok(())
    }

    pub(super) fn undelegate(
        &mut self,
        ledger: &mut Ledger,
        payer: &Address,
        id: &DelegationId,
        amount: u64,
        now: i64,
    ) -> Verdict {
        let delegation = &self.delegations[id];
        let operator = delegation.operator;
        let left = self.targets[&operator].losses.part(delegation.amount, &delegation.entry);
        Rules::new()
            .need(amount > 0, "staking::ZeroAmount")
            .and(self.advance(now))
            .need(self.period_at(now) >= delegation.unlock_period, "staking::StillLocked")
            .need(left >= amount, "staking::InsufficientDelegation")
            .verdict()?;
        self.sync(ledger, now);
        self.settle(id);
        ledger.pay_rent(payer, UNBONDING_BYTES);
        let withdrawable_at = now + i64::from(self.terms.at(now).cooldown_seconds);
        let target = self.targets.get_mut(&operator).unwrap();
        target.delegated -= amount;
        target.unbonding += amount;
        let entry = target.losses.entry();
        let delegation = self.delegations.get_mut(id).unwrap();
        delegation.amount -= amount;
        let unbonding = Unbonding { rent_payer: *payer, amount, withdrawable_at, entry };
        delegation.unbondings.insert(delegation.count, unbonding);
        delegation.count += 1;
        Ok(())
    }

    pub(super) fn withdraw_delegation(
        &mut self,
        ledger: &mut Ledger,
        id: &DelegationId,
        index: u64,
        now: i64,
    ) -> Verdict {
        let delegation = &self.delegations[id];
        let unbonding = delegation.unbondings[&index].clone();
        let target = &self.targets[&delegation.operator];
        let amount = target.losses.part(unbonding.amount, &unbonding.entry);
        if amount < unbonding.amount {
            ledger.saw("penalty from what leaves a delegation");
        }
        let to = self.stake_of(&id.0);
        Rules::new()
            .need(now >= unbonding.withdrawable_at, "staking::CooldownActive")
            .need(target.pending == 0, "staking::PenaltyPending")
            .and(ledger.movable_if_any(Purse::StakeVault, to, amount))
            .verdict()?;
        ledger.transfer(Purse::StakeVault, to, amount);
        ledger.refund(&unbonding.rent_payer, UNBONDING_BYTES);
        let operator = delegation.operator;
        self.delegations.get_mut(id).unwrap().unbondings.remove(&index);
        let target = self.targets.get_mut(&operator).unwrap();
        target.unbonding -= amount;
        if amount < unbonding.amount {
            target.roundings += 1;
        }
        Ok(())
    }

    pub(super) fn close_delegation(&mut self, ledger: &mut Ledger, id: &DelegationId) -> Verdict {
        let delegation = &self.delegations[id];
        let target = &self.targets[&delegation.operator];
        let left = target.losses.part(delegation.amount, &delegation.entry);
        let owed = delegation.owed + Self::earned(delegation);
        Rules::new()
            .need(
                left == 0 && owed == 0 && delegation.unbondings.is_empty(),
                "staking::DelegationNotEmpty",
            )
            .verdict()?;
        self.settle(id);
        let delegation = self.delegations.remove(id).unwrap();
        ledger.refund(&delegation.rent_payer, DELEGATION_BYTES);
        Ok(())
    }

    pub(super) fn sync_rewards(&mut self, ledger: &Ledger, now: i64) -> Verdict {
        let fresh = ledger.amount(Purse::RewardVault) - self.booked;
        Rules::new().and(self.advance(now)).need(fresh > 0, "staking::NothingToSync").verdict()?;
        self.sync(ledger, now);
        Ok(())
    }

    pub(super) fn pay_treasury(&mut self, ledger: &mut Ledger, now: i64) -> Verdict {
        let treasury = self.terms.at(now).treasury;
        let (stake, rewards) = (self.treasury_stake, self.treasury_rewards);
        let (to_stake, to_rewards) = (self.stake_of(&treasury), self.rewards_of(&treasury));
        Rules::new()
            .need(stake > 0 || rewards > 0, "staking::NothingToPay")
            .and(ledger.movable_if_any(Purse::StakeVault, to_stake, stake))
            .and(ledger.movable_if_any(Purse::RewardVault, to_rewards, rewards))
            .verdict()?;
        ledger.transfer(Purse::StakeVault, to_stake, stake);
        ledger.transfer(Purse::RewardVault, to_rewards, rewards);
        self.booked -= rewards;
        (self.treasury_stake, self.treasury_rewards) = (0, 0);
        Ok(())
    }

    pub(super) fn register(
        &mut self,
        ledger: &mut Ledger,
        payer: &Address,
        proposal: &Proposal,
        now: i64,
    ) -> Verdict {
        let terms = self.terms.at(now).clone();
        let expires = proposal.finalized_at + i64::from(terms.penalty_expiry_seconds);
        Rules::new()
            .need(!self.epochs.contains_key(&proposal.epoch), "system::AlreadyInUse")
            .need(proposal.status == Status::Finalized, "staking::ProposalNotFinalized")
            .need(proposal.computed.content.penalties_sum > 0, "staking::NoPenalties")
            .need(
                proposal.epoch >= self.first_epoch && proposal.finalized_at >= self.created_at,
                "staking::PenaltiesClosed",
            )
            .need(now <= expires, "staking::PenaltiesExpired")
            .verdict()?;
        ledger.pay_rent(payer, PENALTY_EPOCH_BYTES);
        let epoch = PenaltyEpoch {
            rent_payer: *payer,
            proposal: proposal.clone(),
            expires,
            cap: share(self.totals().iter().sum(), terms.penalty_cap_bps),
            executed: 0,
            penalties: BTreeMap::new(),
        };
        self.epochs.insert(proposal.epoch, epoch);
        Ok(())
    }

    /// `is_proof` says whether what is shown leads to the epoch's root.
    #[expect(clippy::too_many_arguments, reason = "what the instruction has")]
    pub(super) fn announce(
        &mut self,
        ledger: &mut Ledger,
        payer: &Address,
        epoch: u64,
        index: u32,
        leaf: &PenaltyLeaf,
        is_proof: bool,
        now: i64,
    ) -> Verdict {
        let window = i64::from(self.terms.at(now).appeal_window_seconds);
        let address = Address::new_from_array(leaf.target);
        let penalties = self.epochs.get_mut(&epoch).unwrap();
        Rules::new()
            .need(!penalties.penalties.contains_key(&index), "system::AlreadyInUse")
            .need(now <= penalties.expires, "staking::PenaltiesExpired")
            .need(is_proof, "staking::InvalidProof")
            .verdict()?;
        let bond = self.bonds.get_mut(&address).unwrap();
        bond.pending += 1;
        let target = self.targets.get_mut(&bond.owner).filter(|_| bond.role == 0);
        let counted = target.is_some();
        if let Some(target) = target {
            target.pending += 1;
        }
        ledger.pay_rent(payer, PENALTY_BYTES);
        let penalty = Penalty {
            leaf: *leaf,
            owner: bond.owner,
            rent_payer: *payer,
            executable_at: now + window,
            decision: Decision::Announced,
            counted,
            taken: 0,
            due: 0,
        };
        penalties.penalties.insert(index, penalty);
        Ok(())
    }

    fn penalty(&mut self, epoch: u64, index: u32) -> &mut Penalty {
        self.epochs.get_mut(&epoch).unwrap().penalties.get_mut(&index).unwrap()
    }

    /// The penalty does not wait any more.
    fn decide(&mut self, epoch: u64, index: u32, decision: Decision) {
        let penalty = self.penalty(epoch, index);
        penalty.decision = decision;
        let (address, counted) = (Address::new_from_array(penalty.leaf.target), penalty.counted);
        let bond = self.bonds.get_mut(&address).unwrap();
        bond.pending -= 1;
        if counted {
            self.targets.get_mut(&bond.owner).unwrap().pending -= 1;
        }
    }

    pub(super) fn veto(
        &mut self,
        network: &Network,
        signer: &Address,
        epoch: u64,
        index: u32,
        now: i64,
    ) -> Verdict {
        let penalty = self.penalty(epoch, index);
        Rules::new()
            .need(
                *signer == network.authority || *signer == network.guardian,
                "staking::NotGuardian",
            )
            .need(penalty.decision == Decision::Announced, "staking::PenaltyDecided")
            .need(now < penalty.executable_at, "staking::AppealWindowOver")
            .verdict()?;
        self.decide(epoch, index, Decision::Vetoed);
        Ok(())
    }

    pub(super) fn execute(
        &mut self,
        ledger: &mut Ledger,
        epoch: u64,
        index: u32,
        now: i64,
    ) -> Verdict {
        let terms = self.terms.at(now).clone();
        let room = {
            let penalties = &self.epochs[&epoch];
            penalties.cap - penalties.executed
        };
        let penalty = self.penalty(epoch, index).clone();
        Rules::new()
            .need(penalty.decision == Decision::Announced, "staking::PenaltyDecided")
            .need(now >= penalty.executable_at, "staking::AppealWindowOpen")
            .verdict()?;
        self.decide(epoch, index, Decision::Executed);
        let address = Address::new_from_array(penalty.leaf.target);
        let wanted = penalty.leaf.amount.min(room);
        // The bond first, then what leaves it, then those who delegated to its owner.
        let bonded = self.bonds[&address].amount.current;
        let from_bond = wanted.min(bonded);
        if from_bond > 0 {
            self.set_bond(&address, bonded - from_bond, now);
        }
        let bond = self.bonds.get_mut(&address).unwrap();
        let from_unbonding = (wanted - from_bond).min(bond.unbonding);
        bond.losses.lose(bond.unbonding, from_unbonding);
        bond.unbonding -= from_unbonding;
        let mut from_delegators = 0;
        if let Some(target) = self.targets.get_mut(&bond.owner).filter(|_| bond.role == 0) {
            let total = target.delegated + target.unbonding;
            from_delegators = (wanted - from_bond - from_unbonding).min(total);
            if from_delegators > 0 {
                let left = total - from_delegators;
                target.losses.lose(total, from_delegators);
                // Proportional, to the unit.
                let delegated = u128::from(target.delegated) * u128::from(left) / u128::from(total);
                target.delegated = u64::try_from(delegated).unwrap();
                target.unbonding = left - target.delegated;
                target.roundings += 1;
            }
        }
        let taken = from_bond + from_unbonding + from_delegators;
        if from_bond > 0 {
            ledger.saw("penalty from a bond");
        }
        if from_unbonding > 0 {
            ledger.saw("penalty from what leaves a bond");
        }
        if from_delegators > 0 {
            ledger.saw("penalty from delegators");
        }
        if wanted < penalty.leaf.amount {
            ledger.saw("penalty beyond the cap");
        }
        let burned = share(taken, terms.burn_bps);
        let has_challenger = penalty.leaf.challenger != [0; 32];
        let due = if has_challenger { share(taken, terms.challenger_bps) } else { 0 };
        ledger.burn(Purse::StakeVault, burned);
        self.treasury_stake += taken - burned - due;
        self.challengers += due;
        self.epochs.get_mut(&epoch).unwrap().executed += taken;
        let penalty = self.penalty(epoch, index);
        penalty.taken = taken;
        penalty.due = due;
        Ok(())
    }

    pub(super) fn pay_challenger(
        &mut self,
        ledger: &mut Ledger,
        epoch: u64,
        index: u32,
    ) -> Verdict {
        let penalty = self.penalty(epoch, index).clone();
        let to = self.stake_of(&Address::new_from_array(penalty.leaf.challenger));
        let mut rules = Rules::new();
        rules.need(penalty.due > 0, "staking::NothingToPay");
        rules.and(ledger.movable_if_any(Purse::StakeVault, to, penalty.due)).verdict()?;
        ledger.transfer(Purse::StakeVault, to, penalty.due);
        self.challengers -= penalty.due;
        self.penalty(epoch, index).due = 0;
        Ok(())
    }

    pub(super) fn close_penalty(
        &mut self,
        ledger: &mut Ledger,
        epoch: u64,
        index: u32,
        now: i64,
    ) -> Verdict {
        let expires = self.epochs[&epoch].expires;
        let penalty = self.penalty(epoch, index);
        Rules::new()
            .need(now > expires, "staking::PenaltiesOpen")
            .need(penalty.decision != Decision::Announced, "staking::PenaltyPending")
            .need(penalty.due == 0, "staking::ChallengerUnpaid")
            .verdict()?;
        ledger.refund(&penalty.rent_payer, PENALTY_BYTES);
        self.epochs.get_mut(&epoch).unwrap().penalties.remove(&index);
        Ok(())
    }

    pub(super) fn close_penalty_epoch(
        &mut self,
        ledger: &mut Ledger,
        epoch: u64,
        now: i64,
    ) -> Verdict {
        let penalties = &self.epochs[&epoch];
        Rules::new()
            .need(
                now > penalties.expires && penalties.penalties.is_empty(),
                "staking::PenaltiesOpen",
            )
            .verdict()?;
        ledger.refund(&penalties.rent_payer, PENALTY_EPOCH_BYTES);
        self.epochs.remove(&epoch);
        self.first_epoch = self.first_epoch.max(epoch + 1);
        Ok(())
    }

    pub(super) fn close(
        &mut self,
        network: &Network,
        ledger: &mut Ledger,
        signer: &Address,
        now: i64,
    ) -> Verdict {
        let treasury = self.terms.at(now).treasury;
        let is_used = !(self.bonds.is_empty()
            && self.targets.is_empty()
            && self.locks.is_empty()
            && self.epochs.is_empty());
        Rules::new()
            .need(*signer == network.authority, "staking::NotAuthority")
            .need(!is_used, "staking::StakePoolInUse")
            .and(ledger.closable(Purse::StakeVault))
            .and(ledger.closable(Purse::RewardVault))
            .verdict()?;
        let moves = [
            (Purse::StakeVault, self.stake_of(&treasury), self.mint),
            (Purse::RewardVault, self.rewards_of(&treasury), self.reward_mint),
        ];
        for (from, to, mint) in moves {
            ledger.transfer(from, to, ledger.amount(from));
            ledger.close(from);
            ledger.refund(&self.rent_payer, ledger.token_bytes(mint));
        }
        ledger.refund(&self.rent_payer, STAKE_POOL_BYTES);
        self.closed = true;
        Ok(())
    }
}
