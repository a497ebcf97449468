//! The end of a network: everybody is paid, every account closed, every lamport back.

use super::{driver::World, ledger::Purse, rewards::Status, staking::Decision};
use cairn_protocol::emission::Step;
use cairn_sdk::{
    account::{Limit, PoolTerms, Splits},
    instruction,
};
use solana_address::Address;

const NO_LIMIT: Limit = Limit { max_amount: 0, window_seconds: 0, max_bps: 0, reserved: [0; 2] };

impl World {
    /// A root far into an emission table with as many steps and decays as there may be, over a
    /// change of the division: the most that a root ever costs. Returns the compute units of the
    /// proposal and of the finalization.
    pub(super) fn with_full_table(&mut self) -> [u64; 2] {
        const STEPS: u64 = 63;
        let (id, now) = (1, self.chain.now());
        let (authority, network, pool) =
            (self.network.authority, self.network_address, self.keys[id].pool);
        // The pool's first step stays.
        let first = self.pools[id].epoch_at(now) + 4;
        let all: Vec<_> = (0..STEPS)
            .map(|at| Step {
                // Long enough to decay as often as it may.
                first_epoch: first + 17 * at,
                per_epoch: 1_000_000_000 + at,
                keep_ppb: 999_999_999,
                every_epochs: 1,
                times: if at == STEPS - 1 { 1_024 - 16 * 62 } else { 16 },
            })
            .collect();
        for steps in all.chunks(16) {
            let from = steps[0].first_epoch;
            let verdict =
                self.pools[id].change_emission(&self.network, &authority, from, steps, now);
            let change = instruction::change_emission(&authority, &network, &pool, from, steps);
            assert!(self.step("change_emission", &from, &[change], verdict));
        }
        let splits = Splits { operators: 5_000, delegators: 5_000, oracles: 0, treasury: 0 };
        let from = first + 17 * 31;
        let verdict = self.pools[id].propose_splits(&self.network, &authority, &splits, from, now);
        let propose = instruction::propose_splits(&authority, &network, &pool, &splits, from);
        assert!(self.step("propose_splits", &from, &[propose], verdict));
        self.warp_to(self.pools[id].epoch_start(first + 2_000));
        self.last_root(id);
        ["propose", "finalize"].map(|name| self.units[name])
    }

    pub(super) fn wait(&mut self, seconds: i64) {
        self.warp_to(self.chain.now() + seconds);
    }

    /// Closes everything.
    pub(super) fn close_everything(&mut self) {
        if self.network.paused {
            self.act_pause();
        }
        self.wait(100_000);
        for id in 0..2 {
            self.loosen(id);
        }
        self.wait(30_000);
        for id in 0..2 {
            self.last_root(id);
            if self.pools[id].promised.delegators > self.pools[id].paid.delegators {
                self.act_pay_delegators(id);
            }
        }
        while let Some(period) = self.next_to_reach() {
            self.reach(period);
        }
        self.act_sync();
        self.close_penalties();
        self.close_delegations();
        self.close_bonds();
        self.close_stake_pool();
        for id in 0..2 {
            self.close_pool(id);
        }
        self.close_registry();
        self.look_at_everything();
        let keepers = [self.network.authority, self.devices.license_issuer];
        for wallet in self.operators.iter().chain(&self.others).chain(&keepers) {
            assert_eq!(self.ledger.rent(wallet), 0, "what {wallet} paid for came back");
        }
    }

    /// Takes limits and bonds away, and lets enough be emitted for a last root.
    fn loosen(&mut self, id: usize) {
        let now = self.chain.now();
        let (authority, network, pool) =
            (self.network.authority, self.network_address, self.keys[id].pool);
        let base = self.pool_terms(id);
        let delegator_vault = if id == self.linked {
            base.delegator_vault
        } else {
            self.address(Purse::Wallet(id, self.others[1]))
        };
        let terms = PoolTerms {
            delegator_vault,
            proposal_bond: 0,
            challenge_bond: 0,
            breaker: NO_LIMIT,
            operator_cap: NO_LIMIT,
            ..base
        };
        let verdict = self.pools[id].propose_pool_update(&self.network, &authority, &terms, now);
        let instruction = instruction::propose_pool_update(&authority, &network, &pool, &terms);
        assert!(self.step("propose_pool_update", &id, &[instruction], verdict));
        let from = self.pools[id].epoch_at(now) + 4;
        let steps = [Step::constant(from, 3_000_000)];
        let verdict = self.pools[id].change_emission(&self.network, &authority, from, &steps, now);
        let instruction = instruction::change_emission(&authority, &network, &pool, from, &steps);
        // Refused where the table is full and no root came lately.
        self.step("change_emission", &id, &[instruction], verdict);
        if id == 0 {
            self.put(Purse::Vault(0), 50_000_000);
        }
    }

    /// A root in which everybody has at least what it was paid.
    fn last_root(&mut self, id: usize) {
        let epoch = self.pools[id].epoch_at(self.chain.now()) - 1;
        let computed = self.compute(id, epoch, true);
        let mut address = self.propose(id, epoch, &computed);
        while !self.pools[id].proposals.contains_key(&address) {
            address = self.propose(id, epoch, &computed);
        }
        while self.pools[id].proposals[&address].quorum.is_none() {
            let proposal = self.pools[id].proposals[&address].clone();
            self.attest(id, &address, &proposal);
        }
        self.wait(3_000);
        assert!(self.finalize(id, &address), "the last root is finalized");
    }

    fn close_penalties(&mut self) {
        let all: Vec<_> = self
            .stake
            .epochs
            .iter()
            .flat_map(|(epoch, penalties)| penalties.penalties.keys().map(|index| (*epoch, *index)))
            .collect();
        for (epoch, index) in &all {
            if self.stake.epochs[epoch].penalties[index].decision == Decision::Announced {
                self.execute(*epoch, *index);
            }
            if self.stake.epochs[epoch].penalties[index].due > 0 {
                self.pay_challenger(*epoch, *index);
            }
        }
        self.wait(200_000);
        for (epoch, index) in all {
            self.close_penalty(epoch, index);
        }
        for epoch in self.stake.epochs.keys().copied().collect::<Vec<_>>() {
            self.close_penalty_epoch(epoch);
        }
        assert!(self.stake.epochs.is_empty(), "no penalty is left");
    }

    fn close_delegations(&mut self) {
        // Beyond the longest lock.
        self.wait(16 * self.stake.period_seconds);
        while let Some(period) = self.next_to_reach() {
            self.reach(period);
        }
        let all: Vec<_> = self.stake.delegations.keys().copied().collect();
        for id in &all {
            let delegation = &self.stake.delegations[id];
            let target = &self.stake.targets[&delegation.operator];
            let left = target.losses.part(delegation.amount, &delegation.entry);
            if left > 0 {
                self.undelegate(id, left);
            }
        }
        self.wait(20_000);
        for id in &all {
            let indices: Vec<_> = self.stake.delegations[id].unbondings.keys().copied().collect();
            for index in indices {
                self.withdraw_delegation(id, index);
            }
            let delegation = &self.stake.delegations[id];
            if delegation.owed + super::staking::Stake::earned(delegation) > 0 {
                self.claim_rewards(id);
            }
            self.close_delegation(id);
        }
        assert!(self.stake.delegations.is_empty(), "no delegation is left");
        for operator in self.stake.targets.keys().copied().collect::<Vec<_>>() {
            self.close_target(&operator);
        }
        for end in self.stake.locks.keys().copied().collect::<Vec<_>>() {
            self.close_lock_period(end);
        }
        assert!(self.stake.targets.is_empty() && self.stake.locks.is_empty());
    }

    fn close_bonds(&mut self) {
        let all: Vec<_> = self.stake.bonds.keys().copied().collect();
        for bond in &all {
            let amount = self.stake.bonds[bond].amount.current;
            if amount > 0 {
                self.unbond(bond, amount);
            }
        }
        self.wait(20_000);
        for bond in &all {
            let owner = self.stake.bonds[bond].owner;
            self.open_account(self.stake.mint, &owner);
            let indices: Vec<_> = self.stake.bonds[bond].unbondings.keys().copied().collect();
            for index in indices {
                self.withdraw(bond, index);
            }
            self.close_bond(bond);
        }
        assert!(self.stake.bonds.is_empty(), "no bond is left");
    }

    fn close_stake_pool(&mut self) {
        let now = self.chain.now();
        let [bonded, unbonding, delegated, undelegating] = self.stake.totals();
        assert_eq!(bonded + unbonding + delegated + undelegating, 0, "nobody has stake");
        if self.stake.treasury_stake + self.stake.treasury_rewards > 0 {
            self.act_stake_treasury();
        }
        let strays = self.ledger.strays(Purse::StakeVault);
        assert_eq!(self.ledger.amount(Purse::StakeVault), strays, "no stake is stuck");
        let authority = self.network.authority;
        let verdict = self.stake.close(&self.network, &mut self.ledger, &authority, now);
        let instruction = instruction::close_stake_pool(
            &authority,
            &self.stake.rent_payer,
            &self.stake_keys,
            &self.treasury,
        );
        if self.step("close_stake_pool", &"", std::slice::from_ref(&instruction), verdict) {
            return;
        }
        // Fees that the vaults hold back are collected first.
        self.ledger.saw("close held up by fees");
        self.harvest(&[Purse::StakeVault]);
        self.harvest(&[Purse::RewardVault]);
        let verdict = self.stake.close(&self.network, &mut self.ledger, &authority, now);
        assert!(self.step("close_stake_pool", &"", &[instruction], verdict));
    }

    fn close_pool(&mut self, id: usize) {
        let now = self.chain.now();
        let (authority, network, keys) =
            (self.network.authority, self.network_address, self.keys[id]);
        let verdict = self.pools[id].request_close(&self.network, &authority, now);
        let instruction = instruction::request_close(&authority, &network, &keys.pool);
        assert!(self.step("request_close", &id, &[instruction], verdict));
        self.wait(self.network.delay);
        self.claim_everything(id);
        if self.pools[id].promised.delegators > self.pools[id].paid.delegators {
            self.act_pay_delegators(id);
        }
        while self.pools[id].promised.oracles > self.pools[id].paid.oracles {
            self.act_pay_oracle(id);
        }
        if self.pools[id].promised.treasury > self.pools[id].paid.treasury {
            self.act_pay_treasury(id);
        }
        self.wait(100_000);
        for address in self.pools[id].proposals.keys().copied().collect::<Vec<_>>() {
            self.close_last_proposal(id, &address);
        }
        let market = self.pools[id].market.as_ref().unwrap();
        for customer in market.accounts.keys().copied().collect::<Vec<_>>() {
            self.close_credits(id, &self.others[4].clone(), &customer);
        }
        let verdict =
            self.pools[id].close_credit_market(&self.network, &mut self.ledger, &authority);
        let instruction =
            instruction::close_credit_market(&authority, &network, &keys.pool, &authority);
        assert!(self.step("close_credit_market", &id, &[instruction], verdict));
        for operator in self.pools[id].claimants.keys().copied().collect::<Vec<_>>() {
            self.close_claimant(id, &self.others[4].clone(), &operator);
        }
        let now = self.chain.now();
        let verdict =
            self.pools[id].close_oracle_set(&self.network, &mut self.ledger, &authority, now);
        let instruction =
            instruction::close_oracle_set(&authority, &network, &keys.pool, &authority);
        assert!(self.step("close_oracle_set", &id, &[instruction], verdict));
        let verdict = self.pools[id].close_pool(&self.network, &mut self.ledger, &authority, now);
        let instruction = instruction::close_pool(&authority, &keys, &self.treasury, &authority);
        if self.step("close_pool", &id, std::slice::from_ref(&instruction), verdict) {
            return;
        }
        self.ledger.saw("close held up by fees");
        self.harvest(&[Purse::Vault(id), Purse::BondVault(id)]);
        let verdict = self.pools[id].close_pool(&self.network, &mut self.ledger, &authority, now);
        assert!(self.step("close_pool", &id, &[instruction], verdict));
    }

    /// Pays everybody what the last root says; claimants are opened as needed.
    fn claim_everything(&mut self, id: usize) {
        let now = self.chain.now();
        let computed = self.pools[id].root.clone().unwrap().computed;
        for (at, (operator, total)) in computed.operators.iter().enumerate() {
            if !self.pools[id].claimants.contains_key(operator) {
                let payer = self.others[3];
                let verdict = self.pools[id].open_claimant(&mut self.ledger, &payer, operator, now);
                let keys = &self.keys[id];
                let claimant = cairn_sdk::address::claimant(&keys.pool, operator);
                self.known.insert(claimant, super::driver::Thing::Claimant(id, *operator));
                let instruction = instruction::open_claimant(&payer, keys, operator);
                assert!(self.step("open_claimant", operator, &[instruction], verdict));
            }
            if self.pools[id].claimants[operator].claimed < *total {
                assert!(self.claim(id, at, operator, *total, false), "{operator} is paid");
            }
        }
        assert_eq!(self.pools[id].claimed, self.pools[id].root_sum(), "everything is claimed");
    }

    fn close_last_proposal(&mut self, id: usize, address: &Address) {
        let proposal = self.pools[id].proposals[address].clone();
        let now = self.chain.now();
        if let Some(challenge) = &proposal.challenge {
            if challenge.outcome.is_none() {
                let verdict = self.pools[id].resolve_challenge(&mut self.ledger, address, now);
                let instruction = instruction::resolve_challenge(&self.keys[id], address);
                assert!(self.step("resolve_challenge", address, &[instruction], verdict));
            }
            let verdict = self.pools[id].close_challenge(&mut self.ledger, address);
            let instruction =
                instruction::close_challenge(&self.keys[id], address, &challenge.challenger);
            assert!(self.step("close_challenge", address, &[instruction], verdict));
        }
        let proposal = self.pools[id].proposals[address].clone();
        if proposal.bond > 0 {
            self.return_bond(id, address, &proposal);
        }
        self.close_proposal(id, address, &proposal);
        assert!(
            !self.pools[id].proposals.contains_key(address) || proposal.status == Status::Finalized,
            "{address} is closed"
        );
    }
}
