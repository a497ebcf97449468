use crate::{
    error::StakingError,
    events::LockPeriodClosed,
    state::{LockPeriod, StakePool, one_less},
};
use anchor_lang::prelude::*;
use cairn_protocol::stake::Ring;

/// Accounts expected:
/// 0. `[writable]` who paid for the lock period, gets its rent
/// 1. `[writable]` stake pool
/// 2. `[writable]` lock period, closed here
#[derive(Accounts)]
pub struct CloseLockPeriod {
    /// Only gets lamports.
    #[account(mut, address = lock_period.rent_payer @ StakingError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    #[account(
        mut,
        close = rent_payer,
        constraint = lock_period.stake_pool == *stake_pool.address()
            @ StakingError::WrongStakePool
    )]
    pub lock_period: Account<LockPeriod>,
}

impl CloseLockPeriod {
    /// - no delegation needs it to settle
    ///
    /// Anyone may send this.
    #[inline(always)]
    pub fn close_lock_period(&mut self) -> Result<()> {
        let lock_period = &self.lock_period;
        require!(lock_period.delegation_count == 0, StakingError::LockPeriodInUse);
        let pool = &mut *self.stake_pool;
        if lock_period.marked != 0 && lock_period.reached == 0 {
            // Every lock was extended or wiped out meanwhile: the pool need not stop here.
            let mut ring = Ring(pool.lock_ring);
            ring.clear(lock_period.period);
            pool.lock_ring = ring.0;
        }
        pool.lock_period_count = one_less(pool.lock_period_count)?;
        emit!(LockPeriodClosed {
            lock_period: *self.lock_period.address(),
            period: self.lock_period.period
        });
        Ok(())
    }
}
