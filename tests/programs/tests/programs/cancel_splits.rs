use cairn_program_tests::{Network, Pool, Swap, cases::rewards as cases};
use cairn_sdk::{
    account,
    event::{Event, RewardsEvent},
};
use solana_signer::Signer;

#[test]
fn a_pending_division_is_withdrawn() {
    let mut case = cases::cancel_splits();
    let pool = case.tested().accounts[2].pubkey;
    let before: account::Pool = case.chain.read(&pool);
    let sent = case.send();
    let after: account::Pool = case.chain.read(&pool);
    assert_eq!((after.pending_splits_epoch, after.pending_splits.operators), (0, 0));
    assert_eq!(after.splits, before.splits);
    let Event::Rewards(RewardsEvent::SplitsCancelled(event)) = &sent.events[0] else { panic!() };
    assert_eq!(event.cancelled, cases::other_splits());
    let again = case.tested().clone();
    let refused = case.try_send(again).unwrap_err();
    assert_eq!(refused.name, "rewards::NoUpdatePending");
}

#[test]
fn a_division_whose_epoch_began_stays() {
    let mut case = cases::cancel_splits();
    case.chain.warp_to(Pool::epoch_end(1));
    let tested = case.tested().clone();
    assert_eq!(case.try_send(tested).unwrap_err().name, "rewards::NoUpdatePending");
}

#[test]
fn only_the_authority_signs() {
    let mut case = cases::cancel_splits();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotAuthority", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let other = Network::create(&mut case.chain, "other");
    let elsewhere = tested.swap(1, &other.address).swap(0, &other.authority.pubkey());
    case.chain.refuse("rewards::WrongNetwork", &[elsewhere], &[&other.authority]);
}
