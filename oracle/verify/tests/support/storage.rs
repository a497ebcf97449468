//! A network of devices that keep content, with real keys, seals and signatures.
#![allow(dead_code, reason = "each test file uses its part")]

mod forged;

use cairn_device::DeviceSigner;
use cairn_device::storage::{Answering, SealedReplica};
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::{Body, DeviceKey, Envelope, Kind, Receipt, StorageAnswer};
use cairn_protocol::reason::Reason;
use cairn_protocol::sealing::{Due, Schedule};
use cairn_verify::judgment::scaled;
use cairn_verify::{
    Address, Category, DeviceRecord, EpochInput, Escrow, Factor, Judged, Outcome, Policy, Registry,
    Seed, Seeds, State, judge,
};
use ed25519_dalek::{Signer, SigningKey};
use std::collections::BTreeMap;
use std::io::Cursor;

pub(crate) use forged::Forged;

pub(crate) const NETWORK: Address = [9; 32];
pub(crate) const WINDOW_MS: u64 = 10_000;
pub(crate) const EPOCH_MS: u64 = 240_000;
/// Epoch 0 begins here.
pub(crate) const GENESIS_MS: u64 = 1_800_000_000_000;
/// Leaves of the replicas that the tests seal: small, and no power of two.
pub(crate) const LEAVES: usize = 37;
pub(crate) const CONTENT_BYTES: usize = LEAVES * 256 - 10;

pub(crate) type Replica = SealedReplica<Cursor<Vec<u8>>>;

/// A policy that any small replica meets: seals of one round and up, four challenges of four leaves
/// in an epoch of 24 windows, answers within 20 s.
pub(crate) fn policy() -> Policy {
    let mut policy = Policy::default();
    policy.challenges.window_seconds = (WINDOW_MS / 1_000) as u32;
    policy.storage.answer_deadline_ms = 20_000;
    policy.storage.answer_max_age_ms = 10_000;
    policy.storage.sealing_hashes_per_second = 0;
    policy.storage.min_rounds = 1;
    policy.storage.replicas_per_content = 1_000;
    // What an epoch earns shows from the first on.
    policy.storage.proving_epochs = 0;
    policy
}

/// Content that nobody else has.
pub(crate) fn content(salt: u64) -> Vec<u8> {
    (0..CONTENT_BYTES as u64)
        .step_by(32)
        .flat_map(|at| sha256(&[b"content", &salt.to_le_bytes(), &at.to_le_bytes()]))
        .take(CONTENT_BYTES)
        .collect()
}

/// A device with its replicas.
pub(crate) struct Keeper {
    pub(crate) signer: DeviceSigner,
    pub(crate) replicas: BTreeMap<u32, Replica>,
}

impl Keeper {
    pub(crate) fn key(&self) -> DeviceKey {
        self.signer.key()
    }

    pub(crate) fn address(&self) -> Address {
        address(&self.key())
    }

    /// Seals content under a number.
    pub(crate) fn seal(&mut self, number: u32, content: &[u8], rounds: u32) -> &mut Self {
        let replica = SealedReplica::in_memory(&self.key(), number, content, rounds).unwrap();
        self.replicas.insert(number, replica);
        self
    }

    /// Commits to a replica at the beginning of an epoch.
    pub(crate) fn commit(&mut self, epoch: u64, number: u32) -> Envelope {
        let body = Body::StorageCommitment(self.replicas[&number].commitment(u64::MAX));
        self.sign(epoch, starts_at_ms(epoch) + 1, &body)
    }

    pub(crate) fn sign(&mut self, epoch: u64, at_ms: u64, body: &Body) -> Envelope {
        self.signer.sign(&NETWORK, epoch, at_ms, body)
    }

    pub(crate) fn answer_with(
        &mut self,
        epoch: u64,
        at_ms: u64,
        seed: Hash,
        answer: StorageAnswer,
    ) -> Envelope {
        self.signer.answer(&NETWORK, epoch, at_ms, seed, &Body::StorageAnswer(answer))
    }
}

/// The address under which the tests register a key.
pub(crate) fn address(key: &DeviceKey) -> Address {
    sha256(&[&key.to_registry_bytes()])
}

pub(crate) fn starts_at_ms(epoch: u64) -> u64 {
    GENESIS_MS + epoch * EPOCH_MS
}

pub(crate) struct World {
    pub(crate) policy: Policy,
    pub(crate) registry: Registry,
    pub(crate) state: State,
    /// Mixed into the chain's randomness.
    pub(crate) salt: u64,
    /// By how much blocks come after their window's start.
    pub(crate) block_after_s: u64,
    /// Whether the seeds of every epoch are the same: randomness that is none.
    pub(crate) seeds_repeat: bool,
}

impl World {
    pub(crate) fn new(policy: Policy) -> Self {
        policy.validate().unwrap();
        let (registry, state) = (Registry::default(), State::default());
        Self { policy, registry, state, salt: 0, block_after_s: 1, seeds_repeat: false }
    }

    /// Onboards a device.
    pub(crate) fn device(&mut self, name: &str) -> Keeper {
        // Both schemes.
        let signer = if name.len().is_multiple_of(2) {
            DeviceSigner::derive(&[1; 32], name)
        } else {
            DeviceSigner::derive_p256(&[1; 32], name)
        };
        let key = signer.key();
        let record = DeviceRecord::new(address(&key), key, 0, Category::Storage, [2; 32]);
        self.registry.insert(record);
        Keeper { signer, replicas: BTreeMap::new() }
    }

    /// A device that has committed, in epoch 0, to a replica of its own content under number 1, of
    /// the fewest rounds.
    pub(crate) fn keeper(&mut self, name: &str) -> Keeper {
        let mut keeper = self.device(name);
        let salt = u64::from_le_bytes(keeper.address()[..8].try_into().unwrap());
        let rounds = self.policy.storage.least_rounds(LEAVES as u64).unwrap();
        keeper.seal(1, &content(salt), rounds);
        let commitment = keeper.commit(0, 1);
        let outcome = self.judge(0, [commitment]);
        assert_eq!(reasons(&outcome), [Reason::Accepted]);
        keeper
    }

    pub(crate) fn seeds(&self, epoch: u64) -> Vec<Seed> {
        let start = starts_at_ms(epoch);
        let first = (start - 120_000).next_multiple_of(WINDOW_MS);
        (first..start + EPOCH_MS)
            .step_by(WINDOW_MS as usize)
            .map(|from_ms| {
                let block = sha256(&[b"block", &self.salt.to_le_bytes(), &from_ms.to_le_bytes()]);
                let at_s = from_ms / 1_000 + self.block_after_s;
                let mut seed = Seed::new(&NETWORK, from_ms, WINDOW_MS, from_ms / 400, at_s, block);
                if self.seeds_repeat {
                    seed.seed = sha256(&[b"again", &(from_ms % EPOCH_MS).to_le_bytes()]);
                }
                seed
            })
            .collect()
    }

    /// The challenges of a replica in an epoch, with when their seeds are known.
    pub(crate) fn due(&self, epoch: u64, key: &DeviceKey, replica: u32) -> Vec<(Due, u64)> {
        let storage = &self.policy.storage;
        let start = starts_at_ms(epoch);
        let schedule = Schedule::new(
            start,
            start + EPOCH_MS,
            WINDOW_MS,
            storage.answer_deadline_ms,
            storage.challenges_per_epoch,
        );
        let seeds = self.seeds(epoch);
        schedule
            .due(seeds.iter().map(|seed| (seed.from_ms, seed.seed)), key, replica)
            .into_iter()
            .map(|due| {
                let seed = seeds.iter().rfind(|seed| seed.seed == due.seed).unwrap();
                (due, seed.known_from_ms())
            })
            .collect()
    }

    pub(crate) fn answering(&self) -> Answering {
        Answering {
            leaves_per_challenge: self.policy.storage.leaves_per_challenge,
            seals_per_epoch: self.policy.storage.seals_per_epoch,
        }
    }

    /// The right answer to a challenge, captured two seconds after its seed was known, and a
    /// millisecond for each number of a replica: capture times must rise with the sequence.
    pub(crate) fn answer(
        &self,
        keeper: &mut Keeper,
        epoch: u64,
        number: u32,
        nth: usize,
    ) -> Envelope {
        let (due, known_ms) = self.due(epoch, &keeper.key(), number)[nth];
        let answer =
            keeper.replicas.get_mut(&number).unwrap().answer(&due, &self.answering()).unwrap();
        keeper.answer_with(epoch, known_ms + 2_000 + u64::from(number), due.seed, answer)
    }

    /// Right answers to every challenge of a replica.
    pub(crate) fn answers(&self, keeper: &mut Keeper, epoch: u64, number: u32) -> Vec<Envelope> {
        let count = self.due(epoch, &keeper.key(), number).len();
        (0..count).map(|nth| self.answer(keeper, epoch, number, nth)).collect()
    }

    /// Judges an epoch in which a device answers everything with a forged replica.
    pub(crate) fn forged_epoch(
        &mut self,
        keeper: &mut Keeper,
        forged: &Forged,
        epoch: u64,
        number: u32,
    ) -> Outcome {
        let answers = self.forged_answers(keeper, forged, epoch, number);
        self.judge(epoch, answers)
    }

    pub(crate) fn forged_answers(
        &self,
        keeper: &mut Keeper,
        forged: &Forged,
        epoch: u64,
        number: u32,
    ) -> Vec<Envelope> {
        let due = self.due(epoch, &keeper.key(), number);
        due.iter()
            .map(|(due, known_ms)| {
                let answer = forged.answer(&keeper.key(), number, due, &self.answering());
                let at_ms = known_ms + 2_000 + u64::from(number);
                keeper.answer_with(epoch, at_ms, due.seed, answer)
            })
            .collect()
    }

    pub(crate) fn judge(
        &mut self,
        epoch: u64,
        envelopes: impl IntoIterator<Item = Envelope>,
    ) -> Outcome {
        let seeds = Seeds::new(self.seeds(epoch));
        let rich = Escrow { backing: u64::MAX };
        let input = EpochInput {
            network: NETWORK,
            epoch,
            starts_at_ms: starts_at_ms(epoch),
            ends_at_ms: starts_at_ms(epoch + 1),
            registry: &self.registry,
            seeds: &seeds,
            escrows: &BTreeMap::from([(customer().verifying_key().to_bytes(), rich)]),
            policy: &self.policy,
        };
        judge(&input, &mut self.state, envelopes)
    }

    /// Judges an epoch in which a device answers everything for one replica.
    pub(crate) fn good_epoch(&mut self, keeper: &mut Keeper, epoch: u64, number: u32) -> Outcome {
        let answers = self.answers(keeper, epoch, number);
        self.judge(epoch, answers)
    }
}

/// Changes the body of a proof, and signs it again as it was.
pub(crate) fn with_body(keeper: &mut Keeper, envelope: &Envelope, body: Body) -> Envelope {
    keeper.signer.answer(
        &NETWORK,
        envelope.epoch,
        envelope.captured_at_ms,
        envelope.challenge,
        &body,
    )
}

pub(crate) fn answer_of(envelope: &Envelope) -> StorageAnswer {
    match envelope.decode_body().unwrap() {
        Some(Body::StorageAnswer(answer)) => answer,
        other => panic!("{other:?}"),
    }
}

/// Who signs receipts. Escrow has its own tests: this customer has enough.
fn customer() -> SigningKey {
    SigningKey::from_bytes(&[5; 32])
}

/// A customer's receipt of a device for 1 MiB in one request, 100 credits, in the tenth second of
/// an epoch, changed by `change` before it is signed.
pub(crate) fn receipt(
    device: &DeviceKey,
    content_root: &Hash,
    epoch: u64,
    id: u8,
    change: impl FnOnce(&mut Receipt),
) -> Receipt {
    let customer = customer();
    let start = starts_at_ms(epoch);
    let mut receipt = Receipt {
        id: [id; 16],
        customer: customer.verifying_key().to_bytes(),
        credits: 100,
        bytes: CONTENT_BYTES as u64,
        packets: 1,
        started_at_ms: start + 9_000,
        ended_at_ms: start + 10_000,
        signature: [0; 64],
    };
    change(&mut receipt);
    let message = receipt.signed_message(&NETWORK, Kind::RetrievalReceipt, device, content_root);
    receipt.signature = customer.sign(&message).to_bytes();
    receipt
}

pub(crate) fn reasons(outcome: &Outcome) -> Vec<Reason> {
    outcome.proofs.iter().map(|judged| judged.judgment.reason).collect()
}

pub(crate) fn factor<'a>(factors: &'a [Factor], name: &str) -> &'a Factor {
    factors.iter().find(|factor| factor.name == name).unwrap()
}

pub(crate) fn input(factor: &Factor, name: &str) -> i64 {
    factor.inputs.iter().find(|(input, _)| input == name).unwrap().1
}

/// Units of a device's answers before its own factors.
pub(crate) fn units(outcome: &Outcome, device: &Address) -> u64 {
    let answers = |judged: &&Judged| judged.kind == Kind::StorageAnswer && judged.device == *device;
    outcome.proofs.iter().filter(answers).map(|judged| judged.judgment.units).sum()
}

/// What is left of them after the device's factors, in thousandths: the replicas are so small that
/// rounding would show.
pub(crate) fn earned(outcome: &Outcome, device: &Address) -> u64 {
    let factors = outcome.factors.get(device).map_or(&[][..], |factors| factors);
    factors.iter().fold(units(outcome, device) * 1_000, |units, factor| scaled(units, factor.ppm))
}

/// Units of a small replica that is proven for a whole epoch.
pub(crate) fn whole_units() -> u64 {
    (LEAVES as u64 * 256 * 1_000_000) >> 30
}
