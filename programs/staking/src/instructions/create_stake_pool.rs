use crate::{
    error::StakingError,
    events::StakePoolCreated,
    rewards::RewardsPool,
    state::{
        MIN_PERIOD_SECONDS, REWARD_VAULT_SEED, STAKE_POOL_SEED, STAKE_VAULT_SEED, StakePool,
        StakeTerms, VERSION,
    },
    token::require_harmless,
};
use anchor_lang::prelude::*;
use anchor_spl::{
    token,
    token_interface::{Mint, TokenAccount, TokenInterface},
};
use cairn_registry::state::Network;

/// Data of `create_stake_pool`.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy)]
pub struct CreateStakePoolParams {
    /// In force from now on.
    pub terms: StakeTerms,
    /// Length of a lock period, at least a minute; fixed for life.
    pub period_seconds: u32,
    /// The longest lock in periods, 1 to 255; fixed for life.
    pub max_lock_periods: u8,
}

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[writable, signer]` payer of the rent
/// 2. `[]` network
/// 3. `[]` the network's pool of the rewards program
/// 4. `[]` mint of the stake
/// 5. `[]` mint of the rewards, the rewards pool's
/// 6. `[writable]` stake pool, created here
/// 7. `[writable]` vault, created here
/// 8. `[writable]` reward vault, created here
/// 9. `[]` token program of the stake's mint
/// 10. `[]` token program of the rewards' mint
/// 11. `[]` system program
#[derive(Accounts)]
pub struct CreateStakePool {
    pub authority: Signer,
    // May be the authority too: it only signs and pays.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    pub network: Account<Network>,
    #[account(
        constraint = rewards_pool.network == *network.address() @ StakingError::WrongNetwork
    )]
    pub rewards_pool: Account<RewardsPool>,
    pub mint: InterfaceAccount<Mint>,
    #[account(address = rewards_pool.mint @ StakingError::WrongMint)]
    pub reward_mint: InterfaceAccount<Mint>,
    #[account(
        init,
        payer = payer,
        seeds = [STAKE_POOL_SEED, network.address().as_ref()],
        bump
    )]
    pub stake_pool: Account<StakePool>,
    #[account(
        init,
        payer = payer,
        seeds = [STAKE_VAULT_SEED, stake_pool.address().as_ref()],
        bump,
        token::mint = mint,
        token::authority = stake_pool,
        token::token_program = token_program
    )]
    pub vault: InterfaceAccount<TokenAccount>,
    #[account(
        init,
        payer = payer,
        seeds = [REWARD_VAULT_SEED, stake_pool.address().as_ref()],
        bump,
        token::mint = reward_mint,
        token::authority = stake_pool,
        token::token_program = reward_token_program
    )]
    pub reward_vault: InterfaceAccount<TokenAccount>,
    pub token_program: Interface<'static, TokenInterface>,
    pub reward_token_program: Interface<'static, TokenInterface>,
    pub system_program: Program<System>,
}

impl CreateStakePool {
    fn validate(&self, params: &CreateStakePoolParams) -> Result<()> {
        require!(self.network.authority == *self.authority.address(), StakingError::NotAuthority);
        require!(
            params.period_seconds >= MIN_PERIOD_SECONDS && params.max_lock_periods > 0,
            StakingError::InvalidPeriod
        );
        params.terms.validate(self.rewards_pool.epoch_seconds)?;
        require_harmless(self.mint.account())
    }

    /// - the network's authority signs
    /// - the rewards pool is the network's, and its mint the rewards' mint
    /// - terms, period length and longest lock are within their limits
    /// - nobody can take, block or dilute what is staked through the mint
    #[inline(always)]
    pub fn create_stake_pool(
        &mut self,
        params: &CreateStakePoolParams,
        bumps: &CreateStakePoolBumps,
    ) -> Result<()> {
        self.validate(params)?;
        let now = Clock::get()?.unix_timestamp;
        let stake_pool = *self.stake_pool.address();
        let pool = &mut *self.stake_pool;
        // Everything else is zero in a fresh account.
        pool.network = *self.network.address();
        pool.rewards_pool = *self.rewards_pool.address();
        pool.mint = *self.mint.address();
        pool.token_program = *self.token_program.address();
        pool.vault = *self.vault.address();
        pool.reward_mint = *self.reward_mint.address();
        pool.reward_token_program = *self.reward_token_program.address();
        pool.reward_vault = *self.reward_vault.address();
        pool.rent_payer = *self.payer.address();
        pool.terms = params.terms;
        pool.created_at = now;
        pool.settle_seconds = self.network.settle_seconds;
        pool.period_seconds = params.period_seconds;
        pool.least_cooldown_seconds = self.rewards_pool.epoch_seconds;
        pool.max_lock_periods = params.max_lock_periods;
        pool.version = VERSION;
        pool.bump = bumps.stake_pool;
        pool.vault_bump = bumps.vault;
        pool.reward_vault_bump = bumps.reward_vault;
        emit!(StakePoolCreated {
            stake_pool,
            network: self.stake_pool.network,
            rewards_pool: self.stake_pool.rewards_pool,
            mint: self.stake_pool.mint,
            terms: params.terms,
            period_seconds: params.period_seconds,
            max_lock_periods: params.max_lock_periods
        });
        Ok(())
    }
}
