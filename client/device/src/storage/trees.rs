//! A Merkle tree whose upper levels are kept.

use cairn_protocol::hash::Hash;
use cairn_protocol::sealing::Leaf;
use cairn_protocol::sealing::tree::{TreeBuilder, depth, path_within, width};
use std::io::{self, Read, Seek, SeekFrom, Write};

/// The first level that is kept: each of its nodes stands for 8 leaves.
const KEPT_FROM: u32 = 3;
/// Leaves below a node of the first level that is kept.
pub(super) const BLOCK: u64 = 1 << KEPT_FROM;
const HASH_BYTES: u64 = 32;
/// Nodes of a level that are written in one go.
const BUFFERED: usize = 1_024;

/// The nodes of a tree from level 3 on, level after level.
#[derive(Debug)]
pub(super) struct Tree<S> {
    leaf_count: u64,
    nodes: S,
}

fn offset(leaf_count: u64, level: u32, index: u64) -> SeekFrom {
    let below: u64 = (KEPT_FROM..level).map(|level| width(leaf_count, level)).sum();
    SeekFrom::Start(below.saturating_add(index).saturating_mul(HASH_BYTES))
}

impl<S: Read + Seek> Tree<S> {
    pub(super) const fn new(leaf_count: u64, nodes: S) -> Self {
        Self { leaf_count, nodes }
    }

    /// The path of a leaf, from the hashes of all leaves of its block.
    pub(super) fn path(&mut self, index: u64, block: &[Hash]) -> io::Result<Vec<Hash>> {
        let depth = depth(self.leaf_count);
        let within = usize::try_from(index % BLOCK).unwrap_or(0);
        let mut path = path_within(block, within, depth.min(KEPT_FROM));
        for level in KEPT_FROM..depth {
            let sibling = (index >> level) ^ 1;
            let mut hash = [0; 32];
            if sibling < width(self.leaf_count, level) {
                self.nodes.seek(offset(self.leaf_count, level, sibling))?;
                self.nodes.read_exact(&mut hash)?;
            }
            path.push(hash);
        }
        Ok(path)
    }
}

/// Builds a tree, and writes what is kept of it.
#[derive(Debug)]
pub(super) struct TreeWriter<S> {
    leaf_count: u64,
    builder: TreeBuilder,
    levels: Levels<S>,
}

#[derive(Debug)]
struct Levels<S> {
    leaf_count: u64,
    nodes: S,
    /// Per kept level: the index of the first node that waits, and those that wait.
    waiting: Vec<(u64, Vec<Hash>)>,
    failed: Option<io::Error>,
}

impl<S: Write + Seek> Levels<S> {
    fn keep(&mut self, level: u32, index: u64, hash: &Hash) {
        let Some(kept) = level.checked_sub(KEPT_FROM) else { return };
        let kept = kept as usize;
        if self.waiting.len() <= kept {
            self.waiting.resize(kept.saturating_add(1), (0, Vec::new()));
        }
        let Some((first, hashes)) = self.waiting.get_mut(kept) else { return };
        if hashes.is_empty() {
            *first = index;
        }
        hashes.push(*hash);
        if hashes.len() >= BUFFERED {
            self.write(level);
        }
    }

    fn write(&mut self, level: u32) {
        let kept = level.saturating_sub(KEPT_FROM) as usize;
        let Some((first, hashes)) = self.waiting.get_mut(kept) else { return };
        let (first, hashes) = (*first, std::mem::take(hashes));
        let written = self
            .nodes
            .seek(offset(self.leaf_count, level, first))
            .and_then(|_| self.nodes.write_all(hashes.as_flattened()));
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }
}

impl<S: Write + Seek> TreeWriter<S> {
    pub(super) fn new(leaf_count: u64, nodes: S) -> Self {
        let levels = Levels { leaf_count, nodes, waiting: Vec::new(), failed: None };
        Self { leaf_count, builder: TreeBuilder::new(), levels }
    }

    pub(super) fn push(&mut self, leaf: &Leaf) {
        let levels = &mut self.levels;
        self.builder.push(leaf, |level, index, hash| levels.keep(level, index, hash));
    }

    /// The root and the tree, once every leaf was pushed.
    pub(super) fn finish(self) -> io::Result<(Hash, Tree<S>)>
    where
        S: Read,
    {
        let Self { leaf_count, builder, mut levels } = self;
        let root = builder.finish(|level, index, hash| levels.keep(level, index, hash));
        for level in KEPT_FROM..=depth(leaf_count) {
            levels.write(level);
        }
        if let Some(error) = levels.failed {
            return Err(error);
        }
        levels.nodes.flush()?;
        let root = root.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok((root, Tree::new(leaf_count, levels.nodes)))
    }
}
