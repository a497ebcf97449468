use crate::{
    error::StakingError,
    events::Delegated,
    state::{Delegation, DelegationTarget, LockPeriod, StakePool, plus},
    token,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` owner of the source
/// 1. `[writable]` source token account
/// 2. `[writable]` stake pool
/// 3. `[writable]` the stake pool's vault
/// 4. `[]` the stake pool's mint
/// 5. `[]` the stake pool's reward vault
/// 6. `[writable]` the delegation's target
/// 7. `[writable]` delegation
/// 8. `[writable]` lock period that the delegation's lock ends with; only while it weighs
/// 9. `[]` the mint's token program
#[derive(Accounts)]
pub struct AddToDelegation {
    pub source_owner: Signer,
    /// The token program checks its owner, mint and balance.
    #[account(mut)]
    pub source: UncheckedAccount,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    /// Its address is the stake pool's.
    #[account(mut, address = stake_pool.vault @ StakingError::WrongStakePool)]
    pub vault: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.mint @ StakingError::WrongMint)]
    pub mint: UncheckedAccount,
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
    /// Its address is the stake pool's.
    #[account(address = stake_pool.token_program @ StakingError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
}

impl AddToDelegation {
    /// - the amount is above zero, and so is what arrives
    /// - the lock period is the one that the delegation's lock ends with
    /// - no penalty against the operator is pending
    ///
    /// Anyone may add to anyone's. What is added is locked as long as the rest.
    #[inline(always)]
    pub fn add_to_delegation(&mut self, amount: u64) -> Result<()> {
        require!(self.target.pending_penalties == 0, StakingError::PenaltyPending);
        let now = Clock::get()?.unix_timestamp;
        self.stake_pool.sync(token::amount_of(&self.reward_vault)?, now)?;
        let arrived = token::take(
            &self.token_program,
            &mut self.source,
            &self.mint,
            &mut self.vault,
            &self.source_owner,
            amount,
        )?;

        let pool = &mut *self.stake_pool;
        let delegation = &mut *self.delegation;
        delegation.settle(pool, &self.target, self.lock_period.as_deref_mut())?;
        let lock = delegation.lock();
        if lock.is_some() {
            let period = self.lock_period.as_deref_mut().ok_or(StakingError::WrongLockPeriod)?;
            period.amount = plus(period.amount, arrived)?;
        }
        pool.set_weights(pool.weights().add(arrived, lock))?;
        pool.delegated_total = plus(pool.delegated_total, arrived)?;
        self.target.delegated = plus(self.target.delegated, arrived)?;
        let old_amount = delegation.amount;
        let new_amount = plus(old_amount, arrived)?;
        delegation.amount = new_amount;
        emit!(Delegated {
            delegation: *self.delegation.address(),
            owner: self.delegation.owner,
            operator: self.target.operator,
            amount: arrived,
            old_amount,
            new_amount,
            lock_end: self.delegation.lock_end
        });
        Ok(())
    }
}
