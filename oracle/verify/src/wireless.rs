//! Rules of the wireless kinds.
//!
//! A **beacon** counts when its payload was not used by another accepted beacon of an open epoch.
//!
//! A **witness** counts when, in this order:
//!
//! 1. a beacon of that payload was accepted, and for the same epoch (`BeaconUnknown`,
//!    `BeaconOtherEpoch`)
//! 2. the witness is not the sender (`WitnessIsSender`) and has not witnessed this beacon before
//!    (`WitnessRepeated`)
//! 3. the beacon carries a position and the witness's position is asserted on chain
//!    (`LocationUnknown`)
//! 4. the distance less the tolerance is within the limit (`TooFar`)
//! 5. the signal is not stronger than free space allows: RSSI ≤ EIRP + receiver gain + margin −
//!    loss, with the loss of the smallest possible distance and the frequency that the **sender**
//!    states, so that a witness cannot choose it (`SignalTooStrong`)

use crate::geometry::{distance_mm, free_space_loss_cdb};
use crate::policy::Policy;
use cairn_protocol::proof::{Beacon, Position, Witness};
use cairn_protocol::reason::Reason;

const FREQUENCY_HZ: core::ops::RangeInclusive<u64> = 1_000_000..=100_000_000_000;

/// Whether every number of a beacon is in its documented range.
pub fn beacon_in_range(beacon: &Beacon) -> bool {
    beacon.position.is_none_or(|position| position.is_valid())
        && FREQUENCY_HZ.contains(&beacon.frequency_hz)
        && (-5_000..=6_000).contains(&beacon.eirp_cdbm)
        && matches!(beacon.spreading_factor, 0 | 5..=12)
}

/// Whether every number of a witness is in its documented range.
pub fn witness_in_range(witness: &Witness) -> bool {
    (-20_000..=3_000).contains(&witness.rssi_cdbm)
        && (-5_000..=10_000).contains(&witness.snr_cdb)
        && FREQUENCY_HZ.contains(&witness.frequency_hz)
}

/// Rules 3 to 5: whether a reception is physically possible.
///
/// # Errors
/// `LocationUnknown`, `TooFar` or `SignalTooStrong`.
pub fn reception_possible(
    policy: &Policy,
    beacon: &Beacon,
    witness_position: Option<Position>,
    witness: &Witness,
) -> Result<(), Reason> {
    let (Some(from), Some(to)) = (beacon.position, witness_position) else {
        return Err(Reason::LocationUnknown);
    };
    let smallest_mm =
        distance_mm(&from, &to).saturating_sub(policy.position_tolerance_m.saturating_mul(1_000));
    if smallest_mm > policy.max_distance_m.saturating_mul(1_000) {
        return Err(Reason::TooFar);
    }
    let loss_cdb = free_space_loss_cdb(smallest_mm, beacon.frequency_hz);
    let strongest_cdbm = i64::from(beacon.eirp_cdbm)
        .saturating_add(policy.receiver_gain_cdb.into())
        .saturating_add(policy.signal_margin_cdb.into())
        .saturating_sub(loss_cdb);
    if i64::from(witness.rssi_cdbm) > strongest_cdbm {
        return Err(Reason::SignalTooStrong);
    }
    Ok(())
}
