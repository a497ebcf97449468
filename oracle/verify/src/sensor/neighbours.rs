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
        let mut by_cell: BTreeMap<u64, Means> = BTreeMap::new();
        for sensor in sensors.values().filter(|sensor| sensor.heard) {
            let means = by_cell.entry(sensor.cell).or_default();
            means.add(sensor.operator, sensor.mean(), 1);
        }
        // Once for each cell, not for each sensor: their number would be squared.
        let mut around: BTreeMap<u64, Voices> = BTreeMap::new();
        for sensor in sensors.values() {
            let voices = around.entry(sensor.cell).or_insert_with(|| {
                let near = disks
                    .entry(sensor.cell)
                    .or_insert_with(|| disk(sensor.cell, readings.neighbour_rings));
                Voices::new(near.iter().filter_map(|cell| by_cell.get(cell)))
            });
            let others = voices.others(&sensor.operator);
            if others.len() >= wanted
                && others.contradict(sensor.mean(), agreement, readings.neighbour_limit_c)
            {
                outliers.insert((*quantity, *bucket, sensor.device));
            }
        }
    }
    outliers
}

/// The sum and number of the means of each operator's sensors.
#[derive(Default)]
struct Means(BTreeMap<Address, (i128, i128)>);

impl Means {
    fn add(&mut self, operator: Address, sum: i128, count: i128) {
        let means = self.0.entry(operator).or_default();
        *means = (means.0.saturating_add(sum), means.1.saturating_add(count));
    }
}

/// One value per operator in some cells.
struct Voices {
    by_operator: BTreeMap<Address, i128>,
    /// The same values, ascending.
    sorted: Vec<i128>,
}

impl Voices {
    fn new<'a>(cells: impl Iterator<Item = &'a Means>) -> Self {
        let mut all = Means::default();
        for (operator, (sum, count)) in cells.flat_map(|cell| &cell.0) {
            all.add(*operator, *sum, *count);
        }
        let mean = |(operator, (sum, count)): (Address, (i128, i128))| {
            (operator, sum.div_euclid(count.max(1)))
        };
        let by_operator: BTreeMap<Address, i128> = all.0.into_iter().map(mean).collect();
        let mut sorted: Vec<i128> = by_operator.values().copied().collect();
        sorted.sort_unstable();
        Self { by_operator, sorted }
    }

    /// The values of all operators but one.
    fn others(&self, operator: &Address) -> Others<'_> {
        Others { sorted: &self.sorted, without: self.by_operator.get(operator).copied() }
    }
}

/// Values, ascending, but for one of them.
struct Others<'a> {
    sorted: &'a [i128],
    without: Option<i128>,
}

impl Others<'_> {
    fn len(&self) -> usize {
        self.sorted.len().saturating_sub(usize::from(self.without.is_some()))
    }

    /// Whether a value is an outlier among them.
    fn contradict(&self, value: i128, agreement: i128, limit_c: u32) -> bool {
        let middle = self.median(|rank| self.value(rank));
        let mad = self.median(|rank| self.deviation(middle, rank)).max(agreement).max(1);
        // Values are below 10¹², so nothing here comes near 2¹²⁷.
        6_745 * (value - middle).abs() * 100 > i128::from(limit_c) * 10_000 * mad
    }

    /// The median of what has a rank among them, of an even number the mean of the two in the middle,
    /// rounded down.
    fn median(&self, of_rank: impl Fn(usize) -> i128) -> i128 {
        let upper = self.len() / 2;
        let lower = if self.len().is_multiple_of(2) { upper.saturating_sub(1) } else { upper };
        (of_rank(lower) + of_rank(upper)).div_euclid(2)
    }

    /// The value of a rank, from 0; 0 where there is none.
    fn value(&self, rank: usize) -> i128 {
        // Which of equal values is left out makes no difference.
        let left_out = self.without.map(|without| self.below(without));
        let at = if left_out.is_some_and(|at| rank >= at) { rank.saturating_add(1) } else { rank };
        self.sorted.get(at).copied().unwrap_or(0)
    }

    /// The distance of a rank, from 0, among their distances from `middle`: the least within which there
    /// are more values than the rank.
    fn deviation(&self, middle: i128, rank: usize) -> i128 {
        let ends = [self.sorted.first(), self.sorted.last()];
        let far = ends.into_iter().flatten().map(|end| (end - middle).abs()).max().unwrap_or(0);
        let (mut least, mut most) = (0, far);
        while least < most {
            let distance = (least + most) / 2;
            if self.within(middle, distance) > rank {
                most = distance;
            } else {
                least = distance + 1;
            }
        }
        least
    }

    /// How many of them are at most so far from `middle`.
    fn within(&self, middle: i128, distance: i128) -> usize {
        let all = self.below(middle + distance + 1).saturating_sub(self.below(middle - distance));
        let left_out = self.without.is_some_and(|without| (without - middle).abs() <= distance);
        all.saturating_sub(usize::from(left_out))
    }

    /// How many of all values, none left out, are less than a value.
    fn below(&self, value: i128) -> usize {
        self.sorted.partition_point(|other| *other < value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sorted(mut values: Vec<i128>) -> Vec<i128> {
        values.sort_unstable();
        values
    }

    fn is_outlier(value: i128, others: &[i128], agreement: i128, limit_c: u32) -> bool {
        let sorted = sorted(others.to_vec());
        Others { sorted: &sorted, without: None }.contradict(value, agreement, limit_c)
    }

    /// As it is written in the book.
    fn plain_median(values: Vec<i128>) -> i128 {
        let values = sorted(values);
        let half = values.len() / 2;
        if values.len() % 2 == 1 {
            values[half]
        } else {
            (values[half - 1] + values[half]).div_euclid(2)
        }
    }

    #[test]
    fn medians() {
        let median = |values: &[i128]| {
            let others = Others { sorted: values, without: None };
            others.median(|rank| others.value(rank))
        };
        assert_eq!(median(&[]), 0);
        assert_eq!(median(&[3]), 3);
        assert_eq!(median(&[1, 4, 9]), 4);
        assert_eq!(median(&[1, 4]), 2);
        assert_eq!(median(&[-4, -1]), -3);
    }

    proptest! {
        #[test]
        fn ranks_without_one_are_those_of_the_others(
            all in prop::collection::vec(-20i128..20, 2..12), own: prop::sample::Index,
        ) {
            let all = sorted(all);
            let mut left = all.clone();
            let without = left.remove(own.index(all.len()));
            let others = Others { sorted: &all, without: Some(without) };
            prop_assert_eq!(others.len(), left.len());
            let middle = others.median(|rank| others.value(rank));
            prop_assert_eq!(middle, plain_median(left.clone()));
            let deviations = left.iter().map(|value| (value - middle).abs()).collect();
            let mad = others.median(|rank| others.deviation(middle, rank));
            prop_assert_eq!(mad, plain_median(deviations));
        }
    }

    /// Many sensors of as many operators in one cell cost no more than their number; squared, this took
    /// many minutes.
    #[test]
    fn a_city_of_sensors_is_compared_in_time() {
        let position = Position { latitude_e7: 451_885_000, longitude_e7: 57_245_000 };
        let reported: Vec<Reported> = (0..20_000u32)
            .map(|at| {
                let mut device = [0; 32];
                device[..4].copy_from_slice(&at.to_be_bytes());
                // One in a thousand is 90 degrees off.
                let value = i64::from(at % 100) + if at % 1_000 == 999 { 9_000 } else { 0 };
                let (operator, quantity) = (device, 1);
                Reported { quantity, bucket: 0, device, operator, position, heard: true, value }
            })
            .collect();
        let begun = std::time::Instant::now();
        let found = outliers(&SensorPolicy::default(), &reported);
        assert_eq!(found.len(), 20);
        assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    }

    /// Median 4,000 and MAD 2,000, so that 3.5 · 2,000 / 0.6745 = 10,378.06 away is the limit.
    #[test]
    fn the_limit_is_exact() {
        let others = [1_000, 2_000, 4_000, 6_000, 7_000];
        assert!(!is_outlier(4_000 + 10_378, &others, 1, 350));
        assert!(is_outlier(4_000 + 10_379, &others, 1, 350));
        assert!(is_outlier(4_000 - 10_379, &others, 1, 350));
    }

    #[test]
    fn neighbours_that_agree_completely_refuse_nobody_within_the_sensors_accuracy() {
        // 3.5 · 50 / 0.6745 = 259.4.
        assert!(!is_outlier(2_259, &[2_000; 5], 50, 350));
        assert!(is_outlier(2_260, &[2_000; 5], 50, 350));
    }
}
