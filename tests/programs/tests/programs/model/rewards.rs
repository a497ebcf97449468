//! The rules of a reward pool: roots, claims, and what the others are paid.

use super::{
    credits::Market,
    emission::Emission,
    ledger::{Ledger, Purse},
    rules::{Rules, Verdict},
};
use cairn_protocol::{
    emission::Step,
    merkle::{PenaltyLeaf, SumTree},
    proposal::ProposalContent,
};
use cairn_sdk::account::{Limit, PayeeShare, PoolTerms, Splits};
use solana_address::Address;
use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

/// All of something in basis points.
const ALL: u128 = 10_000;
/// Bytes of the accounts, the discriminator included.
pub(super) const PROPOSAL_BYTES: u64 = 8 + 368;
pub(super) const CHALLENGE_BYTES: u64 = 8 + 192;
pub(super) const CLAIMANT_BYTES: u64 = 8 + 224 + 4;
pub(super) const PAYEE_BYTES: u64 = 72;
pub(super) const ORACLE_SET_BYTES: u64 = 8 + 1_472;
pub(super) const POOL_BYTES: u64 = 8 + 3_840;

/// ⌊amount × bps / 10,000⌋.
pub(super) fn share(amount: u64, bps: u16) -> u64 {
    u64::try_from(u128::from(amount) * u128::from(bps) / ALL).unwrap()
}

/// What all instructions need of the network.
#[derive(Debug, Clone)]
pub(super) struct Network {
    pub(super) authority: Address,
    pub(super) guardian: Address,
    pub(super) paused: bool,
    pub(super) delay: i64,
    pub(super) settle: i64,
}

/// A value that changes with a delay.
#[derive(Debug, Clone)]
pub(super) struct Delayed<T> {
    pub(super) now: T,
    pub(super) next: Option<(T, i64)>,
}

impl<T: Clone> Delayed<T> {
    pub(super) fn new(value: T) -> Self {
        Self { now: value, next: None }
    }

    /// The value in force at `time`.
    pub(super) fn at(&self, time: i64) -> &T {
        match &self.next {
            Some((next, at)) if time >= *at => next,
            _ => &self.now,
        }
    }

    /// Replaces it from `at` on.
    pub(super) fn propose(&mut self, value: T, now: i64, at: i64) {
        self.now = self.at(now).clone();
        self.next = Some((value, at));
    }
}

/// What an oracle computed.
#[derive(Debug)]
pub(super) struct Computed {
    pub(super) content: ProposalContent,
    pub(super) operators: Vec<(Address, u64)>,
    pub(super) tree: SumTree,
    pub(super) usage: Vec<(Address, u64)>,
    pub(super) usage_tree: Option<SumTree>,
    pub(super) penalties: Vec<PenaltyLeaf>,
    pub(super) penalties_tree: Option<SumTree>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Open,
    Finalized,
    Rejected,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Upheld,
    Dismissed,
    Expired,
}

#[derive(Debug, Clone)]
pub(super) struct Challenge {
    pub(super) challenger: Address,
    pub(super) bond: u64,
    pub(super) at: i64,
    pub(super) expires: i64,
    pub(super) upholding: BTreeSet<Address>,
    pub(super) dismissing: BTreeSet<Address>,
    pub(super) generation: u32,
    pub(super) outcome: Option<Outcome>,
}

#[derive(Debug, Clone)]
pub(super) struct Proposal {
    pub(super) epoch: u64,
    pub(super) computed: Rc<Computed>,
    pub(super) proposer: Address,
    pub(super) bond: u64,
    pub(super) proposed_at: i64,
    /// When the threshold was reached, and when it may be finalized.
    pub(super) quorum: Option<(i64, i64)>,
    pub(super) finalized_at: i64,
    pub(super) attested: BTreeSet<Address>,
    pub(super) rejected: BTreeSet<Address>,
    pub(super) generation: u32,
    pub(super) status: Status,
    pub(super) was_challenged: bool,
    /// The challenge's account while it is open.
    pub(super) challenge: Option<Challenge>,
}

impl Proposal {
    /// What was said before the oracles changed is void.
    fn adopt(&mut self, generation: u32) {
        if self.generation != generation {
            self.generation = generation;
            self.attested.clear();
            self.rejected.clear();
            self.quorum = None;
        }
    }

    fn is_being_judged(&self) -> bool {
        self.challenge.as_ref().is_some_and(|challenge| challenge.outcome.is_none())
    }
}

#[derive(Debug, Clone)]
pub(super) struct Claimant {
    pub(super) rent_payer: Address,
    pub(super) claimed: u64,
    pub(super) window: (u64, i64),
    pub(super) payees: Vec<PayeeShare>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) oracle: Address,
    pub(super) active: bool,
    pub(super) earned: u64,
}

#[derive(Debug, Clone)]
pub(super) struct OracleChange {
    pub(super) add: Option<Address>,
    pub(super) remove: Option<Address>,
    pub(super) threshold: u8,
    pub(super) at: i64,
}

#[derive(Debug, Clone)]
pub(super) struct OracleSet {
    pub(super) rent_payer: Address,
    pub(super) places: Vec<Place>,
    pub(super) threshold: u8,
    pub(super) generation: u32,
    pub(super) pending: Option<OracleChange>,
}

impl OracleSet {
    pub(super) fn active(&self) -> impl Iterator<Item = Address> {
        self.places.iter().filter(|place| place.active).map(|place| place.oracle)
    }

    pub(super) fn has(&self, oracle: &Address) -> bool {
        self.active().any(|active| active == *oracle)
    }

    fn is_quorum(&self, oracles: &BTreeSet<Address>) -> bool {
        oracles.iter().filter(|oracle| self.has(oracle)).count() >= usize::from(self.threshold)
    }
}

/// The active root.
#[derive(Debug, Clone)]
pub(super) struct Root {
    pub(super) epoch: u64,
    pub(super) computed: Rc<Computed>,
}

/// What a root promises.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) delegators: u64,
    pub(super) oracles: u64,
    pub(super) treasury: u64,
}

impl Parts {
    pub(super) fn total(&self) -> u64 {
        self.delegators + self.oracles + self.treasury
    }
}

/// A pool.
#[derive(Debug)]
pub(super) struct Pool {
    pub(super) id: usize,
    pub(super) rent_payer: Address,
    pub(super) mints: bool,
    pub(super) genesis: i64,
    pub(super) epoch_seconds: i64,
    pub(super) emission: Emission,
    pub(super) splits: Splits,
    pub(super) next_splits: Option<(Splits, u64)>,
    pub(super) terms: Delayed<PoolTerms>,
    pub(super) root: Option<Root>,
    pub(super) oracle_set: Option<OracleSet>,
    pub(super) proposals: BTreeMap<Address, Proposal>,
    pub(super) claimants: BTreeMap<Address, Claimant>,
    pub(super) claimed: u64,
    pub(super) window: (u64, i64),
    /// What the others were promised and paid.
    pub(super) promised: Parts,
    pub(super) paid: Parts,
    /// What was ever put into the vault.
    pub(super) funded: u64,
    pub(super) close_at: Option<i64>,
    pub(super) closed: bool,
    /// Burned tokens and how many of them may be minted again, per epoch.
    pub(super) burns: BTreeMap<u64, (u64, u64)>,
    /// The same of epochs that the pool does not tell apart any more, and the last of them.
    pub(super) old_burns: (u64, u64),
    /// Burned tokens of each epoch that may be minted again, none forgotten.
    pub(super) reminted: BTreeMap<u64, u64>,
    pub(super) market: Option<Market>,
    /// The most that each operator was ever promised by a root that became active.
    pub(super) best: BTreeMap<Address, u64>,
}

impl Pool {
    pub(super) fn vault(&self) -> Purse {
        Purse::Vault(self.id)
    }

    pub(super) fn bond_vault(&self) -> Purse {
        Purse::BondVault(self.id)
    }

    pub(super) fn wallet(&self, wallet: &Address) -> Purse {
        Purse::Wallet(self.id, *wallet)
    }

    pub(super) fn epoch_at(&self, now: i64) -> u64 {
        u64::try_from((now - self.genesis).max(0) / self.epoch_seconds).unwrap()
    }

    pub(super) fn epoch_start(&self, epoch: u64) -> i64 {
        self.genesis + i64::try_from(epoch).unwrap() * self.epoch_seconds
    }

    pub(super) fn is_closing(&self, now: i64) -> bool {
        self.close_at.is_some_and(|at| now >= at)
    }

    pub(super) fn root_sum(&self) -> u64 {
        self.root.as_ref().map_or(0, |root| root.computed.content.root_sum)
    }

    pub(super) fn usage_sum(&self) -> u64 {
        self.root.as_ref().map_or(0, |root| root.computed.content.usage_sum)
    }

    fn is_settled(&self, now: i64) -> bool {
        self.is_closing(now) && self.claimed == self.root_sum()
    }

    pub(super) fn paid_out(&self) -> u64 {
        self.claimed + self.paid.total()
    }

    fn is_past(&self, epoch: u64) -> bool {
        self.root.as_ref().is_some_and(|root| epoch <= root.epoch)
    }

    /// Tokens that may be minted again because they were burned up to `epoch`.
    fn remint(&self, epoch: u64) -> u64 {
        if !self.mints {
            return 0;
        }
        let old = if epoch >= self.old_burns.1 { self.old_burns.0 } else { 0 };
        old + self.burns.range(..=epoch).map(|(_, (_, remint))| remint).sum::<u64>()
    }

    /// Tokens that may be promised up to `epoch`.
    pub(super) fn allowed(&mut self, epoch: u64) -> u64 {
        self.emission.through(epoch) + self.remint(epoch)
    }

    /// Tokens that were emitted up to `epoch`, or burned before and may be minted again.
    pub(super) fn emitted(&mut self, epoch: u64) -> u64 {
        let burned: u64 = self.reminted.range(..=epoch).map(|(_, remint)| remint).sum();
        self.emission.through(epoch) + if self.mints { burned } else { 0 }
    }

    /// What the others get with `operators` more tokens for operators by the root of `epoch`: in
    /// proportion to what the emission since the last root means for each.
    fn parts(&mut self, operators: u64, epoch: u64) -> Parts {
        let first = self.root.as_ref().map_or(0, |root| root.epoch + 1);
        let last_before = first.checked_sub(1);
        let bps = |splits: &Splits| {
            [splits.operators, splits.delegators, splits.oracles, splits.treasury].map(u128::from)
        };
        let mut weights = bps(&self.splits);
        if let Some((next, from)) = self.next_splits.clone()
            && epoch >= from
        {
            weights = bps(&next);
            if from > first && next != self.splits {
                let before = last_before.map_or(0, |epoch| self.allowed(epoch));
                let turn = self.allowed(from - 1);
                let all = self.allowed(epoch);
                let (old, new) = (turn.saturating_sub(before), all.saturating_sub(turn));
                for (weight, was) in weights.iter_mut().zip(bps(&self.splits)) {
                    *weight = *weight * u128::from(new) + was * u128::from(old);
                }
            }
        }
        let [whole, delegators, oracles, treasury] = weights;
        let part = |weight: u128| {
            let tokens = (u128::from(operators) * weight).checked_div(whole).unwrap_or(0);
            u64::try_from(tokens).unwrap()
        };
        Parts { delegators: part(delegators), oracles: part(oracles), treasury: part(treasury) }
    }

    /// Whether `computed` may be the root of `epoch`, and what it promises.
    fn judge(
        &mut self,
        computed: &Computed,
        epoch: u64,
        ledger: &Ledger,
    ) -> Result<Parts, Vec<&'static str>> {
        let ProposalContent { root_sum, usage_sum, .. } = computed.content;
        let mut rules = Rules::new();
        rules
            .need(!self.is_past(epoch), "rewards::EpochFinalized")
            .need(root_sum >= self.root_sum(), "rewards::SumBelowActive")
            .need(usage_sum >= self.usage_sum(), "rewards::UsageBelowActive");
        rules.verdict()?;
        let parts = self.parts(root_sum - self.root_sum(), epoch);
        let promised = root_sum + self.promised.total() + parts.total();
        let funds = ledger.amount(self.vault()) + self.paid_out();
        rules
            .need(promised <= self.allowed(epoch), "rewards::SumAboveEmission")
            .need(self.mints || promised <= funds, "rewards::SumAboveFunding");
        rules.verdict()?;
        Ok(parts)
    }

    /// The authority may change something from `epoch` on.
    fn is_future(&self, network: &Network, epoch: u64, now: i64) -> bool {
        epoch > self.epoch_at(now) && self.epoch_start(epoch) >= now + network.delay
    }

    pub(super) fn change_emission(
        &mut self,
        network: &Network,
        signer: &Address,
        from: u64,
        steps: &[Step],
        now: i64,
    ) -> Verdict {
        let root = self.root.as_ref().map(|root| root.epoch);
        let changed = self.emission.changed(from, steps, root);
        Rules::new()
            .need(*signer == network.authority, "rewards::NotAuthority")
            .need(self.is_future(network, from, now), "rewards::TooSoon")
            .need(changed.is_some(), "rewards::InvalidEmission")
            .verdict()?;
        self.emission = changed.unwrap();
        Ok(())
    }

    pub(super) fn propose_splits(
        &mut self,
        network: &Network,
        signer: &Address,
        splits: &Splits,
        from: u64,
        now: i64,
    ) -> Verdict {
        let Splits { operators, delegators, oracles, treasury } = *splits;
        let sum: u32 = [operators, delegators, oracles, treasury].map(u32::from).iter().sum();
        // Whoever still needs the division before must be done with it.
        let is_free = self.next_splits.as_ref().is_none_or(|(_, pending)| {
            self.root.as_ref().is_some_and(|root| root.epoch + 1 >= *pending)
                && self.epoch_at(now) >= *pending
        });
        Rules::new()
            .need(*signer == network.authority, "rewards::NotAuthority")
            .need(operators > 0 && sum == 10_000, "rewards::InvalidSplits")
            .need(self.is_future(network, from, now), "rewards::TooSoon")
            .need(is_free, "rewards::UpdatePending")
            .verdict()?;
        if let Some((splits, _)) = self.next_splits.take() {
            self.splits = splits;
        }
        self.next_splits = Some((splits.clone(), from));
        Ok(())
    }

    pub(super) fn cancel_splits(
        &mut self,
        network: &Network,
        signer: &Address,
        now: i64,
    ) -> Verdict {
        let epoch = self.epoch_at(now);
        let is_pending = self.next_splits.as_ref().is_some_and(|(_, from)| epoch < *from);
        Rules::new()
            .need(*signer == network.authority, "rewards::NotAuthority")
            .need(is_pending, "rewards::NoUpdatePending")
            .verdict()?;
        self.next_splits = None;
        Ok(())
    }

    pub(super) fn propose_pool_update(
        &mut self,
        network: &Network,
        signer: &Address,
        terms: &PoolTerms,
        now: i64,
    ) -> Verdict {
        let is_free = self.terms.next.as_ref().is_none_or(|(_, at)| now >= at + 2 * network.settle);
        let limit = |limit: &Limit| {
            let is_on = limit.max_amount > 0 || limit.max_bps > 0;
            limit.max_bps <= 10_000 && (!is_on || limit.window_seconds > 0)
        };
        let is_valid = limit(&terms.breaker)
            && limit(&terms.operator_cap)
            && terms.operator_cap.max_bps == 0
            && terms.challenge_burn_bps <= 10_000
            && (terms.challenge_bond == 0 || terms.resolution_window_seconds > 0);
        Rules::new()
            .need(*signer == network.authority, "rewards::NotAuthority")
            .need(is_valid, "rewards::InvalidTerms")
            .need(is_free, "rewards::UpdatePending")
            .verdict()?;
        self.terms.propose(terms.clone(), now, now + network.delay);
        Ok(())
    }

    pub(super) fn cancel_pool_update(
        &mut self,
        network: &Network,
        signer: &Address,
        now: i64,
    ) -> Verdict {
        let is_pending = self.terms.next.as_ref().is_some_and(|(_, at)| now < *at);
        Rules::new()
            .need(*signer == network.authority, "rewards::NotAuthority")
            .need(is_pending, "rewards::NoUpdatePending")
            .verdict()?;
        self.terms.next = None;
        Ok(())
    }

    pub(super) fn propose_oracle_change(
        &mut self,
        network: &Network,
        signer: &Address,
        change: &OracleChange,
        now: i64,
    ) -> Verdict {
        let has_root = self.root.is_some();
        let set = self.oracle_set.as_mut().expect("the pool has oracles");
        let OracleChange { add, remove, threshold, .. } = *change;
        let count = set.active().count() + usize::from(add.is_some());
        let count = count.saturating_sub(usize::from(remove.is_some()));
        let is_valid = add.is_none_or(|key| !set.has(&key))
            && remove.is_none_or(|key| set.has(&key))
            && (add.is_some() || remove.is_some() || threshold != set.threshold)
            && (1..=32).contains(&count)
            && usize::from(threshold) <= count
            && usize::from(threshold) * 2 > count;
        Rules::new()
            .need(*signer == network.authority, "rewards::NotAuthority")
            .need(set.pending.is_none(), "rewards::UpdatePending")
            .need(is_valid, "rewards::InvalidOracleSet")
            .verdict()?;
        let at = if has_root { now + network.delay } else { now };
        set.pending = Some(OracleChange { at, ..change.clone() });
        Ok(())
    }

    pub(super) fn cancel_oracle_change(&mut self, network: &Network, signer: &Address) -> Verdict {
        let set = self.oracle_set.as_mut().expect("the pool has oracles");
        Rules::new()
            .need(*signer == network.authority, "rewards::NotAuthority")
            .need(set.pending.is_some(), "rewards::NoUpdatePending")
            .verdict()?;
        set.pending = None;
        Ok(())
    }

    pub(super) fn apply_oracle_change(&mut self, now: i64) -> Verdict {
        let set = self.oracle_set.as_mut().expect("the pool has oracles");
        let Some(change) = set.pending.clone() else {
            return Err(vec!["rewards::NoUpdatePending"]);
        };
        let mut places = set.places.clone();
        if let Some(gone) = change.remove {
            places.iter_mut().find(|place| place.active && place.oracle == gone).unwrap().active =
                false;
        }
        let mut fits = true;
        if let Some(oracle) = change.add {
            let place = Place { oracle, active: true, earned: 0 };
            let own = places.iter().position(|place| place.oracle == oracle);
            let free = places.iter().position(|place| !place.active && place.earned == 0);
            // A place that was never used is free as well.
            if let Some(own) = own {
                places[own].active = true;
            } else if let Some(free) = free {
                places[free] = place;
            } else if places.len() < 32 {
                places.push(place);
            } else {
                fits = false;
            }
        }
        Rules::new()
            .need(now >= change.at, "rewards::TooSoon")
            .need(fits, "rewards::OracleSlotsFull")
            .verdict()?;
        set.places = places;
        set.threshold = change.threshold;
        set.generation += 1;
        set.pending = None;
        Ok(())
    }

    fn set(&self) -> &OracleSet {
        self.oracle_set.as_ref().expect("the pool has oracles")
    }

    #[expect(clippy::too_many_arguments, reason = "what the instruction has")]
    pub(super) fn propose(
        &mut self,
        network: &Network,
        ledger: &mut Ledger,
        oracle: &Address,
        address: &Address,
        epoch: u64,
        computed: &Rc<Computed>,
        with_bond: bool,
        now: i64,
    ) -> Verdict {
        let content = &computed.content;
        let terms = self.terms.at(now).clone();
        let bond = terms.proposal_bond;
        let is_pair = |root: &[u8; 32], sum: u64| (*root == [0; 32]) == (sum == 0);
        let mut rules = Rules::new();
        rules
            .need(!self.proposals.contains_key(address), "system::AlreadyInUse")
            .need(self.set().has(oracle), "rewards::NotOracle")
            .need(!network.paused, "rewards::NetworkPaused")
            .need(!self.is_closing(now), "rewards::PoolClosing")
            .need(content.leaf_count > 0 && content.root_sum > 0, "rewards::EmptyRoot")
            .need(
                is_pair(&content.penalties_root, content.penalties_sum)
                    && is_pair(&content.usage_root, content.usage_sum),
                "rewards::InconsistentContent",
            )
            .need(now >= self.epoch_start(epoch + 1), "rewards::EpochNotEnded")
            .and(self.judge(computed, epoch, ledger).map(|_| ()));
        if bond > 0 {
            rules.need(with_bond, "rewards::MissingAccount");
            rules.and(ledger.movable(self.wallet(oracle), self.bond_vault(), bond));
        }
        rules.verdict()?;
        // What arrives is the bond.
        let bond = ledger.transfer(self.wallet(oracle), self.bond_vault(), bond);
        ledger.pay_rent(oracle, PROPOSAL_BYTES);
        let attested = BTreeSet::from([*oracle]);
        let quorum = self
            .set()
            .is_quorum(&attested)
            .then(|| (now, now + i64::from(terms.challenge_window_seconds)));
        let proposal = Proposal {
            epoch,
            computed: computed.clone(),
            proposer: *oracle,
            bond,
            proposed_at: now,
            quorum,
            finalized_at: 0,
            attested,
            rejected: BTreeSet::new(),
            generation: self.set().generation,
            status: Status::Open,
            was_challenged: false,
            challenge: None,
        };
        self.proposals.insert(*address, proposal);
        Ok(())
    }

    fn open(&self, proposal: &Proposal) -> Verdict {
        Rules::new()
            .need(proposal.status != Status::Rejected, "rewards::ProposalRejected")
            .need(proposal.status != Status::Finalized, "rewards::ProposalFinalized")
            .verdict()
    }

    pub(super) fn attest(&mut self, oracle: &Address, address: &Address, now: i64) -> Verdict {
        let set = self.oracle_set.clone().expect("the pool has oracles");
        let window = i64::from(self.terms.at(now).challenge_window_seconds);
        let proposal = &self.proposals[address];
        let said = proposal.generation == set.generation && proposal.attested.contains(oracle);
        Rules::new()
            .need(set.has(oracle), "rewards::NotOracle")
            .and(self.open(proposal))
            .need(!self.is_past(proposal.epoch), "rewards::EpochFinalized")
            .need(!said, "rewards::AlreadyAttested")
            .verdict()?;
        let proposal = self.proposals.get_mut(address).unwrap();
        proposal.adopt(set.generation);
        proposal.attested.insert(*oracle);
        if proposal.quorum.is_none() && set.is_quorum(&proposal.attested) {
            proposal.quorum = Some((now, now + window));
        }
        Ok(())
    }

    pub(super) fn reject_proposal(&mut self, oracle: &Address, address: &Address) -> Verdict {
        let set = self.oracle_set.clone().expect("the pool has oracles");
        let proposal = &self.proposals[address];
        let said = proposal.generation == set.generation && proposal.rejected.contains(oracle);
        Rules::new()
            .need(set.has(oracle), "rewards::NotOracle")
            .and(self.open(proposal))
            .need(!said, "rewards::AlreadyRejected")
            .verdict()?;
        let proposal = self.proposals.get_mut(address).unwrap();
        proposal.adopt(set.generation);
        proposal.rejected.insert(*oracle);
        if set.is_quorum(&proposal.rejected) {
            proposal.status = Status::Rejected;
        }
        Ok(())
    }

    pub(super) fn challenge(
        &mut self,
        ledger: &mut Ledger,
        challenger: &Address,
        address: &Address,
        now: i64,
    ) -> Verdict {
        let terms = self.terms.at(now).clone();
        let proposal = &self.proposals[address];
        let bond = terms.challenge_bond;
        let in_window = proposal.quorum.is_some_and(|(_, end)| now < end);
        Rules::new()
            .need(proposal.challenge.is_none(), "system::AlreadyInUse")
            .and(self.open(proposal))
            .need(!self.is_closing(now), "rewards::PoolClosing")
            .need(!self.is_past(proposal.epoch), "rewards::EpochFinalized")
            .need(!proposal.was_challenged, "rewards::AlreadyChallenged")
            .need(bond > 0, "rewards::ChallengesOff")
            .need(in_window, "rewards::ChallengeWindowClosed")
            .and(ledger.movable(self.wallet(challenger), self.bond_vault(), bond))
            .verdict()?;
        let bond = ledger.transfer(self.wallet(challenger), self.bond_vault(), bond);
        ledger.pay_rent(challenger, CHALLENGE_BYTES);
        let proposal = self.proposals.get_mut(address).unwrap();
        proposal.was_challenged = true;
        proposal.challenge = Some(Challenge {
            challenger: *challenger,
            bond,
            at: now,
            expires: now + i64::from(terms.resolution_window_seconds),
            upholding: BTreeSet::new(),
            dismissing: BTreeSet::new(),
            generation: proposal.generation,
            outcome: None,
        });
        Ok(())
    }

    pub(super) fn vote_challenge(
        &mut self,
        oracle: &Address,
        address: &Address,
        uphold: bool,
        now: i64,
    ) -> Verdict {
        let set = self.oracle_set.clone().expect("the pool has oracles");
        let challenge = self.proposals.get_mut(address).unwrap().challenge.as_mut().unwrap();
        let said = challenge.generation == set.generation
            && (challenge.upholding.contains(oracle) || challenge.dismissing.contains(oracle));
        Rules::new()
            .need(set.has(oracle), "rewards::NotOracle")
            .need(
                challenge.outcome.is_none() && now < challenge.expires,
                "rewards::ChallengeResolved",
            )
            .need(!said, "rewards::AlreadyVoted")
            .verdict()?;
        if challenge.generation != set.generation {
            challenge.generation = set.generation;
            challenge.upholding.clear();
            challenge.dismissing.clear();
        }
        let votes = if uphold { &mut challenge.upholding } else { &mut challenge.dismissing };
        votes.insert(*oracle);
        Ok(())
    }

    pub(super) fn resolve_challenge(
        &mut self,
        ledger: &mut Ledger,
        address: &Address,
        now: i64,
    ) -> Verdict {
        let set = self.oracle_set.clone().expect("the pool has oracles");
        let burn_bps = self.terms.at(now).challenge_burn_bps;
        let bond_vault = self.bond_vault();
        let proposal = self.proposals.get_mut(address).unwrap();
        let challenge = proposal.challenge.as_mut().unwrap();
        let counts = challenge.generation == set.generation;
        let outcome = if counts && set.is_quorum(&challenge.upholding) {
            Some(Outcome::Upheld)
        } else if counts && set.is_quorum(&challenge.dismissing) {
            Some(Outcome::Dismissed)
        } else {
            (now >= challenge.expires).then_some(Outcome::Expired)
        };
        Rules::new()
            .need(challenge.outcome.is_none(), "rewards::ChallengeResolved")
            .need(outcome.is_some(), "rewards::ChallengeUndecided")
            .verdict()?;
        challenge.outcome = outcome;
        ledger.saw(match outcome {
            Some(Outcome::Upheld) => "challenge upheld",
            Some(Outcome::Dismissed) => "challenge dismissed",
            _ => "challenge expired",
        });
        let burned = match outcome {
            Some(Outcome::Upheld) => {
                let burned = share(proposal.bond, burn_bps);
                challenge.bond += std::mem::take(&mut proposal.bond) - burned;
                burned
            }
            Some(Outcome::Dismissed) => {
                let burned = share(challenge.bond, burn_bps);
                proposal.bond += std::mem::take(&mut challenge.bond) - burned;
                burned
            }
            _ => 0,
        };
        if outcome != Some(Outcome::Dismissed) && proposal.status == Status::Open {
            proposal.status = Status::Rejected;
        }
        if burned > 0 {
            ledger.burn(bond_vault, burned);
        }
        Ok(())
    }

    pub(super) fn finalize(
        &mut self,
        network: &Network,
        ledger: &mut Ledger,
        address: &Address,
        now: i64,
    ) -> Verdict {
        let proposal = self.proposals[address].clone();
        let set = self.set().clone();
        let parts = self.judge(&proposal.computed, proposal.epoch, ledger);
        let ready = proposal.quorum.filter(|_| set.is_quorum(&proposal.attested));
        Rules::new()
            .and(self.open(&proposal))
            .need(!network.paused, "rewards::NetworkPaused")
            .need(!self.is_closing(now), "rewards::PoolClosing")
            .need(!proposal.is_being_judged(), "rewards::ChallengeOpen")
            .need(proposal.generation == set.generation, "rewards::StaleOracleSet")
            .need(ready.is_some(), "rewards::NoQuorum")
            .need(ready.is_none_or(|(_, end)| now >= end), "rewards::ChallengeWindowOpen")
            .and(parts.clone().map(|_| ()))
            .verdict()?;
        let mut parts = parts.unwrap();
        let operators = proposal.computed.content.root_sum - self.root_sum();
        let next = self.root.as_ref().map_or(0, |root| root.epoch + 1);
        if proposal.epoch > next {
            ledger.saw("epochs skipped");
        }
        if self.next_splits.as_ref().is_some_and(|(splits, from)| {
            *from > next && *from <= proposal.epoch && *splits != self.splits
        }) {
            ledger.saw("root over two divisions");
        }
        let promised = proposal.computed.content.root_sum + self.promised.total() + parts.total();
        if promised > self.emission.through(proposal.epoch) {
            ledger.saw("burned tokens promised again");
        }
        if proposal.was_challenged {
            ledger.saw("challenged root finalized");
        }
        if proposal.generation > 0 {
            ledger.saw("root of changed oracles");
        }
        let minted = operators + parts.total();
        if self.mints {
            ledger.mint(self.vault(), minted);
            self.funded += minted;
        }
        // In equal parts among those who attested; what is left over is the treasury's.
        let attesters: Vec<_> =
            set.active().filter(|key| proposal.attested.contains(key)).collect();
        let each = parts.oracles / attesters.len() as u64;
        let rest = parts.oracles % attesters.len() as u64;
        assert!(rest < attesters.len() as u64, "less than one unit per oracle is left over");
        parts.oracles -= rest;
        parts.treasury += rest;
        for place in &mut self.oracle_set.as_mut().unwrap().places {
            if attesters.contains(&place.oracle) {
                place.earned += each;
            }
        }
        self.promised.delegators += parts.delegators;
        self.promised.oracles += parts.oracles;
        self.promised.treasury += parts.treasury;
        for (operator, total) in &proposal.computed.operators {
            let best = self.best.entry(*operator).or_default();
            *best = (*best).max(*total);
        }
        self.root = Some(Root { epoch: proposal.epoch, computed: proposal.computed.clone() });
        let proposal = self.proposals.get_mut(address).unwrap();
        proposal.status = Status::Finalized;
        proposal.finalized_at = now;
        Ok(())
    }

    pub(super) fn return_bond(
        &mut self,
        ledger: &mut Ledger,
        address: &Address,
        now: i64,
    ) -> Verdict {
        let proposal = &self.proposals[address];
        let is_over =
            proposal.status != Status::Open || self.is_past(proposal.epoch) || self.is_closing(now);
        let (to, bond) = (self.wallet(&proposal.proposer), proposal.bond);
        Rules::new()
            .need(bond > 0 && is_over && !proposal.is_being_judged(), "rewards::NoBond")
            .and(ledger.movable(self.bond_vault(), to, bond))
            .verdict()?;
        ledger.transfer(self.bond_vault(), to, bond);
        self.proposals.get_mut(address).unwrap().bond = 0;
        Ok(())
    }

    pub(super) fn close_proposal(
        &mut self,
        ledger: &mut Ledger,
        address: &Address,
        now: i64,
    ) -> Verdict {
        let proposal = &self.proposals[address];
        let closing = self.is_closing(now);
        let retention = if proposal.computed.content.penalties_sum > 0 {
            i64::from(self.terms.at(now).retention_seconds)
        } else {
            0
        };
        let is_over = match proposal.status {
            Status::Rejected => true,
            Status::Open => closing || self.is_past(proposal.epoch),
            Status::Finalized => {
                let superseded = self.root.as_ref().is_some_and(|root| proposal.epoch < root.epoch);
                (closing || superseded) && now >= proposal.finalized_at + retention
            }
        };
        Rules::new()
            .need(proposal.challenge.is_none(), "rewards::HasChildren")
            .need(is_over, "rewards::ProposalNeeded")
            .need(proposal.bond == 0, "rewards::BondOutstanding")
            .verdict()?;
        ledger.refund(&proposal.proposer, PROPOSAL_BYTES);
        self.proposals.remove(address);
        Ok(())
    }

    pub(super) fn close_challenge(&mut self, ledger: &mut Ledger, address: &Address) -> Verdict {
        let challenge = self.proposals[address].challenge.clone().unwrap();
        let to = self.wallet(&challenge.challenger);
        let mut rules = Rules::new();
        rules.need(challenge.outcome.is_some(), "rewards::ChallengeUndecided");
        rules.and(ledger.movable_if_any(self.bond_vault(), to, challenge.bond)).verdict()?;
        ledger.transfer(self.bond_vault(), to, challenge.bond);
        ledger.refund(&challenge.challenger, CHALLENGE_BYTES);
        self.proposals.get_mut(address).unwrap().challenge = None;
        Ok(())
    }

    pub(super) fn open_claimant(
        &mut self,
        ledger: &mut Ledger,
        payer: &Address,
        operator: &Address,
        now: i64,
    ) -> Verdict {
        Rules::new()
            .need(!self.claimants.contains_key(operator), "system::AlreadyInUse")
            .need(!self.is_settled(now), "rewards::PoolClosing")
            .verdict()?;
        ledger.pay_rent(payer, CLAIMANT_BYTES);
        let claimant =
            Claimant { rent_payer: *payer, claimed: 0, window: (0, 0), payees: Vec::new() };
        self.claimants.insert(*operator, claimant);
        Ok(())
    }

    pub(super) fn set_payees(
        &mut self,
        ledger: &mut Ledger,
        operator: &Address,
        payees: &[PayeeShare],
    ) -> Verdict {
        let wallets: BTreeSet<_> = payees.iter().map(|payee| payee.wallet).collect();
        let sum: u32 = payees.iter().map(|payee| u32::from(payee.bps)).sum();
        let is_valid = payees.len() <= 8
            && wallets.len() == payees.len()
            && payees.iter().all(|payee| payee.bps > 0)
            && (payees.is_empty() || sum == 10_000);
        Rules::new().need(is_valid, "rewards::InvalidPayees").verdict()?;
        let claimant = self.claimants.get_mut(operator).unwrap();
        ledger.shrink(operator, claimant.payees.len() as u64 * PAYEE_BYTES);
        ledger.grow(operator, payees.len() as u64 * PAYEE_BYTES);
        claimant.payees = payees.to_vec();
        Ok(())
    }

    pub(super) fn close_claimant(
        &mut self,
        ledger: &mut Ledger,
        closer: &Address,
        operator: &Address,
        now: i64,
    ) -> Verdict {
        let claimant = &self.claimants[operator];
        let settled = self.is_settled(now);
        let is_owner = closer == operator || *closer == claimant.rent_payer;
        Rules::new()
            .need(settled || claimant.claimed == 0, "rewards::ClaimantInUse")
            .need(settled || is_owner, "rewards::NotClaimantOwner")
            .verdict()?;
        ledger.shrink(operator, claimant.payees.len() as u64 * PAYEE_BYTES);
        ledger.refund(&claimant.rent_payer, CLAIMANT_BYTES);
        self.claimants.remove(operator);
        Ok(())
    }

    /// Whom a claim pays, in order.
    pub(super) fn destinations(&self, operator: &Address) -> Vec<Address> {
        let claimant = &self.claimants[operator];
        if claimant.payees.is_empty() {
            vec![*operator]
        } else {
            claimant.payees.iter().map(|payee| payee.wallet).collect()
        }
    }

    /// `is_proof` says whether what the claim shows leads to the active root.
    pub(super) fn claim(
        &mut self,
        ledger: &mut Ledger,
        operator: &Address,
        total: u64,
        is_proof: bool,
        now: i64,
    ) -> Verdict {
        /// Tokens within a window's limit, and what of the window is used.
        fn room(limit: &Limit, balance: u64, window: (u64, i64), now: i64) -> (u64, u64) {
            let (used, since) = window;
            let seconds = i128::from(limit.window_seconds);
            let left = (seconds - i128::from((now - since).max(0))).max(0);
            // Rounded up.
            let used = (i128::from(used) * left + seconds - 1) / seconds;
            let used = u64::try_from(used).unwrap();
            let mut most = if limit.max_amount == 0 { u64::MAX } else { limit.max_amount };
            if limit.max_bps > 0 {
                let part = (u128::from(balance) * u128::from(limit.max_bps)).div_ceil(ALL);
                most = most.min(u64::try_from(part).unwrap());
            }
            (most.saturating_sub(used), used)
        }
        let is_on = |limit: &Limit| limit.max_amount > 0 || limit.max_bps > 0;
        let terms = self.terms.at(now).clone();
        let claimant = &self.claimants[operator];
        let due = total.saturating_sub(claimant.claimed);
        let mut amount = due;
        let mut rules = Rules::new();
        rules
            .need(self.root.is_some(), "rewards::NoRoot")
            .need(is_proof, "rewards::InvalidProof")
            .need(due > 0, "rewards::NothingToClaim");
        let mut windows = (self.window, claimant.window);
        let mut used = (None, None);
        if is_on(&terms.breaker) {
            let (room, counted) =
                room(&terms.breaker, ledger.amount(self.vault()), self.window, now);
            rules.need(room > 0, "rewards::BreakerOpen");
            amount = amount.min(room);
            used.0 = Some(counted);
        }
        if is_on(&terms.operator_cap) {
            let (room, counted) = room(&terms.operator_cap, 0, claimant.window, now);
            rules.need(room > 0, "rewards::OperatorCapReached");
            amount = amount.min(room);
            used.1 = Some(counted);
        }
        rules.need(self.claimed + amount <= self.root_sum(), "rewards::InvalidProof");
        if let Some(used) = used.0 {
            windows.0 = (used + amount, now);
        }
        if let Some(used) = used.1 {
            windows.1 = (used + amount, now);
        }
        // Each payee's part rounded down; what is left over is the first one's.
        let payees = &claimant.payees;
        let mut parts: Vec<_> = payees
            .iter()
            .map(|payee| (self.wallet(&payee.wallet), share(amount, payee.bps)))
            .collect();
        if parts.is_empty() {
            parts.push((self.wallet(operator), 0));
        }
        let dust = amount - parts.iter().map(|(_, part)| part).sum::<u64>();
        assert!(payees.is_empty() || dust < payees.len() as u64, "dust of {dust} in {amount}");
        parts[0].1 += dust;
        for (purse, part) in &parts {
            rules.and(ledger.movable_if_any(self.vault(), *purse, *part));
        }
        rules.verdict()?;
        assert_eq!(parts.iter().map(|(_, part)| part).sum::<u64>(), amount);
        if amount < due {
            ledger.saw("claim in part");
        }
        if parts.len() > 1 {
            ledger.saw("claim by several payees");
        }
        if dust > 0 && parts.len() > 1 {
            ledger.saw("dust for the first payee");
        }
        for (purse, part) in parts {
            ledger.transfer(self.vault(), purse, part);
        }
        self.claimed += amount;
        let claimant = self.claimants.get_mut(operator).unwrap();
        claimant.claimed += amount;
        (self.window, claimant.window) = windows;
        Ok(())
    }

    pub(super) fn pay_delegators(
        &mut self,
        ledger: &mut Ledger,
        to: Option<Purse>,
        now: i64,
    ) -> Verdict {
        let has_vault = self.terms.at(now).delegator_vault != Address::default();
        let amount = self.promised.delegators - self.paid.delegators;
        Rules::new()
            .need(has_vault && to.is_some(), "rewards::NoDelegatorVault")
            .need(amount > 0, "rewards::NothingToPay")
            .verdict()?;
        ledger.transfer(self.vault(), to.unwrap(), amount);
        self.paid.delegators += amount;
        Ok(())
    }

    pub(super) fn pay_oracle(&mut self, ledger: &mut Ledger, place: usize) -> Verdict {
        let (vault, id) = (self.vault(), self.id);
        let set = self.oracle_set.as_mut().expect("the pool has oracles");
        let Some(place) = set.places.get_mut(place) else {
            return Err(vec!["rewards::NothingToPay", "rewards::NotOracle"]);
        };
        let to = Purse::Wallet(id, place.oracle);
        Rules::new()
            .need(place.earned > 0, "rewards::NothingToPay")
            .and(ledger.movable(vault, to, place.earned))
            .verdict()?;
        ledger.transfer(vault, to, place.earned);
        self.paid.oracles += std::mem::take(&mut place.earned);
        Ok(())
    }

    pub(super) fn pay_treasury(&mut self, ledger: &mut Ledger, now: i64) -> Verdict {
        let to = self.wallet(&self.terms.at(now).treasury);
        let amount = self.promised.treasury - self.paid.treasury;
        Rules::new()
            .need(amount > 0, "rewards::NothingToPay")
            .and(ledger.movable(self.vault(), to, amount))
            .verdict()?;
        ledger.transfer(self.vault(), to, amount);
        self.paid.treasury += amount;
        Ok(())
    }

    pub(super) fn request_close(
        &mut self,
        network: &Network,
        signer: &Address,
        now: i64,
    ) -> Verdict {
        Rules::new()
            .need(*signer == network.authority, "rewards::NotAuthority")
            .need(self.close_at.is_none(), "rewards::UpdatePending")
            .verdict()?;
        self.close_at = Some(now + network.delay);
        Ok(())
    }

    pub(super) fn cancel_close(
        &mut self,
        network: &Network,
        signer: &Address,
        now: i64,
    ) -> Verdict {
        Rules::new()
            .need(*signer == network.authority, "rewards::NotAuthority")
            .need(self.close_at.is_some(), "rewards::NoUpdatePending")
            .need(!self.is_closing(now), "rewards::PoolClosing")
            .verdict()?;
        self.close_at = None;
        Ok(())
    }

    pub(super) fn close_oracle_set(
        &mut self,
        network: &Network,
        ledger: &mut Ledger,
        signer: &Address,
        now: i64,
    ) -> Verdict {
        let set = self.set();
        Rules::new()
            .need(*signer == network.authority, "rewards::NotAuthority")
            .need(self.is_closing(now), "rewards::PoolNotClosing")
            .need(self.proposals.is_empty(), "rewards::HasChildren")
            .need(set.places.iter().all(|place| place.earned == 0), "rewards::NotSettled")
            .verdict()?;
        ledger.refund(&set.rent_payer, ORACLE_SET_BYTES);
        self.oracle_set = None;
        Ok(())
    }

    pub(super) fn close_pool(
        &mut self,
        network: &Network,
        ledger: &mut Ledger,
        signer: &Address,
        now: i64,
    ) -> Verdict {
        let to = self.wallet(&self.terms.at(now).treasury);
        Rules::new()
            .need(*signer == network.authority, "rewards::NotAuthority")
            .need(self.is_closing(now), "rewards::PoolNotClosing")
            .need(
                self.claimants.is_empty()
                    && self.proposals.is_empty()
                    && self.oracle_set.is_none()
                    && self.market.is_none(),
                "rewards::HasChildren",
            )
            .need(
                self.claimed == self.root_sum() && self.paid == self.promised,
                "rewards::NotSettled",
            )
            .and(ledger.movable(self.vault(), to, 0))
            .and(ledger.closable(self.vault()))
            .and(ledger.closable(self.bond_vault()))
            .verdict()?;
        for purse in [self.vault(), self.bond_vault()] {
            ledger.transfer(purse, to, ledger.amount(purse));
            ledger.close(purse);
            ledger.refund(&self.rent_payer, ledger.token_bytes(self.id));
        }
        ledger.refund(&self.rent_payer, POOL_BYTES);
        self.closed = true;
        Ok(())
    }
}
