//! Products of matrices over the [`field`](super::field), whose results cannot be copied.
//!
//! Both matrices follow from a seed of the chain, the device's key, the epoch and the job's number,
//! so that no two devices and no two epochs multiply the same. The device commits to its product by
//! the root of a [`RowTree`], is challenged by a later seed, and opens what that asks for:
//!
//! - the product times a random vector `r`, as a hash. The oracle computes `A (B r)`, in `2·side²`
//!   operations instead of `side³` (R. Freivalds, *Probabilistic machines can use less running
//!   time*, IFIP 1977): a product that is wrong anywhere passes with probability of at most
//!   1 / (2⁶¹ − 1). It finds the faults of hardware. It does not prove work: whoever knows `r` can
//!   compute `A (B r)` without the product.
//! - rows that the seed chooses, with their ways to the root. A row `c` of the true product has
//!   `c·r = (A (B r))[i]`, and one that was fixed before `r` was known and is wrong has it with
//!   probability of at most 1 / (2⁶¹ − 1). So whoever left out a share `α` of the rows passes with
//!   `(1 − α)^K` for `K` rows: for two and more, leaving out loses more than it saves.

use super::draws::Draws;
use super::field::dot;
use crate::hash::{Hash, sha256};
use crate::proof::DeviceKey;
use alloc::vec::Vec;

const MATRIX_DOMAIN: &[u8; 16] = b"cairn:matrix:v1\0";
const VECTOR_DOMAIN: &[u8; 16] = b"cairn:vector:v1\0";
const ROW_DOMAIN: &[u8; 16] = b"cairn:row:v1\0\0\0\0";
const IMAGE_DOMAIN: &[u8; 16] = b"cairn:image:v1\0\0";

/// Stands where a level of a [`RowTree`] has no node.
const EMPTY: Hash = [0; 32];

/// The two matrices of a job, row by row: neither is ever kept whole unless a caller does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matrices {
    a: Hash,
    b: Hash,
    side: u16,
}

impl Matrices {
    /// The matrices of a device's job. The key of each is SHA-256 of `"cairn:matrix:v1\0" ‖ seed ‖
    /// device key, 33 bytes ‖ epoch u64 ‖ side u16 ‖ number u16 ‖ 0 for A or 1 for B`; row `i` is
    /// the first `side` elements of lane `i` of its [`Draws`].
    pub fn new(seed: &Hash, device: &DeviceKey, epoch: u64, side: u16, number: u16) -> Self {
        let device = device.to_registry_bytes();
        let key = |matrix: u8| {
            sha256(&[
                MATRIX_DOMAIN,
                seed,
                &device,
                &epoch.to_le_bytes(),
                &side.to_le_bytes(),
                &number.to_le_bytes(),
                &[matrix],
            ])
        };
        Self { a: key(0), b: key(1), side }
    }

    /// Rows and columns.
    pub const fn side(&self) -> u16 {
        self.side
    }

    /// Writes a row of the left matrix.
    pub fn row_of_a(&self, row: u16, to: &mut [u64]) {
        Draws::new(&self.a, row.into()).fill(to);
    }

    /// Writes a row of the right matrix.
    pub fn row_of_b(&self, row: u16, to: &mut [u64]) {
        Draws::new(&self.b, row.into()).fill(to);
    }
}

/// What a seed asks of a committed product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The vector `r`.
    pub vector: Vec<u64>,
    /// The rows to open, in this order, all different.
    pub rows: Vec<u16>,
}

impl Challenge {
    /// The challenge of a product of `side` with `rows` rows to open (all, when it has not so
    /// many), for the seed that came after the proof with the id `commitment`.
    ///
    /// Its key is SHA-256 of `"cairn:vector:v1\0" ‖ seed ‖ commitment`; the vector is drawn from
    /// lane 0, the rows from lane 1.
    pub fn new(seed: &Hash, commitment: &Hash, side: u16, rows: u16) -> Self {
        let key = sha256(&[VECTOR_DOMAIN, seed, commitment]);
        let mut vector = alloc::vec![0; usize::from(side)];
        Draws::new(&key, 0).fill(&mut vector);
        let rows = Draws::new(&key, 1).distinct(rows, side);
        Self { vector, rows }
    }
}

/// What an oracle needs to check products, kept from one to the next.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    row: Vec<u64>,
    middle: Vec<u64>,
    image: Vec<u64>,
}

impl Scratch {
    /// `A (B r)`: side² elements of each matrix are drawn, and `2·side²` products added up.
    pub fn image(&mut self, matrices: &Matrices, vector: &[u64]) -> &[u64] {
        let side = usize::from(matrices.side);
        self.row.resize(side, 0);
        self.middle.clear();
        for row in 0..matrices.side {
            matrices.row_of_b(row, &mut self.row);
            self.middle.push(dot(&self.row, vector));
        }
        self.image.clear();
        for row in 0..matrices.side {
            matrices.row_of_a(row, &mut self.row);
            self.image.push(dot(&self.row, &self.middle));
        }
        &self.image
    }
}

/// SHA-256 of `"cairn:image:v1\0\0"` and the elements, little-endian: what a device states its
/// product's image by.
pub fn image_hash(image: &[u64]) -> Hash {
    elements_hash(IMAGE_DOMAIN, image)
}

/// SHA-256 of `"cairn:row:v1\0\0\0\0"` and the elements, little-endian: a leaf of the [`RowTree`].
/// Its preimage is longer than a node's for every side from 16 on.
pub fn row_hash(elements: &[u64]) -> Hash {
    elements_hash(ROW_DOMAIN, elements)
}

fn elements_hash(domain: &[u8; 16], elements: &[u64]) -> Hash {
    let mut bytes = Vec::with_capacity(elements.len().saturating_mul(8));
    for element in elements {
        bytes.extend_from_slice(&element.to_le_bytes());
    }
    sha256(&[domain, &bytes])
}

/// The Merkle tree over the rows of a product. A node is SHA-256 of its two children; a level with
/// an odd number of nodes is completed by zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowTree {
    /// Level 0 are the rows.
    levels: Vec<Vec<Hash>>,
    root: Hash,
}

impl RowTree {
    /// The tree over the rows' hashes, see [`row_hash`]; without any, its root is zeros.
    pub fn build(rows: Vec<Hash>) -> Self {
        let mut levels = Vec::new();
        let mut level = rows;
        while level.len() > 1 {
            let next = level
                .chunks(2)
                .map(|pair| match pair {
                    [left, right] => sha256(&[left, right]),
                    [left] => sha256(&[left, &EMPTY]),
                    _ => EMPTY,
                })
                .collect();
            levels.push(core::mem::replace(&mut level, next));
        }
        let root = level.first().copied().unwrap_or(EMPTY);
        Self { levels, root }
    }

    /// The root, which commits to every row.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The siblings of a row from the row up.
    pub fn path(&self, row: u16) -> Vec<Hash> {
        let mut at = usize::from(row);
        let mut path = Vec::with_capacity(self.levels.len());
        for level in &self.levels {
            path.push(level.get(at ^ 1).copied().unwrap_or(EMPTY));
            at >>= 1;
        }
        path
    }
}

/// Siblings on the way of a row of a product of `side` up to the root.
pub const fn depth(side: u16) -> usize {
    match side {
        0 | 1 => 0,
        _ => (u16::BITS.wrapping_sub(side.wrapping_sub(1).leading_zeros())) as usize,
    }
}

/// The root that a row's hash, its index and its path imply.
pub fn fold(row: &Hash, index: u16, path: &[Hash]) -> Hash {
    let mut at = index;
    path.iter().fold(*row, |node, sibling| {
        let left = at & 1 == 0;
        at >>= 1;
        if left { sha256(&[&node, sibling]) } else { sha256(&[sibling, &node]) }
    })
}

/// Bytes of a proof that opens `rows` rows of a product of `side`: what the envelope, the
/// commitment's id, the image and each row with its path take.
pub const fn answer_bytes(side: u16, rows: u16) -> usize {
    // A P-256 envelope without its body, and the body without its rows.
    const ENVELOPE: usize = 1 + 1 + 34 + 8 + 8 + 32 + 8 + 32 + 4 + 64;
    const BODY: usize = 32 + 1 + 32 + 4;
    let row = 2usize
        .saturating_add(4)
        .saturating_add((side as usize).saturating_mul(8))
        .saturating_add(4)
        .saturating_add(depth(side).saturating_mul(32));
    (ENVELOPE + BODY).saturating_add(row.saturating_mul(rows as usize))
}
