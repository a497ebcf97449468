use crate::{
    error::StakingError,
    events::PenaltyEpochClosed,
    state::{PenaltyEpoch, StakePool, one_less},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable]` who paid for the epoch's penalties, gets their rent
/// 1. `[writable]` stake pool
/// 2. `[writable]` the epoch's penalties, closed here
#[derive(Accounts)]
pub struct ClosePenaltyEpoch {
    /// Only gets lamports.
    #[account(mut, address = penalty_epoch.rent_payer @ StakingError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    #[account(
        mut,
        close = rent_payer,
        constraint = penalty_epoch.stake_pool == *stake_pool.address()
            @ StakingError::WrongStakePool
    )]
    pub penalty_epoch: Account<PenaltyEpoch>,
}

impl ClosePenaltyEpoch {
    /// - the epoch's penalties have expired
    /// - none of them is open
    ///
    /// Anyone may send this. Neither this epoch nor an earlier one can be registered after it.
    #[inline(always)]
    pub fn close_penalty_epoch(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let epoch = &self.penalty_epoch;
        require!(now > epoch.expires_at && epoch.penalty_count == 0, StakingError::PenaltiesOpen);
        let pool = &mut *self.stake_pool;
        pool.penalties_from_epoch = pool.penalties_from_epoch.max(epoch.epoch.saturating_add(1));
        pool.penalty_epoch_count = one_less(pool.penalty_epoch_count)?;
        emit!(PenaltyEpochClosed {
            penalty_epoch: *self.penalty_epoch.address(),
            epoch: self.penalty_epoch.epoch,
            executed: self.penalty_epoch.executed
        });
        Ok(())
    }
}
