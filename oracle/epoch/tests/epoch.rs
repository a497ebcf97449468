//! What must hold of every epoch, by properties over arbitrary proofs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use cairn_epoch::{Earnings, EpochError, EpochResult, LeavesDocument, Tally, Terms, Totals, text};
use cairn_protocol::hash::sha256;
use cairn_protocol::merkle::{Node, verify};
use cairn_protocol::proof::{DeviceKey, Kind};
use cairn_protocol::settlement::Settled;
use cairn_verify::{
    Bonds, Category, Changed, ClassHistory, ClassTerms, DeviceRecord, License, Policy, Registry,
};
use proptest::prelude::*;

const NETWORK: [u8; 32] = [5; 32];
const POOL: [u8; 32] = [6; 32];
const TREASURY: [u8; 32] = [7; 32];

fn key(device: u8) -> DeviceKey {
    DeviceKey::Ed25519([device; 32])
}

/// Device account and wallet addresses in another order than the keys.
fn address(what: &[u8], number: u8) -> [u8; 32] {
    sha256(&[what, &[number]])
}

fn record(device: u8, operator: u8, previous: u8, since_s: i64) -> DeviceRecord {
    let previous = address(b"operator", previous);
    DeviceRecord {
        operator: Settled {
            current: address(b"operator", operator),
            since: since_s,
            previous,
            previous_since: 0,
            earlier: previous,
        },
        // As long as an epoch.
        settle_seconds: 100,
        ..DeviceRecord::new(
            address(b"device", device),
            key(device),
            0,
            Category::Wireless,
            previous,
        )
    }
}

/// Devices 0 to 19, operators 0 to 4.
fn registry() -> Registry {
    Registry::new((0..20).map(|device| record(device, device % 5, device % 5, 0)))
}

fn policy() -> Policy {
    Policy { points_per_witness: 3, points_per_beacon: 1, ..Policy::default() }
}

fn terms(epoch: u64, budget: u64) -> Terms {
    Terms {
        network: NETWORK,
        pool: POOL,
        treasury: TREASURY,
        policy_hash: policy().hash(),
        epoch,
        starts_at_s: epoch * 100,
        ends_at_s: (epoch + 1) * 100,
        budget,
    }
}

type Proof = (u8, bool, u64);

fn tally(proofs: &[Proof]) -> Tally {
    let mut tally = Tally::default();
    for (device, witness, nonce) in proofs {
        let kind = if *witness { Kind::Witness } else { Kind::Beacon };
        let id = sha256(&[&[*device, u8::from(*witness)], &nonce.to_le_bytes()]);
        tally.add(&policy(), key(*device), kind, id).unwrap();
    }
    tally
}

fn earnings(epoch: u64, budget: u64, proofs: &[Proof]) -> Earnings {
    Earnings::compute(&terms(epoch, budget), &tally(proofs), &registry()).unwrap()
}

fn result(previous: &Totals, earnings: Earnings) -> EpochResult {
    EpochResult::compute(NETWORK, POOL, previous, earnings).unwrap()
}

fn proofs() -> impl Strategy<Value = Vec<Proof>> {
    proptest::collection::vec((0u8..20, any::<bool>(), any::<u64>()), 0..60)
}

proptest! {
    #[test]
    fn shares_and_dust_are_the_budget(proofs in proofs(), budget: u64) {
        let earnings = earnings(0, budget, &proofs);
        let paid: u64 = earnings.shares.iter().map(|share| share.tokens).sum();
        let expected = if proofs.is_empty() { 0 } else { budget };
        prop_assert_eq!(paid + earnings.dust, expected);
        prop_assert!(earnings.dust < 20);
        prop_assert_eq!(result(&Totals::default(), earnings).root_sum, expected);
    }

    #[test]
    fn order_of_arrival_does_not_matter(
        (proofs, shuffled) in proofs().prop_flat_map(|p| (Just(p.clone()), Just(p).prop_shuffle())),
        budget: u64,
    ) {
        let one = result(&Totals::default(), earnings(0, budget, &proofs));
        let other = result(&Totals::default(), earnings(0, budget, &shuffled));
        prop_assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&other).unwrap());
    }

    #[test]
    fn totals_never_fall_and_the_root_is_their_sum(
        epochs in proptest::collection::vec((proofs(), 0u64..1_000_000), 1..6),
    ) {
        let mut previous = Totals::default();
        let mut emitted = 0;
        for (epoch, (proofs, budget)) in epochs.iter().enumerate() {
            let result = result(&previous, earnings(epoch as u64, *budget, proofs));
            emitted += if proofs.is_empty() { 0 } else { *budget };
            let mut sum = 0;
            for (operator, total) in result.totals.operators() {
                let now = total.lifetime_total().unwrap();
                sum += now;
                if let Some(before) = previous.operator(operator) {
                    prop_assert!(before.lifetime_total().unwrap() <= now);
                    for (device, tokens) in &before.devices {
                        prop_assert!(*tokens <= total.devices[device]);
                    }
                }
            }
            for (operator, _) in previous.operators() {
                prop_assert!(result.totals.operator(operator).is_some());
            }
            prop_assert_eq!(sum, result.root_sum);
            prop_assert_eq!(sum, emitted);
            previous = result.totals;
        }
    }

    #[test]
    fn every_leaf_and_device_proves(proofs in proofs(), budget in 1u64..) {
        let result = result(&Totals::default(), earnings(0, budget, &proofs));
        let Some(tree) = result.totals.tree(&POOL).unwrap() else { return Ok(()) };
        prop_assert_eq!(tree.root(), result.node());
        for (operator, total) in result.totals.operators() {
            let claim = tree.claim(operator).unwrap();
            prop_assert!(verify(&result.node(), &claim.leaf.node(), claim.index, &claim.proof));
            prop_assert_eq!(claim.leaf.lifetime_total, total.lifetime_total().unwrap());
            for device in total.devices.keys() {
                let device = result.totals.device_proof(operator, device).unwrap().unwrap();
                prop_assert_eq!(device.root.hash, claim.leaf.devices_root);
                prop_assert!(verify(&device.root, &device.leaf.node(), device.index, &device.proof));
            }
        }
        prop_assert!(tree.claim(&[0; 32]).is_none());
    }

    #[test]
    fn json_round_trips_and_rebuilds(proofs in proofs(), budget: u64) {
        let result = result(&Totals::default(), earnings(0, budget, &proofs));
        let stored = serde_json::to_string(&result).unwrap();
        prop_assert_eq!(&serde_json::from_str::<EpochResult>(&stored).unwrap(), &result);
        let served = serde_json::to_string(&result.leaves()).unwrap();
        let served: LeavesDocument = serde_json::from_str(&served).unwrap();
        prop_assert_eq!(served.rebuild(&POOL, &result.node()).unwrap(), result.totals);
    }

    /// Any input that changes, changes the manifest.
    #[test]
    fn the_manifest_commits_to_the_proofs(a in proofs(), b in proofs()) {
        let (one, other) = (earnings(0, 9, &a), earnings(0, 9, &b));
        let manifest = |e: &Earnings| e.manifest_hash(&NETWORK, &POOL, &[0; 32], 0);
        let mut ids = [a, b];
        for ids in &mut ids {
            ids.sort_unstable();
            ids.dedup();
        }
        prop_assert_eq!(manifest(&one) == manifest(&other), ids[0] == ids[1]);
    }
}

#[test]
fn the_operator_at_the_end_of_the_epoch_earns() {
    // Epoch 0 ends at 100 s.
    for (since_s, expected) in [(99_i64, 1), (100, 2), (500, 2), (0, 1)] {
        let registry = Registry::new([record(0, 1, 2, since_s)]);
        let earnings =
            Earnings::compute(&terms(0, 10), &tally(&[(0, true, 1)]), &registry).unwrap();
        assert_eq!(earnings.shares[0].operator, address(b"operator", expected), "{since_s}");
    }
}

#[test]
fn a_device_earns_no_more_than_its_class_allows() {
    let capped = |points_cap| {
        let terms = ClassTerms { points_cap, ..ClassTerms::default() };
        DeviceRecord { class_terms: ClassHistory::always(terms), ..record(0, 0, 0, 0) }
    };
    let tally = tally(&[(0, true, 1), (0, true, 2), (0, true, 3), (1, true, 4)]);
    let whole =
        Earnings::compute(&terms(0, 100), &tally, &Registry::new([capped(0), record(1, 1, 1, 0)]))
            .unwrap();
    let of = |earnings: &Earnings, device| {
        let address = address(b"device", device);
        earnings.shares.iter().find(|share| share.device == address).unwrap().points
    };
    let one = of(&whole, 1);
    assert_eq!(of(&whole, 0), 3 * one);
    for (cap, expected) in [(3 * one, 3 * one), (2 * one, 2 * one), (1, 1)] {
        let registry = Registry::new([capped(cap), record(1, 1, 1, 0)]);
        let earnings = Earnings::compute(&terms(0, 100), &tally, &registry).unwrap();
        assert_eq!((of(&earnings, 0), of(&earnings, 1)), (expected, one));
        assert_eq!(earnings.points, expected + one);
        assert_eq!(earnings.points_above_cap, 3 * one - expected);
    }
    // The cap of the epoch's end counts: this one comes after the end of epoch 0.
    let mut later = capped(0);
    let strict = ClassTerms { points_cap: 1, ..ClassTerms::default() };
    for (from_s, expected) in [(100, 1), (101, 3 * one)] {
        later.class_terms.pending = Some((strict, from_s));
        let registry = Registry::new([later, record(1, 1, 1, 0)]);
        let earnings = Earnings::compute(&terms(0, 100), &tally, &registry).unwrap();
        assert_eq!(of(&earnings, 0), expected);
    }
}

#[test]
fn a_device_that_is_not_active_at_the_epochs_end_earns_nothing() {
    // Epoch 0 ends at 100 s.
    let suspended =
        |since| Settled { current: 1, since, previous: 0, previous_since: 0, earlier: 0 };
    let with = |change: fn(&mut DeviceRecord)| {
        let mut device = record(0, 1, 1, 0);
        change(&mut device);
        device
    };
    let cases = [
        (record(0, 1, 1, 0), true),
        (DeviceRecord { status: suspended(99), ..record(0, 1, 1, 0) }, false),
        (DeviceRecord { status: suspended(100), ..record(0, 1, 1, 0) }, true),
        (with(|device| device.on_chain = false), false),
        (with(|device| device.onboarded_at_s = 99), true),
        (with(|device| device.onboarded_at_s = 100), false),
    ];
    let tally = tally(&[(0, true, 1), (1, true, 2)]);
    for (device, earns) in cases {
        let registry = Registry::new([device, record(1, 1, 1, 0)]);
        let earnings = Earnings::compute(&terms(0, 100), &tally, &registry).unwrap();
        assert_eq!(earnings.shares.len(), if earns { 2 } else { 1 }, "{device:?}");
        assert_eq!(earnings.points_inactive > 0, !earns);
    }
}

#[test]
fn a_device_without_the_licence_that_its_class_needs_earns_nothing() {
    // Epoch 0 ends at 100 s.
    let account = [0x77; 32];
    let needs = ClassTerms { license_required: true, ..ClassTerms::default() };
    let device = |license| DeviceRecord {
        class_terms: ClassHistory::always(needs),
        license: Changed { previous: None, current: license, since_s: 0 },
        ..record(0, 1, 1, 0)
    };
    let valid = License { valid_since_s: 10, expires_at_s: 101, ..License::default() };
    let cases = [
        ("valid", device(Some(account)), valid, true),
        ("none", device(None), valid, false),
        ("another account's", device(Some([0x78; 32])), valid, false),
        ("expired", device(Some(account)), License { expires_at_s: 100, ..valid }, false),
        ("not yet", device(Some(account)), License { valid_since_s: 101, ..valid }, false),
        ("revoked before", device(Some(account)), License { revoked_at_s: 100, ..valid }, false),
        ("revoked after", device(Some(account)), License { revoked_at_s: 101, ..valid }, true),
        (
            "lapsed after and renewed",
            device(Some(account)),
            License {
                valid_since_s: 500,
                expires_at_s: 900,
                previous_valid_since_s: 10,
                previous_expires_at_s: 101,
                revoked_at_s: 0,
            },
            true,
        ),
        (
            "attached after the end",
            DeviceRecord {
                license: Changed { previous: None, current: Some(account), since_s: 101 },
                ..device(None)
            },
            valid,
            false,
        ),
    ];
    let tally = tally(&[(0, true, 1), (1, true, 2)]);
    for (what, device, license, earns) in cases {
        let registry =
            Registry::new([device, record(1, 1, 1, 0)]).with_licenses([(account, license)].into());
        let earnings = Earnings::compute(&terms(0, 100), &tally, &registry).unwrap();
        assert_eq!(earnings.shares.len(), if earns { 2 } else { 1 }, "{what}");
        assert_eq!(earnings.points_unlicensed > 0, !earns, "{what}");
    }
}

#[test]
fn a_bond_covers_the_devices_that_joined_first() {
    let needs = ClassTerms { bond: 10, ..ClassTerms::default() };
    let device = |number, operator, onboarded_at_s| DeviceRecord {
        class_terms: ClassHistory::always(needs),
        onboarded_at_s,
        ..record(number, operator, operator, 0)
    };
    let devices = [device(0, 1, 30), device(1, 1, 10), device(2, 1, 20), device(3, 2, 5)];
    // Epoch 0 ends at 100 s, where a settlement period of 100 s begins: what changed before counts.
    let bonded = |amount: u64| Settled {
        current: u64::MAX,
        since: 100,
        previous: amount,
        previous_since: 50,
        earlier: u64::MAX,
    };
    let tally = tally(&[(0, true, 1), (1, true, 2), (2, true, 3), (3, true, 4)]);
    for (amount, covered) in [
        (0, vec![]),
        (9, vec![]),
        (10, vec![1]),
        (29, vec![1, 2]),
        (30, vec![1, 2, 0]),
        (u64::MAX, vec![1, 2, 0]),
    ] {
        let bonds = Bonds {
            settle_seconds: 100,
            amounts: [((address(b"operator", 1), 0), bonded(amount))].into(),
        };
        let registry = Registry::new(devices).with_bonds(bonds);
        let earnings = Earnings::compute(&terms(0, 100), &tally, &registry).unwrap();
        let mut expected: Vec<_> =
            covered.iter().map(|number| address(b"device", *number)).collect();
        expected.sort_unstable();
        let earning: Vec<_> = earnings.shares.iter().map(|share| share.device).collect();
        // Operator 2 has no bond at all.
        assert_eq!(earning, expected, "{amount}");
        let one = earnings.points_unbonded / u64::try_from(4 - covered.len()).unwrap();
        assert_eq!(earnings.points, one * u64::try_from(covered.len()).unwrap(), "{amount}");
    }
}

#[test]
fn a_device_that_changed_hands_has_a_leaf_under_each_operator() {
    let first = earnings(0, 10, &[(0, true, 1)]);
    let first = result(&Totals::default(), first);
    let sold = Registry::new([record(0, 1, 0, 150)]);
    let second = Earnings::compute(&terms(1, 20), &tally(&[(0, true, 2)]), &sold).unwrap();
    let second = result(&first.totals, second);
    let device = address(b"device", 0);
    let earned = |operator| {
        let proof = second.totals.device_proof(&address(b"operator", operator), &device);
        proof.unwrap().unwrap().leaf.lifetime_total
    };
    assert_eq!((earned(0), earned(1)), (10, 20));
}

#[test]
fn points_of_an_unknown_key_are_not_paid() {
    let earnings = earnings(0, 100, &[(0, true, 1), (200, true, 2)]);
    assert_eq!((earnings.points, earnings.points_unattributed), (3, 3));
    assert_eq!(earnings.shares[0].tokens, 100);
}

#[test]
fn a_treasury_with_devices_has_one_leaf() {
    let mut device = record(0, 0, 0, 0);
    device.operator = Settled::new(TREASURY, 0);
    let registry = Registry::new([device, record(1, 1, 1, 0), record(2, 1, 1, 0)]);
    let tally = tally(&[(0, true, 1), (1, true, 2), (2, true, 3)]);
    let earnings = Earnings::compute(&terms(0, 100), &tally, &registry).unwrap();
    let result = result(&Totals::default(), earnings);
    let treasury = result.totals.operator(&TREASURY).unwrap();
    assert_eq!((treasury.direct, treasury.lifetime_total().unwrap()), (1, 34));
    assert_eq!(result.leaf_count, 2);
}

#[test]
fn nothing_earned_proposes_nothing() {
    let none = result(&Totals::default(), earnings(0, 0, &[(0, true, 1)]));
    assert_eq!((none.root, none.root_sum, none.leaf_count), ([0; 32], 0, 0));
    assert_eq!(none.content(), None);
    assert_eq!(none.leaves().rebuild(&POOL, &none.node()).unwrap(), Totals::default());
    let some = result(&Totals::default(), earnings(0, 1, &[(0, true, 1)]));
    assert_eq!(some.content().unwrap().root_sum, 1);
    let adopted = EpochResult::adopt(NETWORK, POOL, 0, some.totals.clone(), None).unwrap();
    assert_eq!((adopted.root, adopted.content()), (some.root, None));
}

#[test]
fn altered_leaves_are_refused() {
    let result = result(&Totals::default(), earnings(0, 1_000, &[(0, true, 1), (1, true, 2)]));
    let served = serde_json::to_value(result.leaves()).unwrap();
    let read = |value: serde_json::Value| serde_json::from_value::<LeavesDocument>(value);
    let rebuild = |value| read(value).unwrap().rebuild(&POOL, &result.node());

    // More for one operator: consistent in itself, but another root.
    let mut more = served.clone();
    more["operators"][0]["lifetime_total"] = "600".into();
    assert!(matches!(rebuild(more), Err(EpochError::Mismatch { what: "root", .. })));
    // One left out.
    let mut fewer = served.clone();
    fewer["operators"].as_array_mut().unwrap().pop();
    assert!(rebuild(fewer).is_err());
    // The stated root counts for nothing.
    let mut lies = served.clone();
    lies["root"] = hex::encode([1; 32]).into();
    assert!(rebuild(lies).is_ok());
    let other = Node { sum: result.root_sum + 1, ..result.node() };
    assert!(read(served.clone()).unwrap().rebuild(&POOL, &other).is_err());
    assert!(read(served.clone()).unwrap().rebuild(&[9; 32], &result.node()).is_err());
    // Inconsistent in themselves: these do not even read.
    for (path, value) in [
        ("/operators/0/lifetime_total", "1"),
        ("/operators/0/lifetime_total", "-1"),
        ("/operators/0/lifetime_total", "0"),
        ("/operators/0/devices/0/lifetime_total", "1"),
        ("/operators/0/operator", "not base58: 0OIl"),
    ] {
        let mut broken = served.clone();
        *broken.pointer_mut(path).unwrap() = value.into();
        assert!(read(broken).is_err(), "{path} {value}");
    }
    let mut swapped = served;
    swapped["operators"].as_array_mut().unwrap().swap(0, 1);
    assert!(read(swapped).is_err());
}

#[test]
fn overflow_is_an_error() {
    let first = result(&Totals::default(), earnings(0, u64::MAX, &[(0, true, 1)]));
    let again = earnings(1, 1, &[(0, true, 2)]);
    let error = EpochResult::compute(NETWORK, POOL, &first.totals, again).unwrap_err();
    assert_eq!(error.code(), "epoch_overflow");
}

/// A fixed example, so that a change of any encoding shows; both hashes were computed by a separate
/// implementation in Python from the documented preimages.
#[test]
fn known_answer() {
    let result = result(
        &Totals::default(),
        earnings(3, 1_000, &[(0, true, 1), (1, true, 2), (1, false, 3), (7, true, 4)]),
    );
    let shares: Vec<u64> =
        result.earnings.as_ref().unwrap().shares.iter().map(|s| s.tokens).collect();
    assert_eq!(shares.iter().sum::<u64>() + result.earnings.as_ref().unwrap().dust, 1_000);
    assert_eq!(text::from_hex(&hex::encode(result.root)), Some(result.root));
    assert_eq!(
        (hex::encode(result.root), hex::encode(result.manifest_hash.unwrap())),
        (
            "c0e5cc9e1765e02b1e1a8ee926ceb76ed7fe861782e3854164461297d799684e".to_owned(),
            "e7be63a2de4750e33ceb7a614cfec17960605cdd9df318482c8a38b89760b597".to_owned()
        )
    );
}
