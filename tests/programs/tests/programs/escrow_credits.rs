use cairn_program_tests::{Swap, cases::rewards as cases};
use cairn_sdk::{
    account::{CreditAccount, backings},
    amount::Credits,
    event::{Event, RewardsEvent},
    instruction,
};
use solana_signer::Signer;

#[test]
fn credits_move_into_escrow() {
    let mut case = cases::escrow_credits();
    let account = case.tested().accounts[1].pubkey;
    let sent = case.send();
    let state: CreditAccount = case.chain.read(&account);
    assert_eq!((state.balance, state.escrowed, state.withdrawing), (400, 600, 0));
    let Event::Rewards(RewardsEvent::EscrowChanged(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.old_escrowed, event.new_escrowed), (0, 600));
    // It counts from the next settlement period on.
    let settle = state.settle_seconds;
    let backing = |time| backings(&state).at(time, settle);
    assert_eq!(
        (backing(case.chain.now()), backing(case.chain.now() + i64::from(settle))),
        (0, 600)
    );
    // 400 are left.
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "rewards::InsufficientCredits");
}

#[test]
fn by_the_customer_only() {
    let mut case = cases::escrow_credits();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotCustomer", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let nothing =
        instruction::escrow_credits(&tested.accounts[0].pubkey, &stranger.pubkey(), Credits(0))
            .swap(1, &tested.accounts[1].pubkey);
    assert_eq!(case.try_send(nothing).unwrap_err().name, "rewards::InvalidAmount");
}
