//! Closing an epoch, from admitted proofs to the root: judging, the snapshot, points, shares, totals
//! and both trees. 76,729 wireless devices 2 km apart, a beacon each, every one received by twelve
//! others: 997,477 proofs.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use cairn_epoch::{EpochResult, Terms, Totals, close};
use cairn_protocol::proof::{Beacon, Body, DeviceKey, Envelope, Position, VERSION, Witness};
use cairn_verify::{
    Category, Changed, DeviceRecord, EpochInput, Policy, Registry, Seed, Seeds, State,
};
use divan::{Bencher, counter::ItemsCount};
use std::collections::BTreeMap;

const NETWORK: [u8; 32] = [9; 32];
const SIDE: i32 = 277;
const START_MS: u64 = 1_700_000_040_000;

fn main() {
    divan::main();
}

fn key(device: i32) -> DeviceKey {
    let mut key = [7; 32];
    key[..4].copy_from_slice(&device.to_le_bytes());
    DeviceKey::Ed25519(key)
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn close_an_epoch(bencher: Bencher<'_, '_>) {
    let seed = Seed::new(&NETWORK, START_MS, 60_000, 1, START_MS / 1_000, [1; 32]);
    let (mut devices, mut envelopes) = (Vec::new(), Vec::new());
    let mut say = |device: i32, at_ms: u64, challenge, body: &Body| {
        envelopes.push(Envelope {
            version: VERSION,
            kind: body.kind() as u8,
            device: key(device),
            epoch: 0,
            sequence: at_ms,
            previous: [0; 32],
            captured_at_ms: at_ms,
            challenge,
            body: body.encode(),
            signature: [1; 64],
        });
    };
    for at in 0..SIDE * SIDE {
        let position = Position {
            latitude_e7: 400_000_000 + 180_000 * (at / SIDE),
            longitude_e7: 50_000_000 + 254_000 * (at % SIDE),
        };
        let (mut address, mut operator) = ([5; 32], [6; 32]);
        address[..4].copy_from_slice(&at.to_le_bytes());
        operator[..4].copy_from_slice(&(at / 3).to_le_bytes());
        devices.push(DeviceRecord {
            position: Changed::always(Some(position)),
            ..DeviceRecord::new(address, key(at), 0, Category::Wireless, operator)
        });
        let beacon = Beacon {
            entropy: [3; 32],
            position: None,
            frequency_hz: 868_100_000,
            eirp_cdbm: 1_600,
            bandwidth_hz: 125_000,
            spreading_factor: 12,
        };
        let payload = beacon.payload(&NETWORK, &seed.seed, &key(at));
        let sent_at_ms = START_MS + u64::try_from(at).unwrap();
        say(at, sent_at_ms, seed.seed, &Body::Beacon(beacon));
        let near = [1, 2, -1, -2, SIDE, -SIDE, SIDE + 1, SIDE - 1, -SIDE + 1, -SIDE - 1];
        for to in near.into_iter().chain([2 * SIDE, -2 * SIDE]).map(|step| at + step) {
            let (rssi_cdbm, snr_cdb, frequency_hz) = (-10_500, 200, 868_100_000);
            let witness = Witness { payload, rssi_cdbm, snr_cdb, frequency_hz };
            say(to.rem_euclid(SIDE * SIDE), sent_at_ms + 300, [0; 32], &Body::Witness(witness));
        }
    }
    let (registry, seeds) = (Registry::new(devices), Seeds::new([seed]));
    let (escrows, policy) = (BTreeMap::new(), Policy::default());
    let input = EpochInput {
        network: NETWORK,
        epoch: 0,
        starts_at_ms: START_MS,
        ends_at_ms: START_MS + 120_000,
        registry: &registry,
        seeds: &seeds,
        escrows: &escrows,
        policy: &policy,
    };
    let terms = Terms { treasury: [4; 32], budget: 1_000_000_000_000, credit_price: None };
    bencher
        .counter(ItemsCount::new(envelopes.len()))
        .with_inputs(|| (State::default(), envelopes.clone()))
        .bench_values(|(mut state, envelopes)| {
            let closed = close(&input, &terms, &mut state, envelopes).unwrap();
            EpochResult::compute(NETWORK, [8; 32], &Totals::default(), closed.earnings).unwrap()
        });
}
