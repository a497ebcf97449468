//! Parameters of the compute kinds.

use super::{Checker, POINTS, YEAR_MS};
use borsh::BorshSerialize;
use cairn_protocol::compute::product::answer_bytes;
use cairn_protocol::proof::MAX_PROOF_BYTES;
use cairn_protocol::proof::compute::{MAX_CHECKPOINTS, MAX_ROWS, MAX_SIDE, MIN_SIDE};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Parameters of the compute kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ComputePolicy {
    /// How long after its capture a commitment or benchmark may arrive; the seed that challenges it
    /// begins no earlier than then. Default 10,000 ms: servers are well connected, and what a
    /// device could learn in that time it must not know. 0 is no limit, which protects from nobody
    /// who writes an earlier time into a proof.
    pub arrival_ms: u64,
    /// How long after their seed became known a product of matrices may be committed to. Default
    /// 600,000 ms: a product of side 512 takes a small computer a second.
    pub job_ms: u64,
    /// How long after a seed became known its challenge may be answered. Default 120,000 ms: the
    /// rows lie ready. Shorter leaves less time to compute rows that were left out, which the
    /// committed root refuses anyway.
    pub answer_ms: u64,
    /// The smallest matrices. Default 128 rows: below, an oracle's work comes close to the device's.
    pub min_side: u16,
    /// The largest matrices. Default 512 rows, the most whose rows fit a proof.
    pub max_side: u16,
    /// Rows that are opened. Default 3, as many as fit a proof at side 512: a device that leaves
    /// out a share α of a product gets (1 − α)³ of the units for (1 − α) of the work. 0 asks for
    /// none, and then a device needs no product to know the image.
    pub spot_rows: u16,
    /// Whether the image of the product under a random vector is checked (Freivalds). Default
    /// true: it finds every fault of an honest device.
    pub check_image: bool,
    /// Products of a device that count in an epoch. Default 64: checking them takes an oracle
    /// 0.6 seconds of one core at side 512.
    pub products_per_epoch: u32,
    /// Class whose devices may post jobs for several devices: the network's own gateways, as a rule.
    /// Default none: nobody may. A job pays those who compute it and costs who posts it nothing, so
    /// that whoever may post can post jobs that only devices of its own know how to compute.
    pub poster_class: Option<u16>,
    /// Jobs that a device may post in an epoch, 0 to 1,000,000. Default 100.
    pub posted_per_device: u32,
    /// Jobs that all devices together may post in an epoch. Default 1,000: choosing the devices of
    /// one takes an oracle a tenth of a second for a million devices.
    pub posted_per_epoch: u32,
    /// Devices that are chosen for a job, 2 to 64. Default 3: the fewest that have a majority when
    /// one is wrong.
    pub duplicates: u16,
    /// Equal results that a job needs; more than half of the devices chosen. Default 2.
    pub quorum: u16,
    /// How long after the seed that chose the devices became known a result may be committed to.
    /// Default 300,000 ms: jobs of a few minutes; a network of longer ones sets more.
    pub commit_ms: u64,
    /// How long results are revealed. Default 120,000 ms: they lie ready.
    pub reveal_ms: u64,
    /// What a duplicated job counts for, in millionths of a giga-operation. Default 1,000,000: about
    /// eight products of side 512.
    pub job_units: u64,
    /// For how long one benchmark counts; there is one in each stretch of time of this length from
    /// 1970 on. Default 3,600,000 ms.
    pub benchmark_ms: u64,
    /// How long all benchmarks of a stretch of time last: they begin with its first seed, must be
    /// captured within this time after it was known, and count as if they took all of it. Default
    /// 60,000 ms. 0: each begins and ends when it likes; then one core can hash for as many devices
    /// as runs fit into a stretch, one after the other, and each counts for the whole of it.
    pub benchmark_run_ms: u64,
    /// Checkpoints of a benchmark, 1 to 256. Default 256: checking is fine-grained.
    pub checkpoints: u16,
    /// Hashes between two checkpoints at most. Default 20,000,000: with 256 checkpoints a run of a
    /// minute on the fastest processor. An oracle hashes five of 256 stretches again, which is at
    /// most five seconds of one core, and 1.2 seconds for a run of a minute on a core like its own;
    /// of what was made up, only one.
    pub max_stretch_hashes: u32,
    /// Stretches that are hashed again beside the first. Default 4: a sixty-fourth of the work.
    pub spot_stretches: u16,
    /// For how long a device's benchmarks count nothing after one with a wrong stretch. Default
    /// 604,800,000 ms, a week, 168 benchmarks: two cores that hash one half each double what a
    /// benchmark counts for, and are found once in 64.
    pub bar_ms: u64,
    /// Hashes a second that no core exceeds. Default 75,000,000: ARM's SHA256H makes four of the 64
    /// rounds in four cycles (measured on Apple's M1), which are 64 cycles a hash, or 70 million a
    /// second at 4.5 GHz. A server with SHA extensions makes 20 million.
    pub max_hashes_per_second: u64,
    /// What part of the longest possible time counts at least, in millionths, whatever time the
    /// device states: from when the seed was known until the latest that the proof can have
    /// arrived. Default 1,000,000: all of it. So every device is charged `arrival_ms`, whether it
    /// writes earlier capture times than true or not; runs of the same length lose the same part,
    /// which leaves the shares as they are. Where all benchmarks last equally long, the longest
    /// possible time is that and `arrival_ms`. 0 believes the device.
    pub elapsed_floor_ppm: u32,
    /// The best rate that counts, in millionths of a benchmark unit (a million hashes a second).
    /// Default 50,000,000: two and a half times a server with SHA extensions. Of what faster cores
    /// there are, more is of no use to anybody.
    pub max_rate: u64,
    /// Points of a giga-operation: a billion multiplications with their additions. Default 1,000.
    pub points_per_gigaoperation: u64,
    /// Points of a benchmark unit for an hour. Default 0: speed alone is no use to anybody; a
    /// network that pays for being there sets more.
    pub points_per_benchmark_hour: u64,
}

impl Default for ComputePolicy {
    fn default() -> Self {
        Self {
            arrival_ms: 10_000,
            job_ms: 600_000,
            answer_ms: 120_000,
            min_side: 128,
            max_side: MAX_SIDE,
            spot_rows: 3,
            check_image: true,
            products_per_epoch: 64,
            poster_class: None,
            posted_per_device: 100,
            posted_per_epoch: 1_000,
            duplicates: 3,
            quorum: 2,
            commit_ms: 300_000,
            reveal_ms: 120_000,
            job_units: 1_000_000,
            benchmark_ms: 3_600_000,
            benchmark_run_ms: 60_000,
            checkpoints: MAX_CHECKPOINTS,
            max_stretch_hashes: 20_000_000,
            spot_stretches: 4,
            bar_ms: 604_800_000,
            max_hashes_per_second: 75_000_000,
            elapsed_floor_ppm: 1_000_000,
            max_rate: 50_000_000,
            points_per_gigaoperation: 1_000,
            points_per_benchmark_hour: 0,
        }
    }
}

impl ComputePolicy {
    pub(super) fn check(&self, checker: &mut Checker) {
        checker.within("compute.arrival_ms", self.arrival_ms, YEAR_MS);
        checker.within("compute.job_ms", self.job_ms, YEAR_MS);
        checker.within("compute.answer_ms", self.answer_ms, YEAR_MS);
        let sides = i128::from(MIN_SIDE)..=i128::from(self.max_side.min(MAX_SIDE));
        checker.within("compute.min_side", self.min_side, sides);
        let sides = i128::from(MIN_SIDE)..=i128::from(MAX_SIDE);
        checker.within("compute.max_side", self.max_side, sides);
        // As many as fit a proof.
        let fitting = (0..=MAX_ROWS)
            .take_while(|rows| answer_bytes(self.max_side, *rows) <= MAX_PROOF_BYTES)
            .last();
        let rows = 0..=i128::from(fitting.unwrap_or(0));
        checker.within("compute.spot_rows", self.spot_rows, rows);
        checker.within("compute.products_per_epoch", self.products_per_epoch, 0..=1_000_000);
        checker.within("compute.posted_per_device", self.posted_per_device, 0..=1_000_000);
        checker.within("compute.posted_per_epoch", self.posted_per_epoch, 0..=1_000_000);
        checker.within("compute.duplicates", self.duplicates, 2..=64);
        // More than half, so that no two results have it.
        let quorums = i128::from(self.duplicates / 2) + 1..=i128::from(self.duplicates);
        checker.within("compute.quorum", self.quorum, quorums);
        checker.within("compute.commit_ms", self.commit_ms, YEAR_MS);
        checker.within("compute.reveal_ms", self.reveal_ms, YEAR_MS);
        checker.within("compute.job_units", self.job_units, 0..=1_000_000_000_000);
        checker.within("compute.benchmark_ms", self.benchmark_ms, 1_000..=366 * 86_400_000);
        checker.within("compute.benchmark_run_ms", self.benchmark_run_ms, YEAR_MS);
        checker.within("compute.checkpoints", self.checkpoints, 1..=i128::from(MAX_CHECKPOINTS));
        checker.within("compute.max_stretch_hashes", self.max_stretch_hashes, 1..=100_000_000);
        checker.within(
            "compute.spot_stretches",
            self.spot_stretches,
            0..=i128::from(MAX_CHECKPOINTS),
        );
        checker.within("compute.bar_ms", self.bar_ms, YEAR_MS);
        let rates = 1_000..=1_000_000_000_000;
        checker.within("compute.max_hashes_per_second", self.max_hashes_per_second, rates);
        checker.within("compute.elapsed_floor_ppm", self.elapsed_floor_ppm, 0..=1_000_000);
        checker.within("compute.max_rate", self.max_rate, 0..=1_000_000_000_000);
        checker.within("compute.points_per_gigaoperation", self.points_per_gigaoperation, POINTS);
        checker.within("compute.points_per_benchmark_hour", self.points_per_benchmark_hour, POINTS);
    }
}
