//! Parameters of the wireless kinds.

use super::{Checker, DISTANCE_M, POINTS};
use borsh::BorshSerialize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Parameters of the wireless kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WirelessPolicy {
    /// How far a witness may stand from the sender. Default 100,000 m.
    pub max_distance_m: u64,
    /// By how much the two positions together may be off. Default 1,220 m: both are blurred by
    /// up to ±610 m (geohash of 6 characters, H3 cell of resolution 7 or finer).
    pub position_tolerance_m: u64,
    /// The best gain that a receiving antenna may have. Default 600 cdB (6 dBi).
    pub receiver_gain_cdb: i32,
    /// By how much a receiver may report too strong a signal. Default 1,000 cdB (10 dB): LoRa
    /// concentrators are not calibrated.
    pub signal_margin_cdb: i32,
    /// Points of a whole unit of witnessing, for the device that received. Default 1.
    pub points_per_witness: u64,
    /// Points of an accepted beacon, for the device that sent. Default 0: a sender alone could
    /// send without limit; only a reception is bounded by physics.
    pub points_per_beacon: u64,
}

impl Default for WirelessPolicy {
    fn default() -> Self {
        Self {
            max_distance_m: 100_000,
            position_tolerance_m: 1_220,
            receiver_gain_cdb: 600,
            signal_margin_cdb: 1_000,
            points_per_witness: 1,
            points_per_beacon: 0,
        }
    }
}

impl WirelessPolicy {
    pub(super) fn check(&self, checker: &mut Checker) {
        checker.within("wireless.max_distance_m", self.max_distance_m, DISTANCE_M);
        checker.within("wireless.position_tolerance_m", self.position_tolerance_m, DISTANCE_M);
        checker.within("wireless.receiver_gain_cdb", self.receiver_gain_cdb, -10_000..=10_000);
        checker.within("wireless.signal_margin_cdb", self.signal_margin_cdb, -10_000..=10_000);
        checker.within("wireless.points_per_witness", self.points_per_witness, POINTS);
        checker.within("wireless.points_per_beacon", self.points_per_beacon, POINTS);
    }
}
