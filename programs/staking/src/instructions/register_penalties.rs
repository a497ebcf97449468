use crate::{
    error::StakingError,
    events::PenaltiesRegistered,
    rewards::{FinalProposal, STATUS_FINALIZED},
    state::{PENALTY_EPOCH_SEED, PenaltyEpoch, StakePool, VERSION, one_more},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` payer of the rent
/// 1. `[writable]` stake pool
/// 2. `[]` finalized proposal of the stake pool's rewards pool
/// 3. `[writable]` the epoch's penalties, created here
/// 4. `[]` system program
#[derive(Accounts)]
#[instruction(epoch: u64)]
pub struct RegisterPenalties {
    #[account(mut)]
    pub payer: Signer,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    #[account(
        constraint = proposal.pool == stake_pool.rewards_pool @ StakingError::WrongRewardsPool
    )]
    pub proposal: Account<FinalProposal>,
    #[account(
        init,
        payer = payer,
        seeds = [
            PENALTY_EPOCH_SEED,
            stake_pool.address().as_ref(),
            bytemuck::bytes_of(&epoch)
        ],
        bump
    )]
    pub penalty_epoch: Account<PenaltyEpoch>,
    pub system_program: Program<System>,
}

impl RegisterPenalties {
    fn validate(&self, epoch: u64, now: i64) -> Result<i64> {
        let (pool, proposal) = (&self.stake_pool, &self.proposal);
        require!(
            proposal.status == STATUS_FINALIZED && proposal.epoch == epoch,
            StakingError::ProposalNotFinalized
        );
        require!(proposal.penalties_sum > 0, StakingError::NoPenalties);
        require!(
            epoch >= pool.penalties_from_epoch && proposal.finalized_at >= pool.created_at,
            StakingError::PenaltiesClosed
        );
        let expiry = i64::from(pool.terms_at(now).penalty_expiry_seconds);
        let expires_at = proposal.finalized_at.checked_add(expiry).ok_or(StakingError::Overflow)?;
        require!(now <= expires_at, StakingError::PenaltiesExpired);
        Ok(expires_at)
    }

    /// - the proposal is of the stake pool's rewards pool and of this epoch, and is finalized
    /// - it has penalties, and they have not expired
    /// - it was finalized after the stake pool was created, and no later epoch's penalties were
    ///   closed: so nothing is registered twice
    ///
    /// Anyone may send this. Fixes the most that the epoch's penalties may take, by the stake of
    /// this moment.
    #[inline(always)]
    pub fn register_penalties(&mut self, epoch: u64, bump: u8) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let expires_at = self.validate(epoch, now)?;
        let (stake_pool, rent_payer) = (*self.stake_pool.address(), *self.payer.address());
        let cap = self.stake_pool.penalty_cap(now)?;
        self.stake_pool.penalty_epoch_count = one_more(self.stake_pool.penalty_epoch_count)?;
        let (proposal, root_sum) = (*self.proposal.address(), self.proposal.penalties_sum);
        *self.penalty_epoch = PenaltyEpoch {
            stake_pool,
            proposal,
            rent_payer,
            root: self.proposal.penalties_root,
            root_sum,
            epoch,
            finalized_at: self.proposal.finalized_at,
            expires_at,
            cap,
            executed: 0,
            penalty_count: 0,
            version: VERSION,
            bump,
            reserved: [0; 26],
        };
        emit!(PenaltiesRegistered {
            penalty_epoch: *self.penalty_epoch.address(),
            epoch,
            proposal,
            root_sum,
            cap,
            expires_at
        });
        Ok(())
    }
}
