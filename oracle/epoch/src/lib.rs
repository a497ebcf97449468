//! From accepted proofs to the root that oracles attest.
//!
//! ```text
//! accepted proofs ─ Tally ─┐
//! registry at the end ─────┼─► Earnings ─┐
//! budget, policy, treasury ┘             ├─► EpochResult ─► proposal content, claims
//! totals through the epoch before ───────┘
//! ```
//!
//! - [`Tally`] counts points per device key.
//! - [`Earnings`] divides the epoch's budget by points and books each device's share under the
//!   operator that it had when the epoch ended. What rounding leaves over is the treasury's.
//!   Earnings depend on one epoch alone, so they are computed once and kept.
//! - [`Totals`] is what everyone earned over all epochs. Adding earnings to it gives the next one.
//! - [`EpochResult`] has the Merkle-sum root over the totals and the manifest hash that commits to
//!   every input. When an oracle adopts other totals from the chain, later results are computed
//!   again from the same earnings.
//!
//! Everything is integers, and every collection is in the order of its bytes: the same proofs give
//! the same root and manifest hash on every machine, in whatever order they arrived.
//!
//! # Not here
//!
//! Reading proofs or accounts, the clock, the chain: `cairn-oracle` brings the inputs and keeps
//! the results.
//!
//! # Example
//!
//! ```
//! use cairn_epoch::{Earnings, EpochResult, Tally, Terms, Totals};
//! use cairn_protocol::proof::{DeviceKey, Kind};
//! use cairn_verify::{Category, DeviceRecord, Policy, Registry};
//!
//! let key = DeviceKey::Ed25519([1; 32]);
//! let registry = Registry::new([DeviceRecord::new([2; 32], key, 0, Category::Wireless, [3; 32])]);
//! let policy = Policy::default();
//! let mut tally = Tally::default();
//! tally.add(&policy, key, Kind::Witness, [4; 32])?;
//!
//! let terms = Terms {
//!     network: [5; 32], pool: [6; 32], treasury: [7; 32], policy_hash: policy.hash(),
//!     epoch: 0, starts_at_s: 0, ends_at_s: 3_600, budget: 1_000,
//! };
//! let earnings = Earnings::compute(&terms, &tally, &registry)?;
//! let result = EpochResult::compute(terms.network, terms.pool, &Totals::default(), earnings)?;
//! assert_eq!(result.root_sum, 1_000);
//! let claim = result.totals.tree(&terms.pool)?.unwrap().claim(&[3; 32]).unwrap();
//! assert_eq!(claim.leaf.lifetime_total, 1_000);
//! # Ok::<(), cairn_epoch::EpochError>(())
//! ```
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")
)]

pub mod earnings;
pub mod error;
pub mod result;
pub mod tally;
pub mod text;
pub mod totals;

pub use earnings::{Earnings, Share, Terms};
pub use error::EpochError;
pub use result::{EpochResult, LeavesDocument};
pub use tally::Tally;
pub use totals::{Claim, DeviceProof, OperatorTotal, Totals, TotalsTree};
