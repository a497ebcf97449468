//! Parameters of how points become tokens.

use super::Checker;
use super::quality::UPTIME_PARTS;
use borsh::{BorshDeserialize, BorshSerialize};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most classes that can have budgets.
const MAX_CLASSES: usize = 256;
/// A factor of at most eleven.
const BOOST: std::ops::RangeInclusive<i128> = 0..=10_000_000;

/// How points become tokens.
#[derive(
    Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, JsonSchema,
)]
#[serde(deny_unknown_fields, default)]
pub struct ScoringPolicy {
    /// The classes' parts of an epoch's budget. Default none: all devices share one budget,
    /// whatever their class. With entries, a class without one earns nothing.
    pub classes: Vec<ClassPolicy>,
    /// Multipliers for who comes early or where few are.
    pub bootstrap: BootstrapPolicy,
}

/// What happens to the budget of a class in which nobody has points.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    BorshSerialize,
    BorshDeserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Idle {
    /// The other classes with points share it by their weights.
    #[default]
    Share,
    /// It is not paid; it stays in the pool and under its cap.
    Withhold,
}

/// One class's part of an epoch's budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassPolicy {
    /// Number of the class in the registry.
    pub class: u16,
    /// Its part, in proportion to the other classes' weights; 1 to 1,000,000.
    pub weight: u32,
    /// What happens to its part when nobody in it has points, and to what receipts leave of it when they
    /// alone have: `share` among the other classes, or `withhold` from everybody. Default `share`.
    #[serde(default)]
    pub idle: Idle,
    /// `quality.uptime_parts` for this class alone. Default: as there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uptime_parts: Option<u16>,
}

/// Multipliers for who comes early or where few are. They only move shares within a class's
/// budget, and end on a schedule that everybody knows before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BootstrapPolicy {
    /// The first so many devices of a class that may earn (active, licensed, bonded) get more; 0: none.
    /// Default 0.
    pub early_devices: u32,
    /// What the very first device of a class gets on top, in millionths; it falls evenly with the
    /// rank to nothing. Default 1,000,000: twice as much.
    pub early_boost_ppm: u64,
    /// A cell with fewer devices of a class that may earn than this is under-served, and they get more;
    /// 0: none is. Default 0.
    pub cell_devices: u32,
    /// Resolution of these H3 cells. Default 7: 5 km², a quarter of a town.
    pub cell_resolution: u8,
    /// What the only device of a cell gets on top, in millionths; it falls evenly with their number
    /// to nothing. Default 1,000,000: twice as much.
    pub cell_boost_ppm: u64,
    /// The last epoch with the multipliers in full. Default 0.
    pub full_through_epoch: u64,
    /// The first epoch without them; between the two they fall evenly. Default 0: none.
    pub ends_at_epoch: u64,
}

impl Default for BootstrapPolicy {
    fn default() -> Self {
        Self {
            early_devices: 0,
            early_boost_ppm: 1_000_000,
            cell_devices: 0,
            cell_resolution: 7,
            cell_boost_ppm: 1_000_000,
            full_through_epoch: 0,
            ends_at_epoch: 0,
        }
    }
}

impl BootstrapPolicy {
    /// How much of the multipliers holds in an epoch, in millionths: all through
    /// `full_through_epoch`, nothing from `ends_at_epoch` on, falling evenly between, rounded down.
    pub fn schedule_ppm(&self, epoch: u64) -> u64 {
        const ONE: u128 = 1_000_000;
        if epoch >= self.ends_at_epoch {
            return 0;
        }
        let left = self.ends_at_epoch.saturating_sub(epoch);
        let whole = self.ends_at_epoch.saturating_sub(self.full_through_epoch);
        let ppm = u128::from(left).saturating_mul(ONE).checked_div(u128::from(whole));
        u64::try_from(ppm.unwrap_or(ONE).min(ONE)).unwrap_or(0)
    }

    fn check(&self, checker: &mut Checker) {
        let devices = 0..=1_000_000_000;
        checker.within("scoring.bootstrap.early_devices", self.early_devices, devices.clone());
        checker.within("scoring.bootstrap.early_boost_ppm", self.early_boost_ppm, BOOST);
        checker.within("scoring.bootstrap.cell_devices", self.cell_devices, devices);
        checker.within("scoring.bootstrap.cell_resolution", self.cell_resolution, 0..=15);
        checker.within("scoring.bootstrap.cell_boost_ppm", self.cell_boost_ppm, BOOST);
        checker.within(
            "scoring.bootstrap.ends_at_epoch",
            self.ends_at_epoch,
            0..=i128::from(u64::MAX),
        );
        checker.within(
            "scoring.bootstrap.full_through_epoch",
            self.full_through_epoch,
            0..=i128::from(self.ends_at_epoch),
        );
    }
}

impl ScoringPolicy {
    /// What is said about a class, if anything is.
    pub fn class(&self, class: u16) -> Option<&ClassPolicy> {
        self.classes.iter().find(|policy| policy.class == class)
    }

    pub(super) fn check(&self, checker: &mut Checker) {
        checker.within("scoring.classes", self.classes.len() as u64, 0..=MAX_CLASSES as i128);
        let mut seen = std::collections::BTreeSet::new();
        for (at, class) in self.classes.iter().enumerate() {
            checker.within(format!("scoring.classes[{at}].weight"), class.weight, 1..=1_000_000);
            if let Some(parts) = class.uptime_parts {
                checker.within(format!("scoring.classes[{at}].uptime_parts"), parts, UPTIME_PARTS);
            }
            if !seen.insert(class.class) {
                checker.twice(format!("scoring.classes[{at}].class"), class.class);
            }
        }
        self.bootstrap.check(checker);
    }
}
