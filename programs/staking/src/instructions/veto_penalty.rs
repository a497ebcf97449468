use crate::{
    error::StakingError,
    events::PenaltyVetoed,
    penalties,
    state::{Bond, PENALTY_ANNOUNCED, PENALTY_VETOED, Penalty, StakePool, one_less},
};
use anchor_lang::prelude::*;
use cairn_registry::state::Network;

/// Accounts expected:
/// 0. `[signer]` guardian or authority of the network
/// 1. `[]` network
/// 2. `[]` stake pool
/// 3. `[writable]` bond that the penalty is against
/// 4. `[writable]` address of the delegation target of the bond's owner
/// 5. `[writable]` penalty
#[derive(Accounts)]
pub struct VetoPenalty {
    pub guardian: Signer,
    #[account(address = stake_pool.network @ StakingError::WrongNetwork)]
    pub network: Account<Network>,
    pub stake_pool: Account<StakePool>,
    #[account(
        mut,
        address = penalty.bond @ StakingError::WrongBond,
        constraint = bond.stake_pool == *stake_pool.address() @ StakingError::WrongStakePool
    )]
    pub bond: Account<Bond>,
    /// Its address is the penalty's; there need not be anything.
    #[account(mut, address = penalty.target @ StakingError::WrongTarget)]
    pub target: UncheckedAccount,
    #[account(mut)]
    pub penalty: Account<Penalty>,
}

impl VetoPenalty {
    /// - the network's guardian or authority signs
    /// - the penalty was neither executed nor vetoed
    /// - the appeal window is open
    #[inline(always)]
    pub fn veto_penalty(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let by = *self.guardian.address();
        require!(
            by == self.network.authority || by == *self.network.guardian_at(now),
            StakingError::NotGuardian
        );
        require!(self.penalty.status == PENALTY_ANNOUNCED, StakingError::PenaltyDecided);
        require!(now < self.penalty.executable_at, StakingError::AppealWindowOver);
        self.penalty.status = PENALTY_VETOED;
        self.bond.pending_penalties = one_less(self.bond.pending_penalties)?;
        if self.penalty.counted_at_target != 0
            && let Some(mut target) = penalties::target_of(&self.target, &self.bond)?
        {
            target.pending_penalties = one_less(target.pending_penalties)?;
        }
        emit!(PenaltyVetoed { penalty: *self.penalty.address(), bond: *self.bond.address(), by });
        Ok(())
    }
}
