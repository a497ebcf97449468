use crate::{
    error::StakingError,
    events::StakeTreasuryPaid,
    state::{StakePool, minus},
    token,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable]` stake pool
/// 1. `[writable]` the stake pool's vault
/// 2. `[]` the stake pool's mint
/// 3. `[writable]` the treasury's associated token account for the stake's mint
/// 4. `[]` the mint's token program
/// 5. `[writable]` the stake pool's reward vault
/// 6. `[]` mint of the rewards
/// 7. `[writable]` the treasury's associated token account for the rewards' mint
/// 8. `[]` token program of the rewards' mint
#[derive(Accounts)]
pub struct PayStakeTreasury {
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    /// Its address is the stake pool's.
    #[account(mut, address = stake_pool.vault @ StakingError::WrongStakePool)]
    pub vault: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.mint @ StakingError::WrongMint)]
    pub mint: UncheckedAccount,
    /// Its address is checked; needs to exist only when something is due.
    #[account(mut, unsafe(dup))]
    pub stake_destination: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.token_program @ StakingError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(mut, address = stake_pool.reward_vault @ StakingError::WrongStakePool)]
    pub reward_vault: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.reward_mint @ StakingError::WrongMint)]
    pub reward_mint: UncheckedAccount,
    // The same account as the other one where stake and rewards are of one mint.
    /// Its address is checked; needs to exist only when something is due.
    #[account(mut, unsafe(dup))]
    pub reward_destination: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.reward_token_program @ StakingError::WrongTokenProgram)]
    pub reward_token_program: UncheckedAccount,
}

impl PayStakeTreasury {
    /// - something is due, of either mint
    /// - the destinations are the treasury's associated token accounts
    ///
    /// Anyone may send this.
    #[inline(always)]
    pub fn pay_stake_treasury(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let pool = &mut *self.stake_pool;
        let treasury = pool.terms_at(now).treasury;
        let stake = core::mem::take(&mut pool.treasury_stake_due);
        let rewards = core::mem::take(&mut pool.treasury_reward_due);
        require!(stake > 0 || rewards > 0, StakingError::NothingToPay);
        pool.reward_balance = minus(pool.reward_balance, rewards)?;
        token::require_associated(
            self.stake_destination.address(),
            &treasury,
            &pool.mint,
            &pool.token_program,
        )?;
        token::require_associated(
            self.reward_destination.address(),
            &treasury,
            &pool.reward_mint,
            &pool.reward_token_program,
        )?;
        token::pay(
            &self.stake_pool,
            &self.token_program,
            &mut self.vault,
            &self.mint,
            &mut self.stake_destination,
            stake,
        )?;
        token::pay(
            &self.stake_pool,
            &self.reward_token_program,
            &mut self.reward_vault,
            &self.reward_mint,
            &mut self.reward_destination,
            rewards,
        )?;
        emit!(StakeTreasuryPaid { stake_pool: *self.stake_pool.address(), stake, rewards });
        Ok(())
    }
}
