use crate::{
    error::StakingError,
    events::Bonded,
    state::{Bond, StakePool},
};
use anchor_lang::{CpiContext, prelude::*};
use anchor_spl::{TokenAccount, token};

/// Accounts expected:
/// 0. `[signer]` owner of the source
/// 1. `[writable]` source token account
/// 2. `[writable]` stake pool
/// 3. `[writable]` the stake pool's vault
/// 4. `[writable]` bond
/// 5. `[]` token program
#[derive(Accounts)]
pub struct BondTokens {
    pub source_owner: Signer,
    #[account(mut)]
    pub source: Account<TokenAccount>,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    #[account(mut, address = stake_pool.vault @ StakingError::WrongStakePool)]
    pub vault: Account<TokenAccount>,
    #[account(
        mut,
        constraint = bond.stake_pool == *stake_pool.address() @ StakingError::WrongStakePool
    )]
    pub bond: Account<Bond>,
    pub token_program: Program<Token>,
}

impl BondTokens {
    /// - the amount is above zero
    ///
    /// The token program checks the source's owner, mint and balance.
    #[inline(always)]
    pub fn bond(&mut self, amount: u64) -> Result<()> {
        require!(amount > 0, StakingError::ZeroAmount);
        let old_amount = self.bond.amount;
        let new_amount = old_amount.checked_add(amount).ok_or(StakingError::Overflow)?;
        self.bond.amount = new_amount;
        self.stake_pool.bonded_total =
            self.stake_pool.bonded_total.checked_add(amount).ok_or(StakingError::Overflow)?;
        token::transfer(
            CpiContext::new(
                self.token_program.address(),
                token::Transfer {
                    from: self.source.cpi_handle_mut(),
                    to: self.vault.cpi_handle_mut(),
                    authority: self.source_owner.cpi_handle(),
                },
            ),
            amount,
        )?;
        emit!(Bonded { bond: *self.bond.address(), amount, old_amount, new_amount });
        Ok(())
    }
}
