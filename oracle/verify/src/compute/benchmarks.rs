//! Benchmarks: how fast a device hashes in sequence.
//!
//! A benchmark counts when, in this order:
//!
//! 1. its device gave no wrong one not long ago (`BenchmarkBarred`)
//! 2. its challenge is a seed of the chain (`JobSeedUnknown`) whose window had begun
//!    (`JobSeedNotBegun`)
//! 3. it has as many checkpoints as the policy wants, and not too many hashes between them
//!    (`CheckpointsWrong`)
//! 4. it does not state more time than passed since its seed was known (`ElapsedImpossible`), nor a
//!    rate that no processor reaches (`RateImpossible`)
//! 5. a seed that chooses what is checked comes before the epoch's end (`BenchmarkTooLate`)
//! 6. it was made in the time in which all are, if there is one: it begins with the first seed of its
//!    stretch of time, and was captured within `compute.benchmark_run_ms` (`BenchmarkOutOfTime`)
//! 7. it is the first of its device for its stretch of time (`BenchmarkRepeated`)
//! 8. the first stretch and those that the seed chooses are hashed in sequence (`StretchWrong`)
//!
//! The first hash depends on the seed, so no run is older; the proof has arrived at the latest
//! `compute.arrival_ms` after its capture. What is in between is the longest time that the hashes
//! can have taken, and it counts, whatever the device states (`elapsed`).
//!
//! Checking a part `d` of the stretches finds one broken link with a chance of `d` only, and one
//! link less lets two cores hash a half each. So the one that is found costs more benchmarks than
//! `1/d` (`bar_ms`).
//!
//! A run of a minute counts for an hour. If each device chose its minute, one core could hash for
//! sixty devices, one after the other; if each chose how long it hashes, for as many, each a
//! little longer than all before. So all hash in the same minute of the hour, and count as if for
//! all of it (`benchmark_run_ms`): what a core hashes in that time is all that it can share out.

use super::Step;
use super::context::Context;
use crate::device::Address;
use crate::input::Proof;
use crate::judgment::{Factor, Judgment, ONE, scaled};
use crate::policy::ComputePolicy;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::compute::hashes::{advance, begins_at_ms, checked, first};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{Benchmark, DeviceKey};
use cairn_protocol::reason::Reason;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What is kept of a device's benchmarks.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct Record {
    /// The end of the last stretch of time that one was given for, unix milliseconds.
    given_until_ms: u64,
    /// No benchmark captured before this counts, unix milliseconds.
    barred_until_ms: u64,
}

/// A benchmark whose stretches are to be hashed again.
struct Pending<'a> {
    at: usize,
    device: Address,
    captured_at_ms: u64,
    id: Hash,
    key: &'a DeviceKey,
    seed: Hash,
    chooser: Hash,
    body: &'a Benchmark,
    counts: Judgment,
}

/// The benchmarks of one epoch.
pub(super) struct Round<'a> {
    context: &'a Context<'a>,
    records: &'a mut BTreeMap<Address, Record>,
    pending: Vec<Pending<'a>>,
}

impl<'a> Round<'a> {
    pub(super) fn new(
        context: &'a Context<'a>,
        records: &'a mut BTreeMap<Address, Record>,
    ) -> Self {
        Self { context, records, pending: Vec::new() }
    }

    /// A device gave a benchmark.
    pub(super) fn take(
        &mut self,
        at: usize,
        proof: &'a Proof<'_>,
        body: &'a Benchmark,
    ) -> Result<Step, Reason> {
        let (input, policy) = (self.context.input, self.context.policy());
        let (device, captured_at_ms) = (proof.device.address, proof.captured_at_ms);
        let record = self.records.get(&device);
        if record.is_some_and(|record| captured_at_ms < record.barred_until_ms) {
            return Err(Reason::BenchmarkBarred);
        }
        let seed = self.context.seed_of(proof)?;
        if body.checkpoints.len() != usize::from(policy.checkpoints)
            || body.hashes_per_checkpoint > policy.max_stretch_hashes
        {
            return Err(Reason::CheckpointsWrong);
        }
        let known_ms = seed.known_from_ms();
        let stated_ms = u64::from(body.elapsed_ms);
        let possible_ms = captured_at_ms
            .saturating_add(input.policy.ingest.max_future_ms)
            .saturating_sub(known_ms);
        if stated_ms > possible_ms {
            return Err(Reason::ElapsedImpossible);
        }
        // Below 2⁴⁰, a thousandfold below 2⁵⁰.
        let hashes = u64::from(body.hashes_per_checkpoint)
            .saturating_mul(u64::try_from(body.checkpoints.len()).unwrap_or(u64::MAX));
        let stated_rate = hashes.saturating_mul(1_000).checked_div(stated_ms).unwrap_or(u64::MAX);
        if stated_rate > policy.max_hashes_per_second {
            return Err(Reason::RateImpossible);
        }
        let chooser = self
            .context
            .first_seed_from(self.context.settles_at_ms(captured_at_ms))
            .filter(|chooser| chooser.from_ms < input.ends_at_ms)
            .ok_or(Reason::BenchmarkTooLate)?;
        let from_ms = begins_at_ms(seed.from_ms, policy.benchmark_ms);
        let is_first = || self.context.first_seed_from(from_ms).is_some_and(|own| own == seed);
        let run_ms = Some(policy.benchmark_run_ms).filter(|run_ms| *run_ms > 0);
        if let Some(run_ms) = run_ms
            && (captured_at_ms > known_ms.saturating_add(run_ms) || !is_first())
        {
            return Err(Reason::BenchmarkOutOfTime);
        }
        if record.is_some_and(|record| from_ms < record.given_until_ms) {
            return Err(Reason::BenchmarkRepeated);
        }
        let given_until_ms = from_ms.saturating_add(policy.benchmark_ms);
        self.records.entry(device).or_default().given_until_ms = given_until_ms;

        // From when the seed was known until the latest that the proof can have arrived; the same for
        // all where all hash at the same time.
        let ended_ms = run_ms.map_or(captured_at_ms, |run_ms| known_ms.saturating_add(run_ms));
        let longest_ms = ended_ms.saturating_add(policy.arrival_ms).saturating_sub(known_ms);
        let floor_ms = scaled(longest_ms, policy.elapsed_floor_ppm.into());
        let counted_ms = stated_ms.max(floor_ms).max(1);
        self.pending.push(Pending {
            at,
            device,
            captured_at_ms,
            id: proof.id,
            key: proof.key(),
            seed: seed.seed,
            chooser: chooser.seed,
            body,
            counts: self.worth(stated_rate, stated_ms, counted_ms),
        });
        Ok(Step::Later)
    }

    /// What a right benchmark counts for. A million hashes a second are a unit, so that hashes a
    /// second are its millionths.
    fn worth(&self, stated_rate: u64, stated_ms: u64, counted_ms: u64) -> Judgment {
        let policy = self.context.policy();
        let part = |part: u64, whole: u64| {
            part.saturating_mul(ONE).checked_div(whole).unwrap_or(ONE).min(ONE)
        };
        let elapsed = Factor::new(
            "elapsed",
            part(stated_ms, counted_ms),
            [("stated_ms", stated_ms.into()), ("counted_ms", counted_ms.into())],
        );
        let rate = scaled(stated_rate, elapsed.ppm);
        let mut factors = vec![elapsed];
        if rate > policy.max_rate {
            factors.push(Factor::new(
                "rate_cap",
                part(policy.max_rate, rate),
                [("rate", rate.into()), ("max_rate", policy.max_rate.into())],
            ));
        }
        let hours = u128::from(stated_rate) * u128::from(policy.benchmark_ms) / 3_600_000;
        Judgment::counts(u64::try_from(hours).unwrap_or(u64::MAX), factors)
    }

    /// Hashes the chosen stretches again, and forgets what cannot matter any more.
    pub(super) fn finish(self) -> Vec<(usize, Judgment)> {
        let policy = self.context.policy();
        let mut judgments = Vec::with_capacity(self.pending.len());
        let mut by_device: BTreeMap<Address, Vec<Pending<'_>>> = BTreeMap::new();
        for pending in self.pending {
            by_device.entry(pending.device).or_default().push(pending);
        }
        // Those of one device one after the other: a wrong one bars those after it, so that nobody
        // makes an oracle hash for more than one.
        let judged: Vec<Judged> = by_device
            .into_par_iter()
            .map(|(device, given)| {
                let barred_until_ms = self.records.get(&device).map_or(0, |it| it.barred_until_ms);
                judge_in_turn(policy, device, barred_until_ms, given)
            })
            .collect();
        for Judged { device, barred_until_ms, judgments: found } in judged {
            self.records.entry(device).or_default().barred_until_ms = barred_until_ms;
            judgments.extend(found);
        }
        let oldest_ms = self.context.oldest_seed_ms().unwrap_or(0);
        let ends_at_ms = self.context.input.ends_at_ms;
        // No seed of a later epoch lies in a stretch of time that has ended before the oldest of
        // this one.
        self.records.retain(|_, record| {
            record.given_until_ms > oldest_ms || record.barred_until_ms > ends_at_ms
        });
        judgments
    }
}

/// What became of one device's benchmarks.
struct Judged {
    device: Address,
    barred_until_ms: u64,
    judgments: Vec<(usize, Judgment)>,
}

fn judge_in_turn(
    policy: &ComputePolicy,
    device: Address,
    mut barred_until_ms: u64,
    given: Vec<Pending<'_>>,
) -> Judged {
    let judge = |pending: Pending<'_>| {
        let judgment = if pending.captured_at_ms < barred_until_ms {
            Judgment::refused(Reason::BenchmarkBarred)
        } else if pending.is_right(policy.spot_stretches) {
            pending.counts
        } else {
            barred_until_ms = pending.captured_at_ms.saturating_add(policy.bar_ms);
            Judgment::refused(Reason::StretchWrong)
        };
        (pending.at, judgment)
    };
    let judgments = given.into_iter().map(judge).collect();
    Judged { device, barred_until_ms, judgments }
}

impl Pending<'_> {
    fn is_right(&self, spot_stretches: u16) -> bool {
        let checkpoints = &self.body.checkpoints;
        let stretches = u16::try_from(checkpoints.len()).unwrap_or(u16::MAX);
        let is_right = |stretch: &u16| {
            let at = usize::from(*stretch);
            let from = match at.checked_sub(1) {
                None => Some(first(&self.seed, self.key)),
                Some(before) => checkpoints.get(before).copied(),
            };
            let hashes = self.body.hashes_per_checkpoint.into();
            from.is_some_and(|from| checkpoints.get(at) == Some(&advance(&from, hashes)))
        };
        let checked = checked(&self.chooser, &self.id, spot_stretches, stretches);
        // The first stretch first: what was made up without hashing costs no more than that.
        let (first, others) = checked.split_at(checked.len().min(1));
        first.iter().all(is_right) && others.par_iter().all(is_right)
    }
}
