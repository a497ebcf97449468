//! The limits that a network sets. Every oracle of a network must run the same policy: its hash is
//! part of each epoch's manifest, so that two policies never attest the same epoch.

use cairn_protocol::hash::{Hash, sha256};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A limit that no network can mean.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("policy field `{field}` is {value}, which is outside {range}")]
pub struct PolicyError {
    /// The field's name.
    pub field: &'static str,
    /// What it is.
    pub value: i64,
    /// What it may be.
    pub range: &'static str,
}

/// The limits of a network, units in the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// How far ahead of the oracle's clock a capture time may be. Default 5,000 ms: what a device
    /// clock set by NTP over a mobile link may be off.
    pub max_future_ms: u64,
    /// How old a proof may be on arrival. Default 86,400,000 ms, one day; a closed epoch refuses
    /// late proofs regardless.
    pub max_age_ms: u64,
    /// How long after its end an epoch still takes proofs. Default 60,000 ms.
    pub grace_ms: u64,
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
    /// Points of an accepted witness, for the device that received. Default 1.
    pub points_per_witness: u64,
    /// Points of an accepted beacon, for the device that sent. Default 0: a sender alone could
    /// send without limit; only a reception is bounded by physics.
    pub points_per_beacon: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            max_future_ms: 5_000,
            max_age_ms: 86_400_000,
            grace_ms: 60_000,
            max_distance_m: 100_000,
            position_tolerance_m: 1_220,
            receiver_gain_cdb: 600,
            signal_margin_cdb: 1_000,
            points_per_witness: 1,
            points_per_beacon: 0,
        }
    }
}

impl Policy {
    /// Checks that the limits are ones that a network can mean; with them, no arithmetic on a
    /// policy can overflow.
    ///
    /// # Errors
    /// Names the first field that is out of range.
    pub fn validate(&self) -> Result<(), PolicyError> {
        const YEAR_MS: u64 = 366 * 86_400_000;
        let unsigned = [
            ("max_future_ms", self.max_future_ms, YEAR_MS, "0 to 31622400000 (a year)"),
            ("max_age_ms", self.max_age_ms, YEAR_MS, "0 to 31622400000 (a year)"),
            ("grace_ms", self.grace_ms, YEAR_MS, "0 to 31622400000 (a year)"),
            ("max_distance_m", self.max_distance_m, 20_100_000, "0 to 20100000 (half the globe)"),
            (
                "position_tolerance_m",
                self.position_tolerance_m,
                20_100_000,
                "0 to 20100000 (half the globe)",
            ),
            ("points_per_witness", self.points_per_witness, 1_000_000, "0 to 1000000"),
            ("points_per_beacon", self.points_per_beacon, 1_000_000, "0 to 1000000"),
        ];
        for (field, value, most, range) in unsigned {
            if value > most {
                let value = i64::try_from(value).unwrap_or(i64::MAX);
                return Err(PolicyError { field, value, range });
            }
        }
        let signed = [
            ("receiver_gain_cdb", self.receiver_gain_cdb),
            ("signal_margin_cdb", self.signal_margin_cdb),
        ];
        for (field, value) in signed {
            if !(-10_000..=10_000).contains(&value) {
                return Err(PolicyError {
                    field,
                    value: value.into(),
                    range: "-10000 to 10000 (100 dB)",
                });
            }
        }
        Ok(())
    }

    /// SHA-256 of every limit in a fixed order, after a domain.
    pub fn hash(&self) -> Hash {
        sha256(&[
            b"cairn:policy:v1\0",
            &self.max_future_ms.to_le_bytes(),
            &self.max_age_ms.to_le_bytes(),
            &self.grace_ms.to_le_bytes(),
            &self.max_distance_m.to_le_bytes(),
            &self.position_tolerance_m.to_le_bytes(),
            &self.receiver_gain_cdb.to_le_bytes(),
            &self.signal_margin_cdb.to_le_bytes(),
            &self.points_per_witness.to_le_bytes(),
            &self.points_per_beacon.to_le_bytes(),
        ])
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
    fn every_field_changes_the_hash() {
        let base = Policy::default();
        let variants = [
            Policy { max_future_ms: 1, ..base },
            Policy { max_age_ms: 1, ..base },
            Policy { grace_ms: 1, ..base },
            Policy { max_distance_m: 1, ..base },
            Policy { position_tolerance_m: 1, ..base },
            Policy { receiver_gain_cdb: 1, ..base },
            Policy { signal_margin_cdb: 1, ..base },
            Policy { points_per_witness: 7, ..base },
            Policy { points_per_beacon: 7, ..base },
        ];
        let mut hashes: Vec<_> = variants.iter().map(Policy::hash).collect();
        hashes.push(base.hash());
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), variants.len() + 1);
    }

    #[test]
    fn absurd_limits_are_named() {
        let policy = Policy { grace_ms: u64::MAX, ..Policy::default() };
        assert_eq!(policy.validate().unwrap_err().field, "grace_ms");
        let policy = Policy { signal_margin_cdb: i32::MIN, ..Policy::default() };
        assert_eq!(policy.validate().unwrap_err().field, "signal_margin_cdb");
    }
}
