use cairn_program_tests::{NOW, Network, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::CreditMarket,
    event::{Event, RewardsEvent},
};
use solana_signer::Signer;

#[test]
fn pending_terms_are_withdrawn_before_they_are_in_force() {
    let mut case = cases::cancel_credit_update();
    let market = case.tested().accounts[3].pubkey;
    let tested = case.tested().clone();
    case.chain.warp_to(NOW + i64::from(cases::DELAY_SECONDS));
    assert_eq!(case.try_send(tested.clone()).unwrap_err().name, "rewards::NoUpdatePending");
    case.chain.warp_to(NOW + i64::from(cases::DELAY_SECONDS) - 1);
    let sent = case.send();
    let state: CreditMarket = case.chain.read(&market);
    assert_eq!((state.pending_terms_at, state.terms), (0, cases::credit_terms()));
    assert!(matches!(sent.events[0], Event::Rewards(RewardsEvent::CreditUpdateCancelled(_))));
    assert_eq!(case.try_send(tested).unwrap_err().name, "rewards::NoUpdatePending");
}

#[test]
fn only_the_authority_signs() {
    let mut case = cases::cancel_credit_update();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotAuthority", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let other = Network::create(&mut case.chain, "other");
    let elsewhere = tested.swap(1, &other.address).swap(0, &other.authority.pubkey());
    case.chain.refuse("rewards::WrongNetwork", &[elsewhere], &[&other.authority]);
}
