//! Whether sensors agree with those around them, by a z-score that outliers do not move.
//!
//! In each bucket of time a sensor's mean is compared with those of other operators' sensors of the same
//! quantity in its cell of H3 and the rings around. An operator has one voice, the mean of its
//! sensors' means, so that many sensors of one owner are not many witnesses, and one's own are none.
//! With fewer operators than the policy asks for there is no comparison.
//!
//! The modified z-score is 0.6745 · (x − median) / MAD, with the median of the absolute deviations from
//! the median (Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993, section 3.3; limit 3.5).
//! Where neighbours agree more closely than the quantity's `agreement`, that stands for the MAD: a MAD of 0
//! would refuse everybody who is not exactly equal.
//!
//! Means, and the median of an even number, are rounded down to whole values; the comparison itself is
//! exact: 6,745 · |x − median| · 100 > limit · 10,000 · MAD.

use crate::cells::{cell_of, disk};
use crate::device::Address;
use crate::policy::SensorPolicy;
use cairn_protocol::proof::Position;
use std::collections::{BTreeMap, BTreeSet};

/// A reading that passed all other rules.
pub(super) struct Reported {
    pub(super) quantity: u16,
    /// Number of the bucket since 1970.
    pub(super) bucket: u64,
    pub(super) device: Address,
    pub(super) operator: Address,
    pub(super) position: Position,
    /// Whether it is heard as a neighbour.
    pub(super) heard: bool,
    pub(super) value: i64,
}

/// A sensor in a bucket.
struct Sensor {
    device: Address,
    operator: Address,
    cell: u64,
    heard: bool,
    sum: i128,
    count: i128,
}

impl Sensor {
    fn mean(&self) -> i128 {
        self.sum.div_euclid(self.count.max(1))
    }
}

/// The (quantity, bucket, device) whose mean is an outlier among its neighbours'.
pub(super) fn outliers(
    policy: &SensorPolicy,
    reported: &[Reported],
) -> BTreeSet<(u16, u64, Address)> {
    let readings = &policy.readings;
    let wanted = readings.neighbour_operators as usize;
    let mut outliers = BTreeSet::new();
    if wanted == 0 {
        return outliers;
    }
    let mut cells: BTreeMap<Position, u64> = BTreeMap::new();
    let mut buckets: BTreeMap<(u16, u64), BTreeMap<Address, Sensor>> = BTreeMap::new();
    for one in reported {
        let cell = *cells
            .entry(one.position)
            .or_insert_with(|| cell_of(&one.position, readings.neighbour_resolution));
        let sensors = buckets.entry((one.quantity, one.bucket)).or_default();
        let sensor = sensors.entry(one.device).or_insert(Sensor {
            device: one.device,
            operator: one.operator,
            cell,
            heard: one.heard,
            sum: 0,
            count: 0,
        });
        sensor.sum = sensor.sum.saturating_add(one.value.into());
        sensor.count = sensor.count.saturating_add(1);
    }
    let mut disks: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for ((quantity, bucket), sensors) in &buckets {
        let Some(agreement) = policy.quantity(*quantity).map(|row| i128::from(row.agreement))
        else {
            continue;
        };
        let mut by_cell: BTreeMap<u64, Vec<&Sensor>> = BTreeMap::new();
        for sensor in sensors.values() {
            by_cell.entry(sensor.cell).or_default().push(sensor);
        }
        for sensor in sensors.values() {
            let near = disks
                .entry(sensor.cell)
                .or_insert_with(|| disk(sensor.cell, readings.neighbour_rings));
            let around = near.iter().filter_map(|cell| by_cell.get(cell)).flatten().copied();
            let voices = voices(around.filter(|other| other.operator != sensor.operator));
            if voices.len() >= wanted
                && is_outlier(sensor.mean(), voices, agreement, readings.neighbour_limit_c)
            {
                outliers.insert((*quantity, *bucket, sensor.device));
            }
        }
    }
    outliers
}

/// One value per operator.
fn voices<'a>(sensors: impl Iterator<Item = &'a Sensor>) -> Vec<i128> {
    let mut by_operator: BTreeMap<Address, (i128, i128)> = BTreeMap::new();
    for sensor in sensors.filter(|sensor| sensor.heard) {
        let (sum, count) = by_operator.entry(sensor.operator).or_default();
        *sum = sum.saturating_add(sensor.mean());
        *count = count.saturating_add(1);
    }
    by_operator.into_values().map(|(sum, count)| sum.div_euclid(count.max(1))).collect()
}

fn is_outlier(value: i128, others: Vec<i128>, agreement: i128, limit_c: u32) -> bool {
    let middle = median(others.clone());
    let deviations = others.into_iter().map(|other| (other - middle).abs()).collect();
    let mad = median(deviations).max(agreement).max(1);
    // Values are below 10¹², so nothing here comes near 2¹²⁷.
    6_745 * (value - middle).abs() * 100 > i128::from(limit_c) * 10_000 * mad
}

/// The median, of an even number the mean of the two in the middle, rounded down; 0 of none.
fn median(mut values: Vec<i128>) -> i128 {
    values.sort_unstable();
    let upper = values.len() / 2;
    let lower = if values.len().is_multiple_of(2) { upper.saturating_sub(1) } else { upper };
    match (values.get(lower), values.get(upper)) {
        (Some(low), Some(high)) => (low + high).div_euclid(2),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(vec![]), 0);
        assert_eq!(median(vec![3]), 3);
        assert_eq!(median(vec![9, 1, 4]), 4);
        assert_eq!(median(vec![4, 1]), 2);
        assert_eq!(median(vec![-4, -1]), -3);
    }

    /// Median 4,000 and MAD 2,000, so that 3.5 · 2,000 / 0.6745 = 10,378.06 away is the limit.
    #[test]
    fn the_limit_is_exact() {
        let others = || vec![1_000, 2_000, 4_000, 6_000, 7_000];
        assert!(!is_outlier(4_000 + 10_378, others(), 1, 350));
        assert!(is_outlier(4_000 + 10_379, others(), 1, 350));
        assert!(is_outlier(4_000 - 10_379, others(), 1, 350));
    }

    #[test]
    fn neighbours_that_agree_completely_refuse_nobody_within_the_sensors_accuracy() {
        let others = || vec![2_000; 5];
        // 3.5 · 50 / 0.6745 = 259.4.
        assert!(!is_outlier(2_259, others(), 50, 350));
        assert!(is_outlier(2_260, others(), 50, 350));
    }
}
