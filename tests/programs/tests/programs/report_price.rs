use cairn_program_tests::{NOW, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::{CreditMarket, CreditTerms, OracleSet, price_at},
    address,
    amount::CreditPrice,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::{SETTLE_SECONDS, World};
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

/// Whatever is reported while oracles close an epoch, they read the price that held when the
/// settlement period of its end began.
#[test]
fn a_report_counts_for_the_ends_of_epochs_from_the_next_period_on() {
    let mut world = World::new();
    let market = world.market();
    let report = |world: &mut World, oracle: usize, price| {
        let oracle = &world.pool.oracles[oracle];
        let price = CreditPrice(price);
        let report = instruction::report_price(&oracle.pubkey(), &world.pool.address, price);
        world.chain.send(&[report], &[oracle]);
    };
    let price = |world: &World, time| {
        let set: OracleSet = world.chain.read(&address::oracle_set(&world.pool.address));
        price_at(&world.chain.read::<CreditMarket>(&market), &set, time)
    };
    let settle = i64::from(SETTLE_SECONDS);
    let start = NOW.div_euclid(settle) * settle;
    let [first, second, third] = [1, 2, 3].map(|periods| start + periods * settle);
    // Two of three must have said something lately, and no more than an hour ago.
    world.chain.warp_to(first - 60);
    report(&mut world, 0, 9);
    report(&mut world, 1, 3);
    report(&mut world, 2, 1);
    report(&mut world, 2, 4);
    assert_eq!([first - 60, first].map(|time| price(&world, time)), [None, Some(4)]);
    world.chain.warp_to(first);
    for said in [8, 7, 6] {
        report(&mut world, 0, said);
        report(&mut world, 1, said);
    }
    assert_eq!([first, first + 10].map(|time| price(&world, time)), [Some(4); 2]);
    // The third oracle's report is too old when the second period begins, that of the others not.
    world.chain.warp_to(second + 1_800);
    report(&mut world, 0, 20);
    report(&mut world, 1, 30);
    report(&mut world, 1, 40);
    assert_eq!([first, second].map(|time| price(&world, time)), [Some(4), Some(6)]);
    world.chain.warp_to(third - 1);
    assert_eq!([first, second].map(|time| price(&world, time)), [Some(4), Some(6)]);
    assert_eq!(price(&world, third), Some(20));
    // Nobody spoke: the price of the next period is unknown, that of the last one is not.
    assert_eq!([third, third + settle].map(|time| price(&world, time)), [Some(20), None]);
}

/// Anyone applies a change of the set at any time, so it must not change what an epoch's end reads;
/// other terms must not either.
#[test]
fn neither_who_leaves_nor_other_terms_change_the_price_of_the_past() {
    let mut world = World::new();
    let market = world.priced_market();
    let pool = world.pool.address;
    let (authority, network) = (world.authority(), world.network.address);
    let end = NOW + i64::from(SETTLE_SECONDS);
    let price = |world: &World, time| {
        let set: OracleSet = world.chain.read(&address::oracle_set(&pool));
        price_at(&world.chain.read::<CreditMarket>(&market), &set, time)
    };
    let terms = CreditTerms { max_report_age_seconds: 1, ..cases::credit_terms() };
    let update = instruction::propose_credit_update(&authority, &network, &pool, &terms);
    world.govern(update);
    let gone = world.pool.oracles[0].pubkey();
    let come = world.chain.key();
    let change = |add, remove| {
        instruction::propose_oracle_change(&authority, &network, &pool, add, remove, 2)
    };
    world.govern(change(None, Some(gone)));
    world.chain.warp_to(end);
    assert_eq!(price(&world, end), Some(2_000_000_000));
    world.chain.send(&[instruction::apply_oracle_change(&pool)], &[]);
    assert_eq!(price(&world, end), Some(2_000_000_000));
    // Its place goes to another oracle; the history is the place's.
    world.govern(change(Some(come.pubkey()), None));
    world.chain.send(&[instruction::apply_oracle_change(&pool)], &[]);
    for oracle in [&come, &world.pool.oracles[1], &world.pool.oracles[2]] {
        let report = instruction::report_price(&oracle.pubkey(), &pool, CreditPrice(1));
        world.chain.send(&[report], &[oracle]);
    }
    assert_eq!(world.chain.read::<CreditMarket>(&market).reports[0].oracle, come.pubkey());
    assert_eq!(price(&world, end), Some(2_000_000_000));
    // By the new terms a report is old after a second.
    assert_eq!(price(&world, end + i64::from(SETTLE_SECONDS)), None);
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
