use crate::{
    error::RewardsError,
    events::Attested,
    state::{OracleSet, Pool, Proposal},
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
    pub pool: Account<Pool>,
    #[account(constraint = oracle_set.pool == *pool.address() @ RewardsError::WrongPool)]
    pub oracle_set: Account<OracleSet>,
    #[account(mut, constraint = proposal.pool == *pool.address() @ RewardsError::WrongPool)]
    pub proposal: Account<Proposal>,
}

impl Attest {
    fn validate(&self, bit: u32) -> Result<()> {
        require!(self.proposal.finalized == 0, RewardsError::ProposalFinalized);
        require!(
            !self.pool.has_root() || self.proposal.epoch > self.pool.root_epoch,
            RewardsError::EpochFinalized
        );
        require!(self.proposal.attestations & bit == 0, RewardsError::AlreadyAttested);
        Ok(())
    }

    /// - the signer is one of the pool's oracles and has not attested this proposal
    /// - its epoch is after the active root's
    ///
    /// The content needs no check: a proposal's address derives from it, so an oracle that signs
    /// for this account signs for exactly that content.
    #[inline(always)]
    pub fn attest(&mut self) -> Result<()> {
        let oracle = *self.oracle.address();
        let bit = self.oracle_set.bit(&oracle).ok_or(RewardsError::NotOracle)?;
        self.validate(bit)?;
        let threshold = u32::from(self.oracle_set.threshold);
        let proposal = &mut *self.proposal;
        proposal.attestations |= bit;
        let attestations = proposal.attestations.count_ones();
        if proposal.quorum_at == 0 && attestations >= threshold {
            proposal.quorum_at = Clock::get()?.unix_timestamp;
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
