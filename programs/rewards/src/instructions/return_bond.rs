use crate::{
    checks,
    error::RewardsError,
    events::BondReturned,
    state::{CHALLENGE_OPEN, Pool, Proposal},
    token,
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[]` pool
/// 1. `[writable]` proposal
/// 2. `[writable]` the pool's bond vault
/// 3. `[writable]` the proposer's associated token account
/// 4. `[]` the pool's mint
/// 5. `[]` the pool's token program
#[derive(Accounts)]
pub struct ReturnBond {
    pub pool: Current<Pool>,
    #[account(mut, constraint = proposal.pool == *pool.address() @ RewardsError::WrongPool)]
    pub proposal: Account<Proposal>,
    #[account(mut, address = pool.bond_vault @ RewardsError::WrongPool)]
    pub bond_vault: UncheckedAccount,
    /// Its address is the proposer's.
    #[account(mut)]
    pub destination: UncheckedAccount,
    #[account(address = pool.mint @ RewardsError::InvalidMint)]
    pub mint: UncheckedAccount,
    #[account(address = pool.token_program @ RewardsError::InvalidMint)]
    pub token_program: UncheckedAccount,
}

impl ReturnBond {
    /// - there is a bond
    /// - it is not at stake any more: no challenge is open, and the proposal is finalized,
    ///   rejected, superseded, or can never be finalized because the pool is closing
    /// - the destination is the proposer's own associated token account, because anyone may send
    ///   this
    #[inline(always)]
    pub fn return_bond(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let proposal = &*self.proposal;
        let superseded = self.pool.has_root() && proposal.epoch <= self.pool.root_epoch;
        let over = !proposal.is_open() || superseded || self.pool.is_closing(now);
        require!(
            proposal.bond > 0 && over && proposal.challenge != CHALLENGE_OPEN,
            RewardsError::NoBond
        );
        let (wallet, amount) = (proposal.proposer, proposal.bond);
        checks::require_destination(&self.pool, &wallet, &self.destination)?;
        self.proposal.bond = 0;
        let signer = token::PoolSigner::new(&self.pool);
        token::transfer(
            self.token_program.address(),
            self.bond_vault.try_cpi_handle_mut()?.into(),
            self.destination.try_cpi_handle_mut()?.into(),
            &token::Authority::Pool(self.pool.cpi_handle(), &signer),
            Some(token::Checked { mint: self.mint.cpi_handle(), decimals: self.pool.decimals }),
            amount,
        );
        emit!(BondReturned {
            pool: *self.pool.address(),
            proposal: *self.proposal.address(),
            wallet,
            amount
        });
        Ok(())
    }
}
