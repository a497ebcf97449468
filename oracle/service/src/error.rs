//! What can go wrong inside the oracle.

use crate::chain::ChainError;
use cairn_epoch::EpochError;
use cairn_store::StoreError;
use thiserror::Error;

/// A failure of one of the oracle's tasks.
#[derive(Debug, Clone, Error)]
pub enum OracleError {
    /// The chain; the task tries again.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The disk; the oracle stops, because it can promise nothing without it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An epoch that cannot be computed.
    #[error("epoch {epoch}: {source}")]
    Epoch {
        /// Which.
        epoch: u64,
        /// Why.
        source: EpochError,
    },
    /// A document of the data directory that does not read.
    #[error("document {name} in the data directory cannot be read: {message}")]
    Document {
        /// Its name.
        name: String,
        /// Why.
        message: String,
    },
    /// An index that is not what was written; everything in it is in other documents too.
    #[error("{name} in the data directory is damaged: {message}; remove it, and it is made again")]
    Index {
        /// The document's name.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// No peer gave leaves that lead to the chain's root.
    #[error("no peer gave the leaves of epoch {epoch} that lead to the chain's root: {}", tried.join("; "))]
    NoPeer {
        /// Which epoch.
        epoch: u64,
        /// One line per peer.
        tried: Vec<String>,
    },
    /// The gate's thread is gone.
    #[error("the gate has stopped")]
    GateStopped,
    /// The data directory belongs to something else.
    #[error("the data directory belongs to {what} {found}, the configuration names {expected}")]
    WrongDataDirectory {
        /// What differs.
        what: &'static str,
        /// In the directory.
        found: String,
        /// In the configuration or on chain.
        expected: String,
    },
    /// The pool's times make no epochs.
    #[error("the pool's times make no epochs: {0}")]
    Clock(#[from] cairn_verify::ClockError),
    /// A worker thread died.
    #[error("a worker thread failed: {0}")]
    Worker(String),
}

impl OracleError {
    /// A stable name for logs and interfaces.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Chain(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Epoch { source, .. } => source.code(),
            Self::Document { .. } => "document_malformed",
            Self::Index { .. } => "index_damaged",
            Self::NoPeer { .. } => "no_peer",
            Self::GateStopped => "gate_stopped",
            Self::WrongDataDirectory { .. } => "wrong_data_directory",
            Self::Clock(_) => "clock",
            Self::Worker(_) => "worker",
        }
    }

    /// Whether the oracle must stop: without a disk or a gate it can promise nothing.
    pub const fn is_fatal(&self) -> bool {
        matches!(
            self,
            Self::Store(_)
                | Self::GateStopped
                | Self::Document { .. }
                | Self::WrongDataDirectory { .. }
        )
    }
}

/// Runs blocking work off the async threads.
///
/// # Errors
/// The work's own, or [`OracleError::Worker`] when it panicked.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OracleError> + Send + 'static,
) -> Result<T, OracleError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => Err(OracleError::Worker(error.to_string())),
    }
}
