use crate::{
    error::StakingError,
    events::BondClosed,
    state::{Bond, StakePool, one_less},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` owner of the bond
/// 1. `[writable]` who paid for the bond, gets its rent
/// 2. `[writable]` stake pool
/// 3. `[writable]` bond, closed here
#[derive(Accounts)]
pub struct CloseBond {
    #[account(address = bond.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    // May be the owner too: it only gets lamports.
    #[account(mut, unsafe(dup), address = bond.rent_payer @ StakingError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    #[account(
        mut,
        close = rent_payer,
        constraint = bond.stake_pool == *stake_pool.address() @ StakingError::WrongStakePool
    )]
    pub bond: Account<Bond>,
}

impl CloseBond {
    /// - the bond's owner signs
    /// - nothing is bonded or unbonding
    /// - its amount did not change in this settlement period or the last one: with the bond its
    ///   history goes, which oracles may ask for until then
    /// - no penalty against it is pending
    #[inline(always)]
    pub fn close_bond(&mut self) -> Result<()> {
        require!(
            self.bond.amount == 0 && self.bond.unbonding == 0 && self.bond.open_unbondings == 0,
            StakingError::BondNotEmpty
        );
        require!(self.bond.pending_penalties == 0, StakingError::PenaltyPending);
        let now = Clock::get()?.unix_timestamp;
        require!(
            self.bond.is_settled(now, self.stake_pool.settle_seconds),
            StakingError::BondUnsettled
        );
        self.stake_pool.bond_count = one_less(self.stake_pool.bond_count)?;
        emit!(BondClosed { bond: *self.bond.address(), owner: self.bond.owner });
        Ok(())
    }
}
