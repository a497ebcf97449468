//! Every rule of the storage kinds and every parameter, through the public surface, with real keys,
//! seals and signatures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "support/storage.rs"]
mod support;

use cairn_device::storage::countersign;
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{Body, Envelope, Kind, Receipt, RetrievalReceipt, StorageCommitment};
use cairn_protocol::reason::Reason;
use cairn_protocol::sealing::Pass;
use cairn_verify::policy::StoragePolicy;
use cairn_verify::storage::Health;
use cairn_verify::{EpochClock, Gate, ONE, Outcome, Policies, State};
use proptest::prelude::*;
use support::*;

fn world() -> World {
    World::new(policy())
}

fn world_with(change: impl FnOnce(&mut StoragePolicy)) -> World {
    let mut policy = policy();
    change(&mut policy.storage);
    World::new(policy)
}

fn health(world: &World, keeper: &Keeper) -> Vec<Health> {
    world.state.storage.replicas(&keeper.address()).map(|(_, replica)| replica.health).collect()
}

// --- A life of a replica --------------------------------------------------------------------------

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
    let mut keeper = world.keeper("keeper");
    assert!(world.due(1, &keeper.key(), 1).is_empty());
    for epoch in 1..6 {
        world.judge(epoch, []);
    }
    assert_eq!(health(&world, &keeper), [Health::Unproven]);
    keeper.seal(2, &content(2), 1);
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

// --- Commitments ----------------------------------------------------------------------------------

fn commitment(rounds: u32, leaf_count: u64, replica: u32) -> StorageCommitment {
    StorageCommitment {
        replica,
        content_root: [replica as u8; 32],
        middle_root: [2; 32],
        replica_root: [3; 32],
        leaf_count,
        rounds,
        until_epoch: u64::MAX,
    }
}

fn commit_all(world: &mut World, commitments: &[StorageCommitment]) -> Vec<Reason> {
    let mut keeper = world.device("keeper");
    let envelopes: Vec<Envelope> = (1..)
        .zip(commitments)
        .map(|(at, body)| {
            keeper.sign(0, starts_at_ms(0) + at, &Body::StorageCommitment(body.clone()))
        })
        .collect();
    reasons(&world.judge(0, envelopes))
}

#[test]
fn rounds_are_within_the_policy_s() {
    let mut world = world_with(|policy| (policy.min_rounds, policy.max_rounds) = (10, 20));
    let bodies =
        [commitment(9, 5, 1), commitment(10, 5, 2), commitment(20, 5, 3), commitment(21, 5, 4)];
    let wrong = Reason::RoundsOutOfRange;
    assert_eq!(commit_all(&mut world, &bodies), [wrong, Reason::Accepted, Reason::Accepted, wrong]);
}

#[test]
fn sealing_must_take_longer_than_a_challenge() {
    // (20 + 10) s × 1,000 hashes a second × 2 = 60,000 hashes: 300 rounds of 100 leaves, twice.
    let change = |rate: u64, margin: u32, deadline_ms: u64, age_ms: u64| {
        move |policy: &mut StoragePolicy| {
            policy.sealing_hashes_per_second = rate;
            policy.sealing_margin = margin;
            policy.answer_deadline_ms = deadline_ms;
            policy.answer_max_age_ms = age_ms;
        }
    };
    let bodies = [commitment(299, 100, 1), commitment(300, 100, 2), commitment(300, 99, 3)];
    let (quick, right) = (Reason::SealTooQuick, Reason::Accepted);
    for (rate, margin, deadline_ms, age_ms, expected) in [
        (1_000, 2, 20_000, 10_000, [quick, right, quick]),
        (1_001, 2, 20_000, 10_000, [quick, quick, quick]),
        (1_000, 3, 20_000, 10_000, [quick, quick, quick]),
        (1_000, 2, 20_001, 10_000, [quick, quick, quick]),
        (1_000, 2, 20_000, 10_001, [quick, quick, quick]),
        (0, 2, 20_000, 10_000, [right, right, right]),
    ] {
        let mut world = world_with(change(rate, margin, deadline_ms, age_ms));
        assert_eq!(commit_all(&mut world, &bodies), expected, "{rate} {margin}");
    }
}

#[test]
fn replicas_are_limited() {
    let mut world = world_with(|policy| policy.max_replicas = 2);
    let bodies = [1, 2, 3].map(|number| commitment(1, 5, number));
    let (right, limit) = (Reason::Accepted, Reason::ReplicaLimit);
    assert_eq!(commit_all(&mut world, &bodies), [right, right, limit]);
    let mut world = world_with(|policy| policy.max_replicas = 3);
    assert_eq!(commit_all(&mut world, &bodies), [right; 3]);
}

#[test]
fn replicas_of_the_same_content_are_limited() {
    let same = |number| StorageCommitment { content_root: [7; 32], ..commitment(1, 5, number) };
    let bodies = [same(1), same(2), same(3), commitment(1, 5, 4)];
    let (right, limit) = (Reason::Accepted, Reason::ContentLimit);
    for (most, expected) in [(1, [right, limit, limit, right]), (2, [right, right, limit, right])] {
        let mut world = world_with(|policy| policy.replicas_per_content = most);
        assert_eq!(commit_all(&mut world, &bodies), expected);
    }
}

#[test]
fn a_number_is_taken_once() {
    let other = StorageCommitment { content_root: [8; 32], ..commitment(1, 5, 1) };
    let reasons = commit_all(&mut world(), &[commitment(1, 5, 1), other]);
    assert_eq!(reasons, [Reason::Accepted, Reason::ReplicaTaken]);
}

// --- Answers --------------------------------------------------------------------------------------

/// Judges epoch 1 with the first answer replaced, and gives its reason.
fn first_answer(
    world: &mut World,
    keeper: &mut Keeper,
    change: impl FnOnce(&mut World, &mut Keeper, &Envelope) -> Envelope,
) -> Reason {
    let first = world.answer(keeper, 1, 1, 0);
    let changed = change(world, keeper, &first);
    let outcome = world.judge(1, [changed]);
    reasons(&outcome)[0]
}

#[test]
fn answers_keep_their_times() {
    let at = |world: &mut World, offset_ms: i64| {
        let mut keeper = world.keeper("keeper");
        let (due, known_ms) = world.due(1, &keeper.key(), 1)[1];
        first_answer(world, &mut keeper, |world, keeper, _| {
            let answering = world.answering();
            let answer = keeper.replicas.get_mut(&1).unwrap().answer(&due, &answering).unwrap();
            keeper.answer_with(1, known_ms.saturating_add_signed(offset_ms), due.seed, answer)
        })
    };
    assert_eq!(at(&mut world(), 0), Reason::Accepted);
    assert_eq!(at(&mut world(), 20_000), Reason::Accepted);
    assert_eq!(at(&mut world(), 20_001), Reason::AnswerLate);
    assert_eq!(at(&mut world(), -5_000), Reason::Accepted);
    assert_eq!(at(&mut world(), -5_001), Reason::AnswerEarly);
    let mut longer = world_with(|policy| policy.answer_deadline_ms = 20_001);
    assert_eq!(at(&mut longer, 20_001), Reason::Accepted);
    let mut stricter = world_with(|policy| policy.clock_tolerance_ms = 4_999);
    assert_eq!(at(&mut stricter, -5_000), Reason::AnswerEarly);
}

#[test]
fn an_answer_arrives_soon_after_its_capture() {
    let mut world = world();
    let mut keeper = world.keeper("keeper");
    let envelope = world.answer(&mut keeper, 1, 1, 0);
    let arrives = |after_ms: u64, max_age_ms: u64, kind: Kind| {
        let mut policy = world.policy.clone();
        policy.storage.answer_max_age_ms = max_age_ms;
        assert!(policy.max_age_ms(kind) >= 1_000);
        let clock = EpochClock::new(GENESIS_MS / 1_000, EPOCH_MS / 1_000).unwrap();
        let mut gate = Gate::new(Policies::constant(policy), clock);
        let now_ms = envelope.captured_at_ms + after_ms;
        gate.admit_bytes(now_ms, &NETWORK, &world.registry, &envelope.encode()).reason
    };
    let kind = Kind::StorageAnswer;
    assert_eq!(arrives(10_000, 10_000, kind), Reason::Accepted);
    assert_eq!(arrives(10_001, 10_000, kind), Reason::CapturedTooLongAgo);
    assert_eq!(arrives(10_001, 10_001, kind), Reason::Accepted);
    // Other kinds keep the common limit, which also bounds that of answers.
    let mut policy = world.policy.clone();
    assert_eq!(policy.max_age_ms(Kind::StorageCommitment), policy.ingest.max_age_ms);
    assert_eq!(policy.max_age_ms(Kind::RetrievalReceipt), policy.ingest.max_age_ms);
    policy.ingest.max_age_ms = 5_000;
    assert_eq!(policy.max_age_ms(kind), 5_000);
}

#[test]
fn the_first_answer_to_a_challenge_counts() {
    let mut world = world();
    let mut keeper = world.keeper("keeper");
    let answers = world.answers(&mut keeper, 1, 1);
    let mut wrong = answer_of(&answers[0]);
    wrong.openings[0].leaf[0] ^= 1;
    let seed = answers[0].challenge;
    let before = keeper.answer_with(1, answers[0].captured_at_ms - 1, seed, wrong);
    // Captured before, so of a higher sequence it would not be stale; give it the lower one.
    let mut keeper_again = world.device("keeper");
    let wrong = with_body(&mut keeper_again, &before, before.decode_body().unwrap().unwrap());
    let right: Vec<Envelope> = answers
        .iter()
        .map(|answer| with_body(&mut keeper_again, answer, Body::StorageAnswer(answer_of(answer))))
        .collect();
    let outcome = world.judge(1, [vec![wrong], right].concat());
    let (repeated, right) = (Reason::AnswerRepeated, Reason::Accepted);
    assert_eq!(reasons(&outcome), [Reason::OpeningWrong, repeated, right, right, right]);
    assert_eq!(units(&outcome, &keeper.address()), 0);
    assert_eq!(health(&world, &keeper), [Health::Faulty]);
}

#[test]
fn answers_name_a_replica_and_a_seed_that_asks_it() {
    let mut world = world();
    let mut keeper = world.keeper("keeper");
    let other = first_answer(&mut world, &mut keeper, |_, keeper, first| {
        let mut answer = answer_of(first);
        answer.replica = 2;
        with_body(keeper, first, Body::StorageAnswer(answer))
    });
    assert_eq!(other, Reason::ReplicaUnknown);
    for seed in [[0; 32], [1; 32], world.due(2, &keeper.key(), 1)[0].0.seed, {
        // A seed of this epoch that does not ask it.
        let due = world.due(1, &keeper.key(), 1);
        let asks = |seed: &Hash| due.iter().any(|(due, _)| due.seed == *seed);
        world.seeds(1).iter().rev().find(|seed| !asks(&seed.seed)).unwrap().seed
    }] {
        let mut world = support::World::new(policy());
        let mut keeper = world.keeper("keeper");
        let reason = first_answer(&mut world, &mut keeper, |_, keeper, first| {
            keeper.answer_with(1, first.captured_at_ms, seed, answer_of(first))
        });
        assert_eq!(reason, Reason::ChallengeNotDue);
    }
}

#[test]
fn answers_open_what_is_asked() {
    type Change = fn(&mut cairn_protocol::proof::StorageAnswer);
    let cases: [(Change, Reason); 12] = [
        (|_| (), Reason::Accepted),
        (|answer| answer.openings.swap(0, 1), Reason::LeavesNotAsked),
        (|answer| drop(answer.openings.pop()), Reason::LeavesNotAsked),
        (|answer| answer.openings.push(answer.openings[0].clone()), Reason::LeavesNotAsked),
        (|answer| answer.openings[2].index ^= 1, Reason::LeavesNotAsked),
        (|answer| answer.openings[2].leaf[255] ^= 1, Reason::OpeningWrong),
        (|answer| answer.openings[2].path[3][0] ^= 1, Reason::OpeningWrong),
        (|answer| answer.seal = None, Reason::SealMissing),
        (|answer| answer.seal.as_mut().unwrap().before.leaf[0] ^= 1, Reason::SealOpeningWrong),
        (|answer| drop(answer.seal.as_mut().unwrap().parents.pop()), Reason::SealOpeningWrong),
        (
            |answer| {
                let seal = answer.seal.as_mut().unwrap();
                seal.after = match seal.after {
                    None => Some(seal.before.clone()),
                    Some(_) => None,
                };
            },
            Reason::SealOpeningWrong,
        ),
        (
            |answer| {
                let parents = &mut answer.seal.as_mut().unwrap().parents;
                if let Some(parent) = parents.get_mut(5) {
                    parent.path[0][0] ^= 1;
                } else {
                    panic!("choose another salt: the leaf asked for has no parents");
                }
            },
            Reason::SealOpeningWrong,
        ),
    ];
    for (at, (change, expected)) in cases.into_iter().enumerate() {
        // Both passes.
        for salt in 0..4 {
            let mut world = world();
            world.salt = salt;
            let mut keeper = world.keeper("keeper");
            let reason = first_answer(&mut world, &mut keeper, |_, keeper, first| {
                let mut answer = answer_of(first);
                change(&mut answer);
                with_body(keeper, first, Body::StorageAnswer(answer))
            });
            assert_eq!(reason, expected, "case {at}");
        }
    }
    let passes: Vec<Pass> = (0..4)
        .map(|salt| {
            let mut world = world();
            world.salt = salt;
            let keeper = world.keeper("keeper");
            world.due(1, &keeper.key(), 1)[0].0.asked(37, 4).pass
        })
        .collect();
    assert!(passes.contains(&Pass::Forward) && passes.contains(&Pass::Backward));
}

#[test]
fn as_many_leaves_and_seals_as_the_policy_says() {
    let answered = |of: (u32, u32), by: (u32, u32)| {
        let mut world = world_with(|policy| {
            (policy.leaves_per_challenge, policy.seals_per_epoch) = of;
        });
        let mut keeper = world.keeper("keeper");
        let judged = world.policy.clone();
        (world.policy.storage.leaves_per_challenge, world.policy.storage.seals_per_epoch) = by;
        let answers = world.answers(&mut keeper, 1, 1);
        world.policy = judged;
        reasons(&world.judge(1, answers))
    };
    let (right, missing) = (Reason::Accepted, Reason::SealMissing);
    assert_eq!(answered((3, 1), (3, 1)), [right; 4]);
    assert_eq!(answered((3, 1), (4, 1)), [Reason::LeavesNotAsked; 4]);
    assert_eq!(answered((4, 2), (4, 1)), [right, missing, right, right]);
    assert_eq!(answered((4, 0), (4, 0)), [right; 4]);
    // More than is asked for does no harm.
    assert_eq!(answered((4, 1), (4, 4)), [right; 4]);
}

#[test]
fn as_many_challenges_as_the_policy_says() {
    for challenges in [1, 2, 7, 23] {
        let mut world = world_with(|policy| policy.challenges_per_epoch = challenges);
        let mut keeper = world.keeper("keeper");
        let outcome = world.good_epoch(&mut keeper, 1, 1);
        let most = (EPOCH_MS - 20_000 - WINDOW_MS) / WINDOW_MS + 1;
        assert_eq!(outcome.proofs.len() as u64, u64::from(challenges).min(most));
        assert_eq!(units(&outcome, &keeper.address()), whole_units());
    }
}

#[test]
fn a_wrong_seal_ends_the_replica() {
    let mut world = world();
    let mut thief = world.device("thief");
    let copy = Forged::copy_of(&world.device("victim").key(), 1, &content(3), 1);
    let commitment = copy.commit(&mut thief, 0, 1);
    assert_eq!(reasons(&world.judge(0, [commitment])), [Reason::Accepted]);
    let outcome = world.forged_epoch(&mut thief, &copy, 1, 1);
    // The first challenge asks for a seal. Its leaves are those that were committed to.
    let right = Reason::Accepted;
    assert_eq!(reasons(&outcome), [Reason::SealWrong, right, right, right]);
    assert_eq!(units(&outcome, &thief.address()), 0);
    assert_eq!(health(&world, &thief), []);
    let found = factor(&outcome.factors[&thief.address()], "storage_reputation");
    assert_eq!(input(found, "replicas_ended"), 1);
}

// --- Reputation -----------------------------------------------------------------------------------

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
    assert_eq!(world.state, State::default());
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

// --- Retrieval ------------------------------------------------------------------------------------

fn served(
    keeper: &mut Keeper,
    epoch: u64,
    id: u8,
    content_root: Hash,
    change: impl FnOnce(&mut Receipt),
) -> Envelope {
    let receipt = receipt(&keeper.key(), &content_root, epoch, id, change);
    let at_ms = starts_at_ms(epoch) + 11_000 + u64::from(id);
    let bytes = receipt.bytes;
    countersign(&mut keeper.signer, &NETWORK, epoch, at_ms, &content_root, bytes, receipt).unwrap()
}

/// Verdicts on the receipts alone.
fn receipts(outcome: &Outcome) -> Vec<(Reason, u64)> {
    outcome
        .proofs
        .iter()
        .filter(|judged| judged.kind == Kind::RetrievalReceipt)
        .map(|judged| (judged.judgment.reason, judged.judgment.gross))
        .collect()
}

#[test]
fn retrieval_counts_of_content_that_is_proven() {
    let judged = |needed: bool, fault: bool| {
        let mut world = world_with(|policy| policy.retrieval_needs_replica = needed);
        let mut keeper = world.keeper("keeper");
        let root = keeper.replicas[&1].manifest().content_root;
        let unproven = served(&mut keeper, 0, 1, root, |_| ());
        let unproven = receipts(&world.judge(0, [unproven]))[0];
        let mut proofs = vec![
            served(&mut keeper, 1, 2, root, |_| ()),
            served(&mut keeper, 1, 3, [6; 32], |_| ()),
        ];
        let answers = world.answers(&mut keeper, 1, 1);
        proofs.extend(answers.into_iter().skip(usize::from(fault)));
        let outcome = world.judge(1, proofs);
        let found = receipts(&outcome);
        [unproven, found[0], found[1]]
    };
    let counts = (Reason::Accepted, 100 * ONE);
    let (missing, not_proven) = ((Reason::ContentNotStored, 0), (Reason::ContentNotProven, 0));
    assert_eq!(judged(true, false), [not_proven, counts, missing]);
    assert_eq!(judged(true, true), [not_proven, not_proven, missing]);
    assert_eq!(judged(false, true), [counts; 3]);
}

#[test]
fn a_request_gets_at_most_the_whole_content() {
    let mut world = world();
    let mut keeper = world.keeper("keeper");
    let root = keeper.replicas[&1].manifest().content_root;
    let whole = LEAVES as u64 * 256;
    let mut proofs = [(1, 1, whole), (2, 1, whole + 1), (3, 2, whole * 2), (4, 2, whole * 2 + 1)]
        .map(|(id, requests, bytes)| {
            served(&mut keeper, 1, id, root, |receipt| {
                (receipt.packets, receipt.bytes) = (requests, bytes);
            })
        })
        .to_vec();
    proofs.extend(world.answers(&mut keeper, 1, 1));
    let outcome = world.judge(1, proofs);
    let reasons: Vec<Reason> = receipts(&outcome).iter().map(|(reason, _)| *reason).collect();
    let (right, large) = (Reason::Accepted, Reason::RetrievalTooLarge);
    assert_eq!(reasons, [right, large, right, large]);
}

#[test]
fn a_device_serves_no_more_than_its_link_carries() {
    let reasons = |rate: u64, started_ms_before: u64| {
        let mut world = world_with(|policy| {
            policy.max_retrieval_bytes_per_second = rate;
            policy.retrieval_needs_replica = false;
        });
        let mut keeper = world.device("keeper");
        // 240 s at 1,000 bytes: 240,000.
        let proofs = [(1, 200_000), (2, 50_000), (3, 40_000), (4, 1)].map(|(id, bytes)| {
            served(&mut keeper, 1, id, [7; 32], |receipt| {
                receipt.bytes = bytes;
                receipt.started_at_ms = starts_at_ms(1) - started_ms_before;
            })
        });
        receipts(&world.judge(1, proofs)).iter().map(|(reason, _)| *reason).collect::<Vec<_>>()
    };
    let (right, much) = (Reason::Accepted, Reason::RetrievalTooMuch);
    assert_eq!(reasons(1_000, 0), [right, much, right, much]);
    assert_eq!(reasons(1_001, 0), [right, much, right, right]);
    // A service that began before the epoch had that time too.
    assert_eq!(reasons(1_000, 50_000), [right, right, right, much]);
}

#[test]
fn what_a_receipt_says_is_explained() {
    let mut world = world_with(|policy| policy.retrieval_needs_replica = false);
    let mut keeper = world.device("keeper");
    let proof = served(&mut keeper, 1, 1, [7; 32], |_| ());
    let outcome = world.judge(1, [proof]);
    let found = factor(&outcome.proofs[0].judgment.factors, "served");
    assert_eq!((input(found, "bytes"), input(found, "requests")), (CONTENT_BYTES as i64, 1));
    assert_eq!(input(found, "credits"), 100);
}

// --- Properties -----------------------------------------------------------------------------------

/// Three devices in all sorts of trouble, over two epochs.
fn troubled() -> (World, Vec<Envelope>) {
    let mut world = world();
    let mut proofs = Vec::new();
    for (name, skip) in [("one", 0), ("twoo", 1), ("three", 2)] {
        let mut keeper = world.keeper(name);
        let root = keeper.replicas[&1].manifest().content_root;
        keeper.seal(2, &content(77), 2);
        proofs.push(keeper.commit(1, 2));
        proofs.push(served(&mut keeper, 1, 1, root, |_| ()));
        proofs.push(served(&mut keeper, 1, 2, [1; 32], |_| ()));
        let mut answers = world.answers(&mut keeper, 1, 1);
        let mut wrong = answer_of(&answers[3]);
        wrong.openings[1].leaf[9] ^= u8::from(skip == 2);
        answers[3] = with_body(&mut keeper, &answers[3], Body::StorageAnswer(wrong));
        proofs.extend(answers.into_iter().skip(skip));
    }
    (world, proofs)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn judging_does_not_depend_on_the_order(order in Just((0..21usize).collect::<Vec<_>>()).prop_shuffle()) {
        let (mut world, proofs) = troubled();
        prop_assert_eq!(proofs.len(), 18);
        let before = world.state.clone();
        let expected = (world.judge(1, proofs.clone()), world.state.hash());
        world.state = before;
        let shuffled: Vec<Envelope> = order.iter().filter_map(|at| proofs.get(*at)).cloned().collect();
        // A copy changes nothing either.
        let doubled = [shuffled, vec![proofs[0].clone()]].concat();
        let found = (world.judge(1, doubled), world.state.hash());
        prop_assert_eq!(found, expected);
    }
}

fn opening() -> impl Strategy<Value = cairn_protocol::proof::storage::Opening> {
    (0u64..64, any::<u8>(), prop::collection::vec(any::<[u8; 32]>(), 0..8)).prop_map(
        |(index, fill, path)| cairn_protocol::proof::storage::Opening {
            index,
            leaf: [fill; 256],
            path,
        },
    )
}

fn any_body() -> impl Strategy<Value = Body> {
    use cairn_protocol::proof::StorageAnswer;
    use cairn_protocol::proof::storage::SealOpening;
    let commitment = (0u32..4, any::<[u8; 32]>(), 1u64..=1 << 30, 1u32.., any::<u64>()).prop_map(
        |(replica, root, leaf_count, rounds, until_epoch)| {
            Body::StorageCommitment(StorageCommitment {
                replica,
                content_root: root,
                middle_root: root,
                replica_root: root,
                leaf_count,
                rounds,
                until_epoch,
            })
        },
    );
    let seal = (opening(), prop::option::of(opening()), prop::collection::vec(opening(), 0..7))
        .prop_map(|(before, after, parents)| Box::new(SealOpening { before, after, parents }));
    let answer = (0u32..4, prop::collection::vec(opening(), 1..6), prop::option::of(seal))
        .prop_map(|(replica, openings, seal)| {
            Body::StorageAnswer(StorageAnswer { replica, openings, seal })
        });
    let receipt = (any::<[u8; 32]>(), any::<[u64; 4]>(), 1u32..).prop_map(
        |(root, [credits, bytes, start, end], packets)| {
            Body::RetrievalReceipt(RetrievalReceipt {
                content_root: root,
                receipt: Receipt {
                    id: [0; 16],
                    customer: root,
                    credits: credits.max(1),
                    bytes,
                    packets,
                    started_at_ms: start.min(end),
                    ended_at_ms: start.max(end),
                    signature: [0; 64],
                },
            })
        },
    );
    prop_oneof![commitment, answer, receipt]
}

proptest! {
    /// Whatever devices sign, over several epochs and under any valid policy.
    #[test]
    fn nothing_panics(
        bodies in prop::collection::vec((any_body(), 0u64..3, 0u64..EPOCH_MS, 0usize..40), 0..20),
        numbers in any::<[u32; 6]>(), needs: bool,
    ) {
        let mut world = world_with(|policy| {
            policy.leaves_per_challenge = 1 + numbers[0] % 5;
            policy.challenges_per_epoch = 1 + numbers[1] % 1_440;
            policy.seals_per_epoch = numbers[2] % 1_441;
            policy.faults_to_terminate = 1 + numbers[3] % 5;
            policy.recovery_epochs = numbers[4] % 3;
            policy.max_rounds = 64;
            policy.retrieval_needs_replica = needs;
        });
        let mut keeper = world.keeper("keeper");
        for epoch in 1..4 {
            let mut proofs = Vec::new();
            for (body, of, at, seed) in &bodies {
                if *of + 1 == epoch {
                    let seeds = world.seeds(epoch);
                    let seed = seeds.get(*seed).map_or([0; 32], |seed| seed.seed);
                    proofs.push(keeper.signer.answer(&NETWORK, epoch, starts_at_ms(epoch) + at, seed, body));
                }
            }
            let count = proofs.len();
            let outcome = world.judge(epoch, proofs);
            prop_assert_eq!(outcome.proofs.len(), count);
        }
        let bytes = borsh::to_vec(&world.state).unwrap();
        prop_assert_eq!(borsh::from_slice::<State>(&bytes).unwrap(), world.state);
    }
}
