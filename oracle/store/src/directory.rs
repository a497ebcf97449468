//! Directories: creating, syncing and locking.

use crate::error::{StoreError, io};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

/// Creates `dir` with its parents and makes the entries durable.
pub(crate) fn create(dir: &Path) -> Result<(), StoreError> {
    if dir.is_dir() {
        return Ok(());
    }
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty());
    if let Some(parent) = parent {
        create(parent)?;
    }
    match std::fs::create_dir(dir) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(io("create directory", dir)(error)),
    }
    sync(parent.unwrap_or_else(|| Path::new(".")))
}

/// Makes created, renamed and removed entries of `dir` durable.
pub(crate) fn sync(dir: &Path) -> Result<(), StoreError> {
    let file = File::open(dir).map_err(io("open directory", dir))?;
    file.sync_all().map_err(io("sync directory", dir))
}

/// How long to wait for a lock. A process that ends may leave its lock behind for a moment: in a
/// child that it forked and that has not closed its inherited files yet.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);

/// Locks `dir` for this process; the lock ends with the returned file, also by `kill -9`.
pub(crate) fn lock(dir: &Path) -> Result<File, StoreError> {
    let path = dir.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(io("open lock file", &path))?;
    let deadline = Instant::now() + LOCK_PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked { path }),
            Err(TryLockError::Error(error)) => return Err(io("lock", &path)(error)),
        }
    }
}
