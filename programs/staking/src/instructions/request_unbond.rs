use crate::{
    error::StakingError,
    events::UnbondRequested,
    state::{Bond, StakePool, UNBONDING_SEED, Unbonding, VERSION},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` owner of the bond, pays the rent
/// 1. `[writable]` stake pool
/// 2. `[writable]` bond
/// 3. `[writable]` unbonding, created here
/// 4. `[]` system program
#[derive(Accounts)]
#[instruction(index: u64)]
pub struct RequestUnbond {
    #[account(mut, address = bond.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    #[account(
        mut,
        constraint = bond.stake_pool == *stake_pool.address() @ StakingError::WrongStakePool
    )]
    pub bond: Account<Bond>,
    #[account(
        init,
        payer = owner,
        seeds = [UNBONDING_SEED, bond.address().as_ref(), bytemuck::bytes_of(&index)],
        bump
    )]
    pub unbonding: Account<Unbonding>,
    pub system_program: Program<System>,
}

impl RequestUnbond {
    /// - the bond's owner signs
    /// - the amount is above zero and within the bond
    /// - unbondings are numbered without gaps
    #[inline(always)]
    pub fn request_unbond(&mut self, index: u64, amount: u64, bump: u8) -> Result<()> {
        require!(amount > 0, StakingError::ZeroAmount);
        require!(index == self.bond.unbonding_count, StakingError::InvalidUnbondingIndex);
        let withdrawable_at = Clock::get()?
            .unix_timestamp
            .checked_add(i64::from(self.stake_pool.cooldown_seconds))
            .ok_or(StakingError::Overflow)?;

        let bond = &mut *self.bond;
        bond.amount = bond.amount.checked_sub(amount).ok_or(StakingError::InsufficientBond)?;
        bond.unbonding = bond.unbonding.checked_add(amount).ok_or(StakingError::Overflow)?;
        bond.unbonding_count = bond.unbonding_count.checked_add(1).ok_or(StakingError::Overflow)?;
        let pool = &mut *self.stake_pool;
        pool.bonded_total = pool.bonded_total.checked_sub(amount).ok_or(StakingError::Overflow)?;
        pool.unbonding_total =
            pool.unbonding_total.checked_add(amount).ok_or(StakingError::Overflow)?;
        let bond = *self.bond.address();
        *self.unbonding = Unbonding {
            bond,
            amount,
            withdrawable_at,
            index,
            version: VERSION,
            bump,
            reserved: [0; 38],
        };
        emit!(UnbondRequested {
            bond,
            unbonding: *self.unbonding.address(),
            amount,
            withdrawable_at
        });
        Ok(())
    }
}
