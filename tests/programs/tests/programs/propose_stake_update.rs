use cairn_program_tests::{Network, StakePool, Swap};
use cairn_sdk::{
    event::{Event, StakingEvent},
    instruction::{self, StakeTerms},
    staking::types::StakeUpdateProposed,
};
use solana_signer::Signer;

fn other_terms(pool: &StakePool) -> StakeTerms {
    StakeTerms { cooldown_seconds: 40_000, ..StakePool::spec(pool.treasury).terms.into() }
}

#[test]
fn terms_change_by_the_clock_after_the_delay() {
    let (mut chain, pool) = StakePool::bench();
    let (authority, new_terms) = (pool.authority.pubkey(), other_terms(&pool));
    let old_terms = pool.read(&chain).terms;
    let propose = instruction::propose_stake_update(&authority, &pool.stake, &new_terms);
    let effective_at = chain.now() + i64::from(Network::DELAY_SECONDS);
    let sent = chain.send(std::slice::from_ref(&propose), &[&pool.authority]);
    let event = StakeUpdateProposed {
        stake_pool: pool.address,
        old_terms: old_terms.clone(),
        new_terms: new_terms.clone(),
        effective_at,
    };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::StakeUpdateProposed(event))]);
    let account = pool.read(&chain);
    assert_eq!((account.terms, account.pending_terms), (old_terms, new_terms.clone()));
    assert_eq!(account.pending_terms_at, effective_at);

    // Nobody has to send anything: the next request has the new cooldown from that second on.
    let (owner, _, bond) = pool.bonded(&mut chain, 1_000);
    let unbonding = |index| cairn_sdk::address::unbonding(&bond, index);
    let cooldown_of = |chain: &cairn_program_tests::Chain, index| {
        chain.read::<cairn_sdk::account::Unbonding>(&unbonding(index)).withdrawable_at - chain.now()
    };
    chain.warp_to(effective_at - 1);
    let first = pool.unbond(&mut chain, &owner, &bond, 10);
    assert_eq!(cooldown_of(&chain, first), i64::from(StakePool::COOLDOWN_SECONDS));
    chain.refuse("staking::UpdatePending", std::slice::from_ref(&propose), &[&pool.authority]);
    chain.warp_to(effective_at);
    let second = pool.unbond(&mut chain, &owner, &bond, 10);
    assert_eq!(cooldown_of(&chain, second), 40_000);

    // The next proposal folds the one in force.
    chain.send(&[propose], &[&pool.authority]);
    assert_eq!(pool.read(&chain).terms, new_terms);
}

#[test]
fn strangers_and_terms_outside_their_limits_are_refused() {
    let (mut chain, pool) = StakePool::bench();
    let stranger = chain.wallet();
    let other = Network::create(&mut chain, "other");
    let authority = pool.authority.pubkey();
    let mut terms = other_terms(&pool);
    let propose = instruction::propose_stake_update(&authority, &pool.stake, &terms);
    chain.refuse("staking::MissingRequiredSignature", &[propose.unsigned(0)], &[]);
    let by_stranger = propose.swap(0, &stranger.pubkey());
    chain.refuse("staking::NotAuthority", &[by_stranger], &[&stranger]);
    let elsewhere = propose.swap(0, &other.authority.pubkey()).swap(1, &other.address);
    chain.refuse("staking::WrongNetwork", &[elsewhere], &[&other.authority]);
    terms.cooldown_seconds = 60;
    let short = instruction::propose_stake_update(&authority, &pool.stake, &terms);
    chain.refuse("staking::InvalidTerms", &[short], &[&pool.authority]);
}
