//! Whatever devices sign, and in whatever order it is given: the same verdicts, and no panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "support/sensor.rs"]
mod support;

use cairn_protocol::proof::sensor::{Fix, Observation, Reading};
use cairn_protocol::proof::{Body, Coverage, Envelope, Position, ReadingBatch, Track};
use cairn_protocol::reason::Reason;
use cairn_verify::policy::{SensorPolicy, TrackUnit};
use cairn_verify::{Policy, State};
use proptest::prelude::*;
use support::{HOME, NETWORK, Random, Sensor, World, away};

/// Policies with each limit at one of its ends, and usual ones.
fn policies() -> Vec<Policy> {
    let with = |change: fn(&mut SensorPolicy)| {
        let mut policy = Policy::default();
        change(&mut policy.sensor);
        assert_eq!(policy.validate(), Ok(()));
        policy
    };
    vec![
        Policy::default(),
        with(|sensor| {
            sensor.track.unit = TrackUnit::Kilometres;
            sensor.motion.time_resolution_ms = 60_000;
            sensor.readings.neighbour_operators = 1;
            sensor.readings.chained = false;
        }),
        with(|sensor| {
            sensor.max_delay_ms = 366 * 86_400_000;
            sensor.max_ahead_ms = 366 * 86_400_000;
            sensor.memory_s = 10 * 366 * 86_400;
            let readings = &mut sensor.readings;
            (readings.restart_epochs, readings.relocation_epochs) = (10_000, 10_000);
            (readings.capacity, readings.neighbour_rings) = (u32::MAX, 2);
            (readings.neighbour_operators, readings.neighbour_limit_c) = (1, 1_000_000);
            readings.neighbour_bucket_s = 366 * 86_400;
            for row in &mut sensor.quantities {
                (row.least, row.most) = (-1_000_000_000_000, 1_000_000_000_000);
                (row.max_step_per_minute, row.interval_s) = (1_000_000_000_000, 86_400);
                (row.agreement, row.weight_ppm) = (1_000_000_000_000, 1_000_000_000);
            }
            let motion = &mut sensor.motion;
            (motion.max_speed_cm_s, motion.max_acceleration_cm_s2) = (1_000_000, 10_000);
            (motion.time_resolution_ms, motion.max_accuracy_m) = (3_600_000, u16::MAX);
            (motion.frozen_claim_m, motion.frozen_s) = (100_000_000, 366 * 86_400);
            (sensor.track.moving_m, sensor.track.max_gap_s) = (100_000, 86_400);
            let coverage = &mut sensor.coverage;
            (coverage.resolution, coverage.first_visit_ppm) = (15, 10_000_000);
            (coverage.full_after_s, coverage.near_fix_s) = (366 * 86_400, 86_400);
            (coverage.cell_capacity_ppm, coverage.accuracy_m) = (1_000_000_000_000, u16::MAX);
            coverage.content_memory_s = 366 * 86_400;
        }),
        with(|sensor| {
            (sensor.max_delay_ms, sensor.max_age_ms) = (0, 0);
            sensor.coverage.full_after_s = 1;
            sensor.memory_s = 1;
            let readings = &mut sensor.readings;
            (readings.restart_ppm, readings.relocation_ppm) = (0, 0);
            (readings.neighbour_bucket_s, readings.neighbour_limit_c) = (1, 1);
            (readings.neighbour_operators, readings.capacity_resolution) = (1, 0);
            let motion = &mut sensor.motion;
            (motion.max_speed_cm_s, motion.max_acceleration_cm_s2) = (1, 1);
            (motion.time_resolution_ms, motion.max_accuracy_m) = (0, 0);
            (motion.frozen_claim_m, motion.frozen_s) = (0, 0);
            (sensor.track.moving_m, sensor.track.max_gap_s) = (1, 1);
            (sensor.coverage.resolution, sensor.coverage.first_visit_ppm) = (0, 0);
            sensor.coverage.cell_capacity_ppm = 0;
        }),
    ]
}

fn pick<T: Copy>(random: &mut Random, of: &[T]) -> T {
    of[(random.next() % of.len() as u64) as usize]
}

/// A time in or around the epoch, or at the end of time.
fn time(random: &mut Random, start: u64) -> u64 {
    let near = start + random.next() % 90_000_000;
    pick(random, &[near, near, near, near, start, start - 1, 0, u64::MAX])
}

fn place(random: &mut Random) -> Position {
    let (north, east) = (random.around(300) as i32, random.around(300) as i32);
    let near = away(HOME, north, east);
    let edge = Position { latitude_e7: 900_000_000, longitude_e7: -1_800_000_000 };
    pick(random, &[near, near, near, HOME, HOME, edge])
}

/// A body within the ranges of its fields, otherwise anything.
fn body(random: &mut Random, start: u64, chains: &[[u8; 32]]) -> Body {
    let count = random.next() % 12 + 1;
    let mut times: Vec<u64> = (0..count).map(|_| time(random, start)).collect();
    times.sort_unstable();
    match random.next() % 3 {
        0 => {
            times.dedup();
            let value = |random: &mut Random| {
                let near = 2_000 + random.around(300);
                pick(random, &[near, near, near, 2_000, i64::MIN, i64::MAX, 1_000_000_000_000])
            };
            let readings =
                times.into_iter().map(|at_ms| Reading { at_ms, value: value(random) }).collect();
            let quantity = pick(random, &[1, 1, 1, 2, 9, 77]);
            Body::ReadingBatch(ReadingBatch {
                quantity,
                chain_before: pick(random, chains),
                readings,
            })
        }
        1 => {
            let fix = |at_ms, random: &mut Random| Fix {
                at_ms,
                position: place(random),
                accuracy_m: pick(random, &[0, 5, 20, u16::MAX]),
                speed_cm_s: pick(random, &[None, Some(0), Some(1_000), Some(u16::MAX)]),
            };
            Body::Track(Track { fixes: times.into_iter().map(|at| fix(at, random)).collect() })
        }
        _ => {
            let seen = |at_ms, random: &mut Random| Observation {
                at_ms,
                position: place(random),
                content_hash: [(random.next() % 40) as u8; 32],
            };
            let observations = times.into_iter().map(|at| seen(at, random)).collect();
            Body::Coverage(Coverage { observations })
        }
    }
}

/// Some devices' proofs of three epochs.
fn proofs(world: &mut World, random: &mut Random) -> Vec<Vec<Envelope>> {
    let mut sensors: Vec<Sensor> = (0..5u8)
        .map(|at| {
            let position = (at != 4).then(|| place(random));
            let sensor = world.onboard(&format!("{at}"), at / 2, position);
            world.change(&sensor, |record| {
                record.position.previous = (at % 2 == 0).then_some(HOME);
                record.position.since_s = world_start_s() + i64::from(at) * 20_000;
            });
            sensor
        })
        .collect();
    let mut chains = vec![[0; 32], [1; 32]];
    (0..3)
        .map(|epoch| {
            let start = world.start_ms(epoch);
            (0..30u64)
                .map(|number| {
                    let body = body(random, start, &chains);
                    if let Body::ReadingBatch(batch) = &body {
                        chains.push(batch.chain_after());
                    }
                    // In order, or the common rules would refuse most of them.
                    let captured_at_ms = start + number * 2_880_000 + random.next() % 2_880_000;
                    let at = random.next() as usize % sensors.len();
                    sensors[at].signer.sign(&NETWORK, epoch, captured_at_ms, &body)
                })
                .collect()
        })
        .collect()
}

fn world_start_s() -> i64 {
    support::GENESIS_S as i64
}

fn shuffled(mut envelopes: Vec<Envelope>, random: &mut Random) -> Vec<Envelope> {
    for at in (1..envelopes.len()).rev() {
        envelopes.swap(at, random.next() as usize % (at + 1));
    }
    // A copy more changes nothing.
    envelopes.push(envelopes[0].clone());
    envelopes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn judging_does_not_depend_on_the_order_and_never_panics(seed: u64) {
        let mut random = Random(seed);
        for policy in policies() {
            let mut world = World::new(policy);
            let epochs = proofs(&mut world, &mut random);
            let (mut first, mut second) = (State::default(), State::default());
            for (epoch, envelopes) in (0..).zip(epochs) {
                for envelope in &envelopes {
                    prop_assert!(matches!(envelope.decode_body(), Ok(Some(_))));
                }
                let other = shuffled(envelopes.clone(), &mut random);
                let outcome = world.judge(epoch, &mut first, envelopes);
                prop_assert_eq!(&outcome, &world.judge(epoch, &mut second, other));
                prop_assert_eq!(&first, &second);
                for proof in &outcome.proofs {
                    let judgment = &proof.judgment;
                    prop_assert!(judgment.reason.is_accepted() || judgment.units == 0);
                    // Nothing, though accepted: a factor says why.
                    let explained = judgment.factors.iter().any(|factor| factor.ppm == 0);
                    prop_assert!(
                        !judgment.reason.is_accepted() || judgment.units > 0 || explained,
                        "{:?}", judgment
                    );
                    prop_assert!(judgment.reason != Reason::KindUnsupported);
                }
            }
            // The state is what it was after a way through its encoding.
            let bytes = borsh::to_vec(&first).unwrap();
            prop_assert_eq!(borsh::from_slice::<State>(&bytes).unwrap(), first);
        }
    }
}
