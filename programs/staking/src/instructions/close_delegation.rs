use crate::{
    error::StakingError,
    events::DelegationClosed,
    state::{Delegation, DelegationTarget, LockPeriod, StakePool, one_less},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` owner of the delegation
/// 1. `[writable]` who paid for the delegation, gets its rent
/// 2. `[writable]` stake pool
/// 3. `[writable]` the delegation's target
/// 4. `[writable]` delegation, closed here
/// 5. `[writable]` lock period that the delegation's lock ends with; only while it weighs
#[derive(Accounts)]
pub struct CloseDelegation {
    #[account(address = delegation.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    // May be the owner too: it only gets lamports.
    #[account(mut, unsafe(dup), address = delegation.rent_payer @ StakingError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    #[account(mut, address = delegation.target @ StakingError::WrongTarget)]
    pub target: Account<DelegationTarget>,
    #[account(
        mut,
        close = rent_payer,
        constraint = delegation.stake_pool == *stake_pool.address()
            @ StakingError::WrongStakePool
    )]
    pub delegation: Account<Delegation>,
    /// Compared with the delegation's when it is settled.
    #[account(mut)]
    pub lock_period: Option<Account<LockPeriod>>,
}

impl CloseDelegation {
    /// - the delegation's owner signs
    /// - nothing is delegated, owed or unbonding
    /// - the lock period is the one that the delegation's lock ends with
    ///
    /// A delegation whose stake a penalty took whole may be closed while it is locked.
    #[inline(always)]
    pub fn close_delegation(&mut self) -> Result<()> {
        let delegation = &mut *self.delegation;
        delegation.settle(&mut self.stake_pool, &self.target, self.lock_period.as_deref_mut())?;
        require!(
            delegation.amount == 0 && delegation.owed == 0 && delegation.open_unbondings == 0,
            StakingError::DelegationNotEmpty
        );
        if delegation.lock().is_some() {
            let period = self.lock_period.as_deref_mut().ok_or(StakingError::WrongLockPeriod)?;
            period.leave(0)?;
        }
        self.target.delegation_count = one_less(self.target.delegation_count)?;
        emit!(DelegationClosed {
            delegation: *self.delegation.address(),
            owner: self.delegation.owner
        });
        Ok(())
    }
}
