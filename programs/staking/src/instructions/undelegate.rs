use crate::{
    error::StakingError,
    events::Undelegated,
    state::{
        Delegation, DelegationTarget, LockPeriod, StakePool, UNBONDING_SEED, Unbonding, VERSION,
        minus, one_more, plus,
    },
    token,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` owner of the delegation
/// 1. `[writable, signer]` payer of the rent
/// 2. `[writable]` stake pool
/// 3. `[]` the stake pool's reward vault
/// 4. `[writable]` the delegation's target
/// 5. `[writable]` delegation
/// 6. `[writable]` lock period that the delegation's lock ends with; only while it weighs
/// 7. `[writable]` unbonding, created here
/// 8. `[]` system program
#[derive(Accounts)]
#[instruction(index: u64)]
pub struct Undelegate {
    #[account(address = delegation.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    // May be the owner too: it only signs and pays.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.reward_vault @ StakingError::WrongStakePool)]
    pub reward_vault: UncheckedAccount,
    #[account(mut, address = delegation.target @ StakingError::WrongTarget)]
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
        init,
        payer = payer,
        seeds = [UNBONDING_SEED, delegation.address().as_ref(), bytemuck::bytes_of(&index)],
        bump
    )]
    pub unbonding: Account<Unbonding>,
    pub system_program: Program<System>,
}

impl Undelegate {
    /// - the delegation's owner signs
    /// - its lock is over
    /// - the amount is above zero and within what penalties left of the delegation
    /// - unbondings are numbered without gaps
    ///
    /// Rewards that have arrived so far are shared out first.
    #[inline(always)]
    pub fn undelegate(&mut self, index: u64, amount: u64, bump: u8) -> Result<()> {
        require!(amount > 0, StakingError::ZeroAmount);
        require!(index == self.delegation.unbonding_count, StakingError::InvalidUnbondingIndex);
        let now = Clock::get()?.unix_timestamp;
        let pool = &mut *self.stake_pool;
        pool.sync(token::amount_of(&self.reward_vault)?, now)?;
        let delegation = &mut *self.delegation;
        require!(pool.period >= delegation.unlock_period, StakingError::StillLocked);
        // The pool is past the lock's last period, so this lets go of the lock.
        delegation.settle(pool, &self.target, self.lock_period.as_deref_mut())?;
        let withdrawable_at = pool.withdrawable_at(now)?;

        let old_amount = delegation.amount;
        let new_amount =
            old_amount.checked_sub(amount).ok_or(StakingError::InsufficientDelegation)?;
        delegation.amount = new_amount;
        delegation.unbonding_count = plus(delegation.unbonding_count, 1)?;
        delegation.open_unbondings = one_more(delegation.open_unbondings)?;
        pool.set_weights(pool.weights().remove(amount, delegation.lock()))?;
        pool.delegated_total = minus(pool.delegated_total, amount)?;
        pool.undelegating_total = plus(pool.undelegating_total, amount)?;
        let target = &mut *self.target;
        target.delegated = minus(target.delegated, amount)?;
        target.unbonding = plus(target.unbonding, amount)?;
        let entry = target.dilution;
        let delegation = *self.delegation.address();
        *self.unbonding = Unbonding {
            parent: delegation,
            rent_payer: *self.payer.address(),
            amount,
            withdrawable_at,
            index,
            entry,
            version: VERSION,
            bump,
            reserved: [0; 22],
        };
        emit!(Undelegated {
            delegation,
            unbonding: *self.unbonding.address(),
            amount,
            old_amount,
            new_amount,
            withdrawable_at
        });
        Ok(())
    }
}
