//! What the instructions about penalties share: the delegation target of a bond's owner, which
//! may or may not exist and may not be left out where it does.

use crate::state::{Bond, DelegationTarget, ROLE_OPERATOR, TARGET_SEED};
use anchor_lang::prelude::*;

/// Address of the target of an operator.
pub fn target_address(stake_pool: &Address, operator: &Address) -> Address {
    let seeds: &[&[u8]] = &[TARGET_SEED, stake_pool.as_ref(), operator.as_ref()];
    Address::find_program_address(seeds, &crate::ID).0
}

/// The target at an account whose address was checked; `None` when nobody opened it, or when the
/// bond is an oracle's: delegators answer for operators alone.
///
/// # Errors
/// When the account is read-only.
#[inline(always)]
pub fn target_of(
    account: &UncheckedAccount,
    bond: &Bond,
) -> Result<Option<Account<DelegationTarget>>> {
    let view = *account.account();
    if bond.role != ROLE_OPERATOR || !view.owned_by(&crate::ID) {
        return Ok(None);
    }
    // SAFETY: the derived address holds nothing but a target, no other account of the instruction
    // has this type, and the callers keep one target at a time.
    Ok(Some(unsafe { Account::<DelegationTarget>::load_mut(view)? }))
}
