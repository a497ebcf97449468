use crate::{
    error::RewardsError,
    events::Rejected,
    state::{OracleSet, Pool, Proposal, STATUS_REJECTED},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` oracle
/// 1. `[]` pool
/// 2. `[]` the pool's oracle set
/// 3. `[writable]` proposal
#[derive(Accounts)]
pub struct RejectProposal {
    pub oracle: Signer,
    pub pool: Current<Pool>,
    #[account(constraint = oracle_set.pool == *pool.address() @ RewardsError::WrongPool)]
    pub oracle_set: Account<OracleSet>,
    #[account(mut, constraint = proposal.pool == *pool.address() @ RewardsError::WrongPool)]
    pub proposal: Account<Proposal>,
}

impl RejectProposal {
    /// - the signer is one of the pool's oracles and has not rejected this proposal
    /// - the proposal is open
    ///
    /// When as many reject it as could finalize it, it is rejected for good and its bond goes back.
    /// An oracle that attested may change its mind. The first rejection after a change of the
    /// oracle set voids all that was said before it.
    #[inline(always)]
    pub fn reject_proposal(&mut self) -> Result<()> {
        let oracle = *self.oracle.address();
        let bit = self.oracle_set.bit(&oracle)?;
        let proposal = &mut *self.proposal;
        require!(proposal.status != STATUS_REJECTED, RewardsError::ProposalRejected);
        require!(proposal.is_open(), RewardsError::ProposalFinalized);
        proposal.adopt(self.oracle_set.generation);
        require!(proposal.rejections & bit == 0, RewardsError::AlreadyRejected);
        let old_status = proposal.status;
        proposal.rejections |= bit;
        if self.oracle_set.is_quorum(proposal.rejections) {
            proposal.status = STATUS_REJECTED;
        }
        let rejections = proposal.rejections.count_ones();
        emit!(Rejected {
            pool: proposal.pool,
            proposal: *self.proposal.address(),
            epoch: self.proposal.epoch,
            oracle,
            rejections: u8::try_from(rejections).map_err(|_| RewardsError::Overflow)?,
            old_status,
            new_status: self.proposal.status
        });
        Ok(())
    }
}
