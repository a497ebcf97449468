//! The states of a replica.

use super::*;

#[test]
fn a_replica_earns_from_the_epoch_after_its_commitment() {
    let mut world = world();
    let mut keeper = world.device("keeper");
    keeper.seal(1, &content(1), 1);
    let commitment = keeper.commit(0, 1);
    // Seeds of this epoch ask it not yet.
    let early = world.answer(&mut keeper, 0, 1, 0);
    let outcome = world.judge(0, [commitment, early]);
    assert_eq!(reasons(&outcome), [Reason::Accepted, Reason::ChallengeNotDue]);
    let judgment = &outcome.proofs[0].judgment;
    assert_eq!((judgment.units, judgment.gross), (0, whole_units()));
    assert_eq!(input(factor(&judgment.factors, "earns_by_answers"), "first_epoch"), 1);
    assert_eq!(health(&world, &keeper), [Health::Unproven]);

    let outcome = world.good_epoch(&mut keeper, 1, 1);
    assert_eq!(reasons(&outcome), [Reason::Accepted; 4]);
    assert_eq!(units(&outcome, &keeper.address()), whole_units());
    assert_eq!(earned(&outcome, &keeper.address()), whole_units() * 1_000);
    assert_eq!(health(&world, &keeper), [Health::Active]);
}

#[test]
fn parts_of_an_epoch_add_up_and_are_rounded_down() {
    let mut world = world();
    let mut keeper = world.keeper("keeper");
    let outcome = world.good_epoch(&mut keeper, 1, 1);
    let parts: Vec<u64> = outcome.proofs.iter().map(|judged| judged.judgment.units).collect();
    // ⌊9,472 bytes in GiB⌋ = 8 millionths: two for each of four challenges.
    assert_eq!(whole_units(), 8);
    assert_eq!(parts, [2, 2, 2, 2]);
    let mut world = world_with(|policy| policy.challenges_per_epoch = 3);
    let mut keeper = world.keeper("keeper");
    let outcome = world.good_epoch(&mut keeper, 1, 1);
    let parts: Vec<u64> = outcome.proofs.iter().map(|judged| judged.judgment.units).collect();
    assert_eq!(parts, [2, 3, 3]);
}

#[test]
fn a_missed_challenge_is_a_fault_and_recovery_is_not_paid() {
    let mut world = world_with(|policy| policy.recovery_epochs = 2);
    let mut keeper = world.keeper("keeper");
    let address = keeper.address();
    world.good_epoch(&mut keeper, 1, 1);

    let mut answers = world.answers(&mut keeper, 2, 1);
    answers.remove(1);
    let outcome = world.judge(2, answers);
    assert_eq!(reasons(&outcome), [Reason::Accepted; 3]);
    assert_eq!(units(&outcome, &address), 0);
    let health_factor = factor(&outcome.proofs[0].judgment.factors, "replica_health");
    assert_eq!(health_factor.ppm, 0);
    assert_eq!(input(health_factor, "challenges"), 4);
    assert_eq!(input(health_factor, "answered_right"), 3);
    assert_eq!(health(&world, &keeper), [Health::Faulty]);

    for epoch in [3, 4] {
        let outcome = world.good_epoch(&mut keeper, epoch, 1);
        assert_eq!(units(&outcome, &address), 0, "epoch {epoch}");
        let health_factor = factor(&outcome.proofs[0].judgment.factors, "replica_health");
        assert_eq!(input(health_factor, "was_faulty"), 1);
        assert_eq!(input(health_factor, "epochs_answered_in_row"), epoch as i64 - 2);
    }
    let outcome = world.good_epoch(&mut keeper, 5, 1);
    assert_eq!(units(&outcome, &address), whole_units());
    assert_eq!(health(&world, &keeper), [Health::Active]);
}

#[test]
fn recovery_takes_as_many_epochs_as_the_policy_says() {
    for (recovery, paid_from) in [(0, 3), (1, 4), (2, 5)] {
        let mut world = world_with(|policy| policy.recovery_epochs = recovery);
        let mut keeper = world.keeper("keeper");
        world.good_epoch(&mut keeper, 1, 1);
        world.judge(2, []);
        for epoch in 3..7 {
            let outcome = world.good_epoch(&mut keeper, epoch, 1);
            let expected = if epoch >= paid_from { whole_units() } else { 0 };
            assert_eq!(units(&outcome, &keeper.address()), expected, "{recovery}, {epoch}");
        }
    }
}

#[test]
fn a_new_replica_proves_itself_for_as_many_epochs_as_the_policy_says() {
    for proving in [0, 1, 3] {
        let mut world = world_with(|policy| policy.proving_epochs = proving);
        let mut keeper = world.keeper("keeper");
        for epoch in 1..6 {
            let outcome = world.good_epoch(&mut keeper, epoch, 1);
            let expected = if epoch > u64::from(proving) { whole_units() } else { 0 };
            assert_eq!(units(&outcome, &keeper.address()), expected, "{proving}, {epoch}");
            let proven = epoch >= u64::from(proving);
            let stands = if proven { Health::Active } else { Health::Unproven };
            assert_eq!(health(&world, &keeper), [stands]);
            let health_factor = factor(&outcome.proofs[0].judgment.factors, "replica_health");
            let was_unproven = epoch == 1 || epoch <= u64::from(proving);
            assert_eq!(input(health_factor, "was_unproven"), i64::from(was_unproven));
            assert_eq!(input(health_factor, "proving_epochs"), i64::from(proving));
        }
    }
}

#[test]
fn a_fault_of_an_unproven_replica_makes_it_begin_again() {
    let mut world = world_with(|policy| policy.proving_epochs = 2);
    let mut keeper = world.keeper("keeper");
    world.good_epoch(&mut keeper, 1, 1);
    world.judge(2, []);
    // Not faulty: one epoch of recovery would be a short cut.
    assert_eq!(health(&world, &keeper), [Health::Unproven]);
    for epoch in [3, 4] {
        assert_eq!(health(&world, &keeper), [Health::Unproven]);
        let outcome = world.good_epoch(&mut keeper, epoch, 1);
        assert_eq!(units(&outcome, &keeper.address()), 0);
    }
    let outcome = world.good_epoch(&mut keeper, 5, 1);
    assert_eq!(units(&outcome, &keeper.address()), whole_units());
    // Faults in a row end it all the same.
    let mut world = world_with(|policy| {
        (policy.proving_epochs, policy.faults_to_terminate) = (3, 2);
    });
    let keeper = world.keeper("keeper");
    world.judge(1, []);
    assert_eq!(health(&world, &keeper), [Health::Unproven]);
    world.judge(2, []);
    assert_eq!(health(&world, &keeper), []);
}

#[test]
fn a_replica_ends_after_faults_in_a_row() {
    for limit in [1u64, 2, 3] {
        let mut world = world_with(|policy| policy.faults_to_terminate = limit as u32);
        let mut keeper = world.keeper("keeper");
        world.good_epoch(&mut keeper, 1, 1);
        for epoch in 2..2 + limit {
            assert_eq!(health(&world, &keeper).len(), 1);
            world.judge(epoch, []);
        }
        assert_eq!(health(&world, &keeper), []);
        let epoch = 2 + limit;
        let answers = world.answers(&mut keeper, epoch, 1);
        let outcome = world.judge(epoch, answers);
        assert_eq!(reasons(&outcome), [Reason::ReplicaUnknown; 4]);
        // Its number is free again.
        let again = keeper.commit(epoch + 1, 1);
        assert_eq!(reasons(&world.judge(epoch + 1, [again])), [Reason::Accepted]);
    }
    // Faults that are not in a row end nothing.
    let mut world = world_with(|policy| policy.faults_to_terminate = 2);
    let mut keeper = world.keeper("keeper");
    for epoch in 1..9 {
        if epoch % 2 == 0 {
            world.judge(epoch, []);
        } else {
            world.good_epoch(&mut keeper, epoch, 1);
        }
    }
    assert_eq!(health(&world, &keeper), [Health::Faulty]);
}

#[test]
fn a_term_ends_without_a_fault() {
    let mut world = world();
    let mut keeper = world.device("keeper");
    keeper.seal(1, &content(1), 1);
    let commit = |keeper: &mut Keeper, epoch, until_epoch| {
        let body = Body::StorageCommitment(keeper.replicas[&1].commitment(until_epoch));
        keeper.sign(epoch, starts_at_ms(epoch) + 1, &body)
    };
    let over = commit(&mut keeper, 3, 3);
    assert_eq!(reasons(&world.judge(3, [over])), [Reason::TermOver]);
    let short = commit(&mut keeper, 3, 4);
    assert_eq!(reasons(&world.judge(3, [short])), [Reason::Accepted]);
    let outcome = world.good_epoch(&mut keeper, 4, 1);
    assert_eq!(units(&outcome, &keeper.address()), whole_units());
    let again = commit(&mut keeper, 5, 9);
    let outcome = world.judge(5, [again]);
    assert_eq!(reasons(&outcome), [Reason::Accepted]);
    let reputation = factor(&outcome.factors[&keeper.address()], "storage_reputation");
    assert_eq!(input(reputation, "challenges"), 0);
    assert_eq!(reputation.ppm, ONE);
}

#[test]
fn an_epoch_too_short_for_challenges_changes_nothing() {
    let mut world = world_with(|policy| policy.answer_deadline_ms = EPOCH_MS + 1);
    let keeper = world.keeper("keeper");
    assert!(world.due(1, &keeper.key(), 1).is_empty());
    for epoch in 1..6 {
        world.judge(epoch, []);
    }
    assert_eq!(health(&world, &keeper), [Health::Unproven]);

    // A deadline of 200 s and a window for the block leave four windows to ask, two a slot.
    let mut world = world_with(|policy| {
        (policy.answer_deadline_ms, policy.challenges_per_epoch) = (200_000, 2);
    });
    let mut keeper = world.keeper("keeper");
    let outcome = world.good_epoch(&mut keeper, 1, 1);
    assert_eq!(reasons(&outcome), [Reason::Accepted; 2]);
    assert_eq!(units(&outcome, &keeper.address()), whole_units());
}

/// When the chain stood still so long that a challenge could not be answered within its epoch, it
/// is nobody's fault.
#[test]
fn a_seed_that_comes_too_late_asks_nobody() {
    let mut world = world();
    let keeper = world.keeper("keeper");
    world.block_after_s = EPOCH_MS / 1_000;
    world.judge(1, []);
    assert_eq!(health(&world, &keeper), [Health::Unproven]);
}
