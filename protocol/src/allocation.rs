//! Dividing a budget of tokens by points.

use alloc::vec::Vec;

/// What [`allocate`] gives out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// One share per weight, in the same order.
    pub shares: Vec<u64>,
    /// What rounding left over: `budget − Σ shares`, less than one unit per positive weight.
    pub dust: u64,
}

/// Divides `budget` in proportion to `weights`, each share rounded down.
///
/// A share depends on its own weight and the total alone, so the result does not depend on the
/// order of the weights. With a total weight of 0 nothing is given out and nothing is dust.
pub fn allocate(budget: u64, weights: &[u64]) -> Allocation {
    // At most 2^64 weights below 2^64: the total fits 128 bits.
    let total: u128 = weights.iter().fold(0, |sum: u128, w| sum.saturating_add(u128::from(*w)));
    if total == 0 {
        return Allocation { shares: weights.iter().map(|_| 0).collect(), dust: 0 };
    }
    let mut dust = budget;
    let shares = weights
        .iter()
        .map(|weight| {
            let share = u128::from(budget)
                .saturating_mul(u128::from(*weight))
                .checked_div(total)
                // weight ≤ total, so the quotient is at most the budget.
                .and_then(|share| u64::try_from(share).ok())
                .unwrap_or(0);
            dust = dust.saturating_sub(share);
            share
        })
        .collect();
    Allocation { shares, dust }
}
