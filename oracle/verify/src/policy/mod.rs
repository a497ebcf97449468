//! The parameters that a network sets, and from which epoch on. Every oracle of a network must run
//! the same policies: a policy's hash is part of each epoch's manifest, so that two never attest
//! the same epoch.

mod compute;
mod document;
mod quality;
mod scoring;
mod sensor;
mod storage;
mod usage;
mod wireless;

pub use compute::ComputePolicy;
pub use document::{Located, PolicyFileError};
pub use quality::QualityPolicy;
pub use scoring::{BootstrapPolicy, ClassPolicy, Idle, ScoringPolicy};
pub use sensor::{
    CoveragePolicy, MotionPolicy, Quantity, ReadingPolicy, SensorPolicy, TrackPolicy, TrackUnit,
};
pub use storage::StoragePolicy;
pub use usage::UsagePolicy;
pub use wireless::{Band, Density, WirelessPolicy};

use crate::clock::EpochClock;
use borsh::BorshSerialize;
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;
use thiserror::Error;

/// A year.
const YEAR_MS: RangeInclusive<i128> = 0..=366 * 86_400_000;
/// Up to half the globe.
const DISTANCE_M: RangeInclusive<i128> = 0..=20_100_000;
/// Points of a whole unit.
const POINTS: RangeInclusive<i128> = 0..=1_000_000;

/// A parameter that no network can mean.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("policy field `{field}` is {value}, {problem}")]
pub struct PolicyError {
    /// The field's name, with its section, such as `wireless.max_distance_m` or
    /// `scoring.classes[1].weight`.
    pub field: Cow<'static, str>,
    /// What it is.
    pub value: i128,
    /// What is wrong with that.
    pub problem: Problem,
}

/// What is wrong with a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Outside the range.
    Outside {
        /// The least that it may be.
        from: i128,
        /// The most that it may be.
        to: i128,
    },
    /// Another entry of the list has the same.
    Twice,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside { from, to } => write!(f, "which is outside {from} to {to}"),
            Self::Twice => f.write_str("which another entry has as well"),
        }
    }
}

/// Why policies do not make a history.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PoliciesError {
    /// A policy is wrong.
    #[error("the policy from epoch {from_epoch} on: {source}")]
    Policy {
        /// The policy's first epoch.
        from_epoch: u64,
        /// What is wrong.
        source: PolicyError,
    },
    /// No policy for the first epochs.
    #[error("no policy holds from epoch 0 on; one must have from_epoch = 0")]
    NoFirst,
    /// Two policies for the same epochs.
    #[error("two policies hold from epoch {0} on")]
    Twice(u64),
}

/// Collects what is out of range, and the ranges, which the schema states.
#[derive(Debug, Default)]
pub(crate) struct Checker {
    errors: Vec<PolicyError>,
    ranges: BTreeMap<Cow<'static, str>, (i128, i128)>,
}

impl Checker {
    fn within(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        value: impl Into<i128>,
        range: RangeInclusive<i128>,
    ) {
        let (field, value) = (field.into(), value.into());
        let (from, to) = (*range.start(), *range.end());
        if !range.contains(&value) {
            let problem = Problem::Outside { from, to };
            self.errors.push(PolicyError { field: field.clone(), value, problem });
        }
        self.ranges.insert(field, (from, to));
    }

    fn twice(&mut self, field: impl Into<Cow<'static, str>>, value: impl Into<i128>) {
        let (field, value) = (field.into(), value.into());
        self.errors.push(PolicyError { field, value, problem: Problem::Twice });
    }
}

/// What is taken into an epoch when it arrives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IngestPolicy {
    /// How far ahead of the oracle's clock a capture time may be. Default 5,000 ms: what a device
    /// clock set by NTP over a mobile link may be off.
    pub max_future_ms: u64,
    /// How old a proof may be on arrival. Default 86,400,000 ms, one day; a closed epoch refuses
    /// late proofs regardless.
    pub max_age_ms: u64,
    /// How long after its end an epoch still takes proofs. Default 60,000 ms.
    pub grace_ms: u64,
}

impl Default for IngestPolicy {
    fn default() -> Self {
        Self { max_future_ms: 5_000, max_age_ms: 86_400_000, grace_ms: 60_000 }
    }
}

/// Challenges from the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChallengePolicy {
    /// How often there is a new seed, in seconds, 1 to 86,400. Default 60.
    pub window_seconds: u32,
    /// How long before an epoch's start seeds begin that its proofs may answer, in seconds, up to
    /// 86,400. Default 600.
    pub lookback_seconds: u32,
}

impl Default for ChallengePolicy {
    fn default() -> Self {
        Self { window_seconds: 60, lookback_seconds: 600 }
    }
}

/// The parameters of a network, units in the names.
#[derive(
    Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, JsonSchema,
)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// The first epoch that it holds for. Default 0.
    pub from_epoch: u64,
    /// What is taken on arrival.
    pub ingest: IngestPolicy,
    /// Challenges from the chain.
    pub challenges: ChallengePolicy,
    /// The wireless kinds.
    pub wireless: WirelessPolicy,
    /// The storage kinds.
    pub storage: StoragePolicy,
    /// The compute kinds.
    pub compute: ComputePolicy,
    /// The sensor kinds.
    pub sensor: SensorPolicy,
    /// Factors of devices of every category.
    pub quality: QualityPolicy,
    /// Receipts of customers.
    pub usage: UsagePolicy,
    /// How points become tokens.
    pub scoring: ScoringPolicy,
}

impl Policy {
    /// Checks that the parameters are ones that a network can mean; with them, no arithmetic on a
    /// policy can overflow.
    ///
    /// # Errors
    /// Everything that is out of range.
    pub fn validate(&self) -> Result<(), Vec<PolicyError>> {
        let errors = self.checked().errors;
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn checked(&self) -> Checker {
        let mut checker = Checker::default();
        checker.within("ingest.max_future_ms", self.ingest.max_future_ms, YEAR_MS);
        checker.within("ingest.max_age_ms", self.ingest.max_age_ms, YEAR_MS);
        checker.within("ingest.grace_ms", self.ingest.grace_ms, YEAR_MS);
        checker.within("challenges.window_seconds", self.challenges.window_seconds, 1..=86_400);
        checker.within("challenges.lookback_seconds", self.challenges.lookback_seconds, 0..=86_400);
        self.wireless.check(&mut checker);
        self.storage.check(&mut checker);
        self.compute.check(&mut checker);
        self.sensor.check(&mut checker);
        self.quality.check(&mut checker);
        self.usage.check(&mut checker);
        self.scoring.check(&mut checker);
        checker
    }

    /// SHA-256 of a domain and every parameter, in the order of the fields, in borsh.
    pub fn hash(&self) -> Hash {
        // Writing to memory does not fail.
        let bytes = borsh::to_vec(self).unwrap_or_default();
        sha256(&[b"cairn:policy:v2\0", &bytes])
    }

    /// Points of a whole unit of a kind. The unit of the two kinds of receipts is a credit.
    pub const fn points_per_unit(&self, kind: Kind) -> u64 {
        match kind {
            Kind::Beacon => self.wireless.points_per_beacon,
            Kind::Witness => self.wireless.points_per_witness,
            Kind::Heartbeat => self.wireless.points_per_heartbeat,
            Kind::StorageAnswer => self.storage.points_per_gib_epoch,
            // What a credit is worth, the market says.
            Kind::UsageReceipt | Kind::RetrievalReceipt => 1,
            Kind::JobResult => self.compute.points_per_gigaoperation,
            Kind::Benchmark => self.compute.points_per_benchmark_hour,
            Kind::ReadingBatch => self.sensor.readings.points_per_reading_hour,
            Kind::Track => self.sensor.track.points_per_track_unit,
            Kind::Coverage => self.sensor.coverage.points_per_cell,
            // They promise; what follows them is paid.
            Kind::StorageCommitment | Kind::JobCommitment => 0,
        }
    }

    /// The parts of an epoch in each of which a device of a class must have a proof that counts to
    /// earn in full; 0: uptime does not matter.
    pub fn uptime_parts(&self, class: u16) -> u16 {
        let own = self.scoring.class(class).and_then(|class| class.uptime_parts);
        own.unwrap_or(self.quality.uptime_parts)
    }

    /// How old a proof of a kind may be on arrival, in milliseconds.
    pub const fn max_age_ms(&self, kind: Kind) -> u64 {
        let any = self.ingest.max_age_ms;
        let own = match kind {
            // What they fix must be fixed before the seed after them is known.
            Kind::JobCommitment | Kind::Benchmark => match self.compute.arrival_ms {
                0 => u64::MAX,
                limit => limit,
            },
            Kind::Beacon | Kind::Witness | Kind::Heartbeat => self.wireless.max_age_ms,
            Kind::StorageAnswer => self.storage.answer_max_age_ms,
            Kind::ReadingBatch | Kind::Track | Kind::Coverage => self.sensor.max_age_ms,
            _ => u64::MAX,
        };
        if own < any { own } else { any }
    }
}

/// The policies of a network, each from an epoch on. A change takes effect at the start of an epoch
/// and never for one that has begun, as long as it is published before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policies {
    first: Arc<Policy>,
    later: BTreeMap<u64, Arc<Policy>>,
}

impl Policies {
    /// A history of policies, in any order.
    ///
    /// # Errors
    /// See [`PoliciesError`].
    pub fn new(policies: impl IntoIterator<Item = Policy>) -> Result<Self, PoliciesError> {
        let mut by_epoch = BTreeMap::new();
        for policy in policies {
            let from_epoch = policy.from_epoch;
            if let Err(errors) = policy.validate()
                && let Some(source) = errors.into_iter().next()
            {
                return Err(PoliciesError::Policy { from_epoch, source });
            }
            if by_epoch.insert(from_epoch, Arc::new(policy)).is_some() {
                return Err(PoliciesError::Twice(from_epoch));
            }
        }
        let first = by_epoch.remove(&0).ok_or(PoliciesError::NoFirst)?;
        Ok(Self { first, later: by_epoch })
    }

    /// One policy for ever, whatever epoch it names.
    pub fn constant(policy: Policy) -> Self {
        Self { first: Arc::new(policy), later: BTreeMap::new() }
    }

    /// The policy of an epoch.
    pub fn at(&self, epoch: u64) -> &Arc<Policy> {
        self.later.range(..=epoch).next_back().map_or(&self.first, |(_, policy)| policy)
    }

    /// All of them, by their first epoch.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Policy>> {
        std::iter::once(&self.first).chain(self.later.values())
    }

    /// The last epoch whose grace time is over at `now_ms`, if any.
    pub fn last_closed(&self, clock: &EpochClock, now_ms: u64) -> Option<u64> {
        let ended = clock.last_closed(now_ms, 0)?;
        // Each epoch has the grace time of its own policy.
        let closed = |epoch: u64| {
            clock.ends_at_ms(epoch).saturating_add(self.at(epoch).ingest.grace_ms) <= now_ms
        };
        let longest = self.iter().map(|policy| policy.ingest.grace_ms).max().unwrap_or(0);
        let from = clock.last_closed(now_ms, longest);
        let first_open = from.map_or(0, |epoch| epoch.saturating_add(1));
        (first_open..=ended).take_while(|epoch| closed(*epoch)).last().or(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_valid() {
        assert_eq!(Policy::default().validate(), Ok(()));
    }

    #[test]
    fn absurd_limits_are_all_named() {
        let mut policy = Policy::default();
        policy.ingest.grace_ms = u64::MAX;
        policy.wireless.signal_margin_cdb = i32::MIN;
        let fields: Vec<_> =
            policy.validate().unwrap_err().into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["ingest.grace_ms", "wireless.signal_margin_cdb"]);
    }

    #[test]
    fn a_policy_holds_from_its_epoch_on() {
        let from = |from_epoch, grace_ms| {
            let ingest = IngestPolicy { grace_ms, ..IngestPolicy::default() };
            Policy { from_epoch, ingest, ..Policy::default() }
        };
        let policies = Policies::new([from(5, 3_000), from(0, 9_000)]).unwrap();
        let grace = |epoch| policies.at(epoch).ingest.grace_ms;
        assert_eq!([grace(0), grace(4), grace(5), grace(u64::MAX)], [9_000, 9_000, 3_000, 3_000]);
        assert_eq!(Policies::new([from(1, 0)]), Err(PoliciesError::NoFirst));
        assert_eq!(Policies::new([from(0, 0), from(0, 1)]), Err(PoliciesError::Twice(0)));
    }

    #[test]
    fn each_epoch_closes_after_its_own_grace_time_and_in_order() {
        let clock = EpochClock::new(100, 10).unwrap();
        let from = |from_epoch, grace_ms| {
            let ingest = IngestPolicy { grace_ms, ..IngestPolicy::default() };
            Policy { from_epoch, ingest, ..Policy::default() }
        };
        let policies = Policies::new([from(0, 15_000), from(1, 1_000)]).unwrap();
        // Epoch 0 ends at 110 s and closes at 125 s; epoch 1 would close at 121 s, but not before it.
        assert_eq!(policies.last_closed(&clock, 121_000), None);
        assert_eq!(policies.last_closed(&clock, 124_999), None);
        assert_eq!(policies.last_closed(&clock, 125_000), Some(1));
        assert_eq!(policies.last_closed(&clock, 131_000), Some(2));
    }
}
