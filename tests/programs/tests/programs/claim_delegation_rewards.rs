use cairn_program_tests::{Pool, StakePool, Swap, cases, operator_leaf};
use cairn_sdk::{
    account::{self, Delegation},
    event::{Event, StakingEvent},
    instruction,
    staking::types::DelegationRewardsClaimed,
};
use solana_address::Address;
use solana_signer::Signer;

#[test]
fn anyone_sends_it_and_the_owner_gets_the_tokens() {
    let mut case = cases::staking::claim_delegation_rewards();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let sent = case.send();
    assert_eq!(case.chain.tokens(&accounts[6]), 10_000);
    assert_eq!(case.chain.tokens(&accounts[1]), 0);
    let read: Delegation = case.chain.read(&accounts[4]);
    assert_eq!((read.owed, read.amount), (0, 1_000));
    assert_eq!(case.chain.read::<account::StakePool>(&accounts[0]).reward_balance, 0);
    let event =
        DelegationRewardsClaimed { delegation: accounts[4], owner: read.owner, amount: 10_000 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::DelegationRewardsClaimed(event))]);
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "staking::NothingToClaim");
}

#[test]
fn the_tokens_go_nowhere_else() {
    let mut case = cases::staking::claim_delegation_rewards();
    let (stranger, pool) = (case.chain.wallet(), case.tested().accounts[0].pubkey);
    let mint = case.chain.read::<account::StakePool>(&pool).reward_mint;
    let elsewhere = case.chain.token_account(&stranger.pubkey(), &mint);
    let claim = case.tested().swap(6, &elsewhere);
    assert_eq!(case.try_send(claim).unwrap_err().name, "staking::InvalidDestination");
}

/// The whole way of a delegator's reward: an epoch is finalized, the rewards program pays the
/// delegators' part, it is shared out by weight and claimed.
#[test]
fn from_a_finalized_epoch_to_the_delegators_wallets() {
    let (mut chain, pool) = StakePool::bench();
    let operator = chain.key().pubkey();
    let (first, _, locked) = pool.delegated(&mut chain, &operator, 1_000, 4);
    let (second, _, free) = pool.delegated(&mut chain, &Address::default(), 1_000, 0);
    let leaf = operator_leaf(&pool.rewards, &operator, 800_000);
    pool.rewards.activate(&mut chain, 0, &[leaf]);
    chain.send(
        &[
            instruction::pay_delegators(&pool.rewards.keys, &pool.reward_vault),
            instruction::sync_rewards(&pool.address),
        ],
        &[],
    );
    assert_eq!(pool.read(&chain).reward_total, Pool::PER_EPOCH / 5);
    for (owner, delegation, paid) in [(&first, locked, 160_000), (&second, free, 40_000)] {
        let wallet = owner.pubkey();
        let account = pool.reward_account(&mut chain, &wallet);
        let claim = instruction::claim_delegation_rewards(&pool.stake, &delegation, &wallet);
        chain.send(&[claim], &[]);
        assert_eq!(chain.tokens(&account), paid);
    }
    assert_eq!(chain.tokens(&pool.reward_vault), 0);
}
