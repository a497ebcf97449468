//! Whether a reception is physically possible, and far enough away to show coverage.
//!
//! Everything that is uncertain is taken in the device's favour: the tolerance of positions comes off
//! the distance where a device must not be far or its signal not strong, and on top of it where it
//! must not be near; losses and noise are rounded down.

use crate::cells::{cell_of, nearer_than};
use crate::geometry::{distance_mm, free_space_loss_cdb, twenty_log10_c};
use crate::policy::WirelessPolicy;
use cairn_protocol::proof::{Beacon, Position, Witness};
use cairn_protocol::reason::Reason;

/// Resolution of the cells that sender and witness must be apart by.
const CELL_RESOLUTION: u8 = 11;
/// The least distance between the centres of two cells of that resolution that share an edge, in
/// metres, rounded down: 35.6 m at pentagons, 49.6 m on average.
const CELL_SPACING_M: u64 = 35;
/// More than a step from a cell to the next can ever be, in metres: the largest hexagon's neighbours
/// are 55 m apart.
const CELL_REACH_M: u64 = 100;
/// Noise that heat makes at 290 K, in hundredths of a dBm per Hz: 10 · log₁₀(kT · 1,000), −173.98,
/// rounded down.
const THERMAL_CDBM_PER_HZ: i64 = -17_398;

/// A reception to be judged.
#[derive(Debug, Clone, Copy)]
pub struct Reception<'a> {
    /// What was sent.
    pub beacon: &'a Beacon,
    /// When, unix milliseconds by the sender's clock.
    pub sent_at_ms: u64,
    /// Where the sender was.
    pub from: Position,
    /// What was received.
    pub witness: &'a Witness,
    /// When, unix milliseconds by the witness's clock.
    pub received_at_ms: u64,
    /// Where the witness stands, if that is asserted.
    pub to: Option<Position>,
}

impl Reception<'_> {
    /// Applies every rule of one reception, in the order of the reasons below.
    ///
    /// # Errors
    /// `WitnessBeforeBeacon`, `WitnessTooLate`, `FrequencyMismatch`, `LocationUnknown`, `TooNear`,
    /// `CellsTooNear`, `TooFar`, `SignalTooStrong`, `SnrTooLow`, `SnrTooHigh` or `NoiseTooLow`.
    pub fn is_possible(&self, policy: &WirelessPolicy) -> Result<(), Reason> {
        self.is_in_time(policy)?;
        let apart_hz = self.beacon.frequency_hz.abs_diff(self.witness.frequency_hz);
        if apart_hz > policy.frequency_tolerance_hz.into() {
            return Err(Reason::FrequencyMismatch);
        }
        let least_mm = self.is_in_reach(policy)?;
        self.has_possible_strength(policy, least_mm)?;
        self.has_possible_noise(policy)
    }

    fn is_in_time(&self, policy: &WirelessPolicy) -> Result<(), Reason> {
        if self.received_at_ms.saturating_add(policy.clock_tolerance_ms.into()) < self.sent_at_ms {
            return Err(Reason::WitnessBeforeBeacon);
        }
        let lag_ms = self.received_at_ms.saturating_sub(self.sent_at_ms);
        if lag_ms > policy.max_witness_lag_ms.into() {
            return Err(Reason::WitnessTooLate);
        }
        Ok(())
    }

    /// The least distance that it may have been, in mm.
    fn is_in_reach(&self, policy: &WirelessPolicy) -> Result<u64, Reason> {
        let to = self.to.ok_or(Reason::LocationUnknown)?;
        let mm = |metres: u64| metres.saturating_mul(1_000);
        let distance_mm = distance_mm(&self.from, &to);
        let tolerance_mm = mm(policy.position_tolerance_m);
        if distance_mm.saturating_add(tolerance_mm) < mm(policy.min_distance_m) {
            return Err(Reason::TooNear);
        }
        let uncertain = policy.position_tolerance_m.div_ceil(CELL_SPACING_M);
        let uncertain = u32::try_from(uncertain).unwrap_or(u32::MAX);
        let cells = policy.min_cells_apart.saturating_sub(uncertain);
        // Finding cells takes longer than all else here, and most witnesses stand far beyond.
        let reach_mm = mm(u64::from(cells).saturating_add(2).saturating_mul(CELL_REACH_M));
        if distance_mm < reach_mm && cells_are_near(&self.from, &to, cells) {
            return Err(Reason::CellsTooNear);
        }
        let least_mm = distance_mm.saturating_sub(tolerance_mm);
        if least_mm > mm(policy.max_distance_m) { Err(Reason::TooFar) } else { Ok(least_mm) }
    }

    /// RSSI ≤ EIRP + receiver's gain + margin − free-space loss (ITU-R P.525), of the frequency that
    /// the **sender** states, so that a witness cannot choose it.
    fn has_possible_strength(&self, policy: &WirelessPolicy, least_mm: u64) -> Result<(), Reason> {
        let strongest_cdbm = i64::from(self.beacon.eirp_cdbm)
            .saturating_add(policy.receiver_gain_cdb.into())
            .saturating_add(policy.signal_margin_cdb.into())
            .saturating_sub(free_space_loss_cdb(least_mm, self.beacon.frequency_hz));
        if i64::from(self.witness.rssi_cdbm) > strongest_cdbm {
            return Err(Reason::SignalTooStrong);
        }
        Ok(())
    }

    /// The signal can be demodulated, and its strength and its ratio to the noise do not imply less
    /// noise than heat makes in the bandwidth. Receivers report the strength of the signal, or of
    /// signal and noise together; less the ratio, the one is the noise, and the other is more.
    fn has_possible_noise(&self, policy: &WirelessPolicy) -> Result<(), Reason> {
        let snr_cdb = i64::from(self.witness.snr_cdb);
        let deepest = demodulation_floor_cdb(self.beacon.spreading_factor)
            .map(|floor| floor.saturating_sub(policy.snr_margin_cdb.into()));
        if deepest.is_some_and(|deepest| snr_cdb < deepest) {
            return Err(Reason::SnrTooLow);
        }
        if snr_cdb > policy.max_snr_cdb.into() {
            return Err(Reason::SnrTooHigh);
        }
        let noise_cdbm = i64::from(self.witness.rssi_cdbm).saturating_sub(snr_cdb);
        let least_cdbm = thermal_noise_cdbm(self.beacon.bandwidth_hz)
            .saturating_sub(policy.noise_margin_cdb.into());
        if noise_cdbm < least_cdbm { Err(Reason::NoiseTooLow) } else { Ok(()) }
    }
}

fn cells_are_near(from: &Position, to: &Position, cells: u32) -> bool {
    nearer_than(cell_of(from, CELL_RESOLUTION), cell_of(to, CELL_RESOLUTION), cells)
}

/// The signal-to-noise ratio that a LoRa receiver needs, in hundredths of a dB: −5 dB at spreading
/// factor 6 and 2.5 dB less with each (Semtech SX1276 datasheet, table 13); of factor 5 by the same
/// steps. `None` for other modulations.
///
/// ```
/// use cairn_verify::wireless::reception::demodulation_floor_cdb;
/// assert_eq!([7, 12].map(demodulation_floor_cdb), [Some(-750), Some(-2_000)]);
/// ```
pub fn demodulation_floor_cdb(spreading_factor: u8) -> Option<i64> {
    let steps = i64::from(spreading_factor).checked_sub(4)?;
    (5..=12).contains(&spreading_factor).then(|| steps.saturating_mul(-250))
}

/// Noise that heat makes in a bandwidth, in hundredths of a dBm: −173.98 dBm + 10 · log₁₀(Hz),
/// rounded down.
///
/// ```
/// use cairn_verify::wireless::reception::thermal_noise_cdbm;
/// assert_eq!(thermal_noise_cdbm(125_000), -12_302); // −123.01 dBm
/// ```
pub fn thermal_noise_cdbm(bandwidth_hz: u32) -> i64 {
    THERMAL_CDBM_PER_HZ.saturating_add(twenty_log10_c(bandwidth_hz.into()) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::disk;
    use h3o::{CellIndex, LatLng};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// The two constants about cells hold all over the globe.
        #[test]
        fn neighbouring_cells_are_35_to_100_metres_apart(
            latitude_e7 in -900_000_000i32..=900_000_000,
            longitude_e7 in -1_800_000_000i32..=1_800_000_000,
        ) {
            let centre = |cell: u64| {
                let point = LatLng::from(CellIndex::try_from(cell).unwrap());
                let e7 = |degrees: f64| (degrees * 1e7).round() as i32;
                Position { latitude_e7: e7(point.lat()), longitude_e7: e7(point.lng()) }
            };
            let cell = cell_of(&Position { latitude_e7, longitude_e7 }, CELL_RESOLUTION);
            for other in disk(cell, 1).into_iter().filter(|other| *other != cell) {
                let apart_mm = distance_mm(&centre(cell), &centre(other));
                let range = CELL_SPACING_M * 1_000..CELL_REACH_M * 1_000;
                prop_assert!(range.contains(&apart_mm), "{apart_mm} mm");
            }
        }
    }
}
