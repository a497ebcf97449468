//! What oracles agree on at the end of an epoch.

use crate::hash::{Hash, sha256};

/// Everything that a proposal says about its epoch. Oracles attest it whole or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProposalContent {
    /// Root hash of the Merkle-sum tree over all operators.
    pub root: Hash,
    /// Lifetime total of all operators, in the mint's smallest unit.
    pub root_sum: u64,
    /// Leaves in the tree.
    pub leaf_count: u32,
    /// Commits to every input that the root was computed from.
    pub manifest_hash: Hash,
    /// Root of the epoch's penalties; zeros for none.
    pub penalties_root: Hash,
}

impl ProposalContent {
    /// SHA-256 of the fields in order, integers little-endian. Part of the proposal's address.
    pub fn hash(&self) -> Hash {
        sha256(&[
            &self.root,
            &self.root_sum.to_le_bytes(),
            &self.leaf_count.to_le_bytes(),
            &self.manifest_hash,
            &self.penalties_root,
        ])
    }
}
