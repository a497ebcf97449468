//! Bodies of the storage kinds.

use super::receipt::Receipt;
use crate::hash::Hash;
use alloc::boxed::Box;
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};

/// Bytes of a leaf of a replica.
pub const LEAF_BYTES: usize = 256;
/// The most leaves of a replica: 2³⁰, 256 GiB. A device keeps more in several replicas, which it
/// seals side by side. So a path has at most 30 steps, and the longest answer (5 leaves and a seal)
/// is within [`MAX_PROOF_BYTES`](super::MAX_PROOF_BYTES).
pub const MAX_LEAVES: u64 = 1 << 30;
/// Steps of the longest path.
const MAX_PATH: usize = 30;

/// A device sealed a replica of some content: encoded it, slowly and bound to its own key, so that
/// it cannot be made again while a challenge lasts nor serve for another device; see
/// [`crate::sealing`]. It has sealed it before it sends this.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StorageCommitment {
    /// Number of the replica; a device commits to each once, until its term is over or it was
    /// faulty for too long.
    pub replica: u32,
    /// Root of the Merkle tree over the content's leaves.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub content_root: Hash,
    /// Root of the Merkle tree over the leaves between the two passes of sealing.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub middle_root: Hash,
    /// Root of the Merkle tree over the sealed leaves.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub replica_root: Hash,
    /// Leaves of [`LEAF_BYTES`], 1 to [`MAX_LEAVES`]; the last one is filled up with zeros.
    pub leaf_count: u64,
    /// Hashes in a row that the key of each leaf took in each pass; at least 1.
    pub rounds: u32,
    /// The last epoch that the device keeps it for, and is challenged in; 2⁶⁴ − 1 for good.
    pub until_epoch: u64,
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
    /// Index of the leaf, below [`MAX_LEAVES`].
    pub index: u64,
    /// The leaf.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub leaf: [u8; LEAF_BYTES],
    /// Siblings from the leaf up, at most 30.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex::list"))]
    pub path: Vec<Hash>,
}

impl Opening {
    fn is_in_range(&self) -> bool {
        self.index < MAX_LEAVES && self.path.len() <= MAX_PATH
    }
}

/// What shows that a leaf was sealed, in the pass that the challenge asks about.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SealOpening {
    /// The leaf before the pass: of the content for the forward pass, of the middle for the
    /// backward pass.
    pub before: Opening,
    /// The leaf after the forward pass, of the middle. After the backward pass it is the sealed
    /// leaf, which the answer has already: none.
    pub after: Option<Opening>,
    /// The leaves, after the pass, that the key was made of, in the order in which it was; at most
    /// 6.
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
    /// For the leaf whose seal the challenge asks to see, if it does.
    pub seal: Option<Box<SealOpening>>,
}

impl StorageAnswer {
    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        let seal = self.seal.as_deref();
        (1..=64).contains(&self.openings.len())
            && self.openings.iter().all(Opening::is_in_range)
            && seal.is_none_or(|seal| {
                seal.parents.len() <= 6
                    && seal.before.is_in_range()
                    && seal.parents.iter().chain(&seal.after).all(Opening::is_in_range)
            })
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
