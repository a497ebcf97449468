use crate::{
    error::RewardsError,
    events::ClaimantOpened,
    state::{CLAIMANT_SEED, Claimant, Pool, VERSION},
};
use anchor_lang::prelude::*;
use anchor_spl::associated_token::get_associated_token_address;

/// Accounts expected:
/// 0. `[writable, signer]` payer of the rent
/// 1. `[]` pool
/// 2. `[]` operator
/// 3. `[]` the operator's associated token account for the pool's mint
/// 4. `[writable]` claimant, created here
/// 5. `[]` system program
#[derive(Accounts)]
pub struct OpenClaimant {
    // May be the operator too: it only signs and pays, nobody reads its data.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    pub pool: Account<Pool>,
    /// Any wallet may be an operator.
    pub operator: UncheckedAccount,
    /// Need not exist yet; its address is checked.
    pub destination: UncheckedAccount,
    #[account(
        init,
        payer = payer,
        seeds = [CLAIMANT_SEED, pool.address().as_ref(), operator.address().as_ref()],
        bump
    )]
    pub claimant: Account<Claimant>,
    pub system_program: Program<System>,
}

impl OpenClaimant {
    /// - the destination is the operator's own associated token account, because anyone may
    ///   open a claimant
    #[inline(always)]
    pub fn open_claimant(&mut self, bump: u8) -> Result<()> {
        let (pool, operator) = (*self.pool.address(), *self.operator.address());
        let destination = get_associated_token_address(&operator, &self.pool.mint);
        require!(*self.destination.address() == destination, RewardsError::InvalidDestination);
        *self.claimant = Claimant {
            pool,
            operator,
            destination,
            claimed_total: 0,
            version: VERSION,
            bump,
            reserved: [0; 54],
        };
        emit!(ClaimantOpened { pool, operator, destination });
        Ok(())
    }
}
