use crate::{checks, error::RewardsError, events::PartPaid, state::Pool, token, version::Current};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable]` pool
/// 1. `[writable]` the pool's vault
/// 2. `[writable]` the treasury's associated token account
/// 3. `[]` the pool's mint
/// 4. `[]` the pool's token program
#[derive(Accounts)]
pub struct PayTreasury {
    #[account(mut)]
    pub pool: Current<Pool>,
    #[account(mut, address = pool.vault @ RewardsError::WrongPool)]
    pub vault: UncheckedAccount,
    /// Its address is the treasury's.
    #[account(mut)]
    pub destination: UncheckedAccount,
    #[account(address = pool.mint @ RewardsError::InvalidMint)]
    pub mint: UncheckedAccount,
    #[account(address = pool.token_program @ RewardsError::InvalidMint)]
    pub token_program: UncheckedAccount,
}

impl PayTreasury {
    /// - the treasury is owed something
    /// - the destination is its own associated token account, because anyone may send this
    #[inline(always)]
    pub fn pay_treasury(&mut self) -> Result<()> {
        let treasury = self.pool.terms_at(Clock::get()?.unix_timestamp).treasury;
        checks::require_destination(&self.pool, &treasury, &self.destination)?;
        let old_paid = self.pool.treasury_paid;
        let new_paid = self.pool.treasury_total;
        let amount = new_paid.saturating_sub(old_paid);
        require!(amount > 0, RewardsError::NothingToPay);
        self.pool.treasury_paid = new_paid;
        let signer = token::PoolSigner::new(&self.pool);
        token::transfer(
            self.token_program.address(),
            self.vault.try_cpi_handle_mut()?.into(),
            self.destination.try_cpi_handle_mut()?.into(),
            &token::Authority::Pool(self.pool.cpi_handle(), &signer),
            Some(token::Checked { mint: self.mint.cpi_handle(), decimals: self.pool.decimals }),
            amount,
        );
        emit!(PartPaid {
            pool: *self.pool.address(),
            part: 2,
            wallet: treasury,
            amount,
            old_paid,
            new_paid
        });
        Ok(())
    }
}
