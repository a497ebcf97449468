use crate::{
    error::StakingError,
    events::StakePoolCreated,
    state::{STAKE_POOL_SEED, STAKE_VAULT_SEED, StakePool, VERSION},
};
use anchor_lang::prelude::*;
use anchor_spl::{Mint, TokenAccount, token};
use cairn_registry::state::Network;

/// Accounts expected:
/// 0. `[writable, signer]` authority of the network, pays the rent
/// 1. `[]` network
/// 2. `[]` mint of the stake (SPL Token)
/// 3. `[writable]` stake pool, created here
/// 4. `[writable]` vault, created here
/// 5. `[]` token program
/// 6. `[]` system program
#[derive(Accounts)]
pub struct CreateStakePool {
    #[account(mut)]
    pub authority: Signer,
    pub network: Account<Network>,
    pub mint: Account<Mint>,
    #[account(
        init,
        payer = authority,
        seeds = [STAKE_POOL_SEED, network.address().as_ref()],
        bump
    )]
    pub stake_pool: Account<StakePool>,
    #[account(
        init,
        payer = authority,
        seeds = [STAKE_VAULT_SEED, stake_pool.address().as_ref()],
        bump,
        token::mint = mint,
        token::authority = stake_pool
    )]
    pub vault: Account<TokenAccount>,
    pub token_program: Program<Token>,
    pub system_program: Program<System>,
}

impl CreateStakePool {
    /// - the network's authority signs
    #[inline(always)]
    pub fn create_stake_pool(
        &mut self,
        cooldown_seconds: u32,
        bumps: &CreateStakePoolBumps,
    ) -> Result<()> {
        require!(self.network.authority == *self.authority.address(), StakingError::NotAuthority);
        let (network, mint) = (*self.network.address(), *self.mint.address());
        *self.stake_pool = StakePool {
            network,
            authority: *self.authority.address(),
            mint,
            vault: *self.vault.address(),
            bonded_total: 0,
            unbonding_total: 0,
            cooldown_seconds,
            version: VERSION,
            bump: bumps.stake_pool,
            vault_bump: bumps.vault,
            reserved: [0; 105],
        };
        emit!(StakePoolCreated {
            stake_pool: *self.stake_pool.address(),
            network,
            mint,
            cooldown_seconds
        });
        Ok(())
    }
}
