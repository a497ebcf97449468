//! Every account of the chain against the model.

use super::{
    driver::{LAMPORTS, Thing, World},
    fees::Fee,
    ledger::{Purse, rent_of},
    rewards::{self, Outcome, Proposal, Status},
    staking::{Decision, Entry, Losses, Unbonding},
};
use cairn_protocol::dilution::Dilution;
use cairn_sdk::{
    account::{self, CairnAccount},
    address,
    staking::types::StoredDilution,
};
use solana_address::Address;
use std::collections::BTreeSet;

/// Where a token account has its mint, owner and amount.
const TOKEN_MINT: std::ops::Range<usize> = 0..32;
const TOKEN_OWNER: std::ops::Range<usize> = 32..64;
const TOKEN_AMOUNT: std::ops::Range<usize> = 64..72;
/// Where extensions of a mint or a token account begin.
const EXTENSIONS_AT: usize = 166;
/// Extensions of Token-2022.
const TRANSFER_FEE_CONFIG: u16 = 1;
const TRANSFER_FEE_AMOUNT: u16 = 2;

fn number(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes[..8].try_into().unwrap())
}

/// The extension of a mint or a token account.
fn extension(data: &[u8], kind: u16) -> Option<&[u8]> {
    let mut rest = data.get(EXTENSIONS_AT..)?;
    while let [a, b, c, d, tail @ ..] = rest {
        let length = usize::from(u16::from_le_bytes([*c, *d]));
        if u16::from_le_bytes([*a, *b]) == kind {
            return Some(&tail[..length]);
        }
        rest = &tail[length..];
    }
    None
}

/// A fee as a mint keeps it: first epoch, maximum, basis points.
fn fee(bytes: &[u8]) -> Fee {
    let bps = u16::from_le_bytes(bytes[16..18].try_into().unwrap());
    Fee { from: number(bytes), bps, most: number(&bytes[8..]) }
}

fn stored(dilution: &Dilution) -> StoredDilution {
    let Dilution { factor, scale, generation } = *dilution;
    StoredDilution { factor, scale, generation }
}

impl World {
    /// The account, which must be there exactly when `expected`; it is free of rent.
    fn account<T: CairnAccount>(&self, address: &Address, expected: bool) -> Option<T> {
        let account = self.chain.svm.get_account(address).filter(|account| account.lamports > 0);
        assert_eq!(account.is_some(), expected, "{} at {address} exists", T::NAME);
        let account = account?;
        let least = rent_of(account.data.len() as u64);
        assert_eq!(account.lamports, least, "{} at {address}: lamports are the rent", T::NAME);
        Some(T::from_account(address, &account).unwrap())
    }

    /// Compares what is at an address with the model.
    pub(super) fn compare(&self, address: &Address, thing: &Thing) {
        match thing {
            Thing::Pool(pool) => self.compare_pool(address, *pool),
            Thing::OracleSet(pool) => self.compare_oracle_set(address, *pool),
            Thing::Proposal(pool) => self.compare_proposal(address, *pool),
            Thing::Challenge(pool, proposal) => self.compare_challenge(address, *pool, proposal),
            Thing::Claimant(pool, operator) => self.compare_claimant(address, *pool, operator),
            Thing::Market(pool) => self.compare_market(address, *pool),
            Thing::Credits(pool, customer) => self.compare_credits(address, *pool, customer),
            Thing::StakePool => self.compare_stake_pool(address),
            Thing::Bond => self.compare_bond(address),
            Thing::Target(operator) => self.compare_target(address, operator),
            Thing::Delegation(id) => self.compare_delegation(address, id),
            Thing::LockPeriod(period) => self.compare_lock_period(address, *period),
            Thing::BondUnbonding(bond, index) => {
                let unbonding = self.stake.bonds.get(bond);
                let unbonding = unbonding.and_then(|bond| bond.unbondings.get(index));
                self.compare_unbonding(address, bond, *index, unbonding);
            }
            Thing::DelegationUnbonding(id, parent, index) => {
                let unbonding = self.stake.delegations.get(id);
                let unbonding = unbonding.and_then(|from| from.unbondings.get(index));
                self.compare_unbonding(address, parent, *index, unbonding);
            }
            Thing::PenaltyEpoch(epoch) => self.compare_penalty_epoch(address, *epoch),
            Thing::Penalty(epoch, index) => self.compare_penalty(address, *epoch, *index),
            Thing::Purse(purse) => self.compare_purse(address, *purse),
            Thing::Mint(mint) => self.compare_mint(address, *mint),
            Thing::Wallet => {
                let model = self.ledger.lamports(address, LAMPORTS);
                assert_eq!(self.chain.lamports(address), model, "lamports of {address}");
            }
            Thing::FeeWallet => {
                let model = self.ledger.lamports(address, rent_of(0));
                assert_eq!(self.chain.lamports(address), model, "fees of devices");
            }
            Thing::Network => self.compare_network(address),
            Thing::Class => self.compare_class(address),
            Thing::Maker => self.compare_maker(address),
            Thing::Device => self.compare_device(address),
            Thing::License(holder) => self.compare_license(address, holder),
        }
    }

    fn compare_network(&self, address: &Address) {
        let devices = &self.devices;
        let Some(on_chain) = self.account::<account::Network>(address, devices.has_network) else {
            return;
        };
        assert_eq!(on_chain.device_count, u64::from(devices.onboarded), "devices ever");
        assert_eq!(on_chain.live_device_count, devices.live.len() as u64, "devices");
        assert_eq!(on_chain.license_count as usize, devices.licenses.len(), "licences");
        assert_eq!(on_chain.paused != 0, self.network.paused, "pause");
    }

    fn compare_class(&self, address: &Address) {
        let devices = &self.devices;
        let Some(on_chain) = self.account::<account::DeviceClass>(address, devices.has_class)
        else {
            return;
        };
        let model = &devices.class;
        assert_eq!(on_chain.device_count, devices.live.len() as u64, "devices of the class");
        assert_eq!(on_chain.terms, model.terms.into(), "terms of the class");
        assert_eq!(on_chain.previous_terms, model.previous.into(), "terms before");
        assert_eq!(on_chain.terms_since, model.since, "time of the terms");
        assert_eq!(on_chain.pending_terms_at, model.next.map_or(0, |(_, at)| at));
        if let Some((terms, _)) = model.next {
            assert_eq!(on_chain.pending_terms, terms.into(), "pending terms of the class");
        }
    }

    fn compare_maker(&self, address: &Address) {
        let devices = &self.devices;
        let Some(on_chain) = self.account::<account::Maker>(address, devices.has_maker) else {
            return;
        };
        assert_eq!(on_chain.onboarded, devices.onboarded, "onboardings of the maker");
        assert_eq!(on_chain.quota, devices.quota, "quota of the maker");
        assert_eq!(on_chain.live as usize, devices.live.len(), "devices of the maker");
    }

    fn compare_device(&self, address: &Address) {
        let model = self.devices.live.get(address);
        let Some(on_chain) = self.account::<account::Device>(address, model.is_some()) else {
            return;
        };
        let model = model.unwrap();
        assert_eq!(on_chain.operator, model.owner, "operator of {address}");
        let place = (on_chain.location, on_chain.location_since);
        assert_eq!(place, (model.location, model.location_since), "place of {address}");
        let since = model.retiring_since.unwrap_or(0);
        assert_eq!(on_chain.retiring_since, since, "retirement of {address}");
    }

    fn compare_license(&self, address: &Address, holder: &Address) {
        let model = self.devices.licenses.get(holder);
        let Some(on_chain) = self.account::<account::License>(address, model.is_some()) else {
            return;
        };
        let model = model.unwrap();
        let valid = (on_chain.valid_since, on_chain.expires_at);
        assert_eq!(valid, model.valid, "licence of {holder}");
        let before = (on_chain.previous_valid_since, on_chain.previous_expires_at);
        assert_eq!(before, model.before, "licence of {holder} before it lapsed");
        assert_eq!(on_chain.revoked_at, model.revoked_at.unwrap_or(0), "revocation");
    }

    pub(super) fn compare_mint(&self, address: &Address, mint: usize) {
        let supply = self.chain.supply(address);
        assert_eq!(supply, self.ledger.supply(mint), "supply of mint {mint}");
        let Some(model) = self.ledger.fees.get(&mint) else { return };
        let data = self.chain.raw(address).data;
        // Two authorities, what was harvested, and two fees.
        let config = extension(&data, TRANSFER_FEE_CONFIG).expect("the mint has a fee");
        assert_eq!(number(&config[64..]), model.harvested, "fees harvested to mint {mint}");
        assert_eq!(fee(&config[72..]), model.older, "older fee of mint {mint}");
        assert_eq!(fee(&config[90..]), model.newer, "newer fee of mint {mint}");
    }

    pub(super) fn compare_purse(&self, address: &Address, purse: Purse) {
        let account = self.chain.svm.get_account(address).filter(|account| account.lamports > 0);
        let amount = self.ledger.get(purse);
        assert_eq!(account.is_some(), amount.is_some(), "{purse:?} exists");
        let (Some(account), Some(amount)) = (account, amount) else { return };
        let (mint, owner) = self.mint_and_owner(purse);
        assert_eq!(account.data[TOKEN_MINT], mint.to_bytes(), "mint of {purse:?}");
        assert_eq!(account.data[TOKEN_OWNER], owner.to_bytes(), "owner of {purse:?}");
        assert_eq!(number(&account.data[TOKEN_AMOUNT]), amount, "tokens in {purse:?}");
        let withheld = extension(&account.data, TRANSFER_FEE_AMOUNT).map_or(0, number);
        assert_eq!(withheld, self.ledger.withheld(purse), "fees withheld in {purse:?}");
        let least = rent_of(account.data.len() as u64);
        assert!(account.lamports >= least, "{purse:?} is below rent");
    }

    fn compare_pool(&self, address: &Address, id: usize) {
        let pool = &self.pools[id];
        let Some(on_chain) = self.account::<account::Pool>(address, !pool.closed) else { return };
        let root = pool.root.as_ref();
        let content = root.map(|root| root.computed.content);
        assert_eq!(on_chain.leaf_count, content.map_or(0, |content| content.leaf_count));
        if let (Some(root), Some(content)) = (root, content) {
            assert_eq!(on_chain.root, content.root, "root");
            assert_eq!(on_chain.root_epoch, root.epoch, "epoch of the root");
            assert_eq!(on_chain.usage_root, content.usage_root, "usage root");
        }
        let told = [
            ("root sum", on_chain.root_sum, pool.root_sum()),
            ("usage sum", on_chain.usage_sum, pool.usage_sum()),
            ("claimed", on_chain.claimed_total, pool.claimed),
            ("outflow", on_chain.window_outflow, pool.window.0),
            ("delegators' part", on_chain.delegators_total, pool.promised.delegators),
            ("delegators paid", on_chain.delegators_paid, pool.paid.delegators),
            ("oracles' part", on_chain.oracles_total, pool.promised.oracles),
            ("oracles paid", on_chain.oracles_paid, pool.paid.oracles),
            ("treasury's part", on_chain.treasury_total, pool.promised.treasury),
            ("treasury paid", on_chain.treasury_paid, pool.paid.treasury),
            ("claimants", on_chain.claimant_count.into(), pool.claimants.len() as u64),
            ("proposals", on_chain.proposal_count.into(), pool.proposals.len() as u64),
            ("oracle sets", on_chain.has_oracle_set.into(), pool.oracle_set.is_some().into()),
            ("markets", on_chain.has_credit_market.into(), pool.market.is_some().into()),
            ("steps", on_chain.step_count.into(), pool.emission.kept().len() as u64),
            ("old burns", on_chain.remint_folded, pool.old_burns.0),
            ("epoch of old burns", on_chain.remint_folded_epoch, pool.old_burns.1),
        ];
        for (what, on_chain, model) in told {
            assert_eq!(on_chain, model, "{what} of pool {id}");
        }
        assert_eq!(on_chain.window_at, pool.window.1, "window of pool {id}");
        assert_eq!(on_chain.close_at, pool.close_at.unwrap_or(0), "closing of pool {id}");
        assert_eq!(on_chain.terms, pool.terms.now, "terms of pool {id}");
        assert_eq!(on_chain.pending_terms_at, pool.terms.next.as_ref().map_or(0, |next| next.1));
        if let Some((terms, _)) = &pool.terms.next {
            assert_eq!(on_chain.pending_terms, *terms, "pending terms of pool {id}");
        }
        assert_eq!(on_chain.splits, pool.splits, "splits of pool {id}");
        assert_eq!(on_chain.pending_splits_epoch, pool.next_splits.as_ref().map_or(0, |n| n.1));
        if let Some((splits, _)) = &pool.next_splits {
            assert_eq!(on_chain.pending_splits, *splits, "pending splits of pool {id}");
        }
        let burned: u64 = on_chain.burns.iter().map(|burn| burn.burned).sum();
        let model: u64 = pool.burns.values().map(|(burned, _)| burned).sum();
        assert_eq!(burned, model, "burned tokens that pool {id} tells apart");
        let remint: u64 = on_chain.burns.iter().map(|burn| burn.remint).sum();
        let model: u64 = pool.burns.values().map(|(_, remint)| remint).sum();
        assert_eq!(remint, model, "tokens that pool {id} may mint again");
        for (step, model) in on_chain.steps.iter().zip(pool.emission.kept()) {
            assert_eq!(
                (step.first_epoch, step.per_epoch, step.keep_ppb, step.every_epochs, step.times),
                (
                    model.first_epoch,
                    model.per_epoch,
                    model.keep_ppb,
                    model.every_epochs,
                    model.times
                ),
                "a step of pool {id}"
            );
        }
        if let Some(last) = on_chain.folded_epoch.checked_sub(1) {
            let model = pool.emission.clone().through(last);
            assert_eq!(on_chain.folded_emitted, model, "folded emission of pool {id}");
        }
    }

    fn compare_oracle_set(&self, address: &Address, id: usize) {
        let set = self.pools[id].oracle_set.as_ref();
        let Some(on_chain) = self.account::<account::OracleSet>(address, set.is_some()) else {
            return;
        };
        let set = set.unwrap();
        assert_eq!(on_chain.generation, set.generation, "generation");
        assert_eq!(on_chain.threshold, set.threshold, "threshold");
        assert_eq!(usize::from(on_chain.count), set.active().count(), "oracles");
        assert_eq!(on_chain.pending_at, set.pending.as_ref().map_or(0, |change| change.at));
        for at in 0..32 {
            let place = set.places.get(at);
            let told = (on_chain.oracles[at], on_chain.earned[at], on_chain.active >> at & 1 == 1);
            let model = place.map_or((Address::default(), 0, false), |place| {
                (place.oracle, place.earned, place.active)
            });
            assert_eq!(told, model, "place {at} of pool {id}'s oracles");
        }
    }

    /// The oracles that bits stand for.
    fn named(&self, id: usize, bits: u32) -> BTreeSet<Address> {
        let set = self.pools[id].oracle_set.as_ref().unwrap();
        let places = set.places.iter().enumerate();
        places.filter(|(at, _)| bits >> at & 1 == 1).map(|(_, place)| place.oracle).collect()
    }

    fn compare_proposal(&self, address: &Address, id: usize) {
        let proposal = self.pools[id].proposals.get(address);
        let Some(on_chain) = self.account::<account::Proposal>(address, proposal.is_some()) else {
            return;
        };
        let Proposal { epoch, computed, proposer, bond, quorum, status, .. } = proposal.unwrap();
        let proposal = proposal.unwrap();
        assert_eq!(account::proposal_content(&on_chain), computed.content, "content");
        assert_eq!(on_chain.epoch, *epoch, "epoch");
        assert_eq!(on_chain.proposer, *proposer, "proposer");
        assert_eq!(on_chain.bond, *bond, "bond of a proposal");
        assert_eq!(on_chain.proposed_at, proposal.proposed_at, "time of the proposal");
        assert_eq!(on_chain.finalized_at, proposal.finalized_at, "time of finalization");
        let (quorum_at, finalizable_at) = quorum.unwrap_or((0, 0));
        assert_eq!(on_chain.quorum_at, quorum_at, "time of the quorum");
        assert_eq!(on_chain.finalizable_at, finalizable_at, "end of the window");
        let status = match status {
            Status::Open => 0,
            Status::Finalized => 1,
            Status::Rejected => 2,
        };
        assert_eq!(on_chain.status, status, "status");
        assert_eq!(on_chain.generation, proposal.generation, "generation of a proposal");
        assert_eq!(on_chain.has_challenge != 0, proposal.challenge.is_some());
        assert_eq!(on_chain.challenge != 0, proposal.was_challenged);
        if on_chain.generation == self.generation(id) {
            assert_eq!(self.named(id, on_chain.attestations), proposal.attested, "attestations");
            assert_eq!(self.named(id, on_chain.rejections), proposal.rejected, "rejections");
        }
    }

    fn generation(&self, id: usize) -> u32 {
        self.pools[id].oracle_set.as_ref().map_or(u32::MAX, |set| set.generation)
    }

    fn compare_challenge(&self, address: &Address, id: usize, proposal: &Address) {
        let model = self.pools[id].proposals.get(proposal);
        let model = model.and_then(|proposal| proposal.challenge.as_ref());
        let Some(on_chain) = self.account::<account::Challenge>(address, model.is_some()) else {
            return;
        };
        let model = model.unwrap();
        assert_eq!(on_chain.challenger, model.challenger, "challenger");
        assert_eq!(on_chain.bond, model.bond, "bond of a challenge");
        assert_eq!(on_chain.challenged_at, model.at, "time of a challenge");
        assert_eq!(on_chain.expires_at, model.expires, "end of voting");
        let outcome = match model.outcome {
            None => 0,
            Some(Outcome::Upheld) => 1,
            Some(Outcome::Dismissed) => 2,
            Some(Outcome::Expired) => 3,
        };
        assert_eq!(on_chain.outcome, outcome, "outcome of a challenge");
        if on_chain.generation == self.generation(id) {
            assert_eq!(self.named(id, on_chain.upholding), model.upholding, "votes to uphold");
            assert_eq!(self.named(id, on_chain.dismissing), model.dismissing, "votes to dismiss");
        }
    }

    fn compare_claimant(&self, address: &Address, id: usize, operator: &Address) {
        let pool = &self.pools[id];
        let model = pool.claimants.get(operator);
        let Some(on_chain) = self.account::<account::Claimant>(address, model.is_some()) else {
            return;
        };
        let model = model.unwrap();
        assert_eq!(on_chain.claimed_total, model.claimed, "claimed by {operator}");
        let window = (on_chain.window_outflow, on_chain.window_at);
        assert_eq!(window, model.window, "window of {operator}");
        let data = self.chain.raw(address).data;
        let bytes = rewards::CLAIMANT_BYTES + model.payees.len() as u64 * rewards::PAYEE_BYTES;
        assert_eq!(data.len() as u64, bytes, "bytes of a claimant");
        let payees: Vec<_> =
            account::payees(&data).iter().map(|payee| (payee.wallet, payee.bps.0)).collect();
        let expected: Vec<_> = model.payees.iter().map(|payee| (payee.wallet, payee.bps)).collect();
        assert_eq!(payees, expected, "payees of {operator}");
    }

    fn compare_market(&self, address: &Address, id: usize) {
        let model = self.pools[id].market.as_ref();
        let Some(on_chain) = self.account::<account::CreditMarket>(address, model.is_some()) else {
            return;
        };
        let model = model.unwrap();
        let told = [
            ("accounts", on_chain.account_count, model.accounts.len() as u64),
            ("burned", on_chain.burned_total, model.burned),
            ("bought", on_chain.bought_total, model.bought),
            ("settled", on_chain.settled_total, model.settled),
        ];
        for (what, on_chain, model) in told {
            assert_eq!(on_chain, model, "{what} of the market of pool {id}");
        }
        assert_eq!(on_chain.terms, model.terms.now, "terms of credits");
        assert_eq!(on_chain.pending_terms_at, model.terms.next.as_ref().map_or(0, |next| next.1));
        for (at, report) in on_chain.reports.iter().enumerate() {
            let said = (report.oracle, report.price, report.at);
            let model = model.reports.get(&at).and_then(|reports| reports.last());
            let model = model.map_or((Address::default(), 0, 0), |report| {
                (report.oracle, report.price, report.at)
            });
            assert_eq!(said, model, "report {at} of pool {id}");
        }
        // Whatever an oracle asks for that closes the last epochs.
        let set = address::oracle_set(&self.keys[id].pool);
        let is_set = self.pools[id].oracle_set.is_some();
        let Some(set) = self.account::<account::OracleSet>(&set, is_set) else { return };
        let (now, settle) = (self.chain.now(), i64::from(on_chain.settle_seconds));
        for time in [now, now - settle] {
            let price = account::price_at(&on_chain, &set, time);
            let expected = self.pools[id].price_at(time, settle);
            assert_eq!(price, expected, "price of pool {id} at {time}");
        }
    }

    fn compare_credits(&self, address: &Address, id: usize, customer: &Address) {
        let model = self.pools[id].market.as_ref();
        let model = model.and_then(|market| market.accounts.get(customer));
        let Some(on_chain) = self.account::<account::CreditAccount>(address, model.is_some())
        else {
            return;
        };
        let model = model.unwrap();
        let told = [
            ("credits", on_chain.balance, model.balance),
            ("escrow", on_chain.escrowed, model.escrowed),
            ("withdrawal", on_chain.withdrawing, model.withdrawing),
            ("bought", on_chain.bought_total, model.bought),
            ("settled", on_chain.settled_total, model.settled),
        ];
        for (what, on_chain, model) in told {
            assert_eq!(on_chain, model, "{what} of customer {customer}");
        }
        assert_eq!(on_chain.withdraw_at, model.withdraw_at, "time of withdrawal");
        // Whatever an oracle asks for that closes the last epochs.
        let settle = on_chain.settle_seconds;
        let now = self.chain.now();
        for time in [now, now - i64::from(settle)] {
            let backing = account::backings(&on_chain).at(time, settle);
            let expected = model.backing_at(time, settle.into());
            assert_eq!(backing, expected, "backing of customer {customer} at {time}");
        }
    }

    fn compare_stake_pool(&self, address: &Address) {
        let stake = &self.stake;
        let Some(on_chain) = self.account::<account::StakePool>(address, !stake.closed) else {
            return;
        };
        let live = |end: u32| stake.locks.get(&end).is_none_or(|lock| lock.reached.is_none());
        let locked = || {
            let delegations = stake.delegations.values();
            delegations.filter_map(|from| from.lock_end.map(|end| (from.amount, end)))
        };
        let locked = || locked().filter(|(_, end)| live(*end));
        let [bonded, unbonding, delegated, undelegating] = stake.totals();
        let penalties = stake.epochs.len() as u64;
        let told = [
            ("bonded", on_chain.bonded_total, bonded),
            ("unbonding", on_chain.unbonding_total, unbonding),
            ("delegated", on_chain.delegated_total, delegated),
            ("undelegating", on_chain.undelegating_total, undelegating),
            ("treasury's stake", on_chain.treasury_stake_due, stake.treasury_stake),
            ("treasury's rewards", on_chain.treasury_reward_due, stake.treasury_rewards),
            ("challengers' stake", on_chain.challenger_due, stake.challengers),
            ("booked rewards", on_chain.reward_balance, stake.booked),
            ("shared rewards", on_chain.reward_total, stake.shared),
            ("weight", on_chain.weighted, stake.delegations.values().map(|from| from.amount).sum()),
            ("locked", on_chain.locked, locked().map(|(amount, _)| amount).sum()),
            ("first epoch", on_chain.penalties_from_epoch, stake.first_epoch),
            ("period", on_chain.period.into(), stake.period.into()),
            ("bonds", on_chain.bond_count.into(), stake.bonds.len() as u64),
            ("targets", on_chain.target_count.into(), stake.targets.len() as u64),
            ("lock periods", on_chain.lock_period_count.into(), stake.locks.len() as u64),
            ("penalty epochs", on_chain.penalty_epoch_count.into(), penalties),
        ];
        for (what, on_chain, model) in told {
            assert_eq!(on_chain, model, "{what} of the stake pool");
        }
        let by_end: u128 = locked().map(|(amount, end)| u128::from(amount) * u128::from(end)).sum();
        assert_eq!(on_chain.locked_by_end, by_end, "Σ amount × end");
        assert_eq!(on_chain.carry, stake.carry, "carry");
        assert_eq!(on_chain.terms, stake.terms.now, "terms of the stake pool");
        assert_eq!(on_chain.pending_terms_at, stake.terms.next.as_ref().map_or(0, |next| next.1));
        let mut ring = [0u64; 4];
        for (end, lock) in &stake.locks {
            if lock.marked && lock.reached.is_none() {
                ring[usize::try_from(end % 256 / 64).unwrap()] |= 1 << (end % 64);
            }
        }
        assert_eq!(on_chain.lock_ring, ring, "marks of locks");
    }

    fn compare_bond(&self, address: &Address) {
        let model = self.stake.bonds.get(address);
        let Some(on_chain) = self.account::<account::Bond>(address, model.is_some()) else {
            return;
        };
        let model = model.unwrap();
        let identity = (on_chain.owner, on_chain.role, on_chain.class);
        assert_eq!(identity, (model.owner, model.role, model.class), "whose bond it is");
        let amount = cairn_protocol::settlement::Settled {
            current: on_chain.amount,
            since: on_chain.amount_since,
            previous: on_chain.previous_amount,
            previous_since: on_chain.previous_amount_since,
            earlier: on_chain.earlier_amount,
        };
        assert_eq!(amount, model.amount, "amount of bond {address}");
        assert_eq!(on_chain.unbonding, model.unbonding, "unbonding of bond {address}");
        assert_eq!(on_chain.unbonding_count, model.count, "unbondings of bond {address}");
        assert_eq!(on_chain.open_unbondings as usize, model.unbondings.len(), "open unbondings");
        assert_eq!(on_chain.pending_penalties, model.pending, "pending penalties");
        assert_eq!(on_chain.unbonding_dilution, stored(&model.losses.dilution), "dilution");
        self.check_pot(
            model.unbonding,
            &model.losses,
            model.unbondings.values().map(|from| (from.amount, from.entry)),
            // Each withdrawal rounds down, and so does each that is to come.
            model.count,
        );
    }

    /// A pot holds all parts and next to nothing else.
    fn check_pot(
        &self,
        pot: u64,
        losses: &Losses,
        members: impl Iterator<Item = (u64, Entry)>,
        dust: u64,
    ) {
        let parts: u64 = members.map(|(amount, entry)| losses.part(amount, &entry)).sum();
        assert!(parts <= pot, "{parts} are promised out of a pot of {pot}");
        assert!(pot - parts <= dust, "{} of a pot of {pot} are nobody's", pot - parts);
    }

    fn compare_target(&self, address: &Address, operator: &Address) {
        let model = self.stake.targets.get(operator);
        let Some(on_chain) = self.account::<account::DelegationTarget>(address, model.is_some())
        else {
            return;
        };
        let model = model.unwrap();
        assert_eq!(on_chain.delegated, model.delegated, "delegated to {operator}");
        assert_eq!(on_chain.unbonding, model.unbonding, "unbonding from {operator}");
        assert_eq!(on_chain.dilution, stored(&model.losses.dilution), "dilution of {operator}");
        assert_eq!(on_chain.pending_penalties, model.pending, "penalties against {operator}");
        let members = || {
            self.stake.delegations.values().filter(|delegation| delegation.operator == *operator)
        };
        assert_eq!(on_chain.delegation_count as usize, members().count(), "delegations");
        let unbondings = || {
            members()
                .flat_map(|from| from.unbondings.values())
                .map(|from| (from.amount, from.entry))
        };
        let roundings = model.roundings + (members().count() + unbondings().count()) as u64;
        self.check_pot(
            model.delegated,
            &model.losses,
            members().map(|from| (from.amount, from.entry)),
            roundings,
        );
        self.check_pot(model.unbonding, &model.losses, unbondings(), roundings);
    }

    fn compare_delegation(&self, address: &Address, id: &(Address, u16)) {
        let model = self.stake.delegations.get(id);
        let Some(on_chain) = self.account::<account::Delegation>(address, model.is_some()) else {
            return;
        };
        let model = model.unwrap();
        assert_eq!((on_chain.owner, on_chain.index), *id, "whose delegation it is");
        assert_eq!(on_chain.amount, model.amount, "amount of delegation {address}");
        assert_eq!(on_chain.owed, model.owed, "owed to delegation {address}");
        assert_eq!(on_chain.lock_end, model.lock_end.unwrap_or(0), "lock of {address}");
        assert_eq!(on_chain.unlock_period, model.unlock_period, "end of the lock of {address}");
        assert_eq!(on_chain.unbonding_count, model.count, "unbondings of {address}");
        assert_eq!(on_chain.open_unbondings as usize, model.unbondings.len(), "open unbondings");
        assert_eq!(on_chain.entry, stored(&model.entry.dilution), "entry of {address}");
    }

    fn compare_lock_period(&self, address: &Address, period: u32) {
        let model = self.stake.locks.get(&period);
        let Some(on_chain) = self.account::<account::LockPeriod>(address, model.is_some()) else {
            return;
        };
        let model = model.unwrap();
        assert_eq!(on_chain.amount, self.stake.locked_to(period), "locked to {period}");
        assert_eq!(on_chain.marked != 0, model.marked, "mark of period {period}");
        assert_eq!(on_chain.reached != 0, model.reached.is_some(), "period {period} was reached");
        let waiting = self.stake.waiting_for(period);
        assert_eq!(on_chain.delegation_count as usize, waiting, "delegations of period {period}");
    }

    fn compare_unbonding(
        &self,
        address: &Address,
        parent: &Address,
        index: u64,
        model: Option<&Unbonding>,
    ) {
        let Some(on_chain) = self.account::<account::Unbonding>(address, model.is_some()) else {
            return;
        };
        let model = model.unwrap();
        assert_eq!((on_chain.parent, on_chain.index), (*parent, index), "parent of an unbonding");
        assert_eq!(on_chain.amount, model.amount, "amount of an unbonding");
        assert_eq!(on_chain.withdrawable_at, model.withdrawable_at, "time of an unbonding");
        assert_eq!(on_chain.entry, stored(&model.entry.dilution), "entry of an unbonding");
    }

    fn compare_penalty_epoch(&self, address: &Address, epoch: u64) {
        let model = self.stake.epochs.get(&epoch);
        let Some(on_chain) = self.account::<account::PenaltyEpoch>(address, model.is_some()) else {
            return;
        };
        let model = model.unwrap();
        assert_eq!(on_chain.epoch, epoch, "epoch");
        assert_eq!(on_chain.cap, model.cap, "cap of epoch {epoch}");
        assert_eq!(on_chain.executed, model.executed, "penalties of epoch {epoch}");
        assert_eq!(on_chain.expires_at, model.expires, "end of epoch {epoch}'s penalties");
        assert_eq!(on_chain.penalty_count as usize, model.penalties.len(), "penalties");
        assert!(model.executed <= model.cap, "penalties stay within the cap");
    }

    fn compare_penalty(&self, address: &Address, epoch: u64, index: u32) {
        let model = self.stake.epochs.get(&epoch);
        let model = model.and_then(|epoch| epoch.penalties.get(&index));
        let Some(on_chain) = self.account::<account::Penalty>(address, model.is_some()) else {
            return;
        };
        let model = model.unwrap();
        assert_eq!(on_chain.amount, model.leaf.amount, "penalty");
        assert_eq!(on_chain.taken, model.taken, "taken");
        assert_eq!(on_chain.challenger_due, model.due, "due to the challenger");
        assert_eq!(on_chain.executable_at, model.executable_at, "end of the appeal");
        let status = match model.decision {
            Decision::Announced => 0,
            Decision::Vetoed => 1,
            Decision::Executed => 2,
        };
        assert_eq!(on_chain.status, status, "status of a penalty");
    }
}
