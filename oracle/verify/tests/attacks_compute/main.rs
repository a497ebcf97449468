//! Simulated attackers on the compute kinds: what each earns with the rule that it is there for off
//! and on, and what the rule costs honest devices.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod benchmarks;
mod jobs;
mod products;
#[path = "../support/compute.rs"]
mod support;

use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::Envelope;
use cairn_verify::{ONE, Policy, State};
use support::World;

/// Prints an attack's line.
fn report(attack: &str, off: u64, on: u64, honest: u64, honest_expected: u64) {
    let loss = (honest_expected - honest.min(honest_expected)) * ONE / honest_expected.max(1);
    println!("attack {attack}: off {off}, on {on}, honest {loss} ppm");
    assert!(loss < ONE / 100, "honest devices lose {loss} ppm");
}

/// Noise that is the same in every run.
fn noise(of: &str, n: u64) -> Hash {
    sha256(&[of.as_bytes(), &n.to_le_bytes()])
}

/// Units of some proofs under a policy, judged with all of an epoch's.
fn units_with(
    world: &mut World,
    change: fn(&mut Policy),
    all: &[Envelope],
    of: &[Envelope],
) -> u64 {
    let as_it_is = world.policy.clone();
    change(&mut world.policy);
    let units = world.judge(all[0].epoch, &mut State::default(), all).units(of);
    world.policy = as_it_is;
    units
}
