use crate::{
    error::StakingError,
    events::UnbondRequested,
    state::{Bond, StakePool, UNBONDING_SEED, Unbonding, VERSION, minus, one_more, plus},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` owner of the bond
/// 1. `[writable, signer]` payer of the rent
/// 2. `[writable]` stake pool
/// 3. `[writable]` bond
/// 4. `[writable]` unbonding, created here
/// 5. `[]` system program
#[derive(Accounts)]
#[instruction(index: u64)]
pub struct RequestUnbond {
    #[account(address = bond.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    // May be the owner too: it only signs and pays.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    #[account(
        mut,
        constraint = bond.stake_pool == *stake_pool.address() @ StakingError::WrongStakePool
    )]
    pub bond: Account<Bond>,
    #[account(
        init,
        payer = payer,
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
        let now = Clock::get()?.unix_timestamp;
        let withdrawable_at = self.stake_pool.withdrawable_at(now)?;

        let bond = &mut *self.bond;
        let old_amount = bond.amount;
        let new_amount = old_amount.checked_sub(amount).ok_or(StakingError::InsufficientBond)?;
        bond.set_amount(new_amount, now, self.stake_pool.settle_seconds);
        bond.unbonding = plus(bond.unbonding, amount)?;
        bond.unbonding_count = plus(bond.unbonding_count, 1)?;
        bond.open_unbondings = one_more(bond.open_unbondings)?;
        let entry = bond.unbonding_dilution;
        let pool = &mut *self.stake_pool;
        pool.bonded_total = minus(pool.bonded_total, amount)?;
        pool.unbonding_total = plus(pool.unbonding_total, amount)?;
        let bond = *self.bond.address();
        *self.unbonding = Unbonding {
            parent: bond,
            rent_payer: *self.payer.address(),
            amount,
            withdrawable_at,
            index,
            entry,
            version: VERSION,
            bump,
            reserved: [0; 22],
        };
        emit!(UnbondRequested {
            bond,
            unbonding: *self.unbonding.address(),
            amount,
            old_amount,
            new_amount,
            withdrawable_at
        });
        Ok(())
    }
}
