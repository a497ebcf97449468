//! A compute device's work: the product is the definition's, jobs and benchmarks open as committed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use cairn_device::DeviceSigner;
use cairn_device::compute::{Finished, Product, Run, post, stretch_hashes};
use cairn_protocol::compute::duplicates::commitment;
use cairn_protocol::compute::field::{add, mul};
use cairn_protocol::compute::hashes::{advance, first};
use cairn_protocol::compute::product::{
    Challenge, Matrices, Scratch, depth, fold, image_hash, row_hash,
};
use cairn_protocol::proof::compute::{Answer, Job};
use cairn_protocol::proof::{Body, DeviceKey};
use std::time::Instant;

const SEED: [u8; 32] = [3; 32];

fn key() -> DeviceKey {
    DeviceSigner::derive(&[7; 32], "a server").key()
}

/// Element (i, j), from the definition.
fn element(matrices: &Matrices, i: u16, j: u16) -> u64 {
    let side = usize::from(matrices.side());
    let (mut a, mut b) = (vec![0; side], vec![0; side]);
    matrices.row_of_a(i, &mut a);
    let mut sum = 0;
    for (k, a) in (0..matrices.side()).zip(a) {
        matrices.row_of_b(k, &mut b);
        sum = add(sum, mul(a, b[usize::from(j)]));
    }
    sum
}

#[test]
fn blocks_multiply_as_the_definition_does() {
    // Sides with and without columns left over, and longer than one lazy sum.
    for side in [16, 17, 18, 19, 33, 70] {
        let product = Product::compute(&SEED, &key(), 4, side, 2);
        let matrices = Matrices::new(&SEED, &key(), 4, side, 2);
        assert_eq!(product.elements().len(), usize::from(side).pow(2));
        for (i, row) in (0..side).zip(product.elements().chunks(side.into())) {
            // A few of each row: the definition is slow.
            for j in [0, i, side - 1] {
                assert_eq!(row[usize::from(j)], element(&matrices, i, j), "{side}: {i}, {j}");
            }
        }
    }
}

#[test]
fn a_product_opens_what_it_committed_to() {
    let began = Instant::now();
    let product = Product::compute(&SEED, &key(), 4, 128, 0);
    println!("product of side 128 in {:?}", began.elapsed());
    let Body::JobCommitment(committed) = product.commitment() else { panic!("a commitment") };
    assert_eq!(committed.job, Job::MatrixProduct { side: 128, number: 0 });
    let Body::JobResult(opened) = product.open(&[5; 32], &[6; 32], 3) else { panic!("a result") };
    assert!(opened.is_in_range());
    let Answer::MatrixProduct { image, rows } = opened.answer else { panic!("a product") };
    let challenge = Challenge::new(&[6; 32], &[5; 32], 128, 3);
    assert_eq!(rows.iter().map(|row| row.index).collect::<Vec<_>>(), challenge.rows);
    for row in rows {
        assert_eq!(row.path.len(), depth(128));
        assert_eq!(fold(&row_hash(&row.elements), row.index, &row.path), committed.commitment);
    }
    let matrices = Matrices::new(&SEED, &key(), 4, 128, 0);
    assert_eq!(image_hash(Scratch::default().image(&matrices, &challenge.vector)), image);
}

#[test]
fn a_jobs_result_opens_its_commitment() {
    let Body::JobCommitment(posted) = post([1; 32], 3) else { panic!("a commitment") };
    assert_eq!((posted.job, posted.commitment), (Job::Posted { class: 3 }, [1; 32]));
    let done = Finished { posted: [2; 32], result: [3; 32], salt: [4; 32] };
    let Body::JobCommitment(committed) = done.commitment(&key()) else { panic!("a commitment") };
    assert_eq!(committed.job, Job::Duplicated { posted: [2; 32] });
    let Body::JobResult(revealed) = done.reveal(&[5; 32]) else { panic!("a result") };
    let Answer::Duplicated { result, salt } = revealed.answer else { panic!("a job") };
    assert_eq!(commitment(&key(), &salt, &result), committed.commitment);
}

#[test]
fn a_run_hashes_from_checkpoint_to_checkpoint() {
    let mut run = Run::new(&SEED, &key(), 7);
    while run.checkpoints() < 5 {
        run.stretch();
    }
    let Body::Benchmark(body) = run.finish(0) else { panic!("a benchmark") };
    assert_eq!((body.hashes_per_checkpoint, body.elapsed_ms), (7, 1));
    let mut hash = first(&SEED, &key());
    for checkpoint in body.checkpoints {
        hash = advance(&hash, 7);
        assert_eq!(hash, checkpoint);
    }
}

#[test]
fn a_run_is_as_long_as_it_should_be() {
    // Ten million a second for a minute, over 256 stretches.
    assert_eq!(stretch_hashes(1_000_000, 100, 60_000, 256, 20_000_000), 2_343_750);
    assert_eq!(stretch_hashes(1_000_000, 100, 60_000, 256, 1_000), 1_000);
    assert_eq!(stretch_hashes(0, 100, 60_000, 256, 1_000), 1);
    assert_eq!(stretch_hashes(u64::MAX, 1, u64::MAX, 1, u32::MAX), u32::MAX);
    assert_eq!(stretch_hashes(1, 0, 1, 0, 0), 1);
}
