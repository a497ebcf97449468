use cairn_program_tests::{StakePool, Swap, cases};
use cairn_sdk::{
    account::{self, LockPeriod},
    address,
    event::{Event, StakingEvent},
    instruction,
    staking::types::PeriodReached,
};

#[test]
fn the_sums_at_the_boundary_are_kept_and_the_lock_weighs_no_more() {
    let mut case = cases::staking::reach_period();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let before: account::StakePool = case.chain.read(&accounts[0]);
    assert_eq!((before.locked, before.locked_by_end, before.weighted), (1_000, 2_000, 1_000));
    assert_ne!(before.lock_ring, [0; 4]);
    let sent = case.send();
    let after: account::StakePool = case.chain.read(&accounts[0]);
    assert_eq!((after.locked, after.locked_by_end, after.weighted), (0, 0, 1_000));
    assert_eq!((after.lock_ring, after.period), ([0; 4], 2));
    let period: LockPeriod = case.chain.read(&accounts[1]);
    assert_eq!((period.reached, period.amount), (1, 1_000));
    assert_eq!((period.sum_a, period.sum_b), (after.sum_a, after.sum_b));
    assert!(after.sum_a > 0);
    let event =
        PeriodReached { stake_pool: accounts[0], old_period: 0, new_period: 2, amount: 1_000 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::PeriodReached(event))]);
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "staking::PeriodOutOfOrder");
}

#[test]
fn periods_are_reached_in_order_and_not_before_they_begin() {
    let (mut chain, pool) = StakePool::bench();
    let operator = solana_address::Address::default();
    for lock in [3, 1] {
        pool.delegated(&mut chain, &operator, 100, lock);
    }
    let reach = |period| instruction::reach_period(&pool.address, period);
    chain.refuse("staking::PeriodNotBegun", &[reach(1)], &[]);
    pool.warp_to_period(&mut chain, 3);
    chain.refuse("staking::PeriodOutOfOrder", &[reach(3)], &[]);
    // Nothing is shared out with weights that are over.
    pool.reward(&mut chain, 1_000);
    let sync = instruction::sync_rewards(&pool.address);
    chain.refuse("staking::PeriodsBehind", std::slice::from_ref(&sync), &[]);
    chain.send(&[reach(1), reach(3), sync], &[]);
    assert_eq!(pool.read(&chain).period, 3);
}

#[test]
fn a_period_that_nobody_locked_to_is_passed_over() {
    let (mut chain, pool) = StakePool::bench();
    pool.lock_period(&mut chain, 2);
    pool.warp_to_period(&mut chain, 3);
    chain.refuse("staking::PeriodOutOfOrder", &[instruction::reach_period(&pool.address, 2)], &[]);
    pool.share_out(&mut chain, 10);
    assert_eq!(pool.read(&chain).period, 3);
}

#[test]
fn another_stake_pools_period_is_refused() {
    let mut case = cases::staking::reach_period();
    let network = cairn_program_tests::Network::create(&mut case.chain, "other");
    let other = StakePool::create(&mut case.chain, &network);
    let reach = case.tested().swap(0, &other.address);
    assert_eq!(case.try_send(reach).unwrap_err().name, "staking::WrongStakePool");
    let forged = case
        .chain
        .forge(&address::lock_period(&case.tested().accounts[0].pubkey, 2), &address::REWARDS);
    let reach = case.tested().swap(1, &forged);
    assert_eq!(case.try_send(reach).unwrap_err().name, "staking::IllegalOwner");
}
