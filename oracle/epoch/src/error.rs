//! What can go wrong with an epoch.

use cairn_protocol::merkle::MerkleError;
use thiserror::Error;

/// Why an epoch cannot be computed or rebuilt.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EpochError {
    /// Points or tokens beyond 64 bits.
    #[error("{0} exceed 64 bits")]
    Overflow(&'static str),
    /// The tree over the totals.
    #[error(transparent)]
    Tree(#[from] MerkleError),
    /// Entries that must ascend do not.
    #[error("{0} are not in strictly ascending order")]
    Order(&'static str),
    /// An entry of zero tokens, which no root has.
    #[error("{0} of zero tokens is listed")]
    Zero(&'static str),
    /// The outcome speaks of a device that the registry does not have.
    #[error("device {device} was judged and is not in the registry")]
    UnknownDevice {
        /// The device, base58.
        device: String,
    },
    /// An operator's devices earned more than the operator.
    #[error("the devices of operator {operator} sum to more than its lifetime total")]
    DevicesExceedTotal {
        /// The operator, base58.
        operator: String,
    },
    /// A stated hash is not that of the stated entries.
    #[error("the stated {what} is {stated}, the entries give {computed}")]
    Mismatch {
        /// What differs.
        what: &'static str,
        /// What was stated.
        stated: String,
        /// What the entries give.
        computed: String,
    },
}

impl EpochError {
    /// A stable name for logs and interfaces.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Overflow(_) => "epoch_overflow",
            Self::Tree(_) => "epoch_tree",
            Self::Order(_) => "epoch_order",
            Self::Zero(_) => "epoch_zero",
            Self::UnknownDevice { .. } => "epoch_unknown_device",
            Self::DevicesExceedTotal { .. } => "epoch_devices_exceed_total",
            Self::Mismatch { .. } => "epoch_mismatch",
        }
    }
}
