use crate::{
    error::RewardsError,
    events::PoolMigrated,
    migration::{POOL_BYTES, pool_steps},
    state::{POOL_SEED, Pool},
    version::Versioned,
};
use anchor_lang::{create_program_address, prelude::*, realloc_account};
use core::mem::offset_of;

/// Accounts expected:
/// 0. `[writable, signer]` who pays the rent of what the pool grows by
/// 1. `[writable]` pool, of an older version
/// 2. `[]` system program
#[derive(Accounts)]
pub struct MigratePool {
    #[account(mut)]
    pub payer: Signer,
    /// Its layout is another version's, so owner, kind and address are checked by hand.
    #[account(mut)]
    pub pool: UncheckedAccount,
    pub system_program: Program<System>,
}

/// `N` bytes of a pool's account, at an offset of [`Pool`].
fn field<const N: usize>(data: &[u8], offset: usize) -> Result<[u8; N]> {
    let bytes = data
        .get(offset.saturating_add(Pool::DISCRIMINATOR.len())..)
        .and_then(|rest| rest.first_chunk())
        .ok_or(ProgramError::AccountDataTooSmall)?;
    Ok(*bytes)
}

impl MigratePool {
    /// Checks what an account of the current version is checked for when it is read, and returns
    /// the pool's version.
    fn validate(&self) -> Result<u8> {
        let view = self.pool.account();
        require!(view.owned_by(&crate::ID), ProgramError::IllegalOwner);
        // SAFETY: nobody else has borrowed the account.
        let data = unsafe { view.borrow_unchecked() };
        require!(data.starts_with(Pool::DISCRIMINATOR), ProgramError::InvalidAccountData);
        let version = *data.get(Pool::VERSION_AT).ok_or(ProgramError::AccountDataTooSmall)?;
        require!(version != Pool::VERSION, RewardsError::NothingToMigrate);
        let bytes = usize::from(version)
            .checked_sub(1)
            .and_then(|at| POOL_BYTES.get(at))
            .ok_or(RewardsError::UnsupportedVersion)?;
        require!(data.len() >= *bytes, ProgramError::AccountDataTooSmall);
        let network: [u8; 32] = field(data, offset_of!(Pool, network))?;
        let mint: [u8; 32] = field(data, offset_of!(Pool, mint))?;
        let bump: [u8; 1] = field(data, offset_of!(Pool, bump))?;
        let address = create_program_address(&[POOL_SEED, &network, &mint, &bump], &crate::ID)?;
        require!(address == *view.address(), ProgramError::InvalidSeeds);
        Ok(version)
    }

    /// - the account is a pool of this program, at its own address
    /// - its version is older than the program's
    ///
    /// Nobody's signature is asked for but that of who pays: a pool can change in no other way than
    /// the program says.
    #[inline(always)]
    pub fn migrate_pool(&mut self) -> Result<()> {
        let old_version = self.validate()?;
        let now = Clock::get()?.unix_timestamp;
        let payer = *self.payer.account();
        let mut view = *self.pool.account();
        for (version, bytes, step) in pool_steps(old_version) {
            realloc_account(&mut view, bytes, &payer, true)?;
            // SAFETY: nobody else has borrowed the account.
            let data = unsafe { view.borrow_unchecked_mut() };
            step(data, now)?;
            *data.get_mut(Pool::VERSION_AT).ok_or(ProgramError::AccountDataTooSmall)? = version;
        }
        emit!(PoolMigrated { pool: *self.pool.address(), old_version, new_version: Pool::VERSION });
        Ok(())
    }
}
