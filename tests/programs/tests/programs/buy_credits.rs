use cairn_program_tests::{NOW, Pool, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::{self, CreditAccount, CreditMarket, PoolTerms},
    amount::{CreditPrice, Credits, Tokens},
    event::{Event, RewardsEvent},
    instruction::{self, PoolSpec},
};
use cases::World;
use solana_signer::Signer;

#[test]
fn tokens_are_burned_for_credits_at_the_median() {
    let mut case = cases::buy_credits();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (pool, market, account, source, mint) =
        (accounts[1], accounts[3], accounts[4], accounts[5], accounts[6]);
    let (had, supply) = (case.chain.tokens(&source), case.chain.supply(&mint));
    let sent = case.send();
    assert_eq!(case.chain.tokens(&source), had - 700);
    assert_eq!(case.chain.supply(&mint), supply - 700);
    let state: CreditAccount = case.chain.read(&account);
    assert_eq!((state.balance, state.bought_total), (1_400, 1_400));
    let state: CreditMarket = case.chain.read(&market);
    assert_eq!((state.burned_total, state.bought_total), (700, 1_400));
    let burn = case.chain.read::<account::Pool>(&pool).burns[0].clone();
    assert_eq!((burn.epoch, burn.burned, burn.remint), (0, 700, 700));
    let Event::Rewards(RewardsEvent::CreditsBought(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.burned, event.price, event.credits), (700, 2_000_000_000, 1_400));
    assert_eq!((event.old_balance, event.new_balance), (0, 1_400));
}

#[test]
fn the_median_of_fresh_reports_of_todays_oracles_counts() {
    let mut world = World::new();
    world.market();
    let customer = world.customer(0);
    let (owner, source) = world.holder(100_000);
    let keys = world.pool.keys;
    let buy = instruction::buy_credits(
        &owner.pubkey(),
        &source,
        &keys,
        &customer.pubkey(),
        Tokens(1_000),
        Credits(1),
    );
    let report = |world: &mut World, oracle: usize, price| {
        let oracle = &world.pool.oracles[oracle];
        let report = instruction::report_price(&oracle.pubkey(), &keys.pool, price);
        world.chain.send(&[report], &[oracle]);
    };
    let price = |world: &mut World| {
        let sent = world
            .chain
            .try_send(std::slice::from_ref(&buy), &[&owner])
            .map_err(|refused| refused.name)?;
        match &sent.events[0] {
            Event::Rewards(RewardsEvent::CreditsBought(event)) => Ok(event.price),
            other => panic!("{other:?}"),
        }
    };
    let stale = Err("rewards::StalePrice".to_owned());
    assert_eq!(price(&mut world), stale);
    report(&mut world, 0, CreditPrice(9_000_000_000));
    assert_eq!(price(&mut world), stale);
    // Of two the lower, of three the one in the middle: an outlier moves nothing.
    report(&mut world, 1, CreditPrice(3_000_000_000));
    assert_eq!(price(&mut world), Ok(3_000_000_000));
    report(&mut world, 2, CreditPrice(4_000_000_000));
    assert_eq!(price(&mut world), Ok(4_000_000_000));
    report(&mut world, 0, CreditPrice(u64::MAX));
    assert_eq!(price(&mut world), Ok(4_000_000_000));
    world.chain.warp_to(NOW + 3_600);
    assert_eq!(price(&mut world), Ok(4_000_000_000));
    world.chain.warp_to(NOW + 3_601);
    assert_eq!(price(&mut world), stale);
    report(&mut world, 1, CreditPrice(5_000_000_000));
    report(&mut world, 2, CreditPrice(6_000_000_000));
    assert_eq!(price(&mut world), Ok(5_000_000_000));
    // A removed oracle's report is nobody's.
    let (authority, network) = (world.authority(), world.network.address);
    let removed = world.pool.oracles[1].pubkey();
    let change = instruction::propose_oracle_change(
        &authority,
        &network,
        &keys.pool,
        None,
        Some(removed),
        2,
    );
    world.govern(change);
    world.chain.send(&[instruction::apply_oracle_change(&keys.pool)], &[]);
    assert_eq!(price(&mut world), stale);
}

#[test]
fn the_buyer_gets_what_it_asks_for_or_nothing_happens() {
    let mut world = World::new();
    world.priced_market();
    let customer = world.customer(0).pubkey();
    let (owner, source) = world.holder(1_000);
    let keys = world.pool.keys;
    let buy = |amount, least| {
        instruction::buy_credits(&owner.pubkey(), &source, &keys, &customer, amount, least)
    };
    for (amount, least, name) in [
        (700, 1_401, "rewards::TooFewCredits"),
        (0, 0, "rewards::InvalidAmount"),
        (u64::MAX, 1, "rewards::Overflow"),
        (1_001, 1, "token::Custom(1)"),
    ] {
        world.chain.refuse(name, &[buy(Tokens(amount), Credits(least))], &[&owner]);
    }
    let thief = world.chain.wallet();
    let stolen = buy(Tokens(1), Credits(1)).swap(0, &thief.pubkey());
    world.chain.refuse("token::Custom(4)", &[stolen], &[&thief]);
    world.close_for_good();
    world.chain.refuse("rewards::PoolClosing", &[buy(Tokens(1), Credits(1))], &[&owner]);
}

/// Burned tokens may be minted again as rewards, up to the cap an epoch, on top of the emission.
#[test]
fn what_was_burned_may_be_minted_again_up_to_the_cap() {
    let mut world = World::with(|chain, network| {
        let full = Pool::full_spec(chain.key().pubkey(), chain.key().pubkey());
        let splits = cairn_sdk::account::Splits {
            operators: 10_000,
            delegators: 0,
            oracles: 0,
            treasury: 0,
        };
        let terms = PoolTerms { proposal_bond: 0, challenge_bond: 0, ..full.terms.into() };
        let mint = chain.mint();
        // Tokens in circulation before the pool became the mint's authority.
        let holder = chain.token_account(&mint.1.pubkey(), &mint.0);
        chain.mint_to(&mint, &holder, 100_000);
        Pool::create_for(
            chain,
            network,
            mint,
            PoolSpec { mints: true, splits: (&splits).into(), terms: (&terms).into(), ..full },
        )
    });
    world.priced_market();
    let customer = world.customer(0).pubkey();
    let keys = world.pool.keys;
    let owner = world.pool.mint.1.insecure_clone();
    let source = keys.token_account(&owner.pubkey());
    for amount in [20_000, 25_000] {
        let buy = instruction::buy_credits(
            &owner.pubkey(),
            &source,
            &keys,
            &customer,
            Tokens(amount),
            Credits(1),
        );
        world.chain.send(&[buy], &[&owner]);
    }
    // 45,000 burned, 30,000 of them may come back.
    world.chain.warp_to(Pool::epoch_end(0));
    let oracle = world.pool.oracles[0].insecure_clone();
    let over = World::content(1_030_001);
    let propose = instruction::propose(&oracle.pubkey(), &keys, 0, &over, None);
    world.chain.refuse("rewards::SumAboveEmission", &[propose], &[&oracle]);
    let supply = world.chain.supply(&keys.mint);
    world.finalize(0, &World::content(1_030_000));
    assert_eq!(world.chain.supply(&keys.mint), supply + 1_030_000);
    assert_eq!(world.chain.tokens(&keys.vault()), 1_030_000);
}
