//! Attackers that the rules of the sensor kinds exist for. Each prints what it earns with the rule off
//! and on, and what honest devices lose by the default policy; and those that no rule catches say so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "support/sensor.rs"]
mod support;

use cairn_protocol::proof::sensor::{Fix, Observation};
use cairn_protocol::proof::{Body, Coverage, Position, Track};
use cairn_protocol::reason::Reason;
use cairn_verify::policy::{SensorPolicy, TrackUnit};
use cairn_verify::{Changed, Policy};
use support::{HOME, HOUR_MS, MINUTE_MS, NETWORK, Random, Sensor, World, away, units};

const TEMPERATURE: u16 = 1;
const ONE: u64 = 1_000_000;
const INTERVAL_MS: u64 = 5 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

fn policy(change: impl FnOnce(&mut SensorPolicy)) -> Policy {
    let mut policy = Policy::default();
    change(&mut policy.sensor);
    policy
}

/// Every rule that a parameter can switch off.
fn all_off() -> Policy {
    policy(|sensor| {
        (sensor.max_age_ms, sensor.max_delay_ms, sensor.max_ahead_ms) = (DAY_MS, DAY_MS, DAY_MS);
        let readings = &mut sensor.readings;
        readings.chained = false;
        (readings.relocation_epochs, readings.capacity, readings.neighbour_operators) = (0, 0, 0);
        for row in &mut sensor.quantities {
            (row.max_equal, row.max_step_per_minute) = (0, 0);
        }
        let motion = &mut sensor.motion;
        (motion.max_speed_cm_s, motion.max_acceleration_cm_s2) = (1_000_000, 10_000);
        (motion.frozen_claim_m, motion.frozen_s) = (100_000_000, 31_536_000);
        (sensor.coverage.near_fix_s, sensor.coverage.content_memory_s) = (0, 0);
    })
}

/// One line per attack; on must be a twentieth of off or less, honest devices lose under 1 %.
fn tell(name: &str, off: u64, on: u64, most_percent: u64, honest_ppm: u64) {
    println!("attack {name}: off {off}, on {on}, honest {honest_ppm}");
    assert!(off > 0 && on * 100 <= off * most_percent, "{name}: off {off}, on {on}");
    assert!(honest_ppm < 10_000, "{name}: honest devices lose {honest_ppm} ppm");
}

/// Air temperature in hundredths of a degree: a day's triangle of 12 °C, and 1 °C per 1.5 km.
fn air(at_ms: u64, position: &Position) -> i64 {
    let minute = (at_ms / MINUTE_MS % 1_440) as i64;
    let day = 1_200 - (minute - 900).abs() * 1_200 / 900;
    1_000 + day + i64::from(position.latitude_e7 - HOME.latitude_e7) / 1_350
}

/// What a sensor reports instead of the air's temperature, by time.
type Lie<'a> = &'a dyn Fn(u64, i64, &mut Random) -> Option<i64>;

/// Measures for a day, honestly or not, and sends every hour.
fn measure(world: &mut World, sensor: &mut Sensor, day: u64, position: Position, lie: Lie<'_>) {
    let mut random = Random(u64::from(sensor.address[3]) * 1_000 + day);
    for step in 0..288 {
        let at_ms = world.start_ms(day) + step * INTERVAL_MS;
        let value = air(at_ms, &position) + random.around(20);
        if let Some(value) = lie(at_ms, value, &mut random) {
            sensor.log.add(TEMPERATURE, at_ms, value).unwrap();
        }
        if step % 12 == 11 {
            world.flush(sensor);
        }
    }
}

fn truth(_: u64, value: i64, _: &mut Random) -> Option<i64> {
    Some(value)
}

/// Six honest sensors of six operators around home, 500 m apart.
fn honest(world: &mut World) -> Vec<(Sensor, Position)> {
    (0..6)
        .map(|at| {
            let position = away(HOME, 500 * (at / 3), 500 * (at % 3));
            let sensor = world.onboard(&format!("honest {at}"), 100 + at as u8, Some(position));
            (sensor, position)
        })
        .collect()
}

/// A day of the honest and an attacker; what the attacker and what the honest earn.
fn day_with(policy: Policy, lie: Lie<'_>) -> (u64, u64) {
    let mut world = World::new(policy);
    let mut good = honest(&mut world);
    let place = away(HOME, 250, 250);
    let mut bad = world.onboard("attacker", 1, Some(place));
    for (sensor, position) in &mut good {
        measure(&mut world, sensor, 0, *position, &truth);
    }
    measure(&mut world, &mut bad, 0, place, lie);
    let outcome = world.close(0);
    let earned = good.iter().map(|(sensor, _)| units(&outcome, &sensor.address)).sum();
    (units(&outcome, &bad.address), earned)
}

/// Millionths of what the honest earn with every rule off that they lose by `policy`.
fn loss(off: u64, on: u64) -> u64 {
    off.saturating_sub(on) * ONE / off
}

#[test]
fn a_frozen_sensor() {
    let frozen: Lie<'_> = &|_, _, _| Some(1_850);
    let (off, fair) = day_with(all_off(), frozen);
    let alone = policy(|sensor| sensor.readings.neighbour_operators = 0);
    let (on, _) = day_with(alone, frozen);
    let (_, kept) = day_with(Policy::default(), frozen);
    tell("frozen sensor", off, on, 5, loss(fair, kept));
}

#[test]
fn a_sensor_that_contradicts_its_neighbours() {
    // A heated sensor: 6 °C more, otherwise alive.
    let heated: Lie<'_> = &|_, value, _| Some(value + 600);
    let (off, fair) = day_with(all_off(), heated);
    let (on, kept) = day_with(Policy::default(), heated);
    tell("neighbour-contradicting sensor", off, on, 5, loss(fair, kept));
    // One that invents numbers in the usual range.
    let invented: Lie<'_> = &|_, _, random| Some(1_500 + random.around(1_000));
    let (off, fair) = day_with(all_off(), invented);
    let (on, kept) = day_with(Policy::default(), invented);
    // Some hit the truth: they cannot be told from it.
    tell("invented readings", off, on, 40, loss(fair, kept));
}

#[test]
fn a_sensor_with_spikes() {
    // Far outliers, to be noticed: a third of the readings.
    let noisy: Lie<'_> =
        &|at_ms, value, _| Some(if at_ms / INTERVAL_MS % 3 == 1 { value + 2_500 } else { value });
    let (off, fair) = day_with(all_off(), noisy);
    let alone = policy(|sensor| sensor.readings.neighbour_operators = 0);
    let (on, _) = day_with(alone, noisy);
    let (_, kept) = day_with(Policy::default(), noisy);
    // What is false is left out, what is true still counts; shares are rounded up to millionths.
    assert_eq!((off, on), (24 * ONE, 16 * ONE + 8));
    println!("attack spikes, a third false: off {off}, on {on}, honest {}", loss(fair, kept));
    assert!(loss(fair, kept) < 10_000);
}

#[test]
fn a_device_that_is_relocated_to_wherever_nobody_is() {
    let earned = |policy: Policy| {
        let mut world = World::new(policy);
        let mut nomad = world.onboard("nomad", 1, Some(HOME));
        let mut settled = world.onboard("settled", 2, Some(away(HOME, 5_000, 0)));
        let (mut by_nomad, mut by_settled) = (0, 0);
        for day in 0..8 {
            let place = |day: u64| away(HOME, 2_000 * day as i32, 3_000);
            world.change(&nomad, |record| {
                record.position = Changed {
                    previous: Some(place(day)),
                    current: Some(place(day + 1)),
                    since_s: (support::GENESIS_S + day * support::EPOCH_S) as i64,
                };
            });
            measure(&mut world, &mut nomad, day, place(day + 1), &truth);
            measure(&mut world, &mut settled, day, away(HOME, 5_000, 0), &truth);
            let outcome = world.close(day);
            by_nomad += units(&outcome, &nomad.address);
            by_settled += units(&outcome, &settled.address);
        }
        (by_nomad, by_settled)
    };
    let (off, fair) = earned(all_off());
    let (on, kept) = earned(Policy::default());
    // Its first place is as free as everybody's.
    tell("device relocated every epoch", off, on, 35, loss(fair, kept));
}

#[test]
fn co_located_sybils() {
    let earned = |policy: Policy, lie: Lie<'_>| {
        let mut world = World::new(policy);
        let mut far = world.onboard("honest", 99, Some(away(HOME, 9_000, 0)));
        measure(&mut world, &mut far, 0, away(HOME, 9_000, 0), &truth);
        // Forty devices on one shelf, each with a wallet of its own.
        let mut sybils: Vec<Sensor> =
            (0..40).map(|at| world.onboard(&format!("sybil {at}"), at, Some(HOME))).collect();
        for sybil in &mut sybils {
            measure(&mut world, sybil, 0, HOME, lie);
        }
        let outcome = world.close(0);
        let by_sybils = sybils.iter().map(|sybil| units(&outcome, &sybil.address)).sum();
        (by_sybils, units(&outcome, &far.address))
    };
    let (off, fair) = earned(all_off(), &truth);
    let (on, kept) = earned(Policy::default(), &truth);
    tell("40 Sybil sensors in a cell", off, on, 5, loss(fair, kept));
}

#[test]
fn replayed_batches() {
    let mut world = World::new(Policy::default());
    let mut sensor = world.onboard("replays", 1, Some(HOME));
    measure(&mut world, &mut sensor, 0, HOME, &truth);
    let all = world.admitted(0);
    // The same bytes; the same body under a new sequence, the same day; and the day after.
    for envelope in &all {
        assert_eq!(world.send(envelope.clone()), Reason::Duplicate);
    }
    for from_ms in [world.start_ms(1) - 1_000, world.start_ms(1) + HOUR_MS] {
        for (envelope, at_ms) in all.iter().zip(from_ms..) {
            world.say(&mut sensor, at_ms, envelope.decode_body().unwrap().unwrap());
        }
    }
    let first = units(&world.close(0), &sensor.address);
    let second = units(&world.close(1), &sensor.address);
    // If copies counted, each would earn what the first did: three times a day's hours.
    tell("replayed batches", 3 * 24 * ONE, first - 24 * ONE + second, 0, loss(24 * ONE, first));
}

#[test]
fn readings_left_out_afterwards() {
    // When it is hotter than the operator likes, the hour's batch is not sent. With the rule on, the
    // device has to begin its chain anew every time.
    let earned = |policy: Policy, sends_all: bool| {
        let mut world = World::new(policy);
        let mut sensor = world.onboard("one", 1, Some(HOME));
        let mut earned = 0;
        for day in 0..5 {
            for step in 0..288 {
                let at_ms = world.start_ms(day) + step * INTERVAL_MS;
                let value = air(at_ms, &HOME) + (step % 5) as i64;
                sensor.log.add(TEMPERATURE, at_ms, value).unwrap();
                if step % 12 == 11 {
                    if sends_all || value < 1_800 {
                        world.flush(&mut sensor);
                    } else {
                        sensor.log.take();
                        sensor.log.restart(TEMPERATURE);
                    }
                }
            }
            earned += units(&world.close(day), &sensor.address);
        }
        earned
    };
    let (off, on) = (earned(all_off(), false), earned(Policy::default(), false));
    let (fair, kept) = (earned(all_off(), true), earned(Policy::default(), true));
    // Leaving out already costs the units of what is left out; the rule takes from the rest.
    tell("readings left out", off, on, 70, loss(fair, kept));
    println!("  (all sent: {kept})");
}

#[test]
fn back_dated_readings() {
    // At the end of the day it signs the whole day, each batch as if it had been captured in time.
    let earned = |policy: Policy| {
        let mut world = World::new(policy);
        let mut sensor = world.onboard("copies its neighbours", 1, Some(HOME));
        for step in 0..288 {
            let at_ms = world.start_ms(0) + step * INTERVAL_MS;
            sensor.log.add(TEMPERATURE, at_ms, air(at_ms, &HOME) + (step % 3) as i64).unwrap();
            if step % 12 == 11 {
                for proof in sensor.log.take() {
                    let envelope = proof.sign(&mut sensor.signer, &NETWORK);
                    world.send_at(world.start_ms(1), envelope);
                }
            }
        }
        units(&world.close(0), &sensor.address)
    };
    // With the rule on the first batches are too old, and the chain has no known beginning.
    let (off, on) = (earned(all_off()), earned(Policy::default()));
    let (_, fair) = day_with(all_off(), &truth);
    let (_, kept) = day_with(Policy::default(), &truth);
    tell("back-dated readings", off, on, 10, loss(fair, kept));
}

#[test]
fn readings_from_the_future() {
    // In the morning it signs what the forecast says for the day.
    let earned = |policy: Policy| {
        let mut world = World::new(policy);
        let mut sensor = world.onboard("forecasts", 1, Some(HOME));
        let morning = world.start_ms(0);
        for step in 0..288 {
            let at_ms = morning + step * INTERVAL_MS;
            sensor.log.add(TEMPERATURE, at_ms, air(at_ms, &HOME) + (step % 3) as i64).unwrap();
        }
        for proof in sensor.log.take() {
            world.say(&mut sensor, morning, proof.body);
        }
        units(&world.close(0), &sensor.address)
    };
    let (_, fair) = day_with(all_off(), &truth);
    let (_, kept) = day_with(Policy::default(), &truth);
    tell("future readings", earned(all_off()), earned(Policy::default()), 5, loss(fair, kept));
}

/// A fix so many metres from home, seconds after the start of epoch 0.
fn fix(at_s: u64, position: Position) -> Fix {
    let at_ms = support::GENESIS_S * 1_000 + at_s * 1_000;
    Fix { at_ms, position, accuracy_m: 5, speed_cm_s: None }
}

/// An honest drive of 50 minutes through town: a fix in ten seconds, 8 to 12 m/s, a corner now and
/// then, a stop of a minute at every tenth.
fn honest_drive(noise: &mut Random) -> Vec<Fix> {
    let (mut north, mut east) = (0i64, 0i64);
    (0..300u64)
        .map(|step| {
            let way = if step % 10 == 9 { 0 } else { 80 + (step % 5) as i64 * 10 };
            match step / 30 % 4 {
                0 => north += way,
                1 => east += way,
                2 => north += way / 2,
                _ => east -= way / 3,
            }
            let place = |metres: i64, noise: &mut Random| (metres + noise.around(3)) as i32;
            fix(step * 10, away(HOME, place(north, noise), place(east, noise)))
        })
        .collect()
}

fn drive(world: &mut World, device: &mut Sensor, fixes: &[Fix]) {
    for stretch in fixes.chunks(60) {
        let last_ms = stretch.last().unwrap().at_ms;
        world.say(device, last_ms, Body::Track(Track { fixes: stretch.to_vec() }));
    }
}

/// What a vehicle with these fixes earns, and what an honest one does, in minutes.
fn driven(policy: Policy, fixes: &[Fix]) -> (u64, u64) {
    let mut world = World::new(policy);
    let (mut bad, mut good) = (world.onboard("bad", 1, None), world.onboard("good", 2, None));
    drive(&mut world, &mut bad, fixes);
    drive(&mut world, &mut good, &honest_drive(&mut Random(1)));
    let outcome = world.close(0);
    (units(&outcome, &bad.address), units(&outcome, &good.address))
}

const CITIES: [Position; 4] = [
    Position { latitude_e7: 488_566_000, longitude_e7: 23_522_000 },
    Position { latitude_e7: 525_200_000, longitude_e7: 134_050_000 },
    Position { latitude_e7: 404_168_000, longitude_e7: -37_038_000 },
    Position { latitude_e7: 415_028_000, longitude_e7: 124_964_000 },
];

#[test]
fn gps_teleport() {
    let jumps: Vec<Fix> = (0..50u64)
        .map(|minute| fix(minute * 60, away(CITIES[minute as usize % 4], minute as i32, 0)))
        .collect();
    // 10 km/s is the highest that a policy allows; the rule off needs none at all between cities.
    let mut off_policy = all_off();
    off_policy.sensor.motion.time_resolution_ms = 3_600_000;
    let ((off, fair), (on, kept)) = (driven(off_policy, &jumps), driven(Policy::default(), &jumps));
    tell("GPS teleport", off, on, 5, loss(fair, kept));
}

#[test]
fn a_frozen_receiver() {
    // A network that pays parked minutes in full, and a device on a desk that says it drives.
    let parked_paid = |mut policy: Policy| {
        policy.sensor.track.parked_ppm = ONE;
        policy
    };
    let frozen: Vec<Fix> =
        (0..300).map(|at| Fix { speed_cm_s: Some(1_200), ..fix(at * 10, HOME) }).collect();
    let (off, fair) = driven(parked_paid(all_off()), &frozen);
    let (on, kept) = driven(parked_paid(Policy::default()), &frozen);
    tell("frozen receiver that claims to move", off, on, 5, loss(fair, kept));
    // One that claims nothing, for ten hours.
    let silent: Vec<Fix> = (0..600).map(|at| fix(at * 60, HOME)).collect();
    let (off, _) = driven(parked_paid(all_off()), &silent);
    let (on, _) = driven(parked_paid(Policy::default()), &silent);
    tell("frozen receiver that claims nothing", off, on, 5, loss(fair, kept));
}

#[test]
fn a_shaken_position() {
    // Paid by kilometres: back and forth by 60 m every second, never faster than 60 m/s.
    let by_distance = |mut policy: Policy| {
        policy.sensor.track.unit = TrackUnit::Kilometres;
        policy
    };
    let shaken: Vec<Fix> =
        (0..600).map(|at| fix(at, away(HOME, if at % 2 == 0 { 0 } else { 60 }, 0))).collect();
    let lax = policy(|sensor| sensor.motion.max_acceleration_cm_s2 = 10_000);
    let (off, fair) = driven(by_distance(lax), &shaken);
    let (on, kept) = driven(by_distance(Policy::default()), &shaken);
    tell("position shaken back and forth", off, on, 50, loss(fair, kept));
}

/// Maps what it passes: an image per 50 s of a drive.
fn map(
    world: &mut World,
    device: &mut Sensor,
    places: &[(u64, Position)],
    content: &dyn Fn(u64) -> u64,
) {
    let observations: Vec<Observation> = places
        .iter()
        .zip(0..)
        .map(|((at_ms, position), number)| {
            let mut content_hash = [0; 32];
            content_hash[..8].copy_from_slice(&content(number).to_le_bytes());
            Observation { at_ms: *at_ms, position: *position, content_hash }
        })
        .collect();
    let last_ms = observations.last().unwrap().at_ms;
    world.say(device, last_ms + 1, Body::Coverage(Coverage { observations }));
}

fn seen(fixes: &[Fix]) -> Vec<(u64, Position)> {
    fixes.iter().step_by(5).map(|fix| (fix.at_ms, fix.position)).collect()
}

/// What mapping earns an attacker, and an honest device.
fn mapped(
    policy: Policy,
    fixes: &[Fix],
    places: &[(u64, Position)],
    content: &dyn Fn(u64) -> u64,
) -> (u64, u64) {
    let mut world = World::new(policy);
    let (mut bad, mut good) = (world.onboard("bad", 1, None), world.onboard("good", 2, None));
    let way = honest_drive(&mut Random(1));
    // Elsewhere, so that the two do not share cells.
    let way: Vec<Fix> =
        way.iter().map(|fix| Fix { position: away(fix.position, 20_000, 0), ..*fix }).collect();
    drive(&mut world, &mut good, &way);
    map(&mut world, &mut good, &seen(&way), &|number| 1 << 40 | number);
    drive(&mut world, &mut bad, fixes);
    map(&mut world, &mut bad, places, content);
    let outcome = world.close(0);
    let earned = |device: &Sensor| {
        let own = outcome.proofs.iter().filter(|proof| {
            proof.device == device.address && proof.kind == cairn_protocol::proof::Kind::Coverage
        });
        own.map(|proof| proof.judgment.units).sum()
    };
    (earned(&bad), earned(&good))
}

#[test]
fn coverage_by_teleport() {
    // A drive at home, and images of streets in four capitals.
    let way = honest_drive(&mut Random(2));
    let places: Vec<(u64, Position)> =
        (0..60).map(|at| (way[at * 5].at_ms, away(CITIES[at % 4], 100 * at as i32, 0))).collect();
    let mut off_policy = all_off();
    off_policy.sensor.motion.time_resolution_ms = 3_600_000;
    let own = &|number| number;
    let (off, fair) = mapped(off_policy, &way, &places, own);
    let (on, kept) = mapped(Policy::default(), &way, &places, own);
    tell("coverage by teleport", off, on, 5, loss(fair, kept));
}

/// What a device maps that stands at home for six hours, and whose receiver says so every `every_s`: in
/// between it claims to have been as far away as the highest speed allows, each time elsewhere.
fn parked(policy: Policy, every_s: u64) -> u64 {
    let mut world = World::new(policy);
    let mut device = world.onboard("parked", 1, None);
    let (mut noise, mut images) = (Random(4), 0u64);
    for hour in 0..6u64 {
        let (mut fixes, mut observations) = (Vec::new(), Vec::new());
        for trip in hour * 3_600 / every_s..(hour + 1) * 3_600 / every_s {
            let near = |noise: &mut Random| noise.around(3) as i32;
            let home = away(HOME, near(&mut noise), near(&mut noise));
            fixes.push(fix(trip * every_s, home));
            let (sin, cos) = (trip as f64 * 2.4).sin_cos();
            for second in 1..every_s {
                let metres = 65 * second.min(every_s - second);
                let part = |of: f64| (of * metres as f64) as i32;
                let Fix { at_ms, position, .. } =
                    fix(trip * every_s + second, away(HOME, part(cos), part(sin)));
                let mut content_hash = [0; 32];
                content_hash[..8].copy_from_slice(&images.to_le_bytes());
                images += 1;
                observations.push(Observation { at_ms, position, content_hash });
            }
        }
        drive(&mut world, &mut device, &fixes);
        for (some, at) in observations.chunks(256).zip(0..) {
            let last_ms = some.last().unwrap().at_ms + at;
            let observations = some.to_vec();
            world.say(&mut device, last_ms, Body::Coverage(Coverage { observations }));
        }
    }
    let outcome = world.close(0);
    let maps = |kind| kind == cairn_protocol::proof::Kind::Coverage;
    let own = outcome.proofs.iter().filter(|proof| maps(proof.kind));
    own.map(|proof| proof.judgment.units).sum()
}

#[test]
fn mapping_from_a_parked_car() {
    let off = parked(policy(|sensor| sensor.coverage.near_fix_s = 60), 120);
    // As rare as the rule lets fixes be.
    let on = parked(Policy::default(), 20);
    let way = honest_drive(&mut Random(2));
    let own = &|number| number;
    let (_, fair) = mapped(all_off(), &way, &seen(&way), own);
    let (_, kept) = mapped(Policy::default(), &way, &seen(&way), own);
    tell("mapping from a parked car", off, on, 10, loss(fair, kept));
}

#[test]
fn the_same_image_for_every_cell() {
    let way = honest_drive(&mut Random(2));
    let (off, fair) = mapped(all_off(), &way, &seen(&way), &|_| 7);
    let (on, kept) = mapped(Policy::default(), &way, &seen(&way), &|_| 7);
    tell("same image again and again", off, on, 5, loss(fair, kept));
}

#[test]
fn circling_around_one_block() {
    // The honest drive of 50 minutes, but around one house: images all the time.
    let circle: Vec<Fix> = (0..300u64)
        .map(|at| {
            fix(
                at * 10,
                away(HOME, [0, 40, 40, 0][at as usize % 4], [0, 0, 40, 40][at as usize % 4]),
            )
        })
        .collect();
    let places: Vec<_> = circle.iter().take(250).map(|fix| (fix.at_ms, fix.position)).collect();
    let off_policy = policy(|sensor| {
        sensor.coverage.full_after_s = 1;
        sensor.coverage.cell_capacity_ppm = 1_000_000_000_000;
    });
    let (off, fair) = mapped(off_policy, &circle, &places, &|number| number);
    let (on, kept) = mapped(Policy::default(), &circle, &places, &|number| number);
    tell("circling around one block", off, on, 5, loss(fair, kept));
}

/// What no rule here catches, with figures, so that nobody believes otherwise.
#[test]
fn not_caught() {
    // A sensor that drifts by 0.02 °C per reading: never a spike.
    let start = support::GENESIS_S * 1_000;
    let drifting: Lie<'_> =
        &|at_ms, value, _| Some(value + 2 * ((at_ms - start) / INTERVAL_MS) as i64);
    let alone = policy(|sensor| sensor.readings.neighbour_operators = 0);
    let (off, _) = day_with(all_off(), drifting);
    let (unseen, _) = day_with(alone, drifting);
    let (seen_by_neighbours, _) = day_with(Policy::default(), drifting);
    println!("attack slow drift, no neighbours: off {off}, on {unseen}, NOT CAUGHT");
    println!("attack slow drift among neighbours: off {off}, on {seen_by_neighbours}, caught late");
    assert_eq!(off, unseen);
    assert!(seen_by_neighbours < off && seen_by_neighbours > off / 4);

    // A drive made up at a desk, at plausible speed with plausible noise.
    let made_up = honest_drive(&mut Random(9));
    let (off, _) = driven(all_off(), &made_up);
    let (on, _) = driven(Policy::default(), &made_up);
    println!("attack spoofed drive at plausible speed: off {off}, on {on}, NOT CAUGHT");
    assert_eq!(off, on);

    // Copying the neighbours' readings in real time.
    let (off, _) = day_with(all_off(), &truth);
    let (on, _) = day_with(Policy::default(), &truth);
    println!("attack neighbours copied at once: off {off}, on {on}, NOT CAUGHT");
    assert_eq!(off, on);

    // A sensor that is stuck, with an invented last digit.
    let dither: Lie<'_> = &|at_ms, _, _| Some(2_000 + (at_ms / INTERVAL_MS % 2) as i64);
    let (dithered, _) = day_with(alone_again(), dither);
    println!("attack stuck sensor with a last digit, no neighbours: on {dithered}, NOT CAUGHT");
    assert_eq!(dithered, 24 * ONE);

    // A reading that is never signed is in no chain: what is hot is left out at once.
    let cold: Lie<'_> = &|_, value, _| (value < 1_800).then_some(value);
    let (left_out, all) = (day_with(alone_again(), cold).0, day_with(alone_again(), &truth).0);
    println!("attack readings left out before they are signed: {left_out} of {all}, NOT CAUGHT");
    let (off, _) = day_with(all_off(), cold);
    assert_eq!((off, all), (left_out, 24 * ONE));

    // Colluders that outnumber the honest: two honest sensors among seven that lie alike.
    let mut world = World::new(Policy::default());
    let mut victim = world.onboard("honest", 200, Some(HOME));
    measure(&mut world, &mut victim, 0, HOME, &truth);
    for at in 0..7 {
        let place = away(HOME, 400 * (at + 1), 0);
        let mut liar = world.onboard(&format!("liar {at}"), at as u8, Some(place));
        measure(&mut world, &mut liar, 0, place, &|_, value, _| Some(value + 800));
    }
    let kept = units(&world.close(0), &victim.address);
    println!(
        "attack 7 colluding operators around an honest sensor: honest keeps {kept}, NOT CAUGHT"
    );
    assert_eq!(kept, 0);
}

fn alone_again() -> Policy {
    policy(|sensor| sensor.readings.neighbour_operators = 0)
}

/// Devices that cost nothing are the attack that no rule about measurements sees.
#[test]
fn many_devices_are_not_caught() {
    // Ten devices in one car, each with its own receiver.
    let mut world = World::new(Policy::default());
    let mut fleet: Vec<Sensor> =
        (0..10).map(|at| world.onboard(&format!("{at}"), at, None)).collect();
    for (device, at) in fleet.iter_mut().zip(0..) {
        drive(&mut world, device, &honest_drive(&mut Random(at)));
        map(&mut world, device, &seen(&honest_drive(&mut Random(at))), &|number| at << 32 | number);
    }
    let outcome = world.close(0);
    let of_kind = |kind| -> u64 {
        let proofs = outcome.proofs.iter().filter(|proof| proof.kind == kind);
        proofs.map(|proof| proof.judgment.units).sum()
    };
    let tracks = of_kind(cairn_protocol::proof::Kind::Track);
    let mapped_by_ten = of_kind(cairn_protocol::proof::Kind::Coverage);
    let way = honest_drive(&mut Random(0));
    let (mapped_by_one, _) = mapped(Policy::default(), &way, &seen(&way), &|number| number);
    println!("attack ten devices in one car: {tracks} for tracks, NOT CAUGHT");
    println!("  mapped cells: {mapped_by_ten}, by one {mapped_by_one}");
    assert_eq!(tracks, 10 * 50 * ONE);
    // Places that are off by some metres lie in a neighbouring cell now and then.
    assert!(mapped_by_ten < mapped_by_one * 2, "{mapped_by_ten} {mapped_by_one}");

    // A drive that is made up at the highest speed, paid by kilometres.
    let by_distance = || policy(|sensor| sensor.track.unit = TrackUnit::Kilometres);
    let race: Vec<Fix> = (0..300).map(|at| fix(at * 10, away(HOME, at as i32 * 690, 0))).collect();
    let (made_up, honest) = driven(by_distance(), &race);
    println!("attack made-up race, by kilometres: {made_up}, honest {honest}, NOT CAUGHT");
    assert!(made_up > 200_000_000);

    // Forty Sybils beside two honest sensors: they take what these got.
    let mut world = World::new(Policy::default());
    let crowd: Vec<Sensor> = (0..42)
        .map(|at| {
            let mut sensor = world.onboard(&format!("{at}"), at, Some(HOME));
            measure(&mut world, &mut sensor, 0, HOME, &truth);
            sensor
        })
        .collect();
    let outcome = world.close(0);
    let honest: u64 = crowd[..2].iter().map(|sensor| units(&outcome, &sensor.address)).sum();
    println!("attack 40 Sybils beside two honest sensors: these keep {honest}, NOT CAUGHT");
    assert!(honest < 3 * ONE);
}
