//! What oracles that read the chain at different times after an epoch's end must agree on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "support/sensor.rs"]
mod support;

use cairn_protocol::settlement::Settled;
use cairn_verify::{Bonds, ClassHistory, ClassTerms, DeviceRecord, Policy};
use support::{HOME, World};

/// A bond that an operator opens between two oracles' reads is none for the epoch that is over, and must
/// not be in one snapshot and missing in the other.
#[test]
fn a_bond_that_was_opened_after_the_epochs_end_changes_nothing() {
    let mut world = World::new(Policy::default());
    let sensor = world.onboard("one", 1, Some(HOME));
    let terms = ClassTerms { bond: 10, ..ClassTerms::default() };
    let change = |record: &mut DeviceRecord| record.class_terms = ClassHistory::always(terms);
    world.change(&sensor, change);
    let outcome = world.close(0);
    let before = world.snapshot(0, &outcome);
    let after_end_s = (world.start_ms(1) / 1_000) as i64 + 5;
    let opened =
        Settled { current: 50, since: after_end_s, previous: 0, previous_since: 0, earlier: 0 };
    let amounts = [(([1; 32], 0), opened)].into();
    world.registry =
        std::mem::take(&mut world.registry).with_bonds(Bonds { settle_seconds: 1, amounts });
    assert_eq!(world.snapshot(0, &outcome).hash(), before.hash());
    // For the next epoch it counts.
    let later = world.snapshot(1, &outcome);
    assert_eq!(later.bonds.get(&([1; 32], 0)), Some(&50));
    assert!(later.registry().unbonded_at(world.start_ms(2) / 1_000).is_empty());
}
