use crate::{
    events::TargetOpened,
    state::{DelegationTarget, StakePool, StoredDilution, TARGET_SEED, VERSION, one_more},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` payer of the rent
/// 1. `[writable]` stake pool
/// 2. `[writable]` target, created here
/// 3. `[]` system program
#[derive(Accounts)]
#[instruction(operator: Address)]
pub struct OpenTarget {
    #[account(mut)]
    pub payer: Signer,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    #[account(
        init,
        payer = payer,
        seeds = [TARGET_SEED, stake_pool.address().as_ref(), operator.as_ref()],
        bump
    )]
    pub target: Account<DelegationTarget>,
    pub system_program: Program<System>,
}

impl OpenTarget {
    /// - the operator has no target yet
    #[inline(always)]
    pub fn open_target(&mut self, operator: &Address, bump: u8) -> Result<()> {
        let (stake_pool, rent_payer) = (*self.stake_pool.address(), *self.payer.address());
        self.stake_pool.target_count = one_more(self.stake_pool.target_count)?;
        *self.target = DelegationTarget {
            stake_pool,
            operator: *operator,
            rent_payer,
            delegated: 0,
            unbonding: 0,
            dilution: StoredDilution::NONE,
            delegation_count: 0,
            pending_penalties: 0,
            version: VERSION,
            bump,
            reserved: [0; 30],
        };
        emit!(TargetOpened { target: *self.target.address(), operator: *operator });
        Ok(())
    }
}
