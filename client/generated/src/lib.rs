//! Clients of the three programs, rendered from their IDLs: instructions, accounts, errors, events.
//!
//! Nothing here is written by hand but this file; `make generate` renders the rest and CI proves
//! it current. `cairn-sdk` is the typed layer to use.

#[allow(
    missing_docs,
    clippy::all,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "rendered by Codama"
)]
pub mod generated;

pub use generated::{registry, rewards, staking};
