use crate::{
    checks,
    error::RewardsError,
    events::SplitsProposed,
    network::Network,
    state::{Pool, Splits},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` pool
#[derive(Accounts)]
pub struct ProposeSplits {
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub pool: Current<Pool>,
}

impl ProposeSplits {
    /// - the network's authority signs
    /// - the parts add up to all and operators get something
    /// - `from_epoch` is not past, does not last yet, and begins after the network's delay
    /// - no other division is pending; one that began is folded away, once every epoch of the
    ///   division before it is finalized or passed over
    #[inline(always)]
    pub fn propose_splits(&mut self, splits: Splits, from_epoch: u64) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        splits.validate()?;
        let now = Clock::get()?.unix_timestamp;
        self.pool.require_future(from_epoch, now, self.network.change_at(now)?)?;
        let pending = self.pool.pending_splits_epoch;
        if pending != 0 {
            // A root of an epoch before the pending division still needs the one before.
            require!(
                self.pool.has_root() && self.pool.root_epoch.saturating_add(1) >= pending,
                RewardsError::UpdatePending
            );
            require!(self.pool.epoch_at(now) >= pending, RewardsError::UpdatePending);
            self.pool.splits = self.pool.pending_splits;
        }
        self.pool.pending_splits = splits;
        self.pool.pending_splits_epoch = from_epoch;
        emit!(SplitsProposed {
            pool: *self.pool.address(),
            old: self.pool.splits,
            new: splits,
            from_epoch
        });
        Ok(())
    }
}
