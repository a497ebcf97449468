use crate::{
    error::StakingError,
    events::PenaltyExecuted,
    penalties,
    state::{
        Bond, PENALTY_ANNOUNCED, PENALTY_EXECUTED, Penalty, PenaltyEpoch, StakePool, minus,
        one_less, part_of, plus,
    },
    token,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable]` stake pool
/// 1. `[writable]` the stake pool's vault
/// 2. `[writable]` the stake pool's mint
/// 3. `[writable]` the epoch's penalties
/// 4. `[writable]` penalty
/// 5. `[writable]` bond that loses stake
/// 6. `[writable]` address of the delegation target of the bond's owner
/// 7. `[]` the mint's token program
#[derive(Accounts)]
pub struct ExecutePenalty {
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    /// Its address is the stake pool's.
    #[account(mut, address = stake_pool.vault @ StakingError::WrongStakePool)]
    pub vault: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(mut, address = stake_pool.mint @ StakingError::WrongMint)]
    pub mint: UncheckedAccount,
    #[account(
        mut,
        constraint = penalty_epoch.stake_pool == *stake_pool.address()
            @ StakingError::WrongStakePool
    )]
    pub penalty_epoch: Account<PenaltyEpoch>,
    #[account(
        mut,
        constraint = penalty.penalty_epoch == *penalty_epoch.address()
            @ StakingError::WrongPenalties
    )]
    pub penalty: Account<Penalty>,
    #[account(mut, address = penalty.bond @ StakingError::WrongBond)]
    pub bond: Account<Bond>,
    /// Its address is the penalty's; there need not be anything.
    #[account(mut, address = penalty.target @ StakingError::WrongTarget)]
    pub target: UncheckedAccount,
    /// Its address is the stake pool's.
    #[account(address = stake_pool.token_program @ StakingError::WrongTokenProgram)]
    pub token_program: UncheckedAccount,
}

impl ExecutePenalty {
    /// - the penalty was neither executed nor vetoed
    /// - the appeal window is over
    ///
    /// Anyone may send this. Takes no more than what is left of the epoch's cap: first from the
    /// bond, then from its unbondings, then from those who delegated to the operator and their
    /// unbondings, each in proportion. Burns a part; the treasury's and the challenger's parts
    /// wait in the vault, so that no account of theirs can hold up a penalty.
    #[inline(always)]
    pub fn execute_penalty(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        require!(self.penalty.status == PENALTY_ANNOUNCED, StakingError::PenaltyDecided);
        require!(now >= self.penalty.executable_at, StakingError::AppealWindowOpen);
        self.penalty.status = PENALTY_EXECUTED;

        let wanted = self
            .penalty
            .amount
            .min(self.penalty_epoch.cap.saturating_sub(self.penalty_epoch.executed));
        let pool = &mut *self.stake_pool;
        let bond = &mut *self.bond;
        bond.pending_penalties = one_less(bond.pending_penalties)?;

        let old_amount = bond.amount;
        let from_bond = wanted.min(old_amount);
        let new_amount = minus(old_amount, from_bond)?;
        if from_bond > 0 {
            bond.set_amount(new_amount, now, pool.settle_seconds);
            pool.bonded_total = minus(pool.bonded_total, from_bond)?;
        }

        let rest = minus(wanted, from_bond)?;
        let from_unbonding = rest.min(bond.unbonding);
        if from_unbonding > 0 {
            bond.unbonding_dilution =
                bond.unbonding_dilution.after_loss(bond.unbonding, from_unbonding);
            bond.unbonding = minus(bond.unbonding, from_unbonding)?;
            pool.unbonding_total = minus(pool.unbonding_total, from_unbonding)?;
        }

        let rest = minus(rest, from_unbonding)?;
        let mut from_delegators = 0;
        if let Some(mut target) = penalties::target_of(&self.target, bond)? {
            if self.penalty.counted_at_target != 0 {
                target.pending_penalties = one_less(target.pending_penalties)?;
            }
            let loss = target.lose(rest)?;
            from_delegators = plus(loss.delegated, loss.unbonding)?;
            pool.delegated_total = minus(pool.delegated_total, loss.delegated)?;
            pool.undelegating_total = minus(pool.undelegating_total, loss.unbonding)?;
        }

        let taken = plus(plus(from_bond, from_unbonding)?, from_delegators)?;
        let terms = pool.terms_at(now);
        let burned = part_of(taken, terms.burn_bps);
        let for_challenger = if self.penalty.challenger == Address::default() {
            0
        } else {
            part_of(taken, terms.challenger_bps)
        };
        let for_treasury = minus(minus(taken, burned)?, for_challenger)?;
        pool.treasury_stake_due = plus(pool.treasury_stake_due, for_treasury)?;
        pool.challenger_due = plus(pool.challenger_due, for_challenger)?;
        self.penalty.taken = taken;
        self.penalty.challenger_due = for_challenger;
        self.penalty_epoch.executed = plus(self.penalty_epoch.executed, taken)?;
        token::burn(
            &self.stake_pool,
            &self.token_program,
            &mut self.vault,
            &mut self.mint,
            burned,
        )?;
        emit!(PenaltyExecuted {
            penalty: *self.penalty.address(),
            bond: *self.bond.address(),
            old_amount,
            new_amount,
            from_unbonding,
            from_delegators,
            burned,
            for_treasury,
            for_challenger
        });
        Ok(())
    }
}
