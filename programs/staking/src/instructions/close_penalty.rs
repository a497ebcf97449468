use crate::{
    error::StakingError,
    events::PenaltyClosed,
    state::{PENALTY_ANNOUNCED, Penalty, PenaltyEpoch, one_less},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable]` who paid for the penalty, gets its rent
/// 1. `[writable]` the epoch's penalties
/// 2. `[writable]` penalty, closed here
#[derive(Accounts)]
pub struct ClosePenalty {
    /// Only gets lamports.
    #[account(mut, address = penalty.rent_payer @ StakingError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
    #[account(mut)]
    pub penalty_epoch: Account<PenaltyEpoch>,
    #[account(
        mut,
        close = rent_payer,
        constraint = penalty.penalty_epoch == *penalty_epoch.address()
            @ StakingError::WrongPenalties
    )]
    pub penalty: Account<Penalty>,
}

impl ClosePenalty {
    /// - the epoch's penalties have expired: before, the same leaf could be announced again
    /// - the penalty was executed or vetoed
    /// - its challenger was paid
    ///
    /// Anyone may send this.
    #[inline(always)]
    pub fn close_penalty(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        require!(now > self.penalty_epoch.expires_at, StakingError::PenaltiesOpen);
        require!(self.penalty.status != PENALTY_ANNOUNCED, StakingError::PenaltyPending);
        require!(self.penalty.challenger_due == 0, StakingError::ChallengerUnpaid);
        self.penalty_epoch.penalty_count = one_less(self.penalty_epoch.penalty_count)?;
        emit!(PenaltyClosed { penalty: *self.penalty.address() });
        Ok(())
    }
}
