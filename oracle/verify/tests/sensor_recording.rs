//! The recorded drives of `testdata/vehicle-tracks.csv`, from the device's log through the gate to the
//! judge, with faults injected.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "support/sensor.rs"]
mod support;

use cairn_device::replay::{TrackReader, drives};
use cairn_device::sensor::TrackLog;
use cairn_device::{DeviceSigner, Epochs};
use cairn_protocol::proof::sensor::Fix;
use cairn_protocol::proof::{Body, Envelope, Position, Track};
use cairn_protocol::reason::Reason;
use cairn_verify::policy::{MotionPolicy, SensorPolicy};
use cairn_verify::{Outcome, Policy};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use support::{HOUR_MS, MINUTE_MS, NETWORK, Random, Sensor, World, count};

const FIXES: usize = 7_688;
/// The recording says no radius; phones in cars.
const ACCURACY_M: u16 = 20;
/// 1 September 2014, the month of the first drive; epochs are days.
const GENESIS_S: u64 = 1_409_529_600;
const DAY_S: u64 = 86_400;

fn recording() -> BTreeMap<u32, Vec<Fix>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/vehicle-tracks.csv");
    let fixes: Vec<_> = TrackReader::open(&path).unwrap().map(Result::unwrap).collect();
    assert_eq!(fixes.len(), FIXES);
    drives(&fixes, ACCURACY_M)
}

/// Times to the minute, buses and cars of a town: at most 180 km/h.
fn policy() -> Policy {
    let motion = MotionPolicy {
        time_resolution_ms: 60_000,
        max_speed_cm_s: 5_000,
        ..MotionPolicy::default()
    };
    Policy { sensor: SensorPolicy { motion, ..SensorPolicy::default() }, ..Policy::default() }
}

/// What was done to a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Untouched,
    Teleport,
    FrozenMoving,
    FrozenLong,
    FutureFix,
    FutureProof,
    Copy,
    Replay,
    ReplayNextDay,
}

/// A proof to be signed at its place among the device's.
#[derive(Clone)]
struct Planned {
    captured_at_ms: u64,
    fixes: Vec<Fix>,
    kind: Kind,
}

/// One device's proofs in order: of fixes with the same fate, of a quarter of an hour at most.
fn batches(world: &World, fixes: &[(Fix, Kind)]) -> Vec<Planned> {
    let epochs = Epochs::new(world.start_ms(0) / 1_000, DAY_S).unwrap();
    let mut planned = Vec::new();
    for stretch in fixes.chunk_by(|(_, a), (_, b)| a == b) {
        let kind = stretch[0].1;
        let mut log = TrackLog::new(epochs);
        let mut take = |log: &mut TrackLog| {
            for proof in log.take() {
                let Body::Track(Track { fixes }) = proof.body else { panic!("a track") };
                planned.push(Planned { captured_at_ms: proof.captured_at_ms, fixes, kind });
            }
        };
        for (fix, _) in stretch {
            if log.oldest_ms().is_some_and(|oldest| fix.at_ms >= oldest + 15 * MINUTE_MS) {
                take(&mut log);
            }
            log.add(*fix).unwrap();
        }
        take(&mut log);
    }
    planned
}

/// So many metres north or south.
fn moved(position: Position, metres: i32, random: &mut Random) -> Position {
    let far = if random.next().is_multiple_of(2) { metres } else { -metres };
    // A metre is 90.4 times 10⁻⁷ degrees at 11° south.
    Position { latitude_e7: position.latitude_e7 + far * 91, ..position }
}

/// A device's fixes with teleports and frozen stretches among them.
fn with_false_fixes(
    world: &World,
    fixes: &[Fix],
    jump_m: i32,
    random: &mut Random,
) -> Vec<(Fix, Kind)> {
    let mut all = Vec::new();
    let day = |at_ms: u64| world.clock.epoch_at(at_ms).unwrap();
    let mut ends = 0;
    for (at, fix) in fixes.iter().enumerate() {
        all.push((*fix, Kind::Untouched));
        // Between two minutes, because what follows goes into another proof, and drives that are in the
        // recording twice repeat fixes within a minute.
        let next_ms = fixes.get(at + 1).map_or(u64::MAX, |next| next.at_ms);
        if next_ms > fix.at_ms && random.next().is_multiple_of(3) {
            all.push((
                Fix { position: moved(fix.position, jump_m, random), ..*fix },
                Kind::Teleport,
            ));
        }
        // After the end of a drive, where the vehicle was still moving and nothing follows for long.
        let moving = at > 0 && fixes[at - 1].position != fix.position;
        let same_day = day(fix.at_ms) == day(fix.at_ms + 2 * HOUR_MS);
        if moving && same_day && next_ms - fix.at_ms > 3 * HOUR_MS {
            ends += 1;
            let (kind, minutes, speed_cm_s) = match ends % 2 {
                0 => (Kind::FrozenMoving, 10, Some(900)),
                _ => (Kind::FrozenLong, 90, None),
            };
            all.extend((1..=minutes).map(|minute| {
                (Fix { at_ms: fix.at_ms + minute * MINUTE_MS, speed_cm_s, ..*fix }, kind)
            }));
        }
    }
    all
}

/// Whole proofs that are false, among those of one device.
fn with_false_proofs(own: Vec<Planned>) -> Vec<Planned> {
    let mut all = Vec::new();
    let untouched = own.iter().filter(|proof| proof.kind == Kind::Untouched);
    for (at, proof) in untouched.enumerate() {
        let captured_at_ms = proof.captured_at_ms;
        let in_an_hour = Fix { at_ms: captured_at_ms + HOUR_MS, ..proof.fixes[0] };
        let (captured_at_ms, fixes, kind) = match at % 5 {
            0 => (captured_at_ms, vec![in_an_hour], Kind::FutureFix),
            1 => (in_an_hour.at_ms, vec![in_an_hour], Kind::FutureProof),
            2 => (captured_at_ms, proof.fixes.clone(), Kind::Copy),
            3 => (captured_at_ms, proof.fixes.clone(), Kind::Replay),
            _ => (captured_at_ms + DAY_S * 1_000, proof.fixes.clone(), Kind::ReplayNextDay),
        };
        all.push(Planned { captured_at_ms, fixes, kind });
    }
    all.extend(own);
    // What is false of the same capture time comes after.
    all.sort_by_key(|proof| (proof.captured_at_ms, proof.kind != Kind::Untouched));
    all
}

/// What became of fixes: by what was done to them and by reason, how many.
type Table = BTreeMap<(Kind, Reason), u64>;

/// Sends everything in order of time, with teleports by `jump_m` and all other faults if given, and judges every day that has proofs.
fn run(jump_m: Option<i32>) -> (Table, u64) {
    let mut world = World::with_epochs(policy(), GENESIS_S, DAY_S);
    let mut random = Random(4);
    let mut table = Table::new();
    let mut kinds: BTreeMap<[u8; 32], (Kind, u64)> = BTreeMap::new();
    let mut sends: Vec<(u64, Envelope, Kind)> = Vec::new();
    for (number, fixes) in recording() {
        let Sensor { mut signer, .. } = world.onboard(&format!("vehicle-{number}"), 1, None);
        let planned = if let Some(jump_m) = jump_m {
            let fixes = with_false_fixes(&world, &fixes, jump_m, &mut random);
            with_false_proofs(batches(&world, &fixes))
        } else {
            let fixes: Vec<_> = fixes.into_iter().map(|fix| (fix, Kind::Untouched)).collect();
            batches(&world, &fixes)
        };
        sends.extend(signed(&world, &mut signer, planned));
    }
    sends.sort_by_key(|(now_ms, ..)| *now_ms);
    for (now_ms, envelope, kind) in sends {
        let Some(Body::Track(track)) = envelope.decode_body().unwrap() else { panic!("a track") };
        let fixes = track.fixes.len() as u64;
        let id = envelope.id(&NETWORK);
        match world.send_at(now_ms, envelope) {
            Reason::Accepted => {
                kinds.insert(id, (kind, fixes));
            }
            reason => *table.entry((kind, reason)).or_default() += fixes,
        }
    }
    let days: BTreeSet<u64> = (0..500).filter(|day| !world.admitted(*day).is_empty()).collect();
    let mut units = 0;
    for day in days {
        let outcome = world.close(day);
        units += outcome.proofs.iter().map(|proof| proof.judgment.units).sum::<u64>();
        tell(&outcome, &kinds, &mut table);
    }
    (table, units)
}

/// Signs a device's proofs in order of capture, each at its own millisecond, with the time of arrival.
fn signed(
    world: &World,
    signer: &mut DeviceSigner,
    planned: Vec<Planned>,
) -> Vec<(u64, Envelope, Kind)> {
    let mut last_ms = 0;
    let mut sends = Vec::new();
    for proof in planned {
        let captured_at_ms = proof.captured_at_ms.max(last_ms + 1);
        last_ms = captured_at_ms;
        let epoch = world.clock.epoch_at(captured_at_ms).unwrap();
        let body = Body::Track(Track { fixes: proof.fixes });
        let envelope = signer.sign(&NETWORK, epoch, captured_at_ms, &body);
        let now_ms = match proof.kind {
            // Sent an hour before the time that it states.
            Kind::FutureProof => captured_at_ms - HOUR_MS,
            _ => captured_at_ms + 1_000,
        };
        if proof.kind == Kind::Copy {
            // The very bytes once more.
            sends.push((now_ms + 1, envelope.clone(), Kind::Copy));
        }
        // The first of two copies is no fault: it is a replay, and judged as one.
        let kind = if proof.kind == Kind::Copy { Kind::Replay } else { proof.kind };
        sends.push((now_ms, envelope, kind));
    }
    sends
}

/// Counts the fixes of judged proofs by reason.
fn tell(outcome: &Outcome, kinds: &BTreeMap<[u8; 32], (Kind, u64)>, table: &mut Table) {
    for proof in &outcome.proofs {
        let (kind, fixes) = kinds[&proof.id];
        let judgment = &proof.judgment;
        if judgment.factors.is_empty() {
            *table.entry((kind, judgment.reason)).or_default() += fixes;
            continue;
        }
        assert_eq!(count(judgment, "fixes"), fixes as i64);
        let passed = count(judgment, "passed") as u64;
        *table.entry((kind, Reason::Accepted)).or_default() += passed;
        for reason in Reason::ALL {
            let refused = count(judgment, reason.name()) as u64;
            if refused > 0 {
                *table.entry((kind, reason)).or_default() += refused;
            }
        }
    }
    table.retain(|_, count| *count > 0);
}

fn print(title: &str, table: &Table) {
    println!("{title}");
    for ((kind, reason), count) in table {
        println!("  {:<16} {:<20} {count:>6}", format!("{kind:?}"), reason.name());
    }
}

fn refused(table: &Table, kind: Kind) -> (u64, u64) {
    let of_kind = || table.iter().filter(move |((of, _), _)| *of == kind);
    let all = of_kind().map(|(_, count)| count).sum();
    let refused = of_kind().filter(|((_, reason), _)| !reason.is_accepted());
    (refused.map(|(_, count)| count).sum(), all)
}

#[test]
fn the_recording_passes_and_all_injected_faults_are_refused() {
    let (clean, clean_units) = run(None);
    print("recorded drives, untouched", &clean);
    let (lost, all) = refused(&clean, Kind::Untouched);
    assert_eq!(all, FIXES as u64);
    assert!(lost * 100 < all, "{lost} of {all} untouched fixes refused");

    let (faulty, faulty_units) = run(Some(22_000));
    print("recorded drives with faults", &faulty);
    for kind in [
        Kind::Teleport,
        Kind::FrozenMoving,
        Kind::FrozenLong,
        Kind::FutureFix,
        Kind::FutureProof,
        Kind::Copy,
        Kind::Replay,
        Kind::ReplayNextDay,
    ] {
        let (refused, all) = refused(&faulty, kind);
        println!("{kind:?}: {refused} of {all} refused");
        assert!(all > 0, "{kind:?} was injected");
        assert_eq!(refused, all, "{kind:?}");
    }
    // What is injected costs the honest fixes nothing.
    assert_eq!(refused(&faulty, Kind::Untouched), (lost, all));
    println!("minutes: {:.1} untouched, {:.1} with faults", mega(clean_units), mega(faulty_units));
    // But for rounding to millionths in each proof.
    assert!(clean_units.abs_diff(faulty_units) < 1_000);
}

/// How far a jump must go to be seen when times are to the minute: 3,040 m (50 m/s for a minute, and both
/// radii) from a fix of the same minute that passed.
#[test]
fn teleports_are_seen_beyond_what_the_rounded_times_hide() {
    for (metres, at_least) in [(500, 0), (2_000, 20), (3_100, 99), (10_000, 100)] {
        let (table, _) = run(Some(metres));
        let (refused_fixes, all) = refused(&table, Kind::Teleport);
        println!("teleport by {metres} m: {refused_fixes} of {all} refused");
        assert!(refused_fixes * 100 >= all * at_least);
        assert!(all > 300);
    }
}

fn mega(units: u64) -> f64 {
    units as f64 / 1e6
}
