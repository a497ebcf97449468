use crate::{
    error::StakingError,
    events::StakeUpdateProposed,
    state::{StakePool, StakeTerms},
};
use anchor_lang::prelude::*;
use cairn_registry::state::Network;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` stake pool
#[derive(Accounts)]
pub struct ProposeStakeUpdate {
    #[account(address = network.authority @ StakingError::NotAuthority)]
    pub authority: Signer,
    #[account(address = stake_pool.network @ StakingError::WrongNetwork)]
    pub network: Account<Network>,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
}

impl ProposeStakeUpdate {
    /// - the network's authority signs
    /// - no other change waits to come into force
    /// - the terms are within their limits
    ///
    /// They come into force by the clock, after the network's delay.
    #[inline(always)]
    pub fn propose_stake_update(&mut self, terms: &StakeTerms) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        terms.validate(self.stake_pool.least_cooldown_seconds)?;
        let effective_at = self.network.change_at(now)?;
        let stake_pool = *self.stake_pool.address();
        let pool = &mut *self.stake_pool;
        require!(pool.pending_terms_at <= now, StakingError::UpdatePending);
        let old_terms = *pool.terms_at(now);
        pool.terms = old_terms;
        pool.pending_terms = *terms;
        pool.pending_terms_at = effective_at;
        emit!(StakeUpdateProposed { stake_pool, old_terms, new_terms: *terms, effective_at });
        Ok(())
    }
}
