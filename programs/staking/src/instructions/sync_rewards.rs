use crate::{error::StakingError, events::RewardsSynced, state::StakePool, token};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable]` stake pool
/// 1. `[]` the stake pool's reward vault
#[derive(Accounts)]
pub struct SyncRewards {
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.reward_vault @ StakingError::WrongStakePool)]
    pub reward_vault: UncheckedAccount,
}

impl SyncRewards {
    /// - the reward vault holds more than is accounted for
    /// - every lock that ended meanwhile was reached
    ///
    /// Anyone may send this. What arrives while next to nothing is delegated is the treasury's.
    #[inline(always)]
    pub fn sync_rewards(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let (shared, for_treasury) =
            self.stake_pool.sync(token::amount_of(&self.reward_vault)?, now)?;
        require!(shared > 0 || for_treasury > 0, StakingError::NothingToSync);
        emit!(RewardsSynced { stake_pool: *self.stake_pool.address(), shared, for_treasury });
        Ok(())
    }
}
