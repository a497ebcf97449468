use crate::{error::RewardsError, events::EscrowChanged, state::CreditAccount};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` customer
/// 1. `[writable]` the customer's credit account
#[derive(Accounts)]
pub struct WithdrawEscrow {
    pub customer: Signer,
    #[account(
        mut,
        constraint = account.customer == *customer.address() @ RewardsError::NotCustomer
    )]
    pub account: Account<CreditAccount>,
}

impl WithdrawEscrow {
    /// - the customer signs
    /// - a withdrawal was requested, its delay is over, and something of it is left
    ///
    /// The credits are at the customer's disposal again.
    #[inline(always)]
    pub fn withdraw_escrow(&mut self) -> Result<()> {
        let account = &mut *self.account;
        require!(account.withdrawing > 0, RewardsError::InsufficientCredits);
        let now = Clock::get()?.unix_timestamp;
        require!(now >= account.withdraw_at, RewardsError::EscrowLocked);
        let old_withdrawing = account.withdrawing;
        account.balance =
            account.balance.checked_add(old_withdrawing).ok_or(RewardsError::Overflow)?;
        account.withdrawing = 0;
        account.withdraw_at = 0;
        account.book_backing(now)?;
        emit!(EscrowChanged {
            market: account.market,
            customer: account.customer,
            old_escrowed: account.escrowed,
            new_escrowed: account.escrowed,
            old_withdrawing,
            new_withdrawing: 0,
            withdraw_at: 0
        });
        Ok(())
    }
}
