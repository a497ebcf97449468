use crate::{error::RewardsError, events::EscrowChanged, state::CreditAccount};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` customer
/// 1. `[writable]` the customer's credit account
#[derive(Accounts)]
pub struct EscrowCredits {
    pub customer: Signer,
    #[account(
        mut,
        constraint = account.customer == *customer.address() @ RewardsError::NotCustomer
    )]
    pub account: Account<CreditAccount>,
}

impl EscrowCredits {
    /// - the customer signs
    /// - the amount is above zero and at the customer's disposal
    ///
    /// From here on the credits back what the customer uses.
    #[inline(always)]
    pub fn escrow_credits(&mut self, amount: u64) -> Result<()> {
        require!(amount > 0, RewardsError::InvalidAmount);
        let account = &mut *self.account;
        let old_escrowed = account.escrowed;
        account.balance =
            account.balance.checked_sub(amount).ok_or(RewardsError::InsufficientCredits)?;
        account.escrowed = old_escrowed.checked_add(amount).ok_or(RewardsError::Overflow)?;
        account.book_backing(Clock::get()?.unix_timestamp)?;
        emit!(EscrowChanged {
            market: account.market,
            customer: account.customer,
            old_escrowed,
            new_escrowed: account.escrowed,
            old_withdrawing: account.withdrawing,
            new_withdrawing: account.withdrawing,
            withdraw_at: account.withdraw_at
        });
        Ok(())
    }
}
