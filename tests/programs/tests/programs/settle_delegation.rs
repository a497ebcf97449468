use cairn_program_tests::{StakePool, Swap, cases};
use cairn_sdk::{
    account::{Delegation, LockPeriod},
    address,
    event::{Event, StakingEvent},
    instruction,
    staking::types::DelegationSettled,
};
use solana_address::Address;

#[test]
fn it_adds_what_was_earned_and_lets_go_of_a_lock_that_ended() {
    let mut case = cases::staking::settle_delegation();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let sent = case.send();
    let read: Delegation = case.chain.read(&accounts[2]);
    assert_eq!((read.owed, read.amount), (10_000, 1_000));
    assert_eq!((read.lock_end, read.unlock_period), (0, 3));
    assert_eq!(case.chain.read::<LockPeriod>(&accounts[3]).delegation_count, 0);
    let event = DelegationSettled {
        delegation: accounts[2],
        earned: 10_000,
        owed: 10_000,
        lost: 0,
        amount: 1_000,
    };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::DelegationSettled(event))]);
}

/// The boundary's sums tell what was earned before and after it, however late one settles.
#[test]
fn a_lock_counts_for_its_periods_and_not_longer_however_late_it_is_settled() {
    let (mut chain, pool) = StakePool::bench();
    let (_, _, locked) = pool.delegated(&mut chain, &Address::default(), 1_000, 2);
    let (_, _, free) = pool.delegated(&mut chain, &Address::default(), 1_000, 0);
    // Period 0: 4 + 3 × 2 = 10 against 4; period 1: 7 against 4; from period 2 on even.
    pool.share_out(&mut chain, 1_400);
    pool.warp_to_period(&mut chain, 1);
    pool.share_out(&mut chain, 1_100);
    pool.warp_to_period(&mut chain, 2);
    chain.send(&[instruction::reach_period(&pool.address, 2)], &[]);
    pool.share_out(&mut chain, 600);
    pool.warp_to_period(&mut chain, 9);
    pool.share_out(&mut chain, 400);
    for (delegation, owed) in [(locked, 1_000 + 700 + 300 + 200), (free, 400 + 400 + 300 + 200)] {
        chain.send(&[instruction::settle_delegation(&pool.stake, &delegation)], &[]);
        let read = chain.read::<Delegation>(&delegation.address);
        // Each is rounded down by less than one unit per settlement.
        assert!(read.owed == owed || read.owed == owed - 1, "{} of {owed}", read.owed);
    }
}

/// Stake that a penalty took weighs until somebody settles it, and no reward is given out twice.
#[test]
fn a_loss_stops_to_weigh_when_it_is_settled() {
    let (mut chain, pool) = StakePool::bench();
    pool.bonded(&mut chain, 10_000);
    let (operator, _, bond) = pool.bonded(&mut chain, 100);
    let key = solana_signer::Signer::pubkey(&operator);
    let (_, _, hit) = pool.delegated(&mut chain, &key, 1_000, 4);
    let (_, _, spared) = pool.delegated(&mut chain, &Address::default(), 1_000, 0);
    pool.penalize(&mut chain, &bond, 100 + 500);
    assert_eq!(pool.read(&chain).weighted, 2_000);
    let sent = chain.send(&[instruction::settle_delegation(&pool.stake, &hit)], &[]);
    let event =
        DelegationSettled { delegation: hit.address, earned: 0, owed: 0, lost: 500, amount: 500 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::DelegationSettled(event))]);
    let of_pool = pool.read(&chain);
    assert_eq!((of_pool.weighted, of_pool.locked, of_pool.locked_by_end), (1_500, 500, 2_000));
    let period = address::lock_period(&pool.address, 4);
    assert_eq!(chain.read::<LockPeriod>(&period).amount, 500);
    pool.share_out(&mut chain, 1_200); // 500 × 16 against 1,000 × 4
    for (delegation, owed) in [(hit, 800), (spared, 400)] {
        chain.send(&[instruction::settle_delegation(&pool.stake, &delegation)], &[]);
        let read = chain.read::<Delegation>(&delegation.address);
        assert!(read.owed == owed || read.owed == owed - 1, "{} of {owed}", read.owed);
    }
}

#[test]
fn the_locks_period_may_not_be_left_out() {
    let mut case = cases::staking::settle_delegation();
    let without = case.tested().swap(3, &address::STAKING);
    assert_eq!(case.try_send(without).unwrap_err().name, "staking::WrongLockPeriod");
    let target = case.tested().accounts[1].pubkey;
    let forged = case.chain.forge(&target, &address::STAKING);
    let wrong = case.tested().swap(1, &forged);
    assert_eq!(case.try_send(wrong).unwrap_err().name, "staking::WrongTarget");
    let pool = case.tested().accounts[0].pubkey;
    let forged = case.chain.forge(&pool, &address::STAKING);
    let wrong = case.tested().swap(0, &forged);
    assert_eq!(case.try_send(wrong).unwrap_err().name, "staking::WrongStakePool");
}
