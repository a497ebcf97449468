use cairn_program_tests::{NOW, Network, Swap, cases::rewards as cases};
use cairn_sdk::{
    account,
    event::{Event, RewardsEvent},
};
use solana_signer::Signer;

#[test]
fn a_request_is_withdrawn_before_it_is_in_force() {
    let mut case = cases::cancel_close();
    let pool = case.tested().accounts[2].pubkey;
    let sent = case.send();
    assert_eq!(case.chain.read::<account::Pool>(&pool).close_at, 0);
    let Event::Rewards(RewardsEvent::CloseCancelled(event)) = &sent.events[0] else { panic!() };
    assert_eq!(event.close_at, NOW + i64::from(cases::DELAY_SECONDS));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "rewards::NoUpdatePending");
}

/// A claimant that was paid may be gone by then; a later root would pay it all over again.
#[test]
fn in_force_it_is_for_good() {
    let mut case = cases::cancel_close();
    case.chain.warp_to(NOW + i64::from(cases::DELAY_SECONDS));
    let tested = case.tested().clone();
    assert_eq!(case.try_send(tested).unwrap_err().name, "rewards::PoolClosing");
}

#[test]
fn only_the_authority_signs() {
    let mut case = cases::cancel_close();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotAuthority", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let other = Network::create(&mut case.chain, "other");
    let elsewhere = tested.swap(1, &other.address).swap(0, &other.authority.pubkey());
    case.chain.refuse("rewards::WrongNetwork", &[elsewhere], &[&other.authority]);
}
