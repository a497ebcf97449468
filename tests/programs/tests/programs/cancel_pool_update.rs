use cairn_program_tests::{NOW, Network, Swap, cases::rewards as cases};
use cairn_sdk::{
    account,
    event::{Event, RewardsEvent},
};
use solana_signer::Signer;

#[test]
fn pending_terms_are_withdrawn_before_they_are_in_force() {
    let mut case = cases::cancel_pool_update();
    let pool = case.tested().accounts[2].pubkey;
    let before: account::Pool = case.chain.read(&pool);
    case.chain.warp_to(NOW + i64::from(cases::DELAY_SECONDS));
    let tested = case.tested().clone();
    let refused = case.try_send(tested.clone()).unwrap_err();
    assert_eq!(refused.name, "rewards::NoUpdatePending");
    case.chain.warp_to(NOW + i64::from(cases::DELAY_SECONDS) - 1);
    let sent = case.send();
    let after: account::Pool = case.chain.read(&pool);
    assert_eq!((after.pending_terms_at, &after.terms), (0, &before.terms));
    let Event::Rewards(RewardsEvent::PoolUpdateCancelled(event)) = &sent.events[0] else {
        panic!()
    };
    assert_eq!(event.cancelled, before.pending_terms);
    assert_eq!(case.try_send(tested).unwrap_err().name, "rewards::NoUpdatePending");
}

#[test]
fn only_the_authority_signs() {
    let mut case = cases::cancel_pool_update();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotAuthority", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let other = Network::create(&mut case.chain, "other");
    let elsewhere = tested.swap(1, &other.address).swap(0, &other.authority.pubkey());
    case.chain.refuse("rewards::WrongNetwork", &[elsewhere], &[&other.authority]);
}
