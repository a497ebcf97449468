//! Parameters of customers' receipts and of what they earn.

use super::{Checker, YEAR_MS};
use borsh::BorshSerialize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Receipts of customers, and what devices earn for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UsagePolicy {
    /// How long after the service ended its receipt still counts, in milliseconds. Default
    /// 86,400,000, one day: a gateway that was offline overnight loses nothing. Ids of receipts are
    /// remembered for as long.
    pub max_receipt_age_ms: u64,
    /// The longest service of one receipt, in milliseconds. Default 86,400,000, one day.
    pub max_service_ms: u64,
    /// How much later than its proof's capture a service may end, in milliseconds. Default 5,000:
    /// the customer's clock and the device's need not agree better.
    pub clock_tolerance_ms: u64,
    /// The most bytes that one device can carry or serve in a second: in the time of each receipt,
    /// and for retrieval also in all. Default 1,250,000,000: 10 Gbit/s, more than a device at the
    /// edge has.
    pub max_bytes_per_second: u64,
    /// The most of a class's budget that receipts can earn, in hundredths of a percent. Default
    /// 3,000: most of the budget stays with those who are there before customers are. What receipts
    /// do not earn goes to the class's other points, as in Helium's HIP 10.
    pub class_share_bps: u16,
    /// How much of the worth of its credits a receipt can earn at most, in hundredths of a percent.
    /// Default 8,000: whoever pays itself for traffic loses a fifth, more than the token's price
    /// usually moves between buying and using. From 10,000 on it would lose nothing.
    pub max_reward_bps: u16,
}

impl Default for UsagePolicy {
    fn default() -> Self {
        Self {
            max_receipt_age_ms: 86_400_000,
            max_service_ms: 86_400_000,
            clock_tolerance_ms: 5_000,
            max_bytes_per_second: 1_250_000_000,
            class_share_bps: 3_000,
            max_reward_bps: 8_000,
        }
    }
}

impl UsagePolicy {
    pub(super) fn check(&self, checker: &mut Checker) {
        checker.within("usage.max_receipt_age_ms", self.max_receipt_age_ms, YEAR_MS);
        checker.within("usage.max_service_ms", self.max_service_ms, YEAR_MS);
        checker.within("usage.clock_tolerance_ms", self.clock_tolerance_ms, 0..=3_600_000);
        checker.within(
            "usage.max_bytes_per_second",
            self.max_bytes_per_second,
            1..=1_000_000_000_000,
        );
        checker.within("usage.class_share_bps", self.class_share_bps, 0..=10_000);
        checker.within("usage.max_reward_bps", self.max_reward_bps, 0..=9_999);
    }
}
