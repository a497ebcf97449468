//! A network of compute devices, a chain that gives a seed a minute, and a judge.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(unreachable_pub, reason = "a module of tests")]

use cairn_device::compute::Product;
use cairn_device::{DeviceSigner, compute};
use cairn_protocol::compute::duplicates::{Timetable, TimetableTerms, lot};
use cairn_protocol::compute::settles_at_ms;
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::{Body, DeviceKey, Envelope};
use cairn_protocol::reason::Reason;
use cairn_verify::{
    Category, DeviceRecord, EpochClock, EpochInput, Gate, Judgment, Outcome, Policies, Policy,
    Registry, Seed, Seeds, State, judge,
};
use std::collections::BTreeMap;

pub const NETWORK: [u8; 32] = [9; 32];
const GENESIS_S: u64 = 1_700_000_000;
pub const EPOCH_MS: u64 = 3_600_000;
pub const WINDOW_MS: u64 = 60_000;
/// Class of the devices.
pub const CLASS: u16 = 4;

#[derive(Clone)]
pub struct World {
    pub policy: Policy,
    pub devices: Vec<DeviceSigner>,
    pub registry: Registry,
    /// Answers so far: no two are captured in the same millisecond.
    pub answers: u64,
}

/// Address of a device in the registry: its key's first 32 bytes.
pub fn address(key: &DeviceKey) -> [u8; 32] {
    let mut address = [0; 32];
    address.copy_from_slice(&key.to_registry_bytes()[..32]);
    address
}

pub fn start(epoch: u64) -> u64 {
    GENESIS_S * 1_000 + epoch * EPOCH_MS
}

/// The seed of the window that begins at `from_ms`; it is known a second later.
pub fn seed(from_ms: u64) -> Seed {
    let blockhash = sha256(&[b"block", &from_ms.to_le_bytes()]);
    let block_time_s = from_ms / 1_000 + 1;
    Seed::new(&NETWORK, from_ms, WINDOW_MS, from_ms / 400, block_time_s, blockhash)
}

/// The seed that was the newest at a time.
pub fn seed_at(at_ms: u64) -> Seed {
    seed((at_ms - 1_000) / WINDOW_MS * WINDOW_MS)
}

/// The first seed whose window begins at a time or later.
pub fn seed_from(at_ms: u64) -> Seed {
    seed(at_ms.div_ceil(WINDOW_MS) * WINDOW_MS)
}

/// From ten minutes before an epoch to its end.
pub fn seeds(epoch: u64) -> Seeds {
    let from = (start(epoch) - 600_000).div_ceil(WINDOW_MS);
    let to = start(epoch + 1).div_ceil(WINDOW_MS);
    Seeds::new((from..to).map(|window| seed(window * WINDOW_MS)))
}

impl World {
    /// Devices of both signature schemes, in a network whose matrices and benchmarks may be small.
    pub fn new(devices: usize) -> Self {
        let devices: Vec<DeviceSigner> = (0..devices)
            .map(|n| match n % 4 {
                3 => DeviceSigner::derive_p256(&[7; 32], &n.to_string()),
                _ => DeviceSigner::derive(&[7; 32], &n.to_string()),
            })
            .collect();
        let registry = Registry::new(devices.iter().map(|device| record(&device.key())));
        let mut policy = Policy::default();
        policy.compute.min_side = 16;
        // Devices may post jobs, and begin benchmarks at any time of the hour.
        policy.compute.poster_class = Some(CLASS);
        policy.compute.benchmark_run_ms = 0;
        assert_eq!(policy.validate(), Ok(()));
        Self { policy, devices, registry, answers: 0 }
    }

    pub fn key(&self, device: usize) -> DeviceKey {
        self.devices[device].key()
    }

    pub fn sign(&mut self, device: usize, at_ms: u64, challenge: Hash, body: &Body) -> Envelope {
        let epoch = (at_ms - start(0)) / EPOCH_MS;
        self.devices[device].answer(&NETWORK, epoch, at_ms, challenge, body)
    }

    /// When the seed begins that a proof captured at a time is challenged by.
    pub fn settles(&self, at_ms: u64) -> u64 {
        settles_at_ms(at_ms, self.policy.compute.arrival_ms, self.policy.ingest.max_future_ms)
    }

    /// The seed that challenges a proof captured at a time.
    pub fn challenge(&self, at_ms: u64) -> Seed {
        seed_from(self.settles(at_ms))
    }

    /// Whether the gate takes a proof that arrives at a time.
    pub fn arrives(&self, now_ms: u64, envelope: &Envelope) -> bool {
        let clock = EpochClock::new(GENESIS_S, EPOCH_MS / 1_000).unwrap();
        let mut gate = Gate::new(Policies::constant(self.policy.clone()), clock);
        let verdict = gate.admit_bytes(now_ms, &NETWORK, &self.registry, &envelope.encode());
        assert!(matches!(verdict.reason, Reason::Accepted | Reason::CapturedTooLongAgo));
        verdict.reason == Reason::Accepted
    }

    pub fn judge(&self, epoch: u64, state: &mut State, envelopes: &[Envelope]) -> Verdicts {
        let (seeds, escrows) = (seeds(epoch), BTreeMap::new());
        let input = EpochInput {
            network: NETWORK,
            epoch,
            starts_at_ms: start(epoch),
            ends_at_ms: start(epoch + 1),
            registry: &self.registry,
            seeds: &seeds,
            escrows: &escrows,
            policy: &self.policy,
        };
        Verdicts(judge(&input, state, envelopes.iter().cloned()))
    }

    /// Judges proofs of one epoch without a past.
    pub fn judge_alone(&self, envelopes: &[Envelope]) -> Verdicts {
        self.judge(envelopes[0].epoch, &mut State::default(), envelopes)
    }

    /// A device's product of a seed, committed to at a time.
    pub fn commit_product(
        &mut self,
        device: usize,
        at_ms: u64,
        side: u16,
        number: u16,
    ) -> (Product, Envelope) {
        let seed = seed_at(at_ms).seed;
        let epoch = (at_ms - start(0)) / EPOCH_MS;
        let product = Product::compute(&seed, &self.key(device), epoch, side, number);
        let envelope = self.sign(device, at_ms, seed, &product.commitment());
        (product, envelope)
    }

    /// The answer to the right seed, a second after that is known.
    pub fn open(&mut self, device: usize, product: &Product, committed: &Envelope) -> Envelope {
        let seed = self.challenge(committed.captured_at_ms);
        let body = product.open(&committed.id(&NETWORK), &seed.seed, self.policy.compute.spot_rows);
        self.answers += 1;
        self.sign(device, seed.known_from_ms() + 1_000 + self.answers, seed.seed, &body)
    }

    /// A job, posted by a device for the devices' class.
    pub fn post(&mut self, device: usize, at_ms: u64, description: Hash) -> Posted {
        let envelope = self.sign(device, at_ms, [0; 32], &compute::post(description, CLASS));
        self.posted(envelope)
    }

    /// What became of a posted job.
    pub fn posted(&self, envelope: Envelope) -> Posted {
        let id = envelope.id(&NETWORK);
        let seed = self.challenge(envelope.captured_at_ms);
        let policy = &self.policy.compute;
        let terms = TimetableTerms {
            commit_ms: policy.commit_ms,
            reveal_ms: policy.reveal_ms,
            arrival_ms: policy.arrival_ms,
            max_future_ms: self.policy.ingest.max_future_ms,
            epoch_starts_at_ms: start(0),
            epoch_ms: EPOCH_MS,
        };
        let times = Timetable::new(seed.known_from_ms(), &terms);
        let chosen = self.chosen(&seed.seed, &id);
        Posted { envelope, id, seed, times, chosen }
    }

    /// The devices with the lowest lots.
    pub fn chosen(&self, seed: &Hash, posted: &Hash) -> Vec<usize> {
        let mut lots: Vec<(Hash, usize)> = (0..self.devices.len())
            .map(|device| (lot(seed, posted, &address(&self.key(device))), device))
            .collect();
        lots.sort_unstable();
        lots.truncate(self.policy.compute.duplicates.into());
        lots.into_iter().map(|(_, device)| device).collect()
    }

    /// A device commits to a result a second after it was chosen.
    pub fn commit_result(
        &mut self,
        device: usize,
        job: &Posted,
        result: Hash,
    ) -> (compute::Finished, Envelope) {
        let salt = sha256(&[b"salt", &job.id, &[u8::try_from(device % 256).unwrap()]]);
        let finished = compute::Finished { posted: job.id, result, salt };
        let body = finished.commitment(&self.key(device));
        let envelope = self.sign(device, job.seed.known_from_ms() + 1_000, job.seed.seed, &body);
        (finished, envelope)
    }

    /// A benchmark over stretches of hashes that begins with the newest seed.
    pub fn benchmark(
        &mut self,
        device: usize,
        at_ms: u64,
        hashes_per_checkpoint: u32,
        elapsed_ms: u32,
    ) -> Envelope {
        let seed = seed_at(at_ms - u64::from(elapsed_ms)).seed;
        let mut run = compute::Run::new(&seed, &self.key(device), hashes_per_checkpoint);
        for _ in 0..self.policy.compute.checkpoints {
            run.stretch();
        }
        self.sign(device, at_ms, seed, &run.finish(elapsed_ms))
    }
}

pub fn record(key: &DeviceKey) -> DeviceRecord {
    DeviceRecord::new(address(key), *key, CLASS, Category::Compute, [1; 32])
}

pub struct Posted {
    pub envelope: Envelope,
    pub id: Hash,
    /// The seed that chose the devices.
    pub seed: Seed,
    pub times: Timetable,
    /// In order of their lots.
    pub chosen: Vec<usize>,
}

pub struct Verdicts(pub Outcome);

impl Verdicts {
    pub fn of(&self, envelope: &Envelope) -> &Judgment {
        let id = envelope.id(&NETWORK);
        let judged = self.0.proofs.iter().find(|judged| judged.id == id).unwrap();
        &judged.judgment
    }

    pub fn reason(&self, envelope: &Envelope) -> Reason {
        self.of(envelope).reason
    }

    pub fn units(&self, envelopes: &[Envelope]) -> u64 {
        envelopes.iter().map(|envelope| self.of(envelope).units).sum()
    }

    /// Every reason and what it counts for, in the order of the proofs.
    pub fn all(&self) -> Vec<(Reason, u64)> {
        let judged = self.0.proofs.iter();
        judged.map(|judged| (judged.judgment.reason, judged.judgment.units)).collect()
    }
}
