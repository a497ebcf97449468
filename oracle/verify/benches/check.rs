//! Checking proofs without state: decoding, looking up the device, the signature.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use cairn_protocol::proof::{Body, DeviceKey, Envelope, Kind, VERSION, Witness};
use cairn_verify::{Category, DeviceRecord, Registry, check};
use divan::{Bencher, counter::ItemsCount};
use ed25519_dalek::{Signer, SigningKey};

const NETWORK: [u8; 32] = [9; 32];
const PROOFS: u64 = 1_000;

fn main() {
    divan::main();
}

/// One proof from each of `PROOFS` devices, so that no key is warm.
fn proofs() -> (Registry, Vec<Vec<u8>>) {
    let mut devices = Vec::new();
    let mut encoded = Vec::new();
    for n in 0..PROOFS {
        let mut secret = [7; 32];
        secret[..8].copy_from_slice(&n.to_le_bytes());
        let signer = SigningKey::from_bytes(&secret);
        let key = DeviceKey::Ed25519(signer.verifying_key().to_bytes());
        let body = Body::Witness(Witness {
            payload: [1; 32],
            rssi_cdbm: -9_000,
            snr_cdb: 0,
            frequency_hz: 868_100_000,
        });
        let mut envelope = Envelope {
            version: VERSION,
            kind: Kind::Witness as u8,
            device: key,
            epoch: 0,
            sequence: n,
            previous: [0; 32],
            captured_at_ms: 1,
            challenge: [0; 32],
            body: body.encode(),
            signature: [0; 64],
        };
        envelope.signature = signer.sign(&envelope.signed_message(&NETWORK)).to_bytes();
        encoded.push(envelope.encode());
        devices.push(DeviceRecord::new(secret, key, 0, Category::Wireless, [3; 32]));
    }
    (Registry::new(devices), encoded)
}

#[divan::bench]
fn check_on_one_core(bencher: Bencher<'_, '_>) {
    let (registry, proofs) = proofs();
    bencher.counter(ItemsCount::new(PROOFS)).bench(|| {
        for proof in &proofs {
            divan::black_box(check(&NETWORK, &registry, proof));
        }
    });
}
