//! Finding blocks by time.

use crate::{Error, rpc::Client};
use solana_rpc_client_api::config::RpcBlockConfig;
use solana_transaction_status_client_types::TransactionDetails;

/// Slots that pass in a second, at least: where a search for an older block begins.
const SLOTS_PER_SECOND: u64 = 3;

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
    /// The first block whose time is not before `time_s` (unix seconds), of those that have reached
    /// this connection's commitment; `None` while there is none yet. Times of blocks never fall,
    /// so whoever asks, whenever, gets the same one.
    ///
    /// # Errors
    /// [`Error::BlockGone`] when the node has dropped blocks of that time already; others as they
    /// say.
    pub async fn first_block_at(&self, time_s: u64) -> Result<Option<Block>, Error> {
        let newest = self.rpc().get_slot_with_commitment(self.commitment()).await?;
        let Some((newest, newest_time_s)) = self.block_before(newest).await? else {
            return Ok(None);
        };
        if newest_time_s < time_s {
            return Ok(None);
        }
        let first = self.rpc().get_first_available_block().await?;
        // Before: every block up to here is older. Found: the first known not to be.
        let (mut found, mut found_time_s, mut bound) = (newest, newest_time_s, newest);
        let mut step = newest_time_s
            .saturating_sub(time_s)
            .saturating_mul(SLOTS_PER_SECOND)
            .saturating_add(32);
        let mut before = loop {
            let slot = bound.saturating_sub(step);
            let Some((at, at_time_s)) = self.block_from(slot.max(first), found).await? else {
                return Err(Error::BlockGone { time_s });
            };
            if at_time_s < time_s {
                break at;
            }
            (found, found_time_s, bound) = (at, at_time_s, slot.max(first));
            if slot <= first {
                // The chain's first blocks, or the oldest that the node has kept.
                if first <= 1 {
                    return self.block(found, found_time_s).await.map(Some);
                }
                return Err(Error::BlockGone { time_s });
            }
            step = step.saturating_mul(2);
        };
        while bound.saturating_sub(before) > 1 {
            let middle = before.midpoint(bound);
            match self.block_from(middle, bound.saturating_sub(1)).await? {
                Some((at, at_time_s)) if at_time_s < time_s => before = at,
                Some((at, at_time_s)) => (found, found_time_s, bound) = (at, at_time_s, middle),
                // No block between.
                None => bound = middle,
            }
        }
        self.block(found, found_time_s).await.map(Some)
    }

    /// Slot and time of the first block from `slot` to `last`.
    async fn block_from(&self, slot: u64, last: u64) -> Result<Option<(u64, u64)>, Error> {
        let blocks =
            self.rpc().get_blocks_with_limit_and_commitment(slot, 1, self.commitment()).await?;
        match blocks.first().filter(|slot| **slot <= last) {
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
