use crate::{
    checks,
    error::RewardsError,
    events::OracleChangeProposed,
    network::Network,
    state::{OracleSet, Pool, is_threshold},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[]` pool
/// 3. `[writable]` the pool's oracle set
#[derive(Accounts)]
pub struct ProposeOracleChange {
    pub authority: Signer,
    pub network: Account<Network>,
    pub pool: Current<Pool>,
    #[account(mut, constraint = oracle_set.pool == *pool.address() @ RewardsError::WrongPool)]
    pub oracle_set: Account<OracleSet>,
}

impl ProposeOracleChange {
    /// - the network's authority signs
    /// - who is added is not an oracle yet, who is removed is one
    /// - the threshold is more than half of the oracles after the change and at most all
    /// - something changes
    /// - no other change is pending
    ///
    /// It may be applied after the network's delay, or at once before the pool's first root.
    #[inline(always)]
    pub fn propose_oracle_change(
        &mut self,
        add: Option<Address>,
        remove: Option<Address>,
        threshold: u8,
    ) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        let set = &mut *self.oracle_set;
        require!(set.pending_at == 0, RewardsError::UpdatePending);
        let is_new = add.is_none_or(|key| key != Address::default() && set.place(&key).is_none());
        let is_known = remove.is_none_or(|key| set.place(&key).is_some());
        let count = set
            .count
            .checked_add(u8::from(add.is_some()))
            .and_then(|count| count.checked_sub(u8::from(remove.is_some())))
            .ok_or(RewardsError::InvalidOracleSet)?;
        let is_change = add.is_some() || remove.is_some() || threshold != set.threshold;
        require!(
            is_new && is_known && is_change && is_threshold(threshold, count),
            RewardsError::InvalidOracleSet
        );
        let now = Clock::get()?.unix_timestamp;
        let effective_at = if self.pool.has_root() { self.network.change_at(now)? } else { now };
        set.pending_add = add.unwrap_or_default();
        set.pending_remove = remove.unwrap_or_default();
        set.pending_threshold = threshold;
        set.pending_at = effective_at;
        emit!(OracleChangeProposed {
            pool: set.pool,
            add: set.pending_add,
            remove: set.pending_remove,
            old_threshold: set.threshold,
            new_threshold: threshold,
            effective_at
        });
        Ok(())
    }
}
