use crate::{
    checks,
    events::PoolUpdateProposed,
    network::Network,
    state::{Pool, PoolTerms},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` pool
#[derive(Accounts)]
pub struct ProposePoolUpdate {
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub pool: Current<Pool>,
}

impl ProposePoolUpdate {
    /// - the network's authority signs
    /// - the terms are valid
    /// - no others are pending; those in force since two settlement periods are folded away, so
    ///   that all oracles find the same treasury for the end of an epoch
    #[inline(always)]
    pub fn propose_pool_update(&mut self, terms: PoolTerms) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        terms.validate()?;
        let now = Clock::get()?.unix_timestamp;
        checks::require_settled_update(&self.network, self.pool.pending_terms_at, now)?;
        let effective_at = self.network.change_at(now)?;
        let old = *self.pool.terms_at(now);
        let pool = &mut *self.pool;
        pool.terms = old;
        pool.pending_terms = terms;
        pool.pending_terms_at = effective_at;
        emit!(PoolUpdateProposed { pool: *self.pool.address(), old, new: terms, effective_at });
        Ok(())
    }
}
