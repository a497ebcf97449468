use crate::{
    checks,
    error::RewardsError,
    events::CreditsBought,
    state::{CreditAccount, CreditMarket, OracleSet, Pool},
    token,
    version::Current,
};
use anchor_lang::prelude::*;
use cairn_protocol::credits;

/// Accounts expected:
/// 0. `[signer]` owner of the tokens
/// 1. `[writable]` pool
/// 2. `[]` the pool's oracle set
/// 3. `[writable]` the pool's credit market
/// 4. `[writable]` credit account that gets the credits
/// 5. `[writable]` token account that is burned from
/// 6. `[writable]` the pool's mint
/// 7. `[]` the pool's token program
#[derive(Accounts)]
pub struct BuyCredits {
    pub owner: Signer,
    #[account(mut)]
    pub pool: Current<Pool>,
    #[account(constraint = oracle_set.pool == *pool.address() @ RewardsError::WrongPool)]
    pub oracle_set: Account<OracleSet>,
    #[account(mut)]
    pub market: Account<CreditMarket>,
    #[account(mut, constraint = account.market == *market.address() @ RewardsError::WrongMarket)]
    pub account: Account<CreditAccount>,
    /// The token program checks that the owner may burn from it.
    #[account(mut)]
    pub source: UncheckedAccount,
    #[account(mut, address = pool.mint @ RewardsError::InvalidMint)]
    pub mint: UncheckedAccount,
    #[account(address = pool.token_program @ RewardsError::InvalidMint)]
    pub token_program: UncheckedAccount,
}

impl BuyCredits {
    /// - the pool's closing is not in force
    /// - enough of today's oracles reported a price lately; their median counts
    /// - the tokens buy at least `min_credits`, and at least one
    ///
    /// Anyone may buy for a customer. The tokens are burned; up to a cap an epoch, as many may be
    /// minted again as rewards.
    #[inline(always)]
    pub fn buy_credits(&mut self, amount: u64, min_credits: u64) -> Result<()> {
        checks::require_market(&self.pool, &self.market)?;
        let now = Clock::get()?.unix_timestamp;
        self.pool.require_open(now)?;
        require!(amount > 0, RewardsError::InvalidAmount);
        let price = self.market.price(&self.oracle_set, now)?;
        let credits = credits::credits_for(amount, price).ok_or(RewardsError::Overflow)?;
        require!(credits >= min_credits.max(1), RewardsError::TooFewCredits);
        let add = |total: u64, part: u64| total.checked_add(part).ok_or(RewardsError::Overflow);
        let remint_cap = self.market.terms_at(now).remint_cap;
        let epoch = self.pool.epoch_at(now);
        self.pool.record_burn(epoch, amount, remint_cap)?;
        self.market.burned_total = add(self.market.burned_total, amount)?;
        self.market.bought_total = add(self.market.bought_total, credits)?;
        let old_balance = self.account.balance;
        self.account.balance = add(old_balance, credits)?;
        self.account.bought_total = add(self.account.bought_total, credits)?;
        token::burn(
            self.token_program.address(),
            self.source.try_cpi_handle_mut()?.into(),
            self.mint.try_cpi_handle_mut()?.into(),
            &token::Authority::Wallet(self.owner.cpi_handle()),
            amount,
        );
        emit!(CreditsBought {
            market: *self.market.address(),
            customer: self.account.customer,
            burned: amount,
            price,
            credits,
            old_balance,
            new_balance: self.account.balance
        });
        Ok(())
    }
}
