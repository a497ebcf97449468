//! What can go wrong with a replica.

use cairn_protocol::sealing::{LEAF_BYTES, MAX_LEAVES};
use std::io;

/// Why a replica was not sealed, or does not give what it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// Reading or writing failed.
    #[error("reading or writing the replica failed: {0}")]
    Io(#[from] io::Error),
    /// There is nothing to keep.
    #[error("the content is empty; a replica has at least one byte")]
    Empty,
    /// The content is too long for one replica.
    #[error(
        "{bytes} bytes are more than a replica holds ({}); seal the content in parts",
        MAX_LEAVES.saturating_mul(LEAF_BYTES as u64)
    )]
    TooLarge {
        /// Length of the content.
        bytes: u64,
    },
    /// Rounds must be at least one.
    #[error("0 rounds seal nothing; the network's policy states the fewest")]
    NoRounds,
    /// The content was not the same in the second reading.
    #[error("the content changed while it was sealed; seal it again")]
    ContentChanged,
    /// What the replica has at this place does not lead to its root.
    #[error("leaf {leaf} of the replica is damaged, or one that it depends on")]
    Damaged {
        /// Index of the leaf.
        leaf: u64,
    },
    /// What was unsealed is not the content that was sealed.
    #[error("the content that came back is not the one that was sealed; the replica is damaged")]
    ContentWrong,
    /// The directory's manifest is not one.
    #[error("{path} is not a replica's manifest ({problem})")]
    Manifest {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The directory holds another replica, sealed or half sealed.
    #[error("{path} holds another replica; seal this one elsewhere")]
    Occupied {
        /// The directory.
        path: String,
    },
}
