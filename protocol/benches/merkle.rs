//! Building and proving a tree of a million operators.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "a benchmark")]

use cairn_protocol::merkle::{Node, OperatorLeaf, SumTree, verify};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

fn leaves(count: u32) -> Vec<Node> {
    (0..count)
        .map(|n| {
            let mut operator = [0; 32];
            operator[..4].copy_from_slice(&n.to_be_bytes());
            OperatorLeaf { pool: [1; 32], operator, lifetime_total: 1_000, devices_root: [2; 32] }
                .node()
        })
        .collect()
}

#[divan::bench(args = [1_000, 1_000_000], sample_count = 5)]
fn build(bencher: Bencher<'_, '_>, count: u32) {
    let leaves = leaves(count);
    bencher
        .counter(divan::counter::ItemsCount::new(count))
        .with_inputs(|| leaves.clone())
        .bench_values(|leaves| SumTree::build(leaves).unwrap().root());
}

#[divan::bench]
fn verify_at_depth_20(bencher: Bencher<'_, '_>) {
    let leaves = leaves(1_000_000);
    let leaf = leaves[777_777];
    let tree = SumTree::build(leaves).unwrap();
    let (root, proof) = (tree.root(), tree.prove(777_777).unwrap());
    assert!(verify(&root, &leaf, 777_777, &proof));
    bencher.bench(|| verify(black_box(&root), black_box(&leaf), 777_777, black_box(&proof)));
}
