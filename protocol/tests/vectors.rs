//! The known answers of `vectors/*.json`, which an independent Python implementation made.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use cairn_protocol::allocation::allocate;
use cairn_protocol::emission::{self, EmissionError, Step};
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::merkle::{
    DeviceLeaf, MAX_DEPTH, Node, OperatorLeaf, PenaltyLeaf, SumTree, UsageLeaf, fold, verify,
};
use cairn_protocol::onboarding::{SignatureScheme, device_message, maker_message};
use cairn_protocol::proof::compute::{Answer, Job, Row};
use cairn_protocol::proof::sensor::{Fix, Observation, Reading};
use cairn_protocol::proof::storage::{Opening, SealOpening};
use cairn_protocol::proof::{
    Batch, Beacon, Benchmark, Body, Coverage, DeviceKey, Envelope, Heartbeat, JobCommitment,
    JobResult, Kind, Position, ReadingBatch, Receipt, RetrievalReceipt, StorageAnswer,
    StorageCommitment, Track, UsageReceipt, Witness,
};
use cairn_protocol::proposal::ProposalContent;
use serde::Deserialize;
use serde::de::DeserializeOwned;

fn load<T: DeserializeOwned>(name: &str) -> T {
    let path = format!("{}/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text).unwrap().try_into().unwrap()
}

fn number(text: &str) -> u64 {
    text.parse().unwrap()
}

#[derive(Deserialize)]
struct NodeVector {
    hash: String,
    sum: String,
}

impl NodeVector {
    fn node(&self) -> Node {
        Node { hash: bytes(&self.hash), sum: number(&self.sum) }
    }
}

#[derive(Deserialize)]
struct OperatorLeafVector {
    pool: String,
    operator: String,
    lifetime_total: String,
    devices_root: String,
    hash: String,
}

impl OperatorLeafVector {
    fn check(&self) -> Node {
        let node = OperatorLeaf {
            pool: bytes(&self.pool),
            operator: bytes(&self.operator),
            lifetime_total: number(&self.lifetime_total),
            devices_root: bytes(&self.devices_root),
        }
        .node();
        assert_eq!(node, Node { hash: bytes(&self.hash), sum: number(&self.lifetime_total) });
        node
    }
}

#[derive(Deserialize)]
struct DeviceLeafVector {
    operator: String,
    device: String,
    lifetime_total: String,
    hash: String,
}

#[derive(Deserialize)]
struct PenaltyLeafVector {
    pool: String,
    epoch: String,
    target: String,
    amount: String,
    reason: u16,
    evidence_hash: String,
    challenger: String,
    hash: String,
}

#[derive(Deserialize)]
struct UsageLeafVector {
    pool: String,
    customer: String,
    lifetime_spent: String,
    hash: String,
}

#[derive(Deserialize)]
struct ProposalVector {
    root: String,
    root_sum: String,
    leaf_count: u32,
    manifest_hash: String,
    penalties_root: String,
    penalties_sum: String,
    usage_root: String,
    usage_sum: String,
    hash: String,
}

#[derive(Deserialize)]
struct ParentVector {
    left: NodeVector,
    right: NodeVector,
    parent: NodeVector,
}

#[derive(Deserialize)]
struct TreeVector {
    leaves: Vec<OperatorLeafVector>,
    root: NodeVector,
    proofs: Vec<String>,
}

#[derive(Deserialize)]
struct RefusedVector {
    why: String,
    root: NodeVector,
    leaf: NodeVector,
    index: u32,
    proof: String,
}

#[derive(Deserialize)]
struct MerkleVectors {
    operator_leaves: Vec<OperatorLeafVector>,
    device_leaves: Vec<DeviceLeafVector>,
    penalty_leaves: Vec<PenaltyLeafVector>,
    usage_leaves: Vec<UsageLeafVector>,
    proposals: Vec<ProposalVector>,
    nodes: Vec<ParentVector>,
    trees: Vec<TreeVector>,
    refused: Vec<RefusedVector>,
}

#[test]
fn leaves_and_nodes_hash_as_in_the_vectors() {
    let vectors: MerkleVectors = load("merkle");
    assert_eq!(vectors.operator_leaves.len(), 3);
    for leaf in &vectors.operator_leaves {
        leaf.check();
    }
    assert_eq!(vectors.device_leaves.len(), 4);
    for leaf in &vectors.device_leaves {
        let node = DeviceLeaf {
            operator: bytes(&leaf.operator),
            device: bytes(&leaf.device),
            lifetime_total: number(&leaf.lifetime_total),
        }
        .node();
        assert_eq!(node, Node { hash: bytes(&leaf.hash), sum: number(&leaf.lifetime_total) });
    }
    assert_eq!((vectors.penalty_leaves.len(), vectors.usage_leaves.len()), (3, 3));
    for leaf in &vectors.penalty_leaves {
        let node = PenaltyLeaf {
            pool: bytes(&leaf.pool),
            epoch: number(&leaf.epoch),
            target: bytes(&leaf.target),
            amount: number(&leaf.amount),
            reason: leaf.reason,
            evidence_hash: bytes(&leaf.evidence_hash),
            challenger: bytes(&leaf.challenger),
        }
        .node();
        assert_eq!(node, Node { hash: bytes(&leaf.hash), sum: number(&leaf.amount) });
    }
    for leaf in &vectors.usage_leaves {
        let node = UsageLeaf {
            pool: bytes(&leaf.pool),
            customer: bytes(&leaf.customer),
            lifetime_spent: number(&leaf.lifetime_spent),
        }
        .node();
        assert_eq!(node, Node { hash: bytes(&leaf.hash), sum: number(&leaf.lifetime_spent) });
    }
    assert_eq!(vectors.nodes.len(), 4);
    for vector in &vectors.nodes {
        let parent = Node::parent(&vector.left.node(), &vector.right.node()).unwrap();
        assert_eq!(parent, vector.parent.node());
        assert_eq!(Node::from_bytes(&parent.to_bytes()), parent);
    }
}

#[test]
fn proposals_hash_as_in_the_vectors() {
    let vectors: MerkleVectors = load("merkle");
    assert_eq!(vectors.proposals.len(), 3);
    for vector in &vectors.proposals {
        let content = ProposalContent {
            root: bytes(&vector.root),
            root_sum: number(&vector.root_sum),
            leaf_count: vector.leaf_count,
            manifest_hash: bytes(&vector.manifest_hash),
            penalties_root: bytes(&vector.penalties_root),
            penalties_sum: number(&vector.penalties_sum),
            usage_root: bytes(&vector.usage_root),
            usage_sum: number(&vector.usage_sum),
        };
        assert_eq!(content.hash(), bytes(&vector.hash));
    }
}

#[test]
fn trees_have_the_roots_and_proofs_of_the_vectors() {
    let vectors: MerkleVectors = load("merkle");
    let sizes: Vec<_> = vectors.trees.iter().map(|tree| tree.leaves.len()).collect();
    assert_eq!(sizes, [1, 2, 3, 5, 8, 13]);
    for vector in &vectors.trees {
        let leaves: Vec<_> = vector.leaves.iter().map(OperatorLeafVector::check).collect();
        let tree = SumTree::build(leaves.clone()).unwrap();
        assert_eq!(tree.root(), vector.root.node());
        assert_eq!(tree.len(), vector.proofs.len());
        for (index, (leaf, proof)) in (0..).zip(leaves.iter().zip(&vector.proofs)) {
            let proof = hex::decode(proof).unwrap();
            assert_eq!(tree.prove(index).unwrap(), proof);
            assert!(verify(&tree.root(), leaf, index, &proof));
        }
    }
}

#[test]
fn every_broken_proof_of_the_vectors_is_refused() {
    let vectors: MerkleVectors = load("merkle");
    assert_eq!(vectors.refused.len(), 14);
    for vector in &vectors.refused {
        let proof = hex::decode(&vector.proof).unwrap();
        let (root, leaf) = (vector.root.node(), vector.leaf.node());
        assert!(!verify(&root, &leaf, vector.index, &proof), "accepted: {}", vector.why);
    }
    let deepest = vectors.refused.iter().map(|vector| vector.proof.len() / 80).max();
    assert_eq!(deepest, Some(MAX_DEPTH + 1));
}

#[derive(Deserialize)]
struct StepVector {
    first_epoch: String,
    per_epoch: String,
    keep_ppb: u32,
    every_epochs: u32,
    times: u32,
}

fn steps(vectors: &[StepVector]) -> Vec<Step> {
    vectors
        .iter()
        .map(|step| Step {
            first_epoch: number(&step.first_epoch),
            per_epoch: number(&step.per_epoch),
            keep_ppb: step.keep_ppb,
            every_epochs: step.every_epochs,
            times: step.times,
        })
        .collect()
}

#[derive(Deserialize)]
struct EpochVector {
    epoch: String,
    emitted_in: String,
    emitted_through: Option<String>,
}

#[derive(Deserialize)]
struct TableVector {
    name: String,
    steps: Vec<StepVector>,
    epochs: Vec<EpochVector>,
}

#[derive(Deserialize)]
struct InvalidVector {
    error: String,
    steps: Vec<StepVector>,
}

#[derive(Deserialize)]
struct AllocationVector {
    budget: String,
    weights: Vec<String>,
    shares: Vec<String>,
    dust: String,
}

#[derive(Deserialize)]
struct EmissionVectors {
    tables: Vec<TableVector>,
    invalid: Vec<InvalidVector>,
    allocations: Vec<AllocationVector>,
}

#[test]
fn emission_tables_emit_as_in_the_vectors() {
    let vectors: EmissionVectors = load("emission");
    assert_eq!(vectors.tables.len(), 11);
    for table in &vectors.tables {
        let steps = steps(&table.steps);
        assert_eq!(emission::validate(&steps), Ok(()), "{}", table.name);
        for row in &table.epochs {
            let at = format!("{}, epoch {}", table.name, row.epoch);
            let epoch = number(&row.epoch);
            assert_eq!(emission::emitted_in(&steps, epoch), number(&row.emitted_in), "{at}");
            let through = row.emitted_through.as_deref().map(number);
            let through = through.ok_or(EmissionError::Overflow);
            assert_eq!(emission::emitted_through(&steps, epoch), through, "{at}");
        }
    }
}

#[test]
fn invalid_tables_are_refused_as_in_the_vectors() {
    let vectors: EmissionVectors = load("emission");
    assert_eq!(vectors.invalid.len(), 8);
    for table in &vectors.invalid {
        let expected = match table.error.as_str() {
            "empty" => EmissionError::Empty,
            "too_many_steps" => EmissionError::TooManySteps,
            "first_step_not_zero" => EmissionError::FirstStepNotZero,
            "not_increasing" => EmissionError::NotIncreasing,
            "invalid_decay" => EmissionError::InvalidDecay,
            "too_many_decays" => EmissionError::TooManyDecays,
            other => panic!("unknown error {other}"),
        };
        assert_eq!(emission::validate(&steps(&table.steps)), Err(expected));
    }
}

#[test]
fn budgets_divide_as_in_the_vectors() {
    let vectors: EmissionVectors = load("emission");
    assert_eq!(vectors.allocations.len(), 8);
    for vector in &vectors.allocations {
        let weights: Vec<_> = vector.weights.iter().map(|weight| number(weight)).collect();
        let shares: Vec<_> = vector.shares.iter().map(|share| number(share)).collect();
        let allocation = allocate(number(&vector.budget), &weights);
        assert_eq!((allocation.shares, allocation.dust), (shares, number(&vector.dust)));
    }
}

fn scheme(name: &str) -> SignatureScheme {
    match name {
        "ed25519" => SignatureScheme::Ed25519,
        "p256" => SignatureScheme::P256,
        other => panic!("unknown scheme {other}"),
    }
}

#[derive(Deserialize)]
struct MakerVector {
    network: String,
    scheme: String,
    device_key: String,
    class: u16,
    serial: String,
    message: String,
}

#[derive(Deserialize)]
struct DeviceVector {
    network: String,
    owner: String,
    slot: String,
    slot_hash: String,
    message: String,
}

#[derive(Deserialize)]
struct KeyVector {
    scheme: String,
    key: String,
}

impl KeyVector {
    fn key(&self) -> DeviceKey {
        match scheme(&self.scheme) {
            SignatureScheme::Ed25519 => DeviceKey::Ed25519(bytes(&self.key)),
            SignatureScheme::P256 => DeviceKey::P256(bytes(&self.key)),
        }
    }
}

#[derive(Deserialize)]
struct PositionVector {
    latitude_e7: i32,
    longitude_e7: i32,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum BodyVector {
    Witness {
        payload: String,
        rssi_cdbm: i32,
        snr_cdb: i32,
        frequency_hz: String,
    },
    Beacon {
        entropy: String,
        position: Option<PositionVector>,
        frequency_hz: String,
        eirp_cdbm: i32,
        bandwidth_hz: u32,
        spreading_factor: u8,
    },
}

impl BodyVector {
    fn body(&self) -> Body {
        match self {
            Self::Witness { payload, rssi_cdbm, snr_cdb, frequency_hz } => Body::Witness(Witness {
                payload: bytes(payload),
                rssi_cdbm: *rssi_cdbm,
                snr_cdb: *snr_cdb,
                frequency_hz: number(frequency_hz),
            }),
            Self::Beacon {
                entropy,
                position,
                frequency_hz,
                eirp_cdbm,
                bandwidth_hz,
                spreading_factor,
            } => Body::Beacon(Beacon {
                entropy: bytes(entropy),
                position: position.as_ref().map(|position| Position {
                    latitude_e7: position.latitude_e7,
                    longitude_e7: position.longitude_e7,
                }),
                frequency_hz: number(frequency_hz),
                eirp_cdbm: *eirp_cdbm,
                bandwidth_hz: *bandwidth_hz,
                spreading_factor: *spreading_factor,
            }),
        }
    }
}

#[derive(Deserialize)]
struct ProofVector {
    network: String,
    version: u8,
    kind: String,
    device: KeyVector,
    epoch: String,
    sequence: String,
    previous: String,
    captured_at_ms: String,
    challenge: String,
    body: BodyVector,
    body_bytes: String,
    signed_message: String,
    id: String,
    signature: String,
    encoded: String,
}

#[derive(Deserialize)]
struct PayloadVector {
    network: String,
    challenge: String,
    device_key: String,
    entropy: String,
    payload: String,
}

#[derive(Deserialize)]
struct AnyBodyVector {
    kind: String,
    code: u8,
    body_bytes: String,
    signed_by_customer: Option<String>,
    chain_after: Option<String>,
}

#[derive(Deserialize)]
struct BatchVector {
    malformed: String,
    encoded: String,
}

#[derive(Deserialize)]
struct MessageVectors {
    maker_messages: Vec<MakerVector>,
    device_messages: Vec<DeviceVector>,
    beacon_payload: PayloadVector,
    proofs: Vec<ProofVector>,
    bodies: Vec<AnyBodyVector>,
    batch: BatchVector,
}

#[test]
fn onboarding_messages_are_the_bytes_of_the_vectors() {
    let vectors: MessageVectors = load("messages");
    assert_eq!(vectors.maker_messages.len(), 4);
    for vector in &vectors.maker_messages {
        let message = maker_message(
            &bytes(&vector.network),
            scheme(&vector.scheme),
            &bytes(&vector.device_key),
            vector.class,
            &bytes(&vector.serial),
        );
        assert_eq!(hex::encode(message), vector.message);
    }
    assert_eq!(vectors.device_messages.len(), 3);
    for vector in &vectors.device_messages {
        let message = device_message(
            &bytes(&vector.network),
            &bytes(&vector.owner),
            number(&vector.slot),
            &bytes(&vector.slot_hash),
        );
        assert_eq!(hex::encode(message), vector.message);
    }
}

#[test]
fn proofs_encode_sign_and_chain_as_in_the_vectors() {
    let vectors: MessageVectors = load("messages");
    assert_eq!(vectors.proofs.len(), 5);
    let mut previous: Hash = [0; 32];
    for vector in &vectors.proofs {
        let body = vector.body.body();
        assert_eq!(body.kind().name(), vector.kind);
        assert_eq!(hex::encode(body.encode()), vector.body_bytes);
        let envelope = Envelope {
            version: vector.version,
            kind: body.kind() as u8,
            device: vector.device.key(),
            epoch: number(&vector.epoch),
            sequence: number(&vector.sequence),
            previous: bytes(&vector.previous),
            captured_at_ms: number(&vector.captured_at_ms),
            challenge: bytes(&vector.challenge),
            body: body.encode(),
            signature: bytes(&vector.signature),
        };
        assert_eq!(hex::encode(envelope.encode()), vector.encoded);
        assert_eq!(Envelope::decode(&envelope.encode()).unwrap(), envelope);
        assert_eq!(envelope.decode_body().unwrap(), Some(body));
        assert_eq!(Kind::from_code(envelope.kind).map(Kind::name), Some(vector.kind.as_str()));
        let network = bytes(&vector.network);
        assert_eq!(hex::encode(envelope.signed_message(&network)), vector.signed_message);
        assert_eq!(hex::encode(envelope.id(&network)), vector.id);
        if vector.device.scheme == "ed25519" {
            assert_eq!(envelope.previous, previous);
            previous = envelope.id(&network);
        }
    }
}

#[test]
fn a_beacon_sends_the_payload_of_the_vectors() {
    let vector = load::<MessageVectors>("messages").beacon_payload;
    let beacon = Beacon { entropy: bytes(&vector.entropy), ..a_beacon() };
    let key = DeviceKey::from_registry_bytes(0, &bytes(&vector.device_key)).unwrap();
    let payload = beacon.payload(&bytes(&vector.network), &bytes(&vector.challenge), &key);
    assert_eq!(hex::encode(payload), vector.payload);
}

/// As `seeded` in `make.py`.
fn seeded(words: &str) -> Hash {
    sha256(&[words.as_bytes()])
}

const PLACE: Position = Position { latitude_e7: 451_950_073, longitude_e7: 57_183_838 };
const START_MS: u64 = 1_795_350_900_000;

fn a_beacon() -> Beacon {
    Beacon {
        entropy: seeded("entropy"),
        position: Some(PLACE),
        frequency_hz: 868_100_000,
        eirp_cdbm: 1_600,
        bandwidth_hz: 125_000,
        spreading_factor: 12,
    }
}

fn two_up() -> Vec<Hash> {
    vec![seeded("up/0"), seeded("up/1")]
}

fn opening(index: u64) -> Opening {
    let leaf = seeded(&format!("leaf/{index}")).repeat(8).try_into().unwrap();
    Opening { index, leaf, path: two_up() }
}

/// A receipt with the customer and the signature that the encoded one ends in.
fn a_receipt(encoded: &[u8]) -> Receipt {
    let tail = &encoded[encoded.len() - 148..];
    Receipt {
        id: seeded("receipt id")[..16].try_into().unwrap(),
        customer: tail[16..48].try_into().unwrap(),
        credits: 250,
        bytes: 1_234_567,
        packets: 987,
        started_at_ms: START_MS,
        ended_at_ms: START_MS + 61_500,
        signature: tail[84..].try_into().unwrap(),
    }
}

/// The same values as in `bodies_of_each_kind` of `make.py`.
fn a_body(kind: Kind, encoded: &[u8]) -> Body {
    let content_root = seeded("content root");
    match kind {
        Kind::Beacon => Body::Beacon(a_beacon()),
        Kind::Witness => Body::Witness(Witness {
            payload: seeded("payload"),
            rssi_cdbm: -10_900,
            snr_cdb: -2_000,
            frequency_hz: 868_100_000,
        }),
        Kind::Heartbeat => {
            Body::Heartbeat(Heartbeat { position: PLACE, accuracy_m: 12, on_air_seconds: 86_400 })
        }
        Kind::UsageReceipt => Body::UsageReceipt(UsageReceipt { receipt: a_receipt(encoded) }),
        Kind::StorageCommitment => Body::StorageCommitment(StorageCommitment {
            replica: 3,
            content_root,
            middle_root: seeded("middle root"),
            replica_root: seeded("replica root"),
            leaf_count: 1_000,
            rounds: 4_096,
            until_epoch: 5_000,
        }),
        Kind::StorageAnswer => Body::StorageAnswer(StorageAnswer {
            replica: 3,
            openings: vec![opening(0), opening(1)],
            seal: Some(Box::new(SealOpening {
                before: opening(7),
                after: None,
                parents: vec![opening(8), opening(9)],
            })),
        }),
        Kind::RetrievalReceipt => {
            let receipt = a_receipt(encoded);
            Body::RetrievalReceipt(RetrievalReceipt { content_root, receipt })
        }
        Kind::JobCommitment => Body::JobCommitment(JobCommitment {
            job: Job::MatrixProduct { side: 64, number: 2 },
            commitment: seeded("rows root"),
        }),
        Kind::JobResult => Body::JobResult(JobResult {
            commitment: seeded("commitment id"),
            answer: Answer::MatrixProduct {
                image: seeded("image hash"),
                rows: vec![Row { index: 5, elements: vec![0, 1, 2], path: two_up() }],
            },
        }),
        Kind::Benchmark => Body::Benchmark(Benchmark {
            hashes_per_checkpoint: 1_000_000,
            checkpoints: vec![seeded("checkpoint/0"), seeded("checkpoint/1")],
            elapsed_ms: 30_500,
        }),
        Kind::ReadingBatch => Body::ReadingBatch(ReadingBatch {
            quantity: 7,
            chain_before: seeded("chain before"),
            readings: (0..3u32)
                .map(|at| Reading {
                    at_ms: START_MS + 1_000 * u64::from(at),
                    value: 21_500 - 7 * i64::from(at),
                })
                .collect(),
        }),
        Kind::Track => Body::Track(Track {
            fixes: (0..2u16)
                .map(|at| Fix {
                    at_ms: START_MS + 500 * u64::from(at),
                    position: PLACE,
                    accuracy_m: 4 + at,
                    speed_cm_s: (at > 0).then_some(1_250),
                })
                .collect(),
        }),
        Kind::Coverage => Body::Coverage(Coverage {
            observations: (0..2)
                .map(|at| Observation {
                    at_ms: START_MS + at,
                    position: PLACE,
                    content_hash: seeded(&format!("image/{at}")),
                })
                .collect(),
        }),
    }
}

#[test]
fn a_body_of_each_kind_encodes_as_in_the_vectors() {
    let vectors: MessageVectors = load("messages");
    let kinds: Vec<&str> = vectors.bodies.iter().map(|vector| vector.kind.as_str()).collect();
    assert_eq!(kinds, Kind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>());
    let network = bytes(&vectors.beacon_payload.network);
    let device =
        DeviceKey::from_registry_bytes(0, &bytes(&vectors.beacon_payload.device_key)).unwrap();
    for vector in &vectors.bodies {
        let kind = Kind::from_code(vector.code).unwrap();
        assert_eq!(kind.name(), vector.kind);
        let encoded = hex::decode(&vector.body_bytes).unwrap();
        let body = a_body(kind, &encoded);
        assert_eq!(hex::encode(body.encode()), vector.body_bytes, "{}", vector.kind);
        assert_eq!(Body::decode(kind, &encoded).unwrap(), body);
        let (signed, chain) = match &body {
            Body::UsageReceipt(usage) => {
                let signed = usage.receipt.signed_message(&network, kind, &device, &[0; 32]);
                (Some(signed), None)
            }
            Body::RetrievalReceipt(served) => {
                let root = &served.content_root;
                (Some(served.receipt.signed_message(&network, kind, &device, root)), None)
            }
            Body::ReadingBatch(batch) => (None, Some(batch.chain_after())),
            _ => (None, None),
        };
        assert_eq!(signed.map(hex::encode), vector.signed_by_customer);
        assert_eq!(chain.map(hex::encode), vector.chain_after);
    }
}

#[test]
fn a_batch_keeps_each_proof_apart() {
    let vectors: MessageVectors = load("messages");
    let mut proofs: Vec<_> =
        vectors.proofs.iter().map(|proof| hex::decode(&proof.encoded).unwrap()).collect();
    proofs.push(hex::decode(&vectors.batch.malformed).unwrap());
    let batch = Batch { proofs };
    assert_eq!(hex::encode(borsh::to_vec(&batch).unwrap()), vectors.batch.encoded);
    let decoded: Batch = borsh::from_slice(&hex::decode(&vectors.batch.encoded).unwrap()).unwrap();
    assert_eq!(decoded, batch);
    let verdicts: Vec<_> =
        decoded.proofs.iter().map(|proof| Envelope::decode(proof).is_ok()).collect();
    assert_eq!(verdicts, [true, true, true, true, true, false]);
}

#[test]
fn a_leaf_alone_is_the_root() {
    let vectors: MerkleVectors = load("merkle");
    let only = &vectors.trees[0];
    let leaf = only.leaves[0].check();
    assert_eq!(only.root.node(), leaf);
    assert_eq!(fold(&leaf, 0, &[]), Ok(leaf));
    assert!(fold(&leaf, 1, &[]).is_err());
}
