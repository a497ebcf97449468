//! Points per device.

use crate::error::EpochError;
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::{DeviceKey, Kind};
use cairn_verify::Policy;
use std::collections::{BTreeMap, BTreeSet};

/// What one epoch's accepted proofs are worth, in whatever order they are added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub(crate) points: BTreeMap<DeviceKey, u64>,
    ids: BTreeSet<Hash>,
}

impl Tally {
    /// Counts one accepted proof. The same proof counts once.
    ///
    /// # Errors
    /// When a device's points exceed 64 bits.
    pub fn add(
        &mut self,
        policy: &Policy,
        device: DeviceKey,
        kind: Kind,
        id: Hash,
    ) -> Result<(), EpochError> {
        if !self.ids.insert(id) {
            return Ok(());
        }
        let worth = match kind {
            Kind::Beacon => policy.wireless.points_per_beacon,
            Kind::Witness => policy.wireless.points_per_witness,
            _ => 0,
        };
        let points = self.points.entry(device).or_default();
        *points = points.checked_add(worth).ok_or(EpochError::Overflow("points of a device"))?;
        Ok(())
    }

    /// Accepted proofs counted.
    pub fn proofs(&self) -> u64 {
        self.ids.len() as u64
    }

    /// Commits to exactly which proofs were counted: SHA-256 over a domain, their number and their
    /// ids in ascending order.
    pub fn hash(&self) -> Hash {
        let count = self.proofs().to_le_bytes();
        let mut parts: Vec<&[u8]> = vec![b"cairn:proofs:v1\0", &count];
        parts.extend(self.ids.iter().map(|id| &id[..]));
        sha256(&parts)
    }
}
