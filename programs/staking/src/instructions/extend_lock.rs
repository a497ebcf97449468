use crate::{
    error::StakingError,
    events::LockExtended,
    state::{Delegation, DelegationTarget, LockPeriod, StakePool},
    token,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` owner of the delegation
/// 1. `[writable]` stake pool
/// 2. `[]` the stake pool's reward vault
/// 3. `[]` the delegation's target
/// 4. `[writable]` delegation
/// 5. `[writable]` lock period that the delegation's lock ends with; only while it weighs
/// 6. `[writable]` lock period that the lock shall end with
#[derive(Accounts)]
pub struct ExtendLock {
    #[account(address = delegation.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.reward_vault @ StakingError::WrongStakePool)]
    pub reward_vault: UncheckedAccount,
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
    #[account(
        mut,
        constraint = new_lock_period.stake_pool == *stake_pool.address()
            @ StakingError::WrongStakePool
    )]
    pub new_lock_period: Account<LockPeriod>,
}

impl ExtendLock {
    /// - the delegation's owner signs
    /// - the new lock ends later than the present one, and is within the longest
    /// - the lock periods are those that the two locks end with
    #[inline(always)]
    pub fn extend_lock(&mut self, lock_periods: u8) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.stake_pool.sync(token::amount_of(&self.reward_vault)?, now)?;
        let pool = &mut *self.stake_pool;
        let delegation = &mut *self.delegation;
        delegation.settle(pool, &self.target, self.lock_period.as_deref_mut())?;
        let end = pool.lock_end(lock_periods)?;
        let old = delegation.lock();
        require!(end > old.unwrap_or(pool.period), StakingError::InvalidLock);
        require!(self.new_lock_period.period == end, StakingError::WrongLockPeriod);
        let amount = delegation.amount;
        if old.is_some() {
            let period = self.lock_period.as_deref_mut().ok_or(StakingError::WrongLockPeriod)?;
            period.leave(amount)?;
        }
        self.new_lock_period.join(pool, amount)?;
        let weights =
            pool.weights().remove(amount, old).and_then(|left| left.add(amount, Some(end)));
        pool.set_weights(weights)?;
        delegation.lock_end = end;
        delegation.unlock_period = end.saturating_add(1);
        emit!(LockExtended {
            delegation: *self.delegation.address(),
            old_lock_end: old.unwrap_or(0),
            new_lock_end: end
        });
        Ok(())
    }
}
