//! Parameters of the wireless kinds.

use super::{Checker, DISTANCE_M, POINTS, YEAR_MS};
use crate::judgment::ONE;
use borsh::BorshSerialize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// A factor between nothing and one.
const PPM: RangeInclusive<i128> = 0..=ONE as i128;
/// Hundredths of a dB or dBm.
const CDB: RangeInclusive<i128> = -10_000..=10_000;
/// Up to a hundred days.
const SECONDS: RangeInclusive<i128> = 0..=8_640_000;
const COUNT: RangeInclusive<i128> = 0..=1_000_000;
/// What a beacon can state, and none.
const HZ: RangeInclusive<i128> = 0..=100_000_000_000;

/// A band of the network's frequency plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Lowest carrier frequency, in Hz.
    pub from_hz: u64,
    /// Highest carrier frequency, in Hz.
    pub to_hz: u64,
    /// Most radiated power (EIRP), in hundredths of a dBm.
    pub max_eirp_cdbm: i32,
}

/// How many devices a cell of one resolution is meant for (HIP-17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Density {
    /// Resolution of the H3 cells, 0 to 15.
    pub resolution: u8,
    /// How many cells of a neighbourhood (a cell and those around it) may be occupied before the
    /// limit rises; 1 to 7.
    pub neighbours: u32,
    /// Devices for which a cell is meant; a cell with as many is occupied. At least 1.
    pub target: u32,
    /// The highest limit, however many cells around are occupied. At least the target.
    pub max: u32,
}

/// Parameters of the wireless kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WirelessPolicy {
    /// How old a beacon, witness or heartbeat may be on arrival, in milliseconds, if
    /// `ingest.max_age_ms` is not less. Default 600,000, ten minutes: a gateway whose link breaks for
    /// a moment loses nothing. A capture time is the device's word; without this bound, a day's proofs
    /// could be made at its end, when all seeds are known, by devices that were never on air.
    pub max_age_ms: u64,
    /// How long a seed may have been known when a beacon is sent. Default 120 s: a new seed every
    /// 60 s, 13 s until it is final, and 47 s to fetch it and to wait for the duty cycle.
    pub beacon_max_seed_age_seconds: u32,
    /// Beacons of a device that count in an epoch. Default 4: one every six hours of an epoch of a
    /// day, as Helium's oracles take them.
    pub beacons_per_epoch: u32,
    /// By how much the clocks of two devices, or of a device and the chain, may differ. Default
    /// 1,000 ms: NTP over a mobile link, and block times in whole seconds.
    pub clock_tolerance_ms: u32,
    /// How long after the beacon a witness may have received it. Default 4,000 ms: the longest
    /// LoRa frame (SF12, 125 kHz, 51 bytes) is 2.8 s on air, and receivers stamp its end.
    pub max_witness_lag_ms: u32,
    /// By how much the frequency that a witness reports may differ from the beacon's. Default
    /// 25,000 Hz: crystals of ±10 ppm on both sides at 915 MHz, and rounding to a channel raster.
    pub frequency_tolerance_hz: u32,
    /// The bands that beacons may use. Default none: any.
    pub bands: Vec<Band>,
    /// Most radiated power that a beacon may state. Default 3,600 cdBm: 1 W into 6 dBi, the most of
    /// 47 CFR 15.247. Who states more lets witnesses state stronger signals.
    pub max_eirp_cdbm: i32,
    /// How far a witness may stand from the sender. Default 100,000 m, as in Helium's oracles.
    pub max_distance_m: u64,
    /// How near a witness may stand. Default 300 m (HIP-15): nearer shows no coverage.
    pub min_distance_m: u64,
    /// Steps between the H3 cells of resolution 11 (about 50 m across) that sender and witness must
    /// be apart. Default 8, as in Helium's oracles.
    pub min_cells_apart: u32,
    /// By how much the distance between two positions may be off, as far as positions are known
    /// less exactly than an H3 cell of resolution 11. Every rule of distance gives it to the device.
    /// Default 0; a network whose positions are blurred by ±610 m needs 1,220 m.
    pub position_tolerance_m: u64,
    /// By how much a device's own position fix may differ from its asserted location, besides the
    /// accuracy that it states. Default 100 m: the asserted cell, and an antenna on a long cable. What is
    /// asserted anew within as much is a correction and no move.
    pub fix_tolerance_m: u64,
    /// The best gain that a receiving antenna may have. Default 600 cdB (6 dBi).
    pub receiver_gain_cdb: i32,
    /// By how much a receiver may report too strong a signal. Default 1,000 cdB (10 dB): LoRa
    /// concentrators are not calibrated (SX1276 datasheet, 5.5.5, notes 2 and 3).
    pub signal_margin_cdb: i32,
    /// By how much signal strength less signal-to-noise ratio may be below the noise that heat makes
    /// (−174 dBm/Hz). Default 1,000 cdB: for the same reason.
    pub noise_margin_cdb: i32,
    /// By how much the signal-to-noise ratio may be below what the SX1276 demodulates. Default 500
    /// cdB: newer chips demodulate about 2.5 dB deeper, and the measurement is off by as much.
    pub snr_margin_cdb: i32,
    /// The highest signal-to-noise ratio that a receiver measures. Default 2,000 cdB: LoRa receivers
    /// saturate below 15 dB.
    pub max_snr_cdb: i32,
    /// Whether devices without an asserted location may send beacons, from where their own fix says
    /// that they are. Default false: a position that costs nothing is worth nothing. For networks
    /// whose senders are measuring devices that the founder trusts.
    pub mobile_senders: bool,
    /// How fast such a sender may move between its beacons. Default 70 m/s (252 km/h).
    pub mobile_max_speed_m_per_s: u32,
    /// Witnesses of a beacon that count. Default 14, as in Helium's oracles; 0: none.
    pub max_witnesses: u32,
    /// Witnesses that a beacon should have; up to as many get a whole unit each. Default 4 (HIP-15).
    pub witness_redundancy: u32,
    /// What each witness beyond leaves of the part that is not yet the sender's. Default 800,000 ppm
    /// (HIP-15).
    pub redundancy_decay_ppm: u32,
    /// How recently a beacon of a witness must have been received by another device. Default
    /// 172,800 s: 48 hours, as in Helium's oracles. 0: a witness need not send.
    pub reciprocity_seconds: u32,
    /// Whether that other device must be another operator's. Default true: what an operator hears of
    /// itself shows nothing.
    pub reciprocity_other_operator: bool,
    /// Devices for which cells are meant, from the finest resolution on. Default: Helium's values
    /// for HIP-17, resolutions 10 to 4. Empty: density does not matter.
    pub density: Vec<Density>,
    /// The part of what a device keeps for beacons and witnesses of an epoch that may come from one
    /// operator's devices: so much / (1 − so much) of what all the others give. Default 200,000 ppm:
    /// five independent partners give everything. 1,000,000: no limit.
    pub partner_share_ppm: u32,
    /// Units an epoch that each other operator may give whatever its part, so that a device with few
    /// neighbours earns. Default 6: what the four beacons of one neighbour and its hearing one's own
    /// four give. Not for devices of the same operator.
    pub partner_free_units: u32,
    /// How long a device earns less after it was asserted to stand elsewhere, or nowhere. Default 259,200
    /// s: three days, in which it has to be heard at the new place. 0: no penalty.
    pub relocation_seconds: u32,
    /// What it earns right after that, rising evenly to all. Default 0 ppm.
    pub relocation_ppm: u32,
    /// How long a seed may have been known when a heartbeat is sent. Default 600 s. 0: heartbeats
    /// need no seed and can be signed in advance.
    pub heartbeat_max_seed_age_seconds: u32,
    /// One heartbeat counts in each interval of so many seconds from the epoch's start. Default
    /// 3,600.
    pub heartbeat_seconds: u32,
    /// The roughest position fix of a heartbeat. Default 100 m.
    pub heartbeat_max_accuracy_m: u16,
    /// Least bytes of a packet. Default 1.
    pub usage_min_packet_bytes: u32,
    /// Most bytes of a packet. Default 65,535 (IP).
    pub usage_max_packet_bytes: u32,
    /// Points of a whole unit of witnessing, for the device that received. Default 1.
    pub points_per_witness: u64,
    /// Points of a whole unit of a beacon, for the device that sent. Default 1 (HIP-15): a beacon
    /// that nobody witnesses has no units.
    pub points_per_beacon: u64,
    /// Points of an interval on air. Default 0: where a device is, it alone says in a heartbeat. For
    /// networks of licensed radios, whose coverage is known from their class and place.
    pub points_per_heartbeat: u64,
}

impl Default for WirelessPolicy {
    fn default() -> Self {
        let density =
            |resolution, neighbours, target, max| Density { resolution, neighbours, target, max };
        Self {
            max_age_ms: 600_000,
            beacon_max_seed_age_seconds: 120,
            beacons_per_epoch: 4,
            clock_tolerance_ms: 1_000,
            max_witness_lag_ms: 4_000,
            frequency_tolerance_hz: 25_000,
            bands: Vec::new(),
            max_eirp_cdbm: 3_600,
            max_distance_m: 100_000,
            min_distance_m: 300,
            min_cells_apart: 8,
            position_tolerance_m: 0,
            fix_tolerance_m: 100,
            receiver_gain_cdb: 600,
            signal_margin_cdb: 1_000,
            noise_margin_cdb: 1_000,
            snr_margin_cdb: 500,
            max_snr_cdb: 2_000,
            mobile_senders: false,
            mobile_max_speed_m_per_s: 70,
            max_witnesses: 14,
            witness_redundancy: 4,
            redundancy_decay_ppm: 800_000,
            reciprocity_seconds: 172_800,
            reciprocity_other_operator: true,
            density: vec![
                density(10, 2, 1, 1),
                density(9, 2, 1, 2),
                density(8, 2, 1, 4),
                density(7, 2, 5, 20),
                density(6, 1, 25, 100),
                density(5, 1, 100, 400),
                density(4, 1, 250, 800),
            ],
            partner_share_ppm: 200_000,
            partner_free_units: 6,
            relocation_seconds: 259_200,
            relocation_ppm: 0,
            heartbeat_max_seed_age_seconds: 600,
            heartbeat_seconds: 3_600,
            heartbeat_max_accuracy_m: 100,
            usage_min_packet_bytes: 1,
            usage_max_packet_bytes: 65_535,
            points_per_witness: 1,
            points_per_beacon: 1,
            points_per_heartbeat: 0,
        }
    }
}

impl WirelessPolicy {
    pub(super) fn check(&self, checker: &mut Checker) {
        checker.within("wireless.max_age_ms", self.max_age_ms, YEAR_MS);
        let seed_age = self.beacon_max_seed_age_seconds;
        checker.within("wireless.beacon_max_seed_age_seconds", seed_age, 1..=86_400);
        checker.within("wireless.beacons_per_epoch", self.beacons_per_epoch, COUNT);
        checker.within("wireless.clock_tolerance_ms", self.clock_tolerance_ms, 0..=60_000);
        checker.within("wireless.max_witness_lag_ms", self.max_witness_lag_ms, 0..=600_000);
        let tolerance = self.frequency_tolerance_hz;
        checker.within("wireless.frequency_tolerance_hz", tolerance, 0..=1_000_000_000);
        checker.within("wireless.bands", self.bands.len() as i128, 0..=1_000);
        for (at, band) in self.bands.iter().enumerate() {
            let field = |name: &str| format!("wireless.bands[{at}].{name}");
            checker.within(field("from_hz"), band.from_hz, HZ);
            checker.within(field("to_hz"), band.to_hz, band.from_hz.into()..=*HZ.end());
            checker.within(field("max_eirp_cdbm"), band.max_eirp_cdbm, -5_000..=6_000);
        }
        checker.within("wireless.max_eirp_cdbm", self.max_eirp_cdbm, -5_000..=6_000);
        checker.within("wireless.max_distance_m", self.max_distance_m, DISTANCE_M);
        checker.within("wireless.min_distance_m", self.min_distance_m, DISTANCE_M);
        checker.within("wireless.min_cells_apart", self.min_cells_apart, 0..=100);
        checker.within("wireless.position_tolerance_m", self.position_tolerance_m, DISTANCE_M);
        checker.within("wireless.fix_tolerance_m", self.fix_tolerance_m, DISTANCE_M);
        checker.within("wireless.receiver_gain_cdb", self.receiver_gain_cdb, CDB);
        checker.within("wireless.signal_margin_cdb", self.signal_margin_cdb, CDB);
        checker.within("wireless.noise_margin_cdb", self.noise_margin_cdb, CDB);
        checker.within("wireless.snr_margin_cdb", self.snr_margin_cdb, CDB);
        checker.within("wireless.max_snr_cdb", self.max_snr_cdb, CDB);
        let speed = self.mobile_max_speed_m_per_s;
        // Up to that of light: replays press months into minutes.
        checker.within("wireless.mobile_max_speed_m_per_s", speed, 0..=300_000_000);
        checker.within("wireless.max_witnesses", self.max_witnesses, 0..=10_000);
        checker.within("wireless.witness_redundancy", self.witness_redundancy, 1..=10_000);
        checker.within("wireless.redundancy_decay_ppm", self.redundancy_decay_ppm, PPM);
        checker.within("wireless.reciprocity_seconds", self.reciprocity_seconds, SECONDS);
        checker.within("wireless.density", self.density.len() as i128, 0..=16);
        let mut finer = 16;
        for (at, level) in self.density.iter().enumerate() {
            let field = |name: &str| format!("wireless.density[{at}].{name}");
            // From the finest on, each once: the next counts what this one leaves.
            checker.within(field("resolution"), level.resolution, 0..=finer - 1);
            checker.within(field("neighbours"), level.neighbours, 1..=7);
            checker.within(field("target"), level.target, 1..=1_000_000_000);
            checker.within(field("max"), level.max, level.target.into()..=1_000_000_000);
            finer = i128::from(level.resolution).min(finer);
        }
        checker.within("wireless.partner_share_ppm", self.partner_share_ppm, PPM);
        checker.within("wireless.partner_free_units", self.partner_free_units, COUNT);
        checker.within("wireless.relocation_seconds", self.relocation_seconds, SECONDS);
        checker.within("wireless.relocation_ppm", self.relocation_ppm, PPM);
        let seed_age = self.heartbeat_max_seed_age_seconds;
        checker.within("wireless.heartbeat_max_seed_age_seconds", seed_age, 0..=86_400);
        checker.within("wireless.heartbeat_seconds", self.heartbeat_seconds, 1..=8_640_000);
        let (least, most) = (self.usage_min_packet_bytes, self.usage_max_packet_bytes);
        checker.within("wireless.usage_min_packet_bytes", least, 0..=most.into());
        checker.within("wireless.usage_max_packet_bytes", most, 0..=i128::from(u32::MAX));
        checker.within("wireless.points_per_witness", self.points_per_witness, POINTS);
        checker.within("wireless.points_per_beacon", self.points_per_beacon, POINTS);
        checker.within("wireless.points_per_heartbeat", self.points_per_heartbeat, POINTS);
    }
}
