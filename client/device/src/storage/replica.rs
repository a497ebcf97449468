//! A sealed replica: what to commit to, answers, and the content again.

use super::error::StorageError;
use super::leaves::{Content, Leaves};
use super::passes::{encode, middle, parents};
use super::trees::{BLOCK, Tree, TreeWriter};
use alloc::collections::BTreeMap;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::storage::{Opening, SealOpening};
use cairn_protocol::proof::{DeviceKey, StorageAnswer, StorageCommitment};
use cairn_protocol::sealing::tree::{TreeBuilder, leaf_hash, verify};
use cairn_protocol::sealing::{Due, LEAF_BYTES, Leaf, MAX_LEAVES, Pass, Seal, verify_seal};
use std::io::{self, Cursor, Read, Seek, Write};

/// What a device must know of a replica besides its leaves.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Manifest {
    /// The device that it is sealed for.
    pub device: DeviceKey,
    /// Its number.
    pub replica: u32,
    /// Length of the content.
    pub content_bytes: u64,
    /// Its leaves.
    pub leaf_count: u64,
    /// Hashes in a row per leaf and pass.
    pub rounds: u32,
    /// Root of the content.
    pub content_root: Hash,
    /// Root of the leaves between the passes.
    pub middle_root: Hash,
    /// Root of the sealed leaves.
    pub replica_root: Hash,
}

impl Manifest {
    pub(super) fn seal(&self) -> Seal {
        Seal::new(&self.device, self.replica, &self.content_root, self.leaf_count, self.rounds)
    }
}

/// What a network's policy says about answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answering {
    /// Leaves of each challenge.
    pub leaves_per_challenge: u32,
    /// How many of an epoch's challenges, the first ones, ask to see a seal.
    pub seals_per_epoch: u32,
}

/// A sealed replica in files, memory, or whatever else reads and seeks.
#[derive(Debug)]
pub struct SealedReplica<S> {
    manifest: Manifest,
    seal: Seal,
    sealed: Leaves<S>,
    content_tree: Tree<S>,
    middle_tree: Tree<S>,
    replica_tree: Tree<S>,
    /// Leaves of the middle that this call has decoded already.
    decoded: BTreeMap<u64, Leaf>,
}

/// Where a replica is kept.
#[derive(Debug)]
pub(super) struct Places<S> {
    pub(super) sealed: S,
    pub(super) content_tree: S,
    pub(super) middle_tree: S,
    pub(super) replica_tree: S,
}

/// Which of the three trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Content,
    Middle,
    Sealed,
}

/// Length and leaves of a content that can be sealed.
pub(super) fn measured<C: Read + Seek>(
    content: &Content<C>,
    rounds: u32,
) -> Result<u64, StorageError> {
    match content.leaf_count() {
        0 => Err(StorageError::Empty),
        _ if rounds == 0 => Err(StorageError::NoRounds),
        leaves if leaves > MAX_LEAVES => Err(StorageError::TooLarge { bytes: content.bytes() }),
        leaves => Ok(leaves),
    }
}

/// Builds and keeps the tree over leaves that `leaf` gives by index.
pub(super) fn tree_of<S: Read + Write + Seek>(
    leaf_count: u64,
    nodes: S,
    mut leaf: impl FnMut(u64) -> io::Result<Leaf>,
) -> io::Result<(Hash, Tree<S>)> {
    let mut writer = TreeWriter::new(leaf_count, nodes);
    for index in 0..leaf_count {
        writer.push(&leaf(index)?);
    }
    writer.finish()
}

impl SealedReplica<Cursor<Vec<u8>>> {
    /// Seals content into a replica in memory.
    ///
    /// # Errors
    /// Content that no replica can hold, and no rounds.
    pub fn in_memory(
        device: &DeviceKey,
        replica: u32,
        content: &[u8],
        rounds: u32,
    ) -> Result<Self, StorageError> {
        let place = || Cursor::new(Vec::new());
        let places = Places {
            sealed: place(),
            content_tree: place(),
            middle_tree: place(),
            replica_tree: place(),
        };
        seal_into(device, replica, Cursor::new(content), rounds, places)
    }

    /// The content, unsealed.
    ///
    /// # Errors
    /// A damaged replica.
    pub fn unseal_in_memory(&mut self) -> Result<Vec<u8>, StorageError> {
        let mut content = Vec::new();
        self.unseal(Cursor::new(Vec::new()), &mut content)?;
        Ok(content)
    }
}

/// Seals content in one go.
fn seal_into<C: Read + Seek, S: Read + Write + Seek>(
    device: &DeviceKey,
    replica: u32,
    content: C,
    rounds: u32,
    places: Places<S>,
) -> Result<SealedReplica<S>, StorageError> {
    let mut content = Content::new(content)?;
    let leaf_count = measured(&content, rounds)?;
    let (content_root, content_tree) =
        tree_of(leaf_count, places.content_tree, |index| content.leaf(index))?;
    let seal = Seal::new(device, replica, &content_root, leaf_count, rounds);
    let mut leaves = Leaves(places.sealed);
    let (middle_root, middle_tree) = tree_of(leaf_count, places.middle_tree, |index| {
        encode(&seal, Pass::Forward, index, &content.leaf(index)?, &mut leaves)
    })?;
    for index in (0..leaf_count).rev() {
        let before = leaves.read(index)?;
        encode(&seal, Pass::Backward, index, &before, &mut leaves)?;
    }
    let (replica_root, replica_tree) =
        tree_of(leaf_count, places.replica_tree, |index| leaves.read(index))?;
    let manifest = Manifest {
        device: *device,
        replica,
        content_bytes: content.bytes(),
        leaf_count,
        rounds,
        content_root,
        middle_root,
        replica_root,
    };
    Ok(SealedReplica {
        manifest,
        seal,
        sealed: leaves,
        content_tree,
        middle_tree,
        replica_tree,
        decoded: BTreeMap::new(),
    })
}

impl<S: Read + Seek> SealedReplica<S> {
    pub(super) fn open(manifest: Manifest, places: Places<S>) -> Self {
        let leaf_count = manifest.leaf_count;
        Self {
            seal: manifest.seal(),
            sealed: Leaves(places.sealed),
            content_tree: Tree::new(leaf_count, places.content_tree),
            middle_tree: Tree::new(leaf_count, places.middle_tree),
            replica_tree: Tree::new(leaf_count, places.replica_tree),
            manifest,
            decoded: BTreeMap::new(),
        }
    }

    /// What the replica is.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What to commit to, for a term until an epoch.
    pub fn commitment(&self, until_epoch: u64) -> StorageCommitment {
        let manifest = &self.manifest;
        StorageCommitment {
            replica: manifest.replica,
            content_root: manifest.content_root,
            middle_root: manifest.middle_root,
            replica_root: manifest.replica_root,
            leaf_count: manifest.leaf_count,
            rounds: manifest.rounds,
            until_epoch,
        }
    }

    /// The answer to a challenge, checked as an oracle will.
    ///
    /// # Errors
    /// [`StorageError::Damaged`], rather than a wrong answer.
    pub fn answer(
        &mut self,
        due: &Due,
        answering: &Answering,
    ) -> Result<StorageAnswer, StorageError> {
        let asked = due.asked(self.manifest.leaf_count, answering.leaves_per_challenge);
        let mut openings = Vec::with_capacity(asked.leaves.len());
        for index in asked.leaves {
            openings.push(self.opening(Layer::Sealed, index)?);
        }
        let wanted = due.slot < answering.seals_per_epoch.into();
        let seal = match openings.get(asked.seal).filter(|_| wanted) {
            Some(sealed) => Some(Box::new(self.shown(asked.pass, sealed)?)),
            None => None,
        };
        self.decoded.clear();
        Ok(StorageAnswer { replica: self.manifest.replica, openings, seal })
    }

    /// What shows the seal of a leaf in a pass.
    fn shown(&mut self, pass: Pass, sealed: &Opening) -> Result<SealOpening, StorageError> {
        let index = sealed.index;
        let (before, after) = match pass {
            Pass::Forward => (Layer::Content, Layer::Middle),
            Pass::Backward => (Layer::Middle, Layer::Sealed),
        };
        let shown = SealOpening {
            before: self.opening(before, index)?,
            after: match pass {
                Pass::Forward => Some(self.opening(after, index)?),
                Pass::Backward => None,
            },
            parents: self
                .seal
                .parents(pass, index)
                .iter()
                .flatten()
                .map(|parent| self.opening(after, *parent))
                .collect::<Result<_, _>>()?,
        };
        let commitment = self.commitment(0);
        verify_seal(&self.manifest.device, &commitment, pass, sealed, &shown)
            .map_err(|_| StorageError::Damaged { leaf: index })?;
        Ok(shown)
    }

    fn opening(&mut self, layer: Layer, index: u64) -> Result<Opening, StorageError> {
        let first = index.saturating_sub(index % BLOCK);
        let end = first.saturating_add(BLOCK).min(self.manifest.leaf_count);
        let mut hashes = Vec::with_capacity(8);
        let mut leaf = None;
        for at in first..end {
            let other = self.leaf(layer, at)?;
            hashes.push(leaf_hash(&other));
            if at == index {
                leaf = Some(other);
            }
        }
        let (tree, root) = match layer {
            Layer::Content => (&mut self.content_tree, &self.manifest.content_root),
            Layer::Middle => (&mut self.middle_tree, &self.manifest.middle_root),
            Layer::Sealed => (&mut self.replica_tree, &self.manifest.replica_root),
        };
        let damaged = StorageError::Damaged { leaf: index };
        let Some(leaf) = leaf else { return Err(damaged) };
        let opening = Opening { index, leaf, path: tree.path(index, &hashes)? };
        if verify(root, self.manifest.leaf_count, &opening) { Ok(opening) } else { Err(damaged) }
    }

    fn leaf(&mut self, layer: Layer, index: u64) -> io::Result<Leaf> {
        match layer {
            Layer::Sealed => self.sealed.read(index),
            Layer::Middle => self.middle_leaf(index),
            Layer::Content => {
                let after = self.middle_leaf(index)?;
                let mut parents = Vec::with_capacity(6);
                for parent in self.seal.parents(Pass::Forward, index).iter().flatten() {
                    parents.push(self.middle_leaf(*parent)?);
                }
                Ok(self.seal.apply(Pass::Forward, index, &parents, &after))
            }
        }
    }

    fn middle_leaf(&mut self, index: u64) -> io::Result<Leaf> {
        if let Some(leaf) = self.decoded.get(&index) {
            return Ok(*leaf);
        }
        let leaf = middle(&self.seal, index, &mut self.sealed)?;
        self.decoded.insert(index, leaf);
        Ok(leaf)
    }

    /// Bytes of the content from `offset` on, as many as `into` holds and the content has; gives
    /// their number. Each leaf takes up to eight keys.
    ///
    /// # Errors
    /// Reading failed. What is damaged comes back wrong: only [`SealedReplica::unseal`] checks.
    pub fn read_content(&mut self, offset: u64, into: &mut [u8]) -> Result<usize, StorageError> {
        let left = self.manifest.content_bytes.saturating_sub(offset);
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(into.len());
        let mut at = offset;
        let mut rest = into.get_mut(..length).unwrap_or_default();
        while !rest.is_empty() {
            let leaf = self.leaf(Layer::Content, at / LEAF_BYTES as u64)?;
            let skip = usize::try_from(at % LEAF_BYTES as u64).unwrap_or(0);
            let found = leaf.get(skip..).unwrap_or_default();
            let (now, later) = rest.split_at_mut(found.len().min(rest.len()));
            now.copy_from_slice(found.get(..now.len()).unwrap_or_default());
            at = at.saturating_add(now.len() as u64);
            rest = later;
        }
        self.decoded.clear();
        Ok(length)
    }

    /// Writes the content to `out`. `scratch` is a place for as much as the replica, empty before
    /// and of no use after.
    ///
    /// # Errors
    /// [`StorageError::ContentWrong`] when what was written is not what was sealed.
    pub fn unseal<T: Read + Write + Seek, W: Write>(
        &mut self,
        scratch: T,
        mut out: W,
    ) -> Result<(), StorageError> {
        let mut decoded = Leaves(scratch);
        let mut tree = TreeBuilder::new();
        let mut left = self.manifest.content_bytes;
        for index in 0..self.manifest.leaf_count {
            let after = middle(&self.seal, index, &mut self.sealed)?;
            decoded.write(index, &after)?;
            // Parents of the forward pass come before.
            let parents = parents(&self.seal, Pass::Forward, index, &mut decoded)?;
            let leaf = self.seal.apply(Pass::Forward, index, &parents, &after);
            tree.push(&leaf, |_, _, _| ());
            let length = usize::try_from(left).unwrap_or(LEAF_BYTES).min(LEAF_BYTES);
            out.write_all(leaf.get(..length).unwrap_or_default())?;
            left = left.saturating_sub(length as u64);
        }
        out.flush()?;
        if tree.finish(|_, _, _| ()) == Some(self.manifest.content_root) {
            Ok(())
        } else {
            Err(StorageError::ContentWrong)
        }
    }
}
