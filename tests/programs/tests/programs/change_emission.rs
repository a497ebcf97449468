use cairn_program_tests::{Network, Pool, Swap, cases::rewards as cases};
use cairn_protocol::emission::{Step, emitted_through};
use cairn_sdk::{
    account,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_signer::Signer;

fn change(world: &World, from_epoch: u64, steps: &[Step]) -> solana_instruction::Instruction {
    instruction::change_emission(
        &world.authority(),
        &world.network.address,
        &world.pool.address,
        from_epoch,
        steps,
    )
}

#[test]
fn future_steps_are_replaced_and_earlier_ones_kept() {
    let mut case = cases::change_emission();
    let pool = case.tested().accounts[2].pubkey;
    let sent = case.send();
    let steps = account::emission_steps(&case.chain.read(&pool));
    let expected = vec![Step::constant(0, 1_000_000), Step::constant(5, 700), Step::constant(9, 0)];
    assert_eq!(steps, expected);
    let Event::Rewards(RewardsEvent::EmissionChanged(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.from_epoch, event.old_step_count, event.new_step_count), (5, 2, 3));
}

#[test]
fn an_epoch_that_lasts_or_begins_before_the_delay_is_not_changed() {
    let mut world = World::new();
    let delay = i64::from(cases::DELAY_SECONDS);
    let steps = |epoch| [Step::constant(epoch, 7)];
    for (now, epoch, allowed) in [
        (0, 0, false),
        (0, 1, true),
        (3_600 - delay, 1, true),
        (3_600 - delay + 1, 1, false),
        (3_600 - delay + 1, 2, true),
        (5_000, 1, false),
    ] {
        world.chain.warp_to(Pool::epoch_end(0) - 3_600 + now);
        let change = change(&world, epoch, &steps(epoch));
        let result = world.chain.try_send(&[change], &[&world.network.authority]);
        let name = result.err().map(|refused| refused.name);
        assert_eq!(name, (!allowed).then(|| "rewards::TooSoon".to_owned()), "{now} {epoch}");
    }
}

#[test]
fn the_steps_begin_at_the_epoch_and_are_a_table() {
    let mut world = World::new();
    let decay = Step { keep_ppb: 1_000_000_001, every_epochs: 1, times: 1, ..Step::constant(4, 5) };
    for steps in [
        vec![],
        vec![Step::constant(3, 1)],
        vec![Step::constant(4, 1), Step::constant(4, 2)],
        vec![decay],
    ] {
        let change = change(&world, 4, &steps);
        world.chain.refuse("rewards::InvalidEmission", &[change], &[&world.network.authority]);
    }
}

/// Built by several calls, a table fills up; once roots passed its first steps, they make room,
/// and what the table says about the sum stays.
#[test]
fn a_full_table_makes_room_when_roots_have_passed() {
    let mut world = World::new();
    for first in (1..=63u64).step_by(21) {
        let steps: Vec<_> = (first..first + 21).map(|n| Step::constant(n, 1_000_000 - n)).collect();
        let change = change(&world, first, &steps);
        world.govern(change);
    }
    let full = account::emission_steps(&world.chain.read(&world.pool.address));
    assert_eq!(full.len(), 64);
    let more = change(&world, 64, &[Step::constant(64, 9)]);
    let authority = world.network.authority.insecure_clone();
    let refused = [more.clone()];
    world.chain.refuse("rewards::InvalidEmission", &refused, &[&authority]);
    world.finalize(2, &World::content(500_000));
    world.govern(more);
    let pool: account::Pool = world.chain.read(&world.pool.address);
    assert_eq!(account::emission_steps(&pool)[0].first_epoch, 2);
    assert_eq!(pool.folded_epoch, 2);
    assert_eq!(pool.folded_emitted, emitted_through(&full, 1).unwrap());
    // Still bounded by the same sum: what operators and the others were promised fits exactly.
    world.finalize(3, &World::content(700_000));
}

#[test]
fn only_the_authority_signs() {
    let mut case = cases::change_emission();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotAuthority", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let other = Network::create(&mut case.chain, "other");
    let elsewhere = tested.swap(1, &other.address).swap(0, &other.authority.pubkey());
    case.chain.refuse("rewards::WrongNetwork", &[elsewhere], &[&other.authority]);
}
