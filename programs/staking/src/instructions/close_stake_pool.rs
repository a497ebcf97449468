use crate::{error::StakingError, events::StakePoolClosed, state::StakePool, token};
use anchor_lang::prelude::*;
use cairn_registry::state::Network;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` who paid for the stake pool, gets the rent
/// 3. `[writable]` stake pool, closed here
/// 4. `[writable]` its vault, closed here
/// 5. `[]` its mint
/// 6. `[writable]` the treasury's associated token account for the stake's mint
/// 7. `[]` the mint's token program
/// 8. `[writable]` its reward vault, closed here
/// 9. `[]` mint of the rewards
/// 10. `[writable]` the treasury's associated token account for the rewards' mint
/// 11. `[]` token program of the rewards' mint
#[derive(Accounts)]
pub struct CloseStakePool {
    #[account(address = network.authority @ StakingError::NotAuthority)]
    pub authority: Signer,
    #[account(address = stake_pool.network @ StakingError::WrongNetwork)]
    pub network: Account<Network>,
    // May be the authority too: it only gets lamports.
    #[account(mut, unsafe(dup), address = stake_pool.rent_payer @ StakingError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
    #[account(mut, close = rent_payer)]
    pub stake_pool: Account<StakePool>,
    /// Its address is the stake pool's.
    #[account(mut, address = stake_pool.vault @ StakingError::WrongStakePool)]
    pub vault: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.mint @ StakingError::WrongMint)]
    pub mint: UncheckedAccount,
    /// Its address is checked; needs to exist only when something is left.
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
    /// Its address is checked; needs to exist only when something is left.
    #[account(mut, unsafe(dup))]
    pub reward_destination: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.reward_token_program @ StakingError::WrongTokenProgram)]
    pub reward_token_program: UncheckedAccount,
}

impl CloseStakePool {
    /// - the network's authority signs
    /// - no bond, target, lock period or epoch of penalties is open
    /// - the destinations are the treasury's associated token accounts
    ///
    /// What is left in the vaults is the treasury's. A Token-2022 vault that withheld transfer
    /// fees closes once they were harvested to the mint, which anyone can do.
    #[inline(always)]
    pub fn close_stake_pool(&mut self) -> Result<()> {
        let pool = &self.stake_pool;
        require!(
            pool.bond_count == 0
                && pool.target_count == 0
                && pool.lock_period_count == 0
                && pool.penalty_epoch_count == 0,
            StakingError::StakePoolInUse
        );
        let treasury = pool.terms_at(Clock::get()?.unix_timestamp).treasury;
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
        let stake = token::amount_of(&self.vault)?;
        let rewards = token::amount_of(&self.reward_vault)?;
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
        token::close(&self.stake_pool, &self.token_program, &mut self.vault, &mut self.rent_payer)?;
        token::close(
            &self.stake_pool,
            &self.reward_token_program,
            &mut self.reward_vault,
            &mut self.rent_payer,
        )?;
        emit!(StakePoolClosed { stake_pool: *self.stake_pool.address(), stake, rewards });
        Ok(())
    }
}
