//! Properties of the Merkle-sum tree.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use cairn_protocol::merkle::{
    DeviceLeaf, EMPTY, MerkleError, NODE_BYTES, Node, OperatorLeaf, SumTree, fold, verify,
};
use proptest::prelude::*;

const POOL: [u8; 32] = [9; 32];

fn operator_leaf(at: usize, lifetime_total: u64) -> OperatorLeaf {
    let mut operator = [0; 32];
    operator[..8].copy_from_slice(&(at as u64).to_be_bytes());
    OperatorLeaf { pool: POOL, operator, lifetime_total, devices_root: [at as u8; 32] }
}

prop_compose! {
    /// A tree of 1 to 200 leaves whose sum fits, and one of its indexes.
    fn tree()(totals in prop::collection::vec(0..u64::MAX / 256, 1..=200))
        (at in 0..totals.len(), totals in Just(totals)) -> (Vec<OperatorLeaf>, SumTree, u32) {
        let leaves: Vec<_> =
            totals.iter().enumerate().map(|(at, total)| operator_leaf(at, *total)).collect();
        let built = SumTree::build(leaves.iter().map(OperatorLeaf::node).collect()).unwrap();
        (leaves, built, at as u32)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_leaf_proves_itself((leaves, tree, _) in tree()) {
        let total: u64 = leaves.iter().map(|leaf| leaf.lifetime_total).sum();
        prop_assert_eq!(tree.root().sum, total);
        prop_assert_eq!(tree.len(), leaves.len());
        prop_assert_eq!(tree.depth() as u32, leaves.len().next_power_of_two().trailing_zeros());
        for (index, leaf) in (0..).zip(&leaves) {
            let proof = tree.prove(index).unwrap();
            prop_assert_eq!(proof.len(), tree.depth() * NODE_BYTES);
            prop_assert_eq!(fold(&leaf.node(), index, &proof), Ok(tree.root()));
            prop_assert!(verify(&tree.root(), &leaf.node(), index, &proof));
        }
        prop_assert_eq!(tree.prove(leaves.len() as u32), Err(MerkleError::NoSuchLeaf));
        prop_assert_eq!(tree.prove(u32::MAX), Err(MerkleError::NoSuchLeaf));
    }

    #[test]
    fn any_flipped_bit_is_refused((leaves, tree, index) in tree(), at in any::<prop::sample::Index>()) {
        let leaf = leaves[index as usize];
        let proof = tree.prove(index).unwrap();
        // One bit anywhere in root, leaf fields, index or proof.
        let fixed = (32 + 8) * 8 + 104 * 8 + 32;
        let mut bit = at.index(fixed + proof.len() * 8);
        let (mut root, mut leaf, mut index, mut proof) = (tree.root().to_bytes(), leaf, index, proof);
        let flip = |bytes: &mut [u8], bit: usize| bytes[bit / 8] ^= 1 << (bit % 8);
        let mut total = leaf.lifetime_total.to_le_bytes();
        let mut index_bytes = index.to_le_bytes();
        for field in [
            &mut root[..],
            &mut leaf.pool,
            &mut leaf.operator,
            &mut leaf.devices_root,
            &mut total,
            &mut index_bytes,
            &mut proof,
        ] {
            if bit < field.len() * 8 {
                flip(field, bit);
                break;
            }
            bit -= field.len() * 8;
        }
        leaf.lifetime_total = u64::from_le_bytes(total);
        index = u32::from_le_bytes(index_bytes);
        prop_assert!(!verify(&Node::from_bytes(&root), &leaf.node(), index, &proof));
    }

    #[test]
    fn a_proof_of_another_length_is_refused((leaves, tree, index) in tree(), extra in prop::collection::vec(any::<u8>(), 1..100)) {
        let leaf = leaves[index as usize].node();
        let proof = tree.prove(index).unwrap();
        for end in 0..proof.len() {
            prop_assert!(!verify(&tree.root(), &leaf, index, &proof[..end]));
            prop_assert!(!verify(&tree.root(), &leaf, index, &proof[proof.len() - end..]));
        }
        prop_assert!(!verify(&tree.root(), &leaf, index, &[proof.clone(), extra.clone()].concat()));
        prop_assert!(!verify(&tree.root(), &leaf, index, &[extra, proof.clone()].concat()));
        for steps in 1..=33 {
            let padded = [proof.clone(), EMPTY.to_bytes().repeat(steps)].concat();
            prop_assert!(!verify(&tree.root(), &leaf, index, &padded));
        }
    }

    #[test]
    fn another_index_leaf_or_order_of_steps_is_refused((leaves, tree, index) in tree(), other in any::<u32>()) {
        let leaf = leaves[index as usize].node();
        let proof = tree.prove(index).unwrap();
        for other in (0..256).chain([other, u32::MAX]).filter(|other| *other != index) {
            prop_assert!(!verify(&tree.root(), &leaf, other, &proof));
        }
        for (at, other) in leaves.iter().enumerate().filter(|(at, _)| *at != index as usize) {
            prop_assert!(!verify(&tree.root(), &other.node(), index, &proof), "leaf {}", at);
        }
        let steps: Vec<_> = proof.chunks(NODE_BYTES).collect();
        for a in 0..steps.len() {
            for b in a + 1..steps.len() {
                let mut swapped = steps.clone();
                swapped.swap(a, b);
                // Two EMPTY steps are the same step.
                if swapped != steps {
                    prop_assert!(!verify(&tree.root(), &leaf, index, &swapped.concat()));
                }
            }
        }
    }

    /// Tokens moved from one place of a proof to another leave the total as it is and must still
    /// be refused.
    #[test]
    fn moving_tokens_between_leaf_and_siblings_is_refused((leaves, tree, index) in tree(), amount in 1..u64::MAX / 256) {
        let leaf = leaves[index as usize];
        let proof = tree.prove(index).unwrap();
        let mut richer = leaf;
        richer.lifetime_total = leaf.lifetime_total.saturating_add(amount);
        let moved = richer.lifetime_total - leaf.lifetime_total;
        for step in 0..tree.depth() {
            let at = step * NODE_BYTES + 32;
            let sum = u64::from_le_bytes(proof[at..at + 8].try_into().unwrap());
            let Some(less) = sum.checked_sub(moved) else { continue };
            let mut changed = proof.clone();
            changed[at..at + 8].copy_from_slice(&less.to_le_bytes());
            prop_assert!(!verify(&tree.root(), &richer.node(), index, &changed));
        }
    }

    /// An inner node's preimage, presented as a leaf's fields: lengths differ, so hashes do.
    #[test]
    fn an_inner_node_is_no_leaf((leaves, tree, index) in tree()) {
        prop_assume!(leaves.len() > 1);
        let pair = index & !1;
        let left = leaves[pair as usize].node();
        let right = leaves.get(pair as usize + 1).map_or(EMPTY, OperatorLeaf::node);
        let inner = Node::parent(&left, &right).unwrap();
        let upper = &tree.prove(index).unwrap()[NODE_BYTES..];
        // `fold` cannot know a leaf from a node, which is why callers hash their leaves themselves.
        prop_assert!(verify(&tree.root(), &inner, index >> 1, upper));
        let preimage = [left.to_bytes(), right.to_bytes()].concat();
        let padded: Vec<u8> = preimage.iter().copied().chain([0; 24]).collect();
        let operator = OperatorLeaf {
            pool: padded[..32].try_into().unwrap(),
            operator: padded[32..64].try_into().unwrap(),
            lifetime_total: inner.sum,
            devices_root: padded[72..].try_into().unwrap(),
        };
        let device = DeviceLeaf {
            operator: preimage[..32].try_into().unwrap(),
            device: preimage[32..64].try_into().unwrap(),
            lifetime_total: inner.sum,
        };
        for forged in [operator.node(), device.node()] {
            prop_assert!(!verify(&tree.root(), &forged, index >> 1, upper));
            prop_assert!(!verify(&tree.root(), &forged, pair, &tree.prove(index).unwrap()));
        }
    }

    #[test]
    fn sums_beyond_64_bits_are_an_error(totals in prop::collection::vec(1..u64::MAX, 2..50)) {
        let total: u128 = totals.iter().map(|total| u128::from(*total)).sum();
        let leaves: Vec<_> =
            totals.iter().enumerate().map(|(at, total)| operator_leaf(at, *total).node()).collect();
        match SumTree::build(leaves) {
            Ok(tree) => prop_assert_eq!(u128::from(tree.root().sum), total),
            Err(error) => {
                prop_assert_eq!(error, MerkleError::SumOverflow);
                prop_assert!(total > u128::from(u64::MAX));
            }
        }
    }

    #[test]
    fn folding_any_bytes_never_panics(
        hash in any::<[u8; 32]>(),
        sum in any::<u64>(),
        index in any::<u32>(),
        proof in prop::collection::vec(any::<u8>(), 0..1500),
    ) {
        match fold(&Node { hash, sum }, index, &proof) {
            Ok(root) => prop_assert!(root.sum >= sum),
            Err(error) => prop_assert!(matches!(error, MerkleError::MalformedProof | MerkleError::SumOverflow)),
        }
    }
}

#[test]
fn a_tree_needs_a_leaf() {
    assert_eq!(SumTree::build(Vec::new()), Err(MerkleError::NoLeaves));
}

#[test]
fn a_proof_whose_sums_overflow_is_an_error() {
    let leaf = operator_leaf(0, 1).node();
    let step = Node { hash: [1; 32], sum: u64::MAX }.to_bytes();
    assert_eq!(fold(&leaf, 0, &step), Err(MerkleError::SumOverflow));
    assert_eq!(
        Node::parent(&leaf, &Node { hash: [1; 32], sum: u64::MAX }),
        Err(MerkleError::SumOverflow)
    );
}

#[test]
fn the_deepest_index_needs_the_deepest_proof() {
    let leaf = operator_leaf(0, 1).node();
    let step = EMPTY.to_bytes();
    assert_eq!(fold(&leaf, u32::MAX, &step.repeat(31)), Err(MerkleError::MalformedProof));
    assert!(fold(&leaf, u32::MAX, &step.repeat(32)).is_ok());
    assert_eq!(fold(&leaf, u32::MAX, &step.repeat(33)), Err(MerkleError::MalformedProof));
}
