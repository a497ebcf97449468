//! Properties of the proof encoding, and of the reason codes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use cairn_protocol::proof::{Batch, Beacon, Body, DeviceKey, Envelope, Kind, Position, Witness};
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

fn body() -> impl Strategy<Value = Body> {
    let beacon =
        (any::<[u8; 32]>(), any::<Option<(i32, i32)>>(), any::<u64>(), any::<i32>(), any::<u8>())
            .prop_map(|(payload_hash, position, frequency_hz, eirp_cdbm, spreading_factor)| {
                let position = position
                    .map(|(latitude_e7, longitude_e7)| Position { latitude_e7, longitude_e7 });
                Body::Beacon(Beacon {
                    payload_hash,
                    position,
                    frequency_hz,
                    eirp_cdbm,
                    spreading_factor,
                })
            });
    let witness = (any::<[u8; 32]>(), any::<i32>(), any::<i32>(), any::<u64>()).prop_map(
        |(payload_hash, rssi_cdbm, snr_cdb, frequency_hz)| {
            Body::Witness(Witness { payload_hash, rssi_cdbm, snr_cdb, frequency_hz })
        },
    );
    prop_oneof![beacon, witness]
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

    #[test]
    fn a_body_decodes_as_its_own_kind_alone(envelope in envelope(), kind in any::<u8>()) {
        let mut other = envelope.clone();
        other.kind = kind;
        match (Kind::from_code(kind), other.decode_body()) {
            (None, Ok(None)) => {}
            (Some(_), Ok(Some(body))) => prop_assert_eq!(body.kind() as u8, envelope.kind),
            // Beacons have 46 or 54 bytes, witnesses 48.
            (Some(_), Err(_)) => prop_assert_ne!(kind, envelope.kind),
            (kind, body) => prop_assert!(false, "{kind:?} gave {body:?}"),
        }
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
    for kind in [Kind::Beacon, Kind::Witness] {
        assert_eq!(Kind::from_code(kind as u8), Some(kind));
    }
    let known = (0..=u8::MAX).filter_map(Kind::from_code).map(Kind::name).collect::<BTreeSet<_>>();
    assert_eq!(known, BTreeSet::from(["beacon", "witness"]));
}
