//! Small documents that are replaced as a whole.

use crate::directory;
use crate::error::{StoreError, io};
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

const TEMPORARY: &str = ".tmp";

/// A directory of documents by name. Writing goes to a temporary file that is synced and then
/// renamed over the old one, so that a reader or a crash sees the old document or the new one.
#[derive(Debug, Clone)]
pub struct Documents {
    dir: PathBuf,
}

impl Documents {
    /// Opens `dir`, creates it if needed, and removes what an interrupted write left behind.
    ///
    /// # Errors
    /// When the directory cannot be used.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        directory::create(dir)?;
        let documents = Self { dir: dir.to_owned() };
        for name in documents.entries()? {
            if name.ends_with(TEMPORARY) {
                let path = dir.join(name);
                std::fs::remove_file(&path).map_err(io("remove", &path))?;
            }
        }
        Ok(documents)
    }

    /// Replaces document `name`; on disk when this returns.
    ///
    /// # Errors
    /// When the name is not a plain file name or the system refuses.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.path(name)?;
        let temporary = self.dir.join(format!("{name}{TEMPORARY}"));
        let mut file = File::create(&temporary).map_err(io("create", &temporary))?;
        file.write_all(bytes).map_err(io("write", &temporary))?;
        file.sync_all().map_err(io("sync", &temporary))?;
        drop(file);
        std::fs::rename(&temporary, &path).map_err(io("rename into place", &path))?;
        directory::sync(&self.dir)
    }

    /// Reads document `name`, `None` when there is none.
    ///
    /// # Errors
    /// When the name is not a plain file name or the system refuses.
    pub fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.path(name)?;
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io("read", &path)(error)),
        }
    }

    /// Opens document `name` to read parts of it, `None` when there is none. What is read is of one
    /// version, also when the document is replaced meanwhile.
    ///
    /// # Errors
    /// When the name is not a plain file name or the system refuses.
    pub fn parts(&self, name: &str) -> Result<Option<Parts>, StoreError> {
        let path = self.path(name)?;
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io("open", &path)(error)),
        };
        let bytes = file.metadata().map_err(io("look at", &path))?.len();
        Ok(Some(Parts { file, path, bytes }))
    }

    /// Removes document `name`, if there is one.
    ///
    /// # Errors
    /// When the name is not a plain file name or the system refuses.
    pub fn remove(&self, name: &str) -> Result<(), StoreError> {
        let path = self.path(name)?;
        match std::fs::remove_file(&path) {
            Ok(()) => directory::sync(&self.dir),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(io("remove", &path)(error)),
        }
    }

    /// The names of all documents, sorted.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn names(&self) -> Result<Vec<String>, StoreError> {
        let mut names = self.entries()?;
        names.retain(|name| check_name(name).is_ok());
        names.sort_unstable();
        Ok(names)
    }

    fn entries(&self) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.dir).map_err(io("list", &self.dir))? {
            let entry = entry.map_err(io("list", &self.dir))?;
            if let Ok(name) = entry.file_name().into_string() {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn path(&self, name: &str) -> Result<PathBuf, StoreError> {
        check_name(name)?;
        Ok(self.dir.join(name))
    }
}

/// A document of which parts are read.
#[derive(Debug)]
pub struct Parts {
    file: File,
    path: PathBuf,
    bytes: u64,
}

impl Parts {
    /// How long the document is.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Fills `buffer` with what begins at `offset`.
    ///
    /// # Errors
    /// When the document ends before, or the system refuses.
    pub fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<(), StoreError> {
        self.file.read_exact_at(buffer, offset).map_err(io("read", &self.path))
    }
}

fn check_name(name: &str) -> Result<(), StoreError> {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    if name.is_empty() || !plain || name.starts_with('.') || name.ends_with(TEMPORARY) {
        return Err(StoreError::Name(name.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_lists_and_survives_reopening() {
        let dir = tempfile::tempdir().unwrap();
        let documents = Documents::open(&dir.path().join("a/b")).unwrap();
        assert_eq!(documents.get("x.json").unwrap(), None);
        documents.put("x.json", b"one").unwrap();
        documents.put("x.json", b"two").unwrap();
        documents.put("a.json", b"").unwrap();
        std::fs::write(dir.path().join("a/b/x.json.tmp"), b"half").unwrap();
        let documents = Documents::open(&dir.path().join("a/b")).unwrap();
        assert_eq!(documents.get("x.json").unwrap().as_deref(), Some(&b"two"[..]));
        assert_eq!(documents.names().unwrap(), ["a.json", "x.json"]);
        assert!(!dir.path().join("a/b/x.json.tmp").exists());
        documents.remove("x.json").unwrap();
        documents.remove("x.json").unwrap();
        assert_eq!(documents.names().unwrap(), ["a.json"]);
    }

    #[test]
    fn parts_are_of_the_version_that_was_opened() {
        let dir = tempfile::tempdir().unwrap();
        let documents = Documents::open(dir.path()).unwrap();
        assert!(documents.parts("x").unwrap().is_none());
        documents.put("x", b"0123456789").unwrap();
        let parts = documents.parts("x").unwrap().unwrap();
        documents.put("x", b"new").unwrap();
        assert_eq!(parts.bytes(), 10);
        let mut buffer = [0; 4];
        parts.read(5, &mut buffer).unwrap();
        assert_eq!(&buffer, b"5678");
        assert!(matches!(parts.read(7, &mut buffer), Err(StoreError::Io { .. })));
    }

    #[test]
    fn names_cannot_leave_the_directory() {
        let dir = tempfile::tempdir().unwrap();
        let documents = Documents::open(dir.path()).unwrap();
        for name in ["", "../x", "a/b", ".hidden", "x.tmp", "ü"] {
            assert!(matches!(documents.put(name, b""), Err(StoreError::Name(_))), "{name}");
        }
    }
}
