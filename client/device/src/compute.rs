//! What a compute device does: products of matrices, customers' jobs, benchmarks.
//!
//! Each gives bodies for [`DeviceSigner::answer`](crate::DeviceSigner::answer); the caller knows the
//! time, the chain's seeds and the network's policy. A product is committed to, then opened for the
//! seed that its commitment must answer:
//!
//! ```
//! use cairn_device::DeviceSigner;
//! use cairn_device::compute::Product;
//!
//! let (network, epoch) = ([1; 32], 5);
//! let mut device = DeviceSigner::derive(&[7; 32], "a server");
//! // The chain's newest seed gives the matrices.
//! let seed = [2; 32];
//! let product = Product::compute(&seed, &device.key(), epoch, 128, 0);
//! let committed = device.answer(&network, epoch, 1_700_000_000_000, seed, &product.commitment());
//!
//! // The first seed whose window begins when the commitment has settled asks for three rows.
//! let later = [3; 32];
//! let opened = product.open(&committed.id(&network), &later, 3);
//! let result = device.answer(&network, epoch, 1_700_000_060_000, later, &opened);
//! assert!(result.encode().len() < cairn_protocol::proof::MAX_PROOF_BYTES);
//! ```

use alloc::vec::Vec;
use cairn_protocol::compute::duplicates::commitment;
use cairn_protocol::compute::field::{dot, dot4};
use cairn_protocol::compute::hashes::{advance, first};
use cairn_protocol::compute::product::{Challenge, Matrices, RowTree, image_hash, row_hash};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::compute::{Answer, Job, Row};
use cairn_protocol::proof::{Benchmark, Body, DeviceKey, JobCommitment, JobResult};

/// A product of matrices, computed and kept until it is opened: 2 MiB at side 512.
#[derive(Debug, Clone)]
pub struct Product {
    side: u16,
    number: u16,
    /// Row by row.
    elements: Vec<u64>,
    tree: RowTree,
}

impl Product {
    /// Computes the product of a job; 0.1 seconds on one core of a server at side 512.
    ///
    /// Each row of the left matrix meets four columns of the right at a time, which stay in the
    /// fastest cache (16 KiB at side 512) while all rows pass.
    pub fn compute(seed: &Hash, device: &DeviceKey, epoch: u64, side: u16, number: u16) -> Self {
        let matrices = Matrices::new(seed, device, epoch, side, number);
        let width = usize::from(side);
        let mut left = alloc::vec![0; width.saturating_mul(width)];
        for (row, to) in (0..side).zip(left.chunks_mut(width.max(1))) {
            matrices.row_of_a(row, to);
        }
        let columns = columns_of_b(&matrices);
        let mut elements = alloc::vec![0; width.saturating_mul(width)];
        let mut from = 0usize;
        for four in columns.chunks(width.saturating_mul(4).max(1)) {
            let mut columns = four.chunks(width.max(1));
            let b = core::array::from_fn(|_| columns.next().unwrap_or(&[]));
            for (a, to) in left.chunks(width.max(1)).zip(elements.chunks_mut(width.max(1))) {
                for (to, element) in to.iter_mut().skip(from).zip(dot_each(a, b)) {
                    *to = element;
                }
            }
            from = from.saturating_add(4);
        }
        Self::of_elements(side, number, elements)
    }

    /// A product that is known already, row by row.
    pub fn of_elements(side: u16, number: u16, elements: Vec<u64>) -> Self {
        let rows = elements.chunks(usize::from(side).max(1)).map(row_hash).collect();
        Self { side, number, elements, tree: RowTree::build(rows) }
    }

    /// The elements, row by row.
    pub fn elements(&self) -> &[u64] {
        &self.elements
    }

    /// Commits to the product. The envelope's challenge is the seed that it was computed for.
    pub fn commitment(&self) -> Body {
        Body::JobCommitment(JobCommitment {
            job: Job::MatrixProduct { side: self.side, number: self.number },
            commitment: self.tree.root(),
        })
    }

    /// Opens what `seed` asks for of the commitment whose proof has the id `committed`; `spot_rows`
    /// is the policy's. The envelope's challenge is `seed`: the first one whose window begins at or
    /// after [`settles_at_ms`](cairn_protocol::compute::settles_at_ms) of the commitment's capture.
    pub fn open(&self, committed: &Hash, seed: &Hash, spot_rows: u16) -> Body {
        let width = usize::from(self.side).max(1);
        let challenge = Challenge::new(seed, committed, self.side, spot_rows);
        let image: Vec<u64> =
            self.elements.chunks(width).map(|row| dot(row, &challenge.vector)).collect();
        let row = |index: u16| Row {
            index,
            elements: self
                .elements
                .chunks(width)
                .nth(index.into())
                .map(<[u64]>::to_vec)
                .unwrap_or_default(),
            path: self.tree.path(index),
        };
        Body::JobResult(JobResult {
            commitment: *committed,
            answer: Answer::MatrixProduct {
                image: image_hash(&image),
                rows: challenge.rows.iter().map(|index| row(*index)).collect(),
            },
        })
    }
}

/// The columns of the right matrix, one after the other.
fn columns_of_b(matrices: &Matrices) -> Vec<u64> {
    let width = usize::from(matrices.side());
    let mut row = alloc::vec![0; width];
    let mut columns = alloc::vec![0; width.saturating_mul(width)];
    for at in 0..matrices.side() {
        matrices.row_of_b(at, &mut row);
        let places = columns.iter_mut().skip(at.into()).step_by(width.max(1));
        for (to, from) in places.zip(&row) {
            *to = *from;
        }
    }
    columns
}

/// [`dot4`], also when there are not four columns left.
fn dot_each(a: &[u64], b: [&[u64]; 4]) -> [u64; 4] {
    if b.iter().all(|column| column.len() == a.len()) {
        dot4(a, b)
    } else {
        b.map(|column| dot(a, column))
    }
}

/// Posts a customer's job, by SHA-256 of its description, for the devices of a class. The
/// envelope answers no challenge; its id names the job from here on.
pub const fn post(description: Hash, class: u16) -> Body {
    Body::JobCommitment(JobCommitment { job: Job::Posted { class }, commitment: description })
}

/// A result of a customer's job, kept until it is revealed. Show neither it nor the salt to anybody
/// before: who knows them could commit to the same result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finished {
    /// Id of the proof that posted the job.
    pub posted: Hash,
    /// SHA-256 of the result.
    pub result: Hash,
    /// 32 random bytes.
    pub salt: Hash,
}

impl Finished {
    /// Commits to the result. The envelope's challenge is the seed that chose the devices.
    pub fn commitment(&self, device: &DeviceKey) -> Body {
        Body::JobCommitment(JobCommitment {
            job: Job::Duplicated { posted: self.posted },
            commitment: commitment(device, &self.salt, &self.result),
        })
    }

    /// Reveals the result that the proof with the id `committed` committed to, in the time of the
    /// [`Timetable`](cairn_protocol::compute::duplicates::Timetable). The envelope's challenge is
    /// the same seed.
    pub const fn reveal(&self, committed: &Hash) -> Body {
        Body::JobResult(JobResult {
            commitment: *committed,
            answer: Answer::Duplicated { result: self.result, salt: self.salt },
        })
    }
}

/// Hashes to put between two checkpoints for a run of `run_ms` milliseconds on a device that made
/// `hashes` in `in_ms`; at least 1, at most `limit`, the policy's. `run_ms` is as much of the
/// policy's `benchmark_run_ms` as is left when the seed is known: all runs count as if they took the
/// whole of it, however short they are.
pub fn stretch_hashes(hashes: u64, in_ms: u64, run_ms: u64, checkpoints: u16, limit: u32) -> u32 {
    let total = u128::from(hashes).saturating_mul(run_ms.into());
    let per_ms = u128::from(in_ms).saturating_mul(checkpoints.into());
    let each = total.checked_div(per_ms).unwrap_or(0);
    u32::try_from(each).unwrap_or(u32::MAX).clamp(1, limit.max(1))
}

/// A benchmark that runs. The caller measures the time, and calls [`Run::stretch`] until there are
/// as many checkpoints as the policy wants.
#[derive(Debug, Clone)]
pub struct Run {
    hash: Hash,
    hashes_per_checkpoint: u32,
    checkpoints: Vec<Hash>,
}

impl Run {
    /// Begins with a seed as soon as it is known: the time from then on counts. Where a policy has a
    /// `benchmark_run_ms` all benchmarks begin with the first seed of a stretch of time, see
    /// [`begins_at_ms`](cairn_protocol::compute::hashes::begins_at_ms), and must end within it.
    pub fn new(seed: &Hash, device: &DeviceKey, hashes_per_checkpoint: u32) -> Self {
        Self { hash: first(seed, device), hashes_per_checkpoint, checkpoints: Vec::new() }
    }

    /// Hashes up to the next checkpoint.
    pub fn stretch(&mut self) {
        self.hash = advance(&self.hash, self.hashes_per_checkpoint.into());
        self.checkpoints.push(self.hash);
    }

    /// Checkpoints so far.
    pub const fn checkpoints(&self) -> usize {
        self.checkpoints.len()
    }

    /// Ends the run, which took `elapsed_ms` milliseconds. The envelope's challenge is the seed
    /// that it began with.
    pub fn finish(self, elapsed_ms: u32) -> Body {
        Body::Benchmark(Benchmark {
            hashes_per_checkpoint: self.hashes_per_checkpoint,
            checkpoints: self.checkpoints,
            elapsed_ms: elapsed_ms.max(1),
        })
    }
}
