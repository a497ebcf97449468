//! Bodies of the compute kinds.

use crate::compute::field::is_element;
use crate::hash::Hash;
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};

/// The fewest rows and columns of a matrix: below, a row's hash could be taken for a node's.
pub const MIN_SIDE: u16 = 16;
/// The most rows and columns of a matrix: three rows of it fit one proof, see
/// [`answer_bytes`](crate::compute::product::answer_bytes).
pub const MAX_SIDE: u16 = 512;
/// The most siblings on a row's way to the root.
const MAX_PATH: usize = 9;
/// The most rows that are opened.
pub const MAX_ROWS: u16 = 64;
/// The most checkpoints of a benchmark.
pub const MAX_CHECKPOINTS: u16 = 256;

/// What is computed, or shall be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Job {
    /// The product of two square matrices over the field of 2⁶¹ − 1, which follow from the seed
    /// that the envelope names as its challenge, the device, the epoch, and these two numbers; see
    /// [`Matrices`](crate::compute::product::Matrices).
    MatrixProduct {
        /// Rows and columns, [`MIN_SIDE`] to [`MAX_SIDE`].
        side: u16,
        /// Tells the jobs of one seed apart.
        number: u16,
    },
    /// A customer's job, which several devices shall compute, fixed before anybody knows which. The
    /// envelope answers no challenge; the proof's id is the job's name from here on.
    Posted {
        /// Number of the device class that computes it.
        class: u16,
    },
    /// A posted job, by one of the devices that the seed which the envelope names chose for it.
    Duplicated {
        /// Id of the proof that posted it.
        #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
        posted: Hash,
    },
}

/// A device fixed something before anybody knows what the chain's next seed makes of it: its
/// result before what of it will be challenged, or a job before who will compute it.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct JobCommitment {
    /// The job.
    pub job: Job,
    /// For a product: root of the tree over its rows, see
    /// [`RowTree`](crate::compute::product::RowTree). For a posted job: SHA-256 of its description.
    /// For a duplicated one: see [`commitment`](crate::compute::duplicates::commitment).
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub commitment: Hash,
}

impl JobCommitment {
    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        match self.job {
            Job::MatrixProduct { side, .. } => (MIN_SIDE..=MAX_SIDE).contains(&side),
            Job::Posted { .. } | Job::Duplicated { .. } => true,
        }
    }
}

/// A row of a product with its way to the committed root.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Row {
    /// Index of the row.
    pub index: u16,
    /// Its elements, each below 2⁶¹ − 1, at most [`MAX_SIDE`].
    pub elements: Vec<u64>,
    /// Siblings from the row up, at most 9.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex::list"))]
    pub path: Vec<Hash>,
}

impl Row {
    fn is_in_range(&self) -> bool {
        self.elements.len() <= usize::from(MAX_SIDE)
            && self.path.len() <= MAX_PATH
            && self.elements.iter().all(|element| is_element(*element))
    }
}

/// What a device opens of a result that it committed to.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Answer {
    /// Of a product.
    MatrixProduct {
        /// Of the product times the vector that the envelope's challenge gives: its
        /// [`image_hash`](crate::compute::product::image_hash).
        #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
        image: Hash,
        /// The rows that the challenge asks for, in its order; at most [`MAX_ROWS`].
        rows: Vec<Row>,
    },
    /// Of a duplicated job.
    Duplicated {
        /// SHA-256 of the result.
        #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
        result: Hash,
        /// What was mixed into the commitment.
        #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
        salt: Hash,
    },
}

/// A device opened what the envelope's challenge asks for.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct JobResult {
    /// Id of the proof with the [`JobCommitment`].
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub commitment: Hash,
    /// What is opened.
    pub answer: Answer,
}

impl JobResult {
    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        match &self.answer {
            Answer::MatrixProduct { rows, .. } => {
                rows.len() <= usize::from(MAX_ROWS) && rows.iter().all(Row::is_in_range)
            }
            Answer::Duplicated { .. } => true,
        }
    }
}

/// A device hashed in sequence, from the seed on that the envelope names as its challenge: each
/// hash is SHA-256 of the one before, see [`hashes`](crate::compute::hashes).
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Benchmark {
    /// Hashes from one checkpoint to the next, at least 1.
    pub hashes_per_checkpoint: u32,
    /// The hash at the end of each stretch; 1 to [`MAX_CHECKPOINTS`].
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex::list"))]
    pub checkpoints: Vec<Hash>,
    /// How long the device says that it took, in milliseconds; at least 1.
    pub elapsed_ms: u32,
}

impl Benchmark {
    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        self.hashes_per_checkpoint > 0
            && (1..=usize::from(MAX_CHECKPOINTS)).contains(&self.checkpoints.len())
            && self.elapsed_ms > 0
    }
}
