//! Merkle proofs from anyone: nothing but the right one verifies.
#![no_main]

use cairn_protocol::merkle::{Node, OperatorLeaf, SumTree, verify};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static TREE: LazyLock<(SumTree, Vec<Node>)> = LazyLock::new(|| {
    let leaf = |n: u8| OperatorLeaf {
        pool: [1; 32],
        operator: [n; 32],
        lifetime_total: u64::from(n),
        devices_root: [0; 32],
    };
    let nodes: Vec<Node> = (1..=13).map(|n| leaf(n).node()).collect();
    (SumTree::build(nodes.clone()).unwrap(), nodes)
});

fuzz_target!(|bytes: &[u8]| {
    let Some((index, proof)) = bytes.split_first_chunk::<4>() else { return };
    let index = u32::from_le_bytes(*index);
    let (tree, nodes) = &*TREE;
    for (at, leaf) in (0..).zip(nodes) {
        if verify(&tree.root(), leaf, index, proof) {
            assert_eq!((index, proof), (at, &tree.prove(at).unwrap()[..]));
        }
    }
});
