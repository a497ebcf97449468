use crate::{
    error::RewardsError,
    events::ChallengeSettled,
    state::{
        CHALLENGE_RESOLVED, Challenge, OUTCOME_DISMISSED, OUTCOME_EXPIRED, OUTCOME_NONE,
        OUTCOME_UPHELD, OracleSet, Pool, Proposal, STATUS_OPEN, STATUS_REJECTED,
    },
    token,
    version::Current,
};
use anchor_lang::prelude::*;
use cairn_protocol::split;

/// Accounts expected:
/// 0. `[]` pool
/// 1. `[]` the pool's oracle set
/// 2. `[writable]` proposal
/// 3. `[writable]` challenge
/// 4. `[writable]` the pool's bond vault
/// 5. `[writable]` the pool's mint
/// 6. `[]` the pool's token program
#[derive(Accounts)]
pub struct ResolveChallenge {
    pub pool: Current<Pool>,
    #[account(constraint = oracle_set.pool == *pool.address() @ RewardsError::WrongPool)]
    pub oracle_set: Account<OracleSet>,
    #[account(mut, constraint = proposal.pool == *pool.address() @ RewardsError::WrongPool)]
    pub proposal: Account<Proposal>,
    #[account(
        mut,
        constraint = challenge.proposal == *proposal.address() @ RewardsError::WrongProposal
    )]
    pub challenge: Account<Challenge>,
    #[account(mut, address = pool.bond_vault @ RewardsError::WrongPool)]
    pub bond_vault: UncheckedAccount,
    #[account(mut, address = pool.mint @ RewardsError::InvalidMint)]
    pub mint: UncheckedAccount,
    #[account(address = pool.token_program @ RewardsError::InvalidMint)]
    pub token_program: UncheckedAccount,
}

impl ResolveChallenge {
    fn outcome(&self, now: i64) -> Result<u8> {
        let challenge = &*self.challenge;
        require!(challenge.outcome == OUTCOME_NONE, RewardsError::ChallengeResolved);
        if challenge.generation == self.oracle_set.generation {
            if self.oracle_set.is_quorum(challenge.upholding) {
                return Ok(OUTCOME_UPHELD);
            }
            if self.oracle_set.is_quorum(challenge.dismissing) {
                return Ok(OUTCOME_DISMISSED);
            }
        }
        require!(now >= challenge.expires_at, RewardsError::ChallengeUndecided);
        Ok(OUTCOME_EXPIRED)
    }

    /// - the challenge is not resolved
    /// - as many oracles of today's set voted one way as could finalize, or the time is over
    ///
    /// Upheld: the proposal is rejected, and its bond is the challenger's less the part that is
    /// burned. Dismissed: the same the other way round, and the proposal goes on. Undecided in
    /// time: the proposal is rejected, and both keep their bonds. Bonds stay in the bond vault
    /// until `return_bond` and `close_challenge`, so that nobody can block this by an account that
    /// takes no tokens.
    #[inline(always)]
    pub fn resolve_challenge(&mut self) -> Result<()> {
        let outcome = self.outcome(Clock::get()?.unix_timestamp)?;
        let terms = self.pool.terms_at(Clock::get()?.unix_timestamp);
        let burn_bps = terms.challenge_burn_bps;
        let old_status = self.proposal.status;
        let (proposal, challenge) = (&mut *self.proposal, &mut *self.challenge);
        let burned = match outcome {
            OUTCOME_UPHELD => {
                let burned = split::share(proposal.bond, burn_bps);
                let prize = proposal.bond.saturating_sub(burned);
                proposal.bond = 0;
                challenge.bond = challenge.bond.checked_add(prize).ok_or(RewardsError::Overflow)?;
                burned
            }
            OUTCOME_DISMISSED => {
                let burned = split::share(challenge.bond, burn_bps);
                let prize = challenge.bond.saturating_sub(burned);
                challenge.bond = 0;
                proposal.bond = proposal.bond.checked_add(prize).ok_or(RewardsError::Overflow)?;
                burned
            }
            _ => 0,
        };
        challenge.outcome = outcome;
        proposal.challenge = CHALLENGE_RESOLVED;
        if outcome != OUTCOME_DISMISSED && proposal.status == STATUS_OPEN {
            proposal.status = STATUS_REJECTED;
        }
        if burned > 0 {
            let signer = token::PoolSigner::new(&self.pool);
            token::burn(
                self.token_program.address(),
                self.bond_vault.try_cpi_handle_mut()?.into(),
                self.mint.try_cpi_handle_mut()?.into(),
                &token::Authority::Pool(self.pool.cpi_handle(), &signer),
                burned,
            );
        }
        emit!(ChallengeSettled {
            pool: *self.pool.address(),
            proposal: *self.proposal.address(),
            outcome,
            old_status,
            new_status: self.proposal.status,
            proposer_bond: self.proposal.bond,
            challenger_bond: self.challenge.bond,
            burned
        });
        Ok(())
    }
}
