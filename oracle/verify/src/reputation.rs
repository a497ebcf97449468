//! Reputation with forgetting: what share of somebody's behaviour was good, the longer ago the less
//! it counts.
//!
//! The beta reputation of Jøsang and Ismail ("The Beta Reputation System", 2002): the expected
//! probability of good behaviour after `r` good and `s` bad observations is
//! (α + r) / (α + β + r + s), for priors α and β; before new observations are added, old ones are
//! multiplied by a forgetting factor λ.

use crate::judgment::{ONE, scaled};
use borsh::{BorshDeserialize, BorshSerialize};

/// What was observed so far, each observation in millionths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Reputation {
    /// Good observations × 10⁶, less what was forgotten.
    good: u64,
    /// Bad observations × 10⁶, less what was forgotten.
    bad: u64,
}

impl Reputation {
    /// Adds an epoch's observations, in millionths each, after keeping `keep_ppm` millionths of
    /// those before, rounded down.
    pub fn observe(&mut self, good: u64, bad: u64, keep_ppm: u64) {
        self.good = scaled(self.good, keep_ppm).saturating_add(good);
        self.bad = scaled(self.bad, keep_ppm).saturating_add(bad);
    }

    /// The share of good observations in millionths, rounded down, with priors in millionths as
    /// well; 1,000,000 when there is nothing at all.
    pub fn factor_ppm(&self, prior_good: u64, prior_bad: u64) -> u64 {
        let good = u128::from(self.good).saturating_add(prior_good.into());
        let bad = u128::from(self.bad).saturating_add(prior_bad.into());
        let ppm = good.saturating_mul(ONE.into()).checked_div(good.saturating_add(bad));
        ppm.and_then(|ppm| u64::try_from(ppm).ok()).unwrap_or(ONE)
    }

    /// Good observations in millionths.
    pub const fn good(&self) -> u64 {
        self.good
    }

    /// Bad observations in millionths.
    pub const fn bad(&self) -> u64 {
        self.bad
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_good_with_priors() {
        let mut reputation = Reputation::default();
        assert_eq!(reputation.factor_ppm(0, 0), ONE);
        assert_eq!(reputation.factor_ppm(3 * ONE, ONE), 750_000);
        reputation.observe(5 * ONE, ONE, 900_000);
        assert_eq!(reputation.factor_ppm(3 * ONE, ONE), 800_000);
    }

    #[test]
    fn the_past_is_forgotten() {
        let mut reputation = Reputation::default();
        reputation.observe(0, 10 * ONE, 500_000);
        for expected in [5 * ONE, 2_500_000, 1_250_000] {
            reputation.observe(0, 0, 500_000);
            assert_eq!(reputation.bad(), expected);
        }
        reputation.observe(u64::MAX, u64::MAX, ONE);
        assert_eq!(reputation.good(), u64::MAX);
        assert_eq!(reputation.factor_ppm(u64::MAX, 0), 666_666);
    }
}
