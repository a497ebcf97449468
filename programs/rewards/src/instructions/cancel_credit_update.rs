use crate::{
    checks,
    error::RewardsError,
    events::CreditUpdateCancelled,
    network::Network,
    state::{CreditMarket, CreditTerms, Pool},
    version::Current,
};
use anchor_lang::prelude::*;
use bytemuck::Zeroable;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[]` pool
/// 3. `[writable]` credit market
#[derive(Accounts)]
pub struct CancelCreditUpdate {
    pub authority: Signer,
    pub network: Account<Network>,
    pub pool: Current<Pool>,
    #[account(mut, constraint = market.pool == *pool.address() @ RewardsError::WrongPool)]
    pub market: Account<CreditMarket>,
}

impl CancelCreditUpdate {
    /// - the network's authority signs
    /// - terms are pending and not in force yet
    #[inline(always)]
    pub fn cancel_credit_update(&mut self) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        let now = Clock::get()?.unix_timestamp;
        let pending = self.market.pending_terms_at;
        require!(pending != 0 && now < pending, RewardsError::NoUpdatePending);
        let cancelled = self.market.pending_terms;
        self.market.pending_terms = CreditTerms::zeroed();
        self.market.pending_terms_at = 0;
        emit!(CreditUpdateCancelled {
            market: *self.market.address(),
            kept: self.market.terms,
            cancelled
        });
        Ok(())
    }
}
