use crate::{
    error::StakingError,
    events::DelegationSettled,
    state::{Delegation, DelegationTarget, LockPeriod, StakePool},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable]` stake pool
/// 1. `[]` the delegation's target
/// 2. `[writable]` delegation
/// 3. `[writable]` lock period that the delegation's lock ends with; only while it weighs
#[derive(Accounts)]
pub struct SettleDelegation {
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    #[account(address = delegation.target @ StakingError::WrongTarget)]
    pub target: Account<DelegationTarget>,
    #[account(
        mut,
        constraint = delegation.stake_pool == *stake_pool.address()
            @ StakingError::WrongStakePool
    )]
    pub delegation: Account<Delegation>,
    /// Compared with the delegation's when it is settled.
    #[account(mut)]
    pub lock_period: Option<Account<LockPeriod>>,
}

impl SettleDelegation {
    /// - the lock period is the one that the delegation's lock ends with
    ///
    /// Anyone may send this: after a penalty, so that the stake which is gone stops to weigh, and
    /// before a lock period is closed.
    #[inline(always)]
    pub fn settle_delegation(&mut self) -> Result<()> {
        let settlement = self.delegation.settle(
            &mut self.stake_pool,
            &self.target,
            self.lock_period.as_deref_mut(),
        )?;
        emit!(DelegationSettled {
            delegation: *self.delegation.address(),
            earned: settlement.earned,
            owed: self.delegation.owed,
            lost: settlement.lost,
            amount: self.delegation.amount
        });
        Ok(())
    }
}
