use crate::{
    checks,
    error::RewardsError,
    events::PoolUpdateCancelled,
    network::Network,
    state::{Pool, PoolTerms},
    version::Current,
};
use anchor_lang::prelude::*;
use bytemuck::Zeroable;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` pool
#[derive(Accounts)]
pub struct CancelPoolUpdate {
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub pool: Current<Pool>,
}

impl CancelPoolUpdate {
    /// - the network's authority signs
    /// - terms are pending and not in force yet
    #[inline(always)]
    pub fn cancel_pool_update(&mut self) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        let now = Clock::get()?.unix_timestamp;
        let pending = self.pool.pending_terms_at;
        require!(pending != 0 && now < pending, RewardsError::NoUpdatePending);
        let cancelled = self.pool.pending_terms;
        self.pool.pending_terms = PoolTerms::zeroed();
        self.pool.pending_terms_at = 0;
        emit!(PoolUpdateCancelled { pool: *self.pool.address(), kept: self.pool.terms, cancelled });
        Ok(())
    }
}
