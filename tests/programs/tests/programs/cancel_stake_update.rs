use cairn_program_tests::{Network, StakePool, Swap, cases};
use cairn_sdk::{
    account,
    event::{Event, StakingEvent},
    instruction,
    staking::types::StakeUpdateCancelled,
};
use solana_signer::Signer;

#[test]
fn a_change_is_taken_back_before_it_is_in_force() {
    let mut case = cases::staking::cancel_stake_update();
    let address = case.tested().accounts[2].pubkey;
    let before: account::StakePool = case.chain.read(&address);
    let sent = case.send();
    let event = StakeUpdateCancelled {
        stake_pool: address,
        old_terms: before.terms.clone(),
        new_terms: before.pending_terms,
    };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::StakeUpdateCancelled(event))]);
    let after: account::StakePool = case.chain.read(&address);
    assert_eq!((after.terms, after.pending_terms_at), (before.terms, 0));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "staking::NoUpdatePending");
}

#[test]
fn strangers_and_what_is_in_force_are_refused() {
    let (mut chain, pool) = StakePool::bench();
    let stranger = chain.wallet();
    let authority = pool.authority.pubkey();
    let cancel = instruction::cancel_stake_update(&authority, &pool.stake);
    let cancel = std::slice::from_ref(&cancel);
    chain.refuse("staking::NoUpdatePending", cancel, &[&pool.authority]);
    let terms = StakePool::spec(pool.treasury).terms;
    chain.send(
        &[instruction::propose_stake_update(&authority, &pool.stake, &terms)],
        &[&pool.authority],
    );
    let by_stranger = cancel[0].swap(0, &stranger.pubkey());
    chain.refuse("staking::NotAuthority", &[by_stranger], &[&stranger]);
    pool.wait(&mut chain, Network::DELAY_SECONDS);
    chain.refuse("staking::NoUpdatePending", cancel, &[&pool.authority]);
}
