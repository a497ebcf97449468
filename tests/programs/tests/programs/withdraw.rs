use cairn_program_tests::{Chain, NOW, Network, StakePool, Swap, cases};
use cairn_sdk::{
    account::{self, Bond},
    address,
    amount::Tokens,
    event::{Event, StakingEvent},
    instruction,
    staking::types::Withdrawn,
};
use proptest::prelude::*;
use solana_signer::Signer;

#[test]
fn tokens_and_rent_come_back_when_the_cooldown_is_over_to_the_second() {
    let mut case = cases::staking::withdraw();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (payer, vault, bond, unbonding) = (accounts[1], accounts[3], accounts[5], accounts[6]);
    let now = case.chain.now();
    let withdraw = case.tested().clone();
    case.chain.warp_to(now - 1);
    assert_eq!(case.try_send(withdraw).unwrap_err().name, "staking::CooldownActive");
    case.chain.warp_to(now);
    let rent = case.chain.lamports(&unbonding);
    let lamports = case.chain.lamports(&payer);
    let sent = case.send();
    assert_eq!(case.chain.tokens(&accounts[7]), 400);
    assert_eq!(case.chain.tokens(&vault), 600);
    assert!(!case.chain.exists(&unbonding));
    assert_eq!(case.chain.lamports(&payer), lamports + rent);
    let read = case.chain.read::<Bond>(&bond);
    assert_eq!((read.amount, read.unbonding, read.open_unbondings), (600, 0, 0));
    let of_pool: account::StakePool = case.chain.read(&accounts[2]);
    assert_eq!((of_pool.bonded_total, of_pool.unbonding_total), (600, 0));
    let event = Withdrawn { parent: bond, unbonding, old_amount: 400, amount: 400 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::Withdrawn(event))]);
    let again = case.tested().clone();
    assert!(case.try_send(again).is_err(), "nothing is paid twice");
}

#[test]
fn a_penalty_takes_its_part_of_every_unbonding_and_nothing_is_paid_twice() {
    let (mut chain, pool) = StakePool::bench();
    pool.bonded(&mut chain, 10_000); // so that the cap allows for it
    let (owner, account, bond) = pool.bonded(&mut chain, 1_000);
    let wallet = owner.pubkey();
    for amount in [301, 100, 599] {
        pool.unbond(&mut chain, &owner, &bond, amount);
    }
    pool.penalize(&mut chain, &bond, 500);
    assert_eq!(chain.read::<Bond>(&bond).unbonding, 500);
    pool.wait(&mut chain, StakePool::COOLDOWN_SECONDS);
    for (index, left) in [(0, 150), (1, 50), (2, 299)] {
        let before = chain.tokens(&account);
        chain.send(
            &[instruction::withdraw(&wallet, &wallet, &pool.stake, &bond, index, &account)],
            &[&owner],
        );
        assert_eq!(chain.tokens(&account) - before, left);
    }
    // The unit that rounding left is the treasury's, so that the bond can close.
    let of_pool = pool.read(&chain);
    assert_eq!((of_pool.unbonding_total, of_pool.treasury_stake_due), (0, 250 + 1));
    chain.send(&[instruction::close_bond(&wallet, &wallet, &pool.address, &bond)], &[&owner]);
}

#[test]
fn an_unbonding_that_was_taken_whole_still_gives_its_rent_back() {
    let (mut chain, pool) = StakePool::bench();
    pool.bonded(&mut chain, 10_000);
    let (owner, account, bond) = pool.bonded(&mut chain, 1_000);
    let wallet = owner.pubkey();
    pool.unbond(&mut chain, &owner, &bond, 1_000);
    pool.penalize(&mut chain, &bond, 5_000);
    // What is bonded after it is a pot of its own.
    pool.mint_stake(&mut chain, &account, 70);
    chain.send(
        &[instruction::add_to_bond(&wallet, &account, &pool.stake, &bond, Tokens(70))],
        &[&owner],
    );
    pool.unbond(&mut chain, &owner, &bond, 70);
    pool.wait(&mut chain, StakePool::COOLDOWN_SECONDS);
    for (index, paid) in [(0, 0), (1, 70)] {
        let rent = chain.lamports(&address::unbonding(&bond, index));
        let (tokens, lamports) = (chain.tokens(&account), chain.lamports(&wallet));
        chain.send(
            &[instruction::withdraw(&wallet, &wallet, &pool.stake, &bond, index, &account)],
            &[&owner],
        );
        assert_eq!(chain.tokens(&account) - tokens, paid);
        assert_eq!(chain.lamports(&wallet) - lamports, rent);
    }
}

#[test]
fn nobody_runs_from_a_penalty_that_is_announced() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, account, bond) = pool.bonded(&mut chain, 1_000);
    let wallet = owner.pubkey();
    pool.unbond(&mut chain, &owner, &bond, 1_000);
    pool.wait(&mut chain, StakePool::COOLDOWN_SECONDS);
    let penalty = pool.announced(&mut chain, &bond, 100, &wallet);
    let withdraw = instruction::withdraw(&wallet, &wallet, &pool.stake, &bond, 0, &account);
    chain.refuse("staking::PenaltyPending", std::slice::from_ref(&withdraw), &[&owner]);
    let veto = instruction::veto_penalty(&pool.guardian.pubkey(), &pool.stake, &penalty);
    chain.send(&[veto], &[&pool.guardian]);
    chain.send(&[withdraw], &[&owner]);
    assert_eq!(chain.tokens(&account), 1_000);
}

#[test]
fn strangers_and_other_accounts_are_refused() {
    let mut case = cases::staking::withdraw();
    let stranger = case.chain.wallet();
    let owner = case.signers[0].insecure_clone();
    let withdraw = case.tested().clone();
    let by_stranger = withdraw.swap(0, &stranger.pubkey());
    case.chain.refuse("staking::NotOwner", &[by_stranger], &[&stranger]);
    let to_stranger = withdraw.swap(1, &stranger.pubkey());
    case.chain.refuse("staking::WrongRentPayer", &[to_stranger], &[&owner]);
    let vault = withdraw.accounts[3].pubkey;
    case.chain.refuse("staking::Custom(2040)", &[withdraw.swap(7, &vault)], &[&owner]);
    // The owner's second bond does not pay for the first.
    let stake = instruction::Stake::of(&case.chain.read(&withdraw.accounts[2].pubkey));
    let wallet = owner.pubkey();
    case.chain.send(&[instruction::open_bond(&wallet, &stake.address, &wallet, 0, 1)], &[&owner]);
    let second = address::bond(&stake.address, &wallet, 0, 1);
    case.chain.refuse("staking::WrongBond", &[withdraw.swap(5, &second)], &[&owner]);
}

#[test]
fn a_transfer_fee_is_the_withdrawers() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let pool = StakePool::create_with_fee(&mut chain, &network);
    let (owner, account, bond) = pool.bonded(&mut chain, 10_000);
    pool.unbond(&mut chain, &owner, &bond, 9_900);
    pool.wait(&mut chain, StakePool::COOLDOWN_SECONDS);
    let wallet = owner.pubkey();
    chain.send(
        &[instruction::withdraw(&wallet, &wallet, &pool.stake, &bond, 0, &account)],
        &[&owner],
    );
    assert_eq!((chain.tokens(&pool.vault), chain.tokens(&account)), (0, 9_801));
}

/// A step of a random life of a stake pool: who, and what with which amount.
#[derive(Debug, Clone, Copy)]
enum Act {
    Bond(u64),
    Request(u64),
    Withdraw,
    Wait(u32),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (0u64..200).prop_map(Act::Bond),
        (0u64..200).prop_map(Act::Request),
        Just(Act::Withdraw),
        (0u32..StakePool::COOLDOWN_SECONDS).prop_map(Act::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..Default::default() })]

    /// Whatever two stakers do, in whatever order: no token is made or lost, the vault holds what
    /// the totals say, and the totals are the sums of the bonds.
    #[test]
    fn no_token_is_made_or_lost(acts in prop::collection::vec((0usize..2, act()), 1..40)) {
        let (mut chain, pool) = StakePool::bench();
        let stakers = [(); 2].map(|()| {
            let (owner, account) = pool.staker(&mut chain, 500);
            let bond = pool.open(&mut chain, &owner);
            (owner, account, bond)
        });
        let (mut now, mut withdrawn) = (NOW, [0u64; 2]);
        for (who, act) in acts {
            let (owner, account, bond) = &stakers[who];
            let wallet = owner.pubkey();
            let before = chain.read::<Bond>(bond);
            let free = chain.tokens(account);
            let (instruction, possible) = match act {
                Act::Bond(amount) => (
                    instruction::add_to_bond(&wallet, account, &pool.stake, bond, Tokens(amount)),
                    amount > 0 && amount <= free,
                ),
                Act::Request(amount) => (
                    instruction::request_unbond(
                        &wallet, &wallet, &pool.address, bond, before.unbonding_count, Tokens(amount),
                    ),
                    amount > 0 && amount <= before.amount,
                ),
                Act::Withdraw => {
                    let next = withdrawn[who];
                    let at = address::unbonding(bond, next);
                    let due = chain.exists(&at)
                        && chain.read::<account::Unbonding>(&at).withdrawable_at <= now;
                    (
                        instruction::withdraw(&wallet, &wallet, &pool.stake, bond, next, account),
                        due,
                    )
                }
                Act::Wait(seconds) => {
                    now += i64::from(seconds);
                    chain.warp_to(now);
                    continue;
                }
            };
            let result = chain.try_send(&[instruction], &[owner]);
            prop_assert_eq!(result.is_ok(), possible, "{:?}: {:?}", act, result);
            if possible && matches!(act, Act::Withdraw) {
                withdrawn[who] += 1;
            }

            let of_pool = pool.read(&chain);
            let bonds = stakers.each_ref().map(|(_, _, bond)| chain.read::<Bond>(bond));
            let free: u64 = stakers.iter().map(|(_, account, _)| chain.tokens(account)).sum();
            let vault = chain.tokens(&pool.vault);
            prop_assert_eq!(free + vault, 1_000);
            prop_assert_eq!(of_pool.bonded_total, bonds[0].amount + bonds[1].amount);
            prop_assert_eq!(of_pool.unbonding_total, bonds[0].unbonding + bonds[1].unbonding);
            prop_assert_eq!(vault, of_pool.bonded_total + of_pool.unbonding_total);
        }
    }
}
