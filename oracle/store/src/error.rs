//! What can go wrong with storage.

use std::path::{Path, PathBuf};
use thiserror::Error;

/// A failure of the store. None of them is transient: the caller stops and a human looks.
#[derive(Debug, Clone, Error)]
pub enum StoreError {
    /// The operating system refused.
    #[error("cannot {action} {path}: {message}", path = path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        message: String,
        /// Its kind.
        kind: std::io::ErrorKind,
    },
    /// Bytes that were synced are not what was written.
    #[error(
        "{path} is damaged at byte {offset}: {what}; records after it were acknowledged, so it is not cut off. Restore the file from a copy, or move the data directory away to start from the other oracles",
        path = path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where in it.
        offset: u64,
        /// What was found.
        what: &'static str,
    },
    /// A segment in the middle is not there.
    #[error("{path} is missing although a later segment exists; restore it from a copy", path = path.display())]
    SegmentMissing {
        /// The file that should exist.
        path: PathBuf,
    },
    /// Another process has the directory open.
    #[error("{path} is locked: another process uses this data directory", path = path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// A write failed earlier.
    #[error("the log refuses writes since an earlier one failed: {0}")]
    Poisoned(String),
    /// The log was closed.
    #[error("the log is closed")]
    Closed,
    /// More records at once than a group holds.
    #[error("{bytes} bytes at once are more than the {most} that a group may hold")]
    TooLarge {
        /// What was given.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// A document's name is not a plain file name.
    #[error(
        "{0:?} is not a document name: letters, digits, `-`, `_` and `.` in front of an extension"
    )]
    Name(String),
    /// The reader of the records gave up.
    #[error("record {record} of the log cannot be used: {message}")]
    Record {
        /// Its number from the beginning, from 0.
        record: u64,
        /// Why.
        message: String,
    },
}

impl StoreError {
    /// A stable name for logs and interfaces.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "store_io",
            Self::Damaged { .. } => "store_damaged",
            Self::SegmentMissing { .. } => "store_segment_missing",
            Self::Locked { .. } => "store_locked",
            Self::Poisoned(_) => "store_poisoned",
            Self::Closed => "store_closed",
            Self::TooLarge { .. } => "store_too_large",
            Self::Name(_) => "store_name",
            Self::Record { .. } => "store_record",
        }
    }
}

/// Adds what was tried on which file to a system error.
pub(crate) fn io<'a>(
    action: &'static str,
    path: &'a Path,
) -> impl FnOnce(std::io::Error) -> StoreError + 'a {
    move |error| StoreError::Io {
        action,
        path: path.to_owned(),
        message: error.to_string(),
        kind: error.kind(),
    }
}
