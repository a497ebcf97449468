//! The reputation of devices.

use super::*;

fn reputation(outcome: &Outcome, keeper: &Keeper) -> u64 {
    factor(&outcome.factors[&keeper.address()], "storage_reputation").ppm
}

#[test]
fn reputation_follows_the_share_of_bytes_that_was_answered_for() {
    let mut world = world();
    let mut keeper = world.keeper("keeper");
    for epoch in 1..=3 {
        let outcome = world.good_epoch(&mut keeper, epoch, 1);
        assert_eq!(reputation(&outcome, &keeper), ONE);
    }
    // A second replica of three times the bytes, of whose four challenges one is missed.
    keeper.seal(2, &[8; 256 * 3 * LEAVES], 1);
    let commitment = keeper.commit(4, 2);
    let answers = world.answers(&mut keeper, 4, 1);
    world.judge(4, [vec![commitment], answers].concat());
    let mut answers = world.answers(&mut keeper, 5, 1);
    answers.extend(world.answers(&mut keeper, 5, 2).into_iter().skip(1));
    answers.sort_by_key(|answer| answer.captured_at_ms);
    let mut renumbered = world.device("keeper");
    let answers = answers
        .iter()
        .map(|answer| with_body(&mut renumbered, answer, Body::StorageAnswer(answer_of(answer))));
    let outcome = world.judge(5, answers.collect::<Vec<_>>());
    let found = factor(&outcome.factors[&keeper.address()], "storage_reputation");
    // 3/4 × 1/4 missed = 187,500. Good: four epochs, forgetting, and 812,500.
    assert_eq!(input(found, "bad_ppm"), 187_500);
    let good = [ONE; 4].iter().fold(0, |sum, good| sum * 95 / 100 + good) * 95 / 100 + 812_500;
    assert_eq!(input(found, "good_ppm"), good as i64);
    assert_eq!(found.ppm, (good + ONE) * ONE / (good + ONE + 187_500));
    assert_eq!((input(found, "challenges"), input(found, "answered_right")), (8, 7));
    assert_eq!((input(found, "replicas"), input(found, "replicas_faulty")), (2, 1));
}

#[test]
fn reputation_follows_its_parameters() {
    let after_fault = |change: fn(&mut StoragePolicy)| {
        let mut world = world_with(change);
        let mut keeper = world.keeper("keeper");
        let first = world.good_epoch(&mut keeper, 1, 1);
        let second = world.judge(2, []);
        (reputation(&first, &keeper), reputation(&second, &keeper))
    };
    assert_eq!(after_fault(|_| ()), (ONE, 661_016)); // 1.95 / 2.95
    assert_eq!(after_fault(|policy| policy.reputation_keep_ppm = 500_000), (ONE, 600_000));
    assert_eq!(after_fault(|policy| policy.reputation_prior_good_ppm = 0), (ONE, 487_179));
    let paper = |policy: &mut StoragePolicy| policy.reputation_prior_bad_ppm = ONE;
    assert_eq!(after_fault(paper), (666_666, 493_670)); // 2/3, 1.95/3.95
}

#[test]
fn a_silent_device_has_a_reason_and_is_forgotten_in_the_end() {
    let mut world = world();
    let keeper = world.keeper("keeper");
    let outcome = world.judge(1, []);
    let found = factor(&outcome.factors[&keeper.address()], "storage_reputation");
    assert_eq!((input(found, "challenges"), input(found, "answered_right")), (4, 0));
    assert_eq!(input(found, "replicas_ended"), 0);
    world.judge(2, []);
    let outcome = world.judge(3, []);
    let found = factor(&outcome.factors[&keeper.address()], "storage_reputation");
    assert_eq!(input(found, "replicas_ended"), 1);
    assert!(world.state.storage.reputation(&keeper.address()).is_some());
    for epoch in 4..200 {
        world.judge(epoch, []);
    }
    assert_eq!(world.state.storage, State::default().storage);
}

#[test]
fn a_device_that_left_the_registry_is_judged_as_if_it_were_silent() {
    let (mut with, mut without) = (world(), world());
    let keeper = with.keeper("keeper");
    without.keeper("keeper");
    without.registry = Default::default();
    for epoch in 1..4 {
        with.judge(epoch, []);
        without.judge(epoch, []);
        assert_eq!(with.state.hash(), without.state.hash());
    }
    assert_eq!(health(&with, &keeper), []);
}

/// A device that the state remembers and that left the chain: not every oracle has a record of it, so
/// that none may speak of it, and an epoch with it can be scored.
#[test]
fn nobody_speaks_of_a_device_that_left_without_a_proof() {
    let mut world = world();
    let keeper = world.keeper("keeper");
    let left = |on_chain| {
        let record = *world.registry.get(&keeper.key()).unwrap();
        Registry::new([DeviceRecord { on_chain, ..record }])
    };
    let judged = |registry: Registry| {
        let mut world = World { registry, state: world.state.clone(), ..World::new(policy()) };
        let outcome = world.judge(1, []);
        (outcome.factors.len(), outcome, world.state)
    };
    let (on, _, _) = judged(left(true));
    let (off, known, after) = judged(left(false));
    let (never, unknown, same) = judged(Registry::default());
    assert_eq!((on, off, never), (1, 0, 0));
    assert_eq!((known, after), (unknown, same));
}
