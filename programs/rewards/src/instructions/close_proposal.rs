use crate::{
    error::RewardsError,
    events::ProposalClosed,
    state::{Pool, Proposal, STATUS_FINALIZED, STATUS_REJECTED},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable]` pool
/// 1. `[writable]` proposal, closed here
/// 2. `[writable]` proposer, gets the rent
#[derive(Accounts)]
pub struct CloseProposal {
    #[account(mut)]
    pub pool: Current<Pool>,
    #[account(
        mut,
        constraint = proposal.pool == *pool.address() @ RewardsError::WrongPool,
        close = proposer
    )]
    pub proposal: Account<Proposal>,
    #[account(mut, address = proposal.proposer @ RewardsError::NotOracle)]
    pub proposer: UncheckedAccount,
}

impl CloseProposal {
    fn is_over(&self, now: i64) -> Result<bool> {
        let proposal = &*self.proposal;
        let closing = self.pool.is_closing(now);
        Ok(match proposal.status {
            STATUS_REJECTED => true,
            STATUS_FINALIZED => {
                let retention = i64::from(self.pool.terms_at(now).retention_seconds);
                let kept_until = proposal
                    .finalized_at
                    .checked_add(if proposal.has_penalties() { retention } else { 0 })
                    .ok_or(RewardsError::Overflow)?;
                (closing || proposal.epoch < self.pool.root_epoch) && now >= kept_until
            }
            _ => closing || (self.pool.has_root() && proposal.epoch <= self.pool.root_epoch),
        })
    }

    /// - the bond is returned and the challenge's account closed
    /// - it is rejected; or it was never finalized and its epoch is past the active root's; or it
    ///   was finalized and superseded, and its penalties, if any, were kept as long as the terms
    ///   say; or the pool is closing
    #[inline(always)]
    pub fn close_proposal(&mut self) -> Result<()> {
        require!(self.proposal.has_challenge == 0, RewardsError::HasChildren);
        let now = Clock::get()?.unix_timestamp;
        require!(self.is_over(now)?, RewardsError::ProposalNeeded);
        require!(self.proposal.bond == 0, RewardsError::BondOutstanding);
        self.pool.proposal_count =
            self.pool.proposal_count.checked_sub(1).ok_or(RewardsError::Overflow)?;
        emit!(ProposalClosed {
            pool: *self.pool.address(),
            proposal: *self.proposal.address(),
            epoch: self.proposal.epoch,
            status: self.proposal.status
        });
        Ok(())
    }
}
