//! Properties of the decaying window, of dividing by basis points, and of credits, against exact
//! 128-bit arithmetic; of prices, against a list of all reports.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use cairn_protocol::{
    breaker::{decayed, room},
    credits::{PRICE_SCALE, Quote, credits_for, debit, lower_median, price_at, tokens_for},
    settlement::Settled,
    split::{Parts, Period, Splits, equally, parts, share, share_up},
};
use proptest::prelude::*;

fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 1..1_000u64, any::<u64>(), Just(u64::MAX)]
}

prop_compose! {
    fn splits()(operators in 1u16..=10_000, a in any::<u16>(), b in any::<u16>()) -> Splits {
        let rest = 10_000 - operators;
        let delegators = if rest == 0 { 0 } else { a % (rest + 1) };
        let oracles = if rest == delegators { 0 } else { b % (rest - delegators + 1) };
        Splits { operators, delegators, oracles, treasury: rest - delegators - oracles }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_window_decays_linearly_and_rounds_up(
        used in amount(),
        since in any::<i64>(),
        elapsed in prop_oneof![any::<i64>(), -10..1_000_000i64],
        window in prop_oneof![any::<u32>(), 0..1_000u32],
    ) {
        let now = since.saturating_add(elapsed);
        let exact_elapsed = (i128::from(now) - i128::from(since)).max(0).cast_unsigned();
        let left = u128::from(window).saturating_sub(exact_elapsed);
        let exact = if window == 0 {
            0
        } else {
            (u128::from(used) * left).div_ceil(u128::from(window))
        };
        let still = decayed(used, since, now, window);
        prop_assert_eq!(u128::from(still), exact);
        prop_assert!(still <= used);
        prop_assert_eq!(room(used, still), used - still);
    }

    /// However often something flows out, within any window no more than the limit and what
    /// decayed meanwhile does, and never more than the limit counts.
    #[test]
    fn no_sequence_of_outflows_exceeds_twice_the_limit_in_a_window(
        limit in 1..1_000_000u64,
        window in 1..10_000u32,
        waits in prop::collection::vec(0..200i64, 1..300),
    ) {
        let (mut used, mut at, mut now) = (0, 0, 0);
        let mut flows = Vec::new();
        for wait in waits {
            now += wait;
            let still = decayed(used, at, now, window);
            let out = room(limit, still);
            used = still + out;
            at = now;
            prop_assert!(used <= limit);
            flows.push((now, out));
        }
        for (start, _) in &flows {
            let within: u64 = flows
                .iter()
                .filter(|(time, _)| (*start..start + i64::from(window)).contains(time))
                .map(|(_, out)| *out)
                .sum();
            prop_assert!(within <= 2 * limit, "{within} of {limit}");
        }
    }

    #[test]
    fn a_share_is_exact(amount in amount(), bps in 0..=10_000u16) {
        let exact = u128::from(amount) * u128::from(bps);
        prop_assert_eq!(u128::from(share(amount, bps)), exact / 10_000);
        prop_assert_eq!(u128::from(share_up(amount, bps)), exact.div_ceil(10_000));
        prop_assert_eq!(share(amount, 10_000), amount);
        prop_assert_eq!(share(amount, u16::MAX), amount);
    }

    #[test]
    fn equal_parts_and_the_rest_are_the_whole(amount in any::<u64>(), count in 0..=32u32) {
        let (each, rest) = equally(amount, count);
        prop_assert_eq!(u128::from(each) * u128::from(count) + u128::from(rest), amount.into());
        prop_assert!(count == 0 || rest < u64::from(count));
    }

    /// One division all along: each part is its exact ratio rounded down, and an operators' sum
    /// within its part of the emission leaves everything within the emission.
    #[test]
    fn one_division_gives_each_its_ratio(splits in splits(), emitted in any::<u64>(), used in 0..=100u64) {
        prop_assert!(splits.is_valid());
        let operators = share(splits.operators_of(emitted), (used * 100) as u16);
        let got = parts(operators, &[Period { emitted, splits }]).unwrap();
        let exact = |bps: u16| u128::from(operators) * u128::from(bps) / u128::from(splits.operators);
        prop_assert_eq!(u128::from(got.delegators), exact(splits.delegators));
        prop_assert_eq!(u128::from(got.oracles), exact(splits.oracles));
        prop_assert_eq!(u128::from(got.treasury), exact(splits.treasury));
        prop_assert!(got.total().unwrap().checked_add(operators).unwrap() <= emitted);
    }

    /// Two divisions: never more than the two periods emitted, and to within a few units and the
    /// rounding of weights to 62 bits each part is what they meant for it.
    #[test]
    fn two_divisions_stay_within_what_was_emitted(
        first in splits(),
        second in splits(),
        before in any::<u32>(),
        after in prop_oneof![any::<u32>().prop_map(u64::from), any::<u64>()],
    ) {
        let before = u64::from(before);
        let Some(emitted) = before.checked_add(after) else { return Ok(()) };
        let operators = first.operators_of(before) + second.operators_of(after);
        let periods =
            [Period { emitted: before, splits: first }, Period { emitted: after, splits: second }];
        let got = parts(operators, &periods).unwrap();
        prop_assert!(got.total().unwrap().checked_add(operators).unwrap() <= emitted);
        let meant = |bps: fn(&Splits) -> u16| {
            (u128::from(before) * u128::from(bps(&first)) + u128::from(after) * u128::from(bps(&second)))
                / 10_000
        };
        for (got, meant) in [
            (got.delegators, meant(|s| s.delegators)),
            (got.oracles, meant(|s| s.oracles)),
            (got.treasury, meant(|s| s.treasury)),
        ] {
            let got = u128::from(got);
            prop_assert!(got <= meant);
            // Operators' shares are rounded down first, which a small share magnifies.
            let magnified = 10_000 * 2 + (meant >> 50);
            prop_assert!(meant - got <= magnified, "{got} of {meant}");
        }
    }

    #[test]
    fn nothing_for_operators_means_nothing_for_anyone(a in splits(), b in splits(), e in any::<u64>()) {
        let periods = [Period { emitted: e, splits: a }, Period { emitted: 0, splits: b }];
        prop_assert_eq!(parts(0, &periods), Some(Parts::default()));
    }

    #[test]
    fn credits_are_exact_and_tokens_for_them_are_the_fewest(tokens in amount(), price in amount()) {
        let exact = u128::from(tokens) * u128::from(price) / u128::from(PRICE_SCALE);
        let credits = credits_for(tokens, price);
        prop_assert_eq!(credits, u64::try_from(exact).ok());
        let Some(credits) = credits else { return Ok(()) };
        if price == 0 {
            prop_assert_eq!(tokens_for(credits, price), None);
            return Ok(());
        }
        let fewest = tokens_for(credits, price).unwrap();
        prop_assert!(fewest <= tokens);
        prop_assert!(credits_for(fewest, price).unwrap() >= credits);
        prop_assert!(fewest == 0 || credits_for(fewest - 1, price).unwrap() < credits);
    }

    /// Fewer than half of the prices made up: the median is between honest ones.
    #[test]
    fn a_minority_moves_the_median_within_the_honest_range(
        honest in prop::collection::vec(any::<u64>(), 1..32),
        lies in prop::collection::vec(any::<u64>(), 0..31),
    ) {
        let lies = &lies[..lies.len().min(honest.len() - 1)];
        let mut all: Vec<_> = honest.iter().chain(lies).copied().collect();
        let median = lower_median(&mut all).unwrap();
        prop_assert!(honest.iter().min().unwrap() <= &median);
        prop_assert!(honest.iter().max().unwrap() >= &median);
    }

    /// Every oracle that closes an epoch reads the same price: whatever is reported, and however
    /// often the terms change, until the settlement period after that of the epoch's end is over.
    #[test]
    fn all_who_read_within_the_period_after_agree_about_the_price(
        settle in 1..50u32,
        reports in prop::collection::vec((0..4usize, 0..40i64, 0..100u64, 0..80i64), 0..60),
        threshold in 0..=5u8,
        end in 1_000..2_200i64,
    ) {
        let length = i64::from(settle);
        let start = end.div_euclid(length) * length;
        // What a list of everything that was said says.
        let expected = |said: &[(usize, i64, u64, i64)]| {
            let last = |place| said.iter().rev().find(move |(by, at, ..)| *by == place && *at < start);
            let mut prices: Vec<_> = (0..4)
                .filter_map(last)
                .filter(|(_, at, price, max_age)| *price > 0 && start - at <= *max_age)
                .map(|(_, _, price, _)| *price)
                .collect();
            prices.sort_unstable();
            let enough = prices.len() >= usize::from(threshold) && !prices.is_empty();
            enough.then(|| prices[(prices.len() - 1) / 2])
        };
        let nothing = Settled::new(Quote { price: 0, fresh_until: 0 }, 0);
        let mut histories = [nothing; 4];
        let (mut said, mut now) = (Vec::new(), 1_000);
        let mut answers = Vec::new();
        // Readers look before each report and after the last one.
        let mut look = |now: i64, histories: &[_; 4], said: &[_]| {
            if now >= end && now.div_euclid(length) <= end.div_euclid(length) + 1 {
                answers.push((price_at(histories, threshold, end, settle), expected(said)));
            }
        };
        for (place, gap, price, max_age) in reports {
            now += gap;
            look(now, &histories, &said);
            let quote = Quote { price, fresh_until: now + max_age };
            histories[place] = histories[place].record(quote, now, settle);
            said.push((place, now, price, max_age));
        }
        look(now, &histories, &said);
        look(now.max(start + 2 * length - 1), &histories, &said);
        for (answer, expected) in &answers {
            prop_assert_eq!(answer, expected);
            prop_assert_eq!(answer, &answers[0].0);
        }
    }

    #[test]
    fn a_debit_is_what_is_due_as_far_as_it_is_covered(
        lifetime in amount(),
        settled in amount(),
        available in amount(),
    ) {
        let amount = debit(lifetime, settled, available);
        prop_assert!(amount <= available);
        prop_assert!(settled.saturating_add(amount) <= lifetime.max(settled));
        let complete = amount == available || settled.saturating_add(amount) == lifetime.max(settled);
        prop_assert!(complete);
    }
}

#[test]
fn the_lower_of_two_medians() {
    assert_eq!(lower_median(&mut []), None);
    assert_eq!(lower_median(&mut [5]), Some(5));
    assert_eq!(lower_median(&mut [9, 3]), Some(3));
    assert_eq!(lower_median(&mut [9, 3, 4]), Some(4));
    assert_eq!(lower_median(&mut [1, 2, 3, 4]), Some(2));
}

#[test]
fn a_price_needs_as_many_fresh_reports_as_the_threshold() {
    let said = |price, fresh_until| Settled::new(Quote { price, fresh_until }, 50);
    // The period of 250 began at 200.
    let reports = [said(7, 200), said(9, 200), said(8, 199), said(0, 900)];
    let price = |threshold, time| price_at(&reports, threshold, time, 100);
    assert_eq!([0, 2, 3].map(|threshold| price(threshold, 250)), [Some(7), Some(7), None]);
    assert_eq!([3, 4].map(|threshold| price(threshold, 199)), [Some(8), None]);
    assert_eq!([0, 1].map(|threshold| price(threshold, 300)), [None, None]);
    assert_eq!(price_at(&[], 0, 250, 100), None);
}

#[test]
fn splits_add_up_and_operators_get_something() {
    let valid = Splits { operators: 6_000, delegators: 2_000, oracles: 1_500, treasury: 500 };
    assert!(valid.is_valid());
    assert!(!Splits { operators: 6_001, ..valid }.is_valid());
    assert!(!Splits { operators: 0, treasury: 6_500, ..valid }.is_valid());
    assert!(!Splits { operators: u16::MAX, ..valid }.is_valid());
}
