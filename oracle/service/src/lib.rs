//! The oracle: takes proofs over HTTP, keeps them, closes epochs, and brings their roots on chain
//! together with the other oracles of its pool. The only crate that wires clock, disk, network and
//! chain to the pure ones (`cairn-verify`, `cairn-epoch`) and to `cairn-store`.
//!
//! # Promises
//!
//! - A proof is acknowledged only after its verdict is on disk; a restart at any moment loses none.
//! - A proof is refused with a reason, never lost: what a known device signed is kept with its
//!   reason code (within a bound per device and epoch), the rest is counted.
//! - The log is authoritative: after a restart what was admitted is taken from it.
//! - An epoch closes once and for ever. Its result is stored before anything is proposed, and the
//!   proposal's address derives from its content, so a restart cannot propose a second one.
//! - Only a proposal that equals the own result in every field is attested. It is voted against or
//!   rejected only when it is wrong for certain, and not because it differs.
//! - When the chain finalized another root, this oracle missed something: it adopts the chain's
//!   totals after rebuilding the root from a peer's leaves, and the state that the attested manifest
//!   commits to; it neither proposes nor attests before.
//! - Memory is bounded: beyond the budget, requests are refused with 503 and `Retry-After`.
//!
//! # The way of a proof
//!
//! ```text
//! POST /v1/proofs ─ wire ─ check (parallel) ─ gate (one thread, in order) ─ log (group commit) ─ answer
//! epochs task: log, seeds, registry ─ judge ─ earnings ─ result on disk ─ propose | attest ─ vote | reject ─ finalize ─ claims served ─ payments
//! GET: registry, index of closed epochs, what the gate said lately ─ fleet ─ answer; changes ─ live ─ listeners
//! ```
//!
//! # Not here
//!
//! Rules (`cairn-verify`), points and roots (`cairn-epoch`), files (`cairn-store`), accounts and
//! transactions (`cairn-sdk`). Oracles do not share what they took in: every batch goes to all of
//! them.
//!
//! # Example
//!
//! Any type that implements [`chain::Chain`] can stand behind an oracle:
//!
//! ```no_run
//! # async fn run(keypair: solana_keypair::Keypair, pool: [u8; 32]) -> anyhow::Result<()> {
//! use cairn_oracle::config::{Args, Config};
//! use cairn_oracle::{Oracle, chain::solana::SolanaChain, system_clock};
//! use clap::Parser;
//!
//! let config = Config::load(Args::parse(), system_clock())?;
//! let chain = SolanaChain::new(&config.rpc_url, keypair, &pool);
//! let oracle = Oracle::start(config.options, chain).await?;
//! println!("listening on http://{}", oracle.address());
//! oracle.run_until(async { tokio::signal::ctrl_c().await.unwrap_or(()) }).await?;
//! # Ok(())
//! # }
//! ```
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")
)]

pub mod activity;
pub mod api;
pub mod chain;
pub mod config;
pub mod devices;
pub mod epochs;
pub mod error;
pub mod fleet;
pub mod ingest;
pub mod ledger;
pub mod live;
pub mod peers;
pub mod public;
pub mod seeds;
pub mod server;
pub mod state;

pub use error::OracleError;
pub use server::{Options, Oracle};

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time in unix milliseconds.
pub type Now = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The system's clock.
pub fn system_clock() -> Now {
    Arc::new(|| {
        // A clock before 1970 is one that was never set: every proof is then from the future.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}
