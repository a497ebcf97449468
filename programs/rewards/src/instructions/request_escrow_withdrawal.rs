use crate::{
    error::RewardsError,
    events::EscrowChanged,
    state::{CreditAccount, CreditMarket},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` customer
/// 1. `[]` credit market
/// 2. `[writable]` the customer's credit account
#[derive(Accounts)]
pub struct RequestEscrowWithdrawal {
    pub customer: Signer,
    pub market: Account<CreditMarket>,
    #[account(
        mut,
        constraint = account.market == *market.address() @ RewardsError::WrongMarket,
        constraint = account.customer == *customer.address() @ RewardsError::NotCustomer
    )]
    pub account: Account<CreditAccount>,
}

impl RequestEscrowWithdrawal {
    /// - the customer signs
    /// - the amount is above zero and in escrow
    ///
    /// It may be withdrawn after the terms' delay, together with what was requested before, and
    /// still backs what the customer used until then.
    #[inline(always)]
    pub fn request_escrow_withdrawal(&mut self, amount: u64) -> Result<()> {
        require!(amount > 0, RewardsError::InvalidAmount);
        let now = Clock::get()?.unix_timestamp;
        let delay = i64::from(self.market.terms_at(now).escrow_delay_seconds);
        let account = &mut *self.account;
        let (old_escrowed, old_withdrawing) = (account.escrowed, account.withdrawing);
        account.escrowed =
            old_escrowed.checked_sub(amount).ok_or(RewardsError::InsufficientCredits)?;
        account.withdrawing = old_withdrawing.checked_add(amount).ok_or(RewardsError::Overflow)?;
        account.withdraw_at = now.checked_add(delay).ok_or(RewardsError::Overflow)?;
        emit!(EscrowChanged {
            market: account.market,
            customer: account.customer,
            old_escrowed,
            new_escrowed: account.escrowed,
            old_withdrawing,
            new_withdrawing: account.withdrawing,
            withdraw_at: account.withdraw_at
        });
        Ok(())
    }
}
