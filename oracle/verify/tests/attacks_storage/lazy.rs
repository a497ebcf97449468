//! Devices that keep a part only, or only at times.

use super::*;

/// Replaces the leaves that were dropped by zeros. The attacker keeps every hash.
fn without(mut answer: StorageAnswer, dropped: impl Fn(u64) -> bool) -> StorageAnswer {
    for opening in &mut answer.openings {
        if dropped(opening.index) {
            opening.leaf = [0; 256];
        }
    }
    if let Some(seal) = &mut answer.seal {
        for parent in &mut seal.parents {
            if dropped(parent.index) {
                parent.leaf = [0; 256];
            }
        }
    }
    answer
}

/// Which leaves a device drops: those that a hash orders first.
fn dropped_set(count: usize) -> impl Fn(u64) -> bool {
    let mut order: Vec<u64> = (0..LEAVES as u64).collect();
    order.sort_by_key(|leaf| sha256(&[b"drop", &leaf.to_le_bytes()]));
    order.truncate(count);
    move |leaf| order.contains(&leaf)
}

/// Faults found per epoch, of a device that drops leaves and tries anyway, against the formula.
#[test]
fn a_lazy_device_is_caught_as_often_as_the_formula_says() {
    const EPOCHS: u64 = 1_500;
    // Dropped leaves, K, challenges an epoch.
    for (count, leaves, challenges) in [
        (1usize, 4u32, 1u32),
        (2, 4, 1),
        (4, 1, 1),
        (4, 4, 1),
        (4, 4, 4),
        (8, 2, 1),
        (8, 4, 1),
        (19, 1, 1),
        (19, 4, 1),
    ] {
        // Without seals exactly K leaves of each challenge are looked at.
        let mut world = world(|policy| {
            policy.challenges_per_epoch = challenges;
            policy.seals_per_epoch = 0;
            policy.leaves_per_challenge = leaves;
            policy.faults_to_terminate = 1_000;
        });
        let mut lazy = world.keeper("lazy");
        let dropped = dropped_set(count);
        let mut caught = 0u64;
        for epoch in 1..=EPOCHS {
            let answers = world.answers(&mut lazy, epoch, 1);
            let cheat = |answer: &Envelope| {
                let body = Body::StorageAnswer(without(answer_of(answer), &dropped));
                with_body(&mut lazy, answer, body)
            };
            let answers: Vec<Envelope> = answers.iter().map(cheat).collect();
            let outcome = world.judge(epoch, answers);
            let wrong = reasons(&outcome)
                .iter()
                .filter(|reason| match reason {
                    Reason::Accepted => false,
                    Reason::OpeningWrong => true,
                    reason => panic!("{reason}"),
                })
                .count();
            caught += u64::from(wrong > 0);
        }
        let alpha = count as f64 / LEAVES as f64;
        let expected = 1.0 - (1.0 - alpha).powi((leaves * challenges) as i32);
        let measured = caught as f64 / EPOCHS as f64;
        let deviation = (expected * (1.0 - expected) / EPOCHS as f64).sqrt();
        println!(
            "lazy storage: drops {:.1} %, {challenges} × K = {leaves}: caught in {:.1} % of {EPOCHS} epochs, \
             expected {:.1} % ± {:.1}",
            alpha * 100.0,
            measured * 100.0,
            expected * 100.0,
            deviation * 100.0
        );
        assert!((measured - expected).abs() < 3.5 * deviation, "{measured} {expected}");
    }
}

#[test]
fn lazy_storage() {
    let attack = |world: &mut World| {
        let mut lazy = world.device("lazy");
        lazy.seal(1, &content(1), 1);
        let dropped = dropped_set(4);
        run(world, 200, |world, epoch, _| {
            let proofs = if !has(world, &lazy, 1) {
                // It commits again whenever it has lost the replica.
                vec![lazy.commit(epoch, 1)]
            } else {
                let answers = world.answers(&mut lazy, epoch, 1);
                let cheat = |answer: &Envelope| {
                    let body = Body::StorageAnswer(without(answer_of(answer), &dropped));
                    with_body(&mut lazy, answer, body)
                };
                answers.iter().map(cheat).collect()
            };
            (proofs, lazy.address())
        })
    };
    // A single leaf once an epoch, and no recovery: as little as can be asked.
    let off = attack(&mut world(|policy| {
        (policy.leaves_per_challenge, policy.challenges_per_epoch) = (1, 1);
        (policy.seals_per_epoch, policy.recovery_epochs) = (0, 0);
        policy.reputation_keep_ppm = 0;
    }));
    let on = attack(&mut world(|_| ()));
    report("lazy storage, a ninth of the leaves dropped", off, on);
    assert!(on.0 * 10 < off.0);
}

#[test]
fn storage_part_of_the_time() {
    // It has the data in every other epoch only.
    let attack = |world: &mut World| {
        let mut half = world.device("half");
        half.seal(1, &content(1), 1);
        run(world, 41, |world, epoch, _| {
            let proofs = match epoch {
                0 => vec![half.commit(0, 1)],
                _ if epoch % 2 == 1 => world.answers(&mut half, epoch, 1),
                _ => Vec::new(),
            };
            (proofs, half.address())
        })
    };
    let off = attack(&mut world(|policy| policy.recovery_epochs = 0));
    let on = attack(&mut world(|_| ()));
    report("storage in every other epoch", off, on);
    assert!(on.0 * 10 < off.0);
}
