//! Bodies of the storage kinds.

use super::receipt::Receipt;
use crate::hash::Hash;
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};

/// Bytes of a leaf of a replica.
pub const LEAF_BYTES: usize = 256;
/// The most leaves of a replica: 2⁴⁰, 256 TiB.
pub const MAX_LEAVES: u64 = 1 << 40;

/// A device sealed a replica of some content: encoded it, slowly and bound to its own key, so that
/// it cannot be made again while a challenge lasts nor serve for another device.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StorageCommitment {
    /// Number of the replica; a device commits to each once, until it is faulty for good.
    pub replica: u32,
    /// Root of the Merkle tree over the content's leaves.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub content_root: Hash,
    /// Root of the Merkle tree over the sealed leaves.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub replica_root: Hash,
    /// Leaves of [`LEAF_BYTES`], 1 to [`MAX_LEAVES`]; the last one is filled up with zeros.
    pub leaf_count: u64,
    /// Hashes in a row that the key of each leaf took; at least 1.
    pub rounds: u32,
}

impl StorageCommitment {
    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        (1..=MAX_LEAVES).contains(&self.leaf_count) && self.rounds > 0
    }
}

/// A leaf with its way to a root.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Opening {
    /// Index of the leaf.
    pub index: u64,
    /// The leaf.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub leaf: [u8; LEAF_BYTES],
    /// Siblings from the leaf up, at most 40.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex::list"))]
    pub path: Vec<Hash>,
}

/// What shows that a leaf was sealed: the leaf of the content, and the sealed leaves that its key
/// was made of.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SealOpening {
    /// Which of the answer's openings this is about.
    pub opening: u8,
    /// The content's leaf of the same index, with its way to the content's root.
    pub content: Opening,
    /// Sealed leaves that the key was made of, in the order in which it was.
    pub parents: Vec<Opening>,
}

/// A device opened the leaves of its replica that the envelope's challenge asks for.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StorageAnswer {
    /// Number of the replica.
    pub replica: u32,
    /// The sealed leaves, in the order in which the challenge asks for them; 1 to 64.
    pub openings: Vec<Opening>,
    /// For the leaf whose seal the challenge asks to see.
    pub seal: SealOpening,
}

impl StorageAnswer {
    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        let short = |opening: &Opening| opening.path.len() <= 40 && opening.index < MAX_LEAVES;
        (1..=64).contains(&self.openings.len())
            && usize::from(self.seal.opening) < self.openings.len()
            && self.seal.parents.len() <= 8
            && self.openings.iter().all(short)
            && self.seal.parents.iter().all(short)
            && short(&self.seal.content)
    }
}

/// A device served content to a customer.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RetrievalReceipt {
    /// Root of the content, as in [`StorageCommitment::content_root`].
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub content_root: Hash,
    /// What was served, and the customer's signature.
    pub receipt: Receipt,
}

impl RetrievalReceipt {
    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        self.receipt.is_in_range()
    }
}
