//! Merkle trees over leaves of 256 bytes.
//!
//! A leaf hashes 256 bytes, a node its two children's hashes, 64 bytes. A level with an odd number
//! of nodes is completed by zeros, which are the hash of nothing that anybody knows. The root
//! hashes the number of leaves with the top node, 40 bytes, so that one root never stands for two
//! numbers of leaves.

use super::seal::Leaf;
use crate::hash::{Hash, sha256};
use crate::proof::storage::Opening;
use alloc::vec::Vec;

const NOTHING: Hash = [0; 32];

/// Hash of a leaf.
pub fn leaf_hash(leaf: &Leaf) -> Hash {
    sha256(&[leaf])
}

/// Hash of a node from its children's.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[left, right])
}

/// The root of a tree of `leaf_count` leaves whose top node is `top`.
pub fn root(leaf_count: u64, top: &Hash) -> Hash {
    sha256(&[&leaf_count.to_le_bytes(), top])
}

/// Levels above the leaves: ⌈log₂ leaf_count⌉, and so the length of a path; 0 for one leaf or none.
pub const fn depth(leaf_count: u64) -> u32 {
    match leaf_count.checked_sub(1) {
        Some(last) => u64::BITS.saturating_sub(last.leading_zeros()),
        None => 0,
    }
}

/// Nodes of a level, which is 0 for the leaves: ⌈leaf_count / 2^level⌉.
pub const fn width(leaf_count: u64, level: u32) -> u64 {
    match (leaf_count.checked_sub(1), level) {
        (Some(last), 0..64) => (last >> level).saturating_add(1),
        (Some(_), _) => 1,
        (None, _) => 0,
    }
}

/// Whether an opening leads to the root of a tree of `leaf_count` leaves.
pub fn verify(root: &Hash, leaf_count: u64, opening: &Opening) -> bool {
    if opening.index >= leaf_count || opening.path.len() != depth(leaf_count) as usize {
        return false;
    }
    let mut index = opening.index;
    let mut hash = leaf_hash(&opening.leaf);
    for sibling in &opening.path {
        hash = if index & 1 == 0 { node_hash(&hash, sibling) } else { node_hash(sibling, &hash) };
        index >>= 1;
    }
    self::root(leaf_count, &hash) == *root
}

/// Builds a tree from leaves that come one after the other, in memory that grows with its depth
/// only. Every node is handed out as it is made, for a cache.
#[derive(Debug, Clone, Default)]
pub struct TreeBuilder {
    leaves: u64,
    /// Per level the left node that waits for its sibling.
    waiting: Vec<Option<Hash>>,
}

impl TreeBuilder {
    /// A tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves so far.
    pub const fn leaves(&self) -> u64 {
        self.leaves
    }

    /// Adds the next leaf; `made` gets (level, index, hash) of each node that is complete now, its
    /// own included.
    pub fn push(&mut self, leaf: &Leaf, mut made: impl FnMut(u32, u64, &Hash)) {
        let mut hash = leaf_hash(leaf);
        let mut index = self.leaves;
        self.leaves = self.leaves.saturating_add(1);
        let mut level: u32 = 0;
        loop {
            made(level, index, &hash);
            match self.waiting.get_mut(level as usize) {
                None => {
                    self.waiting.push(Some(hash));
                    return;
                }
                Some(place) => match place.take() {
                    None => {
                        *place = Some(hash);
                        return;
                    }
                    Some(left) => hash = node_hash(&left, &hash),
                },
            }
            index >>= 1;
            level = level.saturating_add(1);
        }
    }

    /// The root; `made` gets the nodes that were completed by zeros. `None` without leaves.
    pub fn finish(self, mut made: impl FnMut(u32, u64, &Hash)) -> Option<Hash> {
        let depth = depth(self.leaves);
        let mut carried: Option<Hash> = None;
        for (level, left) in (0..depth).zip(&self.waiting) {
            let node = match (left, &carried) {
                (Some(left), Some(right)) => Some(node_hash(left, right)),
                (Some(last), None) => Some(node_hash(last, &NOTHING)),
                (None, Some(last)) => Some(node_hash(last, &NOTHING)),
                (None, None) => None,
            };
            if let Some(node) = &node {
                let above = level.saturating_add(1);
                made(above, width(self.leaves, above).saturating_sub(1), node);
            }
            carried = node;
        }
        let top = carried.or_else(|| self.waiting.get(depth as usize).copied().flatten())?;
        Some(root(self.leaves, &top))
    }
}

/// The path of a leaf from the leaf hashes of a whole (sub)tree of at most 2^levels of them, as far
/// as `levels`; what is missing on the right is zeros.
pub fn path_within(hashes: &[Hash], index: usize, levels: u32) -> Vec<Hash> {
    let mut row: Vec<Hash> = hashes.to_vec();
    let mut index = index;
    (0..levels)
        .map(|_| {
            let sibling = row.get(index ^ 1).copied().unwrap_or(NOTHING);
            row = row
                .chunks(2)
                .map(|pair| match pair {
                    [left, right] => node_hash(left, right),
                    [left] => node_hash(left, &NOTHING),
                    _ => NOTHING,
                })
                .collect();
            index >>= 1;
            sibling
        })
        .collect()
}
