//! The chain's randomness, window by window: what devices' proofs answer, see
//! [`cairn_verify::Seed`].

use crate::chain::{BlockState, Chain};
use crate::error::OracleError;
use cairn_verify::{Address, EpochClock, Policies, Policy, Seed, Seeds};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Windows that are looked up at once.
const AT_ONCE: usize = 64;

/// The seeds that were read from the chain. They are read again after a restart: a finalized block
/// stays what it is.
#[derive(Debug)]
pub struct SeedBook {
    network: Address,
    policies: Policies,
    clock: EpochClock,
    /// By start of the window and its length, both in milliseconds.
    known: Mutex<BTreeMap<(u64, u64), Seed>>,
}

impl SeedBook {
    /// An empty book.
    pub fn new(network: Address, policies: Policies, clock: EpochClock) -> Self {
        Self { network, policies, clock, known: Mutex::default() }
    }

    /// Reads the seeds of the windows of an epoch that have begun by `now_ms` and whose block is
    /// final, newest first, and returns all that are known. Those from the policy's lookback before
    /// the epoch's start on belong to it.
    ///
    /// # Errors
    /// When the chain cannot be read; what was read before stays known.
    pub async fn read<C: Chain>(
        &self,
        chain: &C,
        epoch: u64,
        now_ms: u64,
    ) -> Result<Seeds, OracleError> {
        let (length_ms, windows) = self.windows(epoch, now_ms);
        let missing: Vec<u64> = {
            let known = self.known();
            windows.iter().copied().filter(|at| !known.contains_key(&(*at, length_ms))).collect()
        };
        // The newest are what devices wait for.
        for starts in missing.rchunks(AT_ONCE) {
            let times_s: Vec<u64> = starts.iter().map(|from_ms| from_ms.div_ceil(1_000)).collect();
            let blocks = chain.first_blocks_at(&times_s).await?;
            let mut known = self.known();
            for (from_ms, block) in starts.iter().zip(blocks) {
                let Some(BlockState { slot, time_s, hash }) = block else { continue };
                tracing::debug!(epoch, from_ms, slot, "seed");
                let seed = Seed::new(&self.network, *from_ms, length_ms, slot, time_s, hash);
                known.insert((*from_ms, length_ms), seed);
            }
        }
        Ok(self.of(epoch))
    }

    /// Drops what no epoch from this one on needs.
    pub fn forget_before(&self, epoch: u64) {
        let (_, windows) = self.windows(epoch, u64::MAX);
        if let Some(first) = windows.first() {
            self.known().retain(|(from_ms, _), _| from_ms >= first);
        }
    }

    /// Whether every seed of an epoch is known.
    pub fn is_complete(&self, epoch: u64) -> bool {
        let (length_ms, windows) = self.windows(epoch, u64::MAX);
        let known = self.known();
        windows.iter().all(|from_ms| known.contains_key(&(*from_ms, length_ms)))
    }

    /// The known seeds of an epoch.
    pub fn of(&self, epoch: u64) -> Seeds {
        let (length_ms, windows) = self.windows(epoch, u64::MAX);
        let known = self.known();
        Seeds::new(windows.iter().filter_map(|from_ms| known.get(&(*from_ms, length_ms)).copied()))
    }

    /// Length of the windows of an epoch, and the starts of those that have begun by `now_ms`,
    /// ascending, in milliseconds.
    fn windows(&self, epoch: u64, now_ms: u64) -> (u64, Vec<u64>) {
        let policy: &Policy = self.policies.at(epoch);
        let length_ms = u64::from(policy.challenges.window_seconds.max(1)).saturating_mul(1_000);
        let lookback_ms = u64::from(policy.challenges.lookback_seconds).saturating_mul(1_000);
        let start = self.clock.starts_at_ms(epoch).saturating_sub(lookback_ms);
        let end = self.clock.ends_at_ms(epoch).min(now_ms.saturating_add(1));
        // There may be no block of a time before the genesis: the chain can be as young.
        let genesis = self.clock.starts_at_ms(0).div_ceil(length_ms);
        let first = start.checked_div(length_ms).unwrap_or(0).max(genesis);
        let last = end.div_ceil(length_ms);
        (length_ms, (first..last).map(|window| window.saturating_mul(length_ms)).collect())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeMap<(u64, u64), Seed>> {
        // Each change leaves it consistent.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
