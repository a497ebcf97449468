//! What honest devices lose.

use super::*;

/// A device that is out now and then: each challenge is missed with the chance 1 / 2,520.
#[test]
fn honest_devices_with_outages_lose_little() {
    const EPOCHS: u64 = 4_000;
    let mut world = world(|_| ());
    let mut keeper = world.keeper("honest");
    let (mut kept, mut missed) = (0, 0);
    for epoch in 1..=EPOCHS {
        let mut answers = world.answers(&mut keeper, epoch, 1);
        answers.retain(|answer| {
            let draw = sha256(&[b"outage", &answer.challenge]);
            let out = u16::from_le_bytes([draw[0], draw[1]]) < 26;
            missed += u64::from(out);
            !out
        });
        let outcome = world.judge(epoch, answers);
        kept += earned(&outcome, &keeper.address());
    }
    let most = whole() * EPOCHS;
    let loss = (most - kept) * ONE / most;
    println!(
        "honest device that missed {missed} of {} challenges: loses {loss} millionths",
        EPOCHS * 4
    );
    assert!(missed > 0 && loss < 10_000, "{missed} {loss}");
}

/// Sealed replicas differ in every leaf, whoever and whatever they are for.
#[test]
fn nothing_of_a_replica_serves_another() {
    let mut world = world(|_| ());
    let keys = [world.device("a").key(), world.device("bb").key()];
    let mut seen = std::collections::HashSet::new();
    let mut leaves = 0;
    for key in &keys {
        for number in 1..4 {
            let mut replica =
                SealedReplica::in_memory(key, number, &[0; CONTENT_BYTES], 1).unwrap();
            for salt in 0..40 {
                world.salt = salt;
                for (due, _) in world.due(1, key, number) {
                    for opening in replica.answer(&due, &world.answering()).unwrap().openings {
                        seen.insert(opening.leaf);
                    }
                }
            }
            leaves += LEAVES;
            assert_eq!(seen.len(), leaves, "every leaf was asked for, and each is its own");
        }
    }
}
