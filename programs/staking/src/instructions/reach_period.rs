use crate::{
    error::StakingError,
    events::PeriodReached,
    state::{LockPeriod, StakePool},
};
use anchor_lang::prelude::*;
use cairn_protocol::stake::Ring;

/// Accounts expected:
/// 0. `[writable]` stake pool
/// 1. `[writable]` lock period
#[derive(Accounts)]
pub struct ReachPeriod {
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    #[account(
        mut,
        constraint = lock_period.stake_pool == *stake_pool.address()
            @ StakingError::WrongStakePool
    )]
    pub lock_period: Account<LockPeriod>,
}

impl ReachPeriod {
    /// - the period has begun
    /// - it is the first with locks that was not reached yet
    ///
    /// Anyone may send this. Keeps the running sums at the period's boundary, and ends the extra
    /// weight of the locks that end with it.
    #[inline(always)]
    pub fn reach_period(&mut self) -> Result<()> {
        let pool = &mut *self.stake_pool;
        let now = pool.period_at(Clock::get()?.unix_timestamp);
        let period = self.lock_period.period;
        require!(period <= now, StakingError::PeriodNotBegun);
        let mut ring = Ring(pool.lock_ring);
        require!(
            self.lock_period.reached == 0 && ring.first_after(pool.period, now) == Some(period),
            StakingError::PeriodOutOfOrder
        );
        let old_period = pool.period;
        pool.set_weights(pool.weights().unlock(self.lock_period.amount, period))?;
        ring.clear(period);
        pool.lock_ring = ring.0;
        pool.period = period;
        self.lock_period.sum_a = pool.sum_a;
        self.lock_period.sum_b = pool.sum_b;
        self.lock_period.reached = 1;
        emit!(PeriodReached {
            stake_pool: *self.stake_pool.address(),
            old_period,
            new_period: period,
            amount: self.lock_period.amount
        });
        Ok(())
    }
}
