use crate::{
    checks,
    events::CreditMarketCreated,
    network::Network,
    state::{CREDIT_MARKET_SEED, CreditMarket, CreditTerms, Pool, VERSION},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` authority of the network, pays the rent
/// 1. `[]` network
/// 2. `[writable]` pool
/// 3. `[writable]` credit market, created here
/// 4. `[]` system program
#[derive(Accounts)]
pub struct CreateCreditMarket {
    #[account(mut)]
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub pool: Current<Pool>,
    #[account(
        init,
        payer = authority,
        seeds = [CREDIT_MARKET_SEED, pool.address().as_ref()],
        bump
    )]
    pub market: Account<CreditMarket>,
    pub system_program: Program<System>,
}

impl CreateCreditMarket {
    /// - the network's authority signs
    /// - the pool's closing is not in force
    /// - the terms are valid
    #[inline(always)]
    pub fn create_credit_market(&mut self, terms: CreditTerms, bump: u8) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        self.pool.require_open(Clock::get()?.unix_timestamp)?;
        terms.validate()?;
        let (pool, rent_payer) = (*self.pool.address(), *self.authority.address());
        let market = &mut *self.market;
        market.pool = pool;
        market.rent_payer = rent_payer;
        market.terms = terms;
        market.settle_seconds = self.network.settle_seconds;
        market.version = VERSION;
        market.bump = bump;
        self.pool.has_credit_market = 1;
        emit!(CreditMarketCreated { market: *self.market.address(), pool, terms });
        Ok(())
    }
}
