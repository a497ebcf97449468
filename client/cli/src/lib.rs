//! What the `cairn` command does, as a library: the demo and the end-to-end tests run the very
//! same steps.
//!
//! Goals: everything that a founder, an operator and an oracle's operator do on the chain; Solana's
//! conventions for configuration, cluster names and keypairs; data on standard output, progress
//! and errors on standard error; every error with a stable code and a hint. Non-goals: running an
//! oracle (`cairn-oracle`).
//!
//! # Exit codes
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done |
//! | 1 | refused or failed; standard error has code, message and hint |
//! | 2 | the command line is wrong |
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod args;
pub mod claim;
pub mod commands;
pub mod deploy;
pub mod epoch;
pub mod failure;
pub mod migrate;
pub mod network;
pub mod onboard;
pub mod onboarding;
pub mod oracle;
pub mod output;
pub mod progress;
pub mod replay;
pub mod rewards;
pub mod run;
pub mod session;
pub mod text;
pub mod wallet;
