use cairn_program_tests::{StakePool, Swap, cases};
use cairn_sdk::{
    account::{self, Delegation, LockPeriod},
    amount::Tokens,
    event::{Event, StakingEvent},
    instruction,
    staking::types::Delegated,
};
use solana_address::Address;
use solana_signer::Signer;

#[test]
fn what_is_added_is_locked_as_long_as_the_rest() {
    let mut case = cases::staking::add_to_delegation();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let before: Delegation = case.chain.read(&accounts[7]);
    let sent = case.send();
    let after: Delegation = case.chain.read(&accounts[7]);
    assert_eq!((after.amount, after.lock_end), (1_300, before.lock_end));
    assert_eq!((before.owed, after.owed), (0, 10_000), "settled at the amount before");
    let of_pool: account::StakePool = case.chain.read(&accounts[2]);
    assert_eq!((of_pool.delegated_total, of_pool.weighted), (1_300, 1_300));
    assert_eq!((of_pool.locked, of_pool.locked_by_end), (1_300, 2_600));
    assert_eq!(case.chain.read::<LockPeriod>(&accounts[8]).amount, 1_300);
    assert_eq!(case.chain.tokens(&accounts[1]), 700);
    assert_eq!(case.chain.tokens(&accounts[3]), 1_300);
    let Some(Event::Staking(StakingEvent::Delegated(Delegated {
        amount,
        old_amount,
        new_amount,
        ..
    }))) = sent.events.first()
    else {
        panic!("{:?}", sent.events)
    };
    assert_eq!((*amount, *old_amount, *new_amount), (300, 1_000, 1_300));
}

#[test]
fn rewards_that_have_arrived_do_not_reach_what_is_added() {
    let (mut chain, pool) = StakePool::bench();
    let (_, _, first) = pool.delegated(&mut chain, &Address::default(), 1_000, 0);
    let (owner, source, second) = pool.delegated(&mut chain, &Address::default(), 1_000, 0);
    pool.reward(&mut chain, 1_000);
    pool.mint_stake(&mut chain, &source, 98_000);
    let add = instruction::add_to_delegation(
        &owner.pubkey(),
        &source,
        &pool.stake,
        &second,
        Tokens(98_000),
    );
    chain.send(&[add], &[&owner]);
    chain.send(&[instruction::settle_delegation(&pool.stake, &first)], &[]);
    for delegation in [first, second] {
        assert_eq!(chain.read::<Delegation>(&delegation.address).owed, 500);
    }
}

#[test]
fn the_locks_period_may_not_be_left_out_nor_another_be_given() {
    let mut case = cases::staking::add_to_delegation();
    let stake = instruction::Stake::of(&case.chain.read(&case.tested().accounts[2].pubkey));
    let without = case.tested().swap(8, &cairn_sdk::address::STAKING);
    assert_eq!(case.try_send(without).unwrap_err().name, "staking::WrongLockPeriod");
    let payer = case.chain.wallet();
    case.chain
        .send(&[instruction::open_lock_period(&payer.pubkey(), &stake.address, 4)], &[&payer]);
    let other = case.tested().swap(8, &cairn_sdk::address::lock_period(&stake.address, 4));
    assert_eq!(case.try_send(other).unwrap_err().name, "staking::WrongLockPeriod");
    let target = case.tested().accounts[6].pubkey;
    let wrong = case.chain.forge(&target, &cairn_sdk::address::STAKING);
    let wrong = case.tested().swap(6, &wrong);
    assert_eq!(case.try_send(wrong).unwrap_err().name, "staking::WrongTarget");
}

#[test]
fn a_zero_amount_and_a_pending_penalty_are_refused() {
    let (mut chain, pool) = StakePool::bench();
    let (operator, _, bond) = pool.bonded(&mut chain, 1_000);
    let (owner, source, delegation) = pool.delegated(&mut chain, &operator.pubkey(), 10, 0);
    let add = |amount| {
        instruction::add_to_delegation(&owner.pubkey(), &source, &pool.stake, &delegation, amount)
    };
    chain.refuse("staking::ZeroAmount", &[add(Tokens(0))], &[&owner]);
    pool.announced(&mut chain, &bond, 10, &operator.pubkey());
    chain.refuse("staking::PenaltyPending", &[add(Tokens(1))], &[&owner]);
}
