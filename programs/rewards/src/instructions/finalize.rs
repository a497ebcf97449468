use crate::{
    error::RewardsError,
    events::Finalized,
    state::{OracleSet, Pool, Proposal},
};
use anchor_lang::prelude::*;
use anchor_spl::TokenAccount;

/// Accounts expected:
/// 0. `[writable]` pool
/// 1. `[]` the pool's oracle set
/// 2. `[]` the pool's vault
/// 3. `[writable]` proposal
#[derive(Accounts)]
pub struct Finalize {
    #[account(mut)]
    pub pool: Account<Pool>,
    #[account(constraint = oracle_set.pool == *pool.address() @ RewardsError::WrongPool)]
    pub oracle_set: Account<OracleSet>,
    #[account(address = pool.vault @ RewardsError::WrongPool)]
    pub vault: Account<TokenAccount>,
    #[account(mut, constraint = proposal.pool == *pool.address() @ RewardsError::WrongPool)]
    pub proposal: Account<Proposal>,
}

impl Finalize {
    fn validate(&self) -> Result<()> {
        require!(self.proposal.finalized == 0, RewardsError::ProposalFinalized);
        require!(
            self.proposal.quorum_at != 0
                && self.proposal.attestations.count_ones() >= u32::from(self.oracle_set.threshold),
            RewardsError::NoQuorum
        );
        let opens_at = self
            .proposal
            .quorum_at
            .checked_add(i64::from(self.pool.challenge_window_seconds))
            .ok_or(RewardsError::Overflow)?;
        require!(Clock::get()?.unix_timestamp >= opens_at, RewardsError::ChallengeWindowOpen);
        self.pool.validate_root(self.proposal.epoch, self.proposal.root_sum, self.vault.amount())
    }

    /// - enough oracles attested and the challenge window is over
    /// - the root is still within every bound of [`Pool::validate_root`]
    #[inline(always)]
    pub fn finalize(&mut self) -> Result<()> {
        self.validate()?;
        let old_root_sum = self.pool.root_sum;
        let pool = &mut *self.pool;
        pool.root = self.proposal.root;
        pool.root_sum = self.proposal.root_sum;
        pool.root_epoch = self.proposal.epoch;
        pool.leaf_count = self.proposal.leaf_count;
        self.proposal.finalized = 1;
        emit!(Finalized {
            pool: *self.pool.address(),
            proposal: *self.proposal.address(),
            epoch: self.proposal.epoch,
            root: self.proposal.root,
            old_root_sum,
            new_root_sum: self.proposal.root_sum
        });
        Ok(())
    }
}
