//! Properties of the proof encoding, and of the reason codes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use cairn_protocol::proof::compute::{Answer, Job, MAX_SIDE, MIN_SIDE, Row};
use cairn_protocol::proof::sensor::{Fix, Observation, Reading};
use cairn_protocol::proof::storage::{MAX_LEAVES, Opening, SealOpening};
use cairn_protocol::proof::{
    Batch, Beacon, Benchmark, Body, Coverage, DeviceKey, Envelope, Heartbeat, JobCommitment,
    JobResult, Kind, Position, ReadingBatch, Receipt, RetrievalReceipt, StorageAnswer,
    StorageCommitment, Track, UsageReceipt, Witness,
};
use cairn_protocol::reason::Reason;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn key() -> impl Strategy<Value = DeviceKey> {
    prop_oneof![
        any::<[u8; 32]>().prop_map(DeviceKey::Ed25519),
        (any::<[u8; 32]>(), any::<u8>()).prop_map(|(rest, first)| {
            let mut point = [first; 33];
            point[1..].copy_from_slice(&rest);
            DeviceKey::P256(point)
        }),
    ]
}

fn hash() -> impl Strategy<Value = [u8; 32]> {
    any::<[u8; 32]>()
}

fn position() -> impl Strategy<Value = Position> {
    (-900_000_000i32..=900_000_000, -1_800_000_000i32..=1_800_000_000)
        .prop_map(|(latitude_e7, longitude_e7)| Position { latitude_e7, longitude_e7 })
}

prop_compose! {
    fn beacon()(
        entropy in hash(),
        position in prop::option::of(position()),
        frequency_hz in 1_000_000u64..=100_000_000_000,
        eirp_cdbm in -5_000i32..=6_000,
        bandwidth_hz in 1_000u32..=1_000_000_000,
        spreading_factor in prop_oneof![Just(0u8), 5u8..=12],
    ) -> Beacon {
        Beacon { entropy, position, frequency_hz, eirp_cdbm, bandwidth_hz, spreading_factor }
    }
}

prop_compose! {
    fn witness()(
        payload in hash(),
        rssi_cdbm in -20_000i32..=3_000,
        snr_cdb in -5_000i32..=10_000,
        frequency_hz in 1_000_000u64..=100_000_000_000,
    ) -> Witness {
        Witness { payload, rssi_cdbm, snr_cdb, frequency_hz }
    }
}

prop_compose! {
    fn receipt()(
        id in any::<[u8; 16]>(),
        customer in hash(),
        counts in (1u64.., any::<u64>(), 1u32..),
        times in any::<(u64, u64)>(),
        halves in any::<([u8; 32], [u8; 32])>(),
    ) -> Receipt {
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&halves.0);
        signature[32..].copy_from_slice(&halves.1);
        Receipt {
            id,
            customer,
            credits: counts.0,
            bytes: counts.1,
            packets: counts.2,
            started_at_ms: times.0.min(times.1),
            ended_at_ms: times.0.max(times.1),
            signature,
        }
    }
}

fn opening() -> impl Strategy<Value = Opening> {
    (0u64..MAX_LEAVES, any::<u8>(), prop::collection::vec(hash(), 0..4))
        .prop_map(|(index, byte, path)| Opening { index, leaf: [byte; 256], path })
}

fn storage_answer() -> impl Strategy<Value = StorageAnswer> {
    let openings = prop::collection::vec(opening(), 1..4);
    let parents = prop::collection::vec(opening(), 0..3);
    let seal = (opening(), prop::option::of(opening()), parents)
        .prop_map(|(before, after, parents)| Box::new(SealOpening { before, after, parents }));
    (any::<u32>(), openings, prop::option::of(seal))
        .prop_map(|(replica, openings, seal)| StorageAnswer { replica, openings, seal })
}

fn job_result() -> impl Strategy<Value = JobResult> {
    let elements = prop::collection::vec(0..(1u64 << 61) - 1, 0..6);
    let row = (any::<u16>(), elements, prop::collection::vec(hash(), 0..4))
        .prop_map(|(index, elements, path)| Row { index, elements, path });
    let product = (hash(), prop::collection::vec(row, 1..4))
        .prop_map(|(image, rows)| Answer::MatrixProduct { image, rows });
    let duplicated =
        (hash(), hash()).prop_map(|(result, salt)| Answer::Duplicated { result, salt });
    (hash(), prop_oneof![product, duplicated])
        .prop_map(|(commitment, answer)| JobResult { commitment, answer })
}

/// Rising times.
fn times() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::btree_set(any::<u64>(), 1..5).prop_map(|times| times.into_iter().collect())
}

/// A body of any kind, every number in its range.
fn body() -> impl Strategy<Value = Body> {
    let heartbeat = (position(), any::<u16>(), any::<u32>()).prop_map(
        |(position, accuracy_m, on_air_seconds)| Heartbeat { position, accuracy_m, on_air_seconds },
    );
    let numbers = (any::<u32>(), 1..=MAX_LEAVES, 1u32.., any::<u64>());
    let commitment = (numbers, hash(), hash(), hash()).prop_map(
        |(numbers, content_root, middle_root, replica_root)| StorageCommitment {
            replica: numbers.0,
            content_root,
            middle_root,
            replica_root,
            leaf_count: numbers.1,
            rounds: numbers.2,
            until_epoch: numbers.3,
        },
    );
    let job = prop_oneof![
        (MIN_SIDE..=MAX_SIDE, any::<u16>())
            .prop_map(|(side, number)| Job::MatrixProduct { side, number }),
        any::<u16>().prop_map(|class| Job::Posted { class }),
        hash().prop_map(|posted| Job::Duplicated { posted }),
    ];
    let readings = (any::<u16>(), hash(), times(), any::<i64>()).prop_map(
        |(quantity, chain_before, times, value)| ReadingBatch {
            quantity,
            chain_before,
            readings: times.into_iter().map(|at_ms| Reading { at_ms, value }).collect(),
        },
    );
    let track = (times(), position(), any::<u16>(), any::<Option<u16>>()).prop_map(
        |(times, position, accuracy_m, speed_cm_s)| Track {
            fixes: times
                .into_iter()
                .map(|at_ms| Fix { at_ms, position, accuracy_m, speed_cm_s })
                .collect(),
        },
    );
    let coverage = (times(), position(), hash()).prop_map(|(times, position, content_hash)| {
        let observed = |at_ms| Observation { at_ms, position, content_hash };
        Coverage { observations: times.into_iter().map(observed).collect() }
    });
    let benchmark = (1u32.., prop::collection::vec(hash(), 1..5), 1u32..).prop_map(
        |(hashes_per_checkpoint, checkpoints, elapsed_ms)| Benchmark {
            hashes_per_checkpoint,
            checkpoints,
            elapsed_ms,
        },
    );
    prop_oneof![
        beacon().prop_map(Body::Beacon),
        witness().prop_map(Body::Witness),
        heartbeat.prop_map(Body::Heartbeat),
        receipt().prop_map(|receipt| Body::UsageReceipt(UsageReceipt { receipt })),
        commitment.prop_map(Body::StorageCommitment),
        storage_answer().prop_map(Body::StorageAnswer),
        (hash(), receipt()).prop_map(|(content_root, receipt)| {
            Body::RetrievalReceipt(RetrievalReceipt { content_root, receipt })
        }),
        (job, hash()).prop_map(|(job, commitment)| {
            Body::JobCommitment(JobCommitment { job, commitment })
        }),
        job_result().prop_map(Body::JobResult),
        benchmark.prop_map(Body::Benchmark),
        readings.prop_map(Body::ReadingBatch),
        track.prop_map(Body::Track),
        coverage.prop_map(Body::Coverage),
    ]
}

prop_compose! {
    fn envelope()(
        version in any::<u8>(),
        device in key(),
        numbers in any::<(u64, u64, u64)>(),
        hashes in any::<([u8; 32], [u8; 32])>(),
        body in body(),
        halves in any::<([u8; 32], [u8; 32])>(),
    ) -> Envelope {
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&halves.0);
        signature[32..].copy_from_slice(&halves.1);
        Envelope {
            version,
            kind: body.kind() as u8,
            device,
            epoch: numbers.0,
            sequence: numbers.1,
            previous: hashes.0,
            captured_at_ms: numbers.2,
            challenge: hashes.1,
            body: body.encode(),
            signature,
        }
    }
}

proptest! {
    #[test]
    fn an_envelope_comes_back_as_it_was(envelope in envelope()) {
        let encoded = envelope.encode();
        prop_assert_eq!(Envelope::decode(&encoded).unwrap(), envelope.clone());
        let body = envelope.decode_body().unwrap().unwrap();
        prop_assert_eq!(body.kind() as u8, envelope.kind);
        prop_assert_eq!(body.encode(), envelope.body);
    }

    #[test]
    fn an_envelope_has_one_encoding(envelope in envelope(), extra in any::<u8>()) {
        let mut encoded = envelope.encode();
        for end in 0..encoded.len() {
            prop_assert!(Envelope::decode(&encoded[..end]).is_err());
        }
        encoded.push(extra);
        prop_assert!(Envelope::decode(&encoded).is_err());
    }

    #[test]
    fn the_signed_message_covers_every_field_but_the_signature(
        envelope in envelope(),
        network in any::<[u8; 32]>(),
        at in any::<prop::sample::Index>(),
        bit in 0..8u32,
    ) {
        let (message, id) = (envelope.signed_message(&network), envelope.id(&network));
        let mut encoded = envelope.encode();
        let at = at.index(encoded.len());
        encoded[at] ^= 1u8 << bit;
        if let Ok(changed) = Envelope::decode(&encoded) {
            prop_assert_ne!(&changed, &envelope);
            let in_signature = at >= encoded.len() - 64;
            prop_assert_eq!(changed.signed_message(&network) == message, in_signature);
            prop_assert_eq!(changed.id(&network) == id, in_signature);
        }
        let mut elsewhere = network;
        elsewhere[at % 32] ^= 1u8 << bit;
        prop_assert_ne!(envelope.signed_message(&elsewhere), message);
        prop_assert_ne!(envelope.id(&elsewhere), id);
    }

    #[test]
    fn decoding_random_bytes_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(envelope) = Envelope::decode(&bytes) {
            prop_assert_eq!(envelope.encode(), bytes.clone());
        }
        if let Ok(batch) = borsh::from_slice::<Batch>(&bytes) {
            prop_assert_eq!(borsh::to_vec(&batch).unwrap(), bytes);
        }
    }

    /// Random bytes seldom get past the first fields, so also break real ones.
    #[test]
    fn decoding_broken_envelopes_never_panics(
        envelope in envelope(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = envelope.encode();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Ok(decoded) = Envelope::decode(&bytes) {
            prop_assert_eq!(decoded.encode(), bytes);
            // An error for some bodies, `None` for an unknown kind, a panic for none.
            if let Ok(Some(body)) = decoded.decode_body() {
                prop_assert_eq!(body.encode(), decoded.body);
            }
        }
    }

    /// As another kind the bytes are an error, or by chance another body of the same bytes.
    #[test]
    fn a_body_has_one_encoding_of_its_kind(envelope in envelope(), kind in any::<u8>()) {
        let mut other = envelope.clone();
        other.kind = kind;
        match (Kind::from_code(kind), other.decode_body()) {
            (None, Ok(None)) => {}
            (Some(kind), Ok(Some(body))) => {
                prop_assert_eq!(body.kind(), kind);
                prop_assert_eq!(body.encode(), envelope.body);
            }
            (Some(_), Err(_)) => prop_assert_ne!(kind, envelope.kind),
            (kind, body) => prop_assert!(false, "{kind:?} gave {body:?}"),
        }
    }

    /// Hostile bodies are an error at once, whatever lengths they declare.
    #[test]
    fn any_bytes_are_a_body_or_an_error(
        bytes in prop::collection::vec(any::<u8>(), 0..300), prefix in any::<u32>(),
    ) {
        for kind in Kind::ALL {
            for bytes in [bytes.clone(), [&prefix.to_le_bytes()[..], &bytes].concat()] {
                if let Ok(body) = Body::decode(*kind, &bytes) {
                    prop_assert!(body.is_in_range());
                    prop_assert_eq!(body.encode(), bytes);
                }
            }
        }
    }

    #[test]
    fn a_payload_is_of_its_network_seed_sender_and_entropy(
        beacon in beacon(), network in hash(), seed in hash(), key in key(), bit in 0..256usize,
    ) {
        let flipped = |bytes: &[u8; 32]| {
            let mut bytes = *bytes;
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        };
        let payload = beacon.payload(&network, &seed, &key);
        prop_assert_ne!(beacon.payload(&flipped(&network), &seed, &key), payload);
        prop_assert_ne!(beacon.payload(&network, &flipped(&seed), &key), payload);
        let other = Beacon { entropy: flipped(&beacon.entropy), ..beacon.clone() };
        prop_assert_ne!(other.payload(&network, &seed, &key), payload);
        prop_assert_ne!(beacon.payload(&network, &seed, &DeviceKey::P256([4; 33])), payload);
    }

    #[test]
    fn a_key_comes_back_from_the_registrys_bytes(key in key()) {
        let bytes = key.to_registry_bytes();
        let back = DeviceKey::from_registry_bytes(key.scheme() as u8, &bytes);
        prop_assert_eq!(back, Some(key));
        prop_assert_eq!(DeviceKey::from_registry_bytes(2, &bytes), None);
    }

    #[test]
    fn an_ed25519_key_must_end_in_zero(key in any::<[u8; 32]>(), last in 1..=u8::MAX) {
        let mut bytes = DeviceKey::Ed25519(key).to_registry_bytes();
        bytes[32] = last;
        prop_assert_eq!(DeviceKey::from_registry_bytes(0, &bytes), None);
    }
}

#[test]
fn a_huge_declared_length_is_an_error_at_once() {
    // A batch of 2³² − 1 proofs, and one proof of 4 GiB, in nine bytes.
    assert!(borsh::from_slice::<Batch>(&[0xff; 4]).is_err());
    assert!(borsh::from_slice::<Batch>(&[1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 7]).is_err());
}

#[test]
fn positions_know_their_range() {
    let at = |latitude_e7, longitude_e7| Position { latitude_e7, longitude_e7 }.is_valid();
    assert!(at(900_000_000, 1_800_000_000) && at(-900_000_000, -1_800_000_000) && at(0, 0));
    assert!(!at(900_000_001, 0) && !at(-900_000_001, 0));
    assert!(!at(0, 1_800_000_001) && !at(0, -1_800_000_001) && !at(i32::MIN, i32::MAX));
}

#[test]
fn reason_codes_and_names_are_one_to_one() {
    let codes: BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
    let names: BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.name()).collect();
    assert_eq!(codes.len(), Reason::ALL.len());
    assert_eq!(names.len(), Reason::ALL.len());
    assert!(Reason::ALL.is_sorted(), "in order of the code");
    for reason in Reason::ALL {
        assert_eq!(Reason::from_code(reason.code()), Some(reason));
        assert_eq!(reason.to_string(), reason.name());
        assert_eq!(reason.is_accepted(), reason == Reason::Accepted);
        let words = reason.name().split('_');
        for word in words {
            assert!(!word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()), "{reason}");
        }
        let spelled: String = format!("{reason:?}")
            .chars()
            .enumerate()
            .flat_map(|(at, letter)| {
                let gap = (at > 0 && letter.is_ascii_uppercase()).then_some('_');
                gap.into_iter().chain([letter.to_ascii_lowercase()])
            })
            .collect();
        assert_eq!(spelled, reason.name(), "the name is the variant's");
        assert!(!reason.hint().is_empty());
    }
    let known = (0..=u16::MAX).filter(|code| Reason::from_code(*code).is_some()).count();
    assert_eq!(known, Reason::ALL.len());
}

#[test]
fn kinds_and_names_are_one_to_one() {
    assert_eq!(Kind::ALL.len(), 13);
    assert!(Kind::ALL.is_sorted(), "by number");
    for kind in Kind::ALL {
        assert_eq!(Kind::from_code(*kind as u8), Some(*kind));
    }
    let known: BTreeSet<_> = (0..=u8::MAX).filter_map(Kind::from_code).map(Kind::name).collect();
    assert_eq!(known, Kind::ALL.iter().map(|kind| kind.name()).collect());
    assert_eq!(known.len(), Kind::ALL.len());
}

#[test]
fn wireless_bodies_know_their_ranges() {
    let place = Position { latitude_e7: 0, longitude_e7: 0 };
    let beacon = Beacon {
        entropy: [0; 32],
        position: Some(place),
        frequency_hz: 868_100_000,
        eirp_cdbm: 1_600,
        bandwidth_hz: 125_000,
        spreading_factor: 12,
    };
    let off_globe = Some(Position { latitude_e7: 900_000_001, longitude_e7: 0 });
    assert!(beacon.is_in_range());
    for wrong in [
        Beacon { position: off_globe, ..beacon.clone() },
        Beacon { frequency_hz: 999_999, ..beacon.clone() },
        Beacon { frequency_hz: 100_000_000_001, ..beacon.clone() },
        Beacon { eirp_cdbm: 6_001, ..beacon.clone() },
        Beacon { eirp_cdbm: -5_001, ..beacon.clone() },
        Beacon { bandwidth_hz: 999, ..beacon.clone() },
        Beacon { bandwidth_hz: 1_000_000_001, ..beacon.clone() },
        Beacon { spreading_factor: 4, ..beacon.clone() },
        Beacon { spreading_factor: 13, ..beacon.clone() },
    ] {
        assert!(
            Body::decode(Kind::Beacon, &Body::Beacon(wrong.clone()).encode()).is_err(),
            "{wrong:?}"
        );
    }
}
