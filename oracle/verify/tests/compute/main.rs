//! The rules of the compute kinds, through the public surface, with real keys and products.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod benchmarks;
mod jobs;
mod policy;
mod products;
#[path = "../support/compute.rs"]
mod support;
mod whole;

use cairn_device::compute::{Finished, Product, Run, post};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::compute::{Answer, Job, MAX_SIDE};
use cairn_protocol::proof::{Benchmark, Body, Envelope, JobCommitment, JobResult, Kind};
use cairn_protocol::reason::Reason;
use cairn_verify::policy::ComputePolicy;
use cairn_verify::{ONE, Policy, State};
use std::collections::BTreeSet;
use std::time::Instant;
use support::{CLASS, EPOCH_MS, NETWORK, Posted, World, record, seed, seed_at, seed_from, start};

const EPOCH: u64 = 5;

/// Some time inside the epoch.
fn midday() -> u64 {
    start(EPOCH) + 1_000_000
}

/// Everything of a job that three devices compute; `results` are theirs, in order of their lots.
fn computed(world: &mut World, at_ms: u64, results: [Hash; 3]) -> (Posted, Vec<Envelope>) {
    let job = world.post(0, at_ms, [3; 32]);
    let mut envelopes = vec![job.envelope.clone()];
    let mut finished = Vec::new();
    for (device, result) in job.chosen.clone().into_iter().zip(results) {
        let (done, committed) = world.commit_result(device, &job, result);
        finished.push((device, done, committed.id(&NETWORK)));
        envelopes.push(committed);
    }
    for (device, done, id) in finished {
        let at_ms = job.times.reveal_from_ms;
        envelopes.push(world.sign(device, at_ms, job.seed.seed, &done.reveal(&id)));
    }
    (job, envelopes)
}

/// A day in the life of nine devices: products, jobs, benchmarks, some of them wrong.
fn busy() -> (World, Vec<Envelope>) {
    let mut world = World::new(9);
    let mut envelopes = Vec::new();
    for device in 0..3usize {
        for number in 0..3u16 {
            let at_ms = midday() + u64::from(number) * 1_000;
            let (product, committed) = world.commit_product(device, at_ms, 16 + number, number);
            envelopes.push(committed.clone());
            if number < 2 {
                envelopes.push(world.open(device, &product, &committed));
            }
        }
        let mut benchmark = world.benchmark(device, midday(), 2, 1 + 10_000 * device as u32);
        if device == 2 {
            benchmark.challenge = seed_at(midday() - 600_000).seed;
        }
        envelopes.push(benchmark);
    }
    let results = [[[1; 32]; 3], [[1; 32], [2; 32], [1; 32]], [[1; 32], [2; 32], [3; 32]]];
    for (results, later) in results.into_iter().zip([0, 100_000, 200_000]) {
        envelopes.extend(computed(&mut world, midday() + later, results).1);
    }
    (world, envelopes)
}
