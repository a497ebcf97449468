//! The proof log: open, submit, read back.

use crate::directory;
use crate::error::{StoreError, io};
use crate::format::{HEADER_BYTES, Header, MAX_GROUP_BYTES, Record};
use crate::recovery::{scan, segment_path, segments};
use crate::writer::{Submission, Writer, create_segment};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// How a log is kept.
#[derive(Debug, Clone, Copy)]
pub struct LogOptions {
    /// A segment that reached this size is followed by a new one. Default 64 MiB.
    pub segment_bytes: u64,
    /// Submissions that may wait for the disk; a further one blocks. Default 1024.
    pub queue: usize,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self { segment_bytes: 64 * 1024 * 1024, queue: 1024 }
    }
}

/// What opening a log found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// Records in the log.
    pub records: u64,
    /// Segments.
    pub segments: u64,
    /// Bytes of an unfinished group that were cut off; nobody was told that they were stored.
    pub cut_bytes: u64,
}

/// How large a log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogSize {
    /// Records on disk.
    pub records: u64,
    /// Segment files.
    pub segments: u64,
    /// Bytes of all segments.
    pub bytes: u64,
}

/// Called once with the outcome of a submission.
pub(crate) type Done = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// What the writer publishes to readers.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    records: u64,
    segments: BTreeMap<u64, Segment>,
}

#[derive(Debug, Default, Clone)]
struct Segment {
    /// Bytes that are synced.
    bytes: u64,
    /// Accepted proofs that it holds, by epoch.
    epochs: BTreeMap<u64, u64>,
}

impl Segment {
    fn note(&mut self, record: &Record) {
        if record.reason == 0 {
            let count = self.epochs.entry(record.epoch).or_default();
            *count = count.saturating_add(1);
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while holding it, and every update leaves it consistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, segment: u64, record: &Record) {
        let mut state = self.state();
        state.records = state.records.saturating_add(1);
        state.segments.entry(segment).or_default().note(record);
    }

    pub(crate) fn committed<'a>(
        &self,
        segment: u64,
        bytes: u64,
        records: impl Iterator<Item = &'a Record>,
    ) {
        let mut state = self.state();
        let mut count = 0;
        let entry = state.segments.entry(segment).or_default();
        for record in records {
            count += 1;
            entry.note(record);
        }
        entry.bytes = bytes;
        state.records = state.records.saturating_add(count);
    }
}

/// An open log, to be shared by reference or in an `Arc`.
pub struct Log {
    dir: PathBuf,
    shared: Arc<Shared>,
    /// `None` once closed.
    open: Mutex<Option<Open>>,
}

struct Open {
    queue: SyncSender<Submission>,
    writer: JoinHandle<()>,
    /// Held for as long as the log is open.
    _lock: File,
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Log").field("dir", &self.dir).finish_non_exhaustive()
    }
}

impl Log {
    /// Opens the log in `dir`, creates it if there is none, cuts off an unfinished group and hands
    /// every record to `on_record` in order. A message that `on_record` returns as an error ends
    /// the opening.
    ///
    /// # Errors
    /// When another process has it open, when it is damaged, when the system refuses.
    pub fn open(
        dir: &Path,
        options: LogOptions,
        mut on_record: impl FnMut(Record) -> Result<(), String>,
    ) -> Result<(Self, Recovery), StoreError> {
        directory::create(dir)?;
        let lock = directory::lock(dir)?;
        let shared = Arc::new(Shared::default());
        let numbers = segments(dir)?;
        let (mut records, mut cut_bytes) = (0_u64, 0);
        let mut end = None;
        for (at, &number) in numbers.iter().enumerate() {
            let last = at.saturating_add(1) == numbers.len();
            let found = scan(dir, number, last, None, |record| {
                shared.note(number, &record);
                let at = records;
                records = records.saturating_add(1);
                on_record(record).map_err(|message| StoreError::Record { record: at, message })
            })?;
            let Some(found) = found else { break };
            if let Some(Scan { next_group, salt }) = end
                && (found.header.first_group != next_group || found.header.salt != salt)
            {
                return Err(StoreError::Damaged {
                    path: segment_path(dir, number),
                    offset: 0,
                    what: "the segment does not continue the one before",
                });
            }
            cut_bytes = found.file_bytes.saturating_sub(found.valid_bytes);
            if cut_bytes > 0 {
                cut(&segment_path(dir, number), found.valid_bytes)?;
            }
            shared.committed(number, found.valid_bytes, std::iter::empty());
            end = Some(Scan { next_group: found.next_group, salt: found.header.salt });
        }
        let (header, file, length) = open_end(dir, &shared, end)?;
        let segments = header.segment.saturating_add(1);
        shared.committed(header.segment, length, std::iter::empty());
        let writer = Writer {
            dir: dir.to_owned(),
            shared: Arc::clone(&shared),
            segment_bytes: options.segment_bytes,
            header,
            file,
            length,
            next_group: end.map_or(0, |end| end.next_group),
        };
        let (queue, submissions) = sync_channel(options.queue.max(1));
        let writer = std::thread::Builder::new()
            .name("cairn-log".to_owned())
            .spawn(move || writer.run(&submissions))
            .map_err(io("start the writer of", dir))?;
        let open = Mutex::new(Some(Open { queue, writer, _lock: lock }));
        let log = Self { dir: dir.to_owned(), shared, open };
        Ok((log, Recovery { records, segments, cut_bytes }))
    }

    /// Hands `records` to the writer; they are stored together or not at all, after everything
    /// submitted before. `done` is called on the writer's thread with the outcome, success only
    /// after the sync; it must not block. Without records it is a barrier.
    ///
    /// Blocks while the queue is full.
    ///
    /// # Errors
    /// When the records exceed a group, or the log is closed; `done` is then not called.
    pub fn submit(
        &self,
        records: Vec<Record>,
        done: impl FnOnce(Result<(), StoreError>) + Send + 'static,
    ) -> Result<(), StoreError> {
        let bytes = records.iter().map(Record::encoded_bytes).sum();
        if bytes > MAX_GROUP_BYTES {
            return Err(StoreError::TooLarge { bytes, most: MAX_GROUP_BYTES });
        }
        let submission = Submission { records, bytes, done: Box::new(done) };
        // Sent outside the lock: a full queue blocks this caller only.
        let queue = self.handle().as_ref().map(|open| open.queue.clone());
        queue.ok_or(StoreError::Closed)?.send(submission).map_err(|_| StoreError::Closed)
    }

    /// Stores `records`; on disk when this returns.
    ///
    /// # Errors
    /// As [`Log::submit`], or when writing or syncing failed.
    pub fn append(&self, records: Vec<Record>) -> Result<(), StoreError> {
        let (tell, told) = sync_channel(1);
        self.submit(records, move |outcome| {
            // The receiver below waits for exactly this.
            let _ = tell.send(outcome);
        })?;
        told.recv().unwrap_or(Err(StoreError::Closed))
    }

    /// Hands every accepted proof of `epoch` that is on disk to `on_record`, in order.
    ///
    /// # Errors
    /// When a segment cannot be read, or with the message that `on_record` returned.
    pub fn accepted_in(
        &self,
        epoch: u64,
        mut on_record: impl FnMut(Record) -> Result<(), String>,
    ) -> Result<(), StoreError> {
        let segments: Vec<(u64, u64)> = self
            .shared
            .state()
            .segments
            .iter()
            .filter(|(_, segment)| segment.epochs.contains_key(&epoch))
            .map(|(number, segment)| (*number, segment.bytes))
            .collect();
        for (number, bytes) in segments {
            let mut at = 0_u64;
            // Not the last, as far as reading goes: all of `bytes` is synced, so a broken group
            // within it is damage.
            scan(&self.dir, number, false, Some(bytes), |record| {
                let this = at;
                at = at.saturating_add(1);
                if record.reason != 0 || record.epoch != epoch {
                    return Ok(());
                }
                on_record(record).map_err(|message| StoreError::Record { record: this, message })
            })?;
        }
        Ok(())
    }

    /// The epochs of which the log holds accepted proofs, ascending.
    pub fn epochs(&self) -> BTreeSet<u64> {
        let state = self.shared.state();
        state.segments.values().flat_map(|segment| segment.epochs.keys().copied()).collect()
    }

    /// How many accepted proofs of `epoch` are on disk.
    pub fn accepted_count(&self, epoch: u64) -> u64 {
        let state = self.shared.state();
        state.segments.values().filter_map(|segment| segment.epochs.get(&epoch)).sum()
    }

    /// How large the log is on disk.
    pub fn size(&self) -> LogSize {
        let state = self.shared.state();
        LogSize {
            records: state.records,
            segments: state.segments.len() as u64,
            bytes: state.segments.values().map(|segment| segment.bytes).sum(),
        }
    }

    /// Waits until everything submitted is on disk, closes the log for every handle and lets
    /// another process open it. What is on disk can still be read; closing again does nothing.
    ///
    /// # Errors
    /// When the last writes failed.
    pub fn close(&self) -> Result<(), StoreError> {
        let outcome = match self.append(Vec::new()) {
            Err(StoreError::Closed) => Ok(()),
            outcome => outcome,
        };
        self.stop();
        outcome
    }

    fn handle(&self) -> MutexGuard<'_, Option<Open>> {
        // Nothing panics while holding it.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) {
        let Some(Open { queue, writer, _lock }) = self.handle().take() else { return };
        drop(queue);
        // The writer's only way to panic would be a callback's; each submitter then saw its own
        // channel close.
        let _ = writer.join();
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Where the log goes on.
#[derive(Debug, Clone, Copy)]
struct Scan {
    next_group: u64,
    salt: u64,
}

/// Opens the last segment for appending, or creates the first or an unfinished one.
fn open_end(
    dir: &Path,
    shared: &Shared,
    end: Option<Scan>,
) -> Result<(Header, File, u64), StoreError> {
    let last = shared.state().segments.last_key_value().map(|(number, s)| (*number, s.bytes));
    let unfinished = match last {
        Some((number, _)) => number.saturating_add(1),
        None => 0,
    };
    match (end, last) {
        (Some(end), Some((segment, length))) if !segment_path(dir, unfinished).exists() => {
            let path = segment_path(dir, segment);
            let mut file = OpenOptions::new().write(true).open(&path).map_err(io("open", &path))?;
            file.seek(SeekFrom::Start(length)).map_err(io("seek in", &path))?;
            Ok((Header { segment, first_group: 0, salt: end.salt }, file, length))
        }
        _ => {
            let header = Header {
                segment: unfinished,
                first_group: end.map_or(0, |end| end.next_group),
                salt: match end {
                    Some(end) => end.salt,
                    None => getrandom::u64().map_err(|error| {
                        io("draw a salt for", dir)(std::io::Error::other(error))
                    })?,
                },
            };
            Ok((header, create_segment(dir, header)?, HEADER_BYTES as u64))
        }
    }
}

/// Cuts a file to `length`, durably.
fn cut(path: &Path, length: u64) -> Result<(), StoreError> {
    let file = OpenOptions::new().write(true).open(path).map_err(io("open", path))?;
    file.set_len(length).map_err(io("cut", path))?;
    file.sync_all().map_err(io("sync", path))
}
