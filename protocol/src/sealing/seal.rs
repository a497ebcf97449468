//! Encoding one leaf, and checking how it was encoded.

use super::challenge::Draws;
use super::tree;
use crate::hash::{Hash, sha256, sha256_chain};
use crate::proof::DeviceKey;
use crate::proof::storage::{LEAF_BYTES, Opening, SealOpening, StorageCommitment};

const SEAL_DOMAIN: &[u8; 16] = b"cairn:seal:v1\0\0\0";
const GRAPH_DOMAIN: &[u8; 16] = b"cairn:graph:v1\0\0";
/// Encoded leaves that the key of each leaf but the first of a pass hashes: its neighbour and five
/// others, as many as Filecoin's graph has.
pub const PARENTS: usize = 6;

/// A leaf of content, middle or replica.
pub type Leaf = [u8; LEAF_BYTES];

/// One of the two passes over the leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Pass {
    /// From the first leaf to the last: content → middle.
    Forward = 0,
    /// From the last leaf to the first: middle → sealed.
    Backward = 1,
}

/// How one replica is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seal {
    id: Hash,
    leaf_count: u64,
    rounds: u32,
}

impl Seal {
    /// The seal of a replica of a device.
    pub fn new(
        device: &DeviceKey,
        replica: u32,
        content_root: &Hash,
        leaf_count: u64,
        rounds: u32,
    ) -> Self {
        let id = sha256(&[
            SEAL_DOMAIN,
            &device.to_registry_bytes(),
            &replica.to_le_bytes(),
            content_root,
            &leaf_count.to_le_bytes(),
            &rounds.to_le_bytes(),
        ]);
        Self { id, leaf_count, rounds }
    }

    /// The seal that a device's commitment states.
    pub fn of(device: &DeviceKey, commitment: &StorageCommitment) -> Self {
        Self::new(
            device,
            commitment.replica,
            &commitment.content_root,
            commitment.leaf_count,
            commitment.rounds,
        )
    }

    /// Leaves of the replica.
    pub const fn leaf_count(&self) -> u64 {
        self.leaf_count
    }

    /// Hashes in a row that sealing the whole replica takes, the few beside the rounds left out.
    pub const fn work(&self) -> u64 {
        self.leaf_count.saturating_mul(self.rounds as u64).saturating_mul(2)
    }

    /// The leaves that the key of leaf `index` hashes, in this order; `None` for the leaf that a
    /// pass begins with, and for one that the replica does not have.
    ///
    /// Counted from where the pass begins, the first parent of leaf *v* is *v* − 1, the others are
    /// *v* − *r*: DRSample draws a power of two evenly among 2, 4, … up to the first above *v*, cuts
    /// it to *v*, and draws *r* evenly from half of it (at least 2) to all of it. Parents may repeat.
    /// Each draw takes 64 bits of a hash of the seal's id, pass and *v*, scaled to its range (at most
    /// 2⁻³⁴ from even, as no range exceeds 2³⁰).
    pub fn parents(&self, pass: Pass, index: u64) -> Option<[u64; PARENTS]> {
        let last = self.leaf_count.checked_sub(1)?;
        let mirrored = last.checked_sub(index)?;
        let node = match pass {
            Pass::Forward => index,
            Pass::Backward => mirrored,
        };
        let nearest = node.checked_sub(1)?;
        let seed = sha256(&[GRAPH_DOMAIN, &self.id, &[pass as u8], &node.to_le_bytes()]);
        let mut draws = Draws::new(seed);
        let mut parents = [nearest; PARENTS];
        for parent in parents.iter_mut().skip(1) {
            let bucket = draws.below(node.ilog2().saturating_add(1).into()).saturating_add(1);
            let farthest = 1u64.checked_shl(bucket as u32).unwrap_or(u64::MAX).min(node);
            let closest = (farthest / 2).max(2).min(node);
            let choices = farthest.saturating_sub(closest).saturating_add(1);
            *parent = node.saturating_sub(closest.saturating_add(draws.below(choices)));
        }
        if pass == Pass::Backward {
            for parent in &mut parents {
                *parent = last.saturating_sub(*parent);
            }
        }
        Some(parents)
    }

    /// Encodes a leaf in a pass, and decodes it: both add the same stream of bits. `parents` are
    /// the leaves of [`Seal::parents`] **after** the pass, in that order, and none for the leaf
    /// that the pass begins with.
    #[must_use]
    pub fn apply(&self, pass: Pass, index: u64, parents: &[Leaf], leaf: &Leaf) -> Leaf {
        let key = sha256_chain(&self.first_key(pass, index, parents), self.rounds.into());
        let mut out = *leaf;
        for (block, bytes) in (0u8..).zip(out.chunks_mut(32)) {
            let stream = sha256(&[&key, &[block]]);
            for (byte, mask) in bytes.iter_mut().zip(stream) {
                *byte ^= mask;
            }
        }
        out
    }

    fn first_key(&self, pass: Pass, index: u64, parents: &[Leaf]) -> Hash {
        let (pass, index) = ([pass as u8], index.to_le_bytes());
        let [a, b, c, d, e, f] = [0, 1, 2, 3, 4, 5]
            .map(|at: usize| parents.get(at).map_or(&[][..], |leaf: &Leaf| &leaf[..]));
        sha256(&[&self.id, &pass, &index, a, b, c, d, e, f])
    }
}

/// What is wrong with what should show a seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealFault {
    /// Not the leaves that the seal needs, or not the way to their root: the device does not have
    /// what it committed to.
    Opening,
    /// The leaves are those that the device committed to, but they were not encoded as the seal
    /// demands: it never sealed them.
    Seal,
}

/// Checks what shows that leaf `sealed.index` was encoded in a pass as the seal demands. `sealed`
/// is an opening of the replica's root that was verified before.
///
/// # Errors
/// See [`SealFault`].
pub fn verify_seal(
    device: &DeviceKey,
    commitment: &StorageCommitment,
    pass: Pass,
    sealed: &Opening,
    shown: &SealOpening,
) -> Result<(), SealFault> {
    let seal = Seal::of(device, commitment);
    let index = sealed.index;
    let (before_root, after_root) = match pass {
        Pass::Forward => (&commitment.content_root, &commitment.middle_root),
        Pass::Backward => (&commitment.middle_root, &commitment.replica_root),
    };
    let opens = |root: &Hash, opening: &Opening, index: u64| {
        opening.index == index && tree::verify(root, commitment.leaf_count, opening)
    };
    let after = match (pass, &shown.after) {
        (Pass::Forward, Some(after)) if opens(after_root, after, index) => &after.leaf,
        (Pass::Backward, None) => &sealed.leaf,
        _ => return Err(SealFault::Opening),
    };
    if !opens(before_root, &shown.before, index) {
        return Err(SealFault::Opening);
    }
    let indexes = seal.parents(pass, index);
    let indexes = indexes.as_ref().map_or(&[][..], |indexes| &indexes[..]);
    if shown.parents.len() != indexes.len()
        || !shown.parents.iter().zip(indexes).all(|(parent, at)| opens(after_root, parent, *at))
    {
        return Err(SealFault::Opening);
    }
    let mut parents = [[0; LEAF_BYTES]; PARENTS];
    for (leaf, parent) in parents.iter_mut().zip(&shown.parents) {
        *leaf = parent.leaf;
    }
    let parents = parents.get(..shown.parents.len()).unwrap_or_default();
    if seal.apply(pass, index, parents, &shown.before.leaf) == *after {
        Ok(())
    } else {
        Err(SealFault::Seal)
    }
}
