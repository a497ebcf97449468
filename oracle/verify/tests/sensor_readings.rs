//! Rules of reading batches, through the public surface; each parameter has a test that fails when it
//! is ignored.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "support/sensor.rs"]
mod support;

use cairn_protocol::proof::sensor::Reading;
use cairn_protocol::proof::{Body, Position, ReadingBatch};
use cairn_protocol::reason::Reason;
use cairn_verify::policy::{Quantity, ReadingPolicy, SensorPolicy};
use cairn_verify::{Changed, Outcome, Policy};
use support::{EPOCH_S, GENESIS_S, HOME, HOUR_MS, MINUTE_MS, Sensor, World};
use support::{away, count, factor, judged, units};

const TEMPERATURE: u16 = 1;
const ONE: u64 = 1_000_000;
const INTERVAL_MS: u64 = 5 * MINUTE_MS;

fn policy(change: impl FnOnce(&mut SensorPolicy)) -> Policy {
    let mut policy = Policy::default();
    change(&mut policy.sensor);
    policy
}

fn readings(change: impl FnOnce(&mut ReadingPolicy)) -> Policy {
    policy(|sensor| change(&mut sensor.readings))
}

fn temperature(change: impl FnOnce(&mut Quantity)) -> Policy {
    policy(|sensor| change(&mut sensor.quantities[0]))
}

/// One sensor at home.
fn single(policy: Policy) -> (World, Sensor) {
    let mut world = World::new(policy);
    let sensor = world.onboard("one", 1, Some(HOME));
    (world, sensor)
}

/// Sends one batch with readings at these times of epoch 0 (ms) and judges it.
fn batch(policy: Policy, readings: &[(u64, i64)]) -> (Outcome, [u8; 32]) {
    let (mut world, mut sensor) = single(policy);
    for (at_ms, value) in readings {
        sensor.log.add(TEMPERATURE, world.start_ms(0) + at_ms, *value).unwrap();
    }
    let ids = world.flush(&mut sensor);
    (world.close(0), ids[0])
}

/// An hour of readings every five minutes that rise and fall by a little.
fn hour(sensor: &mut Sensor, from_ms: u64, level: i64) {
    for step in 0..12 {
        let value = level + [0, 3, 1, 4][step as usize % 4];
        sensor.log.add(TEMPERATURE, from_ms + step * INTERVAL_MS, value).unwrap();
    }
}

#[test]
fn an_hour_of_readings_is_a_unit() {
    let (mut world, mut sensor) = single(Policy::default());
    hour(&mut sensor, world.start_ms(0), 2_000);
    let id = world.flush(&mut sensor)[0];
    let outcome = world.close(0);
    let judgment = judged(&outcome, id);
    assert_eq!((judgment.reason, judgment.units), (Reason::Accepted, ONE));
    assert_eq!((count(judgment, "readings"), count(judgment, "passed")), (12, 12));
}

#[test]
fn readings_between_intervals_earn_nothing_more() {
    let minutes: Vec<_> = (0..60).map(|at| (at * MINUTE_MS, 2_000 + at as i64)).collect();
    let (outcome, id) = batch(Policy::default(), &minutes);
    assert_eq!(judged(&outcome, id).units, ONE);
    // With an interval of a minute each one counts: an hour as well.
    let (outcome, id) = batch(temperature(|row| row.interval_s = 60), &minutes);
    assert_eq!(judged(&outcome, id).units, ONE);
    let every_five: Vec<_> = minutes.iter().copied().step_by(5).collect();
    let (outcome, id) = batch(temperature(|row| row.interval_s = 60), &every_five);
    assert_eq!(judged(&outcome, id).units, ONE / 5);
    // An interval that counted before counts no more, in another batch either.
    let (mut world, mut sensor) = single(Policy::default());
    sensor.log.add(TEMPERATURE, world.start_ms(0), 2_000).unwrap();
    world.flush(&mut sensor);
    sensor.log.add(TEMPERATURE, world.start_ms(0) + MINUTE_MS, 2_001).unwrap();
    let id = world.flush(&mut sensor)[0];
    let outcome = world.close(0);
    assert_eq!((judged(&outcome, id).reason, judged(&outcome, id).units), (Reason::Accepted, 0));
    assert_eq!(factor(judged(&outcome, id), "repeated_intervals").unwrap().ppm, 0);
}

#[test]
fn a_weight_multiplies_units() {
    let (outcome, id) = batch(temperature(|row| row.weight_ppm = 3 * ONE), &[(0, 2_000)]);
    assert_eq!(judged(&outcome, id).units, 3 * (ONE / 12));
    assert_eq!(factor(judged(&outcome, id), "weight").unwrap().ppm, 3 * ONE);
}

#[test]
fn quantities_are_those_of_the_table() {
    let (outcome, id) = batch(policy(|sensor| sensor.quantities.clear()), &[(0, 2_000)]);
    assert_eq!(judged(&outcome, id).reason, Reason::QuantityUnknown);
}

#[test]
fn values_have_bounds() {
    for (value, passes) in [(-8_000, true), (-8_001, false), (6_000, true), (6_001, false)] {
        let (outcome, id) = batch(Policy::default(), &[(0, value)]);
        let expected = if passes { Reason::Accepted } else { Reason::ReadingOutOfBounds };
        assert_eq!(judged(&outcome, id).reason, expected, "{value}");
    }
    let (outcome, id) = batch(temperature(|row| row.least = -9_000), &[(0, -8_001)]);
    assert!(judged(&outcome, id).reason.is_accepted());
    let (outcome, id) = batch(temperature(|row| row.most = 9_000), &[(0, 6_001)]);
    assert!(judged(&outcome, id).reason.is_accepted());
}

#[test]
fn one_wrong_reading_costs_itself_only() {
    let (outcome, id) =
        batch(Policy::default(), &[(0, 2_000), (INTERVAL_MS, 7_000), (2 * INTERVAL_MS, 2_005)]);
    let judgment = judged(&outcome, id);
    assert_eq!((judgment.reason, count(judgment, "passed")), (Reason::Accepted, 2));
    assert_eq!(count(judgment, "reading_out_of_bounds"), 1);
    // Two of three intervals, rounded up in the factor: 250,000 · 0.666667.
    assert_eq!((judgment.gross, judgment.units), (ONE / 4, 166_666));
}

#[test]
fn spikes_are_left_out_and_jumps_believed_after_a_while() {
    // 3 °C a minute: 15 °C in five minutes.
    let at = |minute: u64, value: i64| (minute * MINUTE_MS, value);
    let series = [at(0, 2_000), at(5, 3_501), at(10, 2_010), at(15, 5_100), at(20, 5_005)];
    let (outcome, id) = batch(Policy::default(), &series);
    let judgment = judged(&outcome, id);
    // The second and the fourth; the fifth is ten minutes from the third.
    assert_eq!((count(judgment, "reading_spike"), count(judgment, "passed")), (2, 3));
    let (outcome, id) = batch(temperature(|row| row.max_step_per_minute = 301), &series);
    assert_eq!(count(judged(&outcome, id), "reading_spike"), 1);
    let (outcome, id) = batch(temperature(|row| row.max_step_per_minute = 0), &series);
    assert_eq!(count(judged(&outcome, id), "passed"), 5);
    // Within a minute a whole minute's step is allowed.
    let (outcome, id) = batch(Policy::default(), &[(0, 2_000), (1_000, 2_300)]);
    assert_eq!(count(judged(&outcome, id), "passed"), 2);
}

/// A minute's step for each of many readings in quick succession would explain any jump.
#[test]
fn many_readings_within_a_minute_explain_no_more_than_one() {
    let ramp: Vec<(u64, i64)> = (0..30).map(|at| (at * 1_000, 2_000 + 100 * at as i64)).collect();
    let (outcome, id) = batch(Policy::default(), &ramp);
    // Up to 3 °C above the first.
    assert_eq!(count(judged(&outcome, id), "passed"), 4);
    // And as fast as the air may change, one after the other counts.
    let slow: Vec<(u64, i64)> = (0..30).map(|at| (at * 20_000, 2_000 + 100 * at as i64)).collect();
    let (outcome, id) = batch(Policy::default(), &slow);
    assert_eq!(count(judged(&outcome, id), "passed"), 30);
}

#[test]
fn a_spike_is_seen_over_batches_and_epochs() {
    let (mut world, mut sensor) = single(Policy::default());
    sensor.log.add(TEMPERATURE, world.start_ms(1) - MINUTE_MS, 2_000).unwrap();
    sensor.log.add(TEMPERATURE, world.start_ms(1), 2_301).unwrap();
    let ids = world.flush(&mut sensor);
    assert!(judged(&world.close(0), ids[0]).reason.is_accepted());
    assert_eq!(judged(&world.close(1), ids[1]).reason, Reason::ReadingSpike);
}

#[test]
fn of_too_many_equal_values_only_the_first_counts() {
    let short = temperature(|row| row.max_equal = 3);
    let series = |values: &[i64]| -> Vec<(u64, i64)> {
        values.iter().zip(0..).map(|(value, at)| (at * INTERVAL_MS, *value)).collect()
    };
    let passed = |policy: &Policy, values: &[i64]| {
        let (outcome, id) = batch(policy.clone(), &series(values));
        count(judged(&outcome, id), "passed")
    };
    assert_eq!(passed(&short, &[1, 1, 1, 2]), 4);
    assert_eq!(passed(&short, &[1, 1, 1, 1, 2]), 2);
    assert_eq!(passed(&short, &[5, 1, 1, 1, 1, 2, 2]), 4);
    assert_eq!(passed(&short, &[1, 2, 1, 1, 2, 1]), 6);
    assert_eq!(passed(&temperature(|row| row.max_equal = 4), &[1, 1, 1, 1, 2]), 5);
    assert_eq!(passed(&temperature(|row| row.max_equal = 1), &[1; 12]), 1);
    assert_eq!(passed(&temperature(|row| row.max_equal = 0), &[1; 12]), 12);
}

#[test]
fn a_run_is_followed_over_batches_and_epochs() {
    let (mut world, mut sensor) = single(temperature(|row| row.max_equal = 3));
    let from = world.start_ms(1) - 2 * INTERVAL_MS;
    for step in 0..6 {
        sensor.log.add(TEMPERATURE, from + step * INTERVAL_MS, 2_000).unwrap();
        if step % 2 == 1 {
            world.flush(&mut sensor);
        }
    }
    let day = |outcome: &Outcome| -> Vec<Reason> {
        outcome.proofs.iter().map(|proof| proof.judgment.reason).collect()
    };
    // Two equal values are no run yet; what follows continues it.
    assert_eq!(day(&world.close(0)), [Reason::Accepted]);
    assert_eq!(day(&world.close(1)), [Reason::ReadingStagnant; 2]);
}

#[test]
fn readings_lie_in_their_epoch_and_near_their_capture() {
    let (world, _) = single(Policy::default());
    let start = world.start_ms(0);
    let judge = |policy: Policy, captured: u64, at: u64| {
        let (mut world, mut sensor) = single(policy);
        let body = Body::ReadingBatch(ReadingBatch {
            quantity: TEMPERATURE,
            chain_before: [0; 32],
            readings: vec![Reading { at_ms: at, value: 2_000 }],
        });
        let id = world.say(&mut sensor, captured, body);
        judged(&world.close(0), id).reason
    };
    let noon = start + 12 * HOUR_MS;
    let default = Policy::default;
    assert_eq!(judge(default(), noon, noon), Reason::Accepted);
    assert_eq!(judge(default(), noon, noon + 1), Reason::ReadingInFuture);
    assert_eq!(judge(policy(|sensor| sensor.max_ahead_ms = 1), noon, noon + 1), Reason::Accepted);
    assert_eq!(judge(default(), noon, noon - HOUR_MS), Reason::Accepted);
    assert_eq!(judge(default(), noon, noon - HOUR_MS - 1), Reason::ReadingBackdated);
    let patient = policy(|sensor| sensor.max_delay_ms = HOUR_MS + 1);
    assert_eq!(judge(patient, noon, noon - HOUR_MS - 1), Reason::Accepted);
    assert_eq!(judge(default(), start + 1, start), Reason::Accepted);
    assert_eq!(judge(default(), start + 1, start - 1), Reason::ReadingBackdated);
    let ahead = policy(|sensor| sensor.max_ahead_ms = 10);
    let end = world.start_ms(1);
    assert_eq!(judge(ahead.clone(), end - 1, end), Reason::ReadingInFuture);
    assert_eq!(judge(ahead, end - 2, end - 1), Reason::Accepted);
}

/// Their capture times must not be moved into the next epoch to tell them apart.
#[test]
fn several_quantities_are_measured_in_an_epochs_last_millisecond() {
    let (mut world, mut sensor) = single(Policy::default());
    let values = [2_000, 5_000, 100_000, 100, 100, 5_000, 400, 0, 300];
    for at_ms in [world.start_ms(1) - 1, world.start_ms(1)] {
        for (quantity, value) in (1..).zip(values) {
            sensor.log.add(quantity, at_ms, value).unwrap();
        }
    }
    assert_eq!(world.flush(&mut sensor).len(), 18);
    for epoch in 0..2 {
        let outcome = world.close(epoch);
        let accepted = |proof: &cairn_verify::Judged| proof.judgment.reason.is_accepted();
        assert_eq!(outcome.proofs.iter().filter(|proof| accepted(proof)).count(), 9);
    }
}

#[test]
fn proofs_arrive_in_time() {
    let arrived = |policy: Policy, late_ms: u64| {
        let (mut world, mut sensor) = single(policy);
        sensor.log.add(TEMPERATURE, world.start_ms(0), 2_000).unwrap();
        let envelope = sensor.log.take()[0].sign(&mut sensor.signer, &support::NETWORK);
        world.send_at(world.start_ms(0) + late_ms, envelope)
    };
    assert_eq!(arrived(Policy::default(), 2 * HOUR_MS), Reason::Accepted);
    assert_eq!(arrived(Policy::default(), 2 * HOUR_MS + 1), Reason::CapturedTooLongAgo);
    let patient = policy(|sensor| sensor.max_age_ms = 2 * HOUR_MS + 1);
    assert_eq!(arrived(patient.clone(), 2 * HOUR_MS + 1), Reason::Accepted);
    let mut strict = patient;
    strict.ingest.max_age_ms = HOUR_MS;
    assert_eq!(arrived(strict, 2 * HOUR_MS), Reason::CapturedTooLongAgo);
}

/// Sends a batch that was never chained by a log.
fn loose(world: &mut World, sensor: &mut Sensor, before: [u8; 32], at_ms: u64) -> [u8; 32] {
    let readings = vec![Reading { at_ms, value: 2_000 + (at_ms / 1_000 % 50) as i64 }];
    let batch = ReadingBatch { quantity: TEMPERATURE, chain_before: before, readings };
    world.say(sensor, at_ms, Body::ReadingBatch(batch))
}

#[test]
fn a_chain_must_continue() {
    for (chained, expected) in [(true, Reason::ReadingChainBroken), (false, Reason::Accepted)] {
        let (mut world, mut sensor) = single(readings(|policy| policy.chained = chained));
        let start = world.start_ms(0);
        sensor.log.add(TEMPERATURE, start, 2_000).unwrap();
        world.flush(&mut sensor);
        // A batch that gets lost.
        sensor.log.add(TEMPERATURE, start + INTERVAL_MS, 2_001).unwrap();
        sensor.log.take();
        sensor.log.add(TEMPERATURE, start + 2 * INTERVAL_MS, 2_002).unwrap();
        let id = world.flush(&mut sensor)[0];
        assert_eq!(judged(&world.close(0), id).reason, expected);
    }
}

#[test]
fn a_log_that_is_restored_continues_the_chain() {
    let (mut world, mut sensor) = single(Policy::default());
    hour(&mut sensor, world.start_ms(0), 2_000);
    world.flush(&mut sensor);
    let epochs = cairn_device::Epochs::new(GENESIS_S, EPOCH_S).unwrap();
    sensor.log = cairn_device::sensor::ReadingLog::with_state(epochs, sensor.log.state().clone());
    hour(&mut sensor, world.start_ms(0) + HOUR_MS, 2_000);
    world.flush(&mut sensor);
    let outcome = world.close(0);
    assert_eq!(units(&outcome, &sensor.address), 2 * ONE);
    // Over epochs as well.
    hour(&mut sensor, world.start_ms(3), 2_000);
    world.flush(&mut sensor);
    assert_eq!(units(&world.close(3), &sensor.address), ONE);
}

#[test]
fn a_chain_that_is_begun_anew_earns_less_for_some_epochs() {
    let earned = |policy: Policy| -> Vec<u64> {
        let (mut world, mut sensor) = single(policy);
        let mut earned = Vec::new();
        for epoch in 0..7 {
            if epoch == 1 {
                sensor.log.restart(TEMPERATURE);
            }
            hour(&mut sensor, world.start_ms(epoch) + HOUR_MS, 2_000);
            world.flush(&mut sensor);
            earned.push(units(&world.close(epoch), &sensor.address));
        }
        earned
    };
    let eighths = |steps: [u64; 7]| steps.map(|step| step * ONE / 8);
    assert_eq!(earned(Policy::default()), eighths([8, 4, 5, 6, 7, 8, 8]));
    let short = readings(|policy| policy.restart_epochs = 1);
    assert_eq!(earned(short), eighths([8, 4, 8, 8, 8, 8, 8]));
    let mild = readings(|policy| policy.restart_ppm = ONE);
    assert_eq!(earned(mild), eighths([8; 7]));
}

#[test]
fn the_first_batch_cannot_be_used_to_begin_anew() {
    let (mut world, mut sensor) = single(Policy::default());
    let start = world.start_ms(0);
    loose(&mut world, &mut sensor, [0; 32], start);
    let Body::ReadingBatch(first) = world.admitted(0)[0].decode_body().unwrap().unwrap() else {
        panic!("a batch")
    };
    let again = world.say(&mut sensor, start + 1, Body::ReadingBatch(first.clone()));
    let next = loose(&mut world, &mut sensor, first.chain_after(), start + INTERVAL_MS);
    let outcome = world.close(0);
    assert_eq!(judged(&outcome, again).reason, Reason::ReadingBackdated);
    assert!(judged(&outcome, next).reason.is_accepted(), "the chain stands where it stood");
}

#[test]
fn what_is_forgotten_begins_anywhere() {
    for (memory_s, expected) in
        [(7 * EPOCH_S as u32, Reason::Accepted), (31_536_000, Reason::ReadingChainBroken)]
    {
        let (mut world, mut sensor) = single(policy(|sensor| sensor.memory_s = memory_s));
        let start = world.start_ms(0);
        loose(&mut world, &mut sensor, [0; 32], start);
        world.close(0);
        let later = world.start_ms(9);
        let id = loose(&mut world, &mut sensor, [5; 32], later);
        assert_eq!(judged(&world.close(9), id).reason, expected);
    }
}

#[test]
fn a_sensor_has_a_place() {
    let mut world = World::new(Policy::default());
    let mut sensor = world.onboard("nowhere", 1, None);
    hour(&mut sensor, world.start_ms(0), 2_000);
    let id = world.flush(&mut sensor)[0];
    assert_eq!(judged(&world.close(0), id).reason, Reason::SensorUnplaced);
}

#[test]
fn a_relocated_sensor_earns_less_for_some_epochs() {
    let earned = |policy: Policy, first: Option<Position>| -> Vec<u64> {
        let (mut world, mut sensor) = single(policy);
        world.change(&sensor, |record| record.position = Changed::always(first));
        let mut earned = Vec::new();
        for epoch in 0..5 {
            if epoch == 1 {
                let since_s = (world.start_ms(1) / 1_000) as i64;
                let current = Some(away(HOME, 500, 0));
                world.change(&sensor, |record| {
                    record.position = Changed { previous: first, current, since_s };
                });
            }
            hour(&mut sensor, world.start_ms(epoch), 2_000);
            world.flush(&mut sensor);
            earned.push(units(&world.close(epoch), &sensor.address));
        }
        earned.split_off(1)
    };
    let policy = |ppm, epochs| {
        readings(|policy| {
            policy.relocation_ppm = ppm;
            policy.relocation_epochs = epochs;
        })
    };
    assert_eq!(earned(policy(250_000, 3), Some(HOME)), [250_000, 500_000, 750_000, ONE]);
    assert_eq!(earned(policy(400_000, 2), Some(HOME)), [400_000, 700_000, ONE, ONE]);
    assert_eq!(earned(policy(0, 1), Some(HOME)), [0, ONE, ONE, ONE]);
    assert_eq!(earned(policy(250_000, 0), Some(HOME)), [ONE; 4]);
    assert_eq!(earned(policy(250_000, 3), None), [ONE; 4], "a first location");
    // What the registry writes at onboarding.
    let there = Some(away(HOME, 500, 0));
    assert_eq!(earned(policy(250_000, 3), there), [ONE; 4], "onboarded with a location");
}

/// The registry keeps one change of a location, and a snapshot only one within its epoch: what both forget
/// must not make oracles disagree.
#[test]
fn relocation_does_not_depend_on_when_the_registry_is_read() {
    let (mut world, mut sensor) = single(Policy::default());
    let place = |at: i32| Some(away(HOME, 1_000 * at, 0));
    let mut seen = Vec::new();
    for epoch in 0..3 {
        if epoch == 1 {
            let since_s = (world.start_ms(1) / 1_000) as i64 + 10;
            world.change(&sensor, |record| {
                record.position = Changed { previous: place(0), current: place(1), since_s };
            });
        }
        hour(&mut sensor, world.start_ms(epoch) + HOUR_MS, 2_000);
        world.flush(&mut sensor);
        if epoch == 2 {
            let (envelopes, state) = (world.admitted(2), world.state.clone());
            let judge = |world: &World| {
                let mut state = state.clone();
                let outcome = world.judge(2, &mut state, envelopes.clone());
                (outcome, state)
            };
            seen.push(judge(&world));
            // A second later the sensor moves again.
            let since_s = (world.start_ms(3) / 1_000) as i64 + 1;
            world.change(&sensor, |record| {
                record.position = Changed { previous: place(1), current: place(2), since_s };
            });
            seen.push(judge(&world));
            // And what is kept to judge the epoch again.
            let snapshot = world.snapshot(2, &seen[0].0);
            world.registry = snapshot.registry();
            seen.push(judge(&world));
        } else {
            world.close(epoch);
        }
    }
    assert!(factor(&seen[0].0.proofs[0].judgment, "relocation").is_some());
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

/// Taking the location back in between is no way around.
#[test]
fn a_sensor_that_was_nowhere_in_between_is_relocated() {
    let (mut world, mut sensor) = single(Policy::default());
    for (epoch, place) in (0..).zip([Some(HOME), None, Some(away(HOME, 900, 0))]) {
        world.change(&sensor, |record| record.position = Changed::always(place));
        hour(&mut sensor, world.start_ms(epoch), 2_000);
        world.flush(&mut sensor);
        let earned = units(&world.close(epoch), &sensor.address);
        assert_eq!(earned, [ONE, 0, ONE / 4][epoch as usize]);
    }
}

/// Sensors of operators 1, 2, … at these places with these levels, for an hour; what they earned.
fn together(policy: Policy, sensors: &[(Position, i64)]) -> Vec<u64> {
    let mut world = World::new(policy);
    let sensors: Vec<Sensor> = sensors
        .iter()
        .zip(1..)
        .map(|((position, level), operator)| {
            let mut sensor = world.onboard(&format!("{operator}"), operator, Some(*position));
            hour(&mut sensor, world.start_ms(0), *level);
            world.flush(&mut sensor);
            sensor
        })
        .collect();
    let outcome = world.close(0);
    sensors.iter().map(|sensor| units(&outcome, &sensor.address)).collect()
}

#[test]
fn a_crowded_cell_pays_for_few() {
    let crowd = [(HOME, 2_000); 4];
    assert_eq!(together(Policy::default(), &crowd), [ONE / 2; 4]);
    let capacity = |capacity| readings(|policy| policy.capacity = capacity);
    assert_eq!(together(capacity(3), &crowd), [3 * ONE / 4; 4]);
    assert_eq!(together(capacity(4), &crowd), [ONE; 4]);
    assert_eq!(together(capacity(0), &crowd), [ONE; 4]);
    // 600 m apart are other cells of resolution 9, and the same of resolution 6.
    let apart = [(HOME, 2_000), (HOME, 2_000), (HOME, 2_000), (away(HOME, 600, 0), 2_000)];
    let third = 2 * ONE / 3;
    assert_eq!(together(Policy::default(), &apart), [third, third, third, ONE]);
    let coarse = readings(|policy| policy.capacity_resolution = 6);
    assert_eq!(together(coarse, &apart), [ONE / 2; 4]);
}

/// Who measures once a day is one more sensor in one interval.
#[test]
fn a_cell_is_crowded_when_many_measure_at_once() {
    let mut world = World::new(Policy::default());
    let mut honest = world.onboard("honest", 1, Some(HOME));
    hour(&mut honest, world.start_ms(0), 2_000);
    world.flush(&mut honest);
    for at in 0..11 {
        let mut other = world.onboard(&format!("{at}"), 2 + at, Some(HOME));
        other.log.add(TEMPERATURE, world.start_ms(0) + 3 * INTERVAL_MS, 2_001).unwrap();
        world.flush(&mut other);
    }
    let outcome = world.close(0);
    // In one of the twelve intervals it shares two sensors' worth with eleven others: 11 1/6 of 12.
    assert_eq!(units(&outcome, &honest.address), 930_555);
    let crowd = factor(&outcome.proofs[0].judgment, "cell_capacity");
    assert_eq!(crowd.unwrap().inputs, [("sensors".into(), 12), ("capacity".into(), 2)]);
}

#[test]
fn devices_that_do_not_earn_crowd_nobody() {
    let mut world = World::new(Policy::default());
    let sensors: Vec<Sensor> = (1..5)
        .map(|operator| {
            let mut sensor = world.onboard(&format!("{operator}"), operator, Some(HOME));
            hour(&mut sensor, world.start_ms(0), 2_000);
            world.flush(&mut sensor);
            // A bond that nobody has given.
            if operator > 1 {
                world.change(&sensor, |record| record.class_terms.terms.current.bond = 1);
                world.change(&sensor, |record| record.class = 1);
            }
            sensor
        })
        .collect();
    let outcome = world.close(0);
    assert_eq!(units(&outcome, &sensors[0].address), ONE);
}

#[test]
fn neighbours_contradict() {
    // 50 hundredths of a degree is what sensors may be apart: 2.59 °C off is the limit.
    let places: Vec<_> = (0..6).map(|at| away(HOME, 250 * at, 250 * at)).collect();
    let with = |policy: &Policy, others: usize, off: i64| {
        let mut sensors = vec![(places[0], 2_000 + off)];
        sensors.extend(places[1..=others].iter().map(|place| (*place, 2_000)));
        let earned = together(policy.clone(), &sensors);
        assert!(earned[1..].iter().all(|units| *units == ONE), "{earned:?}");
        earned[0]
    };
    let default = Policy::default();
    assert_eq!(with(&default, 4, 259), ONE);
    assert_eq!(with(&default, 4, 260), 0);
    assert_eq!(with(&default, 4, -260), 0);
    assert_eq!(with(&default, 3, 260), ONE, "three are too few to say");
    let few = readings(|policy| policy.neighbour_operators = 3);
    assert_eq!(with(&few, 3, 260), 0);
    let off = readings(|policy| policy.neighbour_operators = 0);
    assert_eq!(with(&off, 5, 2_600), ONE);
    let lax = readings(|policy| policy.neighbour_limit_c = 360);
    assert_eq!(with(&lax, 4, 260), ONE);
    let rough = temperature(|row| row.agreement = 51);
    assert_eq!(with(&rough, 4, 260), ONE);
}

#[test]
fn neighbours_are_near_in_place_and_time() {
    let far = away(HOME, 9_000, 0);
    let sensors: Vec<_> = [(HOME, 3_000)]
        .into_iter()
        .chain((0..4).map(|at| (away(far, 400 * at, 0), 2_000)))
        .collect();
    assert_eq!(together(Policy::default(), &sensors)[0], ONE);
    let wide = readings(|policy| policy.neighbour_rings = 5);
    assert_eq!(together(wide, &sensors)[0], 0);
    let coarse = readings(|policy| policy.neighbour_resolution = 5);
    assert_eq!(together(coarse, &sensors)[0], 0);

    // Measured an hour apart.
    let apart = |policy: Policy| {
        let mut world = World::new(policy);
        let start = world.start_ms(0);
        let mut all: Vec<Sensor> = (1..6)
            .map(|operator| {
                let position = away(HOME, 300 * i32::from(operator), 0);
                let mut sensor = world.onboard(&format!("{operator}"), operator, Some(position));
                let (from, level) =
                    if operator == 1 { (start + HOUR_MS, 2_500) } else { (start, 2_000) };
                hour(&mut sensor, from, level);
                world.flush(&mut sensor);
                sensor
            })
            .collect();
        units(&world.close(0), &all.remove(0).address)
    };
    assert_eq!(apart(Policy::default()), ONE);
    assert_eq!(apart(readings(|policy| policy.neighbour_bucket_s = 3 * 3_600)), 0);
}

#[test]
fn an_operators_sensors_are_one_voice_and_none_about_its_own() {
    let mut world = World::new(Policy::default());
    // Operator 1 has five sensors that say 30 °C, four others have one each that says 20 °C.
    let sensors: Vec<(u8, Sensor)> = (0..9)
        .map(|at: u8| {
            let (operator, level) = if at < 5 { (1, 3_000) } else { (at, 2_000) };
            let position = away(HOME, 250 * i32::from(at), 0);
            let mut sensor = world.onboard(&format!("{at}"), operator, Some(position));
            hour(&mut sensor, world.start_ms(0), level);
            world.flush(&mut sensor);
            (operator, sensor)
        })
        .collect();
    let outcome = world.close(0);
    for (operator, sensor) in sensors {
        let expected = if operator == 1 { 0 } else { ONE };
        assert_eq!(units(&outcome, &sensor.address), expected, "operator {operator}");
    }
}
