//! Rules of tracks and mapped cells, through the public surface; each parameter has a test that fails
//! when it is ignored.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "support/sensor.rs"]
mod support;

use cairn_protocol::proof::sensor::{Fix, Observation};
use cairn_protocol::proof::{Body, Coverage, Position, Track};
use cairn_protocol::reason::Reason;
use cairn_verify::policy::{CoveragePolicy, MotionPolicy, SensorPolicy, TrackPolicy, TrackUnit};
use cairn_verify::{Judgment, Policy};
use support::{HOME, HOUR_MS, MINUTE_MS, Sensor, World, away, count, factor, judged, units};

const ONE: u64 = 1_000_000;
const SECOND_MS: u64 = 1_000;

fn policy(change: impl FnOnce(&mut SensorPolicy)) -> Policy {
    let mut policy = Policy::default();
    change(&mut policy.sensor);
    policy
}

fn motion(change: impl FnOnce(&mut MotionPolicy)) -> Policy {
    policy(|sensor| change(&mut sensor.motion))
}

fn track(change: impl FnOnce(&mut TrackPolicy)) -> Policy {
    policy(|sensor| change(&mut sensor.track))
}

fn coverage(change: impl FnOnce(&mut CoveragePolicy)) -> Policy {
    policy(|sensor| change(&mut sensor.coverage))
}

fn vehicle(policy: Policy) -> (World, Sensor) {
    let mut world = World::new(policy);
    let sensor = world.onboard("vehicle", 1, None);
    (world, sensor)
}

/// A fix so many metres north of home.
fn fix(at_ms: u64, north_m: i32) -> Fix {
    let position = away(HOME, north_m, 0);
    Fix { at_ms, position, accuracy_m: 5, speed_cm_s: None }
}

fn stated(fix: Fix, speed_cm_s: u16) -> Fix {
    Fix { speed_cm_s: Some(speed_cm_s), ..fix }
}

/// Judges one proof with fixes whose times count from the start of epoch 0, captured with its last.
fn judge(policy: Policy, fixes: &[Fix]) -> Judgment {
    let last = fixes.iter().map(|fix| fix.at_ms).max().unwrap_or(0);
    judge_captured(policy, last, fixes)
}

fn judge_captured(policy: Policy, captured_ms: u64, fixes: &[Fix]) -> Judgment {
    let (mut world, mut vehicle) = vehicle(policy);
    let id = drive(&mut world, &mut vehicle, captured_ms, fixes);
    judged(&world.close(0), id).clone()
}

fn drive(world: &mut World, vehicle: &mut Sensor, captured_ms: u64, fixes: &[Fix]) -> [u8; 32] {
    let start = world.start_ms(0);
    let fixes = fixes.iter().map(|fix| Fix { at_ms: start + fix.at_ms, ..*fix }).collect();
    world.say(vehicle, start + captured_ms, Body::Track(Track { fixes }))
}

/// Every ten seconds 100 m north: 36 km/h.
fn straight(minutes: u64) -> Vec<Fix> {
    (0..minutes * 6).map(|at| fix(at * 10 * SECOND_MS, at as i32 * 100)).collect()
}

#[test]
fn minutes_with_a_fix_are_units() {
    let judgment = judge(Policy::default(), &straight(10));
    assert_eq!((judgment.reason, judgment.units), (Reason::Accepted, 10 * ONE));
    assert_eq!((count(&judgment, "fixes"), count(&judgment, "passed")), (60, 60));
}

#[test]
fn parked_minutes_count_less() {
    let parked: Vec<Fix> = (0..60).map(|at| fix(at * 10 * SECOND_MS, (at % 2) as i32)).collect();
    let judgment = judge(Policy::default(), &parked);
    assert_eq!(judgment.units, ONE);
    let movement = factor(&judgment, "movement").unwrap();
    assert_eq!(movement.inputs[1], ("parked_minutes".into(), 10));
    assert_eq!(judge(track(|track| track.parked_ppm = 500_000), &parked).units, 5 * ONE);
    assert_eq!(judge(track(|track| track.parked_ppm = 0), &parked).units, 0);
    assert_eq!(judge(track(|track| track.moving_m = 1), &parked).units, 10 * ONE);
}

#[test]
fn a_minute_counts_once() {
    let (mut world, mut vehicle) = vehicle(Policy::default());
    let fixes = straight(2);
    drive(&mut world, &mut vehicle, 80_000, &fixes[..9]);
    let id = drive(&mut world, &mut vehicle, 110_000, &fixes[9..]);
    let outcome = world.close(0);
    assert_eq!(units(&outcome, &vehicle.address), 2 * ONE);
    assert_eq!(factor(judged(&outcome, id), "repeated_minutes").unwrap().ppm, 0);
}

#[test]
fn kilometres_are_straight_ways_without_noise_and_gaps() {
    let kilometres = |change: fn(&mut TrackPolicy)| {
        track(|track| {
            track.unit = TrackUnit::Kilometres;
            change(track);
        })
    };
    let way = |policy: Policy, fixes: &[Fix]| judge(policy, fixes).units;
    // 59 steps of 100 m, within a per mille of how metres become degrees.
    let driven = way(kilometres(|_| {}), &straight(10));
    assert!(driven.abs_diff(5_900_000) < 10_000, "{driven}");
    let parked: Vec<Fix> =
        (0..60).map(|at| fix(at * 10 * SECOND_MS, 10 * (at % 2) as i32)).collect();
    let judgment = judge(kilometres(|_| {}), &parked);
    assert_eq!((judgment.units, judgment.reason), (0, Reason::Accepted));
    assert_eq!(factor(&judgment, "movement").unwrap().ppm, 0);
    assert!(way(kilometres(|track| track.moving_m = 5), &parked) > 500_000);
    // Short steps add up.
    let slow: Vec<Fix> = (0..60).map(|at| fix(at * 10 * SECOND_MS, 10 * at as i32)).collect();
    assert!(way(kilometres(|_| {}), &slow).abs_diff(570_000) < 10_000);
    let gap = [fix(0, 0), fix(400 * SECOND_MS, 4_000)];
    assert_eq!(way(kilometres(|_| {}), &gap), 0);
    assert!(way(kilometres(|track| track.max_gap_s = 400), &gap) > 3_900_000);
}

#[test]
fn fixes_lie_in_their_epoch_and_near_their_capture() {
    let captured =
        |policy, captured_ms, at_ms| judge_captured(policy, captured_ms, &[fix(at_ms, 0)]).reason;
    let default = Policy::default;
    assert_eq!(captured(default(), HOUR_MS, HOUR_MS + 1), Reason::FixInFuture);
    let ahead = policy(|sensor| sensor.max_ahead_ms = 1);
    assert_eq!(captured(ahead, HOUR_MS, HOUR_MS + 1), Reason::Accepted);
    // By up to the resolution times may be rounded down.
    assert_eq!(captured(default(), 2 * HOUR_MS, HOUR_MS - 100), Reason::Accepted);
    assert_eq!(captured(default(), 2 * HOUR_MS, HOUR_MS - 101), Reason::FixBackdated);
    let minutes = motion(|motion| motion.time_resolution_ms = 60_000);
    assert_eq!(captured(minutes, 2 * HOUR_MS, HOUR_MS - 60_000), Reason::Accepted);
    let patient = policy(|sensor| sensor.max_delay_ms = 2 * HOUR_MS);
    assert_eq!(captured(patient, 2 * HOUR_MS, 100), Reason::Accepted);
}

#[test]
fn what_was_sent_is_not_sent_again() {
    let (mut world, mut vehicle) = vehicle(Policy::default());
    let fixes = straight(2);
    drive(&mut world, &mut vehicle, 110_000, &fixes);
    let again = drive(&mut world, &mut vehicle, 111_000, &fixes);
    // Another position of the last time is new.
    let other =
        drive(&mut world, &mut vehicle, 112_000, &[Fix { at_ms: 110_000, ..fix(0, 1_101) }]);
    let outcome = world.close(0);
    assert_eq!(judged(&outcome, again).reason, Reason::FixBackdated);
    assert_eq!(judged(&outcome, other).reason, Reason::Accepted);
}

#[test]
fn rough_fixes_do_not_count() {
    let rough = |accuracy_m| Fix { accuracy_m, ..fix(0, 0) };
    assert_eq!(judge(Policy::default(), &[rough(100)]).reason, Reason::Accepted);
    assert_eq!(judge(Policy::default(), &[rough(101)]).reason, Reason::FixInaccurate);
    let lax = motion(|motion| motion.max_accuracy_m = 101);
    assert_eq!(judge(lax, &[rough(101)]).reason, Reason::Accepted);
}

#[test]
fn nobody_moves_faster_than_the_limit() {
    // 70 m/s for a minute are 4,200 m; a tenth of a second adds 7 m, the radii 10 m.
    let after = |metres| [fix(0, 0), fix(MINUTE_MS, metres)];
    let passed = |policy, fixes: &[Fix]| count(&judge(policy, fixes), "passed");
    assert_eq!(passed(Policy::default(), &after(4_210)), 2);
    assert_eq!(count(&judge(Policy::default(), &after(4_230)), "fix_too_fast"), 1);
    assert_eq!(passed(motion(|motion| motion.max_speed_cm_s = 7_100), &after(4_230)), 2);
    let seconds = motion(|motion| motion.time_resolution_ms = 1_000);
    assert_eq!(passed(seconds, &after(4_230)), 2);
    assert_eq!(passed(motion(|motion| motion.max_speed_cm_s = 5_000), &after(4_210)), 1);
    // An outlier costs itself only.
    let outlier = [fix(0, 0), fix(MINUTE_MS, 50_000), fix(2 * MINUTE_MS, 600)];
    assert_eq!(passed(Policy::default(), &outlier), 2);
    // Nor by its own word.
    let claims = judge(Policy::default(), &[stated(fix(0, 0), 7_001)]);
    assert_eq!(claims.reason, Reason::FixTooFast);
}

#[test]
fn many_small_jumps_are_no_faster_than_one_large() {
    // Rounded to the minute, a minute's way may hide; but all hops of that minute share it.
    let policy = motion(|motion| motion.time_resolution_ms = 60_000);
    let hops: Vec<Fix> = (0..20).map(|hop| fix(0, hop * 1_000)).collect();
    let judgment = judge(policy, &hops);
    assert_eq!((count(&judgment, "passed"), count(&judgment, "fix_too_fast")), (5, 15));
}

#[test]
fn speed_is_followed_over_proofs_and_epochs() {
    let (mut world, mut vehicle) = vehicle(Policy::default());
    let end = 24 * HOUR_MS;
    let first = drive(&mut world, &mut vehicle, end - SECOND_MS, &[fix(end - SECOND_MS, 0)]);
    let second = drive(&mut world, &mut vehicle, end, &[fix(end, 5_000)]);
    let third = drive(&mut world, &mut vehicle, end + MINUTE_MS, &[fix(end + MINUTE_MS, 1_000)]);
    assert_eq!(judged(&world.close(0), first).reason, Reason::Accepted);
    let outcome = world.close(1);
    assert_eq!(judged(&outcome, second).reason, Reason::FixTooFast);
    assert_eq!(judged(&outcome, third).reason, Reason::Accepted);
}

#[test]
fn what_is_forgotten_may_be_anywhere() {
    for (memory_s, expected) in [(7 * 86_400, Reason::Accepted), (31_536_000, Reason::FixTooFast)] {
        let (mut world, mut vehicle) = vehicle(policy(|sensor| sensor.memory_s = memory_s));
        // A bicycle: Tokyo is 20 days away.
        world.policy.sensor.motion.max_speed_cm_s = 500;
        drive(&mut world, &mut vehicle, 0, &[fix(0, 0)]);
        world.close(0);
        let tokyo = Position { latitude_e7: 356_895_000, longitude_e7: 1_396_917_000 };
        let day = 24 * HOUR_MS;
        let there = Fix { position: tokyo, ..fix(9 * day, 0) };
        let id = drive(&mut world, &mut vehicle, 9 * day, &[there]);
        assert_eq!(judged(&world.close(9), id).reason, expected);
    }
}

#[test]
fn nobody_gains_speed_faster_than_the_limit() {
    // Standing for two seconds, then 60 m in each: within the speed limit, but 60 m/s at once.
    let jerk: Vec<Fix> =
        [0, 0, 0, 60, 120].iter().zip(0..).map(|(m, at)| fix(at * SECOND_MS, *m)).collect();
    let judgment = judge(Policy::default(), &jerk);
    assert!(count(&judgment, "fix_acceleration") > 0, "{judgment:?}");
    let rocket = motion(|motion| motion.max_acceleration_cm_s2 = 10_000);
    assert_eq!(count(&judge(rocket, &jerk), "passed"), 5);
    // Rounded times leave it open.
    let seconds = motion(|motion| motion.time_resolution_ms = 1_000);
    assert_eq!(count(&judge(seconds, &jerk), "passed"), 5);
    // A brisk start does pass: 5 m/s².
    let start: Vec<Fix> = (0..8).map(|at| fix(at as u64 * SECOND_MS, 5 * at * at / 2)).collect();
    assert_eq!(count(&judge(Policy::default(), &start), "passed"), 8);
    // By their own word: 16.5 m/s in a second and a tenth.
    let says = |after| [stated(fix(0, 0), 1_000), stated(fix(SECOND_MS, 10), after)];
    assert_eq!(count(&judge(Policy::default(), &says(2_650)), "passed"), 2);
    assert_eq!(count(&judge(Policy::default(), &says(2_651)), "fix_acceleration"), 1);
}

#[test]
fn a_position_that_stands_still_does_not_claim_to_move() {
    // 10 m/s for ten seconds are 100 m; a tenth of a second adds one.
    let frozen = |seconds: u64| -> Vec<Fix> {
        (0..=seconds).map(|at| stated(fix(at * SECOND_MS, 0), 1_000)).collect()
    };
    let judgment = judge(Policy::default(), &frozen(10));
    assert_eq!(count(&judgment, "passed"), 11);
    let judgment = judge(Policy::default(), &frozen(12));
    assert_eq!((count(&judgment, "passed"), count(&judgment, "fix_frozen")), (1, 12));
    let lax = motion(|motion| motion.frozen_claim_m = 200);
    assert_eq!(count(&judge(lax, &frozen(12)), "passed"), 13);
    let rounded = motion(|motion| motion.time_resolution_ms = 10_000);
    assert_eq!(count(&judge(rounded, &frozen(12)), "passed"), 13);
    // Without a claim, or claiming to stand, it may.
    let parked: Vec<Fix> = (0..=60).map(|at| fix(at * SECOND_MS, 0)).collect();
    assert_eq!(count(&judge(Policy::default(), &parked), "passed"), 61);
}

#[test]
fn a_position_stands_still_for_so_long_only() {
    let parked =
        |minutes: u64| -> Vec<Fix> { (0..=minutes).map(|at| fix(at * MINUTE_MS, 0)).collect() };
    let patient = |seconds| {
        policy(|sensor| {
            sensor.max_delay_ms = 24 * HOUR_MS;
            sensor.motion.frozen_s = seconds;
        })
    };
    assert_eq!(count(&judge(patient(3_600), &parked(60)), "passed"), 61);
    let judgment = judge(patient(3_600), &parked(61));
    assert_eq!((count(&judgment, "passed"), count(&judgment, "fix_frozen")), (1, 61));
    assert_eq!(count(&judge(patient(7_200), &parked(61)), "passed"), 62);
    // A gap ends it: the car was off.
    let mut twice = parked(40);
    twice.extend(parked(40).iter().map(|fix| Fix { at_ms: fix.at_ms + HOUR_MS, ..*fix }));
    assert_eq!(count(&judge(patient(3_600), &twice), "passed"), 82);
    let mut joined = patient(3_600);
    joined.sensor.track.max_gap_s = 3_600;
    assert_eq!(count(&judge(joined, &twice), "passed"), 1);
}

#[test]
fn a_frozen_run_is_followed_over_epochs() {
    let (mut world, mut vehicle) = vehicle(motion(|motion| motion.frozen_s = 600));
    let end = 24 * HOUR_MS;
    let parked = |from: u64, minutes: u64| -> Vec<Fix> {
        (0..minutes).map(|at| fix(from + at * MINUTE_MS, 0)).collect()
    };
    let first = drive(&mut world, &mut vehicle, end - 1, &parked(end - 10 * MINUTE_MS, 10));
    let second = drive(&mut world, &mut vehicle, end + 5 * MINUTE_MS, &parked(end, 5));
    assert_eq!(count(judged(&world.close(0), first), "passed"), 10);
    assert_eq!(judged(&world.close(1), second).reason, Reason::FixFrozen);
}

/// Where and when a device saw what.
type Seen = (u64, i32, u8);

fn observe(world: &mut World, device: &mut Sensor, captured_ms: u64, seen: &[Seen]) -> [u8; 32] {
    let start = world.start_ms(0);
    let observations = seen
        .iter()
        .map(|(at_ms, north_m, content)| Observation {
            at_ms: start + at_ms,
            position: away(HOME, *north_m, 0),
            content_hash: [*content; 32],
        })
        .collect();
    world.say(device, start + captured_ms, Body::Coverage(Coverage { observations }))
}

/// A vehicle that drives the straight way for two minutes and sees these things; the judgment of that.
fn mapped(policy: Policy, seen: &[Seen]) -> Judgment {
    let (mut world, mut vehicle) = vehicle(policy);
    drive(&mut world, &mut vehicle, 110_000, &straight(2));
    let id = observe(&mut world, &mut vehicle, 120_000, seen);
    judged(&world.close(0), id).clone()
}

#[test]
fn the_first_visit_of_a_cell_counts_more() {
    let three = [(0, 0, 1), (40_000, 400, 2), (80_000, 800, 3)];
    let judgment = mapped(Policy::default(), &three);
    assert_eq!((judgment.gross, judgment.units), (3 * ONE, 6 * ONE));
    let freshness = factor(&judgment, "freshness").unwrap();
    assert_eq!(freshness.inputs[0], ("first_visits".into(), 3));
    let flat = coverage(|coverage| coverage.first_visit_ppm = ONE);
    assert_eq!(mapped(flat, &three).units, 3 * ONE);
    // In cells of 1,200 m it is one place, and the later visits are worth nothing yet.
    let coarse = mapped(coverage(|coverage| coverage.resolution = 7), &three);
    assert_eq!(coarse.units / 1_000, 2 * ONE / 1_000);
}

#[test]
fn a_cell_becomes_fresh_with_time() {
    let earned = |policy: Policy, days: u64| {
        let mut world = World::new(policy);
        let mut units_of = |name: &str, operator, day: u64| {
            let mut device = world.onboard(name, operator, None);
            let at = day * 24 * HOUR_MS;
            drive(&mut world, &mut device, at, &[fix(at, 0)]);
            observe(&mut world, &mut device, at, &[(at, 0, operator)]);
            let outcome = world.close(day);
            let of_coverage = outcome.proofs.iter().map(|proof| &proof.judgment);
            of_coverage
                .filter(|judgment| factor(judgment, "freshness").is_some())
                .map(|j| j.units)
                .sum::<u64>()
        };
        assert!(units_of("first", 1, 0) > 0);
        units_of("second", 2, days)
    };
    assert_eq!(earned(Policy::default(), 1), 142_857);
    assert_eq!(earned(Policy::default(), 7), ONE);
    assert_eq!(earned(Policy::default(), 30), ONE);
    let daily = coverage(|coverage| coverage.full_after_s = 86_400);
    assert_eq!(earned(daily, 1), ONE);
    let forgetful = policy(|sensor| sensor.memory_s = 604_800);
    assert_eq!(earned(forgetful.clone(), 7), ONE);
    assert_eq!(earned(forgetful, 8), 2 * ONE, "new again");
}

#[test]
fn a_cell_pays_so_much_per_epoch() {
    // 7 hours after the first visit a cell is fresh again under this policy: a unit more.
    let visits = |change: fn(&mut CoveragePolicy)| {
        let (mut world, mut vehicle) = vehicle(coverage(|coverage| {
            coverage.full_after_s = 3_600;
            change(coverage);
        }));
        let mut ids = Vec::new();
        for hour in [0, 7, 14] {
            let at = hour * HOUR_MS;
            drive(&mut world, &mut vehicle, at, &[fix(at, 0)]);
            ids.push(observe(&mut world, &mut vehicle, at, &[(at, 0, hour as u8)]));
        }
        let outcome = world.close(0);
        ids.iter().map(|id| judged(&outcome, *id).units / 1_000).collect::<Vec<_>>()
    };
    assert_eq!(visits(|_| {}), [2_000, 0, 0]);
    assert_eq!(visits(|coverage| coverage.cell_capacity_ppm = 2_500_000), [2_000, 500, 0]);
    assert_eq!(visits(|coverage| coverage.cell_capacity_ppm = 9_000_000), [2_000, 1_000, 1_000]);
}

#[test]
fn an_observation_lies_on_the_devices_own_track() {
    let alone = |policy: Policy| {
        let (mut world, mut vehicle) = vehicle(policy);
        let id = observe(&mut world, &mut vehicle, 0, &[(0, 0, 1)]);
        judged(&world.close(0), id).reason
    };
    assert_eq!(alone(Policy::default()), Reason::ObservationOffTrack);
    assert_eq!(alone(coverage(|coverage| coverage.near_fix_s = 0)), Reason::Accepted);
    // The last fix is at 110 s: 10 s later is near, 11 s is not.
    let after = |policy: Policy, at_s: u64| {
        let (mut world, mut vehicle) = vehicle(policy);
        drive(&mut world, &mut vehicle, 110_000, &straight(2));
        let id = observe(&mut world, &mut vehicle, 200_000, &[(at_s * 1_000, 1_100, 1)]);
        judged(&world.close(0), id).reason
    };
    assert_eq!(after(Policy::default(), 120), Reason::Accepted);
    assert_eq!(after(Policy::default(), 121), Reason::ObservationOffTrack);
    assert_eq!(after(coverage(|coverage| coverage.near_fix_s = 11), 121), Reason::Accepted);
}

/// Between two fixes a device gets no farther off their line than it can accelerate: 5 s after one and
/// before the other 195 m, and 77 m for the rounding and the radii.
#[test]
fn an_observation_between_two_fixes_lies_where_they_lead_past() {
    let aside = |policy: Policy, off_m: i32| mapped(policy, &[(5_000, 50 + off_m, 1)]).reason;
    assert_eq!(aside(Policy::default(), 265), Reason::Accepted);
    assert_eq!(aside(Policy::default(), 280), Reason::ObservationOffTrack);
    let rocket = motion(|motion| motion.max_acceleration_cm_s2 = 2_000);
    assert_eq!(aside(rocket, 280), Reason::Accepted);
}

/// A device that gives many fixes at one place, and observations that few of them reach, costs time in
/// proportion to their number: squared, this took hours.
#[test]
fn judging_takes_time_in_proportion_to_what_is_sent() {
    let (mut world, mut vehicle) = vehicle(Policy::default());
    let start = world.start_ms(0);
    for proof in 0..400u64 {
        let exact = Fix { at_ms: start + proof, accuracy_m: 0, ..fix(0, 0) };
        let mut fixes = vec![exact; 512];
        fixes[511].accuracy_m = if proof == 399 { 60 } else { 0 };
        world.say(&mut vehicle, start + proof, Body::Track(Track { fixes }));
    }
    // 10 s later 738 m off: 737 m is as far as any but the last of them reaches.
    for proof in 0..40u64 {
        let position = away(HOME, 738, 0);
        let position = Position { longitude_e7: position.longitude_e7 + proof as i32, ..position };
        let seen = |at: u64| {
            let mut content_hash = [0; 32];
            content_hash[..8].copy_from_slice(&(proof * 256 + at).to_le_bytes());
            Observation { at_ms: start + 10_000, position, content_hash }
        };
        let observations = (0..256).map(seen).collect();
        let captured_ms = start + 10_000 + proof;
        world.say(&mut vehicle, captured_ms, Body::Coverage(Coverage { observations }));
    }
    let begun = std::time::Instant::now();
    let outcome = world.close(0);
    let took = begun.elapsed();
    let last = &outcome.proofs[outcome.proofs.len() - 1].judgment;
    assert!(last.reason.is_accepted(), "{last:?}");
    assert!(took.as_secs() < 30, "{took:?}");
}

#[test]
fn an_observation_is_no_teleport() {
    // 42 m beside a fix of the same moment: 7 m for the rounding and 35 m for both radii.
    assert_eq!(mapped(Policy::default(), &[(0, -40, 1)]).reason, Reason::Accepted);
    assert_eq!(mapped(Policy::default(), &[(0, -50, 1)]).reason, Reason::ObservationTooFast);
    let rough = coverage(|coverage| coverage.accuracy_m = 40);
    assert_eq!(mapped(rough, &[(0, -50, 1)]).reason, Reason::Accepted);
    assert_eq!(mapped(Policy::default(), &[(121_000, 0, 1)]).reason, Reason::ObservationInFuture);
}

#[test]
fn an_image_counts_once() {
    let twice = [(0, 0, 1), (80_000, 800, 1)];
    let judgment = mapped(Policy::default(), &twice);
    assert_eq!((judgment.units, count(&judgment, "content_repeated")), (2 * ONE, 1));
    let off = coverage(|coverage| coverage.content_memory_s = 0);
    assert_eq!(mapped(off, &twice).units, 4 * ONE);
    // By another device, some days later.
    let later = |memory_s: u32, day: u64| {
        let mut world = World::new(coverage(|coverage| coverage.content_memory_s = memory_s));
        let mut reason = |name: &str, day: u64, north_m| {
            let mut device = world.onboard(name, 1, None);
            let at = day * 24 * HOUR_MS;
            drive(&mut world, &mut device, at, &[fix(at, north_m)]);
            let id = observe(&mut world, &mut device, at, &[(at, north_m, 1)]);
            judged(&world.close(day), id).reason
        };
        assert_eq!(reason("first", 0, 0), Reason::Accepted);
        [reason("second", day, 5_000), reason("third", day + 1, 9_000)]
    };
    let repeated = Reason::ContentRepeated;
    assert!(!repeated.is_fault(), "somebody else may have claimed it first");
    assert_eq!(later(2_592_000, 29), [repeated; 2]);
    assert_eq!(later(86_400, 1), [repeated, Reason::Accepted]);
    assert_eq!(later(86_400, 3), [Reason::Accepted, repeated]);
}

/// The state grows with what is paid, not with what is sent.
#[test]
fn images_that_earn_nothing_are_not_remembered() {
    let (mut world, mut vehicle) = vehicle(Policy::default());
    let start = world.start_ms(0);
    let parked: Vec<Fix> = (0..10).map(|at| fix(at * 10 * SECOND_MS, at as i32 % 2)).collect();
    drive(&mut world, &mut vehicle, 95_000, &parked);
    let seen = |at: u64| {
        let mut content_hash = [0; 32];
        content_hash[..8].copy_from_slice(&at.to_le_bytes());
        Observation { at_ms: start + at / 30, position: HOME, content_hash }
    };
    for proof in 0..10 {
        let observations = (proof * 250..(proof + 1) * 250).map(seen).collect();
        let body = Body::Coverage(Coverage { observations });
        world.say(&mut vehicle, start + proof * 10 + 9, body);
    }
    let outcome = world.close(0);
    assert!(outcome.proofs.iter().all(|proof| proof.judgment.reason.is_accepted()));
    assert_eq!((world.state.sensor.cells.len(), world.state.sensor.contents.len()), (1, 1));
}

#[test]
fn visits_count_in_order_of_their_time() {
    let mut world = World::new(Policy::default());
    let (mut early, mut late) = (world.onboard("early", 1, None), world.onboard("late", 2, None));
    for (device, at, content) in [(&mut late, 20_000, 1), (&mut early, 10_000, 2)] {
        drive(&mut world, device, at, &[fix(at, 0)]);
        observe(&mut world, device, 30_000, &[(at, 0, content)]);
    }
    let outcome = world.close(0);
    let of_coverage = |device: &Sensor| {
        let own = outcome.proofs.iter().filter(|proof| proof.device == device.address);
        own.map(|proof| &proof.judgment).find(|j| factor(j, "freshness").is_some()).unwrap().units
    };
    assert_eq!(of_coverage(&early), 2 * ONE);
    assert!(of_coverage(&late) < 100);
}

#[test]
fn a_device_that_does_not_earn_leaves_cells_as_they_were() {
    let mut world = World::new(Policy::default());
    let (mut idle, mut honest) = (world.onboard("idle", 1, None), world.onboard("honest", 2, None));
    // Of a class whose bond nobody has given.
    world.change(&idle, |record| {
        record.class = 1;
        record.class_terms.terms.current.bond = 1;
    });
    drive(&mut world, &mut idle, 0, &[fix(0, 0)]);
    observe(&mut world, &mut idle, 0, &[(0, 0, 1)]);
    drive(&mut world, &mut honest, 10_000, &[fix(10_000, 0)]);
    let id = observe(&mut world, &mut honest, 10_000, &[(10_000, 0, 1)]);
    assert_eq!(judged(&world.close(0), id).units, 2 * ONE);
}
