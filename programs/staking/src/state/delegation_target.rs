use super::StoredDilution;
use crate::error::StakingError;
use anchor_lang::prelude::*;

/// Seed of a target's address: `["target", stake pool, operator]`.
pub const TARGET_SEED: &[u8] = b"target";

/// All stake delegated to one operator, which shares its penalties. 8 + 168 bytes.
///
/// The operator zero stands for the stake pool as a whole: it has no bond, so nothing is ever
/// taken from it.
#[account]
pub struct DelegationTarget {
    /// Stake pool that holds the tokens.
    pub stake_pool: Address,
    /// Wallet of the operator; zero for the stake pool.
    pub operator: Address,
    /// Who paid for this account.
    pub rent_payer: Address,
    /// Tokens delegated, after every loss. What rounding takes from the delegators stays in here.
    pub delegated: u64,
    /// Tokens on their way out, after every loss.
    pub unbonding: u64,
    /// What penalties took from both.
    pub dilution: StoredDilution,
    /// Delegations that are open.
    pub delegation_count: u32,
    /// Penalties that are announced and neither executed nor vetoed.
    pub pending_penalties: u32,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 30],
}

const _: () = assert!(
    size_of::<DelegationTarget>() == 3 * 32 + 2 * 8 + size_of::<StoredDilution>() + 2 * 4 + 2 + 30
);

/// What [`DelegationTarget::lose`] took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TargetLoss {
    /// From delegations.
    pub delegated: u64,
    /// From what is on its way out.
    pub unbonding: u64,
}

impl DelegationTarget {
    /// Takes up to `amount`, from both pots in proportion, and from every delegator in both.
    ///
    /// # Errors
    /// [`StakingError::Overflow`].
    pub fn lose(&mut self, amount: u64) -> Result<TargetLoss> {
        let total = super::plus(self.delegated, self.unbonding)?;
        let loss = amount.min(total);
        if loss == 0 {
            return Ok(TargetLoss { delegated: 0, unbonding: 0 });
        }
        let left = super::minus(total, loss)?;
        self.dilution = self.dilution.after_loss(total, loss);
        // Both pots keep at least the sum of their members' parts: the members' whole numbers are
        // at most delegated × left / total, so at most that rounded down, and likewise below.
        let delegated = u128::from(self.delegated)
            .checked_mul(u128::from(left))
            .and_then(|product| product.checked_div(u128::from(total)))
            .and_then(|part| u64::try_from(part).ok())
            .ok_or(StakingError::Overflow)?;
        let unbonding = super::minus(left, delegated)?;
        let took = TargetLoss {
            delegated: super::minus(self.delegated, delegated)?,
            // Rounding may leave this pot a unit more than its exact part, never more than it had.
            unbonding: self.unbonding.saturating_sub(unbonding),
        };
        self.delegated = delegated;
        self.unbonding = unbonding;
        Ok(took)
    }
}
