//! Keeps what an oracle must never lose: the log of proofs with their verdicts, and a few small
//! documents.
//!
//! # Promises
//!
//! - [`Log::submit`] reports success only after the records are on disk (`fdatasync` returned).
//!   Many submitters share one sync (*group commit*).
//! - After a crash at any moment [`Log::open`] yields every reported record and, of the group that
//!   was being written, either all of it or nothing.
//! - A torn tail is told apart from damage: the first is cut off silently because nobody was told
//!   that it was stored; the second is an error with the file and offset, because something that
//!   was promised is gone, and an operator has to decide.
//! - Two processes never write one log: the directory is locked.
//! - A document ([`Documents`]) is replaced as a whole or not at all.
//! - A failed sync is final: the kernel may have dropped the dirty pages, so a retry could succeed
//!   without the data. The log then refuses everything until it is opened again.
//!
//! # Not here
//!
//! What the bytes mean: the log stores opaque envelopes beside a time, a reason code and an epoch
//! number. Which verdict a proof gets is `cairn-verify`'s, what it is worth `cairn-epoch`'s.
//!
//! # On disk
//!
//! Numbered segments, each `header ‖ group ‖ group ‖ …`, little-endian:
//!
//! | what | bytes |
//! |---|---|
//! | header | `"CAIRNLOG"` ‖ version u32 ‖ segment u64 ‖ first group u64 ‖ salt u64 ‖ crc u32 |
//! | group | `"CGRP"` ‖ number u64 ‖ payload length u32 ‖ payload crc u32 ‖ crc of the 20 bytes before u32 ‖ payload |
//! | record in a payload | length u32 of what follows ‖ received_at_ms u64 ‖ epoch u64 ‖ reason u16 ‖ envelope |
//!
//! CRCs are CRC-32C (RFC 3720), started from the log's random salt, so that nobody can place bytes
//! inside a proof that recovery would take for a group. Group `n + 1` is only written after group
//! `n` was synced: hence a broken group *followed by a valid one* is damage, and a broken group
//! followed by none is a torn tail.
//!
//! # Example
//!
//! ```
//! use cairn_store::{Log, LogOptions, Record};
//!
//! let dir = tempfile::tempdir()?;
//! let record = Record { received_at_ms: 1, epoch: 0, reason: 0, envelope: b"proof".to_vec() };
//! let (log, _) = Log::open(dir.path(), LogOptions::default(), |_| Ok(()))?;
//! log.append(vec![record.clone()])?; // on disk when this returns
//! log.close()?;
//!
//! let mut seen = Vec::new();
//! let (_log, recovery) = Log::open(dir.path(), LogOptions::default(), |record| {
//!     seen.push(record);
//!     Ok(())
//! })?;
//! assert_eq!((seen, recovery.records), (vec![record], 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")
)]

mod directory;
pub mod documents;
pub mod error;
pub mod format;
pub mod log;
mod recovery;
mod writer;

pub use documents::{Documents, Parts};
pub use error::StoreError;
pub use format::Record;
pub use log::{Log, LogOptions, LogSize, Recovery};
