//! The chain's randomness, window by window: what devices' proofs answer, see
//! [`cairn_verify::Seed`].

use crate::chain::Chain;
use crate::error::OracleError;
use cairn_verify::{Address, EpochClock, Policies, Policy, Seed, Seeds};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Windows that are kept, of each length.
const KEPT: usize = 4_096;

/// The seeds that were read from the chain. They are read again after a restart: a finalized block
/// stays what it is.
#[derive(Debug)]
pub struct SeedBook {
    network: Address,
    policies: Policies,
    clock: EpochClock,
    /// By length of the window and its start, both in milliseconds.
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
        for from_ms in windows.iter().rev() {
            if self.known().contains_key(&(length_ms, *from_ms)) {
                continue;
            }
            let Some(block) = chain.first_block_at(from_ms.div_ceil(1_000)).await? else {
                continue;
            };
            let seed =
                Seed::new(&self.network, *from_ms, length_ms, block.slot, block.time_s, block.hash);
            tracing::debug!(epoch, from_ms, slot = block.slot, "seed");
            let mut known = self.known();
            known.insert((length_ms, *from_ms), seed);
            while known.len() > KEPT {
                known.pop_first();
            }
        }
        Ok(self.of(epoch))
    }

    /// Whether every seed of an epoch is known.
    pub fn is_complete(&self, epoch: u64) -> bool {
        let (length_ms, windows) = self.windows(epoch, u64::MAX);
        let known = self.known();
        windows.iter().all(|from_ms| known.contains_key(&(length_ms, *from_ms)))
    }

    /// The known seeds of an epoch.
    pub fn of(&self, epoch: u64) -> Seeds {
        let (length_ms, windows) = self.windows(epoch, u64::MAX);
        let known = self.known();
        Seeds::new(windows.iter().filter_map(|from_ms| known.get(&(length_ms, *from_ms)).copied()))
    }

    /// Length of the windows of an epoch, and the starts of those that have begun by `now_ms`,
    /// ascending, in milliseconds.
    fn windows(&self, epoch: u64, now_ms: u64) -> (u64, Vec<u64>) {
        let policy: &Policy = self.policies.at(epoch);
        let length_ms = u64::from(policy.challenges.window_seconds.max(1)).saturating_mul(1_000);
        let lookback_ms = u64::from(policy.challenges.lookback_seconds).saturating_mul(1_000);
        let start = self.clock.starts_at_ms(epoch).saturating_sub(lookback_ms);
        let end = self.clock.ends_at_ms(epoch).min(now_ms.saturating_add(1));
        let first = start.checked_div(length_ms).unwrap_or(0);
        let last = end.div_ceil(length_ms);
        (length_ms, (first..last).map(|window| window.saturating_mul(length_ms)).collect())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeMap<(u64, u64), Seed>> {
        // Each change leaves it consistent.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
