use crate::{
    error::RewardsError,
    events::PriceReported,
    state::{CreditMarket, OracleSet},
};
use anchor_lang::prelude::*;
use cairn_protocol::credits::Quote;

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
    ///
    /// It counts for who buys credits at once, and for the ends of epochs from the next settlement
    /// period on.
    #[inline(always)]
    pub fn report_price(&mut self, price: u64) -> Result<()> {
        let oracle = *self.oracle.address();
        let place = self.oracle_set.place(&oracle).ok_or(RewardsError::NotOracle)?;
        require!(price > 0, RewardsError::InvalidPrice);
        let now = Clock::get()?.unix_timestamp;
        let max_age = i64::from(self.market.terms_at(now).max_report_age_seconds);
        let quote = Quote { price, fresh_until: now.saturating_add(max_age) };
        let settle_seconds = self.market.settle_seconds;
        let report = self.market.reports.get_mut(place).ok_or(RewardsError::NotOracle)?;
        let old_price = if report.oracle == oracle { report.price } else { 0 };
        report.book(oracle, quote, now, settle_seconds);
        emit!(PriceReported {
            market: *self.market.address(),
            oracle,
            old_price,
            new_price: price
        });
        Ok(())
    }
}
