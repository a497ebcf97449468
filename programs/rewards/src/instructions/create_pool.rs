use crate::{
    error::RewardsError,
    events::PoolCreated,
    state::{EmissionStep, POOL_SEED, Pool, VAULT_SEED, VERSION},
};
use alloc::vec::Vec;
use anchor_lang::prelude::*;
use anchor_spl::{Mint, TokenAccount, token};
use bytemuck::Zeroable;
use cairn_protocol::emission::{self, MAX_STEPS, Step};
use cairn_registry::state::Network;

/// Data of `create_pool`.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone)]
pub struct CreatePoolParams {
    /// Start of epoch 0, unix seconds.
    pub genesis_at: i64,
    /// Length of an epoch, at least 1.
    pub epoch_seconds: u32,
    /// Time between an attested quorum and finalization.
    pub challenge_window_seconds: u32,
    /// Wallet that earns what rounding leaves over.
    pub treasury: Address,
    /// The emission table, 1 to 64 steps.
    pub steps: Vec<EmissionStep>,
}

/// Accounts expected:
/// 0. `[writable, signer]` authority of the network, pays the rent
/// 1. `[]` network
/// 2. `[]` mint of the rewards (SPL Token)
/// 3. `[writable]` pool, created here
/// 4. `[writable]` vault, created here
/// 5. `[]` token program
/// 6. `[]` system program
#[derive(Accounts)]
pub struct CreatePool {
    #[account(mut)]
    pub authority: Signer,
    pub network: Account<Network>,
    pub mint: Account<Mint>,
    #[account(
        init,
        payer = authority,
        seeds = [POOL_SEED, network.address().as_ref(), mint.address().as_ref()],
        bump
    )]
    pub pool: Account<Pool>,
    #[account(
        init,
        payer = authority,
        seeds = [VAULT_SEED, pool.address().as_ref()],
        bump,
        token::mint = mint,
        token::authority = pool
    )]
    pub vault: Account<TokenAccount>,
    pub token_program: Program<Token>,
    pub system_program: Program<System>,
}

impl CreatePool {
    fn validate(&self, params: &CreatePoolParams) -> Result<()> {
        require!(self.network.authority == *self.authority.address(), RewardsError::NotAuthority);
        require!(params.epoch_seconds > 0, RewardsError::InvalidEpochLength);
        require!(params.treasury != Address::default(), RewardsError::InvalidKey);
        let steps: Vec<Step> = params
            .steps
            .iter()
            .map(|step| Step::constant(step.first_epoch, step.per_epoch))
            .collect();
        require!(emission::validate(&steps).is_ok(), RewardsError::InvalidEmission);
        Ok(())
    }

    /// - the network's authority signs
    /// - epochs have a length, the emission table is in order
    #[inline(always)]
    pub fn create_pool(
        &mut self,
        params: &CreatePoolParams,
        bumps: &CreatePoolBumps,
    ) -> Result<()> {
        self.validate(params)?;
        let (network, mint) = (*self.network.address(), *self.mint.address());
        let (pool, vault, authority) =
            (*self.pool.address(), *self.vault.address(), *self.authority.address());
        let account = &mut *self.pool;
        // Everything else is zero in a fresh account.
        account.network = network;
        account.authority = authority;
        account.mint = mint;
        account.vault = vault;
        account.treasury = params.treasury;
        account.genesis_at = params.genesis_at;
        account.epoch_seconds = params.epoch_seconds;
        account.challenge_window_seconds = params.challenge_window_seconds;
        account.version = VERSION;
        account.bump = bumps.pool;
        account.vault_bump = bumps.vault;
        account.steps = [EmissionStep::zeroed(); MAX_STEPS];
        for (to, from) in account.steps.iter_mut().zip(&params.steps) {
            *to = *from;
        }
        account.step_count =
            u8::try_from(params.steps.len()).map_err(|_| RewardsError::InvalidEmission)?;
        emit!(PoolCreated {
            pool,
            network,
            mint,
            genesis_at: params.genesis_at,
            epoch_seconds: params.epoch_seconds
        });
        Ok(())
    }
}
