//! What is carried from one epoch to the next.

use crate::{compute, quality, receipt, sensor, storage, wireless};
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::hash::{Hash, sha256};

/// What later epochs need to know of earlier ones. It follows from them alone, so every oracle has
/// the same; its hash is part of each epoch's manifest, and an oracle that missed something takes
/// it from a peer.
///
/// Every epoch moves it on, also one without a proof: challenges that nobody answered, and what is
/// forgotten. Only a fresh state stays what it is then, so that the epochs before the first proof
/// need not be judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct State {
    /// Of the wireless rules.
    pub wireless: wireless::State,
    /// Of the storage rules.
    pub storage: storage::State,
    /// Of the compute rules.
    pub compute: compute::State,
    /// Of the sensor rules.
    pub sensor: sensor::State,
    /// Of customers' receipts.
    pub receipts: receipt::State,
    /// Of the factors of devices of every category.
    pub quality: quality::State,
}

impl State {
    /// Whether nothing is carried: an epoch without a proof leaves it so.
    pub fn is_fresh(&self) -> bool {
        *self == Self::default()
    }

    /// SHA-256 of a domain and the state's encoding in borsh.
    pub fn hash(&self) -> Hash {
        // Writing to memory does not fail.
        let bytes = borsh::to_vec(self).unwrap_or_default();
        sha256(&[b"cairn:state:v1\0\0", &bytes])
    }
}
