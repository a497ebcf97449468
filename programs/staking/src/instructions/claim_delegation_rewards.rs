use crate::{
    error::StakingError,
    events::DelegationRewardsClaimed,
    state::{Delegation, DelegationTarget, LockPeriod, StakePool, minus},
    token,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable]` stake pool
/// 1. `[writable]` the stake pool's reward vault
/// 2. `[]` mint of the rewards
/// 3. `[]` the delegation's target
/// 4. `[writable]` delegation
/// 5. `[writable]` lock period that the delegation's lock ends with; only while it weighs
/// 6. `[writable]` the delegation's destination
/// 7. `[]` token program of the rewards' mint
#[derive(Accounts)]
pub struct ClaimDelegationRewards {
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    /// Its address is the stake pool's.
    #[account(mut, address = stake_pool.reward_vault @ StakingError::WrongStakePool)]
    pub reward_vault: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.reward_mint @ StakingError::WrongMint)]
    pub reward_mint: UncheckedAccount,
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
    /// The token program reads it; its address is the delegation's.
    #[account(mut, address = delegation.destination @ StakingError::InvalidDestination)]
    pub destination: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.reward_token_program @ StakingError::WrongTokenProgram)]
    pub reward_token_program: UncheckedAccount,
}

impl ClaimDelegationRewards {
    /// - something is owed
    /// - the lock period is the one that the delegation's lock ends with
    ///
    /// Anyone may send this: the tokens go to the owner's associated token account.
    #[inline(always)]
    pub fn claim_delegation_rewards(&mut self) -> Result<()> {
        let pool = &mut *self.stake_pool;
        let delegation = &mut *self.delegation;
        delegation.settle(pool, &self.target, self.lock_period.as_deref_mut())?;
        let amount = core::mem::take(&mut delegation.owed);
        require!(amount > 0, StakingError::NothingToClaim);
        pool.reward_balance = minus(pool.reward_balance, amount)?;
        token::pay(
            &self.stake_pool,
            &self.reward_token_program,
            &mut self.reward_vault,
            &self.reward_mint,
            &mut self.destination,
            amount,
        )?;
        emit!(DelegationRewardsClaimed {
            delegation: *self.delegation.address(),
            owner: self.delegation.owner,
            amount
        });
        Ok(())
    }
}
