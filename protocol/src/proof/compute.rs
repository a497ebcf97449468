//! Bodies of the compute kinds.

use crate::hash::Hash;
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};

/// The most rows and columns of a matrix.
pub const MAX_SIDE: u16 = 1_024;

/// What is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Job {
    /// The product of two square matrices over the field of 2⁶¹ − 1, whose elements follow from the
    /// commitment's challenge and the device.
    MatrixProduct {
        /// Rows and columns, 16 to [`MAX_SIDE`].
        side: u16,
    },
    /// A customer's job without an algebraic check, which several devices compute.
    Duplicated {
        /// SHA-256 of the job's description.
        #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
        job: Hash,
    },
}

/// A device fixed its result before anybody knows what of it will be challenged.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct JobCommitment {
    /// The job.
    pub job: Job,
    /// For a product: root of the Merkle tree over its rows. For a duplicated job: SHA-256 of
    /// `"cairn:result:v1\0" ‖ device key, 33 bytes ‖ salt ‖ result`.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub commitment: Hash,
}

impl JobCommitment {
    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        match self.job {
            Job::MatrixProduct { side } => (16..=MAX_SIDE).contains(&side),
            Job::Duplicated { .. } => true,
        }
    }
}

/// A row of a product with its way to the committed root.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Row {
    /// Index of the row.
    pub index: u16,
    /// Its elements, each below 2⁶¹ − 1.
    pub elements: Vec<u64>,
    /// Siblings from the row up, at most 10.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex::list"))]
    pub path: Vec<Hash>,
}

/// What a device opens of a result that it committed to.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Answer {
    /// Of a product.
    MatrixProduct {
        /// The product times the vector that the envelope's challenge gives.
        image: Vec<u64>,
        /// The rows that the challenge asks for, in its order; 1 to 64.
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
        let side = usize::from(MAX_SIDE);
        match &self.answer {
            Answer::MatrixProduct { image, rows } => {
                image.len() <= side
                    && (1..=64).contains(&rows.len())
                    && rows.iter().all(|row| row.elements.len() <= side && row.path.len() <= 10)
            }
            Answer::Duplicated { .. } => true,
        }
    }
}

/// A device hashed in sequence, from the envelope's challenge on: each hash is SHA-256 of the one
/// before, the first of `"cairn:hashes:v1\0" ‖ challenge ‖ device key, 33 bytes`.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Benchmark {
    /// Hashes from one checkpoint to the next, at least 1.
    pub hashes_per_checkpoint: u32,
    /// The hash at the end of each stretch; 1 to 256.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex::list"))]
    pub checkpoints: Vec<Hash>,
    /// How long the device says that it took, in milliseconds; at least 1.
    pub elapsed_ms: u32,
}

impl Benchmark {
    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        self.hashes_per_checkpoint > 0
            && (1..=256).contains(&self.checkpoints.len())
            && self.elapsed_ms > 0
    }
}
