//! Rules of the storage kinds: content kept in sealed replicas, challenged and served.
//!
//! What a sealed replica is, and why it cannot be shared or made again, says
//! [`cairn_protocol::sealing`].
//!
//! # Commitment
//!
//! A **commitment** counts when, in this order:
//!
//! 1. the device has no replica of that number (`ReplicaTaken`), this epoch's included
//! 2. its term goes beyond this epoch (`TermOver`)
//! 3. its rounds are within the policy's limits (`RoundsOutOfRange`)
//! 4. sealing takes so many hashes in a row that the quickest machine needs the policy's margin
//!    times as long as a challenge lasts (`SealTooQuick`); see [`StoragePolicy::least_work`]
//! 5. the device has fewer replicas than the limit (`ReplicaLimit`), and fewer of that content
//!    (`ContentLimit`)
//!
//! It earns nothing itself. From the next epoch on the replica is challenged.
//!
//! # Answer
//!
//! An epoch has a number of challenges for each replica, at times that only chain randomness
//! decides ([`Schedule`]). Each asks for K leaves, some also for the seal of one of them. An
//! **answer** is right when, in this order:
//!
//! 1. the device has a replica of that number (`ReplicaUnknown`), and the seed that the envelope
//!    names asks it in this epoch (`ChallengeNotDue`)
//! 2. it was captured after the seed's block, but for the clocks' tolerance (`AnswerEarly`), and
//!    not after the deadline (`AnswerLate`)
//! 3. it is the first to this challenge that keeps rules 1 and 2 (`AnswerRepeated`): a wrong answer
//!    cannot be taken back
//! 4. it opens exactly the leaves that the seed asks for (`LeavesNotAsked`), and each leads to the
//!    replica's root (`OpeningWrong`)
//! 5. where the challenge asks for it, it shows the seal (`SealMissing`) by the right leaves of the
//!    right roots (`SealOpeningWrong`), and the leaf was encoded as the seal demands (`SealWrong`)
//!
//! When it arrives, it must not be older than the policy says ([`Policy::max_age_ms`]), so that
//! nobody can answer later than the device says.
//!
//! # States of a replica
//!
//! When the epoch is over, a replica has **answered** if every challenge that it got was answered
//! right, and has a **fault** if one was missed or answered wrong. An epoch in which it got none
//! changes nothing.
//!
//! ```text
//!            answered p epochs in row           fault
//!  unproven ─────────────────────────▶ active ───────▶ faulty ──┐ fault
//!    │  ▲                                 ▲             │  ▲ ◀──┘
//!    └──┘ fault                           └─────────────┘
//!                                     answered r epochs in row
//!  faults in n epochs in a row, one wrong seal, or the end of its term: the replica ends
//! ```
//!
//! A new replica is not paid until it has shown so many seals that one which was not made as it
//! should be is very unlikely to (`proving_epochs`). Silence where a wrong seal would show is only a
//! fault, so recovering must be no way around that: an unproven replica that has a fault stays
//! unproven, and begins again (it is faulty where recovering takes as long).
//!
//! A wrong seal ends a replica at once: leaves that are really those that the device committed to
//! cannot come to be wrongly sealed by accident.
//!
//! An answer counts for its part of the replica's bytes: all right answers of an epoch together for
//! `leaves × 256 / 2³⁰` GiB-epochs, rounded down to millionths (1,074 bytes). Factor
//! `replica_health` is zero when the replica had a fault in this epoch, or was unproven or faulty
//! when it began: the epochs in which it proves itself or recovers are not paid.
//!
//! # Reputation
//!
//! Each epoch adds one observation to a device's [`Reputation`](crate::reputation::Reputation): the
//! share of its challenges that were answered right, weighed by the replicas' bytes. The device's
//! factor is `storage_reputation`.
//!
//! # Retrieval
//!
//! A customer's receipt that passed the rules of receipts counts, when the epoch's faults are
//! known, if, in this order:
//!
//! 1. the device has a replica of the content (`ContentNotStored`) that is active
//!    (`ContentNotProven`)
//! 2. it claims no more bytes than its requests can have got, each the whole content
//!    (`RetrievalTooLarge`)
//! 3. the device can have served that much in all: from the start of the first service of its
//!    receipts, or of the epoch if that is earlier, to the epoch's end (`RetrievalTooMuch`). In
//!    order of capture; what exceeds it is refused, and a smaller one after it may still count.
//!
//! Its unit is a credit that the customer pays, as of every receipt.
//!
//! # What is bounded
//!
//! Judging an answer takes at most 5 + 8 paths of 30 hashes and `max_rounds` hashes. State: a device
//! has at most `max_replicas` replicas, and one that has none is dropped once its reputation is
//! forgotten.
//!
//! [`Policy::max_age_ms`]: crate::policy::Policy::max_age_ms
//! [`StoragePolicy::least_work`]: crate::policy::StoragePolicy::least_work
//! [`Schedule`]: cairn_protocol::sealing::Schedule

mod answer;
mod commitment;
mod epoch;
mod retrieval;
mod state;

pub(crate) use epoch::judge;
pub use state::{Health, Replica, State};
