//! The rules of answers.

use super::*;

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
    let mut world = world_with(|policy| policy.seals_per_epoch = 1);
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
