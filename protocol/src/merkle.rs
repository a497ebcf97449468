//! The Merkle-**sum** tree that carries every operator's lifetime earnings in one root.
//!
//! A node is a hash and a sum. The sum of the root is on chain and bounded by the emission table,
//! so nobody can invent a leaf without taking its tokens from the others inside the same bound.
//!
//! # Hashing
//!
//! | what | preimage of SHA-256 | bytes |
//! |---|---|---|
//! | operator leaf | `pool ‖ operator ‖ lifetime_total (u64 LE) ‖ devices_root` | 104 |
//! | device leaf | `operator ‖ device ‖ lifetime_total (u64 LE)` | 72 |
//! | penalty leaf | `pool ‖ epoch (u64 LE) ‖ target ‖ amount (u64 LE) ‖ reason (u16 LE) ‖ evidence ‖ challenger` | 146 |
//! | usage leaf | `"cairn:usage:v1" (16) ‖ pool ‖ customer ‖ lifetime_spent (u64 LE)` | 88 |
//! | node | `left.hash ‖ left.sum (u64 LE) ‖ right.hash ‖ right.sum (u64 LE)` | 80 |
//!
//! Leaves and nodes need no tag byte: each kind has one fixed preimage length, all five differ,
//! and SHA-256 pads with the message length, so two kinds with the same digest would be a
//! collision of SHA-256. (RFC 6962, section 2.1, tags because its leaves vary in length.)
//! Without tags a node is hashed as two contiguous 40-byte halves, which is what an on-chain
//! claim pays for.
//!
//! # Shape
//!
//! Level 0 holds the leaves in strictly increasing order of their key. A level with an odd number
//! of nodes (more than one) is completed by [`EMPTY`], whose hash of zeros has no known preimage
//! and whose sum is 0. A proof lists the sibling at each level, 40 bytes each, from the leaf up;
//! bit `i` of the index is 1 when the running node is the right child at level `i`.

use crate::hash::{Hash, sha256};
use alloc::vec::Vec;

/// Bytes of one encoded node, `hash ‖ sum (u64 LE)`; also of one proof step.
pub const NODE_BYTES: usize = 40;
/// The deepest proof that is accepted: 2³² leaves, as many as an index can name.
pub const MAX_DEPTH: usize = 32;
/// Fills up a level with an odd number of nodes.
pub const EMPTY: Node = Node { hash: [0; 32], sum: 0 };

/// Why a tree could not be built or a proof not be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MerkleError {
    /// A tree needs at least one leaf.
    NoLeaves,
    /// A tree holds at most 2³² leaves.
    TooManyLeaves,
    /// The leaves' sums add up to more than a `u64` holds.
    SumOverflow,
    /// There is no leaf of this index.
    NoSuchLeaf,
    /// The proof is not a whole number of 40-byte steps, is too deep, or names an index beyond
    /// its own depth.
    MalformedProof,
}

impl core::fmt::Display for MerkleError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::NoLeaves => "a tree needs at least one leaf",
            Self::TooManyLeaves => "a tree holds at most 2^32 leaves",
            Self::SumOverflow => "the sums of the leaves exceed 64 bits",
            Self::NoSuchLeaf => "there is no leaf of this index",
            Self::MalformedProof => "the proof is malformed",
        })
    }
}

impl core::error::Error for MerkleError {}

/// A hash and the tokens below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub struct Node {
    /// SHA-256 of the leaf or of the two children.
    pub hash: Hash,
    /// Tokens of all leaves below, in the mint's smallest unit.
    pub sum: u64,
}

impl Node {
    /// `hash ‖ sum (u64 LE)`.
    pub fn to_bytes(&self) -> [u8; NODE_BYTES] {
        let mut bytes = [0; NODE_BYTES];
        let (hash, sum) = bytes.split_at_mut(32);
        hash.copy_from_slice(&self.hash);
        sum.copy_from_slice(&self.sum.to_le_bytes());
        bytes
    }

    /// Reads what [`Node::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8; NODE_BYTES]) -> Self {
        let (mut hash, mut sum) = ([0; 32], [0; 8]);
        let (left, right) = bytes.split_at(32);
        hash.copy_from_slice(left);
        sum.copy_from_slice(right);
        Self { hash, sum: u64::from_le_bytes(sum) }
    }

    /// The parent of two nodes.
    ///
    /// # Errors
    /// [`MerkleError::SumOverflow`] when the sums exceed 64 bits.
    pub fn parent(left: &Self, right: &Self) -> Result<Self, MerkleError> {
        let sum = left.sum.checked_add(right.sum).ok_or(MerkleError::SumOverflow)?;
        Ok(Self { hash: sha256(&[&left.to_bytes(), &right.to_bytes()]), sum })
    }
}

/// One operator's part of a pool: everything it ever earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorLeaf {
    /// Address of the pool account.
    pub pool: [u8; 32],
    /// Wallet of the operator.
    pub operator: [u8; 32],
    /// Tokens earned in all epochs up to this root; never falls.
    pub lifetime_total: u64,
    /// Root hash of the tree over the operator's devices ([`DeviceLeaf`]), or zeros when none
    /// earned (the treasury's leaf).
    pub devices_root: Hash,
}

impl OperatorLeaf {
    /// Hash and sum of this leaf.
    #[inline(always)]
    pub fn node(&self) -> Node {
        Node {
            hash: sha256(&[
                &self.pool,
                &self.operator,
                &self.lifetime_total.to_le_bytes(),
                &self.devices_root,
            ]),
            sum: self.lifetime_total,
        }
    }

    /// Whether the leaf proves whose fields stand as `pool ‖ operator` and `lifetime_total (u64 LE)
    /// ‖ devices_root` somewhere: as [`verify`], for the fewest compute units. Not inlined: in a
    /// function of its own everything that a level needs stays in registers.
    #[cfg_attr(target_os = "solana", inline(never))]
    pub fn proves(
        who: &[u8; 64],
        what: &[u8; 40],
        root: &Node,
        index: &[u8; 4],
        proof: &[u8],
    ) -> bool {
        let (total, _) = what.split_at(8);
        let sum = total.first_chunk().map_or(0, |total| u64::from_le_bytes(*total));
        let index = u32::from_le_bytes(*index);
        #[cfg(not(target_os = "solana"))]
        return verify(root, &Node { hash: sha256(&[who, what]), sum }, index, proof);
        #[cfg(target_os = "solana")]
        return on_chain::verify(root, on_chain::Leaf::Slices(who, what, sum), index, proof);
    }
}

/// One device's part of its operator's earnings. A device that changed hands has a leaf under
/// each operator that it ever earned for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceLeaf {
    /// Wallet of the operator that these tokens went to.
    pub operator: [u8; 32],
    /// Address of the registry's `Device` account.
    pub device: [u8; 32],
    /// Tokens that this device earned for this operator in all epochs up to this root.
    pub lifetime_total: u64,
}

impl DeviceLeaf {
    /// Hash and sum of this leaf.
    pub fn node(&self) -> Node {
        Node {
            hash: sha256(&[&self.operator, &self.device, &self.lifetime_total.to_le_bytes()]),
            sum: self.lifetime_total,
        }
    }
}

/// One penalty of an epoch: stake that its target loses once the appeal window is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PenaltyLeaf {
    /// Address of the pool account whose oracles found the fault.
    pub pool: [u8; 32],
    /// Epoch that the fault was found in.
    pub epoch: u64,
    /// Address of the staking program's `Bond` account that loses stake.
    pub target: [u8; 32],
    /// Stake to lose, in the stake mint's smallest unit.
    pub amount: u64,
    /// Reason code, see [`crate::reason`].
    pub reason: u16,
    /// SHA-256 of the evidence, which oracles publish.
    pub evidence_hash: Hash,
    /// Wallet that found the fault and gets its part; zeros for none.
    pub challenger: [u8; 32],
}

impl PenaltyLeaf {
    /// Hash and sum of this leaf.
    pub fn node(&self) -> Node {
        Node {
            hash: sha256(&[
                &self.pool,
                &self.epoch.to_le_bytes(),
                &self.target,
                &self.amount.to_le_bytes(),
                &self.reason.to_le_bytes(),
                &self.evidence_hash,
                &self.challenger,
            ]),
            sum: self.amount,
        }
    }
}

/// What one customer used of the network, over its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageLeaf {
    /// Address of the pool account.
    pub pool: [u8; 32],
    /// Wallet of the customer.
    pub customer: [u8; 32],
    /// Credits used in all epochs up to this root; never falls.
    pub lifetime_spent: u64,
}

impl UsageLeaf {
    /// Keeps the length of this preimage different from every other's.
    const DOMAIN: &'static [u8; 16] = b"cairn:usage:v1\0\0";

    /// Hash and sum of this leaf.
    pub fn node(&self) -> Node {
        Node {
            hash: sha256(&[
                Self::DOMAIN,
                &self.pool,
                &self.customer,
                &self.lifetime_spent.to_le_bytes(),
            ]),
            sum: self.lifetime_spent,
        }
    }
}

/// A whole tree, all levels kept so that proofs are cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumTree {
    /// Level 0 are the leaves; the last level is the root alone.
    levels: Vec<Vec<Node>>,
    root: Node,
}

impl SumTree {
    /// Builds the tree over `leaves`, which the caller has put in order.
    ///
    /// # Errors
    /// When there is no leaf, more than 2³², or their sums exceed 64 bits.
    pub fn build(leaves: Vec<Node>) -> Result<Self, MerkleError> {
        if u64::try_from(leaves.len()).map_or(true, |n| n > 1 << MAX_DEPTH) {
            return Err(MerkleError::TooManyLeaves);
        }
        let mut levels = Vec::new();
        let mut level = leaves;
        loop {
            let next = match level.as_slice() {
                [] => return Err(MerkleError::NoLeaves),
                [root] => {
                    let root = *root;
                    levels.push(level);
                    return Ok(Self { levels, root });
                }
                nodes => nodes
                    .chunks(2)
                    .map(|pair| match pair {
                        [left, right] => Node::parent(left, right),
                        [left] => Node::parent(left, &EMPTY),
                        _ => Err(MerkleError::NoLeaves),
                    })
                    .collect::<Result<Vec<_>, _>>()?,
            };
            levels.push(core::mem::replace(&mut level, next));
        }
    }

    /// The root: its hash commits to every leaf, its sum is the total of all leaves.
    pub fn root(&self) -> Node {
        self.root
    }

    /// The number of leaves.
    pub fn len(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }

    /// Never true: a tree has at least one leaf.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Levels between a leaf and the root, which is the number of steps in a proof.
    pub fn depth(&self) -> usize {
        self.levels.len().saturating_sub(1)
    }

    /// The siblings of leaf `index` from the leaf up, [`NODE_BYTES`] each.
    ///
    /// # Errors
    /// [`MerkleError::NoSuchLeaf`].
    pub fn prove(&self, index: u32) -> Result<Vec<u8>, MerkleError> {
        let mut at = usize::try_from(index).map_err(|_| MerkleError::NoSuchLeaf)?;
        if at >= self.len() {
            return Err(MerkleError::NoSuchLeaf);
        }
        let mut proof = Vec::with_capacity(self.depth().saturating_mul(NODE_BYTES));
        for level in self.levels.iter().take(self.depth()) {
            proof.extend_from_slice(&level.get(at ^ 1).unwrap_or(&EMPTY).to_bytes());
            at >>= 1;
        }
        Ok(proof)
    }
}

/// Folds `proof` into `leaf` and returns the root that they imply.
///
/// # Errors
/// [`MerkleError::MalformedProof`] for a proof of a wrong length or an index that has more bits
/// than the proof has steps; [`MerkleError::SumOverflow`] when the sums exceed 64 bits.
pub fn fold(leaf: &Node, index: u32, proof: &[u8]) -> Result<Node, MerkleError> {
    depth_of(index, proof)?;
    let (mut node, mut path) = (*leaf, index);
    let (steps, _) = proof.as_chunks::<NODE_BYTES>();
    for sibling in steps {
        let sibling = Node::from_bytes(sibling);
        node = if path & 1 == 0 {
            Node::parent(&node, &sibling)?
        } else {
            Node::parent(&sibling, &node)?
        };
        path >>= 1;
    }
    Ok(node)
}

/// The number of steps of a proof of a possible form for `index`.
#[inline(always)]
fn depth_of(index: u32, proof: &[u8]) -> Result<usize, MerkleError> {
    let (steps, rest) = proof.as_chunks::<NODE_BYTES>();
    let depth = steps.len();
    if !rest.is_empty() || depth > MAX_DEPTH || (depth < MAX_DEPTH && index >> depth != 0) {
        return Err(MerkleError::MalformedProof);
    }
    Ok(depth)
}

/// Whether `leaf` stands at `index` below `root`.
#[cfg(not(target_os = "solana"))]
pub fn verify(root: &Node, leaf: &Node, index: u32, proof: &[u8]) -> bool {
    fold(leaf, index, proof).is_ok_and(|implied| implied == *root)
}

/// Whether `leaf` stands at `index` below `root`.
#[cfg(target_os = "solana")]
#[inline(never)]
pub fn verify(root: &Node, leaf: &Node, index: u32, proof: &[u8]) -> bool {
    on_chain::verify(root, on_chain::Leaf::Node(leaf), index, proof)
}

/// Folding a proof for the fewest compute units.
#[cfg(target_os = "solana")]
mod on_chain {
    use super::{NODE_BYTES, Node, depth_of};
    use crate::{hash::Hash, opaque};
    use core::mem::MaybeUninit;
    use solana_define_syscall::definitions::sol_sha256;

    /// A node under way from a leaf to the root, and what the system call is given.
    #[repr(C)]
    struct Climb {
        /// `node, sibling, node`: a level takes the first two or the last two.
        parts: [Part; 3],
        node: Node,
    }

    /// What the system call reads as a slice.
    #[repr(C)]
    struct Part(*const u8, u64);

    /// Bytes of a [`Part`]: the bit of the path that chooses is moved there, which saves a
    /// multiplication.
    const PART_BYTES: u64 = size_of::<Part>() as u64;

    /// Where a proof starts.
    pub(super) enum Leaf<'a> {
        /// With a hash that is known.
        Node(&'a Node),
        /// With that of two slices, and a sum.
        Slices(&'a [u8], &'a [u8], u64),
    }

    /// As [`super::verify`]: 125 of a level are the system call's price for two slices of 40 bytes,
    /// 15 the rest. The sums are added up in a register, and must not fall.
    #[inline(always)]
    #[expect(unsafe_code, reason = "system calls")]
    #[expect(clippy::arithmetic_side_effects, reason = "pointers within their objects")]
    pub(super) fn verify(root: &Node, leaf: Leaf<'_>, index: u32, proof: &[u8]) -> bool {
        const BYTES: u64 = NODE_BYTES as u64;
        let Ok(depth) = depth_of(index, proof) else { return false };
        // A one above the index says when the levels end: at most 2^(32 + 4 + 1).
        let mut path =
            (u64::from(index) | 1u64.wrapping_shl(depth as u32)).wrapping_mul(PART_BYTES);
        let mut sibling: *const u8 = proof.as_ptr();
        let mut place = MaybeUninit::<Climb>::uninit();
        let climb = opaque::pointer(place.as_mut_ptr());
        // SAFETY: `climb` points to `place`, which lives and is not used otherwise, and all of it
        // is written before it is read. What a list has are slices that live: the caller's, the
        // node, a sibling. One or the other of the first two parts is where the system call begins
        // to read two; it reads the slices before it writes the 32 bytes of the hash, which the
        // node has room for. A node lies in memory as its 40 bytes are hashed: little-endian on
        // this target. There are `depth` siblings of 40 bytes, read in any alignment, and as many
        // turns.
        unsafe {
            let node = &raw mut (*climb).node;
            let parts = &raw mut (*climb).parts;
            let mut sum = match leaf {
                Leaf::Node(leaf) => {
                    node.write(*leaf);
                    leaf.sum
                }
                Leaf::Slices(first, second, sum) => {
                    (*parts)[0] = Part(first.as_ptr(), first.len() as u64);
                    (*parts)[1] = Part(second.as_ptr(), second.len() as u64);
                    sol_sha256(parts.cast(), 2, node.cast());
                    (*node).sum = sum;
                    sum
                }
            };
            (*parts)[0] = Part(node.cast(), BYTES);
            (*parts)[1].1 = BYTES;
            (*parts)[2] = Part(node.cast(), BYTES);
            while path >= 2 * PART_BYTES {
                (*parts)[1].0 = sibling;
                let first = parts.cast::<u8>().add((path & PART_BYTES) as usize);
                sol_sha256(first, 2, node.cast());
                let below = sibling.add(32).cast::<u64>().read_unaligned();
                sum = opaque::number(opaque::number(sum).wrapping_add(below));
                if sum < below {
                    break; // and `path` is not at its end
                }
                (*node).sum = sum;
                sibling = sibling.add(NODE_BYTES);
                path = opaque::number(path >> 1);
            }
            opaque::number(path) < 2 * PART_BYTES
                && (*node).sum == root.sum
                && is_same(&(*node).hash, &root.hash)
        }
    }

    /// Whether two hashes are the same, in words instead of a call that compares bytes.
    #[inline(always)]
    fn is_same(a: &Hash, b: &Hash) -> bool {
        let (a, _) = a.as_chunks::<8>();
        let (b, _) = b.as_chunks::<8>();
        a.iter().zip(b).all(|(a, b)| u64::from_ne_bytes(*a) == u64::from_ne_bytes(*b))
    }
}
