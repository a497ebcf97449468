use crate::{
    error::RewardsError,
    events::OracleChangeApplied,
    state::{OracleSet, bit_of},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable]` oracle set
#[derive(Accounts)]
pub struct ApplyOracleChange {
    #[account(mut)]
    pub oracle_set: Account<OracleSet>,
}

/// Takes an oracle's right away; its place stays its own while it is owed something.
fn remove(set: &mut OracleSet, oracle: &Address) -> Result<()> {
    let place = set.place(oracle).ok_or(RewardsError::InvalidOracleSet)?;
    set.active &= !bit_of(place).ok_or(RewardsError::InvalidOracleSet)?;
    set.count = set.count.checked_sub(1).ok_or(RewardsError::InvalidOracleSet)?;
    Ok(())
}

/// Gives an oracle a place: the one that it had, or one whose last oracle is owed nothing.
fn add(set: &mut OracleSet, oracle: &Address) -> Result<()> {
    let own = set.oracles.iter().position(|known| known == oracle);
    let free = || {
        let places = set.earned.iter().enumerate();
        places.clone().find(|(place, earned)| !set.is_active(*place) && **earned == 0)
    };
    let place = own.or_else(|| Some(free()?.0)).ok_or(RewardsError::OracleSlotsFull)?;
    *set.oracles.get_mut(place).ok_or(RewardsError::OracleSlotsFull)? = *oracle;
    set.active |= bit_of(place).ok_or(RewardsError::OracleSlotsFull)?;
    set.count = set.count.checked_add(1).ok_or(RewardsError::InvalidOracleSet)?;
    Ok(())
}

impl ApplyOracleChange {
    /// - a change is pending and its time has come
    /// - a new oracle finds a place that nobody is owed tokens in
    ///
    /// Attestations, rejections and votes of the old set count no more.
    #[inline(always)]
    pub fn apply_oracle_change(&mut self) -> Result<()> {
        let set = &mut *self.oracle_set;
        require!(set.pending_at != 0, RewardsError::NoUpdatePending);
        require!(Clock::get()?.unix_timestamp >= set.pending_at, RewardsError::TooSoon);
        let (added, removed) = (set.pending_add, set.pending_remove);
        let nobody = Address::default();
        if removed != nobody {
            remove(set, &removed)?;
        }
        if added != nobody {
            add(set, &added)?;
        }
        set.threshold = set.pending_threshold;
        set.generation = set.generation.checked_add(1).ok_or(RewardsError::Overflow)?;
        set.pending_add = nobody;
        set.pending_remove = nobody;
        set.pending_threshold = 0;
        set.pending_at = 0;
        emit!(OracleChangeApplied {
            pool: set.pool,
            added,
            removed,
            threshold: set.threshold,
            count: set.count,
            generation: set.generation
        });
        Ok(())
    }
}
