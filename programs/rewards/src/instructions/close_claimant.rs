use crate::{
    error::RewardsError,
    events::ClaimantClosed,
    state::{ClaimantAccount, Pool},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` who closes
/// 1. `[writable]` pool
/// 2. `[writable]` claimant, closed here
/// 3. `[writable]` operator, gets the rent of the payees
/// 4. `[writable]` who paid the rent, gets all other lamports
#[derive(Accounts)]
pub struct CloseClaimant {
    pub closer: Signer,
    #[account(mut)]
    pub pool: Current<Pool>,
    #[account(
        mut,
        constraint = claimant.pool == *pool.address() @ RewardsError::WrongPool,
        close = rent_payer
    )]
    pub claimant: ClaimantAccount,
    // May be the closer and who paid the rent too: it gets lamports only.
    #[account(mut, unsafe(dup), address = claimant.operator @ RewardsError::NotClaimantOwner)]
    pub operator: UncheckedAccount,
    // May be the closer and the operator too: it gets lamports only.
    #[account(mut, unsafe(dup), address = claimant.rent_payer @ RewardsError::NotClaimantOwner)]
    pub rent_payer: UncheckedAccount,
}

impl CloseClaimant {
    /// - nothing was ever paid, and the operator or who paid the rent signs; or the pool is closing
    ///   and everything is paid, and anyone signs
    ///
    /// A claimant that was paid must stay while there is or may be something to pay: it is what
    /// says that a leaf was paid already.
    #[inline(always)]
    pub fn close_claimant(&mut self) -> Result<()> {
        if !self.pool.is_settled(Clock::get()?.unix_timestamp) {
            require!(self.claimant.claimed_total == 0, RewardsError::ClaimantInUse);
            let closer = *self.closer.address();
            require!(
                closer == self.claimant.operator || closer == self.claimant.rent_payer,
                RewardsError::NotClaimantOwner
            );
        }
        self.pool.claimant_count =
            self.pool.claimant_count.checked_sub(1).ok_or(RewardsError::Overflow)?;
        emit!(ClaimantClosed {
            pool: *self.pool.address(),
            operator: self.claimant.operator,
            claimed_total: self.claimant.claimed_total
        });
        // Gives the operator the payees' rent back; the rest follows when the account is closed.
        let operator = *self.operator.account();
        let mut view = *self.claimant.account();
        self.claimant.clear();
        anchor_lang::realloc_account(
            &mut view,
            ClaimantAccount::try_space_for(0)?,
            &operator,
            false,
        )?;
        Ok(())
    }
}
