//! Parameters of the factors that devices of every category get.

use super::Checker;
use borsh::BorshSerialize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Factors that devices of every category get: uptime and reputation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QualityPolicy {
    /// Equal parts of an epoch in each of which a device must have a proof that counts for something,
    /// other than a customer's receipt, to earn in full; 0: uptime does not matter. Default 0, because only the founder knows how often a class
    /// has something to prove: a camera in a car parks at night. A class may have its own number,
    /// see `scoring.classes`.
    pub uptime_parts: u16,
    /// Accepted proofs that it takes to make up for one claim that is physically impossible or
    /// contradicts others; 0: such claims are refused and have no further consequence. Default 1.
    pub reputation_fault_weight: u32,
    /// Accepted proofs that every device is credited with before its first (α). Default 20: one
    /// fault at the start must not look like a life of them.
    pub reputation_prior_good: u32,
    /// Faults that every device is charged with before its first (β). Default 0: new devices earn
    /// in full.
    pub reputation_prior_bad: u32,
    /// How much of the past counts still one epoch later, in millionths (λ). Default 900,000: half
    /// of it is forgotten after 7 epochs.
    pub reputation_keep_ppm: u32,
    /// The share of faults that is forgiven, in millionths. Default 50,000: a blurred position or an
    /// uncalibrated receiver makes an honest device's claim look impossible now and then.
    pub reputation_tolerated_ppm: u32,
}

impl Default for QualityPolicy {
    fn default() -> Self {
        Self {
            uptime_parts: 0,
            reputation_fault_weight: 1,
            reputation_prior_good: 20,
            reputation_prior_bad: 0,
            reputation_keep_ppm: 900_000,
            reputation_tolerated_ppm: 50_000,
        }
    }
}

/// More than one part a minute of a day means nothing.
pub(super) const UPTIME_PARTS: std::ops::RangeInclusive<i128> = 0..=1_440;

impl QualityPolicy {
    pub(super) fn check(&self, checker: &mut Checker) {
        checker.within("quality.uptime_parts", self.uptime_parts, UPTIME_PARTS);
        let proofs = 0..=1_000_000;
        checker.within(
            "quality.reputation_fault_weight",
            self.reputation_fault_weight,
            proofs.clone(),
        );
        checker.within("quality.reputation_prior_good", self.reputation_prior_good, proofs.clone());
        checker.within("quality.reputation_prior_bad", self.reputation_prior_bad, proofs);
        let ppm = 0..=1_000_000;
        checker.within("quality.reputation_keep_ppm", self.reputation_keep_ppm, ppm.clone());
        checker.within("quality.reputation_tolerated_ppm", self.reputation_tolerated_ppm, ppm);
    }
}
