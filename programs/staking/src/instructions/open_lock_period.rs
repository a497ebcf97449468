use crate::{
    error::StakingError,
    events::LockPeriodOpened,
    state::{LOCK_PERIOD_SEED, LockPeriod, StakePool, VERSION, one_more},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` payer of the rent
/// 1. `[writable]` stake pool
/// 2. `[writable]` lock period, created here
/// 3. `[]` system program
#[derive(Accounts)]
#[instruction(period: u32)]
pub struct OpenLockPeriod {
    #[account(mut)]
    pub payer: Signer,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    #[account(
        init,
        payer = payer,
        seeds = [
            LOCK_PERIOD_SEED,
            stake_pool.address().as_ref(),
            bytemuck::bytes_of(&period)
        ],
        bump
    )]
    pub lock_period: Account<LockPeriod>,
    pub system_program: Program<System>,
}

impl OpenLockPeriod {
    /// - the period is ahead, and within the longest lock
    #[inline(always)]
    pub fn open_lock_period(&mut self, period: u32, bump: u8) -> Result<()> {
        let now = self.stake_pool.period_at(Clock::get()?.unix_timestamp);
        require!(
            period > now
                && period.saturating_sub(now) <= u32::from(self.stake_pool.max_lock_periods),
            StakingError::InvalidLock
        );
        let (stake_pool, rent_payer) = (*self.stake_pool.address(), *self.payer.address());
        self.stake_pool.lock_period_count = one_more(self.stake_pool.lock_period_count)?;
        let account = &mut *self.lock_period;
        // Everything else is zero in a fresh account.
        account.stake_pool = stake_pool;
        account.rent_payer = rent_payer;
        account.period = period;
        account.version = VERSION;
        account.bump = bump;
        emit!(LockPeriodOpened { lock_period: *self.lock_period.address(), period });
        Ok(())
    }
}
