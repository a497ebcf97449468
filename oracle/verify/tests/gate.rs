//! What is taken into an epoch and what is not, and the rules that hold for every kind, through the
//! public surface, with real keys and signatures of both schemes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use cairn_device::DeviceSigner;
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{
    Beacon, Body, DeviceKey, Envelope, Kind, MAX_PROOF_BYTES, Position, VERSION, Witness,
};
use cairn_protocol::reason::Reason;
use cairn_verify::policy::IngestPolicy;
use cairn_verify::{
    Category, Changed, Checked, DeviceRecord, EpochClock, EpochInput, Gate, ONE, Outcome, Policies,
    Policy, Registry, Seed, Seeds, State, check, judge, proofs_hash,
};
use ed25519_dalek::{Signer, SigningKey};
use proptest::prelude::*;
use std::collections::BTreeMap;

const NETWORK: [u8; 32] = [9; 32];
const GENESIS_S: u64 = 1_700_000_000;
const EPOCH_S: u64 = 600;
const NOW_MS: u64 = (GENESIS_S + 5 * EPOCH_S + 300) * 1_000;
const EPOCH: u64 = 5;
const GRENOBLE: Position = Position { latitude_e7: 451_950_073, longitude_e7: 57_183_837 };
/// About 7.8 km east of it.
const NEAR: Position = Position { latitude_e7: 451_950_073, longitude_e7: 58_183_837 };

struct World {
    gate: Gate,
    registry: Registry,
    sender: SigningKey,
    witness: SigningKey,
}

fn key(signer: &SigningKey) -> DeviceKey {
    DeviceKey::Ed25519(signer.verifying_key().to_bytes())
}

fn record(key: DeviceKey, position: Option<Position>) -> DeviceRecord {
    let bytes = key.to_registry_bytes();
    let address: [u8; 32] = bytes[..32].try_into().unwrap();
    DeviceRecord {
        position: Changed::always(position),
        ..DeviceRecord::new(address, key, 0, Category::Wireless, [1; 32])
    }
}

fn policy() -> Policy {
    let ingest =
        IngestPolicy { max_age_ms: 3_600_000, grace_ms: 30_000, ..IngestPolicy::default() };
    let mut policy = Policy { ingest, ..Policy::default() };
    policy.wireless.reciprocity_seconds = 0;
    policy.wireless.max_age_ms = 3_600_000;
    // Both devices are one operator's.
    policy.wireless.partner_share_ppm = 1_000_000;
    policy
}

fn clock() -> EpochClock {
    EpochClock::new(GENESIS_S, EPOCH_S).unwrap()
}

fn world() -> World {
    let (sender, witness) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
    let places = [record(key(&sender), Some(GRENOBLE)), record(key(&witness), Some(NEAR))];
    let gate = Gate::new(Policies::constant(policy()), clock());
    World { gate, registry: Registry::new(places), sender, witness }
}

/// Known from shortly before the proofs on.
fn seed() -> Seed {
    Seed::new(&NETWORK, NOW_MS - 60_000, 60_000, 7, NOW_MS / 1_000 - 60, [3; 32])
}

fn beacon(entropy: u8) -> Beacon {
    Beacon {
        entropy: [entropy; 32],
        position: Some(GRENOBLE),
        frequency_hz: 868_100_000,
        eirp_cdbm: 1_600,
        bandwidth_hz: 125_000,
        spreading_factor: 12,
    }
}

fn heard(payload: Hash) -> Witness {
    Witness { payload, rssi_cdbm: -11_000, snr_cdb: -500, frequency_hz: 868_100_000 }
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
        challenge: if body.kind() == Kind::Beacon { seed().seed } else { [0; 32] },
        body: body.encode(),
        signature: [0; 64],
    }
}

fn signed(signer: &SigningKey, mut envelope: Envelope) -> Envelope {
    envelope.signature = signer.sign(&envelope.signed_message(&NETWORK)).to_bytes();
    envelope
}

fn sign(signer: &SigningKey, envelope: Envelope) -> Vec<u8> {
    signed(signer, envelope).encode()
}

impl World {
    fn at(&mut self, now_ms: u64, bytes: &[u8]) -> Reason {
        self.gate.admit_bytes(now_ms, &NETWORK, &self.registry, bytes).reason
    }
    fn admit(&mut self, bytes: &[u8]) -> Reason {
        self.at(NOW_MS, bytes)
    }
    fn send(&mut self, sequence: u64, beacon: Beacon) -> Reason {
        let bytes = sign(&self.sender, unsigned(&self.sender, sequence, &Body::Beacon(beacon)));
        self.admit(&bytes)
    }
    fn hear(&mut self, sequence: u64, witness: Witness) -> Reason {
        let bytes = sign(&self.witness, unsigned(&self.witness, sequence, &Body::Witness(witness)));
        self.admit(&bytes)
    }
    /// Admits a beacon of the sender after `change`, signed.
    fn changed(&mut self, change: impl FnOnce(&mut Envelope)) -> Reason {
        let mut envelope = unsigned(&self.sender, 1, &Body::Beacon(beacon(1)));
        change(&mut envelope);
        let bytes = sign(&self.sender, envelope);
        self.admit(&bytes)
    }
    /// Judges the epoch.
    fn judge(&self, envelopes: &[Envelope]) -> Outcome {
        judged(&self.registry, &mut State::default(), envelopes)
    }
    /// The beacon of the sender with a sequence, captured so many milliseconds after the first.
    fn beacon_at(&self, sequence: u64, after_ms: u64, entropy: u8) -> Envelope {
        let mut envelope = unsigned(&self.sender, sequence, &Body::Beacon(beacon(entropy)));
        envelope.captured_at_ms += after_ms;
        signed(&self.sender, envelope)
    }
    /// A beacon and its witness.
    fn pair(&self) -> [Envelope; 2] {
        let sent = self.beacon_at(1, 0, 1);
        let payload = beacon(1).payload(&NETWORK, &sent.challenge, &sent.device);
        let witness = unsigned(&self.witness, 1, &Body::Witness(heard(payload)));
        [sent, signed(&self.witness, witness)]
    }
}

fn judged(registry: &Registry, state: &mut State, envelopes: &[Envelope]) -> Outcome {
    let (seeds, escrows, policy) = (Seeds::new([seed()]), BTreeMap::new(), policy());
    let input = EpochInput {
        network: NETWORK,
        epoch: EPOCH,
        starts_at_ms: clock().starts_at_ms(EPOCH),
        ends_at_ms: clock().ends_at_ms(EPOCH),
        registry,
        seeds: &seeds,
        escrows: &escrows,
        policy: &policy,
    };
    judge(&input, state, envelopes.iter().cloned())
}

fn reasons(outcome: &Outcome) -> Vec<Reason> {
    outcome.proofs.iter().map(|proof| proof.judgment.reason).collect()
}

#[test]
fn a_beacon_and_its_witness_are_taken_and_count() {
    let mut world = world();
    let pair = world.pair();
    for envelope in &pair {
        assert_eq!(world.admit(&envelope.encode()), Reason::Accepted);
    }
    let outcome = world.judge(&pair);
    assert_eq!(reasons(&outcome), [Reason::Accepted; 2]);
    assert!(outcome.proofs.iter().all(|proof| proof.judgment.units > 0));
    assert_eq!(outcome.factors.len(), 2);
    for factors in outcome.factors.values() {
        let names: Vec<_> = factors.iter().map(|it| (it.name.as_ref(), it.ppm)).collect();
        let all = ["reputation", "active", "licence", "bond"].map(|name| (name, ONE));
        assert_eq!(names, all);
    }
}

#[test]
fn encoding_rules() {
    let mut world = world();
    assert_eq!(world.admit(&[]), Reason::Malformed);
    assert_eq!(world.admit(&vec![0; MAX_PROOF_BYTES + 1]), Reason::TooLarge);
    let mut trailing = sign(&world.sender, unsigned(&world.sender, 1, &Body::Beacon(beacon(1))));
    trailing.push(0);
    assert_eq!(world.admit(&trailing), Reason::Malformed);
    assert_eq!(world.changed(|e| e.version = 2), Reason::VersionUnsupported);
    assert_eq!(world.changed(|e| e.kind = 99), Reason::KindUnsupported);
}

#[test]
fn signature_rules() {
    let mut world = world();
    let envelope = unsigned(&world.sender, 1, &Body::Beacon(beacon(1)));
    assert_eq!(world.admit(&envelope.encode()), Reason::SignatureMissing);
    let other = sign(&world.witness, envelope.clone());
    assert_eq!(world.admit(&other), Reason::SignatureInvalid);
    let mut elsewhere = envelope.clone();
    elsewhere.signature = world.sender.sign(&elsewhere.signed_message(&[8; 32])).to_bytes();
    assert_eq!(world.admit(&elsewhere.encode()), Reason::SignatureInvalid);
}

#[test]
fn a_small_order_key_signs_nothing() {
    let mut world = world();
    // The identity point: [S]B = R + [k]A holds for S = 0, R = identity under a lax verifier.
    let mut weak = [0; 32];
    weak[0] = 1;
    let key = DeviceKey::Ed25519(weak);
    world.registry.insert(record(key, None));
    let mut envelope = unsigned(&world.sender, 1, &Body::Beacon(beacon(1)));
    envelope.device = key;
    envelope.signature[0] = 1;
    assert_eq!(world.admit(&envelope.encode()), Reason::SignatureInvalid);
}

/// Order of the P-256 group (SEC 2, section 2.4.2).
const P256_ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

/// The order less a scalar, both in big endian.
fn negated(scalar: &[u8]) -> [u8; 32] {
    let order: Vec<u8> = (0..32)
        .map(|at| u8::from_str_radix(&P256_ORDER[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let mut out = [0; 32];
    let mut borrow = 0;
    for at in (0..32).rev() {
        let difference = i32::from(order[at]) - i32::from(scalar[at]) - borrow;
        borrow = i32::from(difference < 0);
        out[at] = u8::try_from(difference.rem_euclid(256)).unwrap();
    }
    out
}

#[test]
fn a_p256_device_is_taken_and_its_other_signature_is_not() {
    let mut world = world();
    let mut device = DeviceSigner::derive_p256(&[7; 32], "secure element");
    world.registry.insert(record(device.key(), Some(GRENOBLE)));
    for entropy in 1..=20 {
        let body = Body::Beacon(beacon(entropy));
        let envelope = device.answer(&NETWORK, EPOCH, NOW_MS - 1_000, seed().seed, &body);
        // ECDSA's second solution: whoever sees a signature can make it, and a verifier that does
        // not insist on the lower half of S takes it too.
        let mut high = envelope.clone();
        high.signature[32..].copy_from_slice(&negated(&envelope.signature[32..]));
        let parsed = p256::ecdsa::Signature::from_slice(&high.signature).unwrap();
        let message = high.signed_message(&NETWORK);
        let DeviceKey::P256(point) = device.key() else { panic!("a P-256 key") };
        let lax = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).unwrap();
        use p256::ecdsa::signature::Verifier;
        assert!(lax.verify(&message, &parsed).is_ok(), "a solution it is");
        assert_eq!(world.admit(&high.encode()), Reason::SignatureInvalid);
        assert_eq!(world.admit(&envelope.encode()), Reason::Accepted);
    }
    let body = Body::Beacon(beacon(99));
    let envelope = device.answer(&NETWORK, EPOCH, NOW_MS - 1_000, seed().seed, &body);
    let broken = |change: &dyn Fn(&mut Envelope)| {
        let mut envelope = envelope.clone();
        change(&mut envelope);
        envelope.encode()
    };
    for change in [
        &(|it: &mut Envelope| it.captured_at_ms += 1) as &dyn Fn(&mut Envelope),
        &|it| it.challenge = [0; 32],
        &|it| it.signature[..32].fill(0),
        &|it| it.signature[32..].fill(0),
        &|it| it.signature = [0xff; 64],
    ] {
        assert_eq!(world.admit(&broken(change)), Reason::SignatureInvalid);
    }
    // Bytes that are no point, and the point at infinity, sign nothing.
    for point in [[2; 33], [0; 33], [0xff; 33]] {
        let key = DeviceKey::P256(point);
        world.registry.insert(record(key, None));
        assert_eq!(world.admit(&broken(&|it| it.device = key)), Reason::SignatureInvalid);
    }
    assert_eq!(world.judge(&[envelope]).proofs.len(), 1);
}

#[test]
fn registry_rules() {
    let mut world = world();
    let stranger = SigningKey::from_bytes(&[3; 32]);
    let bytes = sign(&stranger, unsigned(&stranger, 1, &Body::Beacon(beacon(1))));
    assert_eq!(world.admit(&bytes), Reason::DeviceUnknown);

    // A device of another class: refused, and kept if it is really signed.
    let known = *world.registry.get(&key(&world.sender)).unwrap();
    let storage = DeviceRecord { category: Category::Storage, ..known };
    world.registry.insert(storage);
    let envelope = unsigned(&world.sender, 1, &Body::Beacon(beacon(1)));
    let bytes = sign(&world.sender, envelope.clone());
    let verdict = world.gate.admit_bytes(NOW_MS, &NETWORK, &world.registry, &bytes);
    assert_eq!(verdict.reason, Reason::KindNotOfClass);
    assert!(verdict.signed.is_some(), "a signed refusal is worth keeping");
    let forged = sign(&world.witness, envelope);
    let verdict = world.gate.admit_bytes(NOW_MS, &NETWORK, &world.registry, &forged);
    assert_eq!((verdict.reason, verdict.signed), (Reason::KindNotOfClass, None));
}

#[test]
fn an_inactive_device_is_taken_and_earns_nothing() {
    let mut world = world();
    let pair = world.pair();
    // Oracles see a suspension at different times, so that the epoch's end decides.
    let mut device = *world.registry.get(&key(&world.sender)).unwrap();
    device.status = cairn_protocol::settlement::Settled::new(1, 0);
    world.registry.insert(device);
    assert_eq!(world.admit(&pair[0].encode()), Reason::Accepted);
    let outcome = world.judge(&pair);
    let factors = &outcome.factors[&device.address];
    let zero: Vec<_> = factors.iter().filter(|factor| factor.ppm == 0).collect();
    assert_eq!(zero.len(), 1);
    assert_eq!(zero[0].name, "active");
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
    // Exactly on the edge it is taken.
    assert_eq!(world.changed(|e| e.captured_at_ms = NOW_MS + 5_000), Reason::Accepted);
}

#[test]
fn what_is_on_air_is_sent_soon_and_receipts_may_wait() {
    let mut policy = policy();
    policy.wireless.max_age_ms = 1_000;
    for kind in [Kind::Beacon, Kind::Witness, Kind::Heartbeat] {
        assert_eq!(policy.max_age_ms(kind), 1_000);
    }
    assert_eq!(policy.max_age_ms(Kind::UsageReceipt), 3_600_000);
    let mut world = world();
    world.gate = Gate::new(Policies::constant(policy), clock());
    let old = |e: &mut Envelope| e.captured_at_ms = NOW_MS - 1_001;
    assert_eq!(world.changed(old), Reason::CapturedTooLongAgo);
    assert_eq!(world.changed(|e| e.captured_at_ms = NOW_MS - 1_000), Reason::Accepted);
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
    assert_eq!(world.gate.closed_through(), Some(EPOCH));
}

#[test]
fn a_copy_is_taken_once_and_a_restored_gate_remembers() {
    let mut world = world();
    assert_eq!(world.send(1, beacon(1)), Reason::Accepted);
    assert_eq!(world.send(1, beacon(1)), Reason::Duplicate);
    // Another proof of the same sequence is not a copy; the epoch's judgment refuses it.
    assert_eq!(world.send(1, beacon(2)), Reason::Accepted);
    assert_eq!(world.hear(1, heard([1; 32])), Reason::Accepted);

    let mut restarted = self::world();
    let bytes = sign(&world.sender, unsigned(&world.sender, 1, &Body::Beacon(beacon(1))));
    let Checked::Candidate(candidate) = check(&NETWORK, &world.registry, &bytes) else {
        panic!("a candidate")
    };
    restarted.gate.restore(EPOCH, candidate.id);
    assert_eq!(restarted.send(1, beacon(1)), Reason::Duplicate);
    restarted.gate.close_through(EPOCH);
    restarted.gate.restore(EPOCH, candidate.id);
    assert_eq!(restarted.send(1, beacon(1)), Reason::EpochClosed);
}

#[test]
fn the_same_proof_with_another_signature_is_a_copy() {
    let mut world = world();
    let mut device = DeviceSigner::derive_p256(&[7; 32], "a");
    world.registry.insert(record(device.key(), None));
    let body = Body::Witness(heard([1; 32]));
    let mut again = device.clone();
    let first = device.sign(&NETWORK, EPOCH, NOW_MS - 1_000, &body);
    let second = again.sign(&NETWORK, EPOCH, NOW_MS - 1_000, &body);
    assert_eq!(first.id(&NETWORK), second.id(&NETWORK));
    assert_eq!(world.admit(&first.encode()), Reason::Accepted);
    assert_eq!(world.admit(&second.encode()), Reason::Duplicate);
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
        Beacon { eirp_cdbm: 6_001, ..beacon(1) },
        Beacon { bandwidth_hz: 0, ..beacon(1) },
        Beacon { spreading_factor: 13, ..beacon(1) },
    ] {
        assert_eq!(world.send(1, body.clone()), Reason::BodyInvalid, "{body:?}");
    }
    assert_eq!(world.send(1, beacon(1)), Reason::Accepted);
    for body in [
        Witness { rssi_cdbm: 3_001, ..heard([1; 32]) },
        Witness { rssi_cdbm: -20_001, ..heard([1; 32]) },
        Witness { snr_cdb: 10_001, ..heard([1; 32]) },
        Witness { snr_cdb: -5_001, ..heard([1; 32]) },
        Witness { frequency_hz: 0, ..heard([1; 32]) },
    ] {
        assert_eq!(world.hear(1, body.clone()), Reason::BodyInvalid, "{body:?}");
    }
}

#[test]
fn sequences_rise_with_time() {
    let world = world();
    let outcome = world.judge(&[
        world.beacon_at(5, 0, 1),
        world.beacon_at(9, 10, 2),
        // The same sequence again, with another content, a lower one later, and a copy.
        world.beacon_at(9, 20, 3),
        world.beacon_at(6, 30, 4),
        world.beacon_at(5, 0, 1),
        world.beacon_at(10, 40, 5),
        // In the same millisecond as another, whatever their ids.
        world.beacon_at(11, 40, 6),
    ]);
    let fine = Reason::Accepted;
    let mut expected = vec![fine, fine, Reason::SequenceConflict, Reason::SequenceStale, fine];
    // Four beacons an epoch count.
    expected.push(fine);
    assert_eq!(reasons(&outcome), expected);
}

#[test]
fn what_must_not_be_given_is_left_out() {
    let mut world = world();
    let stranger = SigningKey::from_bytes(&[3; 32]);
    let unknown = signed(&stranger, unsigned(&stranger, 1, &Body::Beacon(beacon(1))));
    let mut other_epoch = world.beacon_at(1, 0, 1);
    other_epoch.epoch = EPOCH + 1;
    let mut empty = world.beacon_at(2, 0, 1);
    empty.body.clear();
    // Captured in another epoch than the one that it names.
    let [early, late] = [-1, i64::try_from(EPOCH_S * 1_000).unwrap()].map(|after_ms| {
        let mut envelope = world.beacon_at(3, 0, 1);
        let start_ms = (GENESIS_S + EPOCH * EPOCH_S) * 1_000;
        envelope.captured_at_ms = start_ms.checked_add_signed(after_ms).unwrap();
        envelope
    });
    assert!(world.judge(&[unknown, other_epoch, empty, early, late]).proofs.is_empty());

    let known = *world.registry.get(&key(&world.sender)).unwrap();
    world.registry.insert(DeviceRecord { category: Category::Sensor, ..known });
    let outcome = world.judge(&[world.beacon_at(1, 0, 1)]);
    assert_eq!(reasons(&outcome), [Reason::KindNotOfClass]);
}

proptest! {
    #[test]
    fn random_bytes_never_panic_and_are_never_taken(
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        let mut world = world();
        prop_assert!(!world.admit(&bytes).is_accepted());
    }

    /// A valid proof with any one byte changed is refused, and never panics.
    #[test]
    fn one_changed_byte_is_refused(
        at in any::<prop::sample::Index>(), flip in 1u8.., p256: bool,
    ) {
        let mut world = world();
        let bytes = if p256 {
            let mut device = DeviceSigner::derive_p256(&[7; 32], "a");
            world.registry.insert(record(device.key(), None));
            device.answer(&NETWORK, EPOCH, NOW_MS, seed().seed, &Body::Beacon(beacon(1))).encode()
        } else {
            sign(&world.sender, unsigned(&world.sender, 1, &Body::Beacon(beacon(1))))
        };
        let mut changed = bytes;
        let at = at.index(changed.len());
        changed[at] ^= flip;
        prop_assert!(!world.admit(&changed).is_accepted());
    }

    /// Signed by a known device, but every number is arbitrary: taken or not, and judged, without a
    /// panic.
    #[test]
    fn signed_nonsense_never_panics(
        epoch: u64, sequence: u64, captured_at_ms: u64, now_ms: u64, kind in 0u8..40,
        challenge: [u8; 32], body in proptest::collection::vec(any::<u8>(), 0..120),
    ) {
        let mut world = world();
        let mut envelope = unsigned(&world.sender, sequence, &Body::Beacon(beacon(1)));
        envelope.epoch = epoch;
        envelope.captured_at_ms = captured_at_ms;
        envelope.kind = kind;
        envelope.challenge = challenge;
        envelope.body = body;
        let envelope = signed(&world.sender, envelope);
        let bytes = envelope.encode();
        let checked = check(&NETWORK, &world.registry, &bytes);
        prop_assert_eq!(&checked, &check(&NETWORK, &world.registry, &bytes));
        world.at(now_ms, &bytes);
        world.judge(&[Envelope { epoch: EPOCH, ..envelope }]);
    }

    /// The outcome is the same in whatever order the proofs are given, and so is the state.
    #[test]
    fn order_does_not_matter(
        picks in prop::collection::vec((0u64..6, 0u64..8, 0u8..4, any::<bool>()), 1..24)
            .prop_shuffle(),
        shuffled in Just(()).prop_perturb(|(), mut random| random.random::<u64>()),
    ) {
        let world = world();
        let mut envelopes = Vec::new();
        for (sequence, after_ms, entropy, heard_too) in picks {
            let sent = world.beacon_at(sequence, after_ms, entropy);
            if heard_too {
                let payload = beacon(entropy).payload(&NETWORK, &sent.challenge, &sent.device);
                let mut witness = unsigned(&world.witness, sequence, &Body::Witness(heard(payload)));
                witness.captured_at_ms += after_ms;
                envelopes.push(signed(&world.witness, witness));
            }
            envelopes.push(sent);
        }
        let (mut one, mut other) = (State::default(), State::default());
        let outcome = judged(&world.registry, &mut one, &envelopes);
        let mut order: Vec<usize> = (0..envelopes.len()).collect();
        order.sort_by_key(|at| (*at as u64 + 1).wrapping_mul(shuffled | 1));
        let given: Vec<Envelope> = order.iter().map(|at| envelopes[*at].clone()).collect();
        prop_assert_eq!(&judged(&world.registry, &mut other, &given), &outcome);
        prop_assert_eq!(one.hash(), other.hash());
        prop_assert_eq!(
            proofs_hash(&outcome), proofs_hash(&judged(&world.registry, &mut State::default(), &given))
        );
    }
}
