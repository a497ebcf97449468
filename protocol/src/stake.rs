//! How delegators share rewards.
//!
//! # Weight
//!
//! Time is divided into periods, numbered from 0. A delegation of `a` tokens that is locked to
//! the end of period `e` weighs `a × (N + 3 × max(0, e − p))` in period `p`, where `N` is the
//! longest lock in periods and `e − p` the whole periods of the lock that are still to come: from
//! `a × N` (once) to `4 × a × N` (four times), linear in the remaining time. Unlocked stake weighs
//! `a × N`. The total over all delegations needs no visit to any of them ([`Weights::total`]):
//!
//! ```text
//! W(p) = N × Σa + 3 × (Σ a·e − p × Σ a),   the last two sums over locks with e > p
//! ```
//!
//! # Rewards
//!
//! A reward `R` in period `p` gives `q = R·2⁶⁴ / W(p)` to each unit of weight. Two running sums
//! `A += q` and `B += p × q` are enough to tell what any delegation earned between two moments,
//! though its weight changed each period:
//!
//! ```text
//! Σ a·(N + 3(e − p))·q = a × ((N + 3e)·ΔA − 3·ΔB)      while locked
//!                        a × N × ΔA                    after period e began
//! ```
//!
//! The values of `A` and `B` at the moment when period `e` begins are kept at a boundary
//! ([`Sums`]), so that a delegation may settle long after its lock ended.
//!
//! # Exactness
//!
//! What the division leaves over is carried into the next reward, so nothing is lost there. A
//! settlement rounds down by less than one unit. Over any history
//!
//! ```text
//! fed − settlements − ⌈W / 2⁶⁴⌉ < Σ earned ≤ fed
//! ```
//!
//! where the last term is the carry: below one unit unless more than 2⁶⁴ of weight is staked.
//!
//! # Bounds
//!
//! `A` and `B` wrap around at 2¹²⁸ on purpose. The growth of a delegation, the bracket above, is
//! exact modulo 2¹²⁸ and below 2¹²⁸ as long as less than 2⁶⁴ tokens were fed since its last
//! settlement, because no reward is given out to a total weight below [`MIN_UNITS`]` × N`: each
//! weight is at most `4N`, and `Σ q·W ≤ 2⁶⁴·2⁶⁴` gives `Σ q·4N ≤ 2¹²⁸ / 2`. Were more fed, a
//! delegation would get less, never more.

/// The least stake, in smallest units at the single weight, that rewards are given out to.
pub const MIN_UNITS: u64 = 8;
/// The most that one reward may give out; what is above it waits for the next one.
pub const MAX_REWARD: u64 = 1 << 63;
/// Fixed-point bits of a reward per weight.
const SCALE_BITS: u32 = 64;
/// A lock's remaining period counts three times an unlocked period's part.
const LOCK_FACTOR: u128 = 3;

/// The sums over all delegations that their total weight is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weights {
    /// Σ a·e over delegations with a lock whose period has not begun yet.
    pub locked_by_end: u128,
    /// Σ a over all delegations.
    pub amount: u64,
    /// Σ a over delegations with a lock whose period has not begun yet.
    pub locked: u64,
}

impl Weights {
    /// After `amount` joined, with a lock to the end of period `lock` if that has not begun yet.
    /// `None` on overflow.
    #[must_use]
    pub fn add(&self, amount: u64, lock: Option<u32>) -> Option<Self> {
        let mut sums = *self;
        sums.amount = sums.amount.checked_add(amount)?;
        if let Some(end) = lock {
            sums.locked = sums.locked.checked_add(amount)?;
            let by_end = u128::from(amount).checked_mul(u128::from(end))?;
            sums.locked_by_end = sums.locked_by_end.checked_add(by_end)?;
        }
        Some(sums)
    }

    /// After `amount` left that had joined with the same `lock`. `None` when it never had.
    #[must_use]
    pub fn remove(&self, amount: u64, lock: Option<u32>) -> Option<Self> {
        let mut sums = *self;
        sums.amount = sums.amount.checked_sub(amount)?;
        if let Some(end) = lock {
            sums = sums.unlock(amount, end)?;
        }
        Some(sums)
    }

    /// After period `end` began, which ends the extra weight of the `amount` locked to it. `None`
    /// when so much was not locked.
    #[must_use]
    pub fn unlock(&self, amount: u64, end: u32) -> Option<Self> {
        let by_end = u128::from(amount).checked_mul(u128::from(end))?;
        Some(Self {
            locked: self.locked.checked_sub(amount)?,
            locked_by_end: self.locked_by_end.checked_sub(by_end)?,
            ..*self
        })
    }

    /// The total weight in `period`, with `longest` the longest lock in periods. All locks whose
    /// period has begun must have been [unlocked](Weights::unlock).
    pub fn total(&self, longest: u8, period: u32) -> u128 {
        // Below 2⁸ × 2⁶⁴ and 3 × 2⁹⁶: nothing saturates.
        let ahead = self
            .locked_by_end
            .saturating_sub(u128::from(self.locked).saturating_mul(u128::from(period)));
        u128::from(self.amount)
            .saturating_mul(u128::from(longest))
            .saturating_add(ahead.saturating_mul(LOCK_FACTOR))
    }
}

/// The two running sums at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Σ q, see the module; wraps.
    pub a: u128,
    /// Σ p × q; wraps.
    pub b: u128,
}

/// The running sums and what the last division left over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Accumulator {
    /// Now.
    pub sums: Sums,
    /// In 2⁻⁶⁴ tokens; below the total weight of the last reward.
    pub carry: u128,
}

impl Accumulator {
    /// After `reward`, at most [`MAX_REWARD`], was given out to `total_weight` in `period`.
    /// `None` when the weight is below [`MIN_UNITS`]` × longest` or the reward too large: then
    /// nothing may be given out.
    #[must_use]
    pub fn distribute(
        &self,
        reward: u64,
        total_weight: u128,
        longest: u8,
        period: u32,
    ) -> Option<Self> {
        let least = u128::from(MIN_UNITS).saturating_mul(u128::from(longest.max(1)));
        if reward > MAX_REWARD || total_weight < least {
            return None;
        }
        // The reward takes 127 bits and the carry below 75.
        let due = (u128::from(reward) << SCALE_BITS).checked_add(self.carry)?;
        let q = due.checked_div(total_weight)?;
        let carry = due.checked_rem(total_weight)?;
        let sums = Sums {
            a: self.sums.a.wrapping_add(q),
            b: self.sums.b.wrapping_add(q.wrapping_mul(u128::from(period))),
        };
        Some(Self { sums, carry })
    }
}

/// What one token of a delegation grew by between `from` and `to`, in 2⁻⁶⁴ tokens: locked to
/// `lock` all the time, or not locked.
pub fn growth(longest: u8, lock: Option<u32>, from: &Sums, to: &Sums) -> u128 {
    let (a, b) = (to.a.wrapping_sub(from.a), to.b.wrapping_sub(from.b));
    let longest = u128::from(longest);
    match lock {
        None => longest.wrapping_mul(a),
        Some(end) => u128::from(end)
            .wrapping_mul(LOCK_FACTOR)
            .wrapping_add(longest)
            .wrapping_mul(a)
            .wrapping_sub(LOCK_FACTOR.wrapping_mul(b)),
    }
}

/// `amount × growth / 2⁶⁴`, rounded down; at most `u64::MAX`.
pub fn earned(amount: u64, growth: u128) -> u64 {
    let amount = u128::from(amount);
    let high = growth >> SCALE_BITS;
    let low = growth & u128::from(u64::MAX);
    // Both factors of each product are below 2⁶⁴.
    let whole =
        amount.saturating_mul(high).saturating_add(amount.saturating_mul(low) >> SCALE_BITS);
    u64::try_from(whole).unwrap_or(u64::MAX)
}

/// The longest lock that a [`Ring`] has room for.
pub const MAX_LOCK_PERIODS: u8 = u8::MAX;

/// Which of the next 255 periods end a lock: bit `period mod 256`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ring(pub [u64; 4]);

impl Ring {
    fn word_and_bit(period: u32) -> (usize, u64) {
        // Only the last eight bits decide; both results are in range.
        let at = period & 0xff;
        (usize::try_from(at >> 6).unwrap_or(0), 1u64.wrapping_shl(at & 63))
    }

    /// Whether `period` is marked.
    pub fn has(&self, period: u32) -> bool {
        let (word, bit) = Self::word_and_bit(period);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Marks `period`.
    pub fn set(&mut self, period: u32) {
        let (word, bit) = Self::word_and_bit(period);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    /// Takes the mark of `period` away.
    pub fn clear(&mut self, period: u32) {
        let (word, bit) = Self::word_and_bit(period);
        if let Some(word) = self.0.get_mut(word) {
            *word &= !bit;
        }
    }

    /// The first marked period after `after`, if it is not beyond `through`. All marks are within
    /// 255 periods after `after`.
    pub fn first_after(&self, after: u32, through: u32) -> Option<u32> {
        if self.0 == [0; 4] {
            return None;
        }
        let last = through.min(after.saturating_add(u32::from(MAX_LOCK_PERIODS)));
        let mut period = after;
        while period < last {
            period = period.saturating_add(1);
            if self.has(period) {
                return Some(period);
            }
        }
        None
    }
}

/// The number of the period of `now`, for periods of `period_seconds` from `start` on; 0 before.
pub fn period_of(now: i64, start: i64, period_seconds: u32) -> u32 {
    let elapsed = now.saturating_sub(start).max(0);
    elapsed
        .checked_div(i64::from(period_seconds.max(1)))
        .map_or(0, |period| u32::try_from(period).unwrap_or(u32::MAX))
}
