use crate::{
    error::RewardsError,
    events::ChallengeVoted,
    state::{Challenge, OUTCOME_NONE, OracleSet, Pool, Proposal},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` oracle
/// 1. `[]` pool
/// 2. `[]` the pool's oracle set
/// 3. `[]` proposal
/// 4. `[writable]` challenge
#[derive(Accounts)]
pub struct VoteChallenge {
    pub oracle: Signer,
    pub pool: Current<Pool>,
    #[account(constraint = oracle_set.pool == *pool.address() @ RewardsError::WrongPool)]
    pub oracle_set: Account<OracleSet>,
    #[account(constraint = proposal.pool == *pool.address() @ RewardsError::WrongPool)]
    pub proposal: Account<Proposal>,
    #[account(
        mut,
        constraint = challenge.proposal == *proposal.address() @ RewardsError::WrongProposal
    )]
    pub challenge: Account<Challenge>,
}

impl VoteChallenge {
    /// - the signer is one of the pool's oracles and has not voted on this challenge
    /// - the challenge is not resolved, and the time for voting not over
    ///
    /// The first vote after a change of the oracle set voids the votes before it.
    #[inline(always)]
    pub fn vote_challenge(&mut self, uphold: bool) -> Result<()> {
        let oracle = *self.oracle.address();
        let bit = self.oracle_set.bit(&oracle)?;
        let challenge = &mut *self.challenge;
        let now = Clock::get()?.unix_timestamp;
        require!(
            challenge.outcome == OUTCOME_NONE && now < challenge.expires_at,
            RewardsError::ChallengeResolved
        );
        challenge.adopt(self.oracle_set.generation);
        require!(
            (challenge.upholding | challenge.dismissing) & bit == 0,
            RewardsError::AlreadyVoted
        );
        if uphold {
            challenge.upholding |= bit;
        } else {
            challenge.dismissing |= bit;
        }
        let count = |bits: u32| u8::try_from(bits.count_ones());
        emit!(ChallengeVoted {
            proposal: challenge.proposal,
            oracle,
            uphold,
            upholding: count(challenge.upholding).map_err(|_| RewardsError::Overflow)?,
            dismissing: count(challenge.dismissing).map_err(|_| RewardsError::Overflow)?
        });
        Ok(())
    }
}
