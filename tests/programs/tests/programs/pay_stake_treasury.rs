use cairn_program_tests::{StakePool, Swap, cases};
use cairn_sdk::{
    account,
    event::{Event, StakingEvent},
    instruction,
    staking::types::StakeTreasuryPaid,
};
use solana_signer::Signer;

#[test]
fn both_parts_go_to_the_treasurys_accounts() {
    let mut case = cases::staking::pay_stake_treasury();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let vault = case.chain.tokens(&accounts[1]);
    let sent = case.send();
    // Half of the penalty of 100 was burned; without a challenger the rest is the treasury's.
    assert_eq!(case.chain.tokens(&accounts[3]), 50);
    assert_eq!(case.chain.tokens(&accounts[1]), vault - 50);
    assert_eq!(case.chain.tokens(&accounts[7]), 5_000);
    assert_eq!(case.chain.tokens(&accounts[5]), 0);
    let of_pool: account::StakePool = case.chain.read(&accounts[0]);
    assert_eq!((of_pool.treasury_stake_due, of_pool.treasury_reward_due), (0, 0));
    assert_eq!(of_pool.reward_balance, 0);
    let event = StakeTreasuryPaid { stake_pool: accounts[0], stake: 50, rewards: 5_000 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::StakeTreasuryPaid(event))]);
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "staking::NothingToPay");
}

#[test]
fn one_part_is_enough_and_needs_only_its_own_account() {
    let (mut chain, pool) = StakePool::bench();
    pool.share_out(&mut chain, 70);
    let account = pool.reward_account(&mut chain, &pool.treasury);
    chain.send(&[instruction::pay_stake_treasury(&pool.stake, &pool.treasury)], &[]);
    assert_eq!(chain.tokens(&account), 70);
}

#[test]
fn other_destinations_are_refused() {
    let mut case = cases::staking::pay_stake_treasury();
    let elsewhere = case.chain.key().pubkey();
    for at in [3, 7] {
        let pay = case.tested().swap(at, &elsewhere);
        assert_eq!(case.try_send(pay).unwrap_err().name, "staking::InvalidDestination");
    }
}
