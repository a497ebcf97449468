//! The replay of the recording in `testdata/`, and what it refuses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use cairn_device::replay::fleet::FIELD_TESTERS;
use cairn_device::replay::{
    Fleet, FleetSettings, Frame, FrameReader, PlanError, PlanSettings, PlannedProof, ReadError,
    Role, Schedule, SeedAt, Source, frame_hash, plan,
};
use cairn_device::{Epochs, is_signed};
use cairn_protocol::hash::sha256;
use cairn_protocol::proof::{Body, Position};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const FRAMES: usize = 16_954;
const RECEPTIONS: usize = 17_075;
const NETWORK: [u8; 32] = [4; 32];
const GENESIS_S: u64 = 1_795_350_000;
const SCHEDULE: Schedule = Schedule { start_ms: 1_795_350_005_250, span_ms: 180_000 };

fn recording() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/lorawan-frames.ndjson.gz")
}

fn frames() -> &'static [Frame] {
    static FRAMES: OnceLock<Vec<Frame>> = OnceLock::new();
    FRAMES.get_or_init(|| FrameReader::open(&recording()).unwrap().map(Result::unwrap).collect())
}

fn settings() -> PlanSettings {
    PlanSettings::new(NETWORK, SCHEDULE, Epochs::new(GENESIS_S, 60).unwrap())
}

fn planned(fleet: &mut Fleet) -> Vec<PlannedProof> {
    plan(frames(), fleet, &settings(), seeds()).unwrap().collect()
}

/// A seed of its own for each window of a minute.
fn seed_at(at_ms: u64) -> [u8; 32] {
    sha256(&[b"seed", &(at_ms / 60_000).to_le_bytes()])
}

fn seeds() -> SeedAt<'static> {
    Box::new(seed_at)
}

fn fleet(hotspots_per_operator: usize) -> Fleet {
    let hotspots_per_operator = NonZeroUsize::new(hotspots_per_operator).unwrap();
    Fleet::new(frames(), &FleetSettings { seed: [7; 32], hotspots_per_operator })
}

#[test]
fn the_recording_is_read_whole() {
    let frames = frames();
    assert_eq!(frames.len(), FRAMES);
    let receptions: Vec<_> = frames.iter().flat_map(|frame| &frame.receptions).collect();
    assert_eq!(receptions.len(), RECEPTIONS);
    let hotspots: HashSet<_> = receptions.iter().map(|reception| &reception.hotspot).collect();
    assert_eq!(hotspots.len(), 348);
    let testers: HashSet<_> = frames.iter().map(|frame| &frame.dev_eui).collect();
    assert_eq!(testers.len(), 3);
    let with_fix = frames.iter().filter(|frame| frame.fix.is_some());
    assert_eq!(with_fix.map(|frame| frame.receptions.len()).sum::<usize>(), 9_655);
    assert!(frames.iter().zip(1..).all(|(frame, line)| frame.line == line));

    let first = &frames[0];
    assert_eq!(
        (first.dev_eui.as_str(), first.devaddr, first.fcnt),
        ("0018B20000020CBC", 0xD201_0048, 1)
    );
    assert_eq!((first.port, first.payload_size, first.reported_at_ms), (1, 15, 1_630_589_706_147));
    let place = Position { latitude_e7: 451_950_073, longitude_e7: 57_183_838 };
    assert_eq!(first.fix, Some(place));
    let heard = &first.receptions[0];
    assert_eq!(heard.hotspot, "111KEcyjmMxhvUK85fP3dTCNLvfzNqmjVaTVMejhQQyEdSHVbU2");
    assert_eq!((heard.rssi_cdbm, heard.snr_cdb), (-10_900, -2_000));
    assert_eq!((heard.spreading_factor, heard.bandwidth_hz), (11, 125_000));
    assert_eq!((heard.frequency_hz, heard.position), (867_900_000, Some(place)));
    assert_eq!(frames[1].receptions[0].snr_cdb, -1_980, "-19.799999237060547 dB");
}

#[test]
fn frequencies_are_the_eight_channels_of_eu868() {
    let receptions = frames().iter().flat_map(|frame| &frame.receptions);
    let channels: HashSet<_> = receptions.map(|reception| reception.frequency_hz).collect();
    let expected = [8_671, 8_673, 8_675, 8_677, 8_679, 8_681, 8_683, 8_685];
    assert_eq!(channels, expected.map(|channel| channel * 100_000).into_iter().collect());
}

#[test]
fn every_line_is_a_frame_of_its_own() {
    let hashes: HashSet<_> = frames().iter().map(frame_hash).collect();
    assert_eq!(hashes.len(), FRAMES);
}

#[test]
fn a_fleet_has_a_device_for_each_id_and_an_operator_for_each_group() {
    for (group, operators) in [(1, 349), (10, 36), (348, 2), (1_000, 2)] {
        let fleet = fleet(group);
        assert_eq!(fleet.devices().len(), 351);
        assert_eq!(fleet.operators().len(), operators, "{group} hotspots to an operator");
        let testers = &fleet.operators()[0];
        assert_eq!(
            (testers.id.as_str(), testers.devices.as_slice()),
            (FIELD_TESTERS, &[0, 1, 2][..])
        );
        for (index, operator) in fleet.operators().iter().enumerate() {
            assert!(!operator.devices.is_empty() && operator.devices.len() <= group.max(3));
            for device in &operator.devices {
                assert_eq!(fleet.devices()[*device].operator, index);
            }
        }
        let wallets: HashSet<_> =
            fleet.operators().iter().map(|one| one.secret.address()).collect();
        assert_eq!(wallets.len(), operators);
    }
    let fleet = fleet(10);
    let devices = fleet.devices();
    assert_eq!(devices.iter().map(|device| device.signer.key()).collect::<HashSet<_>>().len(), 351);
    assert_eq!(devices.iter().map(|device| device.serial).collect::<HashSet<_>>().len(), 351);
    for (index, device) in devices.iter().enumerate() {
        assert_eq!(fleet.index_of(&device.id), Some(index));
        assert_eq!(device.role == Role::Tester, index < 3);
        assert_eq!(device.position.is_some(), device.role == Role::Hotspot);
        assert!(device.id.as_bytes().ends_with(&device.serial));
    }
    assert_eq!(&devices[0].serial, b"0018B20000020CBC");
}

#[test]
fn the_same_seed_gives_the_same_fleet_and_another_seed_another() {
    let keys = |seed| {
        let fleet = Fleet::new(&frames()[..100], &FleetSettings::new(seed));
        let operators: Vec<_> = fleet.operators().iter().map(|one| one.secret.to_bytes()).collect();
        (fleet.devices().iter().map(|device| device.signer.key()).collect::<Vec<_>>(), operators)
    };
    assert_eq!(keys([1; 32]), keys([1; 32]));
    let (one, other) = (keys([1; 32]), keys([2; 32]));
    assert!(one.0.iter().all(|key| !other.0.contains(key)));
    assert!(one.1.iter().all(|secret| !other.1.contains(secret)));
}

#[test]
fn every_frame_and_reception_becomes_one_signed_proof() {
    let mut fleet = fleet(10);
    let proofs = planned(&mut fleet);
    assert_eq!(proofs.len(), FRAMES + RECEPTIONS);
    let sources: HashSet<_> = proofs.iter().map(|proof| proof.source).collect();
    assert_eq!(sources.len(), proofs.len());

    let mut chains: HashMap<usize, [u8; 32]> = HashMap::new();
    let mut sequences: HashMap<(usize, u8), u64> = HashMap::new();
    let mut beacons = HashMap::new();
    for proof in &proofs {
        let envelope = &proof.envelope;
        let device = &fleet.devices()[proof.device];
        assert!(is_signed(envelope, &NETWORK));
        assert_eq!(envelope.device, device.signer.key());
        assert_eq!(envelope.captured_at_ms, proof.send_at_ms);
        assert_eq!(envelope.epoch, (proof.send_at_ms / 1_000 - GENESIS_S) / 60);
        let previous = chains.insert(proof.device, envelope.id(&NETWORK)).unwrap_or_default();
        assert_eq!(envelope.previous, previous);
        let sequence = sequences.entry((proof.device, envelope.kind)).or_default();
        *sequence += 1;
        assert_eq!(envelope.sequence, *sequence);

        match (proof.source, envelope.decode_body().unwrap().unwrap()) {
            (Source::Frame(index), Body::Beacon(beacon)) => {
                let frame = &frames()[index];
                assert_eq!(device.id, frame.dev_eui);
                assert_eq!(beacon.entropy, frame_hash(frame));
                assert_eq!(envelope.challenge, seed_at(proof.send_at_ms));
                assert_eq!(beacon.position, frame.fix);
                assert_eq!(beacon.eirp_cdbm, 1_600);
                assert_eq!(beacon.frequency_hz, frame.receptions[0].frequency_hz);
                assert!((10..=12).contains(&beacon.spreading_factor));
                assert_eq!(beacon.bandwidth_hz, 125_000);
                let payload = beacon.payload(&NETWORK, &envelope.challenge, &envelope.device);
                beacons.insert(index, (proof.send_at_ms, payload));
            }
            (Source::Reception { frame: index, reception }, Body::Witness(witness)) => {
                let frame = &frames()[index];
                let reception = &frame.receptions[reception];
                assert_eq!(device.id, reception.hotspot);
                assert_eq!(envelope.challenge, [0; 32]);
                assert_eq!(witness.rssi_cdbm, reception.rssi_cdbm);
                assert_eq!(witness.snr_cdb, reception.snr_cdb);
                assert_eq!(witness.frequency_hz, reception.frequency_hz);
                let (sent_at_ms, payload) = beacons.get(&index).expect("its beacon comes first");
                assert!(proof.send_at_ms >= *sent_at_ms);
                assert_eq!(witness.payload, *payload);
            }
            (source, body) => panic!("{source:?} became {body:?}"),
        }
    }
    let epochs: BTreeMap<_, usize> = proofs.iter().fold(BTreeMap::new(), |mut counts, proof| {
        *counts.entry(proof.envelope.epoch).or_default() += 1;
        counts
    });
    assert!(epochs.len() >= 3, "proofs by epoch: {epochs:?}");
}

#[test]
fn order_and_spacing_are_those_of_the_recording() {
    let proofs = planned(&mut fleet(1));
    assert!(proofs.is_sorted_by_key(|proof| proof.send_at_ms));
    assert_eq!(proofs.first().unwrap().send_at_ms, SCHEDULE.start_ms);
    assert_eq!(proofs.last().unwrap().send_at_ms, SCHEDULE.start_ms + SCHEDULE.span_ms);
    let recorded = |proof: &PlannedProof| match proof.source {
        Source::Frame(index) => frames()[index].reported_at_ms,
        Source::Reception { frame, reception } => {
            let frame = &frames()[frame];
            frame.receptions[reception].reported_at_ms.max(frame.reported_at_ms)
        }
    };
    assert!(proofs.is_sorted_by_key(recorded));
    let (first, last) = (recorded(&proofs[0]), recorded(proofs.last().unwrap()));
    for proof in &proofs {
        // Exact to the millisecond below.
        let exact = u128::from(recorded(proof) - first) * u128::from(SCHEDULE.span_ms);
        let sent = u128::from(proof.send_at_ms - SCHEDULE.start_ms) * u128::from(last - first);
        assert!(sent <= exact && exact < sent + u128::from(last - first));
    }
}

#[test]
fn a_plan_knows_its_length_and_signs_as_it_goes() {
    let mut fleet = fleet(1);
    let mut proofs = plan(frames(), &mut fleet, &settings(), seeds()).unwrap();
    assert_eq!(proofs.len(), FRAMES + RECEPTIONS);
    let first = proofs.next().unwrap();
    assert_eq!(proofs.len(), FRAMES + RECEPTIONS - 1);
    drop(proofs);
    // A second plan goes on where the first was left.
    let again = plan(frames(), &mut fleet, &settings(), seeds()).unwrap().next().unwrap();
    assert_eq!((first.source, again.source), (Source::Frame(0), Source::Frame(0)));
    assert_eq!((first.envelope.sequence, again.envelope.sequence), (1, 2));
    assert_eq!(again.envelope.previous, first.envelope.id(&NETWORK));
}

#[test]
fn a_plan_that_cannot_work_is_refused() {
    let mut everyone = fleet(1);
    let early = Schedule { start_ms: GENESIS_S * 1_000 - 1, span_ms: 1 };
    let refused =
        plan(frames(), &mut everyone, &PlanSettings { schedule: early, ..settings() }, seeds())
            .err();
    assert!(matches!(refused, Some(PlanError::BeforeGenesis { .. })));
    let refused = plan(&[], &mut everyone, &settings(), seeds()).err();
    assert!(matches!(refused, Some(PlanError::NoFrames)));
    let mut few = Fleet::new(&frames()[..1], &FleetSettings::new([7; 32]));
    let refused = plan(frames(), &mut few, &settings(), seeds()).err();
    assert!(matches!(refused, Some(PlanError::DeviceNotInFleet { line: 4, .. })), "{refused:?}");
}

proptest! {
    #[test]
    fn a_schedule_keeps_order_and_bounds(
        first in any::<u64>(),
        length in any::<u64>(),
        start_ms in 0..u64::MAX / 2,
        span_ms in 0..u64::MAX / 2,
        times in prop::array::uniform2(any::<u64>()),
    ) {
        let last = first.saturating_add(length);
        let schedule = Schedule { start_ms, span_ms };
        let [a, b] = times.map(|time| schedule.map(first, last, time));
        prop_assert_eq!(times[0] < times[1] && a > b, false);
        prop_assert!((start_ms..=start_ms + span_ms).contains(&a));
        prop_assert_eq!(schedule.map(first, last, first), start_ms);
        let end = if last > first { start_ms + span_ms } else { start_ms };
        prop_assert_eq!(schedule.map(first, last, last), end);
    }

    #[test]
    fn any_bytes_are_frames_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let read: Vec<_> = FrameReader::new(bytes.as_slice()).collect();
        prop_assert!(read.iter().rev().skip(1).all(Result::is_ok), "it ends at the first error");
    }
}

/// The first two lines of a recording, as text.
const LINE: &str = r#"{"dev_eui":"0018B20000020CBC","devaddr":"D2010048","fcnt":1,"port":1,"payload_size":15,"reported_at":1630589706147,"decoded":{"payload":{"latitude":45.1,"longitude":5.7}},"hotspots":[{"id":"111KEcyjmMxhvUK85fP3dTCNLvfzNqmjVaTVMejhQQyEdSHVbU2","lat":45.1,"long":5.7,"rssi":-109,"snr":-20,"frequency":867.9,"spreading":"SF11BW125","reported_at":1630589706147}]}"#;

fn read_second(line: &str) -> ReadError {
    let text = format!("{LINE}\n{line}\n{LINE}\n");
    let mut read = FrameReader::new(text.as_bytes());
    assert!(read.next().unwrap().is_ok());
    let error = read.next().unwrap().unwrap_err();
    assert!(read.next().is_none(), "nothing follows an error");
    error
}

#[test]
fn a_broken_line_is_named() {
    for (from, to, says) in [
        (r#""fcnt":1,"#, "", "line 2: not a frame: missing field `fcnt`"),
        (r#""fcnt":1"#, r#""fcnt":-1"#, "line 2: not a frame: invalid value"),
        ("}]}", "}]", "line 2: not a frame: EOF"),
        ("D2010048", "D201004", "line 2: devaddr is D201004, expected 8 hex digits"),
        ("D2010048", "+2010048", "line 2: devaddr"),
        ("0018B2", "0018X2", "line 2: dev_eui is 0018X20000020CBC"),
        ("SF11BW125", "11", "line 2: hotspots.spreading is 11"),
        ("SF11BW125", "SF13BW125", "line 2: hotspots.spreading"),
        ("SF11BW125", "SF11BW", "line 2: hotspots.spreading"),
        ("SF11BW125", "SF11BW0", "line 2: hotspots.spreading"),
        ("-109", "-201", "line 2: hotspots.rssi is -201, expected -200 to 30 dBm"),
        (r#""snr":-20"#, r#""snr":1e300"#, "line 2: hotspots.snr"),
        ("867.9", "0.5", "line 2: hotspots.frequency is 0.5"),
        (r#""latitude":45.1"#, r#""latitude":90.5"#, "line 2: position is 90.5, 5.7"),
        (r#""latitude":45.1"#, r#""latitude":null"#, "line 2: position is half"),
        ("111KEcyj", "0OIl", "line 2: hotspots.id"),
        (LINE, "", "line 2: not a frame: EOF"),
        (LINE, "[]", "line 2: not a frame"),
    ] {
        let broken = LINE.replace(from, to);
        assert_ne!(broken, LINE);
        let said = read_second(&broken).to_string();
        assert!(said.starts_with(says), "{from} → {to}: {said}");
    }
    let nobody = format!("{}]}}", LINE.split_once("{\"id\"").unwrap().0);
    let said = read_second(&nobody).to_string();
    assert!(said.starts_with("line 2: hotspots is empty"), "{said}");
    let endless = LINE.replace("{\"dev_eui\"", &format!("{}{{\"dev_eui\"", " ".repeat(1 << 20)));
    assert!(matches!(read_second(&endless), ReadError::LineTooLong { line: 2 }));
}

#[test]
fn a_frame_may_lack_its_fix_and_its_hotspots_their_place() {
    for (from, to) in [
        (r#"{"latitude":45.1,"longitude":5.7}"#, "null"),
        (r#"{"latitude":45.1,"longitude":5.7}"#, "{}"),
        (r#"{"latitude":45.1,"longitude":5.7}"#, r#"{"latitude":null,"longitude":null}"#),
        (r#"{"payload":{"latitude":45.1,"longitude":5.7}}"#, "null"),
    ] {
        let text = LINE.replace(from, to).replace(r#""lat":45.1,"long":5.7,"#, "");
        let frame = FrameReader::new(text.as_bytes()).next().unwrap().unwrap();
        assert_eq!((frame.fix, frame.receptions[0].position), (None, None));
    }
}

#[test]
fn a_file_may_be_plain_or_gzipped_but_not_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recording");
    let missing = FrameReader::open(&path).err().unwrap().to_string();
    assert!(missing.starts_with("cannot open") && missing.contains("recording"), "{missing}");

    std::fs::write(&path, format!("{LINE}\n{LINE}")).unwrap();
    assert_eq!(FrameReader::open(&path).unwrap().map(Result::unwrap).count(), 2);
    std::fs::write(&path, "").unwrap();
    assert_eq!(FrameReader::open(&path).unwrap().count(), 0);

    let whole = std::fs::read(recording()).unwrap();
    let mut file = std::fs::File::create(&path).unwrap();
    file.write_all(&whole[..whole.len() / 2]).unwrap();
    drop(file);
    let read: Vec<_> = FrameReader::open(&path).unwrap().collect();
    assert!(read.len() > 1_000);
    assert!(
        matches!(read.last(), Some(Err(ReadError::Io { line, .. })) if *line == read.len() as u64)
    );
}
