use crate::{
    error::StakingError,
    events::TargetClosed,
    state::{DelegationTarget, StakePool, minus, one_less, plus},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable]` who paid for the target, gets its rent
/// 1. `[writable]` stake pool
/// 2. `[writable]` target, closed here
#[derive(Accounts)]
pub struct CloseTarget {
    /// Only gets lamports.
    #[account(mut, address = target.rent_payer @ StakingError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    #[account(
        mut,
        close = rent_payer,
        constraint = target.stake_pool == *stake_pool.address() @ StakingError::WrongStakePool
    )]
    pub target: Account<DelegationTarget>,
}

impl CloseTarget {
    /// - no delegation refers to it
    /// - no penalty against its operator is pending
    ///
    /// Anyone may send this. What rounding left in the pot goes to the treasury.
    #[inline(always)]
    pub fn close_target(&mut self) -> Result<()> {
        require!(self.target.delegation_count == 0, StakingError::TargetNotEmpty);
        require!(self.target.pending_penalties == 0, StakingError::PenaltyPending);
        let pool = &mut *self.stake_pool;
        let dust = plus(self.target.delegated, self.target.unbonding)?;
        pool.delegated_total = minus(pool.delegated_total, self.target.delegated)?;
        pool.undelegating_total = minus(pool.undelegating_total, self.target.unbonding)?;
        pool.treasury_stake_due = plus(pool.treasury_stake_due, dust)?;
        pool.target_count = one_less(pool.target_count)?;
        emit!(TargetClosed {
            target: *self.target.address(),
            operator: self.target.operator,
            dust
        });
        Ok(())
    }
}
