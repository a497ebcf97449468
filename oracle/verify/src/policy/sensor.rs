//! Parameters of the sensor kinds.

mod quantity;

pub use quantity::Quantity;
pub(super) use quantity::VALUE;

use super::{Checker, POINTS};
use borsh::BorshSerialize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A factor of at most one.
const PPM: std::ops::RangeInclusive<i128> = 0..=1_000_000;
/// Cells of H3, from 4 million km² to 1 m².
const RESOLUTION: std::ops::RangeInclusive<i128> = 0..=15;
/// Up to a year.
const YEAR_S: std::ops::RangeInclusive<i128> = 0..=366 * 86_400;

/// Parameters of the sensor kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SensorPolicy {
    /// How old a proof may be on arrival, in milliseconds, if `ingest.max_age_ms` is not less. Default
    /// 7,200,000, two hours: one to fill a batch, one without a connection. A capture time is the device's
    /// word; this bounds how long somebody can wait for what others measured and then claim it.
    pub max_age_ms: u64,
    /// How long after a proof's capture time its items may lie, in milliseconds. Default 0: a device
    /// signs after it measured, by the same clock.
    pub max_ahead_ms: u64,
    /// How long before a proof's capture time its items may lie, in milliseconds. Default 3,600,000, an
    /// hour: long enough to fill a batch, too short to copy a day from others afterwards.
    pub max_delay_ms: u64,
    /// After how many seconds without a proof the readings' chain and the last place of a device are
    /// forgotten, and a mapped cell counts as never mapped. Default 31,536,000, a year. It bounds the
    /// state; at least `coverage.full_after_s`.
    pub memory_s: u32,
    /// Batches of readings.
    pub readings: ReadingPolicy,
    /// What can be measured, by number. Default: weather, air and noise, see [`Quantity::defaults`].
    pub quantities: Vec<Quantity>,
    /// How devices can move, for tracks and observations.
    pub motion: MotionPolicy,
    /// Tracks.
    pub track: TrackPolicy,
    /// Observations of cells.
    pub coverage: CoveragePolicy,
}

impl Default for SensorPolicy {
    fn default() -> Self {
        Self {
            max_age_ms: 7_200_000,
            max_ahead_ms: 0,
            max_delay_ms: 3_600_000,
            memory_s: 31_536_000,
            readings: ReadingPolicy::default(),
            quantities: Quantity::defaults(),
            motion: MotionPolicy::default(),
            track: TrackPolicy::default(),
            coverage: CoveragePolicy::default(),
        }
    }
}

/// Batches of readings by fixed sensors. The unit is an hour of one quantity measured at its interval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReadingPolicy {
    /// Points of an hour of one quantity. Default 1.
    pub points_per_reading_hour: u64,
    /// Whether a batch must continue the chain of the device's readings of its quantity. Default true.
    pub chained: bool,
    /// What a chain that was begun anew earns in that epoch, in millionths. Default 500,000: dearer
    /// than the few readings that somebody would like to leave out.
    pub restart_ppm: u64,
    /// After how many epochs a chain that was begun anew earns in full; in between in proportion. Default
    /// 4. 0: at once.
    pub restart_epochs: u32,
    /// What a device earns in the epoch in which it first measures at another asserted location than
    /// before, in millionths. Default 250,000.
    pub relocation_ppm: u64,
    /// After how many epochs a relocated device earns in full; in between in proportion. Default 7, a
    /// week of daily epochs: a series of measurements is worth little before it is that long. 0: at once.
    pub relocation_epochs: u32,
    /// H3 resolution of the cells that sensors share. Default 9, about 0.1 km².
    pub capacity_resolution: u8,
    /// How many sensors of a quantity a cell pays in full at a time; where more measure in the same
    /// interval, they share what these would earn. Default 2: one to measure, one to check it. 0: any
    /// number.
    pub capacity: u32,
    /// H3 resolution of the cells in which neighbours are looked for. Default 7, about 5 km².
    pub neighbour_resolution: u8,
    /// How many rings of cells around its own a sensor is compared with, 0 to 10. Default 1.
    pub neighbour_rings: u32,
    /// Length of the buckets of time in which means are compared, in seconds, at least 1. Default 900:
    /// three readings at the usual interval.
    pub neighbour_bucket_s: u32,
    /// How many other operators must have measured in the bucket, or there is no comparison. Default 4:
    /// a median of 4 stands one liar. 0: never compare.
    pub neighbour_operators: u32,
    /// The largest modified z-score, in hundredths. Default 350: Iglewicz and Hoaglin, How to Detect
    /// and Handle Outliers (1993), recommend 3.5.
    pub neighbour_limit_c: u32,
}

impl Default for ReadingPolicy {
    fn default() -> Self {
        Self {
            points_per_reading_hour: 1,
            chained: true,
            restart_ppm: 500_000,
            restart_epochs: 4,
            relocation_ppm: 250_000,
            relocation_epochs: 7,
            capacity_resolution: 9,
            capacity: 2,
            neighbour_resolution: 7,
            neighbour_rings: 1,
            neighbour_bucket_s: 900,
            neighbour_operators: 4,
            neighbour_limit_c: 350,
        }
    }
}

/// How devices can move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MotionPolicy {
    /// The highest speed, in cm/s. Default 7,000 (252 km/h): cars; trains and aircraft need more.
    pub max_speed_cm_s: u32,
    /// The largest change of speed, in cm/s². Default 1,500: 1.5 g, more than tyres hold.
    pub max_acceleration_cm_s2: u32,
    /// To how much times are rounded down, in milliseconds. Default 100: receivers stamp by satellite
    /// time. Records rounded to seconds need 1,000, to minutes 60,000. The coarser, the farther a device
    /// may jump: up to highest speed times this.
    pub time_resolution_ms: u32,
    /// The largest radius that a fix may be off by, in metres. Default 100: beyond it the street is not
    /// known.
    pub max_accuracy_m: u16,
    /// How far a position may be claimed to move while it stays exactly the same, in metres. Default
    /// 100: speeds of standing vehicles are noise of a few cm/s.
    pub frozen_claim_m: u32,
    /// How long a position may stay exactly the same, in seconds. Default 3,600: receivers that hold a
    /// position while standing still do so, but a device that is parked longer need not report.
    pub frozen_s: u32,
}

impl Default for MotionPolicy {
    fn default() -> Self {
        Self {
            max_speed_cm_s: 7_000,
            max_acceleration_cm_s2: 1_500,
            time_resolution_ms: 100,
            max_accuracy_m: 100,
            frozen_claim_m: 100,
            frozen_s: 3_600,
        }
    }
}

/// What a track is paid by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrackUnit {
    /// Minutes with a fix, each once.
    Minutes,
    /// Kilometres driven.
    Kilometres,
}

/// Tracks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TrackPolicy {
    /// Points of a unit. Default 1.
    pub points_per_track_unit: u64,
    /// What a unit is. Default minutes, as in networks of connected cars: a distance grows with every
    /// detour and with the receiver's noise, time does not.
    pub unit: TrackUnit,
    /// What a minute without movement counts for, in millionths. Default 100,000: it shows no more
    /// than that the device is connected.
    pub parked_ppm: u64,
    /// How far a device must get from where it was to have moved, in metres, at least 1. Default 25:
    /// beyond the noise of receivers in streets. Shorter steps add up from there.
    pub moving_m: u32,
    /// The longest gap between two fixes that still belong to one drive, in seconds. Default 300.
    pub max_gap_s: u32,
}

impl Default for TrackPolicy {
    fn default() -> Self {
        Self {
            points_per_track_unit: 1,
            unit: TrackUnit::Minutes,
            parked_ppm: 100_000,
            moving_m: 25,
            max_gap_s: 300,
        }
    }
}

/// Observations of cells. The unit is a cell that nobody mapped for as long as `full_after_s`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CoveragePolicy {
    /// Points of a cell. Default 1.
    pub points_per_cell: u64,
    /// H3 resolution of the cells. Default 11: hexagons about 50 m across, a stretch of street.
    pub resolution: u8,
    /// What the first observation of a cell counts for, in millionths, up to 10,000,000. Default
    /// 2,000,000: a new place is worth two refreshed ones.
    pub first_visit_ppm: u64,
    /// After how many seconds a visit counts in full again; before, in proportion to the time since the
    /// last by anybody. So what a cell pays over time is the same however often it is visited. At least
    /// 1. Default 604,800, a week.
    pub full_after_s: u32,
    /// How much one cell pays per epoch, in millionths of a unit. Default 2,000,000.
    pub cell_capacity_ppm: u64,
    /// How far an observation's position may be off, in metres. Default 30.
    pub accuracy_m: u16,
    /// How near in time a fix of the device's own track must lie, in seconds. Default 10: cameras log a
    /// fix per second, and the rarer fixes are, the farther from its track a device may claim to have
    /// been. 0: none is asked for.
    pub near_fix_s: u32,
    /// For how many seconds no image may be given again. Default 2,592,000, 30 days. 0: images are not
    /// compared.
    pub content_memory_s: u32,
}

impl Default for CoveragePolicy {
    fn default() -> Self {
        Self {
            points_per_cell: 1,
            resolution: 11,
            first_visit_ppm: 2_000_000,
            full_after_s: 604_800,
            cell_capacity_ppm: 2_000_000,
            accuracy_m: 30,
            near_fix_s: 10,
            content_memory_s: 2_592_000,
        }
    }
}

impl SensorPolicy {
    /// The quantity of a number.
    pub fn quantity(&self, number: u16) -> Option<&Quantity> {
        self.quantities.iter().find(|quantity| quantity.number == number)
    }

    pub(super) fn check(&self, checker: &mut Checker) {
        checker.within("sensor.max_age_ms", self.max_age_ms, super::YEAR_MS);
        checker.within("sensor.max_ahead_ms", self.max_ahead_ms, super::YEAR_MS);
        checker.within("sensor.max_delay_ms", self.max_delay_ms, super::YEAR_MS);
        checker.within(
            "sensor.memory_s",
            self.memory_s,
            self.coverage.full_after_s.into()..=10 * 366 * 86_400,
        );
        self.check_readings(checker);
        quantity::check(&self.quantities, checker);
        let motion = &self.motion;
        checker.within("sensor.motion.max_speed_cm_s", motion.max_speed_cm_s, 1..=1_000_000);
        checker.within(
            "sensor.motion.max_acceleration_cm_s2",
            motion.max_acceleration_cm_s2,
            1..=10_000,
        );
        checker.within(
            "sensor.motion.time_resolution_ms",
            motion.time_resolution_ms,
            0..=3_600_000,
        );
        checker.within("sensor.motion.frozen_claim_m", motion.frozen_claim_m, 0..=100_000_000);
        checker.within("sensor.motion.frozen_s", motion.frozen_s, YEAR_S);
        let track = &self.track;
        checker.within("sensor.track.points_per_track_unit", track.points_per_track_unit, POINTS);
        checker.within("sensor.track.parked_ppm", track.parked_ppm, PPM);
        checker.within("sensor.track.moving_m", track.moving_m, 1..=100_000);
        checker.within("sensor.track.max_gap_s", track.max_gap_s, 1..=86_400);
        self.check_coverage(checker);
    }

    fn check_readings(&self, checker: &mut Checker) {
        let readings = &self.readings;
        checker.within(
            "sensor.readings.points_per_reading_hour",
            readings.points_per_reading_hour,
            POINTS,
        );
        checker.within("sensor.readings.restart_ppm", readings.restart_ppm, PPM);
        checker.within("sensor.readings.restart_epochs", readings.restart_epochs, 0..=10_000);
        checker.within("sensor.readings.relocation_ppm", readings.relocation_ppm, PPM);
        checker.within("sensor.readings.relocation_epochs", readings.relocation_epochs, 0..=10_000);
        checker.within(
            "sensor.readings.capacity_resolution",
            readings.capacity_resolution,
            RESOLUTION,
        );
        checker.within("sensor.readings.capacity", readings.capacity, 0..=i128::from(u32::MAX));
        checker.within(
            "sensor.readings.neighbour_resolution",
            readings.neighbour_resolution,
            RESOLUTION,
        );
        checker.within("sensor.readings.neighbour_rings", readings.neighbour_rings, 0..=10);
        checker.within(
            "sensor.readings.neighbour_bucket_s",
            readings.neighbour_bucket_s,
            1..=366 * 86_400,
        );
        checker.within(
            "sensor.readings.neighbour_operators",
            readings.neighbour_operators,
            0..=10_000,
        );
        checker.within(
            "sensor.readings.neighbour_limit_c",
            readings.neighbour_limit_c,
            1..=1_000_000,
        );
    }

    fn check_coverage(&self, checker: &mut Checker) {
        let coverage = &self.coverage;
        checker.within("sensor.coverage.points_per_cell", coverage.points_per_cell, POINTS);
        checker.within("sensor.coverage.resolution", coverage.resolution, RESOLUTION);
        checker.within("sensor.coverage.first_visit_ppm", coverage.first_visit_ppm, 0..=10_000_000);
        checker.within("sensor.coverage.full_after_s", coverage.full_after_s, 1..=366 * 86_400);
        checker.within(
            "sensor.coverage.cell_capacity_ppm",
            coverage.cell_capacity_ppm,
            0..=1_000_000_000_000,
        );
        checker.within("sensor.coverage.near_fix_s", coverage.near_fix_s, 0..=86_400);
        checker.within("sensor.coverage.content_memory_s", coverage.content_memory_s, YEAR_S);
    }
}
