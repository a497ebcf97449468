use crate::{
    checks,
    error::RewardsError,
    events::CreditAccountOpened,
    state::{CREDIT_ACCOUNT_SEED, CreditAccount, CreditMarket, Pool, VERSION},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` payer of the rent
/// 1. `[]` pool
/// 2. `[writable]` the pool's credit market
/// 3. `[]` customer
/// 4. `[writable]` credit account, created here
/// 5. `[]` system program
#[derive(Accounts)]
pub struct OpenCreditAccount {
    // May be the customer too: it only signs and pays, nobody reads its data.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    pub pool: Current<Pool>,
    #[account(mut)]
    pub market: Account<CreditMarket>,
    /// Any wallet may be a customer.
    pub customer: UncheckedAccount,
    #[account(
        init,
        payer = payer,
        seeds = [CREDIT_ACCOUNT_SEED, market.address().as_ref(), customer.address().as_ref()],
        bump
    )]
    pub account: Account<CreditAccount>,
    pub system_program: Program<System>,
}

impl OpenCreditAccount {
    /// - the pool's closing is not in force
    #[inline(always)]
    pub fn open_credit_account(&mut self, bump: u8) -> Result<()> {
        checks::require_market(&self.pool, &self.market)?;
        self.pool.require_open(Clock::get()?.unix_timestamp)?;
        let (market, customer) = (*self.market.address(), *self.customer.address());
        *self.account = CreditAccount {
            market,
            customer,
            rent_payer: *self.payer.address(),
            balance: 0,
            escrowed: 0,
            withdrawing: 0,
            withdraw_at: 0,
            bought_total: 0,
            settled_total: 0,
            backing: 0,
            backing_since: 0,
            previous_backing: 0,
            previous_backing_since: 0,
            earlier_backing: 0,
            settle_seconds: self.market.settle_seconds,
            version: VERSION,
            bump,
            reserved: [0; 66],
        };
        self.market.account_count =
            self.market.account_count.checked_add(1).ok_or(RewardsError::Overflow)?;
        emit!(CreditAccountOpened { market, customer });
        Ok(())
    }
}
