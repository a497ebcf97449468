use crate::{
    checks,
    error::RewardsError,
    events::CreditUpdateProposed,
    network::Network,
    state::{CreditMarket, CreditTerms, Pool},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[]` pool
/// 3. `[writable]` credit market
#[derive(Accounts)]
pub struct ProposeCreditUpdate {
    pub authority: Signer,
    pub network: Account<Network>,
    pub pool: Current<Pool>,
    #[account(mut, constraint = market.pool == *pool.address() @ RewardsError::WrongPool)]
    pub market: Account<CreditMarket>,
}

impl ProposeCreditUpdate {
    /// - the network's authority signs
    /// - the terms are valid
    /// - no others are pending; those in force are folded away
    #[inline(always)]
    pub fn propose_credit_update(&mut self, terms: CreditTerms) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        terms.validate()?;
        let now = Clock::get()?.unix_timestamp;
        let pending = self.market.pending_terms_at;
        require!(pending == 0 || now >= pending, RewardsError::UpdatePending);
        let effective_at = self.network.change_at(now)?;
        let old = *self.market.terms_at(now);
        let market = &mut *self.market;
        market.terms = old;
        market.pending_terms = terms;
        market.pending_terms_at = effective_at;
        emit!(CreditUpdateProposed {
            market: *self.market.address(),
            old,
            new: terms,
            effective_at
        });
        Ok(())
    }
}
