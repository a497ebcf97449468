use crate::{
    checks,
    error::RewardsError,
    events::ChallengeClosed,
    state::{Challenge, OUTCOME_NONE, Pool, Proposal},
    token,
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[]` pool
/// 1. `[writable]` proposal
/// 2. `[writable]` challenge, closed here
/// 3. `[writable]` challenger, gets the rent
/// 4. `[writable]` the pool's bond vault
/// 5. `[writable]` the challenger's associated token account; need not exist when nothing is paid
/// 6. `[]` the pool's mint
/// 7. `[]` the pool's token program
#[derive(Accounts)]
pub struct CloseChallenge {
    pub pool: Current<Pool>,
    #[account(mut, constraint = proposal.pool == *pool.address() @ RewardsError::WrongPool)]
    pub proposal: Account<Proposal>,
    #[account(
        mut,
        constraint = challenge.proposal == *proposal.address() @ RewardsError::WrongProposal,
        close = challenger
    )]
    pub challenge: Account<Challenge>,
    #[account(mut, address = challenge.challenger @ RewardsError::NotChallenger)]
    pub challenger: UncheckedAccount,
    #[account(mut, address = pool.bond_vault @ RewardsError::WrongPool)]
    pub bond_vault: UncheckedAccount,
    /// Its address is the challenger's.
    #[account(mut)]
    pub destination: UncheckedAccount,
    #[account(address = pool.mint @ RewardsError::InvalidMint)]
    pub mint: UncheckedAccount,
    #[account(address = pool.token_program @ RewardsError::InvalidMint)]
    pub token_program: UncheckedAccount,
}

impl CloseChallenge {
    /// - the challenge is resolved
    /// - the destination is the challenger's own associated token account, because anyone may send
    ///   this; what is the challenger's goes there
    #[inline(always)]
    pub fn close_challenge(&mut self) -> Result<()> {
        require!(self.challenge.outcome != OUTCOME_NONE, RewardsError::ChallengeUndecided);
        let (challenger, paid) = (self.challenge.challenger, self.challenge.bond);
        checks::require_destination(&self.pool, &challenger, &self.destination)?;
        self.challenge.bond = 0;
        self.proposal.has_challenge = 0;
        if paid > 0 {
            let signer = token::PoolSigner::new(&self.pool);
            let decimals = self.pool.decimals;
            token::transfer(
                self.token_program.address(),
                self.bond_vault.try_cpi_handle_mut()?.into(),
                self.destination.try_cpi_handle_mut()?.into(),
                &token::Authority::Pool(self.pool.cpi_handle(), &signer),
                Some(token::Checked { mint: self.mint.cpi_handle(), decimals }),
                paid,
            );
        }
        emit!(ChallengeClosed {
            pool: *self.pool.address(),
            proposal: *self.proposal.address(),
            challenger,
            paid
        });
        Ok(())
    }
}
