use cairn_program_tests::{NOW, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::CreditAccount,
    event::{Event, RewardsEvent},
};
use solana_signer::Signer;

#[test]
fn credits_leave_escrow_after_a_delay_that_starts_anew_with_each_request() {
    let mut case = cases::request_escrow_withdrawal();
    let account = case.tested().accounts[2].pubkey;
    let sent = case.send();
    let state: CreditAccount = case.chain.read(&account);
    assert_eq!((state.balance, state.escrowed, state.withdrawing), (400, 400, 200));
    assert_eq!(state.withdraw_at, NOW + 7_200);
    let Event::Rewards(RewardsEvent::EscrowChanged(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.old_withdrawing, event.new_withdrawing), (0, 200));
    case.chain.warp_to(NOW + 100);
    let again = case.tested().clone();
    case.try_send(again.clone()).unwrap();
    let state: CreditAccount = case.chain.read(&account);
    assert_eq!((state.escrowed, state.withdrawing, state.withdraw_at), (200, 400, NOW + 7_300));
    case.try_send(again.clone()).unwrap();
    assert_eq!(case.try_send(again).unwrap_err().name, "rewards::InsufficientCredits");
}

#[test]
fn by_the_customer_only() {
    let mut case = cases::request_escrow_withdrawal();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotCustomer", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let mut nothing = tested;
    nothing.data[8..].fill(0);
    assert_eq!(case.try_send(nothing).unwrap_err().name, "rewards::InvalidAmount");
}
