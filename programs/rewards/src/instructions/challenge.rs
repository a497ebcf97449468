use crate::{
    error::RewardsError,
    events::Challenged,
    state::{
        CHALLENGE_NONE, CHALLENGE_OPEN, CHALLENGE_SEED, Challenge as ChallengeState, OUTCOME_NONE,
        Pool, Proposal, STATUS_REJECTED, VERSION,
    },
    token,
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` challenger, pays the rent and the bond
/// 1. `[]` pool
/// 2. `[writable]` proposal
/// 3. `[writable]` challenge, created here
/// 4. `[writable]` token account of the challenger that the bond is taken from
/// 5. `[writable]` the pool's bond vault
/// 6. `[]` the pool's mint
/// 7. `[]` the pool's token program
/// 8. `[]` system program
#[derive(Accounts)]
pub struct Challenge {
    #[account(mut)]
    pub challenger: Signer,
    pub pool: Current<Pool>,
    #[account(mut, constraint = proposal.pool == *pool.address() @ RewardsError::WrongPool)]
    pub proposal: Account<Proposal>,
    #[account(
        init,
        payer = challenger,
        seeds = [CHALLENGE_SEED, proposal.address().as_ref()],
        bump
    )]
    pub challenge: Account<ChallengeState>,
    /// The token program checks that the challenger may move its tokens.
    #[account(mut)]
    pub bond_source: UncheckedAccount,
    #[account(mut, address = pool.bond_vault @ RewardsError::WrongPool)]
    pub bond_vault: UncheckedAccount,
    #[account(address = pool.mint @ RewardsError::InvalidMint)]
    pub mint: UncheckedAccount,
    #[account(address = pool.token_program @ RewardsError::InvalidMint)]
    pub token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl Challenge {
    fn validate(&self, now: i64) -> Result<()> {
        let proposal = &*self.proposal;
        require!(proposal.status != STATUS_REJECTED, RewardsError::ProposalRejected);
        require!(proposal.is_open(), RewardsError::ProposalFinalized);
        self.pool.require_open(now)?;
        require!(
            !self.pool.has_root() || proposal.epoch > self.pool.root_epoch,
            RewardsError::EpochFinalized
        );
        require!(proposal.challenge == CHALLENGE_NONE, RewardsError::AlreadyChallenged);
        require!(self.pool.terms_at(now).challenge_bond > 0, RewardsError::ChallengesOff);
        require!(
            proposal.quorum_at != 0 && now < proposal.finalizable_at,
            RewardsError::ChallengeWindowClosed
        );
        Ok(())
    }

    /// - the proposal is open, its epoch after the active root's, the pool not closing
    /// - it has its quorum and its window is not over
    /// - nobody challenged it before: oracles judge once
    /// - the pool's terms ask a bond for challenges, and it is paid; what arrives is credited
    ///
    /// From here on the proposal cannot be finalized until the challenge is resolved.
    #[inline(always)]
    pub fn challenge(&mut self, evidence_hash: [u8; 32], bump: u8) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.validate(now)?;
        let terms = self.pool.terms_at(now);
        let expires_at = now
            .checked_add(i64::from(terms.resolution_window_seconds))
            .ok_or(RewardsError::Overflow)?;
        let asked = terms.challenge_bond;
        let before = token::amount(&self.bond_vault)?;
        token::transfer(
            self.token_program.address(),
            self.bond_source.try_cpi_handle_mut()?.into(),
            self.bond_vault.try_cpi_handle_mut()?.into(),
            &token::Authority::Wallet(self.challenger.cpi_handle()),
            Some(token::Checked { mint: self.mint.cpi_handle(), decimals: self.pool.decimals }),
            asked,
        );
        let bond = token::amount(&self.bond_vault)?.saturating_sub(before);
        let (proposal, challenger) = (*self.proposal.address(), *self.challenger.address());
        *self.challenge = ChallengeState {
            proposal,
            challenger,
            evidence_hash,
            bond,
            challenged_at: now,
            expires_at,
            upholding: 0,
            dismissing: 0,
            generation: self.proposal.generation,
            outcome: OUTCOME_NONE,
            version: VERSION,
            bump,
            reserved: [0; 57],
        };
        self.proposal.challenge = CHALLENGE_OPEN;
        self.proposal.has_challenge = 1;
        emit!(Challenged {
            pool: *self.pool.address(),
            proposal,
            challenger,
            evidence_hash,
            bond,
            expires_at
        });
        Ok(())
    }
}
