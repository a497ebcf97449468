//! What the rules ask of an epoch again and again, in a form that answers fast.

use crate::device::{Address, Category};
use crate::input::{EpochInput, Proof, Seed};
use crate::policy::ComputePolicy;
use cairn_protocol::compute::settles_at_ms;
use cairn_protocol::reason::Reason;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// An epoch, with its seeds in order of their windows.
pub(super) struct Context<'a> {
    pub(super) input: &'a EpochInput<'a>,
    seeds: Vec<&'a Seed>,
    active: OnceLock<BTreeMap<u16, Vec<Eligible>>>,
}

/// A device that may be chosen for a job.
pub(super) struct Eligible {
    pub(super) address: Address,
    pub(super) onboarded_at_s: i64,
}

impl<'a> Context<'a> {
    pub(super) fn new(input: &'a EpochInput<'a>) -> Self {
        Self { input, seeds: input.seeds.iter().collect(), active: OnceLock::new() }
    }

    pub(super) fn policy(&self) -> &'a ComputePolicy {
        &self.input.policy.compute
    }

    /// See [`settles_at_ms`].
    pub(super) fn settles_at_ms(&self, captured_at_ms: u64) -> u64 {
        let policy = self.input.policy;
        settles_at_ms(captured_at_ms, policy.compute.arrival_ms, policy.ingest.max_future_ms)
    }

    /// The first seed whose window begins at a time or later. `None` also when this epoch's seeds
    /// do not reach back to it, so that they do not tell: the one it was may have come between two
    /// epochs that were judged, and nobody shall get another one instead.
    pub(super) fn first_seed_from(&self, from_ms: u64) -> Option<&'a Seed> {
        if self.oldest_seed_ms()? > from_ms {
            return None;
        }
        let at = self.seeds.partition_point(|seed| seed.from_ms < from_ms);
        self.seeds.get(at).copied()
    }

    /// The start of the oldest window whose seed a proof of this epoch can name.
    pub(super) fn oldest_seed_ms(&self) -> Option<u64> {
        self.seeds.first().map(|seed| seed.from_ms)
    }

    /// The seed that a proof began with.
    pub(super) fn seed_of(&self, proof: &Proof<'_>) -> Result<&'a Seed, Reason> {
        let seed = self.input.seeds.get(&proof.challenge).ok_or(Reason::JobSeedUnknown)?;
        // Clocks of device and chain may differ.
        let latest = proof.captured_at_ms.saturating_add(self.input.policy.ingest.max_future_ms);
        if latest < seed.from_ms {
            return Err(Reason::JobSeedNotBegun);
        }
        Ok(seed)
    }

    /// The active compute devices of a class. Their order depends on nothing but the registry's
    /// memory; who uses them must not depend on it.
    pub(super) fn active_of(&self, class: u16) -> &[Eligible] {
        let active = self.active.get_or_init(|| {
            let ends_at_s = self.input.ends_at_s();
            let mut by_class: BTreeMap<u16, Vec<Eligible>> = BTreeMap::new();
            for device in self.input.registry.records() {
                if device.category == Category::Compute && device.active_at(ends_at_s) {
                    by_class.entry(device.class).or_default().push(Eligible {
                        address: device.address,
                        onboarded_at_s: device.onboarded_at_s,
                    });
                }
            }
            by_class
        });
        active.get(&class).map_or(&[], Vec::as_slice)
    }
}
