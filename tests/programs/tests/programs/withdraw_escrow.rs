use cairn_program_tests::{NOW, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::{CreditAccount, backings},
    event::{Event, RewardsEvent},
};
use solana_signer::Signer;

#[test]
fn after_the_delay_the_credits_are_free_again() {
    let mut case = cases::withdraw_escrow();
    let account = case.tested().accounts[1].pubkey;
    let tested = case.tested().clone();
    case.chain.warp_to(NOW + 7_199);
    assert_eq!(case.try_send(tested.clone()).unwrap_err().name, "rewards::EscrowLocked");
    case.chain.warp_to(NOW + 7_200);
    let sent = case.send();
    let state: CreditAccount = case.chain.read(&account);
    assert_eq!((state.balance, state.escrowed, state.withdrawing), (600, 400, 0));
    assert_eq!(state.withdraw_at, 0);
    // Until the period is over 600 back what the customer uses, then 400.
    let (now, settle) = (case.chain.now(), state.settle_seconds);
    let backing = |time| backings(&state).at(time, settle);
    assert_eq!((backing(now), backing(now + i64::from(settle))), (600, 400));
    let Event::Rewards(RewardsEvent::EscrowChanged(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.old_withdrawing, event.new_withdrawing), (200, 0));
    assert_eq!(case.try_send(tested).unwrap_err().name, "rewards::InsufficientCredits");
}

#[test]
fn by_the_customer_only() {
    let mut case = cases::withdraw_escrow();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotCustomer", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
}
