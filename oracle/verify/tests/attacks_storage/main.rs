//! Attackers of the storage rules: what each earns with the rule off and on, and what honest
//! devices lose by it.
//!
//! "Off" is the policy parameter that disables the rule, or comes closest to it. Earnings are in
//! billionths of a GiB-epoch, after the device's factors; credits where it says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "../support/storage.rs"]
mod support;

mod copies;
mod honest;
mod lazy;
mod retrieval;
mod seals;
mod time;

use cairn_device::storage::{SealedReplica, countersign};
use cairn_protocol::hash::sha256;
use cairn_protocol::proof::{Body, Envelope, Kind, StorageAnswer};
use cairn_protocol::reason::Reason;
use cairn_protocol::sealing::{Due, Leaf, Pass, Seal};
use cairn_verify::policy::StoragePolicy;
use cairn_verify::{EpochClock, Gate, ONE, Outcome, Policies};
use support::*;

fn world(change: impl FnOnce(&mut StoragePolicy)) -> World {
    let mut policy = policy();
    change(&mut policy.storage);
    World::new(policy)
}

/// Runs an attacker beside an honest device; gives what the attacker earned and, in millionths, what
/// the honest device lost.
///
/// `attack` makes the attacker's proofs of an epoch, the first of which is 0.
fn run(
    world: &mut World,
    epochs: u64,
    mut attack: impl FnMut(&World, u64, Option<&Outcome>) -> (Vec<Envelope>, [u8; 32]),
) -> (u64, u64) {
    let mut honest = world.keeper("honest");
    let (mut stolen, mut kept, mut last) = (0, 0, None);
    for epoch in 0..epochs {
        let (mut proofs, attacker) = attack(world, epoch, last.as_ref());
        if epoch > 0 {
            proofs.extend(world.answers(&mut honest, epoch, 1));
        }
        let outcome = world.judge(epoch, proofs);
        stolen += earned(&outcome, &attacker);
        kept += earned(&outcome, &honest.address());
        last = Some(outcome);
    }
    let most = whole() * (epochs - 1);
    (stolen, (most - kept) * ONE / most)
}

/// What a replica earns that is proven for an epoch.
fn whole() -> u64 {
    whole_units() * 1_000
}

fn report(name: &str, (off, _): (u64, u64), (on, loss): (u64, u64)) {
    println!("attack {name}: off {off}, on {on}, honest {loss}");
    assert!(loss < 10_000, "{name}: honest devices lose {loss} millionths");
}

/// Whether a device still has a replica of this number.
fn has(world: &World, keeper: &Keeper, number: u32) -> bool {
    world.state.storage.replicas(&keeper.address()).any(|(other, _)| other == number)
}

/// Signs proofs again in the order in which they were captured.
fn in_order(keeper: &mut Keeper, mut proofs: Vec<Envelope>) -> (Vec<Envelope>, [u8; 32]) {
    proofs.sort_by_key(|proof| proof.captured_at_ms);
    let proofs = proofs
        .iter()
        .map(|proof| with_body(keeper, proof, proof.decode_body().unwrap().unwrap()))
        .collect();
    (proofs, keeper.address())
}
