//! Decides whether a proof counts and for how much, and says why.
//!
//! It happens in two steps, so that independent oracles agree whatever order proofs reach them in:
//!
//! - [`check()`] and the [`Gate`] take a proof into its epoch when it arrives, or refuse it: for
//!   reasons that lie in the proof itself, in the device's being known, in time, or in its being a
//!   copy.
//! - [`judge::judge`] judges the whole epoch when it is over: from the set of proofs, the registry,
//!   the chain's seeds, the customers' credits, the policy and the [`State`] that earlier epochs
//!   left, and from nothing else.
//!
//! There is no I/O and no clock here (`now_ms` is an argument), and no floating point.
//!
//! # The rules on arrival, in the order in which they apply
//!
//! [`check()`] needs no state and may run on any thread:
//!
//! 1. size, encoding, version, kind ([`Reason::TooLarge`], `Malformed`, `VersionUnsupported`,
//!    `KindUnsupported`)
//! 2. a signature is there (`SignatureMissing`), and the device is onboarded (`DeviceUnknown`)
//! 3. the device's class gives proofs of this kind (`KindNotOfClass`), and the body decodes with
//!    every number in its range (`BodyInvalid`)
//! 4. the signature verifies ([`signature`] is the one policy; `SignatureInvalid`)
//!
//! [`Gate::admit`] then applies, in a single thread:
//!
//! 5. time: not from the future, not too old, in the epoch that it names, that epoch not closed
//!    (`CapturedInFuture`, `CapturedTooLongAgo`, `EpochMismatch`, `EpochClosed`)
//! 6. `Duplicate` when this very proof was taken before
//!
//! The rules of the second step are documented in [`mod@judge`].
//!
//! Memory is bounded by the devices and the proofs of open epochs. Rounding in physical rules is
//! always in the device's favour: distances are rounded down where a device must not be far, path
//! loss is rounded down where a signal must not be strong.
//!
//! # Not here
//!
//! Reading the chain, storing proofs, HTTP (`cairn-oracle`); points, shares and roots
//! (`cairn-epoch`).
//!
//! # Example
//!
//! ```
//! use cairn_protocol::reason::Reason;
//! use cairn_verify::{EpochClock, Gate, Policies, Registry};
//!
//! let network = [1; 32];
//! let clock = EpochClock::new(1_700_000_000, 3_600)?;
//! let mut gate = Gate::new(Policies::default(), clock);
//! let registry = Registry::default();
//! let verdict = gate.admit_bytes(1_700_000_500_000, &network, &registry, b"not a proof");
//! assert_eq!(verdict.reason, Reason::Malformed);
//! # Ok::<(), cairn_verify::ClockError>(())
//! ```
//!
//! [`Reason::TooLarge`]: cairn_protocol::reason::Reason::TooLarge
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")
)]

pub mod cells;
pub mod check;
pub mod clock;
pub mod compute;
pub mod device;
pub mod gate;
pub mod geometry;
pub mod input;
pub mod judge;
pub mod judgment;
pub mod policy;
pub mod quality;
pub mod receipt;
pub mod reputation;
pub mod sensor;
pub mod signature;
pub mod snapshot;
pub mod standing;
pub mod state;
pub mod storage;
pub mod wire;
pub mod wireless;

pub use check::{Candidate, Checked, check};
pub use clock::{ClockError, EpochClock};
pub use device::{
    Address, Bonds, Category, Changed, ClassHistory, ClassTerms, DeviceRecord, License, Registry,
};
pub use gate::{Gate, Verdict};
pub use input::{EpochInput, Escrow, Proof, Seed, Seeds, escrows_hash};
pub use judge::{judge, proofs_hash};
pub use judgment::{Factor, Judged, Judgment, ONE, Outcome, Spending};
pub use policy::{Policies, PoliciesError, Policy, PolicyError, PolicyFileError};
pub use reputation::Reputation;
pub use snapshot::{Snapshot, SnapshotClass, SnapshotDevice};
pub use standing::Standing;
pub use state::State;

/// The version of the rules in this crate and of what is computed from their outcome. Part of each
/// epoch's manifest: oracles of different versions never agree by accident.
pub const RULES_VERSION: u32 = 2;
