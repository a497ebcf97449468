use cairn_program_tests::{StakePool, Swap, cases};
use cairn_sdk::{
    account,
    event::{Event, StakingEvent},
    instruction,
    staking::types::LockPeriodClosed,
};
use solana_address::Address;
use solana_signer::Signer;

#[test]
fn the_rent_goes_back_to_who_paid_it() {
    let mut case = cases::staking::close_lock_period();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (payer, pool, lock_period) = (accounts[0], accounts[1], accounts[2]);
    let (rent, lamports) = (case.chain.lamports(&lock_period), case.chain.lamports(&payer));
    let stranger = case.chain.wallet().pubkey();
    let elsewhere = case.tested().swap(0, &stranger);
    assert_eq!(case.try_send(elsewhere).unwrap_err().name, "staking::WrongRentPayer");
    let sent = case.send();
    assert!(!case.chain.exists(&lock_period));
    assert_eq!(case.chain.lamports(&payer), lamports + rent);
    assert_eq!(case.chain.read::<account::StakePool>(&pool).lock_period_count, 0);
    let event = LockPeriodClosed { lock_period, period: 3 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::LockPeriodClosed(event))]);
}

#[test]
fn it_stays_until_its_last_delegation_settled_past_it() {
    let (mut chain, pool) = StakePool::bench();
    let (_, _, delegation) = pool.delegated(&mut chain, &Address::default(), 100, 2);
    let lock_period = pool.lock_period(&mut chain, 2);
    let payer = chain.read::<account::LockPeriod>(&lock_period).rent_payer;
    let close = instruction::close_lock_period(&payer, &pool.address, 2);
    let close = std::slice::from_ref(&close);
    chain.refuse("staking::LockPeriodInUse", close, &[]);
    pool.warp_to_period(&mut chain, 2);
    chain.send(&[instruction::reach_period(&pool.address, 2)], &[]);
    chain.refuse("staking::LockPeriodInUse", close, &[]);
    chain.send(&[instruction::settle_delegation(&pool.stake, &delegation)], &[]);
    chain.send(close, &[]);
}

/// A period that was opened and never used has no mark; 256 periods later another one has it.
#[test]
fn closing_an_unused_period_leaves_the_mark_of_a_later_one() {
    let (mut chain, pool) = StakePool::bench();
    let unused = pool.lock_period(&mut chain, 4);
    let payer = chain.read::<account::LockPeriod>(&unused).rent_payer;
    pool.warp_to_period(&mut chain, 258);
    pool.delegated(&mut chain, &Address::default(), 100, 2); // to period 260
    let ring = pool.read(&chain).lock_ring;
    assert_ne!(ring, [0; 4]);
    chain.send(&[instruction::close_lock_period(&payer, &pool.address, 4)], &[]);
    assert_eq!(pool.read(&chain).lock_ring, ring);
}

/// A marked period that everybody left by extending is unmarked when it is closed.
#[test]
fn closing_a_period_that_everybody_left_takes_its_mark_away() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, _, delegation) = pool.delegated(&mut chain, &Address::default(), 100, 1);
    pool.lock_period(&mut chain, 4);
    chain.send(
        &[instruction::extend_lock(&owner.pubkey(), &pool.stake, &delegation, 4, 4)],
        &[&owner],
    );
    let left = pool.lock_period(&mut chain, 1);
    let payer = chain.read::<account::LockPeriod>(&left).rent_payer;
    chain.send(&[instruction::close_lock_period(&payer, &pool.address, 1)], &[]);
    pool.warp_to_period(&mut chain, 2);
    pool.share_out(&mut chain, 100);
    assert_eq!(pool.read(&chain).period, 2);
}
