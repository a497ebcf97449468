use super::{StakePool, minus, one_less, one_more, plus};
use anchor_lang::prelude::*;
use cairn_protocol::stake::{Ring, Sums};

/// Seed of a lock period's address: `["lock-period", stake pool, period u32 LE]`.
pub const LOCK_PERIOD_SEED: &[u8] = b"lock-period";

/// The locks that end with one period, and once it began the running sums at that boundary.
/// 8 + 144 bytes.
#[account]
pub struct LockPeriod {
    /// Stake pool of the locks.
    pub stake_pool: Address,
    /// Who paid for this account.
    pub rent_payer: Address,
    /// Σ amounts of delegations that are locked to this period, as they weigh.
    pub amount: u64,
    /// Reward per weight when the period began.
    pub sum_a: PodU128,
    /// The same times the period of each reward.
    pub sum_b: PodU128,
    /// The period's number.
    pub period: u32,
    /// Delegations that need this account to settle.
    pub delegation_count: u32,
    /// 1 once the period began and the sums are kept.
    pub reached: u8,
    /// 1 once a lock ended with it, so that the stake pool's ring has its mark until it is
    /// reached.
    pub marked: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 28],
}

const _: () = assert!(size_of::<LockPeriod>() == 2 * 32 + 8 + 2 * 16 + 2 * 4 + 4 + 28);

impl LockPeriod {
    /// Takes in a delegation of `amount` whose lock ends with this period, which is ahead of the
    /// stake pool's.
    ///
    /// # Errors
    /// [`crate::error::StakingError::Overflow`].
    pub fn join(&mut self, pool: &mut StakePool, amount: u64) -> Result<()> {
        self.delegation_count = one_more(self.delegation_count)?;
        self.amount = plus(self.amount, amount)?;
        if self.marked == 0 {
            self.marked = 1;
            let mut ring = Ring(pool.lock_ring);
            ring.set(self.period);
            pool.lock_ring = ring.0;
        }
        Ok(())
    }

    /// Lets go of a delegation of `amount`, before the period was reached.
    ///
    /// # Errors
    /// [`crate::error::StakingError::Overflow`].
    pub fn leave(&mut self, amount: u64) -> Result<()> {
        self.delegation_count = one_less(self.delegation_count)?;
        self.amount = minus(self.amount, amount)?;
        Ok(())
    }

    /// The running sums at the boundary, once it was reached.
    pub fn boundary(&self) -> Option<Sums> {
        (self.reached != 0).then(|| Sums { a: self.sum_a.get(), b: self.sum_b.get() })
    }
}
