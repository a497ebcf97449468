//! Parameters of the storage kinds.

use super::{Checker, POINTS};
use crate::judgment::ONE;
use borsh::BorshSerialize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Parameters of the storage kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StoragePolicy {
    /// Leaves that each challenge asks for, 1 to 5. A device that lacks a share α of its leaves
    /// passes with the chance (1 − α)^K. Default 4: with four challenges, who lacks a tenth is
    /// caught in four of five epochs, and an answer for 256 GiB is still below the largest proof.
    pub leaves_per_challenge: u32,
    /// Challenges of each replica in an epoch, 1 to 1,440. Default 4: of epochs of a day, one about
    /// every six hours. An epoch with fewer windows than that has as many as it has windows.
    pub challenges_per_epoch: u32,
    /// How many of them, the first ones, ask to see a seal; 0 checks no seals. Default 4: all. Who
    /// left a share s of the leaves unsealed in one of the two passes is asked for one of them with
    /// the chance s / 2 each time, and then does better to be silent: an epoch with n seals is right
    /// with the chance (1 − s / 2)ⁿ. With one seal an epoch, who keeps nothing at all
    /// would earn a fifth of an honest device.
    pub seals_per_epoch: u32,
    /// How long after a seed is known a replica's answer may be captured, in milliseconds, 1,000 to
    /// 86,400,000. Default 60,000: a seed's block takes 13 s to be final and a device looks every
    /// few seconds, which leaves it half a minute to read a few hundred leaves.
    pub answer_deadline_ms: u64,
    /// How old an answer may be on arrival, in milliseconds, 1,000 to 86,400,000. Default 30,000. A
    /// device states itself when it captured; only this keeps it from answering later than it says.
    pub answer_max_age_ms: u64,
    /// By how much a device's clock may be behind the chain's, in milliseconds, 0 to 3,600,000: an
    /// answer captured longer before its seed was known is refused. Default 5,000: the chain's
    /// clock counts whole seconds and drifts by some.
    pub clock_tolerance_ms: u64,
    /// How many SHA-256 of 32 bytes the quickest machine makes one after the other in a second; 0
    /// lets replicas be sealed as quickly as one likes. Default 75,000,000, as
    /// `compute.max_hashes_per_second`: ARM's instructions take 64 cycles a hash, 70 million a second
    /// at 4.5 GHz; a server with SHA extensions makes 20 million (`make bench`). Miners' chips make
    /// many at once. One that was built to make a single one quickly may be some times as quick,
    /// which is part of what the margin is for.
    pub sealing_hashes_per_second: u64,
    /// How many times as long as the time in which a challenge can be answered (deadline and age on
    /// arrival) sealing takes on that machine, at least; 1 to 1,000. Default 8: to cut the hashes in
    /// a row to an eighth one has to keep more than four fifths of a replica's size (measured in
    /// the protocol's `tests/sealing_space.rs`), and a machine eight times as quick as the quickest
    /// gains nothing without that.
    pub sealing_margin: u32,
    /// The fewest rounds of a seal, 1 to 16,777,216. Default 512: 32 GiB take two hours to seal at 20
    /// million hashes a second, as a sector of Filecoin's takes some hours.
    pub min_rounds: u32,
    /// The most rounds of a seal, 1 to 16,777,216: each check of a seal makes as many hashes.
    /// Default 16,384: a millisecond. With the other defaults the smallest
    /// replica then has 1,647,950 leaves (402 MiB): a smaller one would be sealed too quickly.
    pub max_rounds: u32,
    /// The most replicas of a device, 1 to 65,536. Default 1,024. Bounds what is remembered.
    pub max_replicas: u32,
    /// The most replicas of the same content on one device, 1 to 65,536. Default 1: each is sealed by
    /// itself, so none is counted twice, but a second copy on the same device protects nothing.
    /// Networks that reward bare capacity allow more.
    pub replicas_per_content: u32,
    /// After how many faulty epochs in a row a replica ends, 1 to 1,000. Default 3.
    pub faults_to_terminate: u32,
    /// How many epochs in a row a new replica must answer right, unpaid, before it counts, 0 to
    /// 1,000; a fault makes it begin again. Default 3: with four seals an epoch it has shown sixteen
    /// at the end of the first epoch that is paid, which a replica with nothing behind it does once
    /// in 65,536 times. Without it, one that keeps nothing and costs nothing would be paid whenever
    /// it is lucky for two epochs, and who commits to a great number of them would live on that.
    pub proving_epochs: u32,
    /// How many epochs in a row a faulty replica must answer right, unpaid, before it counts again,
    /// 0 to 1,000. Default 1.
    pub recovery_epochs: u32,
    /// λ of a device's reputation: what it keeps of earlier epochs, in millionths. Default 950,000:
    /// half of it is forgotten in 13.5 epochs, and an epoch of faults costs about one epoch's
    /// earnings besides its own.
    pub reputation_keep_ppm: u64,
    /// α₀, good epochs that a new device is credited with, in millionths, up to a thousand epochs.
    /// Default 1,000,000: with no bad ones, it is trusted until it fails, as Storj does.
    pub reputation_prior_good_ppm: u64,
    /// β₀, bad epochs that a new device is charged with, in millionths, up to a thousand epochs.
    /// Default 0.
    pub reputation_prior_bad_ppm: u64,
    /// Whether retrieval counts only of content that the device has a replica of that is proven and
    /// not faulty. Default true. Networks of mere caches set false.
    pub retrieval_needs_replica: bool,
    /// Points of a GiB that is proven for an epoch. Default 1,000: a replica of 1 MiB earns one.
    pub points_per_gib_epoch: u64,
}

impl Default for StoragePolicy {
    fn default() -> Self {
        Self {
            leaves_per_challenge: 4,
            challenges_per_epoch: 4,
            seals_per_epoch: 4,
            answer_deadline_ms: 60_000,
            answer_max_age_ms: 30_000,
            clock_tolerance_ms: 5_000,
            sealing_hashes_per_second: 75_000_000,
            sealing_margin: 8,
            min_rounds: 512,
            max_rounds: 16_384,
            max_replicas: 1_024,
            replicas_per_content: 1,
            faults_to_terminate: 3,
            proving_epochs: 3,
            recovery_epochs: 1,
            reputation_keep_ppm: 950_000,
            reputation_prior_good_ppm: ONE,
            reputation_prior_bad_ppm: 0,
            retrieval_needs_replica: true,
            points_per_gib_epoch: 1_000,
        }
    }
}

impl StoragePolicy {
    pub(super) fn check(&self, checker: &mut Checker) {
        const DAY_MS: i128 = 86_400_000;
        const ROUNDS: i128 = 1 << 24;
        let mut within = |field, value: i128, range| checker.within(field, value, range);
        within("storage.leaves_per_challenge", self.leaves_per_challenge.into(), 1..=5);
        within("storage.challenges_per_epoch", self.challenges_per_epoch.into(), 1..=1_440);
        within("storage.seals_per_epoch", self.seals_per_epoch.into(), 0..=1_440);
        within("storage.answer_deadline_ms", self.answer_deadline_ms.into(), 1_000..=DAY_MS);
        within("storage.answer_max_age_ms", self.answer_max_age_ms.into(), 1_000..=DAY_MS);
        within("storage.clock_tolerance_ms", self.clock_tolerance_ms.into(), 0..=3_600_000);
        let rate = self.sealing_hashes_per_second;
        within("storage.sealing_hashes_per_second", rate.into(), 0..=1_000_000_000_000);
        within("storage.sealing_margin", self.sealing_margin.into(), 1..=1_000);
        within("storage.min_rounds", self.min_rounds.into(), 1..=ROUNDS);
        within("storage.max_rounds", self.max_rounds.into(), self.min_rounds.into()..=ROUNDS);
        within("storage.max_replicas", self.max_replicas.into(), 1..=65_536);
        within("storage.replicas_per_content", self.replicas_per_content.into(), 1..=65_536);
        within("storage.faults_to_terminate", self.faults_to_terminate.into(), 1..=1_000);
        within("storage.proving_epochs", self.proving_epochs.into(), 0..=1_000);
        within("storage.recovery_epochs", self.recovery_epochs.into(), 0..=1_000);
        within("storage.reputation_keep_ppm", self.reputation_keep_ppm.into(), 0..=1_000_000);
        let thousand = || 0..=1_000_000_000;
        let (good, bad) = (self.reputation_prior_good_ppm, self.reputation_prior_bad_ppm);
        within("storage.reputation_prior_good_ppm", good.into(), thousand());
        within("storage.reputation_prior_bad_ppm", bad.into(), thousand());
        within("storage.points_per_gib_epoch", self.points_per_gib_epoch.into(), POINTS);
    }

    /// Hashes in a row that sealing a replica must take at least: as many as the quickest machine
    /// makes in the margin times the time that a challenge leaves.
    pub fn least_work(&self) -> u128 {
        let left_ms = self.answer_deadline_ms.saturating_add(self.answer_max_age_ms);
        u128::from(self.sealing_hashes_per_second)
            .saturating_mul(left_ms.into())
            .saturating_mul(self.sealing_margin.into())
            .div_ceil(1_000)
    }

    /// The fewest rounds with which a replica of `leaf_count` leaves may be sealed; `None` when it
    /// is too small for any that are allowed.
    pub fn least_rounds(&self, leaf_count: u64) -> Option<u32> {
        let per_round = u128::from(leaf_count).saturating_mul(2);
        let needed = self.least_work().div_ceil(per_round.max(1));
        let rounds = u32::try_from(needed).ok()?.max(self.min_rounds);
        (rounds <= self.max_rounds && leaf_count > 0).then_some(rounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_what_their_reasons_say() {
        let policy = StoragePolicy::default();
        // 90 s × 75 million × 8.
        assert_eq!(policy.least_work(), 54_000_000_000);
        let quickest = crate::policy::ComputePolicy::default().max_hashes_per_second;
        assert_eq!(policy.sealing_hashes_per_second, quickest, "one world, one quickest core");
        assert_eq!(policy.least_rounds(1_647_950), Some(16_384));
        assert_eq!(policy.least_rounds(1_647_949), None);
        // 1 GiB, and 32 GiB, where the fewest rounds count.
        assert_eq!(policy.least_rounds(1 << 22), Some(6_438));
        assert_eq!(policy.least_rounds(1 << 27), Some(512));
        assert_eq!(policy.least_rounds(0), None);
    }

    #[test]
    fn the_most_rounds_are_not_below_the_fewest() {
        let policy = StoragePolicy { min_rounds: 100, max_rounds: 99, ..StoragePolicy::default() };
        let mut checker = Checker::default();
        policy.check(&mut checker);
        let fields: Vec<_> = checker.errors.iter().map(|error| &error.field).collect();
        assert_eq!(fields, ["storage.max_rounds"]);
    }
}
