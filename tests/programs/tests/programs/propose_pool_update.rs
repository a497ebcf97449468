use cairn_program_tests::{NOW, Network, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::{self, Limit, PoolTerms},
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_signer::Signer;

fn propose(world: &World, terms: &PoolTerms) -> Instruction {
    instruction::propose_pool_update(
        &world.authority(),
        &world.network.address,
        &world.pool.address,
        terms,
    )
}

#[test]
fn other_terms_come_into_force_after_the_delay_by_the_clock() {
    let mut case = cases::propose_pool_update();
    let pool = case.tested().accounts[2].pubkey;
    let before: account::Pool = case.chain.read(&pool);
    let sent = case.send();
    let at = NOW + i64::from(cases::DELAY_SECONDS);
    let after: account::Pool = case.chain.read(&pool);
    assert_eq!((after.terms.clone(), after.pending_terms_at), (before.terms.clone(), at));
    assert_eq!(account::pool_terms_at(&after, at - 1), &before.terms);
    assert_eq!(account::pool_terms_at(&after, at).treasury, Address::new_from_array([7; 32]));
    let Event::Rewards(RewardsEvent::PoolUpdateProposed(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.old.clone(), event.new.clone()), (before.terms, after.pending_terms));
}

#[test]
fn terms_are_valid_or_refused() {
    let mut world = World::new();
    let good = cases::other_terms(&world.pool);
    let limit = |limit: Limit| PoolTerms { breaker: limit, ..good.clone() };
    let base = Limit { max_amount: 5, window_seconds: 60, max_bps: 0, reserved: [0; 2] };
    let year = 365 * 24 * 60 * 60;
    let cases = [
        (PoolTerms { treasury: Address::default(), ..good.clone() }, "InvalidKey"),
        (limit(Limit { window_seconds: 0, ..base.clone() }), "InvalidTerms"),
        (limit(Limit { window_seconds: year + 1, ..base.clone() }), "InvalidTerms"),
        (limit(Limit { max_bps: 10_001, ..base.clone() }), "InvalidTerms"),
        (limit(Limit { reserved: [0, 1], ..base.clone() }), "InvalidTerms"),
        (
            PoolTerms { operator_cap: Limit { max_bps: 1, ..base.clone() }, ..good.clone() },
            "InvalidTerms",
        ),
        (PoolTerms { challenge_window_seconds: year + 1, ..good.clone() }, "InvalidTerms"),
        (PoolTerms { resolution_window_seconds: year + 1, ..good.clone() }, "InvalidTerms"),
        (PoolTerms { resolution_window_seconds: 0, ..good.clone() }, "InvalidTerms"),
        (PoolTerms { retention_seconds: year + 1, ..good.clone() }, "InvalidTerms"),
        (PoolTerms { challenge_burn_bps: 10_001, ..good.clone() }, "InvalidTerms"),
        (PoolTerms { reserved: [1; 34], ..good.clone() }, "InvalidTerms"),
    ];
    for (terms, name) in cases {
        let propose = propose(&world, &terms);
        let refused = world.chain.try_send(&[propose], &[&world.network.authority]).unwrap_err();
        assert_eq!(refused.name, format!("rewards::{name}"), "{terms:?}");
    }
}

/// Another change must wait until nobody asks any more for the treasury before this one.
#[test]
fn one_change_waits_two_settlement_periods_for_the_other() {
    let mut world = World::new();
    let terms = cases::other_terms(&world.pool);
    let first = propose(&world, &terms);
    world.govern(first);
    let settled = NOW + i64::from(cases::DELAY_SECONDS) + 2 * i64::from(cases::SETTLE_SECONDS);
    let second = propose(&world, &PoolTerms { proposal_bond: 9, ..terms.clone() });
    for now in [NOW, settled - 1] {
        world.chain.warp_to(now);
        let authority = world.network.authority.insecure_clone();
        world.chain.refuse("rewards::UpdatePending", std::slice::from_ref(&second), &[&authority]);
    }
    world.chain.warp_to(settled);
    world.govern(second);
    let pool: account::Pool = world.chain.read(&world.pool.address);
    assert_eq!((pool.terms, pool.pending_terms.proposal_bond), (terms, 9));
}

#[test]
fn only_the_authority_signs() {
    let mut case = cases::propose_pool_update();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotAuthority", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let other = Network::create(&mut case.chain, "other");
    let elsewhere = tested.swap(1, &other.address).swap(0, &other.authority.pubkey());
    case.chain.refuse("rewards::WrongNetwork", &[elsewhere], &[&other.authority]);
}
