use crate::{
    error::StakingError,
    events::Withdrawn,
    state::{Delegation, DelegationTarget, StakePool, Unbonding, minus, one_less},
    token,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` owner of the delegation
/// 1. `[writable]` who paid for the unbonding, gets its rent
/// 2. `[writable]` stake pool
/// 3. `[writable]` the stake pool's vault
/// 4. `[]` the stake pool's mint
/// 5. `[writable]` the delegation's target
/// 6. `[writable]` delegation
/// 7. `[writable]` unbonding, closed here
/// 8. `[writable]` destination token account
/// 9. `[]` the mint's token program
#[derive(Accounts)]
pub struct WithdrawDelegation {
    #[account(address = delegation.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    // May be the owner too: it only gets lamports.
    #[account(mut, unsafe(dup), address = unbonding.rent_payer @ StakingError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    /// Its address is the stake pool's.
    #[account(mut, address = stake_pool.vault @ StakingError::WrongStakePool)]
    pub vault: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.mint @ StakingError::WrongMint)]
    pub mint: UncheckedAccount,
    #[account(mut, address = delegation.target @ StakingError::WrongTarget)]
    pub target: Account<DelegationTarget>,
    #[account(
        mut,
        constraint = delegation.stake_pool == *stake_pool.address()
            @ StakingError::WrongStakePool
    )]
    pub delegation: Account<Delegation>,
    #[account(
        mut,
        close = rent_payer,
        constraint = unbonding.parent == *delegation.address() @ StakingError::WrongDelegation
    )]
    pub unbonding: Account<Unbonding>,
    /// Of the owner's choice; the token program checks it.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.token_program @ StakingError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
}

impl WithdrawDelegation {
    /// - the delegation's owner signs
    /// - the cooldown is over
    /// - no penalty against the operator is pending: else whoever is quicker would pay less
    ///
    /// Pays what penalties left of the unbonding.
    #[inline(always)]
    pub fn withdraw_delegation(&mut self) -> Result<()> {
        require!(
            Clock::get()?.unix_timestamp >= self.unbonding.withdrawable_at,
            StakingError::CooldownActive
        );
        require!(self.target.pending_penalties == 0, StakingError::PenaltyPending);
        let old_amount = self.unbonding.amount;
        let amount = self.target.dilution.part(old_amount, &self.unbonding.entry);
        self.target.unbonding = minus(self.target.unbonding, amount)?;
        self.delegation.open_unbondings = one_less(self.delegation.open_unbondings)?;
        self.stake_pool.undelegating_total = minus(self.stake_pool.undelegating_total, amount)?;
        token::pay(
            &self.stake_pool,
            &self.token_program,
            &mut self.vault,
            &self.mint,
            &mut self.destination,
            amount,
        )?;
        emit!(Withdrawn {
            parent: *self.delegation.address(),
            unbonding: *self.unbonding.address(),
            old_amount,
            amount
        });
        Ok(())
    }
}
