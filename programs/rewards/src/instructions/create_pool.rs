use crate::{
    error::RewardsError,
    events::PoolCreated,
    mint,
    network::Network,
    state::{
        BOND_VAULT_SEED, EmissionStep, MODE_FUNDED, MODE_MINT, POOL_SEED, Pool, PoolTerms, Splits,
        VAULT_SEED,
    },
    token,
    version::{Current, Versioned},
};
use alloc::vec::Vec;
use anchor_lang::prelude::*;
use cairn_protocol::emission::{self, Step};

/// Data of `create_pool`.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone)]
pub struct CreatePoolParams {
    /// Start of epoch 0, unix seconds.
    pub genesis_at: i64,
    /// Length of an epoch, at least 1.
    pub epoch_seconds: u32,
    /// 0: the vault is filled from outside. 1: the pool is the mint's authority and mints at
    /// finalization.
    pub mode: u8,
    /// How an epoch's emission is divided.
    pub splits: Splits,
    /// Everything that can be changed later with a delay.
    pub terms: PoolTerms,
    /// The emission table, 1 to 64 steps; a longer one than fits a transaction is completed by
    /// `change_emission`.
    pub steps: Vec<EmissionStep>,
}

/// Accounts expected:
/// 0. `[writable, signer]` authority of the network, pays the rent
/// 1. `[]` network
/// 2. `[]` mint of the rewards
/// 3. `[writable]` pool, created here
/// 4. `[writable]` vault, created here
/// 5. `[writable]` bond vault, created here
/// 6. `[]` token program of the mint
/// 7. `[]` system program
#[derive(Accounts)]
pub struct CreatePool {
    #[account(mut)]
    pub authority: Signer,
    pub network: Account<Network>,
    /// Read with all its extensions by [`mint::inspect`].
    pub mint: UncheckedAccount,
    #[account(
        init,
        payer = authority,
        seeds = [POOL_SEED, network.address().as_ref(), mint.address().as_ref()],
        bump
    )]
    pub pool: Current<Pool>,
    #[account(mut, seeds = [VAULT_SEED, pool.address().as_ref()], bump)]
    pub vault: UncheckedAccount,
    #[account(mut, seeds = [BOND_VAULT_SEED, pool.address().as_ref()], bump)]
    pub bond_vault: UncheckedAccount,
    /// Its address is the mint's owner.
    pub token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl CreatePool {
    fn validate(&self, params: &CreatePoolParams, steps: &[Step]) -> Result<()> {
        require!(self.network.authority == *self.authority.address(), RewardsError::NotAuthority);
        require!(params.epoch_seconds > 0, RewardsError::InvalidEpochLength);
        require!(params.mode == MODE_FUNDED || params.mode == MODE_MINT, RewardsError::InvalidMode);
        params.splits.validate()?;
        params.terms.validate()?;
        require!(emission::validate(steps).is_ok(), RewardsError::InvalidEmission);
        Ok(())
    }

    /// - the network's authority signs
    /// - epochs have a length, the emission table is in order, splits and terms are valid
    /// - the mint has no extension that could harm
    /// - to mint at finalization, the pool is the mint's authority
    #[inline(always)]
    pub fn create_pool(
        &mut self,
        params: &CreatePoolParams,
        bumps: &CreatePoolBumps,
    ) -> Result<()> {
        let steps: Vec<Step> = params.steps.iter().map(|step| Step::from(*step)).collect();
        self.validate(params, &steps)?;
        let trusted = mint::inspect(&self.mint)?;
        require!(*self.token_program.address() == trusted.token_program, RewardsError::InvalidMint);
        let (network, mint) = (*self.network.address(), *self.mint.address());
        let pool = *self.pool.address();
        require!(
            params.mode == MODE_FUNDED || trusted.mint.mint_authority == Some(pool.to_bytes()),
            RewardsError::NotMintAuthority
        );
        let authority = *self.authority.address();
        let payer = self.authority.account();
        token::create_account(
            payer,
            &mut self.vault,
            &self.mint,
            &trusted,
            &pool,
            &[VAULT_SEED, pool.as_ref(), &[bumps.vault]],
        )?;
        token::create_account(
            payer,
            &mut self.bond_vault,
            &self.mint,
            &trusted,
            &pool,
            &[BOND_VAULT_SEED, pool.as_ref(), &[bumps.bond_vault]],
        )?;
        let (vault, bond_vault) = (*self.vault.address(), *self.bond_vault.address());
        let account = &mut *self.pool;
        // Everything else is zero in a fresh account.
        account.network = network;
        account.mint = mint;
        account.token_program = trusted.token_program;
        account.vault = vault;
        account.bond_vault = bond_vault;
        account.rent_payer = authority;
        account.genesis_at = params.genesis_at;
        account.epoch_seconds = params.epoch_seconds;
        account.mode = params.mode;
        account.decimals = trusted.mint.decimals;
        account.names_mint = u8::from(trusted.token_2022);
        account.splits = params.splits;
        account.terms = params.terms;
        account.version = Pool::VERSION;
        #[cfg(feature = "next-version")]
        {
            account.claims_counted_since = Clock::get()?.unix_timestamp;
        }
        account.bump = bumps.pool;
        account.vault_bump = bumps.vault;
        account.bond_vault_bump = bumps.bond_vault;
        account.set_emission_steps(&steps)?;
        emit!(PoolCreated {
            pool,
            network,
            mint,
            genesis_at: params.genesis_at,
            epoch_seconds: params.epoch_seconds,
            mode: params.mode,
            splits: params.splits,
            terms: params.terms,
        });
        Ok(())
    }
}
