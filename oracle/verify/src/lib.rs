//! Decides whether a proof counts, and says why when it does not.
//!
//! A proof is judged from three things only: its own bytes, the registry of onboarded devices and
//! what was accepted before it. There is no I/O and no clock here (`now_ms` is an argument), and
//! no floating point, so that every oracle that saw the same proofs in the same order reaches the
//! same verdicts on every machine.
//!
//! # The rules, in the order in which they apply
//!
//! [`check()`] needs no state and may run on any thread:
//!
//! 1. size, encoding, version, kind ([`Reason::TooLarge`], `Malformed`, `VersionUnsupported`,
//!    `KindUnsupported`)
//! 2. a signature is there (`SignatureMissing`)
//! 3. the device is onboarded, active, and its class gives proofs of this kind
//!    (`DeviceUnknown`, `DeviceInactive`, `KindNotOfClass`)
//! 4. its scheme is supported and the signature verifies ([`signature`] is the one policy;
//!    `SchemeUnsupported`, `SignatureInvalid`)
//!
//! [`Judge::judge`] then applies, in a single thread and in order of arrival:
//!
//! 5. time: not from the future, not too old, in the epoch that it names, that epoch not closed
//!    (`CapturedInFuture`, `CapturedTooLongAgo`, `EpochMismatch`, `EpochClosed`)
//! 6. sequence: `Duplicate` when this (device, kind, sequence) was accepted, `SequenceStale` when
//!    it is otherwise not above the last accepted one
//! 7. the body decodes and its numbers are in range (`BodyInvalid`)
//! 8. the rules of its kind, see [`wireless`]
//!
//! Only an accepted proof changes the judge's state: a refused one can be corrected and sent
//! again under the same sequence. Memory is bounded by the devices and the proofs of open epochs;
//! the state of an epoch is dropped when it closes.
//!
//! Rounding is always in the device's favour: distances are rounded down where a device must not
//! be far, path loss is rounded down where a signal must not be strong.
//!
//! # Not here
//!
//! Reading the registry from the chain, storing proofs, HTTP (`cairn-oracle`); points, shares and
//! roots (`cairn-epoch`).
//!
//! # Example
//!
//! ```
//! use cairn_protocol::reason::Reason;
//! use cairn_verify::{EpochClock, Judge, Policy, Registry};
//!
//! let network = [1; 32];
//! let clock = EpochClock::new(1_700_000_000, 3_600)?;
//! let mut judge = Judge::new(Policy::default(), clock);
//! let registry = Registry::default();
//! let verdict = judge.judge_bytes(1_700_000_500_000, &network, &registry, b"not a proof");
//! assert_eq!(verdict.reason, Reason::Malformed);
//! # Ok::<(), cairn_verify::ClockError>(())
//! ```
//!
//! [`Reason::TooLarge`]: cairn_protocol::reason::Reason::TooLarge
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")
)]

pub mod check;
pub mod clock;
pub mod device;
pub mod geometry;
pub mod judge;
pub mod policy;
pub mod signature;
pub mod wireless;

pub use check::{Candidate, Checked, check};
pub use clock::{ClockError, EpochClock};
pub use device::{
    Address, Bonds, Category, Changed, ClassHistory, ClassTerms, DeviceRecord, License, Registry,
};
pub use judge::{Judge, RestoreError, Verdict};
pub use policy::{Policy, PolicyError};
