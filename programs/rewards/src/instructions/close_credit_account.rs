use crate::{
    checks,
    error::RewardsError,
    events::CreditAccountClosed,
    state::{CreditAccount, CreditMarket, Pool},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` who closes
/// 1. `[]` pool
/// 2. `[writable]` the pool's credit market
/// 3. `[writable]` credit account, closed here
/// 4. `[writable]` who paid the rent, gets it
#[derive(Accounts)]
pub struct CloseCreditAccount {
    pub closer: Signer,
    pub pool: Current<Pool>,
    #[account(mut)]
    pub market: Account<CreditMarket>,
    #[account(
        mut,
        constraint = account.market == *market.address() @ RewardsError::WrongMarket,
        close = rent_payer
    )]
    pub account: Account<CreditAccount>,
    // May be the closer too: it gets lamports only.
    #[account(mut, unsafe(dup), address = account.rent_payer @ RewardsError::NotCustomer)]
    pub rent_payer: UncheckedAccount,
}

impl CloseCreditAccount {
    /// - it has no credits and was never debited, and the customer or who paid the rent signs; or
    ///   the pool's closing is in force, and anyone signs: what is left in it buys nothing any more
    ///
    /// An account that was debited must stay: it is what says that usage was settled already.
    #[inline(always)]
    pub fn close_credit_account(&mut self) -> Result<()> {
        checks::require_market(&self.pool, &self.market)?;
        let account = &*self.account;
        let lapsed = account
            .balance
            .checked_add(account.escrowed)
            .and_then(|sum| sum.checked_add(account.withdrawing))
            .ok_or(RewardsError::Overflow)?;
        if !self.pool.is_closing(Clock::get()?.unix_timestamp) {
            require!(lapsed == 0 && account.settled_total == 0, RewardsError::CreditAccountInUse);
            let closer = *self.closer.address();
            require!(
                closer == account.customer || closer == account.rent_payer,
                RewardsError::NotCustomer
            );
        }
        self.market.account_count =
            self.market.account_count.checked_sub(1).ok_or(RewardsError::Overflow)?;
        emit!(CreditAccountClosed {
            market: *self.market.address(),
            customer: self.account.customer,
            lapsed
        });
        Ok(())
    }
}
