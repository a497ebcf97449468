//! Explanations: complete, with a reason for every zero, and a path that leads to the root.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[allow(unreachable_pub, dead_code, reason = "shared by several tests, each of which uses a part")]
mod support;

use cairn_epoch::{EpochResult, Explanation, Totals, explain};
use cairn_protocol::merkle::{DeviceLeaf, Node, OperatorLeaf, fold};
use cairn_protocol::proof::Kind;
use cairn_protocol::reason::Reason;
use cairn_verify::policy::{BootstrapPolicy, ClassPolicy, Idle};
use cairn_verify::{Factor, Judgment, ONE, Registry};
use proptest::prelude::*;
use support::*;

fn explained(setting: &Setting, made: &Made, number: u8) -> Explanation {
    let result = setting.result(&Totals::default(), made);
    explain(&result, &made.outcome, None, &device(number)).unwrap()
}

/// Folds the path of an explanation from the device's leaf to the root.
fn check_path(result: &EpochResult, found: &Explanation, who: u8) {
    let path = found.path.as_ref().unwrap();
    let owner = cairn_epoch::text::from_base58(found.operator.as_ref().unwrap()).unwrap();
    let leaf =
        DeviceLeaf { operator: owner, device: device(who), lifetime_total: path.device_total };
    let proof = hex::decode(&path.device_proof).unwrap();
    let devices = fold(&leaf.node(), path.device_index, &proof).unwrap();
    assert_eq!((devices.hash, devices.sum <= path.operator_total), (path.devices_root, true));
    let leaf = OperatorLeaf {
        pool: POOL,
        operator: owner,
        lifetime_total: path.operator_total,
        devices_root: path.devices_root,
    };
    let proof = hex::decode(&path.operator_proof).unwrap();
    let root = fold(&leaf.node(), path.operator_index, &proof).unwrap();
    assert_eq!(root, result.node());
    assert_eq!(root, Node { hash: path.root, sum: path.root_sum });
}

#[test]
fn an_explanation_shows_the_whole_way_from_proofs_to_the_root() {
    let mut setting = Setting::new(1_000_000);
    setting.policy.scoring.bootstrap = BootstrapPolicy {
        early_devices: 4,
        full_through_epoch: 5,
        ends_at_epoch: 10,
        ..BootstrapPolicy::default()
    };
    setting.registry = Registry::new((0..20).map(|n| capped(n, if n == 0 { 3 } else { 0 })));
    let mut made = Made::default()
        .proof(0, Kind::Beacon, ONE)
        .refused(0, Kind::Witness, Reason::SignalTooStrong)
        .proof(1, Kind::Witness, 3 * ONE)
        .receipt(0, 1, 100)
        .factor(0, "uptime", 750_000)
        .factor(0, "active", ONE)
        .factor(1, "active", ONE);
    let factors = vec![Factor::new("redundancy", 500_000, [("rank", 15)])];
    let mut witness = judged(0, 99, Kind::Witness, Judgment::counts(8 * ONE, factors));
    witness.captured_at_ms = 1_234;
    made.outcome.proofs.push(witness);
    let result = setting.result(&Totals::default(), &made);
    let found = explain(&result, &made.outcome, None, &device(0)).unwrap();
    // 4 units × 1 point × 0.75 × 2 = 6 points, capped at 3, of 6 in all.
    assert_eq!((found.points, found.class_budget.unwrap().points), (3 * ONE, 9 * ONE));
    assert_eq!(
        found.factors.iter().map(|factor| factor.name.as_ref()).collect::<Vec<_>>(),
        ["uptime", "active", "bootstrap", "class_cap"]
    );
    assert_eq!(found.zero, None);
    check_path(&result, &found, 0);
    let text = found.to_string();
    for part in [
        "proofs: 4",
        "refused, 206 signal_too_strong: check the asserted location",
        "accepted, 4 units = 8 × 0.5 redundancy (rank 15)",
        "witness: 1 accepted, 1 refused, 4 units, 4 points",
        "× 0.75 uptime (test 1)",
        "× 2 bootstrap (rank 0, early_devices 4",
        "× 0.5 class_cap (points_millionths 6000000, points_cap 3)",
        "share of points: 3 of 9 of all classes together",
        "share of receipts: 75 of 75 usage points",
        "under root",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    println!("{text}");
    // With the tree at hand the same.
    let tree = result.totals.tree(&POOL).unwrap();
    assert_eq!(explain(&result, &made.outcome, tree.as_ref(), &device(0)).unwrap(), found);
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Explanation>(&json).unwrap(), found);
}

/// A device that was silent in an epoch still has what it earned before, and the way to it.
#[test]
fn a_silent_epoch_hides_nothing_that_was_earned_before() {
    let setting = Setting::new(1_000_000);
    let made = Made::default().proof(0, Kind::Witness, ONE).proof(1, Kind::Witness, ONE);
    let before = setting.result(&Totals::default(), &made);
    let silent = Made::default().proof(1, Kind::Witness, ONE);
    let result = setting.result(&before.totals, &silent);
    let found = explain(&result, &silent.outcome, None, &device(0)).unwrap();
    assert_eq!((found.share, found.class, found.proofs.len()), (0, None, 0));
    assert!(found.zero.as_ref().unwrap().contains("no proof of this device was admitted"));
    assert_eq!(found.path.as_ref().unwrap().device_total, 500_000);
    check_path(&result, &found, 0);
    // One that never earned anything has no leaf.
    let nobody = explain(&result, &silent.outcome, None, &device(9)).unwrap();
    assert_eq!((nobody.operator, nobody.path), (None, None));
}

#[test]
fn every_kind_of_zero_has_its_reason() {
    let setting = Setting::new(1_000_000);
    let other = || Made::default().proof(1, Kind::Witness, ONE);
    let why = |setting: &Setting, made: &Made| {
        let found = explained(setting, made, 0);
        assert_eq!(found.share, 0);
        found.zero.unwrap()
    };
    let check = |setting: &Setting, made: Made, part: &str| {
        let why = why(setting, &made);
        assert!(why.contains(part), "{why}");
    };
    check(&setting, other(), "no proof of this device was admitted");
    let refused = other()
        .refused(0, Kind::Witness, Reason::TooFar)
        .refused(0, Kind::Witness, Reason::BeaconUnknown)
        .refused(0, Kind::Witness, Reason::BeaconUnknown);
    check(&setting, refused, "2 × beacon_unknown, 1 × too_far; about beacon_unknown: send");
    check(&setting, other().proof(0, Kind::Beacon, ONE), "there are no points for beacon");
    let licence = other().proof(0, Kind::Witness, ONE).factor(0, "licence", 0);
    check(&setting, licence, "the factor `licence` is 0 (test 1)");
    let mut made = other();
    let factors = vec![Factor::new("redundancy", 0, [("rank", 30)])];
    made.outcome.proofs.push(judged(0, 1, Kind::Witness, Judgment::counts(ONE, factors)));
    made.outcome.factors.entry(device(0)).or_default();
    check(&setting, made.clone(), "count for nothing: the factor `redundancy` is 0 (rank 30)");
    assert!(explained(&setting, &made, 0).proofs[0].zero.as_ref().unwrap().contains("rank 30"));
    check(&setting, other().proof(0, Kind::Witness, 0), "count for nothing by themselves");
    let crumbs =
        Made::default().proof(1, Kind::Witness, 9_000_000 * ONE).proof(0, Kind::Witness, 1);
    check(&setting, crumbs, "less than one smallest unit");
    let usage = |credits| other().receipt(0, 1, credits);
    let mut without = setting.clone();
    without.terms.credit_price = None;
    check(&without, usage(100), "credit market's price, and there is none");
    let mut without = setting.clone();
    without.policy.usage.class_share_bps = 0;
    check(&without, usage(100), "receipts have no part of the budget");
    let mut dear = setting.clone();
    dear.terms.credit_price = Some(u64::MAX);
    check(&dear, usage(1), "what they may earn");
    let mut listed = setting.clone();
    let class = |class| ClassPolicy { class, weight: 1, idle: Idle::Share, uptime_parts: None };
    listed.policy.scoring.classes = vec![class(1)];
    check(
        &listed,
        other().proof(0, Kind::Witness, ONE),
        "the factor `class_budget` is 0 (class 0)",
    );
    check(&Setting::new(0), other().proof(0, Kind::Witness, ONE), "no budget for its class");
}

#[test]
fn an_adopted_result_still_explains_what_this_oracle_computed() {
    let setting = Setting::new(1_000);
    let made = Made::default().proof(0, Kind::Witness, ONE);
    let own = setting.earnings(&made);
    let chain = setting.result(&Totals::default(), &made.clone().proof(1, Kind::Witness, ONE));
    let result = EpochResult::adopt(NETWORK, POOL, 0, chain.totals, Some(own)).unwrap();
    let found = explain(&result, &made.outcome, None, &device(0)).unwrap();
    assert!(found.adopted && found.manifest_hash.is_none());
    assert_eq!((found.share, found.path.as_ref().unwrap().device_total), (1_000, 500));
    check_path(&result, &found, 0);
    assert!(found.to_string().contains("the chain finalized other totals"));
}

/// What a device gets, by nothing but the numbers of its explanation and the policy.
fn again(setting: &Setting, found: &Explanation) -> (u64, u64) {
    let is_receipt = cairn_verify::receipt::is_receipt;
    let scaled = |amount: u64, by: &Factor| cairn_verify::judgment::scaled(amount, by.ppm);
    let mut sums = [0, 0, 0];
    for line in &found.kinds {
        let counts = found.proofs.iter().filter(|proof| proof.kind == line.kind && proof.code == 0);
        let units: u64 = counts
            .map(|proof| {
                let units = proof.factors.iter().fold(proof.gross, scaled);
                assert_eq!(units, proof.units);
                units
            })
            .sum();
        assert_eq!(units, line.units);
        assert_eq!(units * setting.policy.points_per_unit(line.kind), line.points);
        sums[usize::from(is_receipt(line.kind))] += line.points;
        sums[2] += if is_receipt(line.kind) { units } else { 0 };
    }
    // Multipliers and the cap are not for receipts.
    let (mut points, mut usage, mut credits) = (sums[0], sums[1], sums[2]);
    for factor in &found.factors {
        if factor.name == "class_cap" {
            let cap = factor.inputs.iter().find(|(name, _)| name == "points_cap").unwrap().1;
            points = points.min(u64::try_from(cap).unwrap() * ONE);
            continue;
        }
        points = scaled(points, factor);
        if factor.name != "bootstrap" {
            (usage, credits) = (scaled(usage, factor), scaled(credits, factor));
        }
    }
    assert_eq!((points, usage), (found.points, found.usage_points));
    let Some(budget) = &found.class_budget else { return (0, 0) };
    let part = |whole: u64, part: u64, of: u64| {
        (u128::from(whole) * u128::from(part)).checked_div(of.into()).unwrap_or(0)
    };
    let worth =
        u128::from(credits) * 1_000_000_000 * u128::from(setting.policy.usage.max_reward_bps)
            / (u128::from(found.credit_price.unwrap()) * 10_000 * u128::from(ONE));
    let usage = part(budget.usage_budget, usage, budget.usage_points).min(worth);
    let others = part(budget.points_budget, points, budget.points);
    (u64::try_from(usage).unwrap(), u64::try_from(usage + others).unwrap())
}

proptest! {
    /// The numbers of an explanation lead from each proof to the tokens, whatever the policy: classes
    /// with and without points, multipliers, caps, factors.
    #[test]
    fn the_numbers_of_an_explanation_give_the_tokens(
        proofs in proptest::collection::vec((0u8..20, 0usize..13, 0u64..5 * ONE, 0u64..=ONE), 0..30),
        factors in proptest::collection::vec((0u8..20, prop_oneof![Just(0), 0..=ONE]), 0..8),
        receipts in proptest::collection::vec((0u8..20, 0u8..3, 1u64..100_000), 0..8),
        classes in proptest::collection::btree_map(0u16..5, (1u32..10, any::<bool>()), 0..4),
        (first, crowd, epoch) in (0u32..10, 0u32..4, 0u64..12),
        (cap, share, reward) in (0u64..4, 0u16..=10_000, 0u16..10_000),
        budget: u64,
    ) {
        let mut setting = Setting::new(budget);
        setting.epoch = epoch;
        setting.registry = Registry::new((0..20).map(|number| capped(number, cap)));
        setting.policy.usage.class_share_bps = share;
        setting.policy.usage.max_reward_bps = reward;
        setting.policy.scoring.bootstrap = BootstrapPolicy {
            early_devices: first,
            cell_devices: crowd,
            full_through_epoch: 4,
            ends_at_epoch: 10,
            ..BootstrapPolicy::default()
        };
        setting.policy.scoring.classes = classes
            .into_iter()
            .map(|(class, (weight, keep))| ClassPolicy {
                class,
                weight,
                idle: if keep { Idle::Withhold } else { Idle::Share },
                uptime_parts: None,
            })
            .collect();
        let mut made = Made::default();
        for (number, kind, gross, ppm) in proofs {
            let kind = Kind::ALL[kind];
            if !cairn_verify::receipt::is_receipt(kind) {
                made = made.proof(number, kind, 0);
                let factors = vec![Factor::new("some", ppm, [])];
                made.outcome.proofs.last_mut().unwrap().judgment = Judgment::counts(gross, factors);
            }
        }
        for (number, from, credits) in receipts {
            made = made.receipt(number, from, credits);
        }
        for (number, ppm) in factors {
            made = made.factor(number, "other", ppm);
        }
        let result = setting.result(&Totals::default(), &made);
        for number in 0..20 {
            let found = explain(&result, &made.outcome, None, &device(number)).unwrap();
            prop_assert_eq!(again(&setting, &found), (found.usage_tokens, found.share));
        }
    }

    /// Whatever happened, every zero has a reason, and shares explain the totals.
    #[test]
    fn every_zero_has_a_reason(
        proofs in proptest::collection::vec(
            (0u8..20, 0usize..13, 0u64..2 * ONE, proptest::option::of(0usize..10), 0u64..2 * ONE),
            0..40,
        ),
        factors in proptest::collection::vec((0u8..20, prop_oneof![Just(0), 0..ONE]), 0..8),
        receipts in proptest::collection::vec((0u8..20, 0u8..3, 1u64..200), 0..5),
        budget in prop_oneof![0u64..5, any::<u64>()],
    ) {
        let setting = Setting::new(budget);
        let mut made = Made::default();
        for (number, kind, gross, reason, ppm) in proofs {
            let kind = Kind::ALL[kind];
            if cairn_verify::receipt::is_receipt(kind) { continue }
            made = match reason {
                Some(at) => made.refused(number, kind, Reason::ALL[1 + at]),
                None => {
                    let mut next = made.proof(number, kind, 0);
                    let last = next.outcome.proofs.last_mut().unwrap();
                    last.judgment = Judgment::counts(gross, vec![Factor::new("some", ppm, [])]);
                    next
                }
            };
        }
        for (number, from, credits) in receipts {
            made = made.receipt(number, from, credits);
        }
        for (number, ppm) in factors {
            made = made.factor(number, "other", ppm);
        }
        let result = setting.result(&Totals::default(), &made);
        let mut sum = 0;
        for number in 0..21 {
            let found = explain(&result, &made.outcome, None, &device(number)).unwrap();
            prop_assert_eq!(found.zero.is_some(), found.share == 0);
            for proof in &found.proofs {
                let line = found.kinds.iter().find(|line| line.kind == proof.kind).unwrap();
                prop_assert_eq!(proof.zero.is_some(), proof.units == 0 || line.points == 0);
            }
            prop_assert_eq!(found.path.is_some(), found.share > 0);
            if found.share > 0 {
                check_path(&result, &found, number);
            }
            let receipts = found.kinds.iter().any(|line| {
                cairn_verify::receipt::is_receipt(line.kind) && line.points > 0
            });
            if found.share > 0 && found.usage_tokens == 0 && receipts {
                prop_assert!(found.zero_part.is_some());
            }
            prop_assert!(!found.to_string().is_empty());
            sum += found.share;
        }
        let earnings = result.earnings.as_ref().unwrap();
        prop_assert_eq!(sum + earnings.dust + earnings.withheld, budget);
    }
}
