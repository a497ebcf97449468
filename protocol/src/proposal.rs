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
    /// Root hash of the Merkle-sum tree over the epoch's penalties
    /// ([`PenaltyLeaf`](crate::merkle::PenaltyLeaf)); zeros for none.
    pub penalties_root: Hash,
    /// All penalties of the epoch together, in the stake mint's smallest unit.
    pub penalties_sum: u64,
    /// Root hash of the Merkle-sum tree over what every customer used
    /// ([`UsageLeaf`](crate::merkle::UsageLeaf)); zeros for none.
    pub usage_root: Hash,
    /// Credits that all customers used in all epochs up to this one.
    pub usage_sum: u64,
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
            &self.penalties_sum.to_le_bytes(),
            &self.usage_root,
            &self.usage_sum.to_le_bytes(),
        ])
    }
}
