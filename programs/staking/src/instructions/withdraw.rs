use crate::{
    error::StakingError,
    events::Withdrawn,
    state::{Bond, STAKE_POOL_SEED, StakePool, Unbonding},
};
use anchor_lang::{CpiContext, prelude::*};
use anchor_spl::{TokenAccount, token};

/// Accounts expected:
/// 0. `[writable, signer]` owner of the bond, gets the unbonding's rent
/// 1. `[writable]` stake pool
/// 2. `[writable]` the stake pool's vault
/// 3. `[writable]` bond
/// 4. `[writable]` unbonding, closed here
/// 5. `[writable]` destination token account
/// 6. `[]` token program
#[derive(Accounts)]
pub struct Withdraw {
    #[account(mut, address = bond.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    #[account(mut, address = stake_pool.vault @ StakingError::WrongStakePool)]
    pub vault: Account<TokenAccount>,
    #[account(
        mut,
        constraint = bond.stake_pool == *stake_pool.address() @ StakingError::WrongStakePool
    )]
    pub bond: Account<Bond>,
    #[account(
        mut,
        close = owner,
        constraint = unbonding.bond == *bond.address() @ StakingError::WrongBond
    )]
    pub unbonding: Account<Unbonding>,
    #[account(mut)]
    pub destination: Account<TokenAccount>,
    pub token_program: Program<Token>,
}

impl Withdraw {
    /// - the bond's owner signs
    /// - the cooldown is over
    #[inline(always)]
    pub fn withdraw(&mut self) -> Result<()> {
        require!(
            Clock::get()?.unix_timestamp >= self.unbonding.withdrawable_at,
            StakingError::CooldownActive
        );
        let amount = self.unbonding.amount;
        self.bond.unbonding =
            self.bond.unbonding.checked_sub(amount).ok_or(StakingError::Overflow)?;
        let pool = &mut *self.stake_pool;
        pool.unbonding_total =
            pool.unbonding_total.checked_sub(amount).ok_or(StakingError::Overflow)?;

        let (network, bump) = (self.stake_pool.network, [self.stake_pool.bump]);
        let seeds: &[&[u8]] = &[STAKE_POOL_SEED, network.as_ref(), &bump];
        token::transfer(
            CpiContext::new_with_signer(
                self.token_program.address(),
                token::Transfer {
                    from: self.vault.cpi_handle_mut(),
                    to: self.destination.cpi_handle_mut(),
                    authority: self.stake_pool.cpi_handle(),
                },
                &[seeds],
            ),
            amount,
        )?;
        emit!(Withdrawn {
            bond: *self.bond.address(),
            unbonding: *self.unbonding.address(),
            amount
        });
        Ok(())
    }
}
