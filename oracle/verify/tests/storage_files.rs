//! Real files, this repository's own: sealed on disk, committed to, answered for over several epochs
//! and judged, and given back byte for byte.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "support/storage.rs"]
mod support;

use cairn_device::storage::{ReplicaDir, SealedReplica};
use cairn_protocol::proof::{Body, Envelope};
use cairn_protocol::reason::Reason;
use cairn_protocol::sealing::LEAF_BYTES;
use cairn_verify::ONE;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use support::*;

const ROUNDS: u32 = 16;
const EPOCHS: u64 = 3;

fn files(under: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(under).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, into);
        } else if fs::metadata(&path).unwrap().len() > 0 {
            into.push(path);
        }
    }
}

#[test]
fn this_repository_is_kept() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut sources = Vec::new();
    for part in ["protocol", "oracle"] {
        files(&repository.join(part), &mut sources);
    }
    assert!(sources.len() > 80, "{}", sources.len());

    let mut world = World::new(policy());
    let mut keeper = world.device("keeper");
    let place = tempfile::tempdir().unwrap();
    let mut replicas: Vec<SealedReplica<File>> = Vec::new();
    for (number, source) in (0u32..).zip(&sources) {
        let dir = ReplicaDir::new(place.path().join(number.to_string()));
        let source = File::open(source).unwrap();
        replicas.push(dir.seal(&keeper.key(), number, source, ROUNDS, |_, _| ()).unwrap());
    }
    let commitments = replicas.iter().map(|replica| replica.commitment(u64::MAX));
    let commitments: Vec<Envelope> = (0..)
        .zip(commitments)
        .map(|(at, body)| keeper.sign(0, starts_at_ms(0) + at, &Body::StorageCommitment(body)))
        .collect();
    let outcome = world.judge(0, commitments);
    assert!(reasons(&outcome).iter().all(|reason| *reason == Reason::Accepted));

    let mut answered = 0;
    for epoch in 1..=EPOCHS {
        let mut answers: Vec<(u64, [u8; 32], Body)> = Vec::new();
        for (number, replica) in (0u32..).zip(&mut replicas) {
            for (due, known_ms) in world.due(epoch, &keeper.key(), number) {
                let answer = replica.answer(&due, &world.answering()).unwrap();
                let at_ms = known_ms + 1_000 + u64::from(number);
                answers.push((at_ms, due.seed, Body::StorageAnswer(answer)));
            }
        }
        answers.sort_by_key(|(at_ms, _, _)| *at_ms);
        let envelopes: Vec<Envelope> = answers
            .iter()
            .map(|(at_ms, seed, body)| keeper.signer.answer(&NETWORK, epoch, *at_ms, *seed, body))
            .collect();
        let outcome = world.judge(epoch, envelopes);
        assert!(reasons(&outcome).iter().all(|reason| *reason == Reason::Accepted));
        answered += outcome.proofs.len();
        let expected: u64 = replicas
            .iter()
            .map(|replica| (replica.manifest().leaf_count * LEAF_BYTES as u64 * ONE) >> 30)
            .sum();
        assert_eq!(units(&outcome, &keeper.address()), expected);
    }

    let mut bytes = 0;
    for (replica, source) in replicas.iter_mut().zip(&sources) {
        let mut content = Vec::new();
        replica.unseal(tempfile::tempfile().unwrap(), &mut content).unwrap();
        assert_eq!(content, fs::read(source).unwrap(), "{}", source.display());
        bytes += content.len();
    }
    println!(
        "{} files, {bytes} bytes: sealed, {answered} challenges answered in {EPOCHS} epochs, all right, \
         and every byte given back",
        sources.len()
    );
}
