use cairn_program_tests::{Chain, Network, StakePool, Swap, cases};
use cairn_sdk::{
    event::{Event, StakingEvent},
    instruction,
    staking::types::StakePoolClosed,
};
use solana_address::Address;
use solana_signer::Signer;

#[test]
fn what_is_left_is_the_treasurys_and_every_lamport_comes_back() {
    let mut case = cases::staking::close_stake_pool();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (payer, pool, vault, rewards) = (accounts[2], accounts[3], accounts[4], accounts[8]);
    let rent: u64 = [pool, vault, rewards].iter().map(|key| case.chain.lamports(key)).sum();
    let lamports = case.chain.lamports(&payer);
    let sent = case.send();
    for closed in [pool, vault, rewards] {
        assert!(!case.chain.exists(&closed));
    }
    assert_eq!(case.chain.lamports(&payer), lamports + rent);
    assert_eq!(case.chain.tokens(&accounts[6]), 7);
    assert_eq!(case.chain.tokens(&accounts[10]), 9);
    let event = StakePoolClosed { stake_pool: pool, stake: 7, rewards: 9 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::StakePoolClosed(event))]);
}

fn close(pool: &StakePool) -> solana_instruction::Instruction {
    instruction::close_stake_pool(
        &pool.authority.pubkey(),
        &pool.payer.pubkey(),
        &pool.stake,
        &pool.treasury,
    )
}

#[test]
fn bonds_targets_lock_periods_and_penalties_keep_it_open() {
    let users: [fn(&mut Chain, &StakePool); 4] = [
        |chain, pool| {
            let owner = chain.wallet();
            pool.open(chain, &owner);
        },
        |chain, pool| {
            pool.target(chain, &Address::default());
        },
        |chain, pool| {
            pool.lock_period(chain, 1);
        },
        |chain, pool| {
            let leaf = pool.penalty(0, &pool.address, 1);
            pool.register(chain, 0, &[leaf]);
        },
    ];
    for user in users {
        let (mut chain, pool) = StakePool::bench();
        user(&mut chain, &pool);
        chain.refuse("staking::StakePoolInUse", &[close(&pool)], &[&pool.authority]);
    }
}

#[test]
fn strangers_and_other_accounts_are_refused() {
    let (mut chain, pool) = StakePool::bench();
    let stranger = chain.wallet();
    let other = Network::create(&mut chain, "other");
    let close = close(&pool);
    chain.refuse("staking::MissingRequiredSignature", &[close.unsigned(0)], &[]);
    let by_stranger = close.swap(0, &stranger.pubkey());
    chain.refuse("staking::NotAuthority", &[by_stranger], &[&stranger]);
    let elsewhere = close.swap(0, &other.authority.pubkey()).swap(1, &other.address);
    chain.refuse("staking::WrongNetwork", &[elsewhere], &[&other.authority]);
    let rent = close.swap(2, &stranger.pubkey());
    chain.refuse("staking::WrongRentPayer", &[rent], &[&pool.authority]);
    for at in [6, 10] {
        let destination = close.swap(at, &stranger.pubkey());
        chain.refuse("staking::InvalidDestination", &[destination], &[&pool.authority]);
    }
    // Nothing is left, so the treasury's accounts need not exist.
    chain.send(&[close], &[&pool.authority]);
}
