//! Properties of the emission table and of dividing a budget.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use cairn_protocol::allocation::allocate;
use cairn_protocol::emission::{
    EmissionError, MAX_DECAYS, MAX_STEPS, PPB, Step, Table, emitted_in, emitted_through, spliced,
    validate,
};
use proptest::prelude::*;

prop_compose! {
    /// A valid table whose steps begin at most 40 epochs apart.
    fn table(most: u64)(
        rows in prop::collection::vec((1..40u64, 0..=most, 0..=PPB, 1..9u32, 0..16u32), 1..=MAX_STEPS)
    ) -> Vec<Step> {
        let mut first_epoch = 0;
        rows.into_iter()
            .enumerate()
            .map(|(at, (gap, per_epoch, keep_ppb, every_epochs, times))| {
                first_epoch = if at == 0 { 0 } else { first_epoch + gap };
                Step { first_epoch, per_epoch, keep_ppb, every_epochs, times }
            })
            .collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_total_is_the_sum_of_the_epochs(table in table(u64::MAX / 4_000), last in 0..3_000u64) {
        prop_assert_eq!(validate(&table), Ok(()));
        let mut sum = 0u64;
        for epoch in 0..=last {
            let before = sum;
            sum += emitted_in(&table, epoch);
            prop_assert_eq!(emitted_through(&table, epoch), Ok(sum));
            prop_assert!(sum >= before);
        }
    }

    #[test]
    fn a_total_beyond_64_bits_is_an_error_and_stays_one(table in table(u64::MAX), epoch in 0..3_000u64) {
        let exact: u128 = (0..=epoch).map(|epoch| u128::from(emitted_in(&table, epoch))).sum();
        match emitted_through(&table, epoch) {
            Ok(total) => prop_assert_eq!(u128::from(total), exact),
            Err(error) => {
                prop_assert_eq!(error, EmissionError::Overflow);
                prop_assert!(exact > u128::from(u64::MAX));
                prop_assert_eq!(emitted_through(&table, epoch + 1), Err(EmissionError::Overflow));
            }
        }
    }

    #[test]
    fn any_list_of_steps_is_judged_without_a_panic(
        rows in prop::collection::vec(
            (any::<u64>(), any::<u64>(), 0..=PPB + 5, 0..3u32, prop_oneof![0..20u32, any::<u32>()]),
            0..70
        ),
        epoch in any::<u64>(),
    ) {
        let table: Vec<_> = rows
            .iter()
            .map(|(first_epoch, per_epoch, keep_ppb, every_epochs, times)| Step {
                first_epoch: *first_epoch,
                per_epoch: *per_epoch,
                keep_ppb: *keep_ppb,
                every_epochs: *every_epochs,
                times: *times,
            })
            .collect();
        let decays: u64 = rows.iter().map(|row| u64::from(row.4)).sum();
        let valid = !rows.is_empty()
            && rows.len() <= MAX_STEPS
            && rows[0].0 == 0
            && rows.windows(2).all(|pair| pair[0].0 < pair[1].0)
            && rows.iter().all(|row| row.2 <= PPB && (row.4 == 0 || row.3 > 0))
            && decays <= u64::from(MAX_DECAYS);
        prop_assert_eq!(validate(&table).is_ok(), valid);
        // Neither may panic, whatever they answer. (A table that is not valid may decay for ever.)
        if decays <= u64::from(MAX_DECAYS) {
            let (_, _) = (emitted_in(&table, epoch), emitted_through(&table, epoch));
        }
    }

    #[test]
    fn a_step_decays_as_its_definition_says(
        per_epoch in any::<u64>(), keep_ppb in 0..=PPB, every_epochs in 1..9u32, times in 0..40u32, epoch in 0..500u64,
    ) {
        let mut expected = u128::from(per_epoch);
        for _ in 0..(epoch / u64::from(every_epochs)).min(u64::from(times)) {
            expected = expected * u128::from(keep_ppb) / u128::from(PPB);
        }
        let table = [Step { first_epoch: 0, per_epoch, keep_ppb, every_epochs, times }];
        prop_assert_eq!(u128::from(emitted_in(&table, epoch)), expected);
    }

    #[test]
    fn folding_changes_no_total_from_there_on(
        table in table(u64::MAX / 4_000), first in 0..1_000u64, second in 0..1_000u64, epoch in 0..3_000u64,
    ) {
        let whole = Table { folded_epoch: 0, folded_emitted: 0, steps: &table };
        let folded = whole.fold(first).unwrap().fold(second).unwrap();
        let from = first.max(second);
        prop_assert_eq!(folded.folded_epoch, from);
        if epoch + 1 >= from {
            prop_assert_eq!(folded.emitted_through(epoch), whole.emitted_through(epoch));
        } else {
            prop_assert_eq!(folded.emitted_through(epoch), Err(EmissionError::Folded));
        }
        if epoch >= from {
            prop_assert_eq!(emitted_in(folded.steps, epoch), emitted_in(&table, epoch));
        }
        // Nothing that is of no use is kept.
        prop_assert!(folded.steps.get(1).is_none_or(|next| next.first_epoch > from));
    }

    #[test]
    fn a_change_is_never_retroactive(
        old in table(1 << 40), new in table(1 << 40), from in 1..2_000u64, epoch in 0..4_000u64,
    ) {
        let new: Vec<_> = new.iter().map(|step| Step { first_epoch: step.first_epoch + from, ..*step }).collect();
        match spliced(&old, &new, from) {
            Ok(steps) => {
                let source = if epoch < from { &old } else { &new };
                prop_assert_eq!(emitted_in(&steps, epoch), emitted_in(source, epoch));
            }
            Err(error) => prop_assert!(
                matches!(error, EmissionError::TooManySteps | EmissionError::TooManyDecays), "{error}"
            ),
        }
        prop_assert_eq!(spliced(&old, &new, from + 1), Err(EmissionError::FirstStepNotZero));
    }

    #[test]
    fn shares_and_dust_are_the_budget(budget in any::<u64>(), weights in prop::collection::vec(weight(), 0..100)) {
        let allocation = allocate(budget, &weights);
        let given: u128 = allocation.shares.iter().map(|share| u128::from(*share)).sum();
        let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
        prop_assert_eq!(allocation.shares.len(), weights.len());
        if total == 0 {
            prop_assert_eq!((given, allocation.dust), (0, 0));
        } else {
            prop_assert_eq!(given + u128::from(allocation.dust), u128::from(budget));
            let earning = weights.iter().filter(|weight| **weight > 0).count();
            prop_assert!(usize::try_from(allocation.dust).unwrap() < earning.max(1));
            for (share, weight) in allocation.shares.iter().zip(&weights) {
                // Never above proportional, and less than one unit below.
                let exact = u128::from(budget) * u128::from(*weight);
                prop_assert!(u128::from(*share) * total <= exact);
                prop_assert!((u128::from(*share) + 1).saturating_mul(total) > exact);
            }
        }
    }

    #[test]
    fn the_order_of_weights_does_not_matter(
        budget in any::<u64>(),
        (weights, order) in prop::collection::vec(weight(), 1..60).prop_flat_map(|weights| {
            let order: Vec<usize> = (0..weights.len()).collect();
            (Just(weights), Just(order).prop_shuffle())
        }),
    ) {
        let shuffled: Vec<_> = order.iter().map(|at| weights[*at]).collect();
        let (plain, mixed) = (allocate(budget, &weights), allocate(budget, &shuffled));
        prop_assert_eq!(plain.dust, mixed.dust);
        for (to, from) in order.iter().enumerate() {
            prop_assert_eq!(plain.shares[*from], mixed.shares[to]);
        }
    }
}

/// Zeros, small counts and extremes.
fn weight() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 1..1_000u64, any::<u64>(), Just(u64::MAX)]
}
