//! From admitted proofs to the root that oracles attest.
//!
//! ```text
//! proofs, registry, seeds, credits, policy, state ─ judge ─► Outcome ─┐
//! budget, treasury, price of credits ─────────────────────────────────┴─► Earnings ─┐
//! totals through the epoch before ──────────────────────────────────────────────────┴─► EpochResult
//! ```
//!
//! - [`close()`] judges an epoch (`cairn_verify`) and turns its outcome into tokens: points per kind,
//!   times the device's factors ([`mod@points`]), shares of the class's budget ([`mod@budget`]).
//! - [`Earnings`] has a [`Paystub`] per device, and what customers spent. It depends on the epoch and
//!   on the state that earlier ones left, so it is computed once and kept.
//! - [`Totals`] is what everyone earned and used over all epochs. Adding earnings gives the next one.
//! - [`EpochResult`] has the Merkle-sum roots over the totals and the [`Manifest`] that names every
//!   input. When an oracle adopts other totals from the chain, later results are computed again from
//!   the same earnings.
//! - [`explain()`] says from the stored documents why a device got what it did; [`Simulation`] says who
//!   gains and who loses by another policy.
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
//! use cairn_epoch::{EpochResult, Terms, Totals, close};
//! use cairn_verify::{EpochInput, Policy, Registry, Seeds, State};
//!
//! let (registry, seeds, escrows) = (Registry::default(), Seeds::default(), Default::default());
//! let policy = Policy::default();
//! let input = EpochInput {
//!     network: [5; 32], epoch: 0, starts_at_ms: 0, ends_at_ms: 3_600_000,
//!     registry: &registry, seeds: &seeds, escrows: &escrows, policy: &policy,
//! };
//! let terms = Terms { treasury: [7; 32], budget: 1_000, credit_price: None };
//! let mut state = State::default();
//! let closed = close(&input, &terms, &mut state, [])?;
//! // Nobody proved anything: the budget stays in the pool.
//! assert_eq!(closed.earnings.withheld, 1_000);
//! let result = EpochResult::compute([5; 32], [6; 32], &Totals::default(), closed.earnings)?;
//! assert_eq!(result.root_sum, 0);
//! # Ok::<(), cairn_epoch::EpochError>(())
//! ```
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")
)]

mod bootstrap;
pub mod budget;
pub mod close;
pub mod earnings;
pub mod error;
pub mod explain;
pub mod manifest;
pub mod points;
pub mod result;
pub mod simulate;
pub mod text;
pub mod totals;

pub use budget::ClassBudget;
pub use close::{Closed, EpochInputs, close};
pub use earnings::{Earnings, Paystub, Spent, Terms};
pub use error::EpochError;
pub use explain::{Explanation, explain};
pub use manifest::{Inputs, Manifest};
pub use points::KindLine;
pub use result::{EpochResult, LeavesDocument};
pub use simulate::{Change, Changes, Simulation};
pub use totals::{Claim, DeviceProof, OperatorTotal, Totals, TotalsTree, UsageProof, UsageTree};
