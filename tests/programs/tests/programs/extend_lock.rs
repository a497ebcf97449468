use cairn_program_tests::{StakePool, Swap, cases};
use cairn_sdk::{
    account::{self, Delegation, LockPeriod},
    event::{Event, StakingEvent},
    instruction,
    staking::types::LockExtended,
};
use solana_address::Address;
use solana_signer::Signer;

#[test]
fn a_lock_moves_to_a_later_period() {
    let mut case = cases::staking::extend_lock();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let sent = case.send();
    let read: Delegation = case.chain.read(&accounts[4]);
    assert_eq!((read.lock_end, read.unlock_period, read.owed), (4, 5, 10_000));
    let of_pool: account::StakePool = case.chain.read(&accounts[1]);
    assert_eq!((of_pool.weighted, of_pool.locked, of_pool.locked_by_end), (1_000, 1_000, 4_000));
    let old: LockPeriod = case.chain.read(&accounts[5]);
    let new: LockPeriod = case.chain.read(&accounts[6]);
    assert_eq!((old.amount, old.delegation_count), (0, 0));
    assert_eq!((new.amount, new.delegation_count, new.marked), (1_000, 1, 1));
    let event = LockExtended { delegation: accounts[4], old_lock_end: 2, new_lock_end: 4 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::LockExtended(event))]);
}

#[test]
fn a_delegation_without_a_lock_gets_one_and_one_whose_lock_ended_too() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, _, delegation) = pool.delegated(&mut chain, &Address::default(), 100, 0);
    pool.lock_period(&mut chain, 1);
    let key = owner.pubkey();
    chain.send(&[instruction::extend_lock(&key, &pool.stake, &delegation, 1, 1)], &[&owner]);
    pool.warp_to_period(&mut chain, 1);
    pool.lock_period(&mut chain, 3);
    let locked = pool.delegation(&chain, &delegation.address);
    let again = instruction::extend_lock(&key, &pool.stake, &locked, 2, 3);
    chain.send(&[instruction::reach_period(&pool.address, 1), again], &[&owner]);
    let read = chain.read::<Delegation>(&delegation.address);
    assert_eq!((read.lock_end, read.unlock_period), (3, 4));
    let first = pool.lock_period(&mut chain, 1);
    let left = chain.read::<LockPeriod>(&first);
    assert_eq!(left.delegation_count, 0);
}

#[test]
fn shorter_longer_than_allowed_and_other_periods_are_refused() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, _, delegation) = pool.delegated(&mut chain, &Address::default(), 100, 2);
    for period in [1, 3, 4] {
        pool.lock_period(&mut chain, period);
    }
    let key = owner.pubkey();
    let extend =
        |periods, end| instruction::extend_lock(&key, &pool.stake, &delegation, periods, end);
    chain.refuse("staking::InvalidLock", &[extend(0, 3)], &[&owner]);
    chain.refuse("staking::InvalidLock", &[extend(1, 1)], &[&owner]);
    chain.refuse("staking::Custom(2040)", &[extend(2, 2)], &[&owner]);
    chain.refuse("staking::InvalidLock", &[extend(5, 4)], &[&owner]);
    chain.refuse("staking::WrongLockPeriod", &[extend(3, 4)], &[&owner]);
    let stranger = chain.wallet();
    let by_stranger = extend(3, 3).swap(0, &stranger.pubkey());
    chain.refuse("staking::NotOwner", &[by_stranger], &[&stranger]);
    chain.send(&[extend(3, 3)], &[&owner]);
}
