use cairn_program_tests::{StakePool, Swap, cases};
use cairn_sdk::{
    account::{self, DelegationTarget, LockPeriod},
    amount::Tokens,
    event::{Event, StakingEvent},
    instruction,
    staking::types::DelegationClosed,
};
use solana_address::Address;
use solana_signer::Signer;

#[test]
fn one_that_a_penalty_emptied_closes_while_it_is_locked() {
    let mut case = cases::staking::close_delegation();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (rent, lamports) = (case.chain.lamports(&accounts[4]), case.chain.lamports(&accounts[1]));
    let sent = case.send();
    assert!(!case.chain.exists(&accounts[4]));
    assert_eq!(case.chain.lamports(&accounts[1]), lamports + rent);
    assert_eq!(case.chain.read::<DelegationTarget>(&accounts[3]).delegation_count, 0);
    let period: LockPeriod = case.chain.read(&accounts[5]);
    assert_eq!((period.delegation_count, period.amount), (0, 0));
    let of_pool: account::StakePool = case.chain.read(&accounts[2]);
    assert_eq!((of_pool.weighted, of_pool.locked, of_pool.delegated_total), (0, 0, 0));
    let event = DelegationClosed { delegation: accounts[4], owner: accounts[0] };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::DelegationClosed(event))]);
}

#[test]
fn stake_rewards_and_unbondings_keep_it_open() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, account, delegation) = pool.delegated(&mut chain, &Address::default(), 100, 0);
    let key = owner.pubkey();
    let close = instruction::close_delegation(&key, &key, &pool.stake, &delegation);
    let close = std::slice::from_ref(&close);
    chain.refuse("staking::DelegationNotEmpty", close, &[&owner]);
    pool.share_out(&mut chain, 50);
    chain.send(
        &[instruction::undelegate(&key, &key, &pool.stake, &delegation, 0, Tokens(100))],
        &[&owner],
    );
    pool.wait(&mut chain, StakePool::COOLDOWN_SECONDS);
    pool.reward_account(&mut chain, &key);
    chain.refuse("staking::DelegationNotEmpty", close, &[&owner]);
    chain.send(
        &[instruction::withdraw_delegation(&key, &key, &pool.stake, &delegation, 0, &account)],
        &[&owner],
    );
    chain.refuse("staking::DelegationNotEmpty", close, &[&owner]);
    chain.send(&[instruction::claim_delegation_rewards(&pool.stake, &delegation, &key)], &[]);
    let stranger = chain.wallet();
    let by_stranger = close[0].swap(0, &stranger.pubkey());
    chain.refuse("staking::NotOwner", &[by_stranger], &[&stranger]);
    let elsewhere = close[0].swap(1, &stranger.pubkey());
    chain.refuse("staking::WrongRentPayer", &[elsewhere], &[&owner]);
    chain.send(close, &[&owner]);
    // The index can be used again.
    pool.mint_stake(&mut chain, &account, 1);
    pool.delegate(&mut chain, (&owner, &account), 0, &Address::default(), 1, 0);
}
