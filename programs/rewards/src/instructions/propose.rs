use crate::{
    error::RewardsError,
    events::Proposed,
    state::{OracleSet, PROPOSAL_SEED, Pool, Proposal, ProposalContent, VERSION},
};
use anchor_lang::prelude::*;
use anchor_spl::TokenAccount;

/// Accounts expected:
/// 0. `[writable, signer]` oracle, pays the rent
/// 1. `[]` pool
/// 2. `[]` the pool's oracle set
/// 3. `[]` the pool's vault
/// 4. `[writable]` proposal, created here
/// 5. `[]` system program
#[derive(Accounts)]
#[instruction(epoch: u64, content_hash: [u8; 32])]
pub struct Propose {
    #[account(mut)]
    pub oracle: Signer,
    pub pool: Account<Pool>,
    #[account(constraint = oracle_set.pool == *pool.address() @ RewardsError::WrongPool)]
    pub oracle_set: Account<OracleSet>,
    #[account(address = pool.vault @ RewardsError::WrongPool)]
    pub vault: Account<TokenAccount>,
    #[account(
        init,
        payer = oracle,
        seeds = [
            PROPOSAL_SEED,
            pool.address().as_ref(),
            bytemuck::bytes_of(&epoch),
            content_hash.as_ref()
        ],
        bump
    )]
    pub proposal: Account<Proposal>,
    pub system_program: Program<System>,
}

impl Propose {
    /// - the signer is one of the pool's oracles
    /// - the content hashes to the content hash, has leaves and a sum
    /// - the epoch has ended by the chain's clock
    /// - the root is within every bound of [`Pool::validate_root`]
    #[inline(always)]
    pub fn propose(
        &mut self,
        epoch: u64,
        content_hash: &[u8; 32],
        content: &ProposalContent,
        bump: u8,
    ) -> Result<()> {
        let oracle = *self.oracle.address();
        let bit = self.oracle_set.bit(&oracle).ok_or(RewardsError::NotOracle)?;
        require!(content.hash() == *content_hash, RewardsError::ContentMismatch);
        require!(content.leaf_count > 0 && content.root_sum > 0, RewardsError::EmptyRoot);
        let now = Clock::get()?.unix_timestamp;
        require!(now >= self.pool.epoch_end(epoch)?, RewardsError::EpochNotEnded);
        self.pool.validate_root(epoch, content.root_sum, self.vault.amount())?;

        let pool = *self.pool.address();
        let quorum_at = if self.oracle_set.threshold <= 1 { now } else { 0 };
        *self.proposal = Proposal {
            pool,
            proposer: oracle,
            root: content.root,
            manifest_hash: content.manifest_hash,
            penalties_root: content.penalties_root,
            epoch,
            root_sum: content.root_sum,
            proposed_at: now,
            quorum_at,
            leaf_count: content.leaf_count,
            attestations: bit,
            finalized: 0,
            version: VERSION,
            bump,
            reserved: [0; 53],
        };
        emit!(Proposed {
            pool,
            proposal: *self.proposal.address(),
            epoch,
            oracle,
            root: content.root,
            root_sum: content.root_sum
        });
        Ok(())
    }
}
