//! Jobs whose result nobody can check but by computing it again: several devices do, and what most
//! of them find is the result.

use crate::hash::{Hash, sha256};
use crate::proof::DeviceKey;

const RESULT_DOMAIN: &[u8; 16] = b"cairn:result:v1\0";
const CHOICE_DOMAIN: &[u8; 16] = b"cairn:choice:v1\0";

/// What a device commits to its result by: SHA-256 of `"cairn:result:v1\0" ‖ device key, 33 bytes ‖
/// salt ‖ result`. The key makes a copied commitment worthless, the salt a guessed result.
pub fn commitment(device: &DeviceKey, salt: &Hash, result: &Hash) -> Hash {
    sha256(&[RESULT_DOMAIN, &device.to_registry_bytes(), salt, result])
}

/// A device's lot in the choice of who computes a job: SHA-256 of `"cairn:choice:v1\0" ‖ seed ‖ id
/// of the proof that posted the job ‖ device's address`. The lowest are chosen, read as byte
/// strings.
pub fn lot(seed: &Hash, posted: &Hash, device: &[u8; 32]) -> Hash {
    sha256(&[CHOICE_DOMAIN, seed, posted, device])
}

/// When a duplicated job's results are committed to and revealed, unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timetable {
    /// Commitments are captured before this.
    pub commit_until_ms: u64,
    /// Results are revealed from here on: every commitment has arrived.
    pub reveal_from_ms: u64,
    /// Results are revealed before this, in the same epoch.
    pub reveal_until_ms: u64,
}

/// What [`Timetable::new`] needs to know of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimetableTerms {
    /// The policy's `compute.commit_ms`.
    pub commit_ms: u64,
    /// The policy's `compute.reveal_ms`.
    pub reveal_ms: u64,
    /// The policy's `compute.arrival_ms`.
    pub arrival_ms: u64,
    /// The policy's `ingest.max_future_ms`.
    pub max_future_ms: u64,
    /// When some epoch begins, unix milliseconds.
    pub epoch_starts_at_ms: u64,
    /// How long an epoch lasts, in milliseconds.
    pub epoch_ms: u64,
}

impl Timetable {
    /// The times of a job whose devices were chosen by a seed that became known at `known_ms`.
    ///
    /// All results of a job are revealed in one epoch, so that they are judged together: when the
    /// time for it does not fit into the epoch that it begins in, it begins with the next. It is no
    /// longer than an epoch.
    pub fn new(known_ms: u64, terms: &TimetableTerms) -> Self {
        let commit_until_ms = known_ms.saturating_add(terms.commit_ms);
        let settled = super::settles_at_ms(commit_until_ms, terms.arrival_ms, terms.max_future_ms);
        let length = terms.reveal_ms.min(terms.epoch_ms);
        let into_epoch = settled
            .checked_sub(terms.epoch_starts_at_ms)
            .and_then(|since| since.checked_rem(terms.epoch_ms));
        let left = into_epoch.map_or(u64::MAX, |into| terms.epoch_ms.saturating_sub(into));
        let reveal_from_ms = if length <= left { settled } else { settled.saturating_add(left) };
        let reveal_until_ms = reveal_from_ms.saturating_add(length);
        Self { commit_until_ms, reveal_from_ms, reveal_until_ms }
    }
}
