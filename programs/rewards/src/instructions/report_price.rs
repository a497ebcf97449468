use crate::{
    error::RewardsError,
    events::PriceReported,
    state::{CreditMarket, OracleSet, PriceReport},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` oracle
/// 1. `[]` the pool's oracle set
/// 2. `[writable]` the pool's credit market
#[derive(Accounts)]
pub struct ReportPrice {
    pub oracle: Signer,
    pub oracle_set: Account<OracleSet>,
    #[account(mut, constraint = market.pool == oracle_set.pool @ RewardsError::WrongPool)]
    pub market: Account<CreditMarket>,
}

impl ReportPrice {
    /// - the signer is one of the pool's oracles
    /// - the price is above zero
    #[inline(always)]
    pub fn report_price(&mut self, price: u64) -> Result<()> {
        let oracle = *self.oracle.address();
        let place = self.oracle_set.place(&oracle).ok_or(RewardsError::NotOracle)?;
        require!(price > 0, RewardsError::InvalidPrice);
        let at = Clock::get()?.unix_timestamp;
        let report = self.market.reports.get_mut(place).ok_or(RewardsError::NotOracle)?;
        let old_price = if report.oracle == oracle { report.price } else { 0 };
        *report = PriceReport { oracle, price, at };
        emit!(PriceReported {
            market: *self.market.address(),
            oracle,
            old_price,
            new_price: price
        });
        Ok(())
    }
}
