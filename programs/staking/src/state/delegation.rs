use super::{DelegationTarget, LockPeriod, StakePool, StoredDilution, minus, one_less, plus};
use crate::error::StakingError;
use anchor_lang::prelude::*;
use cairn_protocol::stake::{Sums, earned, growth};

/// Seed of a delegation's address: `["delegation", stake pool, owner, index u16 LE]`.
pub const DELEGATION_SEED: &[u8] = b"delegation";

/// Stake that a wallet delegated to an operator or to the stake pool. 8 + 280 bytes.
#[account]
pub struct Delegation {
    /// Stake pool that holds the tokens.
    pub stake_pool: Address,
    /// Wallet that may take them out.
    pub owner: Address,
    /// Target that they are delegated to.
    pub target: Address,
    /// Who paid for this account.
    pub rent_payer: Address,
    /// The owner's associated token account for the rewards.
    pub destination: Address,
    /// Tokens delegated, before losses since the last settlement.
    pub amount: u64,
    /// Rewards earned up to the last settlement and not paid yet.
    pub owed: u64,
    /// Unbondings requested so far; the next one gets this index.
    pub unbonding_count: u64,
    /// What the target had lost at the last settlement.
    pub entry: StoredDilution,
    /// Reward per weight at the last settlement.
    pub sum_a: PodU128,
    /// The same times the period of each reward.
    pub sum_b: PodU128,
    /// Period that the lock's extra weight ends with; 0 without a lock, or once settled past it.
    pub lock_end: u32,
    /// The first period in which the tokens may leave; 0 without a lock.
    pub unlock_period: u32,
    /// Unbondings that were not withdrawn yet.
    pub open_unbondings: u32,
    /// Number among the owner's delegations.
    pub index: u16,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 32],
}

const _: () = assert!(
    size_of::<Delegation>()
        == 5 * 32 + 3 * 8 + size_of::<StoredDilution>() + 2 * 16 + 3 * 4 + 2 + 2 + 32
);

/// What a settlement found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Rewards earned since the last one.
    pub earned: u64,
    /// Stake that penalties took since the last one.
    pub lost: u64,
}

impl Delegation {
    /// The lock that still weighs; `None` without one or once settled past it.
    pub fn lock(&self) -> Option<u32> {
        (self.lock_end != 0).then_some(self.lock_end)
    }

    /// The running sums at the last settlement.
    pub fn sums(&self) -> Sums {
        Sums { a: self.sum_a.get(), b: self.sum_b.get() }
    }

    /// Brings the delegation up to date: adds what it earned since the last settlement, at the
    /// amount that it weighed with, then takes its part of the target's losses. Lets go of a lock
    /// that ended. Every change of a delegation begins with this.
    ///
    /// # Errors
    /// [`StakingError::WrongLockPeriod`] when the lock's period is missing or another one;
    /// [`StakingError::Overflow`].
    pub fn settle(
        &mut self,
        pool: &mut StakePool,
        target: &DelegationTarget,
        lock_period: Option<&mut LockPeriod>,
    ) -> Result<Settlement> {
        let longest = pool.max_lock_periods;
        let (from, to) = (self.sums(), pool.sums());
        let mut lock_period = match self.lock() {
            None => None,
            Some(end) => Some(
                lock_period
                    .filter(|period| period.period == end && period.stake_pool == self.stake_pool)
                    .ok_or(StakingError::WrongLockPeriod)?,
            ),
        };
        let boundary = lock_period.as_ref().and_then(|period| period.boundary());
        let gain = match boundary {
            Some(boundary) => growth(longest, self.lock(), &from, &boundary)
                .wrapping_add(growth(longest, None, &boundary, &to)),
            None => growth(longest, self.lock(), &from, &to),
        };
        let earned = earned(self.amount, gain);
        self.owed = plus(self.owed, earned)?;
        self.sum_a = PodU128::from(to.a);
        self.sum_b = PodU128::from(to.b);
        if boundary.is_some() {
            if let Some(period) = lock_period.take() {
                period.delegation_count = one_less(period.delegation_count)?;
            }
            self.lock_end = 0;
        }

        let left = target.dilution.part(self.amount, &self.entry);
        let lost = minus(self.amount, left)?;
        if lost > 0 {
            pool.set_weights(pool.weights().remove(lost, self.lock()))?;
            if let Some(period) = lock_period {
                period.amount = minus(period.amount, lost)?;
            }
        }
        self.amount = left;
        self.entry = target.dilution;
        Ok(Settlement { earned, lost })
    }
}
