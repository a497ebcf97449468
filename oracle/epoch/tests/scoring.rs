//! From points to tokens: formulae, rounding, budgets, multipliers, receipts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[allow(unreachable_pub, dead_code, reason = "shared by several tests, each of which uses a part")]
mod support;

use cairn_protocol::proof::{Kind, Position};
use cairn_protocol::settlement::Settled;
use cairn_verify::policy::{BootstrapPolicy, ClassPolicy, Idle};
use cairn_verify::{Bonds, Changed, ClassHistory, ClassTerms, DeviceRecord, ONE, Registry};
use proptest::prelude::*;
use support::*;

fn class(class: u16, weight: u32, idle: Idle) -> ClassPolicy {
    ClassPolicy { class, weight, idle, uptime_parts: None }
}

#[test]
fn points_are_units_times_the_kinds_points_times_the_factors_in_order() {
    let mut setting = Setting::new(1_000);
    setting.policy.wireless.points_per_witness = 3;
    setting.policy.wireless.points_per_beacon = 2;
    let made = Made::default()
        .proof(0, Kind::Witness, 1_500_000)
        .proof(0, Kind::Witness, 1)
        .proof(0, Kind::Beacon, ONE)
        .factor(0, "uptime", 333_333)
        .factor(0, "reputation", 500_000)
        .proof(4, Kind::Witness, ONE);
    let earnings = setting.earnings(&made);
    let stub = earnings.paystub(&device(0)).unwrap();
    // 1.500001 × 3 + 1 × 2, then ⌊× 0.333333⌋, then ⌊× 0.5⌋, in millionths.
    assert_eq!(
        stub.kinds.iter().map(|line| line.points).collect::<Vec<_>>(),
        [2_000_000, 4_500_003]
    );
    assert_eq!(stub.points, (6_500_003 * 333_333 / ONE) / 2);
    assert_eq!(stub.factors.len(), 2);
    assert_eq!(earnings.points, stub.points + 3 * ONE);
    // No factor at all, and one of zero.
    let none = setting.earnings(&made.clone().factor(0, "bond", 0));
    assert_eq!((share(&none, 0), share(&none, 4)), (0, 1_000));
}

#[test]
fn the_class_cap_bounds_a_device_after_its_factors() {
    let mut setting = Setting::new(1_000);
    let made = Made::default().proof(0, Kind::Witness, 9 * ONE).proof(4, Kind::Witness, 3 * ONE);
    setting.registry = Registry::new([capped(0, 3), record(4)]);
    let earnings = setting.earnings(&made);
    assert_eq!((share(&earnings, 0), share(&earnings, 4)), (500, 500));
    let stub = earnings.paystub(&device(0)).unwrap();
    assert_eq!((stub.factors[0].name.as_ref(), stub.factors[0].ppm), ("class_cap", 333_333));
    assert_eq!(stub.points, 3 * ONE);
    // Reaching it is not exceeding it.
    setting.registry = Registry::new([capped(0, 9), record(4)]);
    assert!(setting.earnings(&made).paystub(&device(0)).unwrap().factors.is_empty());
}

#[test]
fn classes_share_by_weight_and_idle_ones_share_or_withhold() {
    let mut setting = Setting::new(1_000);
    setting.policy.scoring.classes =
        vec![class(0, 6, Idle::Share), class(1, 3, Idle::Share), class(2, 1, Idle::Withhold)];
    let both = Made::default().proof(0, Kind::Witness, ONE).proof(4, Kind::Witness, ONE).proof(
        1,
        Kind::Witness,
        5 * ONE,
    );
    let earnings = setting.earnings(&both);
    // Class 2 has nobody with points: a tenth is withheld.
    let shares: Vec<u64> = [0, 4, 1, 2].iter().map(|number| share(&earnings, *number)).collect();
    assert_eq!(shares, [300, 300, 300, 0]);
    assert_eq!((earnings.withheld, earnings.dust), (100, 0));
    // Class 1 idle as well: its part is shared by weight, 6 : 1.
    let one = Made::default().proof(0, Kind::Witness, ONE).factor(1, "active", 0);
    let earnings = setting.earnings(&one);
    assert_eq!((share(&earnings, 0), earnings.withheld, earnings.dust), (857, 142, 1));
    // A class that the policy does not name has no part, and its devices know why.
    let other = both.proof(3, Kind::Witness, 100 * ONE);
    let earnings = setting.earnings(&other);
    assert_eq!(share(&earnings, 3), 0);
    let stub = earnings.paystub(&device(3)).unwrap();
    assert_eq!((stub.factors[0].name.as_ref(), stub.factors[0].ppm), ("class_budget", 0));
    assert_eq!(share(&earnings, 0), 300);
    // Without entries all share one budget.
    setting.policy.scoring.classes.clear();
    let earnings = setting.earnings(&other);
    assert_eq!(share(&earnings, 3), 1_000 * 100 / 107);
}

#[test]
fn nobody_with_points_means_nothing_is_paid() {
    let setting = Setting::new(1_000);
    let none = Made::default().proof(0, Kind::Beacon, ONE).factor(4, "active", 0);
    let earnings = setting.earnings(&none);
    assert_eq!((earnings.withheld, earnings.dust, earnings.points), (1_000, 0, 0));
}

// ---- multipliers ----

fn early(devices: u32, schedule: (u64, u64)) -> BootstrapPolicy {
    BootstrapPolicy {
        early_devices: devices,
        full_through_epoch: schedule.0,
        ends_at_epoch: schedule.1,
        ..BootstrapPolicy::default()
    }
}

/// Factor of each device of class 0: 0, 4, 8, 12, 16 in order of joining.
fn multipliers(setting: &Setting) -> Vec<u64> {
    let made = [0, 4, 8, 12, 16]
        .into_iter()
        .fold(Made::default(), |made, number| made.proof(number, Kind::Witness, 1_000 * ONE));
    let earnings = setting.earnings(&made);
    let points = |number| earnings.paystub(&device(number)).unwrap().points / 1_000;
    [0, 4, 8, 12, 16].map(points).into()
}

#[test]
fn early_devices_get_more_by_rank_until_the_schedule_ends() {
    let mut setting = Setting::new(1_000);
    assert_eq!(multipliers(&setting), [ONE; 5]);
    setting.policy.scoring.bootstrap = early(4, (10, 20));
    assert_eq!(multipliers(&setting), [2_000_000, 1_750_000, 1_500_000, 1_250_000, ONE]);
    setting.epoch = 15;
    assert_eq!(multipliers(&setting), [1_500_000, 1_375_000, 1_250_000, 1_125_000, ONE]);
    setting.epoch = 20;
    assert_eq!(multipliers(&setting), [ONE; 5]);
    // A device that is no longer active leaves its rank to the next.
    setting.epoch = 0;
    let gone = DeviceRecord { on_chain: false, ..record(0) };
    setting.registry = Registry::new((1..20).map(record).chain([gone]));
    assert_eq!(multipliers(&setting), [ONE, 2_000_000, 1_750_000, 1_500_000, 1_250_000]);
    setting.policy.scoring.bootstrap.early_boost_ppm = 400_000;
    assert_eq!(multipliers(&setting)[1], 1_400_000);
}

#[test]
fn devices_where_few_are_get_more() {
    let mut setting = Setting::new(1_000);
    let grenoble = Position { latitude_e7: 451_950_073, longitude_e7: 57_183_838 };
    let lyon = Position { latitude_e7: 457_640_000, longitude_e7: 48_357_000 };
    // Three in Grenoble, one in Lyon, one nowhere; another class's device in Lyon does not count.
    let place = |number: u8| match number {
        0 | 4 | 8 => Some(grenoble),
        12 | 1 => Some(lyon),
        _ => None,
    };
    let records: Vec<DeviceRecord> = (0..20)
        .map(|number| DeviceRecord { position: Changed::always(place(number)), ..record(number) })
        .collect();
    setting.registry = Registry::new(records);
    setting.policy.scoring.bootstrap = BootstrapPolicy {
        cell_devices: 5,
        cell_boost_ppm: 800_000,
        full_through_epoch: 3,
        ends_at_epoch: 4,
        ..BootstrapPolicy::default()
    };
    assert_eq!(multipliers(&setting), [1_400_000, 1_400_000, 1_400_000, 1_800_000, ONE]);
    // In coarser cells both towns are in one.
    setting.policy.scoring.bootstrap.cell_resolution = 1;
    assert_eq!(multipliers(&setting)[0], 1_200_000);
    assert_eq!(multipliers(&setting)[3], 1_200_000);
    setting.policy.scoring.bootstrap.cell_devices = 3;
    assert_eq!(multipliers(&setting), [ONE; 5]);
    // Both multipliers add up.
    setting.policy.scoring.bootstrap.cell_resolution = 7;
    setting.policy.scoring.bootstrap.early_devices = 2;
    assert_eq!(multipliers(&setting), [2_000_000, 1_500_000, ONE, 1_800_000, ONE]);
}

// ---- receipts ----

#[test]
fn receipts_earn_their_credits_worth_and_leave_the_rest() {
    let mut setting = Setting::new(1_000_000);
    setting.policy.usage.class_share_bps = 3_000;
    setting.policy.usage.max_reward_bps = 8_000;
    // 1,000 credits are worth 20,000 smallest units at 0.05 credits each.
    let made = Made::default()
        .proof(0, Kind::Witness, ONE)
        .proof(4, Kind::Witness, ONE)
        .receipt(0, 1, 1_000)
        .receipt(8, 2, 3_000);
    let earnings = setting.earnings(&made);
    let stub = |number| earnings.paystub(&device(number)).unwrap();
    assert_eq!((stub(0).usage_tokens, stub(8).usage_tokens), (16_000, 48_000));
    // (1,000,000 − 64,000) / 2 each for the witnesses.
    assert_eq!((stub(0).share, stub(4).share, stub(8).share), (484_000, 468_000, 48_000));
    let budget = earnings.class(0).unwrap();
    assert_eq!((budget.usage_budget, budget.usage_paid), (300_000, 64_000));
    // More than the part that receipts have: in proportion to credits.
    let made = made.receipt(0, 1, 99_000).receipt(8, 2, 297_000);
    let earnings = setting.earnings(&made);
    let stub = |number| earnings.paystub(&device(number)).unwrap();
    assert_eq!((stub(0).usage_tokens, stub(8).usage_tokens), (75_000, 225_000));
    assert_eq!(stub(4).share, 350_000);
}

#[test]
fn each_parameter_of_usage_matters() {
    let made = Made::default().proof(0, Kind::Witness, ONE).receipt(4, 1, 1_000);
    let paid = |change: fn(&mut Setting)| {
        let mut setting = Setting::new(1_000_000);
        change(&mut setting);
        share(&setting.earnings(&made), 4)
    };
    assert_eq!(paid(|_| ()), 16_000);
    assert_eq!(paid(|setting| setting.policy.usage.max_reward_bps = 5_000), 10_000);
    assert_eq!(paid(|setting| setting.policy.usage.max_reward_bps = 0), 0);
    assert_eq!(paid(|setting| setting.policy.usage.class_share_bps = 100), 10_000);
    assert_eq!(paid(|setting| setting.policy.usage.class_share_bps = 0), 0);
    // Twice as many credits per token: half as many tokens per credit.
    assert_eq!(paid(|setting| setting.terms.credit_price = Some(2 * PRICE)), 8_000);
    assert_eq!(paid(|setting| setting.terms.credit_price = None), 0);
    assert_eq!(paid(|setting| setting.terms.credit_price = Some(0)), 0);
}

#[test]
fn the_factors_of_a_device_hold_for_its_receipts_but_multipliers_do_not() {
    let mut setting = Setting::new(1_000_000);
    setting.policy.scoring.bootstrap = early(20, (10, 20));
    let made = Made::default().proof(0, Kind::Witness, ONE).receipt(4, 1, 1_000);
    assert_eq!(share(&setting.earnings(&made), 4), 16_000);
    let half = made.clone().factor(4, "reputation", 500_000);
    assert_eq!(share(&setting.earnings(&half), 4), 8_000);
    assert_eq!(share(&setting.earnings(&made.factor(4, "bond", 0)), 4), 0);
}

#[test]
fn a_class_with_receipts_alone_pays_them_and_withholds_the_rest() {
    let setting = Setting::new(1_000_000);
    let earnings = setting.earnings(&Made::default().receipt(4, 1, 1_000));
    assert_eq!((share(&earnings, 4), earnings.withheld, earnings.dust), (16_000, 984_000, 0));
}

/// One credit a day takes nothing from others.
#[test]
fn what_receipts_leave_of_an_idle_class_goes_to_the_others() {
    let mut setting = Setting::new(1_000_000);
    setting.policy.scoring.classes = vec![class(0, 1, Idle::Share), class(1, 3, Idle::Share)];
    let honest = Made::default().proof(0, Kind::Witness, ONE);
    let earnings = setting.earnings(&honest);
    assert_eq!(share(&earnings, 0), 1_000_000);
    let attacked = honest.clone().receipt(1, 1, 1);
    let earnings = setting.earnings(&attacked);
    assert_eq!((share(&earnings, 0), share(&earnings, 1)), (999_984, 16));
    assert_eq!((earnings.withheld, earnings.dust), (0, 0));
    let budgets: Vec<_> = earnings
        .classes
        .iter()
        .map(|class| (class.budget, class.usage_budget, class.usage_paid, class.points_budget))
        .collect();
    // What its receipts could earn is by its own part of the budget.
    assert_eq!(budgets, [(999_984, 299_995, 0, 999_984), (16, 225_000, 16, 0)]);
    // The founder may want it withheld.
    setting.policy.scoring.classes[1].idle = Idle::Withhold;
    let earnings = setting.earnings(&attacked);
    assert_eq!((share(&earnings, 0), share(&earnings, 1)), (250_000, 16));
    assert_eq!(earnings.withheld, 749_984);
    // Nobody is there to take it.
    setting.policy.scoring.classes[1].idle = Idle::Share;
    let earnings = setting.earnings(&Made::default().receipt(1, 1, 1));
    assert_eq!((share(&earnings, 1), earnings.withheld, earnings.dust), (16, 999_984, 0));
}

/// Devices that may not earn take nobody's rank and crowd nobody's cell.
#[test]
fn multipliers_are_not_taken_by_devices_that_cost_no_bond() {
    let place = Some(Position { latitude_e7: 451_950_073, longitude_e7: 57_183_838 });
    let terms = ClassTerms { bond: 5, ..ClassTerms::default() };
    // All of class 0 and in one place; device 8 of operator 3 is the only one with a bond.
    let records: Vec<DeviceRecord> = [0, 4, 8, 12, 16]
        .into_iter()
        .map(|number| DeviceRecord {
            position: Changed::always(place),
            class_terms: ClassHistory::always(terms),
            ..record(number)
        })
        .collect();
    let amounts = [((operator(3), 0), Settled::new(5, 0))].into();
    let bonds = Bonds { settle_seconds: 1, amounts };
    let mut setting = Setting::new(1_000);
    setting.registry = Registry::new(records).with_bonds(bonds);
    setting.policy.scoring.bootstrap = BootstrapPolicy { cell_devices: 3, ..early(1, (5, 10)) };
    assert_eq!(multipliers(&setting)[2], 3 * ONE);
}

/// The worked example of docs/proofs.md.
#[test]
fn the_worked_example() {
    let mut setting = Setting::new(1_000_000_000);
    setting.policy.scoring.classes = vec![class(0, 7, Idle::Share), class(1, 3, Idle::Share)];
    setting.policy.scoring.bootstrap = early(10, (50, 100));
    // A is the first device of class 0, B the second; C is the first of class 1.
    let (a, b, c) = (0, 4, 1);
    let made = Made::default()
        .proof(a, Kind::Witness, 10 * ONE)
        .factor(a, "uptime", 958_333)
        .proof(b, Kind::Witness, 5 * ONE)
        .receipt(b, 1, 100_000)
        .proof(c, Kind::Witness, 4 * ONE);
    let earnings = setting.earnings(&made);
    let stub = |number| earnings.paystub(&device(number)).unwrap();
    assert_eq!((stub(a).points, stub(b).points), (19_166_660, 9_500_000));
    assert_eq!((stub(a).share, stub(a).usage_tokens), (466_953_434, 0));
    assert_eq!((stub(b).share, stub(b).usage_tokens), (233_046_565, 1_600_000));
    assert_eq!((stub(c).share, earnings.dust, earnings.withheld), (300_000_000, 1, 0));
}

// ---- properties ----

#[derive(Debug, Clone)]
struct Drawn {
    proofs: Vec<(u8, u8, u64)>,
    receipts: Vec<(u8, u8, u64)>,
    factors: Vec<(u8, u64)>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let units = prop_oneof![0..3 * ONE, any::<u64>()];
    let credits = prop_oneof![1u64..1_000, any::<u64>()];
    let ppm = prop_oneof![Just(0), 0..=ONE, ONE..11 * ONE];
    (
        proptest::collection::vec((0u8..20, 0u8..13, units), 0..40),
        proptest::collection::vec((0u8..20, 0u8..4, credits), 0..10),
        proptest::collection::vec((0u8..20, ppm), 0..20),
    )
        .prop_map(|(proofs, receipts, factors)| Drawn { proofs, receipts, factors })
}

fn setting() -> impl Strategy<Value = Setting> {
    let price = prop_oneof![Just(None), Just(Some(PRICE)), any::<u64>().prop_map(Some)];
    let classes = proptest::collection::btree_map(0u16..5, (1u32..10, any::<bool>()), 0..4);
    let bootstrap = (0u32..10, 0u32..4, 0u64..12);
    (any::<u64>(), price, classes, bootstrap, 0u64..12, 0u16..=10_000, 0u16..10_000).prop_map(
        |(budget, price, classes, (first, crowd, ends), epoch, share, reward)| {
            let mut setting = Setting::new(budget);
            setting.terms.credit_price = price;
            setting.epoch = epoch;
            setting.policy.usage.class_share_bps = share;
            setting.policy.usage.max_reward_bps = reward;
            setting.policy.scoring.bootstrap = BootstrapPolicy {
                early_devices: first,
                cell_devices: crowd,
                ends_at_epoch: ends,
                ..BootstrapPolicy::default()
            };
            setting.policy.scoring.classes = classes
                .into_iter()
                .map(|(number, (weight, keep))| {
                    class(number, weight, if keep { Idle::Withhold } else { Idle::Share })
                })
                .collect();
            setting
        },
    )
}

fn made(drawn: &Drawn) -> Made {
    let mut made = Made::default();
    for (number, kind, units) in &drawn.proofs {
        let kinds: Vec<Kind> = Kind::ALL
            .iter()
            .copied()
            .filter(|kind| !cairn_verify::receipt::is_receipt(*kind))
            .collect();
        made = made.proof(*number, kinds[usize::from(*kind) % kinds.len()], *units);
    }
    for (number, from, credits) in &drawn.receipts {
        made = made.receipt(*number, *from, *credits);
    }
    for (number, ppm) in &drawn.factors {
        made = made.factor(*number, "some", *ppm);
    }
    made
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn shares_dust_and_what_is_withheld_are_the_budget(setting in setting(), drawn in drawn()) {
        let made = made(&drawn);
        let earnings = setting.earnings(&made);
        let paid: u64 = earnings.paystubs.iter().map(|stub| stub.share).sum();
        prop_assert_eq!(paid + earnings.dust + earnings.withheld, setting.terms.budget);
        // Dust is what rounding leaves over: less than a unit per device and class.
        prop_assert!(earnings.dust <= 20 + 2 * 5);
        // Classes' budgets add up, and no class pays more than its own.
        let given: u64 = earnings.classes.iter().map(|class| class.budget).sum();
        prop_assert!(given <= setting.terms.budget);
        for class in &earnings.classes {
            let of: Vec<_> = earnings.paystubs.iter()
                .filter(|stub| class.class.is_none_or(|number| number == stub.class))
                .collect();
            let paid: u64 = of.iter().map(|stub| stub.share).sum();
            prop_assert!(paid <= class.budget);
            prop_assert!(class.usage_paid <= class.usage_budget);
            prop_assert_eq!(class.usage_paid, of.iter().map(|stub| stub.usage_tokens).sum::<u64>());
        }
        // No receipt earns more than its credits' worth, which is less than what was burned.
        for stub in &earnings.paystubs {
            let spent: u128 = made.outcome.spendings.iter()
                .filter(|spending| spending.device == stub.device)
                .map(|spending| u128::from(spending.credits))
                .sum();
            let price = u128::from(setting.terms.credit_price.unwrap_or(0));
            prop_assert!(u128::from(stub.usage_tokens) * price <= spent * 1_000_000_000);
        }
    }

    #[test]
    fn order_does_not_matter(setting in setting(), drawn in drawn(), seed: u64) {
        let mut made = made(&drawn);
        let one = setting.earnings(&made);
        let count = made.outcome.proofs.len().max(1);
        for at in 0..made.outcome.proofs.len() {
            made.outcome.proofs.swap(at, (seed as usize).wrapping_mul(at + 3) % count);
        }
        made.outcome.spendings.reverse();
        let mut other = setting.earnings(&made);
        // The order of proofs is part of an outcome, which the judge fixes.
        other.inputs.outcome_hash = one.inputs.outcome_hash;
        prop_assert_eq!(one, other);
    }

    /// Multipliers move shares within a class, and never change what it gets.
    #[test]
    fn multipliers_stay_inside_their_class(setting in setting(), drawn in drawn()) {
        let mut made = made(&drawn);
        made.outcome.spendings.clear();
        made.outcome.proofs.retain(|proof| !cairn_verify::receipt::is_receipt(proof.kind));
        let mut without = setting.clone();
        without.policy.scoring.bootstrap = BootstrapPolicy::default();
        let budgets = |setting: &Setting| {
            let earnings = setting.earnings(&made);
            let of = |class: &cairn_epoch::ClassBudget| (class.budget, class.withheld);
            earnings.classes.iter().map(of).collect::<Vec<_>>()
        };
        prop_assert_eq!(budgets(&setting), budgets(&without));
    }
}
