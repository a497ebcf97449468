//! Finding blocks by time.

use crate::{Error, rpc::Client};
use futures::{StreamExt, TryStreamExt};
use solana_rpc_client_api::config::RpcBlockConfig;
use solana_transaction_status_client_types::TransactionDetails;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// More slots than pass in a second: where a search for an older block begins. A slot lasts 0.4 s.
const SLOTS_PER_SECOND: u64 = 3;
/// The longest stretch of time whose blocks are listed at once, in seconds: a node lists at most
/// 500,000 slots.
const MOST_SECONDS: u64 = 86_400;
/// The most slots that are listed at once.
const MOST_SLOTS: u64 = 400_000;
/// Requests under way at once.
const CONCURRENCY: usize = 8;

/// A block, and when it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Its slot.
    pub slot: u64,
    /// Its time, unix seconds.
    pub time_s: u64,
    /// Its hash.
    pub hash: [u8; 32],
}

impl Client {
    /// For each of `times_s` (unix seconds, ascending) the first block whose time is not before it,
    /// of those that have reached this connection's commitment; `None` while there is none yet.
    /// Times of blocks never fall, so whoever asks, whenever, gets the same ones.
    ///
    /// # Errors
    /// [`Error::BlockGone`] when the node has dropped blocks of such a time already; others as they
    /// say.
    pub async fn first_blocks_at(&self, times_s: &[u64]) -> Result<Vec<Option<Block>>, Error> {
        let mut found = Vec::with_capacity(times_s.len());
        let newest = self.rpc().get_slot_with_commitment(self.commitment()).await?;
        let newest = self.block_before(newest).await?;
        let mut rest = times_s;
        while let (Some(&first_s), Some((_, newest_time_s))) = (rest.first(), newest) {
            let last_s = newest_time_s.min(first_s.saturating_add(MOST_SECONDS));
            let (now, later) = rest.split_at(rest.partition_point(|time_s| *time_s <= last_s));
            if now.is_empty() {
                break;
            }
            let stretch = self.stretch(first_s, last_s, newest).await?;
            let blocks =
                futures::stream::iter(now.iter().copied().map(|time_s| stretch.find(self, time_s)))
                    .buffered(CONCURRENCY)
                    .try_collect::<Vec<_>>()
                    .await?;
            found.extend(blocks.into_iter().map(Some));
            rest = later;
        }
        found.resize(times_s.len(), None);
        Ok(found)
    }

    /// The blocks from one before `first_s`, or the chain's first, to one not before `last_s`.
    /// `newest` is not before `last_s`.
    async fn stretch(
        &self,
        first_s: u64,
        last_s: u64,
        newest: Option<(u64, u64)>,
    ) -> Result<Stretch, Error> {
        let gone = || Error::BlockGone { time_s: first_s };
        let (newest, newest_time_s) = newest.ok_or_else(gone)?;
        let oldest = self.rpc().get_first_available_block().await?;
        let mut step = newest_time_s
            .saturating_sub(first_s)
            .saturating_mul(SLOTS_PER_SECOND)
            .saturating_add(32);
        let (from, from_time_s) = loop {
            let slot = newest.saturating_sub(step).max(oldest);
            let (at, time_s) = self.block_from(slot).await?.ok_or_else(gone)?;
            if time_s < first_s || (slot == oldest && oldest <= 1) {
                break (at, time_s);
            }
            if slot == oldest {
                return Err(gone());
            }
            step = step.saturating_mul(2);
        };
        let mut blocks = vec![from];
        let times = Mutex::new(BTreeMap::from([(0, from_time_s)]));
        let stretch = last_s.saturating_sub(from_time_s);
        let mut more = stretch.saturating_mul(SLOTS_PER_SECOND).saturating_add(32);
        loop {
            let start = blocks.last().map_or(from, |slot| slot.saturating_add(1));
            let end = start.saturating_add(more.min(MOST_SLOTS)).min(newest);
            if start > end {
                return Err(gone());
            }
            let config = self.commitment();
            blocks.extend(self.rpc().get_blocks_with_commitment(start, Some(end), config).await?);
            let (Some(last), Some(at)) = (blocks.last(), blocks.len().checked_sub(1)) else {
                return Err(gone());
            };
            let time_s = self.block_time(*last).await?;
            if time_s >= last_s {
                times.lock().unwrap_or_else(PoisonError::into_inner).insert(at, time_s);
                return Ok(Stretch { blocks, times });
            }
            more = more.saturating_mul(2);
        }
    }

    /// Slot and time of the first block from `slot` on.
    async fn block_from(&self, slot: u64) -> Result<Option<(u64, u64)>, Error> {
        let blocks =
            self.rpc().get_blocks_with_limit_and_commitment(slot, 1, self.commitment()).await?;
        match blocks.first() {
            None => Ok(None),
            Some(&slot) => Ok(Some((slot, self.block_time(slot).await?))),
        }
    }

    /// Slot and time of the last block not after `slot`.
    async fn block_before(&self, slot: u64) -> Result<Option<(u64, u64)>, Error> {
        let from = slot.saturating_sub(512);
        let blocks =
            self.rpc().get_blocks_with_commitment(from, Some(slot), self.commitment()).await?;
        match blocks.last() {
            None => Ok(None),
            Some(&slot) => Ok(Some((slot, self.block_time(slot).await?))),
        }
    }

    async fn block_time(&self, slot: u64) -> Result<u64, Error> {
        let time = self.rpc().get_block_time(slot).await?;
        Ok(u64::try_from(time).unwrap_or(0))
    }

    async fn block(&self, slot: u64, time_s: u64) -> Result<Block, Error> {
        let config = RpcBlockConfig {
            transaction_details: Some(TransactionDetails::None),
            rewards: Some(false),
            commitment: Some(self.commitment()),
            max_supported_transaction_version: Some(0),
            ..RpcBlockConfig::default()
        };
        let block = self.rpc().get_block_with_config(slot, config).await?;
        let hash: solana_hash::Hash =
            block.blockhash.parse().map_err(|_| Error::BlockGone { time_s })?;
        Ok(Block { slot, time_s, hash: hash.to_bytes() })
    }
}

/// Consecutive blocks by slot, and the times of some of them, by place.
struct Stretch {
    blocks: Vec<u64>,
    times: Mutex<BTreeMap<usize, u64>>,
}

impl Stretch {
    async fn find(&self, client: &Client, time_s: u64) -> Result<Block, Error> {
        let mut asked = 0_u32;
        loop {
            let next = {
                let times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
                probe(&times, time_s, asked)
            };
            let gone = Error::BlockGone { time_s };
            match next {
                None => return Err(gone),
                Some(Probe::Found(at, at_s)) => {
                    let slot = self.blocks.get(at).copied().ok_or(gone)?;
                    return client.block(slot, at_s).await;
                }
                Some(Probe::Ask(at)) => {
                    let slot = self.blocks.get(at).copied().ok_or(gone)?;
                    let at_s = client.block_time(slot).await?;
                    self.times.lock().unwrap_or_else(PoisonError::into_inner).insert(at, at_s);
                    asked = asked.saturating_add(1);
                }
            }
        }
    }
}

/// What a search does next.
#[derive(Debug, PartialEq, Eq)]
enum Probe {
    /// The time of the block at this place must be known.
    Ask(usize),
    /// It is this one, of this time.
    Found(usize, u64),
}

/// The next step to the first place whose time is not before `time_s`, from the times that are
/// known; `None` when they do not reach it. Guesses by the slope between the nearest two that are
/// known, and halves between every second time, so that no slope can make it slow.
fn probe(times: &BTreeMap<usize, u64>, time_s: u64, asked: u32) -> Option<Probe> {
    // Times never fall with the place.
    let (&high, &high_s) = times.iter().find(|(_, at_s)| **at_s >= time_s)?;
    let Some((&low, &low_s)) = times.range(..high).next_back() else {
        return Some(Probe::Found(high, high_s));
    };
    if high.saturating_sub(low) <= 1 {
        return Some(Probe::Found(high, high_s));
    }
    let guess = if asked % 2 == 1 {
        low.midpoint(high)
    } else {
        let (wide, long) = (high.saturating_sub(low) as u128, high_s.saturating_sub(low_s));
        let share = wide.saturating_mul(time_s.saturating_sub(low_s).into());
        let steps = share.checked_div(long.into()).unwrap_or(0);
        low.saturating_add(usize::try_from(steps).unwrap_or(0))
    };
    Some(Probe::Ask(guess.clamp(low.saturating_add(1), high.saturating_sub(1))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_block_of_a_time_is_found_in_few_steps(
            start in 1_u64..1_000_000,
            steps in prop::collection::vec(0_u64..4, 1..3_000),
            jump in 0_u64..100_000,
            jump_at in any::<prop::sample::Index>(),
            asked_for in prop::collection::vec(any::<prop::sample::Index>(), 1..10),
        ) {
            let jump_at = jump_at.index(steps.len());
            let mut time_s = start;
            let mut all = vec![start];
            for (at, step) in steps.iter().enumerate() {
                time_s += step + if at == jump_at { jump } else { 0 };
                all.push(time_s);
            }
            let last = all.len() - 1;
            let mut known = BTreeMap::from([(0, all[0]), (last, all[last])]);
            for place in asked_for {
                let wanted = all[0] + place.index(usize::try_from(all[last] - all[0]).unwrap() + 1) as u64;
                let right = all.iter().position(|at_s| *at_s >= wanted).unwrap();
                let mut asked = 0;
                let found = loop {
                    match probe(&known, wanted, asked).unwrap() {
                        Probe::Found(at, at_s) => break (at, at_s),
                        Probe::Ask(at) => {
                            prop_assert!(known.insert(at, all[at]).is_none(), "asked twice");
                            asked += 1;
                        }
                    }
                };
                prop_assert_eq!(found, (right, all[right]));
                // Halving every second time: at most twice the depth of 3,001 places.
                prop_assert!(asked <= 24, "{} steps", asked);
            }
            prop_assert_eq!(probe(&known, all[last] + 1, 0), None);
        }
    }
}
