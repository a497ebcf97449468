//! The state machine that applies the rules which depend on what was accepted before.

use crate::check::{Candidate, Checked, check};
use crate::clock::EpochClock;
use crate::device::Registry;
use crate::policy::Policy;
use crate::wireless::{beacon_in_range, reception_possible, witness_in_range};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{Beacon, Body, DeviceKey, Envelope, Kind, Witness};
use cairn_protocol::reason::Reason;
use std::collections::{BTreeMap, HashMap, HashSet};
use thiserror::Error;

/// The decision on one proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Why; `Accepted` when it counts.
    pub reason: Reason,
    /// The decoded proof when a known device really signed it: what is worth keeping whatever the
    /// reason.
    pub signed: Option<Box<Candidate>>,
}

/// Why a proof from the log cannot have been accepted: the log is not from this judge.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RestoreError {
    /// The kind is not known.
    #[error("an accepted proof has the unknown kind {kind}")]
    Kind {
        /// The number.
        kind: u8,
    },
    /// The body does not decode.
    #[error("an accepted {kind} has a body that does not decode")]
    Body {
        /// Name of its kind.
        kind: &'static str,
    },
}

/// An accepted beacon.
#[derive(Debug, Clone)]
struct Sent {
    sender: DeviceKey,
    beacon: Beacon,
}

/// What is kept of an epoch until it closes.
#[derive(Debug, Clone, Default)]
struct OpenEpoch {
    sequences: HashSet<(DeviceKey, Kind, u64)>,
    beacons: HashMap<Hash, Sent>,
    witnesses: HashSet<(Hash, DeviceKey)>,
}

/// Judges proofs in order; see the crate's documentation for the rules.
#[derive(Debug, Clone)]
pub struct Judge {
    policy: Policy,
    clock: EpochClock,
    /// This epoch and all before it are closed for ever.
    closed_through: Option<u64>,
    /// Last accepted sequence of each device and kind, for its whole life.
    last: HashMap<(DeviceKey, Kind), u64>,
    open: BTreeMap<u64, OpenEpoch>,
}

impl Judge {
    /// A judge that has accepted nothing yet.
    pub fn new(policy: Policy, clock: EpochClock) -> Self {
        Self { policy, clock, closed_through: None, last: HashMap::new(), open: BTreeMap::new() }
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.policy
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
        if let Some(epoch) = self.clock.last_closed(now_ms, self.policy.grace_ms)
            && self.closed_through.is_none_or(|closed| closed < epoch)
        {
            self.close_through(epoch);
        }
    }

    /// Checks and judges a proof in one go. A service that verifies in parallel calls
    /// [`check()`] and [`Judge::judge`] itself.
    pub fn judge_bytes(
        &mut self,
        now_ms: u64,
        network: &[u8; 32],
        registry: &Registry,
        bytes: &[u8],
    ) -> Verdict {
        match check(network, registry, bytes) {
            Checked::Refused { reason, signed } => Verdict { reason, signed },
            Checked::Candidate(candidate) => {
                Verdict { reason: self.judge(now_ms, &candidate), signed: Some(candidate) }
            }
        }
    }

    /// Judges a checked proof and, if it is accepted, remembers it.
    pub fn judge(&mut self, now_ms: u64, candidate: &Candidate) -> Reason {
        self.advance(now_ms);
        match self.decide(now_ms, candidate) {
            Ok(body) => {
                self.remember(&candidate.envelope, candidate.kind, body);
                Reason::Accepted
            }
            Err(reason) => reason,
        }
    }

    /// Takes back an accepted proof from the log after a restart, without judging it again.
    ///
    /// # Errors
    /// When no judge can have accepted it.
    pub fn restore(&mut self, envelope: &Envelope) -> Result<(), RestoreError> {
        let kind =
            Kind::from_code(envelope.kind).ok_or(RestoreError::Kind { kind: envelope.kind })?;
        let body = match envelope.decode_body() {
            Ok(Some(body)) => body,
            Ok(None) | Err(_) => return Err(RestoreError::Body { kind: kind.name() }),
        };
        self.remember(envelope, kind, body);
        Ok(())
    }

    fn decide(&self, now_ms: u64, candidate: &Candidate) -> Result<Body, Reason> {
        let envelope = &candidate.envelope;
        self.check_time(now_ms, envelope)?;
        self.check_sequence(envelope, candidate.kind)?;
        let body = match envelope.decode_body() {
            Ok(Some(body)) => body,
            Ok(None) | Err(_) => return Err(Reason::BodyInvalid),
        };
        match &body {
            Body::Beacon(beacon) => self.check_beacon(beacon)?,
            Body::Witness(witness) => self.check_witness(candidate, witness)?,
        }
        Ok(body)
    }

    fn check_time(&self, now_ms: u64, envelope: &Envelope) -> Result<(), Reason> {
        let captured = envelope.captured_at_ms;
        if captured > now_ms.saturating_add(self.policy.max_future_ms) {
            return Err(Reason::CapturedInFuture);
        }
        if now_ms.saturating_sub(captured) > self.policy.max_age_ms {
            return Err(Reason::CapturedTooLongAgo);
        }
        if self.clock.epoch_at(captured) != Some(envelope.epoch) {
            return Err(Reason::EpochMismatch);
        }
        if self.closed_through.is_some_and(|closed| envelope.epoch <= closed) {
            return Err(Reason::EpochClosed);
        }
        Ok(())
    }

    fn check_sequence(&self, envelope: &Envelope, kind: Kind) -> Result<(), Reason> {
        let Some(&last) = self.last.get(&(envelope.device, kind)) else { return Ok(()) };
        if envelope.sequence > last {
            return Ok(());
        }
        let identity = (envelope.device, kind, envelope.sequence);
        // The epoch that a repeated sequence was accepted in need not be the one that this copy
        // names, so every open epoch is looked at; they are two or three.
        let accepted = envelope.sequence == last
            || self.open.values().any(|epoch| epoch.sequences.contains(&identity));
        Err(if accepted { Reason::Duplicate } else { Reason::SequenceStale })
    }

    fn check_beacon(&self, beacon: &Beacon) -> Result<(), Reason> {
        if !beacon_in_range(beacon) {
            return Err(Reason::BodyInvalid);
        }
        // Uniqueness is over the open epochs: a witness must belong to the same epoch as its
        // beacon, so a payload from a closed epoch can be confused with none.
        if self.open.values().any(|epoch| epoch.beacons.contains_key(&beacon.payload_hash)) {
            return Err(Reason::BeaconRepeated);
        }
        Ok(())
    }

    fn check_witness(&self, candidate: &Candidate, witness: &Witness) -> Result<(), Reason> {
        if !witness_in_range(witness) {
            return Err(Reason::BodyInvalid);
        }
        let envelope = &candidate.envelope;
        let epoch = self.open.get(&envelope.epoch);
        let Some((epoch, sent)) =
            epoch.and_then(|epoch| Some((epoch, epoch.beacons.get(&witness.payload_hash)?)))
        else {
            let elsewhere =
                self.open.values().any(|epoch| epoch.beacons.contains_key(&witness.payload_hash));
            return Err(if elsewhere { Reason::BeaconOtherEpoch } else { Reason::BeaconUnknown });
        };
        if sent.sender == envelope.device {
            return Err(Reason::WitnessIsSender);
        }
        if epoch.witnesses.contains(&(witness.payload_hash, envelope.device)) {
            return Err(Reason::WitnessRepeated);
        }
        // Where the device stood when it heard the beacon.
        let captured_s = i64::try_from(envelope.captured_at_ms / 1_000).unwrap_or(i64::MAX);
        let position = candidate.device.position.at(captured_s);
        reception_possible(&self.policy, &sent.beacon, position, witness)
    }

    fn remember(&mut self, envelope: &Envelope, kind: Kind, body: Body) {
        let last = self.last.entry((envelope.device, kind)).or_insert(envelope.sequence);
        *last = envelope.sequence.max(*last);
        if self.closed_through.is_some_and(|closed| envelope.epoch <= closed) {
            return;
        }
        let epoch = self.open.entry(envelope.epoch).or_default();
        epoch.sequences.insert((envelope.device, kind, envelope.sequence));
        match body {
            Body::Beacon(beacon) => {
                let sent = Sent { sender: envelope.device, beacon };
                epoch.beacons.insert(sent.beacon.payload_hash, sent);
            }
            Body::Witness(witness) => {
                epoch.witnesses.insert((witness.payload_hash, envelope.device));
            }
        }
    }
}
