use crate::{error::RewardsError, events::PartPaid, state::Pool, token, version::Current};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable]` pool
/// 1. `[writable]` the pool's vault
/// 2. `[writable]` token account for delegators that the pool's terms name
/// 3. `[]` the pool's mint
/// 4. `[]` the pool's token program
#[derive(Accounts)]
pub struct PayDelegators {
    #[account(mut)]
    pub pool: Current<Pool>,
    #[account(mut, address = pool.vault @ RewardsError::WrongPool)]
    pub vault: UncheckedAccount,
    /// Its address is what the terms say.
    #[account(mut)]
    pub destination: UncheckedAccount,
    #[account(address = pool.mint @ RewardsError::InvalidMint)]
    pub mint: UncheckedAccount,
    #[account(address = pool.token_program @ RewardsError::InvalidMint)]
    pub token_program: UncheckedAccount,
}

impl PayDelegators {
    /// - the pool's terms name an account for delegators, and it is the destination
    /// - delegators are owed something
    #[inline(always)]
    pub fn pay_delegators(&mut self) -> Result<()> {
        let vault = self.pool.terms_at(Clock::get()?.unix_timestamp).delegator_vault;
        require!(vault != Address::default(), RewardsError::NoDelegatorVault);
        require!(*self.destination.address() == vault, RewardsError::InvalidDestination);
        let old_paid = self.pool.delegators_paid;
        let new_paid = self.pool.delegators_total;
        let amount = new_paid.saturating_sub(old_paid);
        require!(amount > 0, RewardsError::NothingToPay);
        self.pool.delegators_paid = new_paid;
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
            part: 0,
            wallet: vault,
            amount,
            old_paid,
            new_paid
        });
        Ok(())
    }
}
