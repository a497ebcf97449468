//! The thread that owns the segment being written. It takes everything that is waiting, writes it
//! as one group, syncs, and reports to all who waited.

use crate::directory;
use crate::error::{StoreError, io};
use crate::format::{HEADER_BYTES, Header, MAX_GROUP_BYTES, Record, encode_group};
use crate::log::{Done, Shared};
use crate::recovery::segment_path;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// Records to store together and whom to tell.
pub(crate) struct Submission {
    pub(crate) records: Vec<Record>,
    pub(crate) bytes: usize,
    pub(crate) done: Done,
}

pub(crate) struct Writer {
    pub(crate) dir: PathBuf,
    pub(crate) shared: Arc<Shared>,
    pub(crate) segment_bytes: u64,
    pub(crate) header: Header,
    pub(crate) file: File,
    pub(crate) length: u64,
    pub(crate) next_group: u64,
}

/// Creates a segment with its header, durable with its directory entry.
pub(crate) fn create_segment(dir: &Path, header: Header) -> Result<File, StoreError> {
    let path = segment_path(dir, header.segment);
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .open(&path)
        .map_err(io("create", &path))?;
    file.write_all(&header.encode()).map_err(io("write", &path))?;
    file.sync_all().map_err(io("sync", &path))?;
    directory::sync(dir)?;
    Ok(file)
}

impl Writer {
    /// Runs until every [`crate::Log`] handle is gone.
    pub(crate) fn run(mut self, queue: &Receiver<Submission>) {
        let mut failed: Option<StoreError> = None;
        let mut carried = None;
        while let Some(first) = carried.take().or_else(|| queue.recv().ok()) {
            let mut bytes = first.bytes;
            let mut group = vec![first];
            while let Ok(next) = queue.try_recv() {
                if bytes.saturating_add(next.bytes) > MAX_GROUP_BYTES {
                    carried = Some(next);
                    break;
                }
                bytes += next.bytes;
                group.push(next);
            }
            if failed.is_none() {
                failed = self.commit(&group, bytes).err();
            }
            for submission in group {
                (submission.done)(match &failed {
                    None => Ok(()),
                    Some(error) => Err(StoreError::Poisoned(error.to_string())),
                });
            }
        }
    }

    fn commit(&mut self, group: &[Submission], bytes: usize) -> Result<(), StoreError> {
        let mut payload = Vec::with_capacity(bytes);
        let records = group.iter().flat_map(|submission| &submission.records);
        for record in records.clone() {
            record.encode_into(&mut payload);
        }
        if payload.is_empty() {
            // Only barriers: everything before them is synced already.
            return Ok(());
        }
        if self.length >= self.segment_bytes && self.length > HEADER_BYTES as u64 {
            self.rotate()?;
        }
        let path = segment_path(&self.dir, self.header.segment);
        let encoded = encode_group(self.header.salt, self.next_group, &payload);
        self.file.write_all(&encoded).map_err(io("append to", &path))?;
        self.file.sync_data().map_err(io("sync", &path))?;
        self.length = self.length.saturating_add(encoded.len() as u64);
        self.next_group = self.next_group.saturating_add(1);
        self.shared.committed(self.header.segment, self.length, records);
        Ok(())
    }

    fn rotate(&mut self) -> Result<(), StoreError> {
        let header = Header {
            segment: self.header.segment.saturating_add(1),
            first_group: self.next_group,
            salt: self.header.salt,
        };
        self.file = create_segment(&self.dir, header)?;
        self.header = header;
        self.length = HEADER_BYTES as u64;
        Ok(())
    }
}
