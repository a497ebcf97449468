//! Bodies of the sensor kinds.

use super::Position;
use crate::hash::{Hash, sha256};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};

/// The most readings or fixes of one proof.
pub const MAX_ITEMS: usize = 512;
/// The most observations of one proof.
pub const MAX_OBSERVATIONS: usize = 256;
const CHAIN_DOMAIN: &[u8; 16] = b"cairn:reading:v1";

/// One measured value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Reading {
    /// When, unix milliseconds.
    pub at_ms: u64,
    /// In the unit that the network's policy gives the quantity.
    pub value: i64,
}

/// Readings of one quantity, in order of time, under one signature.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ReadingBatch {
    /// Number of the quantity in the network's policy.
    pub quantity: u16,
    /// [`ReadingBatch::chain_after`] of the device's batch of this quantity before, so that no reading
    /// between two batches can be left out or put in later. Zeros for its first, and for one that
    /// begins a new chain because the device lost its state.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub chain_before: Hash,
    /// The readings, times rising; 1 to [`MAX_ITEMS`].
    pub readings: Vec<Reading>,
}

impl ReadingBatch {
    /// The chain's hash after the last reading: each is SHA-256 of
    /// `"cairn:reading:v1" ‖ hash before ‖ quantity ‖ time ‖ value`.
    pub fn chain_after(&self) -> Hash {
        self.readings.iter().fold(self.chain_before, |before, reading| {
            sha256(&[
                CHAIN_DOMAIN,
                &before,
                &self.quantity.to_le_bytes(),
                &reading.at_ms.to_le_bytes(),
                &reading.value.to_le_bytes(),
            ])
        })
    }

    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        (1..=MAX_ITEMS).contains(&self.readings.len())
            && self.readings.is_sorted_by(|a, b| a.at_ms < b.at_ms)
    }
}

/// Where a device was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Fix {
    /// When, unix milliseconds.
    pub at_ms: u64,
    /// Where.
    pub position: Position,
    /// Radius that it may be off by, in metres.
    pub accuracy_m: u16,
    /// How fast the device moves by its receiver or its wheels, in cm/s, if they say so. What stands
    /// in the same place must not claim to move.
    pub speed_cm_s: Option<u16>,
}

/// Fixes of a moving device, in order of time, under one signature.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Track {
    /// The fixes, times not falling; 1 to [`MAX_ITEMS`].
    pub fixes: Vec<Fix>,
}

impl Track {
    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        (1..=MAX_ITEMS).contains(&self.fixes.len())
            && self.fixes.is_sorted_by_key(|fix| fix.at_ms)
            && self.fixes.iter().all(|fix| fix.position.is_valid())
    }
}

/// A cell that a device mapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Observation {
    /// When, unix milliseconds.
    pub at_ms: u64,
    /// Where the device was.
    pub position: Position,
    /// SHA-256 of the image or scan, which the device keeps to show when asked.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub content_hash: Hash,
}

/// What a device mapped on its way, in order of time, under one signature.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Coverage {
    /// The observations, times not falling; 1 to [`MAX_OBSERVATIONS`].
    pub observations: Vec<Observation>,
}

impl Coverage {
    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        (1..=MAX_OBSERVATIONS).contains(&self.observations.len())
            && self.observations.is_sorted_by_key(|observation| observation.at_ms)
            && self.observations.iter().all(|observation| observation.position.is_valid())
    }
}
