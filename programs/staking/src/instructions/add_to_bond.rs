use crate::{
    error::StakingError,
    events::Bonded,
    state::{Bond, StakePool, plus},
    token,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` owner of the source
/// 1. `[writable]` source token account
/// 2. `[writable]` stake pool
/// 3. `[writable]` the stake pool's vault
/// 4. `[]` the stake pool's mint
/// 5. `[writable]` bond
/// 6. `[]` the mint's token program
#[derive(Accounts)]
pub struct AddToBond {
    pub source_owner: Signer,
    /// The token program checks its owner, mint and balance.
    #[account(mut)]
    pub source: UncheckedAccount,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    /// Its address is the stake pool's.
    #[account(mut, address = stake_pool.vault @ StakingError::WrongStakePool)]
    pub vault: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.mint @ StakingError::WrongMint)]
    pub mint: UncheckedAccount,
    #[account(
        mut,
        constraint = bond.stake_pool == *stake_pool.address() @ StakingError::WrongStakePool
    )]
    pub bond: Account<Bond>,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.token_program @ StakingError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
}

impl AddToBond {
    /// - the amount is above zero, and so is what arrives
    ///
    /// What arrives counts: less than the amount where the mint takes a fee.
    #[inline(always)]
    pub fn add_to_bond(&mut self, amount: u64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let arrived = token::take(
            &self.token_program,
            &mut self.source,
            &self.mint,
            &mut self.vault,
            &self.source_owner,
            amount,
        )?;
        let old_amount = self.bond.amount;
        let new_amount = plus(old_amount, arrived)?;
        self.bond.set_amount(new_amount, now, self.stake_pool.settle_seconds);
        self.stake_pool.bonded_total = plus(self.stake_pool.bonded_total, arrived)?;
        emit!(Bonded { bond: *self.bond.address(), amount: arrived, old_amount, new_amount });
        Ok(())
    }
}
