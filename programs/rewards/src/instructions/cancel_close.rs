use crate::{
    checks, error::RewardsError, events::CloseCancelled, network::Network, state::Pool,
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` pool
#[derive(Accounts)]
pub struct CancelClose {
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub pool: Current<Pool>,
}

impl CancelClose {
    /// - the network's authority signs
    /// - the pool's closing was requested and is not in force yet: once it is, claimants that were
    ///   paid may be closed, and no root may follow that would pay them again
    #[inline(always)]
    pub fn cancel_close(&mut self) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        let close_at = self.pool.close_at;
        require!(close_at != 0, RewardsError::NoUpdatePending);
        require!(!self.pool.is_closing(Clock::get()?.unix_timestamp), RewardsError::PoolClosing);
        self.pool.close_at = 0;
        emit!(CloseCancelled { pool: *self.pool.address(), close_at });
        Ok(())
    }
}
