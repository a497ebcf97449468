//! Beta reputation with forgetting: how far a device's next behaviour may be trusted, from what it
//! did before.
//!
//! A. Jøsang and R. Ismail, "The Beta Reputation System" (15th Bled Electronic Commerce Conference,
//! 2002): from *r* good and *s* bad observations, and a prior of α₀ and β₀ that stands for knowing
//! nothing, the expected share of good ones is the mean of a beta distribution,
//! (r + α₀) / (r + α₀ + s + β₀). Older observations count less: with each period what was observed
//! before is multiplied by λ (their "forgetting factor"), so that the weight of n periods is at
//! most 1 / (1 − λ) of one.
//!
//! The paper's prior is α₀ = β₀ = 1: who is unknown is trusted by half. Storj, which scores its
//! storage nodes in this way, starts with α₀ = 1, β₀ = 0: who is unknown is trusted until it fails.
//!
//! Observations are counted in millionths of one, so that a period can be partly good, and
//! everything is integers: what is forgotten and the score are rounded down.
//!
//! ```
//! use cairn_verify::ONE;
//! use cairn_verify::reputation::Reputation;
//!
//! let mut reputation = Reputation::default();
//! assert_eq!(reputation.factor_ppm(ONE, 0), ONE);
//! reputation.observe(ONE, 0, 900_000); // a good period: 1 good
//! reputation.observe(0, ONE, 900_000); // a bad one: 0.9 good, 1 bad
//! assert_eq!(reputation.factor_ppm(ONE, 0), 655_172); // ⌊(0.9 + 1) / (0.9 + 1 + 1)⌋ in millionths
//! ```

use crate::judgment::{ONE, scaled};
use borsh::{BorshDeserialize, BorshSerialize};

/// Below this in both counts, in millionths of an observation, nothing worth keeping is left.
const FORGOTTEN: u64 = 10_000;

/// What was observed, the older the less it counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Reputation {
    /// The paper's *r*, in millionths.
    good: u64,
    /// The paper's *s*, in millionths.
    bad: u64,
}

impl Reputation {
    /// Adds a period's observations after keeping `keep_ppm` (λ, at most [`ONE`]) of all before;
    /// everything is in millionths.
    ///
    /// With λ below one the counts stay under `observations per period / (1 − λ)`; with λ = 1 they
    /// end at 2⁶⁴ − 1, which takes 18 trillion observations.
    pub fn observe(&mut self, good: u64, bad: u64, keep_ppm: u64) {
        let keep_ppm = keep_ppm.min(ONE);
        self.good = scaled(self.good, keep_ppm).saturating_add(good);
        self.bad = scaled(self.bad, keep_ppm).saturating_add(bad);
    }

    /// The expected share of good behaviour, in millionths, rounded down, for a prior (α₀, β₀) in
    /// millionths of an observation. Where neither the prior nor anything observed says something,
    /// [`ONE`].
    pub fn factor_ppm(&self, prior_good: u64, prior_bad: u64) -> u64 {
        let good = u128::from(self.good).saturating_add(prior_good.into());
        let bad = u128::from(self.bad).saturating_add(prior_bad.into());
        good.saturating_mul(ONE.into())
            .checked_div(good.saturating_add(bad))
            // At most ONE.
            .map_or(ONE, |score| u64::try_from(score).unwrap_or(ONE))
    }

    /// Good observations that count still, in millionths.
    pub const fn good(&self) -> u64 {
        self.good
    }

    /// Bad observations that count still, in millionths.
    pub const fn bad(&self) -> u64 {
        self.bad
    }

    /// Whether so little is left (under a hundredth of an observation of either sort) that it need
    /// not be kept.
    pub const fn is_forgotten(&self) -> bool {
        self.good < FORGOTTEN && self.bad < FORGOTTEN
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_paper_s_figure() {
        // Section 2: Beta(8, 2), from 7 good and 1 bad observations, has the mean 0.8.
        let reputation = Reputation { good: 7 * ONE, bad: ONE };
        assert_eq!(reputation.factor_ppm(ONE, ONE), 800_000);
        assert_eq!(Reputation::default().factor_ppm(ONE, ONE), 500_000);
        assert_eq!(Reputation::default().factor_ppm(0, 0), ONE);
    }

    #[test]
    fn forgetting_bounds_the_past_and_forgives() {
        let mut reputation = Reputation::default();
        for _ in 0..1_000 {
            reputation.observe(ONE, 0, 950_000);
        }
        // 1 / (1 − 0.95) = 20 observations, less what rounding down took.
        assert!((19_999_900..=20_000_000).contains(&reputation.good), "{reputation:?}");
        reputation.observe(0, ONE, 950_000);
        assert_eq!(reputation.factor_ppm(ONE, 0), 952_380); // 20 / 21
        let mut periods = 0;
        while reputation.factor_ppm(ONE, 0) < 995_000 {
            reputation.observe(ONE, 0, 950_000);
            periods += 1;
        }
        assert_eq!(periods, 44);
        // Without forgetting, the past weighs for ever.
        let mut elephant = Reputation::default();
        for _ in 0..1_000 {
            elephant.observe(ONE, 0, ONE);
        }
        assert_eq!(elephant.good, 1_000 * ONE);
    }

    #[test]
    fn silence_is_forgotten() {
        let mut reputation = Reputation { good: 20 * ONE, bad: 20 * ONE };
        let mut periods = 0;
        while !reputation.is_forgotten() {
            reputation.observe(0, 0, 950_000);
            periods += 1;
        }
        assert_eq!(periods, 149);
        assert!(reputation.factor_ppm(ONE, 0) > 990_000);
    }

    proptest! {
        /// For any counts: between 0 and one, the higher for more good, the lower for more bad.
        #[test]
        fn a_score_is_monotonous(good: u64, bad: u64, more in 1..u64::MAX, prior_good: u64, prior_bad: u64) {
            let score = |reputation: Reputation| reputation.factor_ppm(prior_good, prior_bad);
            let same = score(Reputation { good, bad });
            prop_assert!(same <= ONE);
            let better = Reputation { good: good.saturating_add(more), bad };
            let worse = Reputation { good, bad: bad.saturating_add(more) };
            prop_assert!(score(better) >= same);
            prop_assert!(score(worse) <= same);
        }

        /// Against the same sum in floating point.
        #[test]
        fn observing_is_the_weighted_sum(periods in prop::collection::vec(0..=ONE, 1..100), kept in 0..=ONE) {
            let mut reputation = Reputation::default();
            let mut sum = 0.0;
            for good in &periods {
                reputation.observe(*good, ONE - good, kept);
                sum = sum * kept as f64 / ONE as f64 + *good as f64;
            }
            // Each of the forgettings rounds at most one millionth away.
            prop_assert!((reputation.good as f64 - sum).abs() <= periods.len() as f64);
        }

        #[test]
        fn no_observation_overflows(good: u64, bad: u64, more: u64, kept: u64) {
            let mut reputation = Reputation { good, bad };
            reputation.observe(more, more, kept);
            reputation.factor_ppm(ONE, ONE);
        }
    }
}
