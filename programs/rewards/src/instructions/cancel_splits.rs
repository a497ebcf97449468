use crate::{
    checks,
    error::RewardsError,
    events::SplitsCancelled,
    network::Network,
    state::{Pool, Splits},
    version::Current,
};
use anchor_lang::prelude::*;
use bytemuck::Zeroable;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` pool
#[derive(Accounts)]
pub struct CancelSplits {
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub pool: Current<Pool>,
}

impl CancelSplits {
    /// - the network's authority signs
    /// - a division is pending and its first epoch has not begun
    #[inline(always)]
    pub fn cancel_splits(&mut self) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        let now = Clock::get()?.unix_timestamp;
        let pending = self.pool.pending_splits_epoch;
        require!(pending != 0 && self.pool.epoch_at(now) < pending, RewardsError::NoUpdatePending);
        let cancelled = self.pool.pending_splits;
        self.pool.pending_splits = Splits::zeroed();
        self.pool.pending_splits_epoch = 0;
        emit!(SplitsCancelled { pool: *self.pool.address(), kept: self.pool.splits, cancelled });
        Ok(())
    }
}
