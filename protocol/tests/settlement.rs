//! A value's history answers every reader alike.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use cairn_protocol::settlement::{Settled, period, period_start};
use proptest::prelude::*;

/// Everything that ever held, to compare with.
struct Diary {
    entries: Vec<(i64, u32)>,
}

impl Diary {
    /// The value at the start of the period of `time`: of the last change before that start.
    fn at(&self, time: i64, settle: u32) -> u32 {
        let start = time.div_euclid(i64::from(settle)) * i64::from(settle);
        let first = self.entries[0].1;
        self.entries.iter().rev().find(|(at, _)| *at < start).map_or(first, |(_, value)| *value)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Rounded down, on both sides of 1970, without the signed division that programs lack.
    #[test]
    fn periods_are_those_of_a_division_rounded_down(time: i64, settle in 1..=u32::MAX) {
        prop_assert_eq!(period(time, settle), time.div_euclid(i64::from(settle)));
        prop_assert_eq!(period(time, 0), time);
        let start = i128::from(period(time, settle)) * i128::from(settle);
        prop_assert_eq!(i128::from(period_start(time, settle)), start.max(i64::MIN.into()));
        prop_assert_eq!(period_start(time, 0), time);
        for near in [-1, 0, 1] {
            let time = i64::from(settle) * near;
            for time in [time - 1, time, time + 1] {
                prop_assert_eq!(period(time, settle), time.div_euclid(i64::from(settle)));
            }
        }
    }

    #[test]
    fn all_readers_within_a_period_agree(
        settle in 1..50u32,
        start in -1_000..1_000i64,
        gaps in prop::collection::vec(0..60i64, 0..40),
        asked in -50..1_500i64,
    ) {
        let mut now = start;
        let mut diary = Diary { entries: vec![(now, 0)] };
        let mut history = Settled::new(0u32, now);
        let ask = start + asked;
        let period = |time: i64| time.div_euclid(i64::from(settle));
        for (gap, value) in gaps.into_iter().zip(1..) {
            // A reader that looks just before the change, at most one period after the asked one.
            let looks_at = now + gap;
            if ask <= looks_at && period(looks_at) <= period(ask) + 1 {
                prop_assert_eq!(history.at(ask, settle), diary.at(ask, settle), "at {}", looks_at);
            }
            now = looks_at;
            history = history.record(value, now, settle);
            diary.entries.push((now, value));
        }
        if ask <= now && period(now) <= period(ask) + 1 {
            prop_assert_eq!(history.at(ask, settle), diary.at(ask, settle), "at the end");
        }
        if ask > now {
            prop_assert_eq!(history.at(ask, settle), diary.at(ask, settle), "nothing changed since");
        }
    }
}

#[test]
fn a_change_counts_from_the_next_period_on() {
    let history = Settled::new('a', 100).record('b', 215, 100).record('c', 299, 100);
    assert_eq!([200, 299, 300].map(|time| history.at(time, 100)), ['a', 'a', 'c']);
    assert_eq!(history.current, 'c');
    // Two periods later the answer for the first is still known, three changed periods later not.
    let later = history.record('d', 305, 100);
    assert_eq!([250, 350, 400].map(|time| later.at(time, 100)), ['a', 'c', 'd']);
}

#[test]
fn a_period_of_zero_is_one_second_and_extremes_do_not_panic() {
    let history = Settled::new(1, i64::MIN).record(2, i64::MAX, 0);
    assert_eq!(history.at(i64::MAX, 0), 1);
    assert_eq!(history.at(i64::MIN, u32::MAX), 1);
}
