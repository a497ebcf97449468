use cairn_program_tests::{StakePool, Swap, cases};
use cairn_sdk::{
    account::{self, Delegation, DelegationTarget, Unbonding},
    amount::Tokens,
    event::{Event, StakingEvent},
    instruction,
    staking::types::Undelegated,
};
use solana_address::Address;
use solana_signer::Signer;

#[test]
fn tokens_leave_the_delegation_and_wait() {
    let mut case = cases::staking::undelegate();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let now = case.chain.now();
    let lamports = case.chain.lamports(&accounts[1]);
    let sent = case.send();
    let withdrawable_at = now + i64::from(StakePool::COOLDOWN_SECONDS);
    let read: Delegation = case.chain.read(&accounts[5]);
    // The 3,000 that had arrived were shared out before.
    assert_eq!((read.amount, read.owed, read.lock_end), (600, 13_000, 0));
    assert_eq!((read.unbonding_count, read.open_unbondings), (1, 1));
    let target: DelegationTarget = case.chain.read(&accounts[4]);
    assert_eq!((target.delegated, target.unbonding), (600, 400));
    let of_pool: account::StakePool = case.chain.read(&accounts[2]);
    assert_eq!((of_pool.delegated_total, of_pool.undelegating_total), (600, 400));
    assert_eq!((of_pool.weighted, of_pool.locked), (600, 0));
    let unbonding: Unbonding = case.chain.read(&accounts[7]);
    assert_eq!((unbonding.parent, unbonding.amount), (accounts[5], 400));
    assert_eq!((unbonding.withdrawable_at, unbonding.rent_payer), (withdrawable_at, accounts[1]));
    assert_eq!(case.chain.lamports(&accounts[1]), lamports - case.chain.rent(8 + 128));
    let event = Undelegated {
        delegation: accounts[5],
        unbonding: accounts[7],
        amount: 400,
        old_amount: 1_000,
        new_amount: 600,
        withdrawable_at,
    };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::Undelegated(event))]);
}

/// A lock of so many periods lasts at least so long: the period that it ends with is over, too.
#[test]
fn locked_tokens_stay_to_the_end_of_the_last_period() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, _, delegation) = pool.delegated(&mut chain, &Address::default(), 100, 2);
    let key = owner.pubkey();
    let undelegate = instruction::undelegate(&key, &key, &pool.stake, &delegation, 0, Tokens(100));
    let undelegate = std::slice::from_ref(&undelegate);
    chain.refuse("staking::StillLocked", undelegate, &[&owner]);
    pool.warp_to_period(&mut chain, 3);
    let end = chain.now();
    chain.refuse("staking::PeriodsBehind", undelegate, &[&owner]);
    chain.warp_to(end - 1);
    chain.send(&[instruction::reach_period(&pool.address, 2)], &[]);
    chain.refuse("staking::StillLocked", undelegate, &[&owner]);
    chain.warp_to(end);
    chain.send(undelegate, &[&owner]);
}

#[test]
fn more_than_penalties_left_is_refused() {
    let (mut chain, pool) = StakePool::bench();
    pool.bonded(&mut chain, 10_000);
    let (operator, _, bond) = pool.bonded(&mut chain, 100);
    let (owner, _, delegation) = pool.delegated(&mut chain, &operator.pubkey(), 1_000, 0);
    let key = owner.pubkey();
    let undelegate = |index, amount| {
        instruction::undelegate(&key, &key, &pool.stake, &delegation, index, amount)
    };
    pool.penalize(&mut chain, &bond, 100 + 250);
    chain.refuse("staking::ZeroAmount", &[undelegate(0, Tokens(0))], &[&owner]);
    chain.refuse("staking::InvalidUnbondingIndex", &[undelegate(1, Tokens(1))], &[&owner]);
    chain.refuse("staking::InsufficientDelegation", &[undelegate(0, Tokens(751))], &[&owner]);
    let stranger = chain.wallet();
    let by_stranger = undelegate(0, Tokens(10)).swap(0, &stranger.pubkey());
    chain.refuse("staking::NotOwner", &[by_stranger], &[&stranger, &owner]);
    chain.send(&[undelegate(0, Tokens(750))], &[&owner]);
}
