use cairn_program_tests::{NOW, Network, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::CreditMarket,
    event::{Event, RewardsEvent},
};
use solana_signer::Signer;

#[test]
fn other_terms_are_pending_until_the_delay_is_over() {
    let mut case = cases::propose_credit_update();
    let market = case.tested().accounts[3].pubkey;
    let sent = case.send();
    let at = NOW + i64::from(cases::DELAY_SECONDS);
    let state: CreditMarket = case.chain.read(&market);
    assert_eq!((state.pending_terms_at, state.pending_terms.remint_cap), (at, 1));
    assert_eq!(state.terms, cases::credit_terms());
    let Event::Rewards(RewardsEvent::CreditUpdateProposed(event)) = &sent.events[0] else {
        panic!()
    };
    assert_eq!((event.old.remint_cap, event.new.remint_cap), (30_000, 1));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again.clone()).unwrap_err().name, "rewards::UpdatePending");
    // In force, they are folded away by the next ones.
    case.chain.warp_to(at);
    case.try_send(again).unwrap();
    assert_eq!(case.chain.read::<CreditMarket>(&market).terms.remint_cap, 1);
}

#[test]
fn only_the_authority_signs() {
    let mut case = cases::propose_credit_update();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotAuthority", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let other = Network::create(&mut case.chain, "other");
    let elsewhere = tested.swap(1, &other.address).swap(0, &other.authority.pubkey());
    case.chain.refuse("rewards::WrongNetwork", &[elsewhere], &[&other.authority]);
}
