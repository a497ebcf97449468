use crate::{
    error::StakingError,
    events::Withdrawn,
    state::{Bond, StakePool, Unbonding, minus, one_less},
    token,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` owner of the bond
/// 1. `[writable]` who paid for the unbonding, gets its rent
/// 2. `[writable]` stake pool
/// 3. `[writable]` the stake pool's vault
/// 4. `[]` the stake pool's mint
/// 5. `[writable]` bond
/// 6. `[writable]` unbonding, closed here
/// 7. `[writable]` destination token account
/// 8. `[]` the mint's token program
#[derive(Accounts)]
pub struct Withdraw {
    #[account(address = bond.owner @ StakingError::NotOwner)]
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
    #[account(
        mut,
        constraint = bond.stake_pool == *stake_pool.address() @ StakingError::WrongStakePool
    )]
    pub bond: Account<Bond>,
    #[account(
        mut,
        close = rent_payer,
        constraint = unbonding.parent == *bond.address() @ StakingError::WrongBond
    )]
    pub unbonding: Account<Unbonding>,
    /// Of the owner's choice; the token program checks it.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.token_program @ StakingError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
}

impl Withdraw {
    /// - the bond's owner signs
    /// - the cooldown is over
    /// - no penalty against the bond is pending: else whoever is quicker would decide
    ///
    /// Pays what penalties left of the unbonding.
    #[inline(always)]
    pub fn withdraw(&mut self) -> Result<()> {
        require!(
            Clock::get()?.unix_timestamp >= self.unbonding.withdrawable_at,
            StakingError::CooldownActive
        );
        require!(self.bond.pending_penalties == 0, StakingError::PenaltyPending);
        let old_amount = self.unbonding.amount;
        let bond = &mut *self.bond;
        let amount = bond.unbonding_dilution.part(old_amount, &self.unbonding.entry);
        bond.unbonding = minus(bond.unbonding, amount)?;
        bond.open_unbondings = one_less(bond.open_unbondings)?;
        let mut left_over = 0;
        if bond.open_unbondings == 0 {
            // What rounding left in the pot belongs to nobody any more.
            left_over = core::mem::take(&mut bond.unbonding);
        }
        let pool = &mut *self.stake_pool;
        pool.unbonding_total = minus(minus(pool.unbonding_total, amount)?, left_over)?;
        pool.treasury_stake_due = crate::state::plus(pool.treasury_stake_due, left_over)?;
        token::pay(
            &self.stake_pool,
            &self.token_program,
            &mut self.vault,
            &self.mint,
            &mut self.destination,
            amount,
        )?;
        emit!(Withdrawn {
            parent: *self.bond.address(),
            unbonding: *self.unbonding.address(),
            old_amount,
            amount
        });
        Ok(())
    }
}
