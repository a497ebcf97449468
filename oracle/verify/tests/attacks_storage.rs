//! Attackers of the storage rules: what each earns with the rule off and on, and what honest
//! devices lose by it.
//!
//! "Off" is the policy parameter that disables the rule, or comes closest to it. Earnings are in
//! billionths of a GiB-epoch, after the device's factors; credits where it says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "support/storage.rs"]
mod support;

use cairn_device::storage::{SealedReplica, countersign};
use cairn_protocol::hash::sha256;
use cairn_protocol::proof::{Body, Envelope, Kind, StorageAnswer};
use cairn_protocol::reason::Reason;
use cairn_protocol::sealing::{Due, Seal};
use cairn_verify::policy::StoragePolicy;
use cairn_verify::{EpochClock, Gate, ONE, Outcome, Policies};
use support::*;

fn world(change: impl FnOnce(&mut StoragePolicy)) -> World {
    let mut policy = policy();
    change(&mut policy.storage);
    World::new(policy)
}

/// Runs an attacker beside an honest device; gives what the attacker earned and, in millionths, what
/// the honest device lost.
///
/// `attack` makes the attacker's proofs of an epoch, the first of which is 0.
fn run(
    world: &mut World,
    epochs: u64,
    mut attack: impl FnMut(&World, u64, Option<&Outcome>) -> (Vec<Envelope>, [u8; 32]),
) -> (u64, u64) {
    let mut honest = world.keeper("honest");
    let (mut stolen, mut kept, mut last) = (0, 0, None);
    for epoch in 0..epochs {
        let (mut proofs, attacker) = attack(world, epoch, last.as_ref());
        if epoch > 0 {
            proofs.extend(world.answers(&mut honest, epoch, 1));
        }
        let outcome = world.judge(epoch, proofs);
        stolen += earned(&outcome, &attacker);
        kept += earned(&outcome, &honest.address());
        last = Some(outcome);
    }
    let most = whole() * (epochs - 1);
    (stolen, (most - kept) * ONE / most)
}

/// What a replica earns that is proven for an epoch.
fn whole() -> u64 {
    whole_units() * 1_000
}

fn report(name: &str, (off, _): (u64, u64), (on, loss): (u64, u64)) {
    println!("attack {name}: off {off}, on {on}, honest {loss}");
    assert!(loss < 10_000, "{name}: honest devices lose {loss} millionths");
}

/// Whether a device still has a replica of this number.
fn has(world: &World, keeper: &Keeper, number: u32) -> bool {
    world.state.storage.replicas(&keeper.address()).any(|(other, _)| other == number)
}

// --- Lazy storage ---------------------------------------------------------------------------------

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

// --- One copy for several -------------------------------------------------------------------------

#[test]
fn shared_replica() {
    let attack = |world: &mut World| {
        let (victim, mut thief) = (world.device("victim"), world.device("thief"));
        let copy = Forged::copy_of(&victim.key(), 1, &content(1), 1);
        run(world, 21, |world, epoch, _| {
            let proofs = if has(world, &thief, 1) {
                world.forged_answers(&mut thief, &copy, epoch, 1)
            } else {
                vec![copy.commit(&mut thief, epoch, 1)]
            };
            (proofs, thief.address())
        })
    };
    let off = attack(&mut world(|policy| policy.seals_per_epoch = 0));
    let on = attack(&mut world(|_| ()));
    report("shared replica: another device's copy", off, on);
    assert_eq!((off.0, on.0), (whole() * 20, 0));
}

#[test]
fn one_copy_under_many_numbers() {
    let attack = |world: &mut World| {
        let mut thief = world.device("thief");
        let copy = Forged::copy_of(&thief.key(), 1, &content(1), 1);
        run(world, 21, |world, epoch, _| {
            let mut proofs = Vec::new();
            for number in 1..=5 {
                if has(world, &thief, number) {
                    proofs.extend(world.forged_answers(&mut thief, &copy, epoch, number));
                } else {
                    proofs.push(copy.commit(&mut thief, epoch, number));
                }
            }
            in_order(&mut thief, proofs)
        })
    };
    let off = attack(&mut world(|policy| policy.seals_per_epoch = 0));
    let on = attack(&mut world(|_| ()));
    // What it really keeps may earn, less its reputation.
    report("one copy under five numbers", off, on);
    assert_eq!(off.0, whole() * 20 * 5);
    assert!(on.0 < whole() * 20);
    // And the limit of copies on one device refuses even those that are sealed for themselves.
    let limited = attack(&mut world(|policy| policy.replicas_per_content = 1));
    println!("  with one replica of a content on each device: {}", limited.0);
    assert!(limited.0 <= whole() * 20);
}

/// Signs proofs again in the order in which they were captured.
fn in_order(keeper: &mut Keeper, mut proofs: Vec<Envelope>) -> (Vec<Envelope>, [u8; 32]) {
    proofs.sort_by_key(|proof| proof.captured_at_ms);
    let proofs = proofs
        .iter()
        .map(|proof| with_body(keeper, proof, proof.decode_body().unwrap().unwrap()))
        .collect();
    (proofs, keeper.address())
}

// --- Wrong seals ----------------------------------------------------------------------------------

#[test]
fn unsealed_data() {
    // Ten replicas of nothing but zeros, which take no space at all.
    let attack = |world: &mut World| {
        let mut liar = world.device("liar");
        let zeros = Forged::plain(&[0; CONTENT_BYTES], 1);
        run(world, 21, |world, epoch, _| {
            let mut proofs = Vec::new();
            for number in 1..=10 {
                if has(world, &liar, number) {
                    proofs.extend(world.forged_answers(&mut liar, &zeros, epoch, number));
                } else {
                    proofs.push(zeros.commit(&mut liar, epoch, number));
                }
            }
            in_order(&mut liar, proofs)
        })
    };
    let off = attack(&mut world(|policy| policy.seals_per_epoch = 0));
    let on = attack(&mut world(|_| ()));
    report("ten replicas of zeros, never sealed", off, on);
    assert_eq!((off.0, on.0), (whole() * 200, 0));
}

#[test]
fn partly_unsealed_data() {
    // A third of the leaves is left as it was, so that it need not be kept twice. Whenever that is
    // found out it commits again, under a new number, and is given the sealing for nothing.
    let attack = |world: &mut World, share: u64| {
        let mut liar = world.device("liar");
        let key = liar.key();
        let partly = move |number| {
            Forged::seal(&key, number, &content(1), 1, |leaf| {
                leaf as u64 * 7 % LEAVES as u64 >= share
            })
        };
        let (mut number, mut replica) = (1, partly(1));
        run(world, 301, |world, epoch, _| {
            let proofs = if has(world, &liar, number) {
                world.forged_answers(&mut liar, &replica, epoch, number)
            } else {
                number += 1;
                replica = partly(number);
                vec![replica.commit(&mut liar, epoch, number)]
            };
            (proofs, liar.address())
        })
    };
    for share in [4, 12, 25] {
        let off = attack(&mut world(|policy| policy.seals_per_epoch = 0), share);
        let on = attack(&mut world(|_| ()), share);
        report(&format!("{share} of {LEAVES} leaves left unsealed"), off, on);
        // It loses more than the space that it saved.
        let kept = whole() * 300 * (LEAVES as u64 - share) / LEAVES as u64;
        assert!(on.0 < kept, "{} {kept}", on.0);
    }
}

// --- Time -----------------------------------------------------------------------------------------

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
    for leaf_count in [1_098_633u64, 1 << 22, 1 << 27] {
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

// --- Retrieval ------------------------------------------------------------------------------------

#[test]
fn fake_retrieval() {
    let attack = |world: &mut World, bytes: u64, stores: bool| {
        let mut faker = world.device("fake");
        faker.seal(1, &content(1), 1);
        let root = faker.replicas[&1].manifest().content_root;
        let mut counted = 0;
        let (_, loss) = run(world, 11, |world, epoch, last| {
            counted += last.map_or(0, |outcome| {
                let served =
                    outcome.proofs.iter().filter(|proof| proof.kind == Kind::RetrievalReceipt);
                served.map(|proof| proof.judgment.units / ONE).sum::<u64>()
            });
            let mut proofs: Vec<Envelope> = (0..8u8)
                .map(|id| {
                    let receipt = receipt(&faker.key(), &root, epoch, id, |receipt| {
                        (receipt.bytes, receipt.packets) = (bytes, u32::MAX);
                    });
                    let at_ms = starts_at_ms(epoch) + 11_000 + u64::from(id);
                    countersign(&mut faker.signer, &NETWORK, epoch, at_ms, &root, bytes, receipt)
                        .unwrap()
                })
                .collect();
            if stores && epoch == 0 {
                proofs.push(faker.commit(0, 1));
            } else if stores {
                proofs.extend(world.answers(&mut faker, epoch, 1));
            }
            (proofs, faker.address())
        });
        (counted, loss)
    };
    let small = CONTENT_BYTES as u64;
    let off = attack(&mut world(|policy| policy.retrieval_needs_replica = false), small, false);
    let on = attack(&mut world(|_| ()), small, false);
    report("retrieval of content that is not kept (credits)", off, on);
    assert_eq!((off.0, on.0), (8_000, 0));

    // It keeps the content, and claims 256 GiB for each receipt: in all seven times what its link
    // carries in an epoch.
    let huge = 256 << 30;
    let off = attack(
        &mut world(|policy| policy.max_retrieval_bytes_per_second = 1_000_000_000_000),
        huge,
        true,
    );
    let on = attack(&mut world(|_| ()), huge, true);
    report("retrieval of more than a link carries (credits)", off, on);
    assert!(on.0 * 5 < off.0);
}

// --- Honest devices -------------------------------------------------------------------------------

/// Devices that miss one window in 5,000, as by a restart of five minutes every few months.
#[test]
fn honest_devices_with_outages_lose_little() {
    const EPOCHS: u64 = 2_500;
    let mut world = world(|_| ());
    let mut keeper = world.keeper("honest");
    let (mut kept, mut missed) = (0, 0);
    for epoch in 1..=EPOCHS {
        let mut answers = world.answers(&mut keeper, epoch, 1);
        answers.retain(|answer| {
            let draw = sha256(&[b"outage", &answer.challenge]);
            let out = u16::from_le_bytes([draw[0], draw[1]]) < 13;
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
