use cairn_program_tests::{Swap, cases};
use cairn_sdk::{
    account::{self, Penalty},
    event::{Event, StakingEvent},
    staking::types::ChallengerPaid,
};
use solana_signer::Signer;

#[test]
fn the_challenger_is_paid_once() {
    let mut case = cases::staking::pay_challenger();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let vault = case.chain.tokens(&accounts[1]);
    let sent = case.send();
    assert_eq!(case.chain.tokens(&accounts[5]), 300);
    assert_eq!(case.chain.tokens(&accounts[1]), vault - 300);
    let penalty: Penalty = case.chain.read(&accounts[4]);
    assert_eq!(penalty.challenger_due, 0);
    assert_eq!(case.chain.read::<account::StakePool>(&accounts[0]).challenger_due, 0);
    let event =
        ChallengerPaid { penalty: accounts[4], challenger: penalty.challenger, amount: 300 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::ChallengerPaid(event))]);
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "staking::NothingToPay");
}

#[test]
fn nobody_else_is() {
    let mut case = cases::staking::pay_challenger();
    let (stranger, pool) = (case.chain.wallet(), case.tested().accounts[0].pubkey);
    let mint = case.chain.read::<account::StakePool>(&pool).mint;
    let elsewhere = case.chain.token_account(&stranger.pubkey(), &mint);
    let pay = case.tested().swap(5, &elsewhere);
    assert_eq!(case.try_send(pay).unwrap_err().name, "staking::InvalidDestination");
}
