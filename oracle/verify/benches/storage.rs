//! What storage costs: an oracle to judge an answer, a device to make one and to seal.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use cairn_device::DeviceSigner;
use cairn_device::storage::{Answering, SealedReplica};
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::{Body, DeviceKey, Envelope};
use cairn_protocol::sealing::{Due, Schedule};
use cairn_verify::{
    Category, DeviceRecord, EpochInput, Policy, Registry, Seed, Seeds, State, judge,
};
use divan::{Bencher, counter::ItemsCount};
use std::collections::BTreeMap;
use std::io::Cursor;

const NETWORK: [u8; 32] = [9; 32];
const EPOCH_MS: u64 = 3_600_000;
const REPLICAS: u32 = 16;
/// 1 MiB each.
const BYTES: usize = 1 << 20;

fn main() {
    divan::main();
}

/// A device with replicas of which each answer shows a seal of so many rounds.
struct World {
    signer: DeviceSigner,
    policy: Policy,
    registry: Registry,
    seeds: Seeds,
    replicas: Vec<SealedReplica<Cursor<Vec<u8>>>>,
}

fn world(rounds: u32, replicas: u32) -> World {
    let signer = DeviceSigner::derive(&[1; 32], "storage");
    let mut policy = Policy::default();
    policy.storage.sealing_hashes_per_second = 0;
    policy.storage.min_rounds = 1;
    policy.storage.seals_per_epoch = 4;
    policy.storage.replicas_per_content = REPLICAS;
    let record = DeviceRecord::new([1; 32], signer.key(), 0, Category::Storage, [2; 32]);
    let seeds = (0..60u64).map(|window| {
        let from_ms = EPOCH_MS + window * 60_000;
        let block = sha256(&[&window.to_le_bytes()]);
        Seed::new(&NETWORK, from_ms, 60_000, window, from_ms / 1_000, block)
    });
    let content = vec![7; BYTES];
    World {
        policy,
        registry: Registry::new([record]),
        seeds: Seeds::new(seeds),
        replicas: (0..replicas)
            .map(|number| {
                SealedReplica::in_memory(&signer.key(), number, &content, rounds).unwrap()
            })
            .collect(),
        signer,
    }
}

impl World {
    fn input(&self, epoch: u64) -> EpochInput<'_> {
        static NOBODY: BTreeMap<[u8; 32], cairn_verify::Escrow> = BTreeMap::new();
        EpochInput {
            network: NETWORK,
            epoch,
            starts_at_ms: epoch * EPOCH_MS,
            ends_at_ms: (epoch + 1) * EPOCH_MS,
            registry: &self.registry,
            seeds: &self.seeds,
            escrows: &NOBODY,
            policy: &self.policy,
        }
    }

    fn committed(&mut self) -> State {
        let mut state = State::default();
        let mut commitments = Vec::new();
        for (at, replica) in (1..).zip(&self.replicas) {
            let body = Body::StorageCommitment(replica.commitment(u64::MAX));
            commitments.push(self.signer.sign(&NETWORK, 0, at, &body));
        }
        judge(&self.input(0), &mut state, commitments);
        state
    }

    fn due(&self, replica: u32) -> Vec<(Due, u64)> {
        let seeds: Vec<(u64, Hash)> =
            self.seeds.iter().map(|seed| (seed.from_ms, seed.seed)).collect();
        let deadline_ms = self.policy.storage.answer_deadline_ms;
        let schedule = Schedule::new(EPOCH_MS, 2 * EPOCH_MS, 60_000, deadline_ms, 4);
        let due = schedule.due(seeds.iter().copied(), &self.signer.key(), replica);
        due.into_iter()
            .map(|due| (due, seeds.iter().find(|(_, seed)| *seed == due.seed).unwrap().0))
            .collect()
    }

    fn answers(&mut self) -> Vec<Envelope> {
        let mut answers = Vec::new();
        for replica in 0..self.replicas.len() as u32 {
            for (due, from_ms) in self.due(replica) {
                let answering = Answering { leaves_per_challenge: 4, seals_per_epoch: 4 };
                let answer = self.replicas[replica as usize].answer(&due, &answering).unwrap();
                answers.push((from_ms + u64::from(replica), due.seed, answer));
            }
        }
        answers.sort_by_key(|(at_ms, _, _)| *at_ms);
        answers
            .into_iter()
            .map(|(at_ms, seed, answer)| {
                let body = Body::StorageAnswer(answer);
                self.signer.answer(&NETWORK, 1, at_ms, seed, &body)
            })
            .collect()
    }
}

/// Answers that all show a seal: decoding, challenges, paths and the seal's rounds; signatures are
/// checked on arrival.
#[divan::bench(args = [1, 512, 4_096, 16_384])]
fn judge_answers_with_seals(bencher: Bencher<'_, '_>, rounds: u32) {
    // Sealing takes as many hashes as are needed, so few replicas where there are many.
    let replicas = if rounds > 512 { 1 } else { REPLICAS };
    let mut world = small(rounds, replicas);
    let state = world.committed();
    let answers = world.answers();
    bencher.counter(ItemsCount::new(answers.len())).bench_local(|| {
        let outcome = judge(&world.input(1), &mut state.clone(), answers.clone());
        assert!(outcome.proofs.iter().all(|judged| judged.judgment.reason.is_accepted()));
    });
}

/// Fewer leaves where there are more rounds.
fn small(rounds: u32, replicas: u32) -> World {
    let mut world = world(1, 0);
    let content = vec![7; (BYTES / rounds as usize).max(64 * 256)];
    world.replicas = (0..replicas)
        .map(|number| {
            SealedReplica::in_memory(&world.signer.key(), number, &content, rounds).unwrap()
        })
        .collect();
    world
}

/// A replica that does not answer: its challenges alone.
#[divan::bench]
fn judge_a_silent_replica(bencher: Bencher<'_, '_>) {
    let mut world = world(1, REPLICAS);
    let state = world.committed();
    bencher
        .counter(ItemsCount::new(REPLICAS))
        .bench_local(|| judge(&world.input(1), &mut state.clone(), []));
}

/// A device answers from 1 MiB, a seal included.
#[divan::bench(args = [1, 512])]
fn make_an_answer(bencher: Bencher<'_, '_>, rounds: u32) {
    let mut world = small(rounds, 1);
    let (due, _) = world.due(0)[0];
    let answering = Answering { leaves_per_challenge: 4, seals_per_epoch: 1 };
    bencher.bench_local(|| world.replicas[0].answer(&due, &answering).unwrap());
}

/// Hashes in a row of sealing, as the policy counts them.
#[divan::bench]
fn seal_64_leaves_of_4096_rounds(bencher: Bencher<'_, '_>) {
    let content = vec![7; 64 * 256];
    let device = DeviceKey::Ed25519([3; 32]);
    bencher
        .counter(ItemsCount::new(2 * 64 * 4_096u64))
        .bench_local(|| SealedReplica::in_memory(&device, 1, &content, 4_096).unwrap());
}
