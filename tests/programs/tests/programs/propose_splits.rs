use cairn_program_tests::{Network, Pool, Swap, cases::rewards as cases};
use cairn_protocol::proposal::ProposalContent;
use cairn_sdk::{
    account::{self, Splits},
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_instruction::Instruction;
use solana_signer::Signer;

fn propose(world: &World, splits: &Splits, from_epoch: u64) -> Instruction {
    instruction::propose_splits(
        &world.authority(),
        &world.network.address,
        &world.pool.address,
        splits,
        from_epoch,
    )
}

#[test]
fn another_division_is_pending() {
    let mut case = cases::propose_splits();
    let pool = case.tested().accounts[2].pubkey;
    let before: account::Pool = case.chain.read(&pool);
    let sent = case.send();
    let after: account::Pool = case.chain.read(&pool);
    let new = cases::other_splits();
    let expected =
        account::Pool { pending_splits: new.clone(), pending_splits_epoch: 2, ..before.clone() };
    assert_eq!(after, expected);
    assert_eq!(account::splits_at(&after, 1), account::split_of(&before.splits));
    assert_eq!(account::splits_at(&after, 2), account::split_of(&new));
    let Event::Rewards(RewardsEvent::SplitsProposed(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.old.clone(), event.new.clone(), event.from_epoch), (before.splits, new, 2));
}

#[test]
fn the_parts_add_up_and_operators_get_something() {
    let mut world = World::new();
    let all = cases::other_splits();
    for splits in [
        Splits { operators: 0, delegators: 8_000, ..all.clone() },
        Splits { operators: 5_001, ..all.clone() },
        Splits { treasury: 999, ..all.clone() },
    ] {
        let propose = propose(&world, &splits, 3);
        world.chain.refuse("rewards::InvalidSplits", &[propose], &[&world.network.authority]);
    }
}

#[test]
fn only_epochs_that_did_not_begin_are_divided_otherwise() {
    let mut world = World::new();
    world.chain.warp_to(Pool::epoch_end(1));
    for epoch in [0, 1, 2] {
        let propose = propose(&world, &cases::other_splits(), epoch);
        world.chain.refuse("rewards::TooSoon", &[propose], &[&world.network.authority]);
    }
    let propose = propose(&world, &cases::other_splits(), 3);
    world.govern(propose);
}

/// A change is folded away once no root of an epoch before it can follow.
#[test]
fn one_change_waits_for_the_other() {
    let mut world = World::new();
    let (first, second) =
        (propose(&world, &cases::other_splits(), 2), propose(&world, &cases::other_splits(), 8));
    world.govern(first);
    let authority = world.network.authority.insecure_clone();
    let refuse = |world: &mut World| {
        world.chain.refuse("rewards::UpdatePending", std::slice::from_ref(&second), &[&authority]);
    };
    refuse(&mut world);
    world.finalize(0, &World::content(100_000));
    // Epoch 2 lasts, but a root of epoch 1 may still follow.
    world.chain.warp_to(Pool::epoch_end(1) + 1);
    refuse(&mut world);
    world.finalize(1, &World::content(200_000));
    world.govern(second);
    let pool: account::Pool = world.chain.read(&world.pool.address);
    assert_eq!((pool.splits, pool.pending_splits_epoch), (cases::other_splits(), 8));
}

/// With the new division alone, the others' parts of a root that spans the change could exceed
/// what was emitted, and no root could ever be finalized again.
#[test]
fn epochs_skipped_around_a_change_do_not_stop_the_pool() {
    let mut world = World::new();
    let tiny = Splits { operators: 100, delegators: 9_900, oracles: 0, treasury: 0 };
    let change = propose(&world, &tiny, 1);
    world.govern(change);
    // 60 % of epoch 0 and 1 % of epoch 1.
    world.finalize(1, &World::content(610_000));
    let pool: account::Pool = world.chain.read(&world.pool.address);
    let others = pool.delegators_total + pool.oracles_total + pool.treasury_total;
    assert!(610_000 + others <= 2_000_000, "{others}");
    // To within rounding, exactly what the two epochs meant for each.
    assert!((1_189_998..=1_190_000).contains(&pool.delegators_total), "{pool:?}");
    assert!((149_998..=150_000).contains(&pool.oracles_total), "{pool:?}");
    assert!((49_998..=50_004).contains(&pool.treasury_total), "{pool:?}");
}

#[test]
fn each_epoch_is_divided_by_its_own_division() {
    let mut world = World::new();
    let change = propose(&world, &cases::other_splits(), 1);
    world.govern(change);
    world.finalize(0, &World::content(600_000));
    let first: account::Pool = world.chain.read(&world.pool.address);
    assert_eq!(
        (first.delegators_total, first.oracles_total, first.treasury_total),
        (200_000, 150_000, 50_000)
    );
    // Half of epoch 1 at most: one more token and the sum exceeds the emission.
    world.chain.warp_to(Pool::epoch_end(1));
    let oracle = world.pool.oracles[0].insecure_clone();
    let source = world.pool.keys.token_account(&oracle.pubkey());
    let content: ProposalContent = World::content(1_100_001);
    let propose =
        instruction::propose(&oracle.pubkey(), &world.pool.keys, 1, &content, Some(&source));
    world.chain.refuse("rewards::SumAboveEmission", &[propose], &[&oracle]);
    world.finalize(1, &World::content(1_100_000));
    let second: account::Pool = world.chain.read(&world.pool.address);
    assert_eq!(
        (second.delegators_total, second.oracles_total, second.treasury_total),
        (500_000, 250_000, 150_000)
    );
}

#[test]
fn only_the_authority_signs() {
    let mut case = cases::propose_splits();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotAuthority", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let other = Network::create(&mut case.chain, "other");
    let elsewhere = tested.swap(1, &other.address).swap(0, &other.authority.pubkey());
    case.chain.refuse("rewards::WrongNetwork", &[elsewhere], &[&other.authority]);
}
