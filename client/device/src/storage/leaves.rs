//! Leaves in a file, or in whatever reads, writes and seeks.

use cairn_protocol::sealing::{LEAF_BYTES, Leaf};
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Leaves one after the other.
#[derive(Debug)]
pub(super) struct Leaves<S>(pub(super) S);

fn offset(index: u64) -> SeekFrom {
    SeekFrom::Start(index.saturating_mul(LEAF_BYTES as u64))
}

impl<S: Read + Seek> Leaves<S> {
    pub(super) fn read(&mut self, index: u64) -> io::Result<Leaf> {
        let mut leaf = [0; LEAF_BYTES];
        self.0.seek(offset(index))?;
        self.0.read_exact(&mut leaf)?;
        Ok(leaf)
    }
}

impl<S: Write + Seek> Leaves<S> {
    pub(super) fn write(&mut self, index: u64, leaf: &Leaf) -> io::Result<()> {
        self.0.seek(offset(index))?;
        self.0.write_all(leaf)
    }
}

/// Content of a known length, cut into leaves, the last filled up with zeros.
#[derive(Debug)]
pub(super) struct Content<C> {
    source: C,
    bytes: u64,
    at: Option<u64>,
}

impl<C: Read + Seek> Content<C> {
    pub(super) fn new(mut source: C) -> io::Result<Self> {
        let bytes = source.seek(SeekFrom::End(0))?;
        Ok(Self { source, bytes, at: None })
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) const fn leaf_count(&self) -> u64 {
        self.bytes.div_ceil(LEAF_BYTES as u64)
    }

    pub(super) fn leaf(&mut self, index: u64) -> io::Result<Leaf> {
        // One after the other needs no seeking, which a buffered reader would forget its buffer by.
        if self.at != Some(index) {
            self.source.seek(offset(index))?;
        }
        let start = index.saturating_mul(LEAF_BYTES as u64);
        let length = usize::try_from(self.bytes.saturating_sub(start)).unwrap_or(LEAF_BYTES);
        let mut leaf = [0; LEAF_BYTES];
        if let Some(bytes) = leaf.get_mut(..length.min(LEAF_BYTES)) {
            self.source.read_exact(bytes)?;
        }
        self.at = index.checked_add(1);
        Ok(leaf)
    }
}
