use crate::{
    checks,
    error::RewardsError,
    events::CreditMarketClosed,
    network::Network,
    state::{CreditMarket, Pool},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` pool
/// 3. `[writable]` the pool's credit market, closed here
/// 4. `[writable]` who paid the rent, gets it
#[derive(Accounts)]
pub struct CloseCreditMarket {
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub pool: Current<Pool>,
    #[account(mut, close = rent_payer)]
    pub market: Account<CreditMarket>,
    // May be the authority too: it gets lamports only.
    #[account(mut, unsafe(dup), address = market.rent_payer @ RewardsError::InvalidKey)]
    pub rent_payer: UncheckedAccount,
}

impl CloseCreditMarket {
    /// - the network's authority signs
    /// - every customer's account is closed
    #[inline(always)]
    pub fn close_credit_market(&mut self) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        checks::require_market(&self.pool, &self.market)?;
        require!(self.market.account_count == 0, RewardsError::HasChildren);
        self.pool.has_credit_market = 0;
        emit!(CreditMarketClosed { market: *self.market.address() });
        Ok(())
    }
}
