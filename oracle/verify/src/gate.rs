//! The gate: what is taken into an epoch when it arrives.
//!
//! Only what every oracle decides alike whatever it saw before, but for clocks and copies. What a
//! proof is worth, and whether it counts at all, [`mod@crate::judge`] decides when the epoch is over.

use crate::check::{Candidate, Checked, check};
use crate::clock::EpochClock;
use crate::device::Registry;
use crate::policy::Policies;
use cairn_protocol::hash::Hash;
use cairn_protocol::reason::Reason;
use std::collections::{BTreeMap, HashSet};

/// The decision on one proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Why; `Accepted` when it is taken.
    pub reason: Reason,
    /// The decoded proof when a known device really signed it: what is worth keeping whatever the
    /// reason.
    pub signed: Option<Box<Candidate>>,
}

/// Admits proofs in order of arrival; see the crate's documentation for the rules.
#[derive(Debug, Clone)]
pub struct Gate {
    policies: Policies,
    clock: EpochClock,
    /// This epoch and all before it are closed for ever.
    closed_through: Option<u64>,
    /// What was admitted, by epoch until that closes.
    open: BTreeMap<u64, HashSet<Hash>>,
}

impl Gate {
    /// A gate that has admitted nothing yet.
    pub fn new(policies: Policies, clock: EpochClock) -> Self {
        Self { policies, clock, closed_through: None, open: BTreeMap::new() }
    }

    /// The network's policies.
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// This epoch and all before it are closed for ever.
    pub fn closed_through(&self) -> Option<u64> {
        self.closed_through
    }

    /// Closes `epoch` and all before it for ever, and drops what was kept of them.
    pub fn close_through(&mut self, epoch: u64) {
        if self.closed_through.is_none_or(|closed| closed < epoch) {
            self.closed_through = Some(epoch);
        }
        match epoch.checked_add(1) {
            Some(next) => self.open = self.open.split_off(&next),
            None => self.open.clear(),
        }
    }

    /// Closes what `now_ms` closes. A clock that is set back reopens nothing.
    pub fn advance(&mut self, now_ms: u64) {
        if let Some(epoch) = self.policies.last_closed(&self.clock, now_ms)
            && self.closed_through.is_none_or(|closed| closed < epoch)
        {
            self.close_through(epoch);
        }
    }

    /// Checks a proof and admits it in one go. A service that verifies in parallel calls
    /// [`check()`] and [`Gate::admit`] itself.
    pub fn admit_bytes(
        &mut self,
        now_ms: u64,
        network: &[u8; 32],
        registry: &Registry,
        bytes: &[u8],
    ) -> Verdict {
        match check(network, registry, bytes) {
            Checked::Refused { reason, signed } => Verdict { reason, signed },
            Checked::Candidate(candidate) => {
                Verdict { reason: self.admit(now_ms, &candidate), signed: Some(candidate) }
            }
        }
    }

    /// Decides on a checked proof and, if it is taken, remembers it.
    pub fn admit(&mut self, now_ms: u64, candidate: &Candidate) -> Reason {
        self.advance(now_ms);
        match self.decide(now_ms, candidate) {
            Ok(()) => {
                self.restore(candidate.envelope.epoch, candidate.id);
                Reason::Accepted
            }
            Err(reason) => reason,
        }
    }

    /// Takes back an admitted proof from the log after a restart, without deciding again.
    pub fn restore(&mut self, epoch: u64, id: Hash) {
        if self.closed_through.is_none_or(|closed| closed < epoch) {
            self.open.entry(epoch).or_default().insert(id);
        }
    }

    fn decide(&self, now_ms: u64, candidate: &Candidate) -> Result<(), Reason> {
        let envelope = &candidate.envelope;
        let captured = envelope.captured_at_ms;
        let policy = self.policies.at(envelope.epoch);
        if captured > now_ms.saturating_add(policy.ingest.max_future_ms) {
            return Err(Reason::CapturedInFuture);
        }
        if now_ms.saturating_sub(captured) > policy.max_age_ms(candidate.kind) {
            return Err(Reason::CapturedTooLongAgo);
        }
        if self.clock.epoch_at(captured) != Some(envelope.epoch) {
            return Err(Reason::EpochMismatch);
        }
        if self.closed_through.is_some_and(|closed| envelope.epoch <= closed) {
            return Err(Reason::EpochClosed);
        }
        if self.open.get(&envelope.epoch).is_some_and(|ids| ids.contains(&candidate.id)) {
            return Err(Reason::Duplicate);
        }
        Ok(())
    }
}
