//! The real recording in `testdata/` through check, gate and judge.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use cairn_device::Epochs;
use cairn_device::replay::{
    Fleet, FleetSettings, Frame, FrameReader, PlanSettings, Reception, Schedule, Source, plan,
};
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::{Envelope, Kind, Position};
use cairn_protocol::reason::Reason;
use cairn_verify::judgment::scaled;
use cairn_verify::{
    Category, Changed, DeviceRecord, EpochClock, EpochInput, Gate, Judgment, ONE, Policies, Policy,
    Registry, Seed, Seeds, State, judge,
};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const NETWORK: [u8; 32] = [4; 32];
const WINDOW_MS: u64 = 60_000;
const DAY_S: u64 = 86_400;

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(name)
}

fn policy() -> Policy {
    let text = std::fs::read_to_string(testdata("policy-lorawan.toml")).unwrap();
    let policy: Policy = toml::from_str(&text).unwrap();
    policy.validate().unwrap();
    policy
}

/// A seed for each minute. A device takes the newest that is final: 13 seconds after its block.
fn seed_of(window: u64) -> Seed {
    let from_ms = window * WINDOW_MS;
    let blockhash = sha256(&[b"block", &window.to_le_bytes()]);
    Seed::new(&NETWORK, from_ms, WINDOW_MS, window, from_ms / 1_000 + 1, blockhash)
}

fn window_at(at_ms: u64) -> u64 {
    (at_ms - 14_000) / WINDOW_MS
}

/// A proof of the recording, and what came of it.
struct Verdict {
    source: Source,
    device: usize,
    judgment: Judgment,
    /// All factors of its device in the epoch.
    factor_ppm: u64,
}

/// The recording as signed proofs that the gate has taken, by epoch.
struct Replay {
    frames: Vec<Frame>,
    fleet: Fleet,
    clock: EpochClock,
    by_epoch: BTreeMap<u64, Vec<Envelope>>,
    sources: HashMap<Hash, (Source, usize)>,
}

fn records(fleet: &Fleet, place: impl Fn(Position) -> Position) -> Registry {
    Registry::new(fleet.devices().iter().map(|device| {
        let key = device.signer.key();
        let address: [u8; 32] = key.to_registry_bytes()[..32].try_into().unwrap();
        let operator = sha256(&[b"operator", &(device.operator as u64).to_le_bytes()]);
        DeviceRecord {
            position: Changed::always(device.position.map(&place)),
            ..DeviceRecord::new(address, key, 0, Category::Wireless, operator)
        }
    }))
}

/// The recording in its own time: nothing is compressed, so that speeds, lags and the age of seeds
/// are the real ones. It spans 615 days, and testers were out on 56 of them; an epoch of a day is
/// judged where there are proofs, with the seeds of the minutes in which somebody sent (the
/// other 880,000 would never be asked for).
fn replay() -> &'static Replay {
    static REPLAY: OnceLock<Replay> = OnceLock::new();
    REPLAY.get_or_init(|| {
        let frames: Vec<Frame> = FrameReader::open(&testdata("lorawan-frames.ndjson.gz"))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let sent = frames.iter().map(|frame| frame.reported_at_ms);
        let heard = frames.iter().flat_map(|it| &it.receptions).map(|it| it.reported_at_ms);
        let first_ms = sent.clone().min().unwrap();
        let last_ms = sent.chain(heard).max().unwrap();
        let schedule = Schedule { start_ms: first_ms, span_ms: last_ms - first_ms };
        let genesis_s = first_ms / 1_000 / DAY_S * DAY_S;
        let settings = PlanSettings::new(NETWORK, schedule, Epochs::new(genesis_s, DAY_S).unwrap());
        let mut fleet = Fleet::new(&frames, &FleetSettings::new([7; 32]));
        let seed_at = |at_ms: u64| seed_of(window_at(at_ms)).seed;
        let planned: Vec<_> =
            plan(&frames, &mut fleet, &settings, Box::new(seed_at)).unwrap().collect();
        for proof in &planned {
            if let Source::Frame(at) = proof.source {
                assert_eq!(proof.send_at_ms, frames[at].reported_at_ms, "time is as recorded");
            }
        }

        let clock = EpochClock::new(genesis_s, DAY_S).unwrap();
        let mut gate = Gate::new(Policies::constant(policy()), clock);
        let registry = records(&fleet, |place| place);
        let mut by_epoch: BTreeMap<u64, Vec<Envelope>> = BTreeMap::new();
        let mut sources = HashMap::new();
        for proof in planned {
            let bytes = proof.envelope.encode();
            let verdict = gate.admit_bytes(proof.send_at_ms + 800, &NETWORK, &registry, &bytes);
            assert_eq!(verdict.reason, Reason::Accepted);
            sources.insert(proof.envelope.id(&NETWORK), (proof.source, proof.device));
            by_epoch.entry(proof.envelope.epoch).or_default().push(proof.envelope);
        }
        assert_eq!(by_epoch.len(), 56);
        Replay { frames, fleet, clock, by_epoch, sources }
    })
}

impl Replay {
    fn judge(&self, policy: &Policy, place: impl Fn(Position) -> Position) -> Vec<Verdict> {
        let registry = records(&self.fleet, place);
        let (mut state, mut verdicts) = (State::default(), Vec::new());
        for (epoch, envelopes) in &self.by_epoch {
            let sent = envelopes.iter().filter(|envelope| envelope.kind == Kind::Beacon as u8);
            let seeds = Seeds::new(sent.map(|it| seed_of(window_at(it.captured_at_ms))));
            let input = EpochInput {
                network: NETWORK,
                epoch: *epoch,
                starts_at_ms: self.clock.starts_at_ms(*epoch),
                ends_at_ms: self.clock.ends_at_ms(*epoch),
                registry: &registry,
                seeds: &seeds,
                escrows: &BTreeMap::new(),
                policy,
            };
            let outcome = judge(&input, &mut state, envelopes.iter().cloned());
            for judged in outcome.proofs {
                let (source, device) = self.sources[&judged.id];
                let factors = &outcome.factors[&judged.device];
                let factor_ppm = factors.iter().fold(ONE, |all, it| scaled(all, it.ppm));
                verdicts.push(Verdict { source, device, judgment: judged.judgment, factor_ppm });
            }
            // A device that was heard takes 40 bytes, one that was caught 48.
            assert!(borsh::to_vec(&state).unwrap().len() < 20_000, "the state stays small");
        }
        verdicts
    }

    /// Position, strength in dBm and the like of a line's reception, as recorded.
    fn heard(&self, line: u64, reception: usize) -> (&Frame, &Reception) {
        let frame = &self.frames[usize::try_from(line).unwrap() - 1];
        assert_eq!(frame.line, line);
        (frame, &frame.receptions[reception])
    }
}

/// What a rule said about a line of the recording: its frame, or a reception of it.
fn reason_of(verdicts: &[Verdict], line: u64, reception: Option<usize>) -> Reason {
    let frame = usize::try_from(line).unwrap() - 1;
    let source = match reception {
        None => Source::Frame(frame),
        Some(reception) => Source::Reception { frame, reception },
    };
    verdicts.iter().find(|it| it.source == source).unwrap().judgment.reason
}

fn table(verdicts: &[Verdict]) -> BTreeMap<(&'static str, Reason), usize> {
    verdicts.iter().fold(BTreeMap::new(), |mut table, verdict| {
        let kind = match verdict.source {
            Source::Frame(_) => "beacon",
            Source::Reception { .. } => "witness",
        };
        *table.entry((kind, verdict.judgment.reason)).or_default() += 1;
        table
    })
}

fn print(title: &str, table: &BTreeMap<(&'static str, Reason), usize>) {
    println!("{title}");
    for ((kind, reason), count) in table {
        println!("  {kind:8} {:22} {count:6}", reason.name());
    }
}

/// Kilometres along the ground of a sphere, in floating point: not the code that is under test.
fn kilometres(a: Position, b: Position) -> f64 {
    let radians = |e7: i32| (f64::from(e7) / 1e7).to_radians();
    let (lat, long) = (
        radians(b.latitude_e7) - radians(a.latitude_e7),
        radians(b.longitude_e7) - radians(a.longitude_e7),
    );
    let half = (lat / 2.0).sin().powi(2)
        + radians(a.latitude_e7).cos() * radians(b.latitude_e7).cos() * (long / 2.0).sin().powi(2);
    2.0 * 6_371.0 * half.sqrt().asin()
}

#[test]
fn the_recording_by_reason() {
    let verdicts = replay().judge(&policy(), |place| place);
    let table = table(&verdicts);
    print("testdata/policy-lorawan.toml:", &table);
    let expected = [
        (("beacon", Reason::Accepted), 9_550),
        // 7,404 of 16,954 frames have no fix: where they were sent, nobody knows.
        (("beacon", Reason::LocationUnknown), 7_404),
        (("witness", Reason::Accepted), 9_377),
        (("witness", Reason::TooFar), 276),
        // Receptions of the frames without a fix.
        (("witness", Reason::BeaconRefused), 7_420),
        (("witness", Reason::FrequencyMismatch), 1),
        (("witness", Reason::WitnessNotChosen), 1),
    ];
    assert_eq!(table, BTreeMap::from(expected));
    // Of what can be judged at all, 2.9 % is refused, by the three reasons that the next test looks
    // at; all of it rightly.
    let judgeable = 9_377 + 276 + 1 + 1;
    assert_eq!(judgeable, 9_655, "receptions of a frame with a fix, as in testdata/README.md");

    // Hotspots of one blurred cell share it; the testers, who stand in none, do not.
    let clipped = verdicts.iter().filter(|it| it.factor_ppm < ONE).count();
    println!("  proofs of devices in crowded cells: {clipped}");
    assert!(verdicts.iter().all(|it| it.device >= 3 || it.factor_ppm == ONE));
    // Most frames have one witness: it gets a whole unit, and the sender a quarter.
    let whole = verdicts.iter().filter(|it| it.judgment.units == ONE).count();
    assert!(whole > 9_000, "{whole}");
}

/// A dozen refusals by hand, from the raw lines (`zcat lorawan-frames.ndjson.gz | sed -n LINEp`).
#[test]
fn a_dozen_refusals_by_hand() {
    let replay = replay();
    let verdicts = replay.judge(&policy(), |place| place);

    // 1 to 4. Lines 179, 188, 203 and 207: hotspot 14SNVmQE… received frames from around 45.19° N,
    // 5.76° E (Grenoble) at −73, −70, −70 and −70 dBm with 7 to 11 dB of SNR. It says that it stands at
    // −89.9973°, −179.9945°: a few hundred metres from the South Pole, what a hotspot shows that
    // never asserted a location. Grenoble to the pole is 45.19 + 90 = 135.2°, 15,033 km along the
    // ground, 11,756 km straight through; even less 1.22 km that is over 100 km. At 868 MHz free space
    // alone would take 20·log10(11,756) + 20·log10(868) + 32.4 = 172.6 dB of the 16 dBm.
    // Right: it hears well, but not from there. All 276 refusals are of this one hotspot, each of its
    // 3,028 receptions with that position.
    for (line, rssi_cdbm) in [(179, -7_300), (188, -7_000), (203, -7_000), (207, -7_000)] {
        let (frame, heard) = replay.heard(line, 0);
        assert!(heard.hotspot.starts_with("14SNVmQE"));
        assert_eq!(heard.rssi_cdbm, rssi_cdbm);
        let (from, to) = (frame.fix.unwrap(), heard.position.unwrap());
        assert!((15_000.0..15_060.0).contains(&kilometres(from, to)));
        assert_eq!(reason_of(&verdicts, line, Some(0)), Reason::TooFar);
    }
    for verdict in verdicts.iter().filter(|it| it.judgment.reason == Reason::TooFar) {
        assert!(replay.fleet.devices()[verdict.device].id.starts_with("14SNVmQE"));
    }

    // 5. Line 3411: ten hotspots in Paris received one frame, nine of them at 868.3 MHz (channel 1)
    // and 112PB3pQ… at 867.3 MHz (channel 4), −125 dBm, SNR −9.5 dB. A LoRa frame of 125 kHz is on
    // one channel; 1 MHz is forty times the tolerance of 25 kHz. It may have caught an image in its
    // second radio, but what it reports is not the frequency that was sent. Right.
    let (frame, other) = replay.heard(3_411, 9);
    assert!(frame.receptions[..9].iter().all(|it| it.frequency_hz == 868_300_000));
    assert_eq!((other.frequency_hz, other.rssi_cdbm), (867_300_000, -12_500));
    assert_eq!(reason_of(&verdicts, 3_411, Some(9)), Reason::FrequencyMismatch);
    assert_eq!(reason_of(&verdicts, 3_411, Some(8)), Reason::Accepted);

    // 6. Line 12631: the only other frame on two channels, 868.1 and 868.5 MHz. It has no fix, so that
    // both are refused with their beacon before frequencies are looked at. Right, if less telling.
    let (frame, _) = replay.heard(12_631, 1);
    assert_eq!(frame.receptions.len(), 2);
    assert_eq!(reason_of(&verdicts, 12_631, None), Reason::LocationUnknown);
    assert_eq!(reason_of(&verdicts, 12_631, Some(0)), Reason::BeaconRefused);

    // 7. Line 3355: 15 hotspots in Paris, the most of any frame. Fourteen count. The one left out is
    // 112BpgPT…, ninth in time (32 ms after the first) and in the middle by strength (−126 dBm, of −136
    // to −95): neither the last nor the weakest, but by the hash of seed, sender and witness. Right.
    let refused: Vec<usize> = (0..15)
        .filter(|at| reason_of(&verdicts, 3_355, Some(*at)) == Reason::WitnessNotChosen)
        .collect();
    assert_eq!(replay.heard(3_355, 0).0.receptions.len(), 15);
    assert_eq!(refused, [8]);
    assert!(replay.heard(3_355, 8).1.hotspot.starts_with("112BpgPT"));

    // 8. The first frame without a fix: its tester had no satellites, so no distance can be judged, and
    // a tester has no asserted location to fall back on. Right: without a place a witness shows no
    // coverage.
    let blind = replay.frames.iter().find(|frame| frame.fix.is_none()).unwrap();
    assert_eq!(reason_of(&verdicts, blind.line, None), Reason::LocationUnknown);
    assert_eq!(reason_of(&verdicts, blind.line, Some(0)), Reason::BeaconRefused);

    // 9 to 11, with a speed limit of 70 m/s, what cars and trains do. Tester 0018B20000020CAC was at
    // 50.040° N, 8.575° E (Frankfurt airport) at 12:42:53 on 18 November 2022 (line 16194), and at
    // 69.678° N, 18.913° E (Tromsø) at 18:28:38 (line 16240): 2,251 km in 20,745 s, 108.5 m/s. Until
    // 21:34 (line 16259) the mean since Frankfurt is above the limit, and 20 frames are refused.
    // Wrong: it took a plane. So this network's policy says 300 m/s, and none is refused.
    let mut slow = policy();
    slow.wireless.mobile_max_speed_m_per_s = 70;
    let grounded = replay.judge(&slow, |place| place);
    let (before, _) = replay.heard(16_194, 0);
    for line in [16_240, 16_250, 16_259] {
        let (frame, _) = replay.heard(line, 0);
        let metres = kilometres(before.fix.unwrap(), frame.fix.unwrap()) * 1_000.0;
        let seconds = (frame.reported_at_ms - before.reported_at_ms) as f64 / 1_000.0;
        assert!((70.0..110.0).contains(&(metres / seconds)), "{}", metres / seconds);
        assert_eq!(reason_of(&grounded, line, None), Reason::SenderTooFast);
        assert_eq!(reason_of(&verdicts, line, None), Reason::Accepted);
    }
    let of_grounded = table(&grounded);
    assert_eq!(of_grounded[&("beacon", Reason::SenderTooFast)], 20);

    // 12 to 14, as if positions were exact (tolerance 0). Lines 1 and 4: tester and hotspot are in the
    // same blurred cell, 45.1950° N, 5.7184° E, at a distance of 0 m, and the signals are −109 and
    // −100 dBm at SNR −20 and −6.5 dB. At 300 m free space would give 16 − 80.8 = −65 dBm. So weak a
    // signal is either behind much concrete or, likelier, up to 1.7 km away, the diagonal of the cell.
    // Line 3710: 611 m north to south in the 0.161 s since line 3711, and a second of clock
    // tolerance: 526 m/s, by a step from one blurred cell to the next. All three wrong: the tolerance is needed.
    let mut exact = policy();
    exact.wireless.position_tolerance_m = 0;
    let strict = replay.judge(&exact, |place| place);
    let of_strict = table(&strict);
    print("the same without a tolerance of positions:", &of_strict);
    for (line, rssi_cdbm) in [(1, -10_900), (4, -10_000)] {
        let (frame, heard) = replay.heard(line, 0);
        assert_eq!((frame.fix, heard.rssi_cdbm), (heard.position, rssi_cdbm));
        assert_eq!(reason_of(&strict, line, Some(0)), Reason::TooNear);
        assert_eq!(reason_of(&verdicts, line, Some(0)), Reason::Accepted);
    }
    assert_eq!(reason_of(&strict, 3_710, None), Reason::SenderTooFast);
    assert_eq!(of_strict[&("witness", Reason::TooNear)], 453);
}

/// The hotspots say that they stand elsewhere: all so far to the south. What the rules make of real
/// signals then, of those 9,377 that count at their true places. Beyond radio's reach all is refused.
/// Within it little is: real signals in towns are 30 to 50 dB below free space, so that the bound is
/// never wrong and seldom sharp. What stops a teleport in reach are fixes (`PositionContradicted`,
/// `NotAtLocation`), the penalty for moving, and who else hears the device at its place.
#[test]
fn teleported_hotspots() {
    let replay = replay();
    for (kilometres, at_least) in [(10, 11), (30, 35), (60, 62), (95, 133), (150, 9_377)] {
        let verdicts = replay.judge(&policy(), |place| Position {
            latitude_e7: place.latitude_e7 - kilometres * 1_000 * 90, // 90e-7° are 1.0 m
            ..place
        });
        let table = table(&verdicts);
        let count = |reason| table.get(&("witness", reason)).copied().unwrap_or(0);
        let strong = count(Reason::SignalTooStrong);
        let far = count(Reason::TooFar) - 276;
        println!("teleported by {kilometres} km: {strong} too strong, {far} too far, of 9377");
        assert!(strong + far >= at_least, "{}", strong + far);
    }
}

/// With the default policy, which is for hotspots that send and know where they are, nothing of this
/// network counts: its senders have no location. A founder must choose.
#[test]
fn the_default_policy_is_not_for_this_network() {
    let verdicts = replay().judge(&Policy::default(), |place| place);
    let table = table(&verdicts);
    let reasons: Vec<_> = table.keys().copied().collect();
    assert_eq!(reasons, [("beacon", Reason::LocationUnknown), ("witness", Reason::BeaconRefused)]);
}
