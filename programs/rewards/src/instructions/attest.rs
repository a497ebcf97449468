use crate::{
    error::RewardsError,
    events::Attested,
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
pub struct Attest {
    pub oracle: Signer,
    pub pool: Current<Pool>,
    #[account(constraint = oracle_set.pool == *pool.address() @ RewardsError::WrongPool)]
    pub oracle_set: Account<OracleSet>,
    #[account(mut, constraint = proposal.pool == *pool.address() @ RewardsError::WrongPool)]
    pub proposal: Account<Proposal>,
}

impl Attest {
    fn validate(&self) -> Result<()> {
        require!(self.proposal.status != STATUS_REJECTED, RewardsError::ProposalRejected);
        require!(self.proposal.is_open(), RewardsError::ProposalFinalized);
        require!(
            !self.pool.has_root() || self.proposal.epoch > self.pool.root_epoch,
            RewardsError::EpochFinalized
        );
        Ok(())
    }

    /// - the signer is one of the pool's oracles and has not attested this proposal
    /// - the proposal is open and its epoch after the active root's
    ///
    /// The first attestation after a change of the oracle set voids all that was said before it.
    ///
    /// The content needs no check: a proposal's address derives from it, so an oracle that signs
    /// for this account signs for exactly that content.
    #[inline(always)]
    pub fn attest(&mut self) -> Result<()> {
        let oracle = *self.oracle.address();
        let bit = self.oracle_set.bit(&oracle)?;
        self.validate()?;
        let proposal = &mut *self.proposal;
        proposal.adopt(self.oracle_set.generation);
        require!(proposal.attestations & bit == 0, RewardsError::AlreadyAttested);
        proposal.attestations |= bit;
        let attestations = proposal.attestations.count_ones();
        if proposal.quorum_at == 0 && self.oracle_set.is_quorum(proposal.attestations) {
            let now = Clock::get()?.unix_timestamp;
            let window = i64::from(self.pool.terms_at(now).challenge_window_seconds);
            proposal.quorum_at = now;
            proposal.finalizable_at = now.checked_add(window).ok_or(RewardsError::Overflow)?;
        }
        emit!(Attested {
            pool: proposal.pool,
            proposal: *self.proposal.address(),
            epoch: self.proposal.epoch,
            oracle,
            attestations: u8::try_from(attestations).map_err(|_| RewardsError::Overflow)?
        });
        Ok(())
    }
}
