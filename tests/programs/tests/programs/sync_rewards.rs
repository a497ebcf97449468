use cairn_program_tests::{StakePool, Swap, cases};
use cairn_sdk::{
    account,
    event::{Event, StakingEvent},
    instruction,
    staking::types::RewardsSynced,
};
use solana_address::Address;

#[test]
fn what_arrived_is_shared_out_once() {
    let mut case = cases::staking::sync_rewards();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let before: account::StakePool = case.chain.read(&accounts[0]);
    let sent = case.send();
    let after: account::StakePool = case.chain.read(&accounts[0]);
    assert_eq!((before.reward_total, after.reward_total), (10_000, 13_000));
    assert_eq!(after.reward_balance, case.chain.tokens(&accounts[1]));
    assert!(after.sum_a > before.sum_a);
    let event = RewardsSynced { stake_pool: accounts[0], shared: 3_000, for_treasury: 0 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::RewardsSynced(event))]);
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "staking::NothingToSync");
}

#[test]
fn without_weight_it_is_the_treasurys() {
    let (mut chain, pool) = StakePool::bench();
    // Below eight units nothing is shared out: the sums would not fit.
    pool.delegated(&mut chain, &Address::default(), 7, 0);
    let sent = pool.share_out(&mut chain, 500);
    let event = RewardsSynced { stake_pool: pool.address, shared: 0, for_treasury: 500 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::RewardsSynced(event))]);
    let of_pool = pool.read(&chain);
    assert_eq!((of_pool.treasury_reward_due, of_pool.reward_total, of_pool.sum_a), (500, 0, 0));
}

#[test]
fn all_of_64_bits_in_two_steps() {
    let (mut chain, pool) = StakePool::bench();
    pool.delegated(&mut chain, &Address::default(), 8, 4);
    let most = u64::MAX - chain.supply(&pool.reward_mint.0);
    pool.reward(&mut chain, most);
    let sync = instruction::sync_rewards(&pool.address);
    chain.send(std::slice::from_ref(&sync), &[]);
    assert_eq!(pool.read(&chain).reward_balance, 1 << 63);
    chain.send(&[sync], &[]);
    assert_eq!(pool.read(&chain).reward_balance, most);
}

#[test]
fn another_vault_is_refused() {
    let mut case = cases::staking::sync_rewards();
    let pool: account::StakePool = case.chain.read(&case.tested().accounts[0].pubkey);
    let wrong = case.tested().swap(1, &pool.vault);
    assert_eq!(case.try_send(wrong).unwrap_err().name, "staking::WrongStakePool");
}
