//! How long scoring takes and how large its documents are. Run by hand:
//! `cargo test --release -p cairn-epoch --test scale -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use cairn_epoch::{Earnings, EpochResult, Inputs, Terms, Totals, explain};
use cairn_protocol::hash::sha256;
use cairn_protocol::proof::{DeviceKey, Kind};
use cairn_verify::{
    Address, Category, DeviceRecord, EpochInput, Factor, Judged, Judgment, ONE, Outcome, Policy,
    Registry, Seeds, Snapshot,
};
use std::time::Instant;

fn address(what: &[u8], number: u64) -> Address {
    sha256(&[what, &number.to_le_bytes()])
}

/// A device in each of so many, with ten proofs each and the factors that every device has.
#[test]
#[ignore = "takes minutes and gigabytes"]
fn a_million_devices() {
    let devices: u64 =
        std::env::var("CAIRN_DEVICES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let mut outcome = Outcome::default();
    let mut records = Vec::new();
    for number in 0..devices {
        let device = address(b"device", number);
        // No key: none is used here, and decompressing a million takes longer than scoring.
        let key = DeviceKey::P256([0; 33]);
        let mut record = DeviceRecord::new(
            device,
            key,
            0,
            Category::Wireless,
            address(b"operator", number / 10),
        );
        record.key = DeviceKey::Ed25519(device);
        record.onboarded_at_s = number as i64;
        records.push(record);
        for proof in 0..10_u64 {
            let factors = vec![Factor::new("redundancy", 900_000, [("rank", 15)])];
            outcome.proofs.push(Judged {
                id: address(b"proof", number * 10 + proof),
                device,
                kind: if proof == 0 { Kind::Heartbeat } else { Kind::Witness },
                captured_at_ms: proof,
                judgment: Judgment::counts(ONE, factors),
            });
        }
        let gate = |name| Factor::new(name, ONE, []);
        outcome.factors.insert(
            device,
            vec![
                Factor::new("uptime", 958_333, [("parts_with_proof", 23), ("parts", 24)]),
                gate("active"),
                gate("licence"),
                gate("bond"),
            ],
        );
    }
    let timed = |what: &str, since: Instant| {
        println!("{what}: {} ms", since.elapsed().as_millis());
    };
    let start = Instant::now();
    let registry = Registry::new(records);
    timed("registry with keys decompressed", start);
    let (seeds, escrows, policy) = (Seeds::default(), Default::default(), Policy::default());
    let input = EpochInput {
        network: [1; 32],
        epoch: 0,
        starts_at_ms: 0,
        ends_at_ms: 86_400_000_000,
        registry: &registry,
        seeds: &seeds,
        escrows: &escrows,
        policy: &policy,
    };
    let start = Instant::now();
    let snapshot = Snapshot::new(&input, &outcome);
    timed("snapshot", start);
    let start = Instant::now();
    let inputs = Inputs::new(&input, &snapshot, [0; 32], &outcome, [0; 32]);
    timed("hashes of the inputs", start);
    let terms = Terms { treasury: [7; 32], budget: 1 << 50, credit_price: None };
    let start = Instant::now();
    let earnings = Earnings::compute(&input, &terms, &outcome, inputs).unwrap();
    timed("earnings", start);
    let each = |bytes: usize| bytes as u64 / devices;
    println!(
        "bytes per device: snapshot {}, outcome {}, earnings {} in borsh and {} in JSON",
        each(borsh::to_vec(&snapshot).unwrap().len()),
        each(borsh::to_vec(&outcome).unwrap().len()),
        each(borsh::to_vec(&earnings).unwrap().len()),
        each(serde_json::to_vec(&earnings).unwrap().len()),
    );
    let start = Instant::now();
    let result = EpochResult::compute([1; 32], [2; 32], &Totals::default(), earnings).unwrap();
    timed("totals, tree and manifest", start);
    let start = Instant::now();
    let tree = result.totals.tree(&[2; 32]).unwrap();
    let found = explain(&result, &outcome, tree.as_ref(), &address(b"device", 5)).unwrap();
    assert!(found.share > 0 && found.path.is_some());
    timed("explanation of one device, its tree included", start);
}
