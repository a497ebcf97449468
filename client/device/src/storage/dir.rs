//! A replica in a directory, sealed so that an interruption costs little.
//!
//! | file | what |
//! |---|---|
//! | `replica` | the leaves: half sealed while `progress` is there, sealed when it is gone |
//! | `content.tree`, `middle.tree`, `replica.tree` | the nodes that are kept |
//! | `manifest` | [`Manifest`] in borsh behind a magic; written last |
//! | `progress` | how far sealing is |
//!
//! The backward pass writes over what it reads. When it is interrupted, the leaves after the last
//! one known to be on disk may be of either kind, so they are made again from the content: the
//! forward pass needs only leaves before them, and those are untouched.

use super::error::StorageError;
use super::leaves::{Content, Leaves};
use super::passes::encode;
use super::replica::{Manifest, Places, SealedReplica, measured, tree_of};
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::DeviceKey;
use cairn_protocol::sealing::{Pass, Seal};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 16] = b"cairn:replica:v1";
const SEALED: &str = "replica";
const MANIFEST: &str = "manifest";
const PROGRESS: &str = "progress";
const CONTENT_TREE: &str = "content.tree";
const MIDDLE_TREE: &str = "middle.tree";
const REPLICA_TREE: &str = "replica.tree";
/// Leaves between two points that an interrupted sealing goes on from, unless told: 16 MiB.
const SYNC_LEAVES: u64 = 65_536;

/// How far sealing is.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Progress {
    device: DeviceKey,
    replica: u32,
    rounds: u32,
    content_bytes: u64,
    content_root: Hash,
    /// Set when the forward pass is over.
    middle_root: Option<Hash>,
    /// Leaves of the present pass that are on disk.
    done: u64,
    /// Leaves of the backward pass that may be on disk besides.
    tried: u64,
}

/// Sealing into, and opening from, a directory.
#[derive(Debug, Clone)]
pub struct ReplicaDir {
    path: PathBuf,
    sync_leaves: u64,
}

impl ReplicaDir {
    /// The replica in a directory, or to be in it.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), sync_leaves: SYNC_LEAVES }
    }

    /// The same, with another number of leaves between the points that an interrupted sealing goes
    /// on from; at least 1.
    #[must_use]
    pub fn sync_every(mut self, leaves: u64) -> Self {
        self.sync_leaves = leaves.max(1);
        self
    }

    /// Opens the replica that was sealed here.
    ///
    /// # Errors
    /// When none was, or its manifest is damaged.
    pub fn open(&self) -> Result<SealedReplica<File>, StorageError> {
        let path = self.path.join(MANIFEST);
        let bytes = fs::read(&path)?;
        let wrong = |problem| StorageError::Manifest { path: path.display().to_string(), problem };
        let body = bytes.strip_prefix(MAGIC).ok_or_else(|| wrong("another beginning"))?;
        let manifest: Manifest = borsh::from_slice(body).map_err(|_| wrong("another length"))?;
        Ok(SealedReplica::open(manifest, self.places(false)?))
    }

    /// Seals content into the directory, which is made if it is not there, or goes on where an
    /// interrupted call stopped, or opens what one finished. `progress` is told of leaves done and
    /// leaves in all, both passes together, from time to time.
    ///
    /// # Errors
    /// Content that no replica can hold, content that changed meanwhile, a directory that another
    /// replica is in.
    pub fn seal<C: Read + Seek>(
        &self,
        device: &DeviceKey,
        replica: u32,
        content: C,
        rounds: u32,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<SealedReplica<File>, StorageError> {
        fs::create_dir_all(&self.path)?;
        let mut content = Content::new(content)?;
        let leaf_count = measured(&content, rounds)?;
        let places = self.places(true)?;
        let (content_root, _) =
            tree_of(leaf_count, places.content_tree, |index| content.leaf(index))?;
        let occupied = || StorageError::Occupied { path: self.path.display().to_string() };
        match self.open() {
            Ok(done) => {
                let manifest = done.manifest();
                let same = manifest.seal()
                    == Seal::new(device, replica, &content_root, leaf_count, rounds)
                    && manifest.content_bytes == content.bytes();
                return if same { Ok(done) } else { Err(occupied()) };
            }
            Err(StorageError::Io(error)) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let fresh = Progress {
            device: *device,
            replica,
            rounds,
            content_bytes: content.bytes(),
            content_root,
            middle_root: None,
            done: 0,
            tried: 0,
        };
        let at = match self.read_progress()? {
            None => fresh,
            Some(known) => {
                let from_start = Progress { middle_root: None, done: 0, tried: 0, ..known.clone() };
                if from_start != fresh {
                    return Err(occupied());
                }
                known
            }
        };
        let seal = Seal::new(device, replica, &content_root, leaf_count, rounds);
        let leaves = Leaves(places.sealed);
        let mut job = Job { dir: self, seal, content, leaves, at };
        let total = leaf_count.saturating_mul(2);
        if job.at.middle_root.is_none() {
            job.forward(places.middle_tree, |done| progress(done, total))?;
        }
        job.backward(|done| progress(leaf_count.saturating_add(done), total))?;
        job.finish(places.replica_tree)
    }

    fn places(&self, make: bool) -> Result<Places<File>, StorageError> {
        let open = |name: &str| {
            let mut options = OpenOptions::new();
            options.read(true).write(make).create(make).open(self.path.join(name))
        };
        Ok(Places {
            sealed: open(SEALED)?,
            content_tree: open(CONTENT_TREE)?,
            middle_tree: open(MIDDLE_TREE)?,
            replica_tree: open(REPLICA_TREE)?,
        })
    }

    fn read_progress(&self) -> Result<Option<Progress>, StorageError> {
        match fs::read(self.path.join(PROGRESS)) {
            // What does not decode says nothing: sealing starts anew.
            Ok(bytes) => Ok(borsh::from_slice(&bytes).ok()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts a file in place at once, and on disk.
    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        let new = self.path.join(format!("{name}.new"));
        let mut file = File::create(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(new, self.path.join(name))?;
        sync_dir(&self.path)
    }
}

/// A rename is on disk once the directory is.
fn sync_dir(path: &Path) -> Result<(), StorageError> {
    // Not every system can open a directory; there the rename is as safe as it gets.
    if let Ok(dir) = File::open(path) {
        dir.sync_all()?;
    }
    Ok(())
}

/// A sealing that runs.
struct Job<'a, C> {
    dir: &'a ReplicaDir,
    seal: Seal,
    content: Content<C>,
    leaves: Leaves<File>,
    at: Progress,
}

impl<C: Read + Seek> Job<'_, C> {
    fn forward(&mut self, tree: File, mut progress: impl FnMut(u64)) -> Result<(), StorageError> {
        let (leaf_count, done) = (self.seal.leaf_count(), self.at.done);
        let (root, tree) = tree_of(leaf_count, tree, |index| {
            if index < done {
                return self.leaves.read(index);
            }
            let before = self.content.leaf(index)?;
            let after = encode(&self.seal, Pass::Forward, index, &before, &mut self.leaves)?;
            let now = index.saturating_add(1);
            if now % self.dir.sync_leaves == 0 {
                self.leaves.0.sync_data()?;
                self.at.done = now;
                self.save().map_err(std::io::Error::other)?;
                progress(now);
            }
            Ok(after)
        })?;
        drop(tree);
        self.leaves.0.sync_data()?;
        File::open(self.dir.path.join(MIDDLE_TREE))?.sync_all()?;
        self.at = Progress { middle_root: Some(root), done: 0, tried: 0, ..self.at.clone() };
        self.save()
    }

    fn backward(&mut self, mut progress: impl FnMut(u64)) -> Result<(), StorageError> {
        let leaf_count = self.seal.leaf_count();
        // Leaves that may have been overwritten, or not, or half.
        let unsure =
            leaf_count.saturating_sub(self.at.tried)..leaf_count.saturating_sub(self.at.done);
        for index in unsure {
            let before = self.content.leaf(index)?;
            encode(&self.seal, Pass::Forward, index, &before, &mut self.leaves)?;
        }
        while self.at.done < leaf_count {
            let end = leaf_count.saturating_sub(self.at.done);
            let start = end.saturating_sub(self.dir.sync_leaves);
            self.at.tried = leaf_count.saturating_sub(start);
            self.leaves.0.sync_data()?;
            self.save()?;
            for index in (start..end).rev() {
                let before = self.leaves.read(index)?;
                encode(&self.seal, Pass::Backward, index, &before, &mut self.leaves)?;
            }
            self.leaves.0.sync_data()?;
            self.at.done = self.at.tried;
            self.save()?;
            progress(self.at.done);
        }
        Ok(())
    }

    fn finish(mut self, tree: File) -> Result<SealedReplica<File>, StorageError> {
        let leaf_count = self.seal.leaf_count();
        // The content was read twice or more: what was sealed must be what the root is of.
        let mut again = cairn_protocol::sealing::tree::TreeBuilder::new();
        for index in 0..leaf_count {
            again.push(&self.content.leaf(index)?, |_, _, _| ());
        }
        if again.finish(|_, _, _| ()) != Some(self.at.content_root) {
            return Err(StorageError::ContentChanged);
        }
        let (replica_root, tree) = tree_of(leaf_count, tree, |index| self.leaves.read(index))?;
        drop(tree);
        for name in [CONTENT_TREE, REPLICA_TREE] {
            File::open(self.dir.path.join(name))?.sync_all()?;
        }
        let manifest = Manifest {
            device: self.at.device,
            replica: self.at.replica,
            content_bytes: self.at.content_bytes,
            leaf_count,
            rounds: self.at.rounds,
            content_root: self.at.content_root,
            middle_root: self.at.middle_root.unwrap_or_default(),
            replica_root,
        };
        let bytes = [&MAGIC[..], &borsh::to_vec(&manifest)?].concat();
        self.dir.replace(MANIFEST, &bytes)?;
        fs::remove_file(self.dir.path.join(PROGRESS))?;
        self.dir.open()
    }

    fn save(&self) -> Result<(), StorageError> {
        self.dir.replace(PROGRESS, &borsh::to_vec(&self.at)?)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]
mod tests {
    use super::*;
    use std::io::Cursor;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// What a crash in the middle of the backward pass leaves: part of a stretch written over, part
    /// not, and no telling which.
    #[test]
    fn a_stretch_that_was_half_written_over_is_made_again() {
        let device = DeviceKey::Ed25519([7; 32]);
        let content: Vec<u8> = (0..50_000u32).map(|n| n.to_le_bytes()[0]).collect();
        let path = tempfile::tempdir().unwrap();
        let place = ReplicaDir::new(path.path()).sync_every(20);
        // 196 leaves; 60 of the backward pass.
        let stopped = catch_unwind(AssertUnwindSafe(|| {
            place.seal(&device, 1, Cursor::new(&content), 2, |done, _| {
                assert_ne!(done, 256, "interrupted");
            })
        }));
        assert!(stopped.is_err());
        let mut at = place.read_progress().unwrap().unwrap();
        assert_eq!((at.done, at.tried), (60, 60));
        at.tried = 80;
        place.replace(PROGRESS, &borsh::to_vec(&at).unwrap()).unwrap();
        let sealed = path.path().join(SEALED);
        let mut leaves = fs::read(&sealed).unwrap();
        leaves.get_mut(116 * 256..136 * 256).unwrap().fill(0xee);
        fs::write(&sealed, leaves).unwrap();

        place.seal(&device, 1, Cursor::new(&content), 2, |_, _| ()).unwrap();
        let whole = SealedReplica::in_memory(&device, 1, &content, 2).unwrap();
        assert_eq!(place.open().unwrap().manifest(), whole.manifest());
    }
}
