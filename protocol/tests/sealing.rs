//! Sealing, its trees and its challenges: known answers of an independent implementation, and
//! properties.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use cairn_protocol::hash::Hash;
use cairn_protocol::proof::storage::{Opening, SealOpening, StorageAnswer};
use cairn_protocol::proof::{Body, DeviceKey, Envelope, MAX_PROOF_BYTES, StorageCommitment};
use cairn_protocol::sealing::tree::{self, TreeBuilder};
use cairn_protocol::sealing::{
    LEAF_BYTES, Leaf, MAX_LEAVES, PARENTS, Pass, Schedule, Seal, SealFault, verify_seal,
};
use proptest::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text).unwrap().try_into().unwrap()
}

fn cut(content: &[u8]) -> Vec<Leaf> {
    content
        .chunks(LEAF_BYTES)
        .map(|chunk| {
            let mut leaf = [0; LEAF_BYTES];
            leaf[..chunk.len()].copy_from_slice(chunk);
            leaf
        })
        .collect()
}

fn root(leaves: &[Leaf]) -> Hash {
    let mut tree = TreeBuilder::new();
    for leaf in leaves {
        tree.push(leaf, |_, _, _| ());
    }
    tree.finish(|_, _, _| ()).unwrap()
}

fn opening(leaves: &[Leaf], index: u64) -> Opening {
    let hashes: Vec<Hash> = leaves.iter().map(tree::leaf_hash).collect();
    let path = tree::path_within(&hashes, index as usize, tree::depth(leaves.len() as u64));
    Opening { index, leaf: leaves[index as usize], path }
}

/// A replica in memory, with all that lies between.
struct Replica {
    device: DeviceKey,
    seal: Seal,
    content: Vec<Leaf>,
    middle: Vec<Leaf>,
    sealed: Vec<Leaf>,
    commitment: StorageCommitment,
}

fn replica(device: DeviceKey, number: u32, content: &[u8], rounds: u32) -> Replica {
    let content = cut(content);
    let leaf_count = content.len() as u64;
    let content_root = root(&content);
    let seal = Seal::new(&device, number, &content_root, leaf_count, rounds);
    let pass = |pass, before: &[Leaf], order: Vec<usize>| {
        let mut after = vec![[0; LEAF_BYTES]; before.len()];
        for index in order {
            let parents: Vec<Leaf> = seal
                .parents(pass, index as u64)
                .iter()
                .flatten()
                .map(|parent| after[*parent as usize])
                .collect();
            after[index] = seal.apply(pass, index as u64, &parents, &before[index]);
        }
        after
    };
    let middle = pass(Pass::Forward, &content, (0..content.len()).collect());
    let sealed = pass(Pass::Backward, &middle, (0..content.len()).rev().collect());
    let commitment = StorageCommitment {
        replica: number,
        content_root,
        middle_root: root(&middle),
        replica_root: root(&sealed),
        leaf_count,
        rounds,
        until_epoch: u64::MAX,
    };
    Replica { device, seal, content, middle, sealed, commitment }
}

impl Replica {
    fn shown(&self, pass: Pass, index: u64) -> SealOpening {
        let (before, after, tree) = match pass {
            Pass::Forward => (&self.content, Some(opening(&self.middle, index)), &self.middle),
            Pass::Backward => (&self.middle, None, &self.sealed),
        };
        let parents = self.seal.parents(pass, index);
        let parents = parents.iter().flatten().map(|at| opening(tree, *at)).collect();
        SealOpening { before: opening(before, index), after, parents }
    }

    fn check(&self, pass: Pass, index: u64, shown: &SealOpening) -> Result<(), SealFault> {
        let sealed = opening(&self.sealed, index);
        assert!(tree::verify(&self.commitment.replica_root, self.commitment.leaf_count, &sealed));
        verify_seal(&self.device, &self.commitment, pass, &sealed, shown)
    }
}

const DEVICE: DeviceKey = DeviceKey::Ed25519([7; 32]);
const PASSES: [Pass; 2] = [Pass::Forward, Pass::Backward];

// --- Known answers -------------------------------------------------------------------------------

#[derive(Deserialize)]
struct Vectors {
    replicas: Vec<ReplicaVector>,
    schedules: Vec<ScheduleVector>,
}

#[derive(Deserialize)]
struct ReplicaVector {
    scheme: String,
    device: String,
    replica: u32,
    content: String,
    leaf_count: String,
    rounds: u32,
    content_root: String,
    middle_root: String,
    replica_root: String,
    last_parents: [Vec<String>; 2],
    first_sealed_leaf: String,
}

#[derive(Deserialize)]
struct ScheduleVector {
    starts_at_ms: String,
    ends_at_ms: String,
    window_ms: String,
    deadline_ms: String,
    challenges: u32,
    device: String,
    replica: u32,
    leaf_count: String,
    seeds: Vec<SeedVector>,
    due: Vec<DueVector>,
}

#[derive(Deserialize)]
struct SeedVector {
    from_ms: String,
    seed: String,
}

#[derive(Deserialize)]
struct DueVector {
    slot: String,
    from_ms: String,
    leaves: Vec<String>,
    seal: usize,
    pass: u8,
}

fn vectors() -> Vectors {
    let path = format!("{}/vectors/sealing.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(texts: &[String]) -> Vec<u64> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn replicas_are_those_of_the_independent_implementation() {
    for vector in vectors().replicas {
        let scheme = u8::from(vector.scheme == "p256");
        let device = DeviceKey::from_registry_bytes(scheme, &bytes(&vector.device)).unwrap();
        let content = hex::decode(&vector.content).unwrap();
        let made = replica(device, vector.replica, &content, vector.rounds);
        let commitment = &made.commitment;
        assert_eq!(commitment.leaf_count.to_string(), vector.leaf_count);
        assert_eq!(commitment.content_root, bytes(&vector.content_root));
        assert_eq!(commitment.middle_root, bytes(&vector.middle_root));
        assert_eq!(commitment.replica_root, bytes(&vector.replica_root));
        assert_eq!(made.sealed[0], bytes(&vector.first_sealed_leaf));
        let last = commitment.leaf_count - 1;
        for (pass, index, expected) in [
            (Pass::Forward, last, &vector.last_parents[0]),
            (Pass::Backward, 0, &vector.last_parents[1]),
        ] {
            let parents: Vec<u64> = made.seal.parents(pass, index).into_iter().flatten().collect();
            assert_eq!(parents, numbers(expected));
        }
    }
}

#[test]
fn challenges_are_those_of_the_independent_implementation() {
    for vector in vectors().schedules {
        let number = |text: &str| -> u64 { text.parse().unwrap() };
        let schedule = Schedule::new(
            number(&vector.starts_at_ms),
            number(&vector.ends_at_ms),
            number(&vector.window_ms),
            number(&vector.deadline_ms),
            vector.challenges,
        );
        let device = DeviceKey::from_registry_bytes(0, &bytes(&vector.device)).unwrap();
        let seeds: Vec<(u64, Hash)> =
            vector.seeds.iter().map(|seed| (number(&seed.from_ms), bytes(&seed.seed))).collect();
        let due = schedule.due(seeds.iter().copied(), &device, vector.replica);
        assert_eq!(due.len(), vector.due.len());
        for (due, expected) in due.iter().zip(&vector.due) {
            let from_ms = seeds.iter().find(|(_, seed)| *seed == due.seed).unwrap().0;
            assert_eq!((due.slot, from_ms), (number(&expected.slot), number(&expected.from_ms)));
            let asked = due.asked(number(&vector.leaf_count), 5);
            assert_eq!(asked.leaves, numbers(&expected.leaves));
            assert_eq!((asked.seal, asked.pass as u8), (expected.seal, expected.pass));
        }
        // Known one after the other they are the same.
        for known in 0..seeds.len() {
            let early = schedule.due(seeds[..known].iter().copied(), &device, vector.replica);
            assert_eq!(early, due[..early.len()]);
        }
    }
}

// --- Trees ---------------------------------------------------------------------------------------

#[test]
fn every_leaf_opens_and_no_other_tree_has_its_root() {
    for count in 1..70u64 {
        let leaves: Vec<Leaf> = (0..count).map(|n| [n as u8; LEAF_BYTES]).collect();
        let mut nodes = BTreeMap::new();
        let mut builder = TreeBuilder::new();
        for leaf in &leaves {
            builder.push(leaf, |level, index, hash| {
                assert!(nodes.insert((level, index), *hash).is_none());
            });
        }
        let root = builder
            .finish(|level, index, hash| assert!(nodes.insert((level, index), *hash).is_none()))
            .unwrap();
        // Every node was handed out once.
        let widths = (0..=tree::depth(count)).map(|level| tree::width(count, level)).sum::<u64>();
        assert_eq!(nodes.len() as u64, widths);
        for index in 0..count {
            let opening = opening(&leaves, index);
            assert!(tree::verify(&root, count, &opening));
            assert!(!tree::verify(&root, count + 1, &opening), "another number of leaves");
            for (level, sibling) in (0u32..).zip(&opening.path) {
                let at = nodes.get(&(level, (index >> level) ^ 1)).copied().unwrap_or_default();
                assert_eq!(at, *sibling);
            }
        }
    }
    assert_eq!(TreeBuilder::new().finish(|_, _, _| ()), None);
    assert_eq!((tree::depth(0), tree::depth(1), tree::depth(MAX_LEAVES)), (0, 0, 30));
}

proptest! {
    /// An opening with anything changed leads elsewhere.
    #[test]
    fn a_changed_opening_is_refused(
        count in 1u64..200, at: prop::sample::Index, byte: prop::sample::Index, flip in 1u8.., other in 0u64..300,
    ) {
        let leaves: Vec<Leaf> = (0..count).map(|n| [n as u8; LEAF_BYTES]).collect();
        let root = root(&leaves);
        let right = opening(&leaves, at.index(count as usize) as u64);
        let mut wrong = right.clone();
        wrong.leaf[byte.index(LEAF_BYTES)] ^= flip;
        prop_assert!(!tree::verify(&root, count, &wrong));
        let mut wrong = right.clone();
        if !wrong.path.is_empty() {
            let step = byte.index(wrong.path.len());
            wrong.path[step][0] ^= flip;
            prop_assert!(!tree::verify(&root, count, &wrong));
            wrong.path.pop();
            prop_assert!(!tree::verify(&root, count, &wrong));
        }
        let mut wrong = right.clone();
        wrong.path.push([0; 32]);
        prop_assert!(!tree::verify(&root, count, &wrong));
        let mut wrong = right.clone();
        wrong.index = other;
        prop_assert_eq!(tree::verify(&root, count, &wrong), other == right.index);
    }
}

// --- Sealing -------------------------------------------------------------------------------------

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Applying a pass again takes it back, from the encoded leaves alone.
    #[test]
    fn a_seal_comes_off(content in prop::collection::vec(any::<u8>(), 1..9_000), number: u32, rounds in 1u32..5) {
        let made = replica(DEVICE, number, &content, rounds);
        for index in 0..made.content.len() {
            for (pass, before, after) in
                [(Pass::Forward, &made.content, &made.middle), (Pass::Backward, &made.middle, &made.sealed)]
            {
                let parents: Vec<Leaf> = made.seal.parents(pass, index as u64)
                    .iter().flatten().map(|at| after[*at as usize]).collect();
                prop_assert_eq!(made.seal.apply(pass, index as u64, &parents, &after[index]), before[index]);
            }
        }
    }

    /// What shows a seal passes as it is and with nothing of it changed.
    #[test]
    fn a_seal_shows(
        content in prop::collection::vec(any::<u8>(), 1..9_000), at: prop::sample::Index, changed in 0usize..5,
    ) {
        let made = replica(DEVICE, 3, &content, 2);
        let index = at.index(made.content.len()) as u64;
        for pass in PASSES {
            let right = made.shown(pass, index);
            prop_assert_eq!(made.check(pass, index, &right), Ok(()));
            let mut wrong = right.clone();
            match changed {
                0 => wrong.before.leaf[0] ^= 1,
                1 => wrong.before.index ^= 1,
                2 => if let Some(parent) = wrong.parents.first_mut() { parent.leaf[5] ^= 1 } else {
                    wrong.parents.push(right.before.clone());
                },
                3 => if wrong.parents.pop().is_none() { wrong.parents.push(right.before.clone()) },
                _ => wrong.after = match wrong.after { None => Some(right.before.clone()), Some(_) => None },
            }
            prop_assert_eq!(made.check(pass, index, &wrong), Err(SealFault::Opening));
        }
    }

    /// Parents were all encoded before, in either direction, for any size.
    #[test]
    fn parents_come_before(leaf_count in 1..=MAX_LEAVES, at: prop::sample::Index, id: [u8; 32]) {
        let seal = Seal::new(&DEVICE, 0, &id, leaf_count, 1);
        let index = at.index(leaf_count as usize) as u64;
        match seal.parents(Pass::Forward, index) {
            None => prop_assert_eq!(index, 0),
            Some(parents) => {
                prop_assert_eq!(parents[0], index - 1);
                prop_assert!(parents.iter().all(|parent| *parent < index));
            }
        }
        match seal.parents(Pass::Backward, index) {
            None => prop_assert_eq!(index, leaf_count - 1),
            Some(parents) => {
                prop_assert_eq!(parents[0], index + 1);
                prop_assert!(parents.iter().all(|parent| (index + 1..leaf_count).contains(parent)));
            }
        }
        prop_assert_eq!(seal.parents(Pass::Forward, leaf_count), None);
    }
}

#[test]
fn a_replica_serves_one_device_and_number_alone() {
    let content = [5; 3_000];
    let mine = replica(DEVICE, 1, &content, 2);
    for other in [
        replica(DeviceKey::Ed25519([8; 32]), 1, &content, 2),
        replica(DeviceKey::P256([7; 33]), 1, &content, 2),
        replica(DEVICE, 2, &content, 2),
        replica(DEVICE, 1, &content, 3),
    ] {
        assert!(mine.sealed.iter().zip(&other.sealed).all(|(mine, other)| mine != other));
        // The other's replica, committed to and opened as mine: the leaves are there, the seal is not.
        let stolen = Replica { device: DEVICE, commitment: mine.commitment.clone(), ..other };
        let commitment = StorageCommitment {
            content_root: root(&stolen.content),
            middle_root: root(&stolen.middle),
            replica_root: root(&stolen.sealed),
            ..mine.commitment.clone()
        };
        let seal = Seal::of(&DEVICE, &commitment);
        let stolen = Replica { commitment, seal, ..stolen };
        for pass in PASSES {
            assert_eq!(stolen.check(pass, 4, &stolen.shown(pass, 4)), Err(SealFault::Seal));
        }
    }
}

#[test]
fn plain_content_has_no_seal() {
    let mut plain = replica(DEVICE, 1, &[9; 5_000], 1);
    plain.sealed = plain.middle.clone();
    plain.commitment.replica_root = plain.commitment.middle_root;
    assert_eq!(plain.check(Pass::Forward, 7, &plain.shown(Pass::Forward, 7)), Ok(()));
    assert_eq!(
        plain.check(Pass::Backward, 7, &plain.shown(Pass::Backward, 7)),
        Err(SealFault::Seal)
    );
}

#[test]
fn a_chain_of_hashes_is_that_many_hashes() {
    let mut hash = [0xa5; 32];
    for times in 0..200 {
        assert_eq!(cairn_protocol::hash::sha256_chain(&[0xa5; 32], times), hash);
        hash = cairn_protocol::hash::sha256(&[&hash]);
    }
}

#[test]
fn work_counts_both_passes() {
    assert_eq!(Seal::new(&DEVICE, 0, &[0; 32], 1_000, 50).work(), 100_000);
    assert_eq!(
        Seal::new(&DEVICE, 0, &[0; 32], MAX_LEAVES, u32::MAX).work(),
        9_223_372_034_707_292_160
    );
}

/// DRSample's distances: each power of two alike, so that half of them lie within the square root
/// of the way.
#[test]
fn parents_are_near_and_far() {
    let seal = Seal::new(&DEVICE, 0, &[1; 32], 1 << 21, 1);
    let mut by_power = [0u32; 22];
    for index in (1 << 20..(1 << 20) + 4_000).step_by(2) {
        for parent in &seal.parents(Pass::Forward, index).unwrap()[1..] {
            by_power[(index - parent).ilog2() as usize] += 1;
        }
    }
    // 10,000 distances over 21 powers; a distance that is itself a power falls to the one above.
    assert!(by_power[2..19].iter().all(|count| (350..610).contains(count)), "{by_power:?}");
}

// --- Challenges ----------------------------------------------------------------------------------

fn seeds(from_ms: u64, count: u64, window_ms: u64, salt: u64) -> Vec<(u64, Hash)> {
    let seed =
        |n: u64| cairn_protocol::hash::sha256(&[b"seed", &salt.to_le_bytes(), &n.to_le_bytes()]);
    (0..count).map(|n| (from_ms + n * window_ms, seed(n))).collect()
}

#[test]
fn each_slot_asks_once_and_any_window_of_it_alike() {
    let schedule = Schedule::new(0, 250_000, 10_000, 30_000, 2);
    assert_eq!(schedule.challenges(), 2);
    // Windows at 0 to 210,000: 22, 11 a slot.
    let mut counts = BTreeMap::new();
    for salt in 0..11_000 {
        let seeds = seeds(0, 24, 10_000, salt);
        let due = schedule.due(seeds.iter().copied(), &DEVICE, 1);
        assert_eq!(due.iter().map(|due| due.slot).collect::<Vec<_>>(), [0, 1]);
        for due in due {
            let at = seeds.iter().position(|(_, seed)| *seed == due.seed).unwrap();
            *counts.entry(at).or_insert(0) += 1;
        }
    }
    assert_eq!(counts.len(), 22);
    // 1,000 each, with a standard deviation of 30.
    assert!(counts.values().all(|count| (850..1_150).contains(count)), "{counts:?}");
}

#[test]
fn leaves_are_drawn_alike_from_all() {
    let schedule = Schedule::new(0, 60_000, 60_000, 0, 1);
    let (mut leaves, mut seals, mut forward) = ([0u32; 7], [0u32; 5], 0u32);
    for salt in 0..7_000 {
        let due = schedule.due(seeds(0, 1, 60_000, salt), &DEVICE, 1);
        let asked = due[0].asked(7, 5);
        asked.leaves.iter().for_each(|leaf| leaves[*leaf as usize] += 1);
        seals[asked.seal] += 1;
        forward += u32::from(asked.pass == Pass::Forward);
    }
    assert!(leaves.iter().all(|count| (4_700..5_300).contains(count)), "{leaves:?}");
    assert!(seals.iter().all(|count| (1_250..1_550).contains(count)), "{seals:?}");
    assert!((3_300..3_700).contains(&forward));
}

#[test]
fn a_window_whose_deadline_the_epoch_cuts_asks_nobody() {
    let windows = |starts, ends, deadline| {
        let schedule = Schedule::new(starts, ends, 10_000, deadline, 1_000);
        schedule.due(seeds(0, 100, 10_000, 0), &DEVICE, 1).len()
    };
    assert_eq!(windows(0, 100_000, 0), 10);
    assert_eq!(windows(0, 100_000, 10_000), 9);
    assert_eq!(windows(0, 100_000, 10_001), 8);
    assert_eq!(windows(1, 100_000, 10_000), 8);
    assert_eq!(windows(0, 19_999, 10_000), 0);
    assert_eq!(windows(100_000, 0, 0), 0);
    // A window without a seed asks nobody.
    let schedule = Schedule::new(0, 60_000, 10_000, 10_000, 5);
    let known = seeds(0, 5, 10_000, 0).into_iter().skip(2);
    let slots: Vec<u64> = schedule.due(known, &DEVICE, 1).iter().map(|due| due.slot).collect();
    assert_eq!(slots, [2, 3, 4]);
}

proptest! {
    #[test]
    fn schedules_never_panic(
        starts: u64, ends: u64, window: u64, deadline: u64, challenges: u32, from in prop::collection::vec(any::<u64>(), 0..20),
    ) {
        let schedule = Schedule::new(starts, ends, window, deadline, challenges);
        let seeds = from.into_iter().map(|at| (at, [3; 32]));
        let due = schedule.due(seeds, &DEVICE, 0);
        prop_assert!(due.len() as u64 <= schedule.challenges());
    }
}

// --- Bodies --------------------------------------------------------------------------------------

#[test]
fn the_longest_answer_fits_a_proof() {
    let opening = Opening { index: MAX_LEAVES - 1, leaf: [1; LEAF_BYTES], path: vec![[2; 32]; 30] };
    let seal = SealOpening {
        before: opening.clone(),
        after: Some(opening.clone()),
        parents: vec![opening.clone(); PARENTS],
    };
    let body = Body::StorageAnswer(StorageAnswer {
        replica: u32::MAX,
        openings: vec![opening; 5],
        seal: Some(seal.into()),
    });
    let envelope = Envelope {
        version: 1,
        kind: body.kind() as u8,
        device: DeviceKey::P256([1; 33]),
        epoch: 0,
        sequence: 0,
        previous: [0; 32],
        captured_at_ms: 0,
        challenge: [0; 32],
        body: body.encode(),
        signature: [0; 64],
    };
    let length = envelope.encode().len();
    assert!(length <= MAX_PROOF_BYTES, "{length}");
    assert_eq!(envelope.decode_body().unwrap(), Some(body));
}
