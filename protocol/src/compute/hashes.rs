//! Hashing in sequence: each hash is SHA-256 of the one before, so nothing but a faster core makes
//! it faster. Solana's proof of history is the same; as there, who checks may check stretches side
//! by side.

use super::draws::Draws;
use crate::hash::{Hash, sha256, sha256_chain};
use crate::proof::DeviceKey;
use alloc::vec::Vec;

const FIRST_DOMAIN: &[u8; 16] = b"cairn:hashes:v1\0";
const STRETCH_DOMAIN: &[u8; 16] = b"cairn:stretch:v1";

/// The hash that a run begins with: SHA-256 of `"cairn:hashes:v1\0" ‖ seed ‖ device key, 33
/// bytes`. So a run is no older than its seed, and no other device's.
pub fn first(seed: &Hash, device: &DeviceKey) -> Hash {
    sha256(&[FIRST_DOMAIN, seed, &device.to_registry_bytes()])
}

/// The hash that comes `count` hashes after another, by the quickest way that this crate knows: who
/// writes a quicker one shall not be the faster device.
pub fn advance(from: &Hash, count: u64) -> Hash {
    sha256_chain(from, count)
}

/// When the stretch of time began that a moment lies in, of those of `benchmark_ms` from 1970 on,
/// all in milliseconds: the first seed whose window begins then or later is the one that
/// benchmarks begin with, where a network demands that all begin together. 0 for stretches of no
/// length.
pub fn begins_at_ms(at_ms: u64, benchmark_ms: u64) -> u64 {
    at_ms.saturating_sub(at_ms.checked_rem(benchmark_ms).unwrap_or(at_ms))
}

/// Which of the stretches between the checkpoints of the proof `benchmark` are checked, in
/// ascending order: the first one always, so that no run begins anywhere else, and `count` others
/// that the seed after the proof chooses. Drawn from lane 0 of the key SHA-256 of
/// `"cairn:stretch:v1" ‖ seed ‖ benchmark`.
pub fn checked(seed: &Hash, benchmark: &Hash, count: u16, stretches: u16) -> Vec<u16> {
    let key = sha256(&[STRETCH_DOMAIN, seed, benchmark]);
    let others = stretches.saturating_sub(1);
    let mut chosen = Draws::new(&key, 0).distinct(count, others);
    for stretch in &mut chosen {
        *stretch = stretch.saturating_add(1);
    }
    if stretches > 0 {
        chosen.push(0);
    }
    chosen.sort_unstable();
    chosen
}
