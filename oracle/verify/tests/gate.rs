//! Every rule of the judge, through the public surface, with real keys and signatures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use cairn_protocol::proof::{
    Beacon, Body, DeviceKey, Envelope, MAX_PROOF_BYTES, Position, VERSION, Witness,
};
use cairn_protocol::reason::Reason;
use cairn_verify::{Category, Changed, DeviceRecord, EpochClock, Judge, Policy, Registry, check};
use ed25519_dalek::{Signer, SigningKey};
use proptest::prelude::*;

const NETWORK: [u8; 32] = [9; 32];
const GENESIS_S: u64 = 1_700_000_000;
const EPOCH_S: u64 = 600;
const NOW_MS: u64 = (GENESIS_S + 5 * EPOCH_S + 300) * 1_000;
const EPOCH: u64 = 5;
const GRENOBLE: Position = Position { latitude_e7: 451_950_073, longitude_e7: 57_183_837 };
/// About 7.8 km east of it.
const NEAR: Position = Position { latitude_e7: 451_950_073, longitude_e7: 58_183_837 };

struct World {
    judge: Judge,
    registry: Registry,
    sender: SigningKey,
    witness: SigningKey,
}

fn key(signer: &SigningKey) -> DeviceKey {
    DeviceKey::Ed25519(signer.verifying_key().to_bytes())
}

fn record(key: DeviceKey, position: Option<Position>) -> DeviceRecord {
    let DeviceKey::Ed25519(address) = key else { panic!("an Ed25519 key") };
    DeviceRecord {
        position: Changed::always(position),
        ..DeviceRecord::new(address, key, 0, Category::Wireless, [1; 32])
    }
}

fn world() -> World {
    let (sender, witness) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
    let registry = Registry::new([record(key(&sender), None), record(key(&witness), Some(NEAR))]);
    let policy = Policy { max_age_ms: 3_600_000, grace_ms: 30_000, ..Policy::default() };
    let clock = EpochClock::new(GENESIS_S, EPOCH_S).unwrap();
    World { judge: Judge::new(policy, clock), registry, sender, witness }
}

fn beacon(payload: u8) -> Beacon {
    Beacon {
        payload_hash: [payload; 32],
        position: Some(GRENOBLE),
        frequency_hz: 868_100_000,
        eirp_cdbm: 1_600,
        spreading_factor: 12,
    }
}

fn heard(payload: u8) -> Witness {
    Witness {
        payload_hash: [payload; 32],
        rssi_cdbm: -11_000,
        snr_cdb: -500,
        frequency_hz: 868_100_000,
    }
}

fn unsigned(signer: &SigningKey, sequence: u64, body: &Body) -> Envelope {
    Envelope {
        version: VERSION,
        kind: body.kind() as u8,
        device: key(signer),
        epoch: EPOCH,
        sequence,
        previous: [0; 32],
        captured_at_ms: NOW_MS - 1_000,
        challenge: [0; 32],
        body: body.encode(),
        signature: [0; 64],
    }
}

fn sign(signer: &SigningKey, mut envelope: Envelope) -> Vec<u8> {
    envelope.signature = signer.sign(&envelope.signed_message(&NETWORK)).to_bytes();
    envelope.encode()
}

impl World {
    fn at(&mut self, now_ms: u64, bytes: &[u8]) -> Reason {
        self.judge.judge_bytes(now_ms, &NETWORK, &self.registry, bytes).reason
    }
    fn judge(&mut self, bytes: &[u8]) -> Reason {
        self.at(NOW_MS, bytes)
    }
    fn send(&mut self, sequence: u64, beacon: Beacon) -> Reason {
        let bytes = sign(&self.sender, unsigned(&self.sender, sequence, &Body::Beacon(beacon)));
        self.judge(&bytes)
    }
    fn hear(&mut self, sequence: u64, witness: Witness) -> Reason {
        let bytes = sign(&self.witness, unsigned(&self.witness, sequence, &Body::Witness(witness)));
        self.judge(&bytes)
    }
    /// Judges a beacon of the sender after `change`, signed.
    fn changed(&mut self, change: impl FnOnce(&mut Envelope)) -> Reason {
        let mut envelope = unsigned(&self.sender, 1, &Body::Beacon(beacon(1)));
        change(&mut envelope);
        let bytes = sign(&self.sender, envelope);
        self.judge(&bytes)
    }
}

#[test]
fn a_beacon_and_its_witness_are_accepted() {
    let mut world = world();
    assert_eq!(world.send(1, beacon(1)), Reason::Accepted);
    assert_eq!(world.hear(1, heard(1)), Reason::Accepted);
}

#[test]
fn encoding_rules() {
    let mut world = world();
    assert_eq!(world.judge(&[]), Reason::Malformed);
    assert_eq!(world.judge(&vec![0; MAX_PROOF_BYTES + 1]), Reason::TooLarge);
    let mut trailing = sign(&world.sender, unsigned(&world.sender, 1, &Body::Beacon(beacon(1))));
    trailing.push(0);
    assert_eq!(world.judge(&trailing), Reason::Malformed);
    assert_eq!(world.changed(|e| e.version = 2), Reason::VersionUnsupported);
    assert_eq!(world.changed(|e| e.kind = 99), Reason::KindUnsupported);
}

#[test]
fn signature_rules() {
    let mut world = world();
    let envelope = unsigned(&world.sender, 1, &Body::Beacon(beacon(1)));
    assert_eq!(world.judge(&envelope.encode()), Reason::SignatureMissing);
    let other = sign(&world.witness, envelope.clone());
    assert_eq!(world.judge(&other), Reason::SignatureInvalid);
    let mut elsewhere = envelope.clone();
    elsewhere.signature = world.sender.sign(&elsewhere.signed_message(&[8; 32])).to_bytes();
    assert_eq!(world.judge(&elsewhere.encode()), Reason::SignatureInvalid);

    let p256 = DeviceKey::P256([2; 33]);
    let mut device = record(key(&world.sender), None);
    device.key = p256;
    world.registry.insert(device);
    assert_eq!(world.changed(|e| e.device = p256), Reason::SchemeUnsupported);
}

#[test]
fn a_small_order_key_signs_nothing() {
    let mut world = world();
    // The identity point: [S]B = R + [k]A holds for S = 0, R = identity under a lax verifier.
    let mut weak = [0; 32];
    weak[0] = 1;
    let key = DeviceKey::Ed25519(weak);
    let mut device = record(key, None);
    device.key = key;
    world.registry.insert(device);
    let mut envelope = unsigned(&world.sender, 1, &Body::Beacon(beacon(1)));
    envelope.device = key;
    envelope.signature[0] = 1;
    assert_eq!(world.judge(&envelope.encode()), Reason::SignatureInvalid);
}

#[test]
fn device_rules() {
    let mut world = world();
    let stranger = SigningKey::from_bytes(&[7; 32]);
    let bytes = sign(&stranger, unsigned(&stranger, 1, &Body::Beacon(beacon(1))));
    assert_eq!(world.judge(&bytes), Reason::DeviceUnknown);

    let known = record(key(&world.sender), None);
    world.registry.insert(DeviceRecord { on_chain: false, ..known });
    let bytes = sign(&world.sender, unsigned(&world.sender, 1, &Body::Beacon(beacon(1))));
    let verdict = world.judge.judge_bytes(NOW_MS, &NETWORK, &world.registry, &bytes);
    assert_eq!(verdict.reason, Reason::DeviceInactive);
    assert!(verdict.signed.is_some(), "a signed refusal is worth keeping");
    let forged = sign(&world.witness, unsigned(&world.sender, 1, &Body::Beacon(beacon(1))));
    let verdict = world.judge.judge_bytes(NOW_MS, &NETWORK, &world.registry, &forged);
    assert_eq!((verdict.reason, verdict.signed), (Reason::DeviceInactive, None));

    world.registry.insert(DeviceRecord { category: Category::Storage, ..known });
    assert_eq!(world.judge(&bytes), Reason::KindNotOfClass);
}

#[test]
fn time_rules() {
    let mut world = world();
    assert_eq!(world.changed(|e| e.captured_at_ms = NOW_MS + 5_001), Reason::CapturedInFuture);
    assert_eq!(
        world.changed(|e| e.captured_at_ms = NOW_MS - 3_600_001),
        Reason::CapturedTooLongAgo
    );
    assert_eq!(world.changed(|e| e.epoch = 4), Reason::EpochMismatch);
    let closed = (GENESIS_S + 4 * EPOCH_S) * 1_000 + 10;
    let late = |e: &mut Envelope| {
        e.epoch = 4;
        e.captured_at_ms = closed;
    };
    assert_eq!(world.changed(late), Reason::EpochClosed);
    // Exactly on the edges it counts.
    assert_eq!(world.changed(|e| e.captured_at_ms = NOW_MS + 5_000), Reason::Accepted);
}

#[test]
fn grace_ends_to_the_millisecond_and_a_clock_set_back_reopens_nothing() {
    let mut world = world();
    let end = (GENESIS_S + 6 * EPOCH_S) * 1_000;
    let bytes = sign(&world.sender, unsigned(&world.sender, 1, &Body::Beacon(beacon(1))));
    assert_eq!(world.at(end + 29_999, &bytes), Reason::Accepted);
    let bytes = sign(&world.sender, unsigned(&world.sender, 2, &Body::Beacon(beacon(2))));
    assert_eq!(world.at(end + 30_000, &bytes), Reason::EpochClosed);
    assert_eq!(world.at(end, &bytes), Reason::EpochClosed);
    assert_eq!(world.judge.closed_through(), Some(EPOCH));
}

#[test]
fn sequence_rules() {
    let mut world = world();
    assert_eq!(world.send(5, beacon(1)), Reason::Accepted);
    assert_eq!(world.send(9, beacon(2)), Reason::Accepted);
    assert_eq!(world.send(9, beacon(2)), Reason::Duplicate);
    assert_eq!(world.send(5, beacon(3)), Reason::Duplicate, "whatever the content");
    assert_eq!(world.send(6, beacon(3)), Reason::SequenceStale);
    // Sequences are per kind.
    let bytes = sign(&world.sender, unsigned(&world.sender, 1, &Body::Witness(heard(2))));
    assert_eq!(world.judge(&bytes), Reason::WitnessIsSender);
}

#[test]
fn a_refused_proof_changes_nothing() {
    let mut world = world();
    assert_eq!(world.hear(5, heard(1)), Reason::BeaconUnknown);
    assert_eq!(world.send(1, beacon(1)), Reason::Accepted);
    assert_eq!(world.hear(5, heard(1)), Reason::Accepted);
}

#[test]
fn body_rules() {
    let mut world = world();
    assert_eq!(world.changed(|e| e.body.push(0)), Reason::BodyInvalid);
    assert_eq!(world.changed(|e| e.body.clear()), Reason::BodyInvalid);
    let off_globe = Position { latitude_e7: 900_000_001, longitude_e7: 0 };
    for body in [
        Beacon { position: Some(off_globe), ..beacon(1) },
        Beacon { frequency_hz: 999_999, ..beacon(1) },
        Beacon { frequency_hz: 100_000_000_001, ..beacon(1) },
        Beacon { eirp_cdbm: 6_001, ..beacon(1) },
        Beacon { eirp_cdbm: -5_001, ..beacon(1) },
        Beacon { spreading_factor: 4, ..beacon(1) },
        Beacon { spreading_factor: 13, ..beacon(1) },
    ] {
        assert_eq!(world.send(1, body.clone()), Reason::BodyInvalid, "{body:?}");
    }
    assert_eq!(world.send(1, beacon(1)), Reason::Accepted);
    for body in [
        Witness { rssi_cdbm: 3_001, ..heard(1) },
        Witness { rssi_cdbm: -20_001, ..heard(1) },
        Witness { snr_cdb: 10_001, ..heard(1) },
        Witness { snr_cdb: -5_001, ..heard(1) },
        Witness { frequency_hz: 0, ..heard(1) },
    ] {
        assert_eq!(world.hear(1, body.clone()), Reason::BodyInvalid, "{body:?}");
    }
}

#[test]
fn wireless_rules() {
    let mut world = world();
    assert_eq!(world.hear(1, heard(1)), Reason::BeaconUnknown);
    assert_eq!(world.send(1, beacon(1)), Reason::Accepted);
    assert_eq!(world.send(2, beacon(1)), Reason::BeaconRepeated);
    assert_eq!(world.hear(1, heard(1)), Reason::Accepted);
    assert_eq!(world.hear(2, heard(1)), Reason::WitnessRepeated);

    assert_eq!(world.send(2, Beacon { position: None, ..beacon(2) }), Reason::Accepted);
    assert_eq!(world.hear(2, heard(2)), Reason::LocationUnknown);
    let paris = Position { latitude_e7: 488_566_000, longitude_e7: 23_522_000 };
    assert_eq!(world.send(3, Beacon { position: Some(paris), ..beacon(3) }), Reason::Accepted);
    assert_eq!(world.hear(2, heard(3)), Reason::TooFar);

    // 7.8 km less 1.22 km at 868.1 MHz: 107.6 dB; 16 + 6 + 10 − 107.6 = −75.6 dBm.
    assert_eq!(world.send(4, beacon(4)), Reason::Accepted);
    assert_eq!(world.hear(2, Witness { rssi_cdbm: -7_550, ..heard(4) }), Reason::SignalTooStrong);
    // A witness cannot escape by stating a lower frequency than the sender.
    let low = Witness { rssi_cdbm: -7_550, frequency_hz: 1_000_000, ..heard(4) };
    assert_eq!(world.hear(2, low), Reason::SignalTooStrong);
    assert_eq!(world.hear(2, Witness { rssi_cdbm: -7_570, ..heard(4) }), Reason::Accepted);

    let unplaced = record(key(&world.witness), None);
    world.registry.insert(unplaced);
    assert_eq!(world.send(5, beacon(5)), Reason::Accepted);
    assert_eq!(world.hear(3, heard(5)), Reason::LocationUnknown);
}

#[test]
fn a_witness_belongs_to_the_epoch_of_its_beacon() {
    let mut world = world();
    let start_of_next = (GENESIS_S + 6 * EPOCH_S) * 1_000;
    let bytes = sign(&world.sender, unsigned(&world.sender, 1, &Body::Beacon(beacon(1))));
    assert_eq!(world.at(start_of_next, &bytes), Reason::Accepted);
    let mut envelope = unsigned(&world.witness, 1, &Body::Witness(heard(1)));
    envelope.epoch = EPOCH + 1;
    envelope.captured_at_ms = start_of_next + 5;
    let bytes = sign(&world.witness, envelope);
    assert_eq!(world.at(start_of_next + 10, &bytes), Reason::BeaconOtherEpoch);
}

#[test]
fn a_restored_judge_judges_the_same() {
    let mut first = world();
    let accepted = [
        sign(&first.sender, unsigned(&first.sender, 1, &Body::Beacon(beacon(1)))),
        sign(&first.sender, unsigned(&first.sender, 4, &Body::Beacon(beacon(2)))),
        sign(&first.witness, unsigned(&first.witness, 1, &Body::Witness(heard(1)))),
    ];
    let mut second = world();
    for bytes in &accepted {
        assert_eq!(first.judge(bytes), Reason::Accepted);
        second.judge.restore(&Envelope::decode(bytes).unwrap()).unwrap();
    }
    for sequence in 0..6 {
        assert_eq!(first.send(sequence, beacon(1)), second.send(sequence, beacon(1)));
        assert_eq!(first.hear(sequence, heard(1)), second.hear(sequence, heard(1)));
    }
    let mut broken = Envelope::decode(&accepted[0]).unwrap();
    broken.body.clear();
    assert!(second.judge.restore(&broken).is_err());
}

proptest! {
    #[test]
    fn random_bytes_never_panic_and_never_count(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let mut world = world();
        prop_assert!(!world.judge(&bytes).is_accepted());
    }

    /// A valid proof with any one byte changed is refused, and never panics.
    #[test]
    fn one_changed_byte_is_refused(at in any::<prop::sample::Index>(), flip in 1u8..) {
        let mut world = world();
        let mut bytes = sign(&world.sender, unsigned(&world.sender, 1, &Body::Beacon(beacon(1))));
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(!world.judge(&bytes).is_accepted());
    }

    /// Signed by a known device, but every number is arbitrary.
    #[test]
    fn signed_nonsense_never_panics(
        epoch: u64, sequence: u64, captured_at_ms: u64, now_ms: u64, kind in 0u8..4,
        body in proptest::collection::vec(any::<u8>(), 0..120),
    ) {
        let mut world = world();
        let mut envelope = unsigned(&world.sender, sequence, &Body::Beacon(beacon(1)));
        envelope.epoch = epoch;
        envelope.captured_at_ms = captured_at_ms;
        envelope.kind = kind;
        envelope.body = body;
        let bytes = sign(&world.sender, envelope);
        let checked = check(&NETWORK, &world.registry, &bytes);
        prop_assert_eq!(&checked, &check(&NETWORK, &world.registry, &bytes));
        world.at(now_ms, &bytes);
    }
}
