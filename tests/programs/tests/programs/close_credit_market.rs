use cairn_program_tests::{Network, Swap, cases::rewards as cases};
use cairn_sdk::{
    account,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_signer::Signer;

#[test]
fn the_rent_goes_to_who_paid_it() {
    let mut case = cases::close_credit_market();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (pool, market, payer) = (accounts[2], accounts[3], accounts[4]);
    let (rent, had) = (case.chain.lamports(&market), case.chain.lamports(&payer));
    let sent = case.send();
    assert!(!case.chain.exists(&market));
    assert_eq!(case.chain.lamports(&payer), had + rent);
    assert_eq!(case.chain.read::<account::Pool>(&pool).has_credit_market, 0);
    assert!(matches!(sent.events[0], Event::Rewards(RewardsEvent::CreditMarketClosed(_))));
}

#[test]
fn not_while_it_has_customers() {
    let mut world = World::new();
    world.priced_market();
    world.customer(0);
    let (authority, network) = (world.authority(), world.network.address);
    let close =
        instruction::close_credit_market(&authority, &network, &world.pool.address, &authority);
    world.chain.refuse("rewards::HasChildren", &[close], &[&world.network.authority]);
}

#[test]
fn only_the_authority_signs() {
    let mut case = cases::close_credit_market();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotAuthority", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let other = Network::create(&mut case.chain, "other");
    let elsewhere = tested.swap(1, &other.address).swap(0, &other.authority.pubkey());
    case.chain.refuse("rewards::WrongNetwork", &[elsewhere], &[&other.authority]);
}
