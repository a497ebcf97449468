use crate::{
    error::StakingError,
    events::ChallengerPaid,
    state::{Penalty, PenaltyEpoch, StakePool, minus},
    token,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable]` stake pool
/// 1. `[writable]` the stake pool's vault
/// 2. `[]` the stake pool's mint
/// 3. `[]` the epoch's penalties
/// 4. `[writable]` penalty
/// 5. `[writable]` the challenger's associated token account
/// 6. `[]` the mint's token program
#[derive(Accounts)]
pub struct PayChallenger {
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    /// Its address is the stake pool's.
    #[account(mut, address = stake_pool.vault @ StakingError::WrongStakePool)]
    pub vault: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.mint @ StakingError::WrongMint)]
    pub mint: UncheckedAccount,
    #[account(
        constraint = penalty_epoch.stake_pool == *stake_pool.address()
            @ StakingError::WrongStakePool
    )]
    pub penalty_epoch: Account<PenaltyEpoch>,
    #[account(
        mut,
        constraint = penalty.penalty_epoch == *penalty_epoch.address()
            @ StakingError::WrongPenalties
    )]
    pub penalty: Account<Penalty>,
    /// Its address is checked.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.token_program @ StakingError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
}

impl PayChallenger {
    /// - something waits for the challenger
    /// - the destination is the challenger's associated token account
    ///
    /// Anyone may send this.
    #[inline(always)]
    pub fn pay_challenger(&mut self) -> Result<()> {
        let challenger = self.penalty.challenger;
        let amount = core::mem::take(&mut self.penalty.challenger_due);
        require!(amount > 0, StakingError::NothingToPay);
        let pool = &mut *self.stake_pool;
        token::require_associated(
            self.destination.address(),
            &challenger,
            &pool.mint,
            &pool.token_program,
        )?;
        pool.challenger_due = minus(pool.challenger_due, amount)?;
        token::pay(
            &self.stake_pool,
            &self.token_program,
            &mut self.vault,
            &self.mint,
            &mut self.destination,
            amount,
        )?;
        emit!(ChallengerPaid { penalty: *self.penalty.address(), challenger, amount });
        Ok(())
    }
}
