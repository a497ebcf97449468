//! What a sensor's firmware does between a reading and its signature.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use cairn_device::sensor::{CoverageLog, LogError, ReadingLog, TrackLog, Unsigned};
use cairn_device::{DeviceSigner, Epochs, is_signed};
use cairn_protocol::proof::sensor::{Fix, MAX_ITEMS, MAX_OBSERVATIONS, Observation};
use cairn_protocol::proof::{Body, Position, ReadingBatch};
use proptest::prelude::*;
use std::collections::BTreeMap;

const GENESIS_S: u64 = 1_795_350_000;
const GENESIS_MS: u64 = GENESIS_S * 1_000;
const NETWORK: [u8; 32] = [4; 32];
const PLACE: Position = Position { latitude_e7: 451_885_000, longitude_e7: 57_245_000 };

fn epochs(seconds: u64) -> Epochs {
    Epochs::new(GENESIS_S, seconds).unwrap()
}

fn batch(proof: &Unsigned) -> &ReadingBatch {
    let Body::ReadingBatch(batch) = &proof.body else { panic!("a batch") };
    batch
}

#[test]
fn batches_continue_their_chain_over_a_restart() {
    let mut log = ReadingLog::new(epochs(3_600));
    log.add(1, GENESIS_MS, 1).unwrap();
    log.add(2, GENESIS_MS, 7).unwrap();
    let first = log.take();
    assert_eq!(first.len(), 2, "a batch per quantity");
    assert!(first.iter().all(|proof| batch(proof).chain_before == [0; 32]));

    let mut log = ReadingLog::with_state(epochs(3_600), log.state().clone());
    log.add(1, GENESIS_MS + 1, 2).unwrap();
    let second = log.take();
    assert_eq!(batch(&second[0]).chain_before, batch(&first[0]).chain_after());
    // Only what is after the last reading, also over a restart.
    let last_ms = GENESIS_MS + 1;
    assert_eq!(log.add(1, last_ms, 3), Err(LogError::NotInOrder { at_ms: last_ms, last_ms }));
    assert!(log.take().is_empty());

    log.restart(1);
    log.add(1, GENESIS_MS + 2, 3).unwrap();
    assert_eq!(batch(&log.take()[0]).chain_before, [0; 32]);
}

#[test]
fn batches_end_with_their_epoch_and_when_they_are_full() {
    let mut log = ReadingLog::new(epochs(1));
    for at in 0..MAX_ITEMS as u64 + 100 {
        log.add(1, GENESIS_MS + 400 + at, 0).unwrap();
    }
    let proofs = log.take();
    let shown: Vec<_> =
        proofs.iter().map(|proof| (proof.epoch, batch(proof).readings.len())).collect();
    assert_eq!(shown, [(0, 512), (0, 88), (1, 12)]);
    let chained =
        proofs.windows(2).all(|pair| batch(&pair[1]).chain_before == batch(&pair[0]).chain_after());
    assert!(chained);
    assert_eq!(log.oldest_ms(), None);
}

#[test]
fn capture_times_rise_with_the_sequence() {
    let mut device = DeviceSigner::derive(&[7; 32], "weather");
    let mut log = ReadingLog::new(epochs(3_600));
    let mut last = (0, 0);
    for round in 0..3 {
        // Five quantities, measured at once.
        for quantity in 0..5 {
            log.add(quantity, GENESIS_MS + round * 300_000, 1).unwrap();
        }
        for proof in log.take() {
            let envelope = proof.sign(&mut device, &NETWORK);
            assert!(is_signed(&envelope, &NETWORK));
            assert!(envelope.captured_at_ms >= last.0 && envelope.sequence > last.1);
            assert_eq!(envelope.captured_at_ms, batch(&proof).readings[0].at_ms);
            last = (envelope.captured_at_ms, envelope.sequence);
        }
    }
}

#[test]
fn times_before_the_genesis_and_out_of_order_are_refused() {
    let mut log = ReadingLog::new(epochs(60));
    let at_ms = GENESIS_MS - 1;
    assert_eq!(log.add(1, at_ms, 0), Err(LogError::BeforeGenesis { at_ms }));
    let mut log = TrackLog::new(epochs(60));
    let fix = |at_ms| Fix { at_ms, position: PLACE, accuracy_m: 5, speed_cm_s: None };
    assert_eq!(log.add(fix(at_ms)), Err(LogError::BeforeGenesis { at_ms }));
    log.add(fix(GENESIS_MS + 5)).unwrap();
    log.add(fix(GENESIS_MS + 5)).unwrap();
    let error = log.add(fix(GENESIS_MS + 4)).unwrap_err();
    assert_eq!(error, LogError::NotInOrder { at_ms: GENESIS_MS + 4, last_ms: GENESIS_MS + 5 });
    assert!(error.to_string().contains("was the clock set back?"));
    assert_eq!(log.oldest_ms(), Some(GENESIS_MS + 5));
}

#[test]
fn tracks_and_coverage_are_split_like_batches() {
    let mut track = TrackLog::new(epochs(60));
    let mut coverage = CoverageLog::new(epochs(60));
    for at in 0..600 {
        let at_ms = GENESIS_MS + at * 50;
        track.add(Fix { at_ms, position: PLACE, accuracy_m: 5, speed_cm_s: None }).unwrap();
        coverage.add(Observation { at_ms, position: PLACE, content_hash: [1; 32] }).unwrap();
    }
    let sizes = |proofs: Vec<Unsigned>| -> Vec<usize> {
        proofs
            .iter()
            .map(|proof| match &proof.body {
                Body::Track(track) => track.fixes.len(),
                Body::Coverage(coverage) => coverage.observations.len(),
                _ => 0,
            })
            .collect()
    };
    assert_eq!(sizes(track.take()), [MAX_ITEMS, 600 - MAX_ITEMS]);
    assert_eq!(sizes(coverage.take()), [MAX_OBSERVATIONS, MAX_OBSERVATIONS, 88]);
}

proptest! {
    /// However readings are added and taken: nothing is lost, every body is in range and in its epoch,
    /// and each quantity is one chain.
    #[test]
    fn nothing_is_lost(
        steps in proptest::collection::vec((0u16..3, 1u64..2_000, any::<bool>()), 1..200),
    ) {
        let mut log = ReadingLog::new(epochs(10));
        let (mut at_ms, mut added, mut proofs) = (GENESIS_MS, 0, Vec::new());
        for (quantity, step, take) in steps {
            at_ms += step;
            log.add(quantity, at_ms, 5).unwrap();
            added += 1;
            if take {
                proofs.extend(log.take());
            }
        }
        proofs.extend(log.take());
        let mut heads = BTreeMap::new();
        let mut readings = 0;
        for proof in &proofs {
            prop_assert!(proof.body.is_in_range());
            let batch = batch(proof);
            let head = heads.entry(batch.quantity).or_insert([0; 32]);
            prop_assert_eq!(batch.chain_before, *head);
            *head = batch.chain_after();
            readings += batch.readings.len();
            for reading in &batch.readings {
                prop_assert_eq!(epochs(10).epoch_of(reading.at_ms), Some(proof.epoch));
            }
        }
        prop_assert_eq!(readings, added);
    }
}
