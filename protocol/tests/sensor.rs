//! Bodies of the sensor kinds against an independent implementation, and what they refuse.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use cairn_protocol::proof::sensor::{Fix, MAX_ITEMS, MAX_OBSERVATIONS, Observation, Reading};
use cairn_protocol::proof::{
    Body, Coverage, DeviceKey, Envelope, Kind, MAX_PROOF_BYTES, Position, ReadingBatch, Track,
};
use proptest::prelude::*;

#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
struct Vectors {
    batches: Vec<serde_json::Value>,
    track: serde_json::Value,
    coverage: serde_json::Value,
}

/// The body that a vector describes, and its encoding.
#[cfg(feature = "serde")]
fn take<T: serde::de::DeserializeOwned>(vector: &serde_json::Value) -> (T, Vec<u8>) {
    let encoded = hex::decode(vector["encoded"].as_str().unwrap()).unwrap();
    (serde_json::from_value(vector.clone()).unwrap(), encoded)
}

#[cfg(feature = "serde")]
#[test]
fn bodies_and_chains_are_those_of_the_vectors() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/sensor.json");
    let vectors: Vectors = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(vectors.batches.len(), 3);
    for vector in &vectors.batches {
        let (batch, encoded): (ReadingBatch, _) = take(vector);
        assert_eq!(hex::encode(batch.chain_after()), vector["chain_after"].as_str().unwrap());
        let body = Body::ReadingBatch(batch);
        assert_eq!(body.encode(), encoded);
        assert_eq!(Body::decode(Kind::ReadingBatch, &encoded).unwrap(), body);
    }
    let (track, encoded): (Track, _) = take(&vectors.track);
    assert_eq!(Body::Track(track).encode(), encoded);
    let (coverage, encoded): (Coverage, _) = take(&vectors.coverage);
    assert_eq!(Body::Coverage(coverage).encode(), encoded);
}

const PLACE: Position = Position { latitude_e7: 0, longitude_e7: 0 };

fn fix(at_ms: u64, position: Position) -> Fix {
    Fix { at_ms, position, accuracy_m: 1, speed_cm_s: Some(1) }
}

#[test]
fn bodies_are_in_order_and_of_limited_size() {
    let batch = |times: &[u64]| {
        let readings = times.iter().map(|at_ms| Reading { at_ms: *at_ms, value: 0 }).collect();
        ReadingBatch { quantity: 0, chain_before: [0; 32], readings }.is_in_range()
    };
    assert!(batch(&[1]) && batch(&[1, 2]));
    assert!(!batch(&[]) && !batch(&[1, 1]) && !batch(&[2, 1]));
    let most: Vec<u64> = (0..=MAX_ITEMS as u64).collect();
    assert!(batch(&most[1..]) && !batch(&most));

    let track = |times: &[u64]| {
        Track { fixes: times.iter().map(|at| fix(*at, PLACE)).collect() }.is_in_range()
    };
    assert!(track(&[1, 1, 2]) && !track(&[2, 1]) && !track(&[]));
    assert!(track(&most[1..]) && !track(&most));
    let off = Position { latitude_e7: 900_000_001, longitude_e7: 0 };
    assert!(!Track { fixes: vec![fix(0, off)] }.is_in_range());

    let coverage = |count, position| {
        let seen = Observation { at_ms: 0, position, content_hash: [0; 32] };
        Coverage { observations: vec![seen; count] }.is_in_range()
    };
    assert!(coverage(1, PLACE) && coverage(MAX_OBSERVATIONS, PLACE));
    assert!(!coverage(0, PLACE) && !coverage(MAX_OBSERVATIONS + 1, PLACE) && !coverage(1, off));
}

#[test]
fn the_largest_bodies_fit_a_proof() {
    let reading = Reading { at_ms: u64::MAX, value: i64::MIN };
    let seen = Observation { at_ms: 0, position: PLACE, content_hash: [0; 32] };
    for body in [
        Body::ReadingBatch(ReadingBatch {
            quantity: 0,
            chain_before: [0; 32],
            readings: vec![reading; MAX_ITEMS],
        }),
        Body::Track(Track { fixes: vec![fix(0, PLACE); MAX_ITEMS] }),
        Body::Coverage(Coverage { observations: vec![seen; MAX_OBSERVATIONS] }),
    ] {
        let envelope = Envelope {
            version: 1,
            kind: body.kind() as u8,
            device: DeviceKey::P256([2; 33]),
            epoch: 0,
            sequence: 0,
            previous: [0; 32],
            captured_at_ms: 0,
            challenge: [0; 32],
            body: body.encode(),
            signature: [0; 64],
        };
        assert!(envelope.encode().len() <= MAX_PROOF_BYTES);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_body_or_an_error(
        kind in 30u8..=32, bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let kind = Kind::from_code(kind).unwrap();
        if let Ok(body) = Body::decode(kind, &bytes) {
            prop_assert!(body.is_in_range());
            prop_assert_eq!(body.encode(), bytes);
        }
    }

    /// Whatever is changed, left out or put in among readings shows in the chain.
    #[test]
    fn a_chain_commits_to_each_reading(
        values in proptest::collection::vec(any::<i64>(), 2..20), at: prop::sample::Index,
    ) {
        let readings: Vec<Reading> =
            values.iter().zip(0..).map(|(value, at_ms)| Reading { at_ms, value: *value }).collect();
        let of = |readings: Vec<Reading>| {
            ReadingBatch { quantity: 1, chain_before: [0; 32], readings }.chain_after()
        };
        let at = at.index(readings.len());
        let (mut changed, mut missing) = (readings.clone(), readings.clone());
        changed[at].value = changed[at].value.wrapping_add(1);
        missing.remove(at);
        prop_assert_ne!(of(readings.clone()), of(changed));
        prop_assert_ne!(of(readings.clone()), of(missing));
        // In two batches it is the same chain.
        let (head, tail) = readings.split_at(at);
        let chain_before = of(head.to_vec());
        let split = ReadingBatch { quantity: 1, chain_before, readings: tail.to_vec() };
        prop_assert_eq!(split.chain_after(), of(readings.clone()));
    }
}
