use crate::{
    checks,
    error::RewardsError,
    events::PartPaid,
    state::{OracleSet, Pool},
    token,
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable]` pool
/// 1. `[writable]` the pool's oracle set
/// 2. `[writable]` the pool's vault
/// 3. `[writable]` the oracle's associated token account
/// 4. `[]` the pool's mint
/// 5. `[]` the pool's token program
#[derive(Accounts)]
pub struct PayOracle {
    #[account(mut)]
    pub pool: Current<Pool>,
    #[account(mut, constraint = oracle_set.pool == *pool.address() @ RewardsError::WrongPool)]
    pub oracle_set: Account<OracleSet>,
    #[account(mut, address = pool.vault @ RewardsError::WrongPool)]
    pub vault: UncheckedAccount,
    /// Its address is the oracle's.
    #[account(mut)]
    pub destination: UncheckedAccount,
    #[account(address = pool.mint @ RewardsError::InvalidMint)]
    pub mint: UncheckedAccount,
    #[account(address = pool.token_program @ RewardsError::InvalidMint)]
    pub token_program: UncheckedAccount,
}

impl PayOracle {
    /// - the oracle in this place of the set, removed or not, is owed something
    /// - the destination is its own associated token account, because anyone may send this
    #[inline(always)]
    pub fn pay_oracle(&mut self, place: u8) -> Result<()> {
        let set = &mut *self.oracle_set;
        let at = usize::from(place);
        let oracle = *set.oracles.get(at).ok_or(RewardsError::NotOracle)?;
        let earned = set.earned.get_mut(at).ok_or(RewardsError::NotOracle)?;
        let amount = *earned;
        require!(amount > 0, RewardsError::NothingToPay);
        checks::require_destination(&self.pool, &oracle, &self.destination)?;
        *earned = 0;
        let old_paid = self.pool.oracles_paid;
        let new_paid = old_paid.checked_add(amount).ok_or(RewardsError::Overflow)?;
        self.pool.oracles_paid = new_paid;
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
            part: 1,
            wallet: oracle,
            amount,
            old_paid,
            new_paid
        });
        Ok(())
    }
}
