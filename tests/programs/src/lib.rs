//! A chain in the test's own process with Cairn's programs on it, and what a test says to it.
//!
//! [`Chain`] wraps LiteSVM: it sends instructions, moves the clock, hands out funded wallets and
//! reads balances. [`Network`], [`Pool`] and [`StakePool`] are set-ups that most tests begin with,
//! made through the programs' own instructions. A refusal is told by name, such as
//! `rewards::NotOracle`, see [`Refused`].
//!
//! The programs are read from `target/deploy`, where `make programs` builds them, or from the
//! folder that `CAIRN_DEPLOY` names, to test a build from elsewhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

pub mod cases;
mod chain;
mod registry;
mod rewards;
mod staking;

pub use chain::{Chain, NOW, Refused, SLOT, Sent, Swap, bump};
pub use registry::{CELL, Network, OTHER_CELL, Onboard, P256Key, emitted};
pub use rewards::{Pool, operator_leaf, tree_of};
pub use staking::{StakePool, mint_2022};
