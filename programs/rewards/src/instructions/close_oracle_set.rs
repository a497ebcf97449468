use crate::{
    checks,
    error::RewardsError,
    events::OracleSetClosed,
    network::Network,
    state::{OracleSet, Pool},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` pool
/// 3. `[writable]` the pool's oracle set, closed here
/// 4. `[writable]` who paid the rent, gets it
#[derive(Accounts)]
pub struct CloseOracleSet {
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub pool: Current<Pool>,
    #[account(
        mut,
        constraint = oracle_set.pool == *pool.address() @ RewardsError::WrongPool,
        close = rent_payer
    )]
    pub oracle_set: Account<OracleSet>,
    // May be the authority too: it gets lamports only.
    #[account(mut, unsafe(dup), address = oracle_set.rent_payer @ RewardsError::InvalidKey)]
    pub rent_payer: UncheckedAccount,
}

impl CloseOracleSet {
    /// - the network's authority signs
    /// - the pool's closing is in force and no proposal is left, so that no vote is needed any more
    /// - no oracle is owed anything
    #[inline(always)]
    pub fn close_oracle_set(&mut self) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        let now = Clock::get()?.unix_timestamp;
        require!(self.pool.is_closing(now), RewardsError::PoolNotClosing);
        require!(self.pool.proposal_count == 0, RewardsError::HasChildren);
        require!(self.oracle_set.owed() == Some(0), RewardsError::NotSettled);
        self.pool.has_oracle_set = 0;
        emit!(OracleSetClosed { pool: *self.pool.address() });
        Ok(())
    }
}
