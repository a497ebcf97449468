use crate::{
    checks,
    error::RewardsError,
    events::ClaimantOpened,
    state::{CLAIMANT_SEED, Claimant, ClaimantAccount, Pool, VERSION},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` payer of the rent
/// 1. `[writable]` pool
/// 2. `[]` operator
/// 3. `[]` the operator's associated token account for the pool's mint
/// 4. `[writable]` claimant, created here
/// 5. `[]` system program
#[derive(Accounts)]
pub struct OpenClaimant {
    // May be the operator too: it only signs and pays, nobody reads its data.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    #[account(mut)]
    pub pool: Current<Pool>,
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
    pub claimant: ClaimantAccount,
    pub system_program: Program<System>,
}

impl OpenClaimant {
    /// - the destination is the operator's own associated token account, because anyone may
    ///   open a claimant
    /// - the pool is not closing with everything paid
    #[inline(always)]
    pub fn open_claimant(&mut self, bump: u8) -> Result<()> {
        let (pool, operator) = (*self.pool.address(), *self.operator.address());
        checks::require_destination(&self.pool, &operator, &self.destination)?;
        require!(!self.pool.is_settled(Clock::get()?.unix_timestamp), RewardsError::PoolClosing);
        let (destination, rent_payer) = (*self.destination.address(), *self.payer.address());
        *self.claimant = Claimant {
            pool,
            operator,
            destination,
            rent_payer,
            claimed_total: 0,
            window_outflow: 0,
            window_at: 0,
            version: VERSION,
            bump,
            reserved: [0; 70],
        };
        self.pool.claimant_count =
            self.pool.claimant_count.checked_add(1).ok_or(RewardsError::Overflow)?;
        emit!(ClaimantOpened { pool, operator, destination });
        Ok(())
    }
}
