use crate::{
    error::StakingError,
    events::StakeUpdateCancelled,
    state::{StakePool, StakeTerms},
};
use anchor_lang::prelude::*;
use bytemuck::Zeroable;
use cairn_registry::state::Network;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` stake pool
#[derive(Accounts)]
pub struct CancelStakeUpdate {
    #[account(address = network.authority @ StakingError::NotAuthority)]
    pub authority: Signer,
    #[account(address = stake_pool.network @ StakingError::WrongNetwork)]
    pub network: Account<Network>,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
}

impl CancelStakeUpdate {
    /// - the network's authority signs
    /// - a change is pending and not in force
    #[inline(always)]
    pub fn cancel_stake_update(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let stake_pool = *self.stake_pool.address();
        let pool = &mut *self.stake_pool;
        require!(pool.pending_terms_at > now, StakingError::NoUpdatePending);
        let new_terms = pool.pending_terms;
        pool.pending_terms = StakeTerms::zeroed();
        pool.pending_terms_at = 0;
        emit!(StakeUpdateCancelled { stake_pool, old_terms: pool.terms, new_terms });
        Ok(())
    }
}
