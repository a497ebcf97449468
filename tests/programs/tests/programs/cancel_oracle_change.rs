use cairn_program_tests::{Network, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::OracleSet,
    event::{Event, RewardsEvent},
};
use solana_address::Address;
use solana_signer::Signer;

#[test]
fn a_pending_change_is_withdrawn_even_when_it_is_due() {
    let mut case = cases::cancel_oracle_change();
    let set = case.tested().accounts[3].pubkey;
    let before: OracleSet = case.chain.read(&set);
    let sent = case.send();
    let after: OracleSet = case.chain.read(&set);
    assert_eq!((after.pending_at, after.pending_add), (0, Address::default()));
    assert_eq!((after.generation, after.threshold), (before.generation, before.threshold));
    let Event::Rewards(RewardsEvent::OracleChangeCancelled(event)) = &sent.events[0] else {
        panic!()
    };
    assert_eq!((event.add, event.threshold), (before.pending_add, 3));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "rewards::NoUpdatePending");
}

#[test]
fn only_the_authority_signs() {
    let mut case = cases::cancel_oracle_change();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotAuthority", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let other = Network::create(&mut case.chain, "other");
    let elsewhere = tested.swap(1, &other.address).swap(0, &other.authority.pubkey());
    case.chain.refuse("rewards::WrongNetwork", &[elsewhere], &[&other.authority]);
}
