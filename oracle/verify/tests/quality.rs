//! Uptime and reputation, through the public surface, and snapshots of the registry.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "support/receipts.rs"]
#[allow(unreachable_pub, dead_code, reason = "shared by several tests, each of which uses a part")]
mod support;

use cairn_protocol::proof::{Body, Envelope, Heartbeat, Position, UsageReceipt};
use cairn_verify::{
    Changed, ClassHistory, ClassTerms, DeviceRecord, EpochInput, Factor, License, ONE, Outcome,
    Registry, Snapshot, judge,
};
use support::*;

/// A device's factor of a name.
fn factor<'a>(outcome: &'a Outcome, device: usize, name: &str) -> Option<&'a Factor> {
    outcome.factors.get(&address(device))?.iter().find(|factor| factor.name == name)
}

fn ppm(outcome: &Outcome, device: usize, name: &str) -> Option<u64> {
    factor(outcome, device, name).map(|factor| factor.ppm)
}

/// A receipt that counts.
fn good(world: &mut World, device: usize, id: u64, epoch: u64, at_ms: u64) -> Envelope {
    let key = world.key(device);
    let receipt = receipt(0, id, 1, device, &key, at_ms);
    world.prove(device, epoch, at_ms, receipt)
}

const HOME: Position = Position { latitude_e7: 451_950_000, longitude_e7: 57_180_000 };

/// Lets heartbeats count every second, without seeds.
fn beating(world: &mut World) {
    world.policy.wireless.heartbeat_seconds = 1;
    world.policy.wireless.heartbeat_max_seed_age_seconds = 0;
}

/// A heartbeat that counts.
fn beat(world: &mut World, device: usize, epoch: u64, at_ms: u64) -> Envelope {
    let heartbeat = Heartbeat { position: HOME, accuracy_m: 5, on_air_seconds: 9_999 };
    world.devices[device].sign(&NETWORK, epoch, at_ms, &Body::Heartbeat(heartbeat))
}

/// A receipt that its customer did not sign: a fault.
fn forged(world: &mut World, device: usize, id: u64, epoch: u64, at_ms: u64) -> Envelope {
    let key = world.key(device);
    let mut receipt = receipt(0, id, 1, device, &key, at_ms);
    receipt.credits = 2;
    world.prove(device, epoch, at_ms, receipt)
}

/// A receipt that no escrow covers: refused, and no fault.
fn unpaid(world: &mut World, device: usize, id: u64, epoch: u64, at_ms: u64) -> Envelope {
    let key = world.key(device);
    let receipt = receipt(5, id, 1, device, &key, at_ms);
    world.prove(device, epoch, at_ms, receipt)
}

fn world() -> World {
    let mut world = World::new();
    world.escrow(0, 1_000_000);
    world
}

#[test]
fn uptime_is_the_share_of_parts_with_a_proof_that_counts() {
    let mut world = world();
    beating(&mut world);
    let part_ms = EPOCH_MS / 4;
    let start = starts_at_ms(0);
    for device in [0, 1] {
        let position = Changed::always(Some(HOME));
        world.registry.insert(DeviceRecord { position, ..record(device, world.key(device)) });
    }
    let proofs = [
        // Two in the first quarter and one in the last; one that does not count in the second.
        beat(&mut world, 0, 0, start),
        beat(&mut world, 0, 0, start + part_ms - 1),
        unpaid(&mut world, 0, 3, 0, start + part_ms),
        beat(&mut world, 0, 0, start + EPOCH_MS - 1),
        // What a customer says of the third is bought for a credit.
        good(&mut world, 0, 4, 0, start + 2 * part_ms),
        beat(&mut world, 1, 0, start),
        good(&mut world, 5, 5, 0, start),
    ];
    // Off by default: no factor.
    let outcome = world.judge(0, &proofs);
    assert_eq!(ppm(&outcome, 0, "uptime"), None);

    world.state = Default::default();
    world.policy.quality.uptime_parts = 4;
    let outcome = world.judge(0, &proofs);
    assert_eq!(ppm(&outcome, 0, "uptime"), Some(500_000));
    assert_eq!(ppm(&outcome, 1, "uptime"), Some(250_000));
    assert_eq!(ppm(&outcome, 5, "uptime"), Some(0), "receipts alone");
    let inputs = &factor(&outcome, 0, "uptime").unwrap().inputs;
    assert_eq!(inputs[..2], [("parts_with_proof".into(), 2), ("parts".into(), 4)]);

    // A class has its own number of parts.
    world.state = Default::default();
    world.policy.scoring.classes = vec![cairn_verify::policy::ClassPolicy {
        class: 1,
        weight: 1,
        idle: Default::default(),
        uptime_parts: Some(0),
    }];
    let outcome = world.judge(0, &proofs);
    assert_eq!(ppm(&outcome, 0, "uptime"), Some(500_000));
    assert_eq!(ppm(&outcome, 5, "uptime"), None);
}

#[test]
fn the_first_epoch_of_a_device_is_free() {
    let mut world = world();
    beating(&mut world);
    world.policy.quality.uptime_parts = 4;
    let starts_at_s = i64::try_from(starts_at_ms(0) / 1_000).unwrap();
    for (onboarded_at_s, expected) in
        [(starts_at_s - 1, 250_000), (starts_at_s, ONE), (starts_at_s + 60, ONE)]
    {
        let position = Changed::always(Some(HOME));
        let record = DeviceRecord { onboarded_at_s, position, ..record(0, world.key(0)) };
        world.registry = Registry::new([record]);
        let proof = beat(&mut world, 0, 0, starts_at_ms(0) + 90_000);
        let outcome = world.judge(0, &[proof]);
        assert_eq!(ppm(&outcome, 0, "uptime"), Some(expected));
    }
}

#[test]
fn reputation_falls_by_faults_alone_and_recovers() {
    let mut world = world();
    let policy = &mut world.policy.quality;
    policy.reputation_prior_good = 10;
    policy.reputation_keep_ppm = 500_000;
    policy.reputation_tolerated_ppm = 0;
    let at = |epoch: u64, n: u64| starts_at_ms(epoch) + n;
    // 10 prior and 6 that count against 4 faults; refusals without fault tell nothing.
    let mut proofs: Vec<Envelope> = (0..6).map(|n| good(&mut world, 0, n, 0, at(0, n))).collect();
    proofs.extend((6..10).map(|n| forged(&mut world, 0, n, 0, at(0, n))));
    proofs.extend((10..30).map(|n| unpaid(&mut world, 0, n, 0, at(0, n))));
    proofs.push(unpaid(&mut world, 1, 50, 0, at(0, 50)));
    let outcome = world.judge(0, &proofs);
    assert_eq!(ppm(&outcome, 0, "reputation"), Some(16 * ONE / 20));
    assert_eq!(ppm(&outcome, 1, "reputation"), Some(ONE));
    // Half is forgotten each epoch: 10 + 3 + 1 good against 2 bad.
    let proof = good(&mut world, 0, 60, 1, at(1, 0));
    let outcome = world.judge(1, &[proof]);
    assert_eq!(ppm(&outcome, 0, "reputation"), Some(14 * ONE / 16));
    // Nothing is remembered of devices without a fault, nor of one whose faults are forgotten.
    assert_eq!(world.state.quality.reputation(&address(1)), None);
    for epoch in 2..20 {
        world.judge(epoch, &[]);
    }
    assert_eq!(world.state.quality.reputation(&address(0)), None);
}

#[test]
fn each_parameter_of_reputation_matters() {
    let run = |change: fn(&mut cairn_verify::policy::QualityPolicy)| {
        let mut world = world();
        let policy = &mut world.policy.quality;
        policy.reputation_prior_good = 10;
        policy.reputation_tolerated_ppm = 0;
        change(policy);
        let mut last = None;
        for epoch in 0..2 {
            let at_ms = starts_at_ms(epoch);
            let proofs = [
                forged(&mut world, 0, 1, epoch, at_ms),
                good(&mut world, 0, 2 + epoch, epoch, at_ms + 1),
            ];
            last = ppm(&world.judge(epoch, &proofs), 0, "reputation");
        }
        last
    };
    // 10 + 1.9 good, 1.9 bad.
    let base = run(|_| ());
    assert_eq!(base, Some(11_900_000 * ONE / 13_800_000));
    assert_eq!(run(|policy| policy.reputation_fault_weight = 0), None);
    assert!(run(|policy| policy.reputation_fault_weight = 3) < base);
    assert!(run(|policy| policy.reputation_prior_good = 100) > base);
    assert!(run(|policy| policy.reputation_prior_bad = 5) < base);
    assert!(run(|policy| policy.reputation_keep_ppm = 0) > base);
    assert_eq!(
        run(|policy| policy.reputation_tolerated_ppm = 50_000),
        base.map(|ppm| ppm + 50_000)
    );
}

/// An attacker who forges receipts; and an honest device, one of whose claims in twenty looks
/// impossible, loses nothing by the default policy.
#[test]
fn attack_claims_that_are_impossible() {
    let run = |weight: u32, forged_of_20: u64| {
        let mut world = world();
        world.policy.quality.reputation_fault_weight = weight;
        let mut units = 0;
        for epoch in 0..20 {
            let proofs: Vec<Envelope> = (0..20)
                .map(|n| {
                    let (id, at_ms) = (epoch * 100 + n, starts_at_ms(epoch) + n);
                    if n < forged_of_20 {
                        forged(&mut world, 0, id, epoch, at_ms)
                    } else {
                        good(&mut world, 0, id, epoch, at_ms)
                    }
                })
                .collect();
            let outcome = world.judge(epoch, &proofs);
            let counted: u64 = outcome.proofs.iter().map(|proof| proof.judgment.units).sum();
            let factors = &outcome.factors[&address(0)];
            units += factors.iter().fold(counted, |units, f| units * f.ppm / ONE);
        }
        units
    };
    let weight = 1;
    let (off, on) = (run(0, 15), run(weight, 15));
    let (honest_off, honest_on) = (run(0, 1), run(weight, 1));
    let loss = (honest_off - honest_on) * 1_000_000 / honest_off;
    println!("attack impossible_claims: off {off}, on {on}, honest {loss}");
    assert!(on * 2 < off && loss < 10_000);
}

#[test]
fn an_epoch_judged_again_from_its_snapshot_is_the_same() {
    let mut world = world();
    world.policy.quality.uptime_parts = 4;
    // A suspended device, one that needs a licence, one that needs a bond.
    let records: Vec<DeviceRecord> = (0..10)
        .map(|device| {
            let mut record = record(device, world.key(device));
            let terms = ClassTerms {
                bond: if device >= 5 { 7 } else { 0 },
                points_cap: 3,
                license_required: device < 5,
            };
            record.class_terms = ClassHistory::always(terms);
            record.license = Changed::always((device != 2).then_some([7; 32]));
            if device == 3 {
                record.status = cairn_protocol::settlement::Settled::new(1, i64::MIN);
            }
            record
        })
        .collect();
    let bonds = cairn_verify::Bonds {
        settle_seconds: 1,
        amounts: [(([1; 32], 1), cairn_protocol::settlement::Settled::new(21, 0))].into(),
    };
    let license = License { expires_at_s: i64::MAX, ..License::default() };
    world.registry =
        Registry::new(records).with_bonds(bonds).with_licenses([([7; 32], license)].into());
    let proofs: Vec<Envelope> = (0..10)
        .map(|device| good(&mut world, device, device as u64, 0, starts_at_ms(0) + 90_000))
        .collect();
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
    let read: Snapshot = borsh::from_slice(&borsh::to_vec(&snapshot).unwrap()).unwrap();
    assert_eq!(read, snapshot);
    let registry = read.registry();
    let again = judge(
        &EpochInput { registry: &registry, ..input },
        &mut Default::default(),
        proofs.iter().cloned(),
    );
    assert!(again == outcome, "judged otherwise from the snapshot");
    assert_eq!(Snapshot::new(&EpochInput { registry: &registry, ..input }, &again), snapshot);
    // Every gate was shut for somebody, and open for others.
    for name in ["active", "licence", "bond"] {
        let gates: std::collections::BTreeSet<_> =
            (0..10).filter_map(|device| ppm(&outcome, device, name)).collect();
        assert_eq!(gates, [0, ONE].into(), "{name}");
    }
}

#[test]
fn a_device_without_any_proof_that_counts_has_no_uptime() {
    let mut world = world();
    world.policy.quality.uptime_parts = 4;
    let key = world.key(0);
    let receipt = receipt(5, 1, 1, 0, &key, starts_at_ms(0));
    let body = Body::UsageReceipt(UsageReceipt { receipt });
    let proof = world.devices[0].sign(&NETWORK, 0, starts_at_ms(0), &body);
    let outcome = world.judge(0, &[proof]);
    assert_eq!(ppm(&outcome, 0, "uptime"), Some(0));
}

/// So that oracles may pass over the epochs before the first proof, and no others.
#[test]
fn epochs_without_proofs_leave_only_a_fresh_state_as_it_is() {
    let mut world = world();
    for epoch in 0..3 {
        let outcome = world.judge(epoch, &[]);
        assert_eq!(outcome, Outcome::default());
        assert!(world.state.is_fresh());
    }
    let fault = forged(&mut world, 0, 1, 3, starts_at_ms(3));
    world.judge(3, &[fault]);
    let mut last = world.state.hash();
    for epoch in 4..6 {
        assert!(!world.state.is_fresh());
        world.judge(epoch, &[]);
        assert_ne!(world.state.hash(), last, "epoch {epoch}");
        last = world.state.hash();
    }
}
