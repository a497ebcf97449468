use cairn_program_tests::{NOW, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::CreditMarket,
    event::{Event, RewardsEvent},
};
use solana_signer::Signer;

#[test]
fn an_oracle_says_what_the_token_is_worth() {
    let mut case = cases::report_price();
    let (oracle, market) = (case.tested().accounts[0].pubkey, case.tested().accounts[2].pubkey);
    let sent = case.send();
    let report = case.chain.read::<CreditMarket>(&market).reports[1].clone();
    assert_eq!((report.oracle, report.price, report.at), (oracle, 50_000_000, NOW));
    let Event::Rewards(RewardsEvent::PriceReported(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.old_price, event.new_price), (0, 50_000_000));
}

#[test]
fn nobody_else_does_and_it_is_worth_something() {
    let mut case = cases::report_price();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotOracle", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let mut zero = tested;
    let price = zero.data.len() - 8;
    zero.data[price..].fill(0);
    assert_eq!(case.try_send(zero).unwrap_err().name, "rewards::InvalidPrice");
}
