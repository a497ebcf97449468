//! Answers too late, made anew, or made before.

use super::*;

/// Which of an attacker's answers an oracle takes, given when each really arrives.
fn arriving(world: &World, answers: Vec<(u64, Envelope)>) -> Vec<Envelope> {
    let clock = EpochClock::new(GENESIS_MS / 1_000, EPOCH_MS / 1_000).unwrap();
    let mut answers = answers;
    answers.sort_by_key(|(at_ms, _)| *at_ms);
    let mut gate = Gate::new(Policies::constant(world.policy.clone()), clock);
    answers
        .into_iter()
        .filter(|(at_ms, envelope)| {
            let bytes = envelope.encode();
            gate.admit_bytes(*at_ms, &NETWORK, &world.registry, &bytes).reason.is_accepted()
        })
        .map(|(_, envelope)| envelope)
        .collect()
}

/// An attacker that answers each challenge `after_ms` after its seed is known, and says what suits
/// it about when it captured.
fn slow(world: &mut World, rounds: u32, after_ms: impl Fn(&Seal) -> u64, lies: bool) -> (u64, u64) {
    let mut slow = world.device("slow");
    slow.seal(1, &content(1), rounds);
    let manifest = slow.replicas[&1].manifest();
    let seal =
        Seal::new(&slow.key(), 1, &manifest.content_root, manifest.leaf_count, manifest.rounds);
    let after_ms = after_ms(&seal);
    run(world, 11, |world, epoch, _| {
        if epoch == 0 {
            return (vec![slow.commit(0, 1)], slow.address());
        }
        let deadline_ms = world.policy.storage.answer_deadline_ms;
        let due = world.due(epoch, &slow.key(), 1);
        let answers = due.into_iter().map(|(due, known_ms)| {
            let answer =
                slow.replicas.get_mut(&1).unwrap().answer(&due, &world.answering()).unwrap();
            let said_ms = if lies { after_ms.min(deadline_ms) } else { after_ms };
            let answer = slow.answer_with(epoch, known_ms + said_ms, due.seed, answer);
            (known_ms + after_ms, answer)
        });
        let answers = answers.collect();
        (arriving(world, answers), slow.address())
    })
}

#[test]
fn late_answers() {
    // It fetches the leaves from elsewhere, which takes it a minute.
    let minute = |_: &Seal| 60_000;
    let off = slow(&mut world(|policy| policy.answer_deadline_ms = 60_000), 1, minute, false);
    let on = slow(&mut world(|_| ()), 1, minute, false);
    report("late answers", off, on);
    assert_eq!((off.0, on.0), (whole() * 10, 0));

    let off = slow(&mut world(|policy| policy.answer_max_age_ms = 86_400_000), 1, minute, true);
    let on = slow(&mut world(|_| ()), 1, minute, true);
    report("late answers that say they were in time", off, on);
    assert_eq!((off.0, on.0), (whole() * 10, 0));
}

#[test]
fn resealing_on_demand() {
    // The quickest machine of the model makes 1,000 hashes a second. The attacker has it, keeps the
    // content alone, and seals anew when a challenge comes.
    const HASHES_PER_SECOND: u64 = 1_000;
    let seal_ms = |seal: &Seal| seal.work() * 1_000 / HASHES_PER_SECOND;
    let mut open = world(|_| ());
    assert_eq!(open.policy.storage.least_rounds(LEAVES as u64), Some(1));
    let off = slow(&mut open, 1, seal_ms, true);

    let mut strict = world(|policy| {
        policy.sealing_hashes_per_second = HASHES_PER_SECOND;
        policy.sealing_margin = 1;
    });
    let rounds = strict.policy.storage.least_rounds(LEAVES as u64).unwrap();
    assert_eq!(rounds, 406); // 30 s × 1,000 hashes / (2 × 37 leaves)
    let on = slow(&mut strict, rounds, seal_ms, true);
    report("resealing on demand", off, on);
    assert_eq!((off.0, on.0), (whole() * 10, 0));
    // With the default margin it takes eight times as long as there is time.
    let policy = StoragePolicy::default();
    let left_ms = policy.answer_deadline_ms + policy.answer_max_age_ms;
    for leaf_count in [1_647_950u64, 1 << 22, 1 << 27] {
        let rounds = policy.least_rounds(leaf_count).unwrap();
        let work = 2 * leaf_count * u64::from(rounds);
        let quickest_s = work / policy.sealing_hashes_per_second;
        println!(
            "  {} MiB, {rounds} rounds: {} million hashes in a row, {quickest_s} s on the quickest \
             machine for {} s of a challenge, {} min at 20 million a second",
            leaf_count / 4_096,
            work / 1_000_000,
            left_ms / 1_000,
            work / 1_200_000_000
        );
        assert!(quickest_s * 1_000 >= left_ms * 8);
    }
}

#[test]
fn precomputed_answers() {
    // It has the data in epoch 1 only, makes the answers to every seed of it, and deletes the data.
    let attack = |world: &mut World| {
        let mut gone = world.device("gone");
        gone.seal(1, &content(1), 1);
        let mut made: Vec<(Due, StorageAnswer)> = Vec::new();
        run(world, 21, |world, epoch, _| {
            if epoch == 0 {
                return (vec![gone.commit(0, 1)], gone.address());
            }
            let due = world.due(epoch, &gone.key(), 1);
            if epoch == 1 {
                let answering = world.answering();
                let replica = gone.replicas.get_mut(&1).unwrap();
                made = due
                    .iter()
                    .map(|(due, _)| (*due, replica.answer(due, &answering).unwrap()))
                    .collect();
                gone.replicas.clear();
            }
            let proofs = due
                .into_iter()
                .zip(&made)
                .map(|((due, known_ms), (_, answer))| {
                    // Where the seed is another, it tries what it has.
                    let answer = made
                        .iter()
                        .find(|(old, _)| old.seed == due.seed)
                        .map_or(answer, |(_, answer)| answer);
                    gone.answer_with(epoch, known_ms, due.seed, answer.clone())
                })
                .collect();
            (proofs, gone.address())
        })
    };
    let mut same_seeds = world(|_| ());
    same_seeds.seeds_repeat = true;
    let off = attack(&mut same_seeds);
    let on = attack(&mut world(|_| ()));
    report("precomputed answers (off: seeds that repeat)", off, on);
    assert_eq!((off.0, on.0), (whole() * 20, whole()));
}
