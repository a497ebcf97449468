//! The factors of what the chain says about a device: active, licence, bond. They do not depend on
//! whether its proofs count.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "support/receipts.rs"]
#[allow(unreachable_pub, dead_code, reason = "shared by several tests, each of which uses a part")]
mod support;

use cairn_protocol::proof::Envelope;
use cairn_protocol::settlement::Settled;
use cairn_verify::{
    Bonds, Changed, ClassHistory, ClassTerms, DeviceRecord, EpochInput, License, ONE, Registry,
    Snapshot, judge,
};
use std::collections::BTreeSet;
use support::*;

/// When epoch 0 ends, unix seconds; a settlement period begins then.
fn end_s() -> i64 {
    i64::try_from(starts_at_ms(1) / 1_000).unwrap()
}

fn settled<T: Copy>(current: T, since: i64, previous: T) -> Settled<T> {
    Settled { current, since, previous, previous_since: 0, earlier: previous }
}

/// Which of the first devices have a factor of one, of those that gave any proof at all.
fn open(name: &str, registry: Registry, devices: usize) -> BTreeSet<usize> {
    let mut world = World::new();
    world.registry = registry;
    let proofs: Vec<Envelope> = (0..devices)
        .map(|device| {
            let key = world.key(device);
            let at_ms = starts_at_ms(0) + SERVICE_MS;
            let unpaid = receipt(0, device as u64, 1, device, &key, at_ms);
            world.prove(device, 0, at_ms, unpaid)
        })
        .collect();
    let outcome = world.judge(0, &proofs);
    (0..devices)
        .filter(|device| {
            let factors = outcome.factors.get(&address(*device)).unwrap();
            let factor = factors.iter().find(|factor| factor.name == name).unwrap();
            assert!(matches!(factor.ppm, 0 | ONE));
            factor.ppm == ONE
        })
        .collect()
}

#[test]
fn a_device_that_is_not_active_at_the_epochs_end_earns_nothing() {
    let world = World::new();
    // As if the settlement periods began with the epochs.
    let base = DeviceRecord { settle_seconds: 1, ..record(0, world.key(0)) };
    let suspended = |since| settled(1, since, 0);
    let cases = [
        (base, true),
        (DeviceRecord { status: suspended(end_s() - 1), ..base }, false),
        (DeviceRecord { status: suspended(end_s()), ..base }, true),
        (DeviceRecord { on_chain: false, ..base }, false),
        (DeviceRecord { onboarded_at_s: end_s() - 1, ..base }, true),
        (DeviceRecord { onboarded_at_s: end_s(), ..base }, false),
    ];
    for (device, earns) in cases {
        let earning = open("active", Registry::new([device]), 1);
        assert_eq!(!earning.is_empty(), earns, "{device:?}");
    }
}

#[test]
fn a_device_without_the_licence_that_its_class_needs_earns_nothing() {
    let world = World::new();
    let account = [0x77; 32];
    let needs = ClassTerms { license_required: true, ..ClassTerms::default() };
    let device = |license| DeviceRecord {
        class_terms: ClassHistory::always(needs),
        license: Changed { previous: None, current: license, since_s: 0 },
        ..record(0, world.key(0))
    };
    let end_s = end_s();
    let valid = License { valid_since_s: 10, expires_at_s: end_s + 1, ..License::default() };
    let cases = [
        ("valid", device(Some(account)), valid, true),
        ("none", device(None), valid, false),
        ("another account's", device(Some([0x78; 32])), valid, false),
        ("expired", device(Some(account)), License { expires_at_s: end_s, ..valid }, false),
        ("not yet", device(Some(account)), License { valid_since_s: end_s + 1, ..valid }, false),
        ("revoked before", device(Some(account)), License { revoked_at_s: end_s, ..valid }, false),
        (
            "revoked after",
            device(Some(account)),
            License { revoked_at_s: end_s + 1, ..valid },
            true,
        ),
        (
            "lapsed after and renewed",
            device(Some(account)),
            License {
                valid_since_s: end_s + 400,
                expires_at_s: end_s + 800,
                previous_valid_since_s: 10,
                previous_expires_at_s: end_s + 1,
                revoked_at_s: 0,
            },
            true,
        ),
        (
            "attached after the end",
            DeviceRecord {
                license: Changed { previous: None, current: Some(account), since_s: end_s + 1 },
                ..device(None)
            },
            valid,
            false,
        ),
    ];
    for (what, device, license, earns) in cases {
        let registry = Registry::new([device]).with_licenses([(account, license)].into());
        assert_eq!(!open("licence", registry, 1).is_empty(), earns, "{what}");
    }
}

#[test]
fn a_bond_covers_the_devices_that_joined_first() {
    let world = World::new();
    let needs = ClassTerms { bond: 10, ..ClassTerms::default() };
    let device = |number: usize, operator: u8, onboarded_at_s| DeviceRecord {
        class_terms: ClassHistory::always(needs),
        onboarded_at_s,
        operator: Settled::new([operator; 32], 0),
        ..record(number, world.key(number))
    };
    let devices = [device(0, 1, 30), device(1, 1, 10), device(2, 1, 20), device(3, 2, 5)];
    for (amount, covered) in [
        (0, vec![]),
        (9, vec![]),
        (10, vec![1]),
        (29, vec![1, 2]),
        (30, vec![0, 1, 2]),
        (u64::MAX, vec![0, 1, 2]),
    ] {
        // What changed before the period counts.
        let amounts = [(([1; 32], 0), settled(u64::MAX, end_s(), amount))].into();
        let bonds = Bonds { settle_seconds: 1, amounts };
        let registry = Registry::new(devices).with_bonds(bonds);
        // Operator 2 has no bond at all.
        assert_eq!(open("bond", registry, 4), covered.into_iter().collect(), "{amount}");
    }
}

/// A device that left the chain has its class's terms of then. They decide nothing, whichever device
/// comes first.
#[test]
fn terms_of_devices_that_left_decide_nothing() {
    let mut world = World::new();
    let bond = |amount| {
        let license_required = amount > 10;
        let terms = ClassTerms { bond: amount, points_cap: amount, license_required };
        ClassHistory::always(terms)
    };
    let mut records = vec![DeviceRecord { class_terms: bond(10), ..record(0, world.key(0)) }];
    let mut proofs = Vec::new();
    for device in 1..5 {
        let terms = bond(10_000 * device as u64);
        records.push(DeviceRecord {
            class_terms: terms,
            on_chain: false,
            ..record(device, world.key(device))
        });
    }
    for device in 0..5 {
        let key = world.key(device);
        let at_ms = starts_at_ms(0) + SERVICE_MS;
        let unpaid = receipt(0, device as u64, 1, device, &key, at_ms);
        proofs.push(world.prove(device, 0, at_ms, unpaid));
    }
    let amounts = [(([1; 32], 0), Settled::new(10, 0))].into();
    let bonds = Bonds { settle_seconds: 1, amounts };
    // A registry's map is in another order each time.
    for _ in 0..50 {
        let registry = Registry::new(records.iter().copied()).with_bonds(bonds.clone());
        assert!(registry.unbonded_at(starts_at_ms(1) / 1_000).is_empty());
        world.registry = registry;
        let outcome = world.judge(0, &proofs);
        let input = EpochInput {
            network: NETWORK,
            epoch: 0,
            starts_at_ms: starts_at_ms(0),
            ends_at_ms: starts_at_ms(1),
            registry: &world.registry,
            seeds: &world.seeds,
            escrows: &world.escrows,
            policy: &world.policy,
        };
        let snapshot = Snapshot::new(&input, &outcome);
        assert_eq!((snapshot.devices.len(), snapshot.classes[&0].bond), (5, 10));
        // The licence that their class asked for then is not asked for now.
        let again = snapshot.registry();
        let input = EpochInput { registry: &again, ..input };
        let same = judge(&input, &mut Default::default(), proofs.iter().cloned());
        assert_eq!(same, outcome);
        assert_eq!(Snapshot::new(&input, &same), snapshot);
    }
}
