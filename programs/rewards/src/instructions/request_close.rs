use crate::{
    checks, error::RewardsError, events::CloseRequested, network::Network, state::Pool,
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` pool
#[derive(Accounts)]
pub struct RequestClose {
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub pool: Current<Pool>,
}

impl RequestClose {
    /// - the network's authority signs
    /// - the pool's closing was not requested yet
    ///
    /// After the network's delay nothing is proposed or finalized any more, for good; claims go on
    /// until everything is paid.
    #[inline(always)]
    pub fn request_close(&mut self) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        require!(self.pool.close_at == 0, RewardsError::UpdatePending);
        let close_at = self.network.change_at(Clock::get()?.unix_timestamp)?;
        self.pool.close_at = close_at;
        emit!(CloseRequested { pool: *self.pool.address(), close_at });
        Ok(())
    }
}
