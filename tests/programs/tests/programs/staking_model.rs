//! Random lives of a stake pool, with delegators, locks, rewards and penalties. After every step
//! the accounts add up; in the end everybody leaves, everything is closed, and no token and no
//! lamport is missing.

use cairn_program_tests::{Chain, StakePool};
use cairn_protocol::dilution::Dilution;
use cairn_sdk::{
    account::{Bond, Delegation, DelegationTarget, LockPeriod, Penalty, PenaltyEpoch, Unbonding},
    address,
    amount::Tokens,
    instruction::{self, DelegationRef, PenaltyRef},
    staking::types::StoredDilution,
};
use proptest::prelude::*;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;

const OPERATORS: usize = 2;
const DELEGATORS: usize = 3;
/// Of each delegator.
const SLOTS: u16 = 2;

#[derive(Debug, Clone, Copy)]
enum Act {
    Delegate(usize, u16, usize, u64, u8),
    Add(usize, u16, u64),
    Extend(usize, u16, u8),
    Undelegate(usize, u16, u64),
    Withdraw(usize, u16),
    Claim(usize, u16),
    Settle(usize, u16),
    Unbond(usize, u64),
    WithdrawBond(usize),
    Reward(u64),
    Penalize(usize, u64),
    Wait(u32),
}

fn act() -> impl Strategy<Value = Act> {
    let who = || (0..DELEGATORS, 0..SLOTS);
    prop_oneof![
        4 => (who(), 0..=OPERATORS, 1u64..5_000, 0u8..=4)
            .prop_map(|((a, b), to, amount, lock)| Act::Delegate(a, b, to, amount, lock)),
        2 => (who(), 1u64..5_000).prop_map(|((a, b), amount)| Act::Add(a, b, amount)),
        2 => (who(), 1u8..=4).prop_map(|((a, b), lock)| Act::Extend(a, b, lock)),
        3 => (who(), 1u64..5_000).prop_map(|((a, b), amount)| Act::Undelegate(a, b, amount)),
        2 => who().prop_map(|(a, b)| Act::Withdraw(a, b)),
        2 => who().prop_map(|(a, b)| Act::Claim(a, b)),
        1 => who().prop_map(|(a, b)| Act::Settle(a, b)),
        1 => (0..OPERATORS, 1u64..400).prop_map(|(a, amount)| Act::Unbond(a, amount)),
        1 => (0..OPERATORS).prop_map(Act::WithdrawBond),
        3 => (1u64..1_000_000).prop_map(Act::Reward),
        2 => (0..OPERATORS, 1u64..6_000).prop_map(|(a, amount)| Act::Penalize(a, amount)),
        3 => (3_600u32..2 * StakePool::PERIOD_SECONDS).prop_map(Act::Wait),
    ]
}

fn dilution(stored: &StoredDilution) -> Dilution {
    Dilution { factor: stored.factor, scale: stored.scale, generation: stored.generation }
}

struct World {
    chain: Chain,
    pool: StakePool,
    /// Owner, token account, bond, unbondings withdrawn.
    operators: Vec<(Keypair, Address, Address, u64)>,
    /// Owner, token account.
    delegators: Vec<(Keypair, Address)>,
    /// Next unbonding to withdraw, by delegation.
    withdrawn: std::collections::BTreeMap<Address, u64>,
    penalties: Vec<PenaltyRef>,
    minted: u64,
    rewarded: u64,
}

impl World {
    fn new() -> Self {
        let (mut chain, pool) = StakePool::bench();
        let operators = (0..OPERATORS)
            .map(|_| {
                let (owner, account, bond) = pool.bonded(&mut chain, 1_000);
                (owner, account, bond, 0)
            })
            .collect();
        let delegators: Vec<_> = (0..DELEGATORS).map(|_| pool.staker(&mut chain, 20_000)).collect();
        for (owner, _) in &delegators {
            pool.reward_account(&mut chain, &owner.pubkey());
        }
        pool.stake_account(&mut chain, &pool.treasury);
        pool.reward_account(&mut chain, &pool.treasury);
        let minted = 1_000 * OPERATORS as u64 + 20_000 * DELEGATORS as u64;
        Self {
            chain,
            pool,
            operators,
            delegators,
            withdrawn: std::collections::BTreeMap::new(),
            penalties: Vec::new(),
            minted,
            rewarded: 0,
        }
    }

    fn operator(&self, at: usize) -> Address {
        self.operators.get(at).map_or(Address::default(), |operator| operator.0.pubkey())
    }

    fn delegation(&self, who: usize, slot: u16) -> Option<(DelegationRef, Delegation)> {
        let owner = self.delegators[who].0.pubkey();
        let address = address::delegation(&self.pool.address, &owner, slot);
        self.chain.exists(&address).then(|| {
            let read = self.chain.read::<Delegation>(&address);
            (DelegationRef { address, target: read.target, lock_end: read.lock_end }, read)
        })
    }

    fn all(&self) -> Vec<(usize, u16, DelegationRef, Delegation)> {
        (0..DELEGATORS)
            .flat_map(|who| (0..SLOTS).map(move |slot| (who, slot)))
            .filter_map(|(who, slot)| {
                self.delegation(who, slot).map(|(at, read)| (who, slot, at, read))
            })
            .collect()
    }

    /// Reaches every period that began, as a crank would.
    fn crank(&mut self) {
        let now = self.pool.period(&self.chain);
        let first = self.pool.read(&self.chain).period + 1;
        for period in first..=now.min(first + 254) {
            let address = address::lock_period(&self.pool.address, period);
            if !self.chain.exists(&address) {
                continue;
            }
            let read = self.chain.read::<LockPeriod>(&address);
            if read.marked == 1 && read.reached == 0 {
                let reach = instruction::reach_period(&self.pool.address, period);
                self.chain.send(&[reach], &[]);
            }
        }
    }

    /// Sends what must succeed.
    fn must(&mut self, what: Act, instruction: Instruction, signer: Option<usize>) {
        let signers: Vec<&Keypair> =
            signer.map(|who| &self.delegators[who].0).into_iter().collect();
        if let Err(refused) = self.chain.try_send(&[instruction], &signers) {
            panic!("{what:?}: {}\n  {}", refused.name, refused.logs.join("\n  "));
        }
    }

    fn run(&mut self, act: Act) {
        let stake = self.pool.stake;
        match act {
            Act::Delegate(who, slot, to, amount, lock) => {
                let (owner, account) = &self.delegators[who];
                if self.delegation(who, slot).is_some() || self.chain.tokens(account) < amount {
                    return;
                }
                let (owner, account, to) = (owner.insecure_clone(), *account, self.operator(to));
                self.crank();
                self.pool.delegate(&mut self.chain, (&owner, &account), slot, &to, amount, lock);
            }
            Act::Add(who, slot, amount) => {
                let Some((at, _)) = self.delegation(who, slot) else { return };
                let (owner, account) = &self.delegators[who];
                if self.chain.tokens(account) < amount {
                    return;
                }
                let add = instruction::add_to_delegation(
                    &owner.pubkey(),
                    account,
                    &stake,
                    &at,
                    Tokens(amount),
                );
                self.crank();
                self.must(act, add, Some(who));
            }
            Act::Extend(who, slot, lock) => {
                let Some((at, read)) = self.delegation(who, slot) else { return };
                self.crank();
                let end = self.pool.period(&self.chain) + u32::from(lock);
                if end <= read.lock_end {
                    return;
                }
                self.pool.lock_period(&mut self.chain, end);
                let owner = self.delegators[who].0.pubkey();
                let extend = instruction::extend_lock(&owner, &stake, &at, lock, end);
                self.must(act, extend, Some(who));
            }
            Act::Undelegate(who, slot, amount) => {
                let Some((at, read)) = self.delegation(who, slot) else { return };
                self.crank();
                let target = self.chain.read::<DelegationTarget>(&at.target);
                let left = dilution(&target.dilution).part(read.amount, &dilution(&read.entry));
                if self.pool.period(&self.chain) < read.unlock_period || left == 0 {
                    return;
                }
                let owner = self.delegators[who].0.pubkey();
                let amount = amount.min(left);
                let undelegate = instruction::undelegate(
                    &owner,
                    &owner,
                    &stake,
                    &at,
                    read.unbonding_count,
                    Tokens(amount),
                );
                self.must(act, undelegate, Some(who));
            }
            Act::Withdraw(who, slot) => {
                let Some((at, _)) = self.delegation(who, slot) else { return };
                let index = *self.withdrawn.get(&at.address).unwrap_or(&0);
                let unbonding = address::unbonding(&at.address, index);
                if !self.chain.exists(&unbonding)
                    || self.chain.read::<Unbonding>(&unbonding).withdrawable_at > self.chain.now()
                {
                    return;
                }
                let (owner, account) = &self.delegators[who];
                let key = owner.pubkey();
                let withdraw =
                    instruction::withdraw_delegation(&key, &key, &stake, &at, index, account);
                self.must(act, withdraw, Some(who));
                self.withdrawn.insert(at.address, index + 1);
            }
            Act::Claim(who, slot) => {
                let Some((at, _)) = self.delegation(who, slot) else { return };
                let owner = self.delegators[who].0.pubkey();
                let claim = instruction::claim_delegation_rewards(&stake, &at, &owner);
                if let Err(refused) = self.chain.try_send(&[claim], &[]) {
                    assert_eq!(refused.name, "staking::NothingToClaim");
                }
            }
            Act::Settle(who, slot) => {
                let Some((at, _)) = self.delegation(who, slot) else { return };
                self.must(act, instruction::settle_delegation(&stake, &at), None);
            }
            Act::Unbond(who, amount) => {
                let (owner, _, bond, _) = &self.operators[who];
                if self.chain.read::<Bond>(bond).amount >= amount {
                    let (owner, bond) = (owner.insecure_clone(), *bond);
                    self.pool.unbond(&mut self.chain, &owner, &bond, amount);
                }
            }
            Act::WithdrawBond(who) => self.withdraw_bond(who),
            Act::Reward(amount) => {
                self.crank();
                self.pool.share_out(&mut self.chain, amount);
                self.rewarded += amount;
            }
            Act::Penalize(who, amount) => {
                let bond = self.operators[who].2;
                let challenger = self.delegators[0].0.pubkey();
                let penalty = self.pool.announced(&mut self.chain, &bond, amount, &challenger);
                self.pool.wait(&mut self.chain, StakePool::APPEAL_SECONDS);
                self.chain.send(&[instruction::execute_penalty(&stake, &penalty)], &[]);
                self.penalties.push(penalty);
            }
            Act::Wait(seconds) => self.pool.wait(&mut self.chain, seconds),
        }
    }

    fn withdraw_bond(&mut self, who: usize) {
        let (owner, account, bond, index) = &self.operators[who];
        let unbonding = address::unbonding(bond, *index);
        if !self.chain.exists(&unbonding)
            || self.chain.read::<Unbonding>(&unbonding).withdrawable_at > self.chain.now()
        {
            return;
        }
        let key = owner.pubkey();
        let withdraw = instruction::withdraw(&key, &key, &self.pool.stake, bond, *index, account);
        self.chain.send(&[withdraw], &[owner]);
        self.operators[who].3 += 1;
    }

    /// What always holds.
    fn check(&self) {
        let of_pool = self.pool.read(&self.chain);
        let bonds: Vec<Bond> =
            self.operators.iter().map(|(_, _, bond, _)| self.chain.read(bond)).collect();
        assert_eq!(of_pool.bonded_total, bonds.iter().map(|bond| bond.amount).sum::<u64>());
        assert_eq!(of_pool.unbonding_total, bonds.iter().map(|bond| bond.unbonding).sum::<u64>());
        assert_eq!(
            self.chain.tokens(&self.pool.vault),
            of_pool.bonded_total
                + of_pool.unbonding_total
                + of_pool.delegated_total
                + of_pool.undelegating_total
                + of_pool.treasury_stake_due
                + of_pool.challenger_due
        );
        assert_eq!(self.chain.tokens(&self.pool.reward_vault), of_pool.reward_balance);

        let all = self.all();
        assert_eq!(of_pool.weighted, all.iter().map(|(.., read)| read.amount).sum::<u64>());
        let locked: Vec<_> =
            all.iter().filter(|(.., read)| read.lock_end > of_pool.period).collect();
        assert_eq!(of_pool.locked, locked.iter().map(|(.., read)| read.amount).sum::<u64>());
        assert_eq!(
            of_pool.locked_by_end,
            locked
                .iter()
                .map(|(.., read)| u128::from(read.amount) * u128::from(read.lock_end))
                .sum::<u128>()
        );
        let owed: u64 = all.iter().map(|(.., read)| read.owed).sum();
        assert!(owed + of_pool.treasury_reward_due <= of_pool.reward_balance);

        let (mut delegated, mut undelegating) = (0, 0);
        for operator in 0..=OPERATORS {
            let address = address::target(&self.pool.address, &self.operator(operator));
            if !self.chain.exists(&address) {
                continue;
            }
            let target = self.chain.read::<DelegationTarget>(&address);
            let now = dilution(&target.dilution);
            let (mut parts, mut leaving, mut count) = (0, 0, 0);
            for (.., at, read) in all.iter().filter(|(.., at, _)| at.target == address) {
                count += 1;
                parts += now.part(read.amount, &dilution(&read.entry));
                for index in 0..read.unbonding_count {
                    let unbonding = address::unbonding(&at.address, index);
                    if self.chain.exists(&unbonding) {
                        let read = self.chain.read::<Unbonding>(&unbonding);
                        leaving += now.part(read.amount, &dilution(&read.entry));
                    }
                }
            }
            assert_eq!((target.delegation_count, target.pending_penalties), (count, 0));
            assert!(parts <= target.delegated && leaving <= target.unbonding);
            delegated += target.delegated;
            undelegating += target.unbonding;
        }
        assert_eq!(
            (delegated, undelegating),
            (of_pool.delegated_total, of_pool.undelegating_total)
        );
    }

    /// Everybody leaves, and every account is closed.
    fn end(mut self) {
        self.pool.wait(&mut self.chain, 6 * StakePool::PERIOD_SECONDS);
        self.crank();
        for (who, slot, ..) in self.all() {
            self.run(Act::Undelegate(who, slot, u64::MAX));
        }
        for who in 0..OPERATORS {
            let amount = self.chain.read::<Bond>(&self.operators[who].2).amount;
            if amount > 0 {
                self.run(Act::Unbond(who, amount));
            }
        }
        self.check();
        self.pool.wait(&mut self.chain, StakePool::EXPIRY_SECONDS + 1);
        let (stake, pool) = (self.pool.stake, self.pool.address);
        for (who, slot, at, read) in self.all() {
            for _ in 0..read.open_unbondings {
                self.run(Act::Withdraw(who, slot));
            }
            self.run(Act::Claim(who, slot));
            let at = self.pool.delegation(&self.chain, &at.address);
            let owner = self.delegators[who].0.pubkey();
            let close = instruction::close_delegation(&owner, &owner, &stake, &at);
            self.must(Act::Settle(who, slot), close, Some(who));
        }
        for who in 0..OPERATORS {
            let (owner, _, bond, _) = &self.operators[who];
            let (owner, bond) = (owner.insecure_clone(), *bond);
            for _ in 0..self.chain.read::<Bond>(&bond).open_unbondings {
                self.withdraw_bond(who);
            }
            let key = owner.pubkey();
            self.chain.send(&[instruction::close_bond(&key, &key, &pool, &bond)], &[&owner]);
        }
        let challenger = self.delegators[0].0.pubkey();
        for penalty in std::mem::take(&mut self.penalties) {
            let read = self.chain.read::<Penalty>(&penalty.address(&pool));
            if read.challenger_due > 0 {
                self.chain.send(&[instruction::pay_challenger(&stake, &penalty, &challenger)], &[]);
            }
            let epoch: PenaltyEpoch =
                self.chain.read(&address::penalty_epoch(&pool, penalty.epoch));
            self.chain.send(
                &[
                    instruction::close_penalty(&read.rent_payer, &pool, &penalty),
                    instruction::close_penalty_epoch(&epoch.rent_payer, &pool, penalty.epoch),
                ],
                &[],
            );
        }
        for operator in 0..=OPERATORS {
            let operator = self.operator(operator);
            let address = address::target(&pool, &operator);
            if self.chain.exists(&address) {
                let payer = self.chain.read::<DelegationTarget>(&address).rent_payer;
                self.chain.send(&[instruction::close_target(&payer, &pool, &operator)], &[]);
            }
        }
        for period in 1..=self.pool.period(&self.chain) + 4 {
            let address = address::lock_period(&pool, period);
            if self.chain.exists(&address) {
                let payer = self.chain.read::<LockPeriod>(&address).rent_payer;
                self.chain.send(&[instruction::close_lock_period(&payer, &pool, period)], &[]);
            }
        }
        let close = instruction::close_stake_pool(
            &self.pool.authority.pubkey(),
            &self.pool.payer.pubkey(),
            &stake,
            &self.pool.treasury,
        );
        self.chain.send(&[close], &[&self.pool.authority]);

        // Every token is somebody's, or was burned.
        let accounts = self
            .operators
            .iter()
            .map(|operator| operator.1)
            .chain(self.delegators.iter().map(|delegator| delegator.1))
            .chain([stake.stake_account(&self.pool.treasury)]);
        let held: u64 = accounts.map(|account| self.chain.tokens(&account)).sum();
        assert_eq!(held, self.chain.supply(&stake.mint));
        assert!(held <= self.minted);
        let rewards: u64 = self
            .delegators
            .iter()
            .map(|delegator| delegator.0.pubkey())
            .chain([self.pool.treasury])
            .map(|wallet| self.chain.tokens(&stake.reward_account(&wallet)))
            .sum();
        assert_eq!(rewards, self.rewarded);
        assert!(!self.chain.exists(&pool));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn everything_adds_up_and_everybody_gets_out(acts in prop::collection::vec(act(), 1..60)) {
        let mut world = World::new();
        for act in acts {
            world.run(act);
            world.check();
        }
        world.end();
    }
}
