//! Replicas: sealed, committed to, opened and given back, in memory and in files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use cairn_device::storage::{
    Answering, ReplicaDir, RetrievalError, SealedReplica, StorageError, countersign,
};
use cairn_device::{DeviceSigner, is_signed};
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::{Body, DeviceKey, Kind, Receipt, StorageAnswer};
use cairn_protocol::sealing::{Due, Schedule, tree, verify_seal};
use ed25519_dalek::{Signer, SigningKey};
use proptest::prelude::*;
use std::fs;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

const NETWORK: [u8; 32] = [9; 32];
const DEVICE: DeviceKey = DeviceKey::Ed25519([7; 32]);
const ANSWERING: Answering = Answering { leaves_per_challenge: 5, seals_per_epoch: 1 };

fn bytes(length: usize, salt: u64) -> Vec<u8> {
    (0..length as u64)
        .step_by(32)
        .flat_map(|at| sha256(&[&salt.to_le_bytes(), &at.to_le_bytes()]))
        .take(length)
        .collect()
}

/// The challenges of an epoch with as many windows as challenges.
fn due(device: &DeviceKey, replica: u32, count: u32, salt: u64) -> Vec<Due> {
    let schedule = Schedule::new(0, u64::from(count) * 10 + 10, 10, 10, count);
    let seeds =
        (0..u64::from(count)).map(|n| (n * 10, sha256(&[&salt.to_le_bytes(), &n.to_le_bytes()])));
    schedule.due(seeds, device, replica)
}

/// What an oracle checks.
fn is_right<S: Read + Seek>(replica: &SealedReplica<S>, due: &Due, answer: &StorageAnswer) -> bool {
    let commitment = replica.commitment(u64::MAX);
    let asked = due.asked(commitment.leaf_count, ANSWERING.leaves_per_challenge);
    let device = &replica.manifest().device;
    answer.openings.iter().map(|opening| opening.index).eq(asked.leaves)
        && answer
            .openings
            .iter()
            .all(|one| tree::verify(&commitment.replica_root, commitment.leaf_count, one))
        && match (&answer.seal, due.slot) {
            (Some(shown), 0) => {
                let sealed = &answer.openings[asked.seal];
                verify_seal(device, &commitment, asked.pass, sealed, shown).is_ok()
            }
            (None, slot) => slot > 0,
            _ => false,
        }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// What is sealed comes back byte for byte, and every challenge can be answered.
    #[test]
    fn content_comes_back(
        content in prop::collection::vec(any::<u8>(), 1..20_000),
        number: u32, rounds in 1u32..4, salt: u64, offset in 0u64..22_000, length in 0usize..3_000,
    ) {
        let mut replica = SealedReplica::in_memory(&DEVICE, number, &content, rounds).unwrap();
        prop_assert_eq!(replica.unseal_in_memory().unwrap(), content.clone());
        for due in due(&DEVICE, number, 3, salt) {
            let answer = replica.answer(&due, &ANSWERING).unwrap();
            prop_assert!(is_right(&replica, &due, &answer));
        }
        let mut part = vec![0; length];
        let read = replica.read_content(offset, &mut part).unwrap();
        let from = content.len().min(offset as usize);
        let to = content.len().min(from + length);
        prop_assert_eq!(&part[..read], &content[from..to]);
    }
}

#[test]
fn every_size_around_a_block_and_a_level() {
    for leaves in [1usize, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 129] {
        for length in [leaves * 256 - 255, leaves * 256 - 1, leaves * 256] {
            let content = bytes(length, 1);
            let mut replica = SealedReplica::in_memory(&DEVICE, 0, &content, 1).unwrap();
            assert_eq!(replica.manifest().leaf_count, leaves as u64);
            for salt in 0..8 {
                let due = &due(&DEVICE, 0, 1, salt)[0];
                let answer = replica.answer(due, &ANSWERING).unwrap();
                assert!(is_right(&replica, due, &answer), "{length} bytes");
            }
            assert_eq!(replica.unseal_in_memory().unwrap(), content);
        }
    }
}

#[test]
fn what_cannot_be_sealed_is_refused() {
    let sealed = |content: &[u8], rounds| SealedReplica::in_memory(&DEVICE, 0, content, rounds);
    assert!(matches!(sealed(b"", 1), Err(StorageError::Empty)));
    assert!(matches!(sealed(b"x", 0), Err(StorageError::NoRounds)));

    /// As long as it says, without a byte of it.
    struct Endless(u64);
    impl Read for Endless {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            Ok(into.len())
        }
    }
    impl Seek for Endless {
        fn seek(&mut self, _: SeekFrom) -> std::io::Result<u64> {
            Ok(self.0)
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let bytes = (1 << 38) + 1;
    let error =
        ReplicaDir::new(dir.path()).seal(&DEVICE, 0, Endless(bytes), 1, |_, _| ()).unwrap_err();
    assert!(matches!(error, StorageError::TooLarge { .. }));
    assert_eq!(
        error.to_string(),
        "274877906945 bytes are more than a replica holds (274877906944); seal the content in parts"
    );
}

fn answers_like(dir: &Path, content: &[u8], number: u32, rounds: u32) {
    let mut kept = ReplicaDir::new(dir).open().unwrap();
    let mut other = SealedReplica::in_memory(&DEVICE, number, content, rounds).unwrap();
    assert_eq!(kept.manifest(), other.manifest());
    for due in due(&DEVICE, number, 8, 5) {
        let answer = kept.answer(&due, &ANSWERING).unwrap();
        assert!(is_right(&kept, &due, &answer));
        assert_eq!(answer, other.answer(&due, &ANSWERING).unwrap());
    }
    let mut out = Vec::new();
    kept.unseal(tempfile::tempfile().unwrap(), &mut out).unwrap();
    assert_eq!(out, content);
}

#[test]
fn a_file_is_sealed_kept_and_given_back() {
    let dir = tempfile::tempdir().unwrap();
    let content = bytes(300_001, 2);
    let source = dir.path().join("source");
    fs::write(&source, &content).unwrap();
    let place = ReplicaDir::new(dir.path().join("replica")).sync_every(100);
    let mut told = Vec::new();
    let file = fs::File::open(&source).unwrap();
    place.seal(&DEVICE, 3, file, 2, |done, of| told.push((done, of))).unwrap();
    assert!(told.is_sorted() && told.last() == Some(&(2_344, 2_344)), "{told:?}");
    answers_like(&dir.path().join("replica"), &content, 3, 2);
    // Asked again it opens what is there, and nothing else takes its place.
    let again = |number, content: &[u8]| {
        place.seal(&DEVICE, number, Cursor::new(content.to_vec()), 2, |_, _| panic!("sealed again"))
    };
    assert!(again(3, &content).is_ok());
    assert!(matches!(again(4, &content), Err(StorageError::Occupied { .. })));
    assert!(matches!(again(3, b"other"), Err(StorageError::Occupied { .. })));
    // What is kept besides the leaves is under a tenth of them.
    let length = |name: &str| fs::metadata(dir.path().join("replica").join(name)).unwrap().len();
    assert_eq!(length("replica"), 1_172 * 256);
    let trees: u64 = ["content.tree", "middle.tree", "replica.tree"].map(length).iter().sum();
    assert!(trees < length("replica") / 10, "{trees}");
}

#[test]
fn sealing_goes_on_where_it_was_interrupted() {
    let content = bytes(50_000, 3);
    // 196 leaves, 392 steps, told every 20 of a pass.
    for stop in [20, 100, 180, 216, 296, 392] {
        let dir = tempfile::tempdir().unwrap();
        let place = ReplicaDir::new(dir.path()).sync_every(20);
        let seal = |stop: Option<u64>| {
            let mut first = None;
            place
                .seal(&DEVICE, 1, Cursor::new(&content), 2, |done, _| {
                    first.get_or_insert(done);
                    assert_ne!(Some(done), stop, "interrupted");
                })
                .map(|_| first)
        };
        assert!(catch_unwind(AssertUnwindSafe(|| seal(Some(stop)))).is_err());
        assert!(place.open().is_err(), "half sealed");
        let goes_on_at = seal(None).unwrap();
        assert!(goes_on_at.is_none_or(|at| at > stop), "{stop}: {goes_on_at:?}");
        answers_like(dir.path(), &content, 1, 2);
    }
}

#[test]
fn another_sealing_does_not_go_on_with_this_one() {
    let dir = tempfile::tempdir().unwrap();
    let place = ReplicaDir::new(dir.path()).sync_every(5);
    let content = bytes(9_000, 4);
    let interrupted = catch_unwind(AssertUnwindSafe(|| {
        place.seal(&DEVICE, 1, Cursor::new(&content), 2, |_, _| panic!("interrupted"))
    }));
    assert!(interrupted.is_err());
    for (number, rounds, content) in [(2, 2, &content), (1, 3, &content), (1, 2, &bytes(9_000, 5))]
    {
        let other = place.seal(&DEVICE, number, Cursor::new(content), rounds, |_, _| ());
        assert!(matches!(other, Err(StorageError::Occupied { .. })));
    }
}

#[test]
fn damage_is_noticed_before_an_oracle_does() {
    let dir = tempfile::tempdir().unwrap();
    let place = ReplicaDir::new(dir.path());
    let content = bytes(20_000, 6);
    place.seal(&DEVICE, 1, Cursor::new(&content), 1, |_, _| ()).unwrap();
    let path = dir.path().join("replica");
    let mut sealed = fs::read(&path).unwrap();
    sealed[40 * 256 + 17] ^= 1;
    fs::write(&path, &sealed).unwrap();
    let mut replica = place.open().unwrap();
    let (mut damaged, mut right) = (0, 0);
    for due in due(&DEVICE, 1, 60, 7) {
        match replica.answer(&due, &ANSWERING) {
            Err(StorageError::Damaged { .. }) => damaged += 1,
            Ok(answer) => {
                assert!(is_right(&replica, &due, &answer));
                right += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(damaged > 0 && right > 0);
    assert!(matches!(replica.unseal_in(), Err(StorageError::ContentWrong)));

    fs::write(dir.path().join("manifest"), b"cairn:replica:v1 and something").unwrap();
    assert!(matches!(place.open(), Err(StorageError::Manifest { .. })));
}

trait UnsealIn {
    fn unseal_in(&mut self) -> Result<Vec<u8>, StorageError>;
}

impl<S: Read + Seek> UnsealIn for SealedReplica<S> {
    fn unseal_in(&mut self) -> Result<Vec<u8>, StorageError> {
        let mut out = Vec::new();
        self.unseal(Cursor::new(Vec::new()), &mut out).map(|()| out)
    }
}

#[test]
fn a_receipt_is_countersigned_when_it_is_right() {
    let mut device = DeviceSigner::derive_p256(&[1; 32], "storage");
    let customer = SigningKey::from_bytes(&[2; 32]);
    let content_root: Hash = [3; 32];
    let mut receipt = Receipt {
        id: [4; 16],
        customer: customer.verifying_key().to_bytes(),
        credits: 10,
        bytes: 5_000,
        packets: 1,
        started_at_ms: 1_000,
        ended_at_ms: 2_000,
        signature: [0; 64],
    };
    let message =
        receipt.signed_message(&NETWORK, Kind::RetrievalReceipt, &device.key(), &content_root);
    receipt.signature = customer.sign(&message).to_bytes();
    let mut sign = |content_root: &Hash, served, receipt: Receipt| {
        countersign(&mut device, &NETWORK, 1, 3_000, content_root, served, receipt)
    };
    let envelope = sign(&content_root, 5_000, receipt.clone()).unwrap();
    assert!(is_signed(&envelope, &NETWORK));
    assert!(matches!(envelope.decode_body().unwrap(), Some(Body::RetrievalReceipt(_))));
    assert_eq!(sign(&[5; 32], 5_000, receipt.clone()), Err(RetrievalError::NotSigned));
    let wrong = RetrievalError::OtherBytes { claimed: 5_000, served: 4_999 };
    assert_eq!(sign(&content_root, 4_999, receipt.clone()), Err(wrong));
    let more = Receipt { credits: 11, ..receipt.clone() };
    assert_eq!(sign(&content_root, 5_000, more), Err(RetrievalError::NotSigned));
    let free = Receipt { credits: 0, ..receipt };
    assert_eq!(sign(&content_root, 5_000, free), Err(RetrievalError::OutOfRange));
}
