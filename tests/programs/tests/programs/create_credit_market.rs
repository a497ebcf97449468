use cairn_program_tests::{Network, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::{self, CreditMarket, CreditTerms},
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_signer::Signer;

#[test]
fn a_pool_has_one_market() {
    let mut case = cases::create_credit_market();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (authority, pool, market) = (accounts[0], accounts[2], accounts[3]);
    let had = case.chain.lamports(&authority);
    let sent = case.send();
    let state: CreditMarket = case.chain.read(&market);
    assert_eq!((state.pool, state.rent_payer), (pool, authority));
    assert_eq!((state.terms, state.version), (cases::credit_terms(), 1));
    let rent = case.chain.rent(8 + 3_360);
    assert_eq!(case.chain.lamports(&market), rent);
    assert_eq!(case.chain.lamports(&authority), had - rent);
    assert_eq!(case.chain.read::<account::Pool>(&pool).has_credit_market, 1);
    assert!(matches!(sent.events[0], Event::Rewards(RewardsEvent::CreditMarketCreated(_))));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "system::Custom(0)");
}

#[test]
fn terms_are_valid_and_the_pool_open() {
    let mut world = World::new();
    let year = 365 * 24 * 60 * 60;
    let good = cases::credit_terms();
    let create = |world: &World, terms: &CreditTerms| {
        instruction::create_credit_market(
            &world.authority(),
            &world.network.address,
            &world.pool.address,
            terms,
        )
    };
    for terms in [
        CreditTerms { max_report_age_seconds: 0, ..good.clone() },
        CreditTerms { max_report_age_seconds: year + 1, ..good.clone() },
        CreditTerms { escrow_delay_seconds: year + 1, ..good.clone() },
        CreditTerms { reserved: [1; 32], ..good.clone() },
    ] {
        let create = create(&world, &terms);
        world.chain.refuse("rewards::InvalidTerms", &[create], &[&world.network.authority]);
    }
    world.close_for_good();
    let create = create(&world, &good);
    world.chain.refuse("rewards::PoolClosing", &[create], &[&world.network.authority]);
}

#[test]
fn only_the_authority_signs() {
    let mut case = cases::create_credit_market();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotAuthority", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let other = Network::create(&mut case.chain, "other");
    let elsewhere = tested.swap(1, &other.address).swap(0, &other.authority.pubkey());
    case.chain.refuse("rewards::WrongNetwork", &[elsewhere], &[&other.authority]);
}
