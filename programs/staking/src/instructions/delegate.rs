use crate::{
    error::StakingError,
    events::Delegated,
    state::{
        DELEGATION_SEED, Delegation, DelegationTarget, LockPeriod, StakePool, VERSION, one_more,
        plus,
    },
    token,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` owner of the source and of the delegation
/// 1. `[writable, signer]` payer of the rent
/// 2. `[writable]` source token account
/// 3. `[writable]` stake pool
/// 4. `[writable]` the stake pool's vault
/// 5. `[]` the stake pool's mint
/// 6. `[]` the stake pool's reward vault
/// 7. `[writable]` target
/// 8. `[writable]` delegation, created here
/// 9. `[]` the owner's associated token account for rewards
/// 10. `[writable]` lock period that the lock ends with; only with a lock
/// 11. `[]` the mint's token program
/// 12. `[]` system program
#[derive(Accounts)]
#[instruction(index: u16)]
pub struct Delegate {
    pub owner: Signer,
    // May be the owner too: it only signs and pays.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    // The same account as `destination` where stake and rewards are of one mint; that is only
    // compared with an address.
    /// The token program checks its owner, mint and balance.
    #[account(mut, unsafe(dup))]
    pub source: UncheckedAccount,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    /// Its address is the stake pool's.
    #[account(mut, address = stake_pool.vault @ StakingError::WrongStakePool)]
    pub vault: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.mint @ StakingError::WrongMint)]
    pub mint: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.reward_vault @ StakingError::WrongStakePool)]
    pub reward_vault: UncheckedAccount,
    #[account(
        mut,
        constraint = target.stake_pool == *stake_pool.address() @ StakingError::WrongStakePool
    )]
    pub target: Account<DelegationTarget>,
    #[account(
        init,
        payer = payer,
        seeds = [
            DELEGATION_SEED,
            stake_pool.address().as_ref(),
            owner.address().as_ref(),
            bytemuck::bytes_of(&index)
        ],
        bump
    )]
    pub delegation: Account<Delegation>,
    /// Need not exist yet; its address is checked.
    pub destination: UncheckedAccount,
    #[account(
        mut,
        constraint = lock_period.stake_pool == *stake_pool.address()
            @ StakingError::WrongStakePool
    )]
    pub lock_period: Option<Account<LockPeriod>>,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.token_program @ StakingError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl Delegate {
    /// - the owner signs
    /// - the amount is above zero, and so is what arrives
    /// - the lock is within the longest one, and the lock period is the one that it ends with
    /// - no penalty against the operator is pending
    /// - the destination is the owner's associated token account, because anyone may claim
    ///
    /// Rewards that have arrived before go to those who delegated before.
    #[inline(always)]
    pub fn delegate(&mut self, index: u16, amount: u64, lock_periods: u8, bump: u8) -> Result<()> {
        require!(self.target.pending_penalties == 0, StakingError::PenaltyPending);
        let now = Clock::get()?.unix_timestamp;
        let owner = *self.owner.address();
        token::require_associated(
            self.destination.address(),
            &owner,
            &self.stake_pool.reward_mint,
            &self.stake_pool.reward_token_program,
        )?;
        self.stake_pool.sync(token::amount_of(&self.reward_vault)?, now)?;
        let arrived = token::take(
            &self.token_program,
            &mut self.source,
            &self.mint,
            &mut self.vault,
            &self.owner,
            amount,
        )?;

        let stake_pool = *self.stake_pool.address();
        let pool = &mut *self.stake_pool;
        let mut lock = None;
        if lock_periods > 0 {
            let end = pool.lock_end(lock_periods)?;
            let period = self.lock_period.as_deref_mut().ok_or(StakingError::WrongLockPeriod)?;
            require!(period.period == end, StakingError::WrongLockPeriod);
            period.join(pool, arrived)?;
            lock = Some(end);
        }
        pool.set_weights(pool.weights().add(arrived, lock))?;
        pool.delegated_total = plus(pool.delegated_total, arrived)?;
        let target = &mut *self.target;
        target.delegated = plus(target.delegated, arrived)?;
        target.delegation_count = one_more(target.delegation_count)?;

        let delegation = &mut *self.delegation;
        // Everything else is zero in a fresh account.
        delegation.stake_pool = stake_pool;
        delegation.owner = owner;
        delegation.target = *self.target.address();
        delegation.rent_payer = *self.payer.address();
        delegation.destination = *self.destination.address();
        delegation.amount = arrived;
        delegation.entry = self.target.dilution;
        delegation.sum_a = self.stake_pool.sum_a;
        delegation.sum_b = self.stake_pool.sum_b;
        delegation.lock_end = lock.unwrap_or(0);
        delegation.unlock_period = lock.map_or(0, |end| end.saturating_add(1));
        delegation.index = index;
        delegation.version = VERSION;
        delegation.bump = bump;
        emit!(Delegated {
            delegation: *self.delegation.address(),
            owner,
            operator: self.target.operator,
            amount: arrived,
            old_amount: 0,
            new_amount: arrived,
            lock_end: self.delegation.lock_end
        });
        Ok(())
    }
}
