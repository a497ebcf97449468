use crate::{
    checks,
    error::RewardsError,
    events::OracleChangeCancelled,
    network::Network,
    state::{OracleSet, Pool},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[]` pool
/// 3. `[writable]` the pool's oracle set
#[derive(Accounts)]
pub struct CancelOracleChange {
    pub authority: Signer,
    pub network: Account<Network>,
    pub pool: Current<Pool>,
    #[account(mut, constraint = oracle_set.pool == *pool.address() @ RewardsError::WrongPool)]
    pub oracle_set: Account<OracleSet>,
}

impl CancelOracleChange {
    /// - the network's authority signs
    /// - a change is pending: not applied yet, whether its time has come or not
    #[inline(always)]
    pub fn cancel_oracle_change(&mut self) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        let set = &mut *self.oracle_set;
        require!(set.pending_at != 0, RewardsError::NoUpdatePending);
        let event = OracleChangeCancelled {
            pool: set.pool,
            add: set.pending_add,
            remove: set.pending_remove,
            threshold: set.pending_threshold,
        };
        set.pending_add = Address::default();
        set.pending_remove = Address::default();
        set.pending_threshold = 0;
        set.pending_at = 0;
        emit!(event);
        Ok(())
    }
}
