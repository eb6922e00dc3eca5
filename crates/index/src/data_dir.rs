//! The data directory: the path of each file in it, and its lock.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// The paths of one data directory.
#[derive(Clone, Debug)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// The data directory at this path, which may not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.0
    }

    /// The secret key.
    pub fn key(&self) -> PathBuf {
        self.0.join("key")
    }

    /// The catalogue.
    pub fn catalogue(&self) -> PathBuf {
        self.0.join("sources.toml")
    }

    /// The published index.
    pub fn index(&self) -> PathBuf {
        self.0.join("index").join("current.index")
    }

    /// The ledger of a source.
    pub fn ledger(&self, slug: &str) -> PathBuf {
        self.0.join("ledgers").join(format!("{slug}.ledger"))
    }

    /// What an operator adds to the pages of a service, whose format it is.
    pub fn site(&self) -> PathBuf {
        self.0.join("site")
    }

    /// The log of operations.
    pub fn operations(&self) -> PathBuf {
        self.0.join("operations.log")
    }

    /// The digests of objections: a ledger, but not a source.
    pub fn suppressed(&self) -> PathBuf {
        self.0.join("suppressed.ledger")
    }

    /// Where a run keeps its spill files and its journal, from which it is resumed; of mode 0700.
    pub fn spill(&self) -> PathBuf {
        self.0.join("spill")
    }

    /// Partners, their usage and quotas: a `SQLite` file of the service.
    pub fn partners(&self) -> PathBuf {
        self.0.join("partners.sqlite")
    }

    /// The slugs that have a ledger, sorted.
    pub fn ledger_slugs(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(self.0.join("ledgers")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut slugs = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            slugs.extend(name.to_str().and_then(|name| name.strip_suffix(".ledger")).map(str::to_owned));
        }
        slugs.sort();
        Ok(slugs)
    }

    /// Creates the directory and its parts, readable by the owner alone, and locks it until the
    /// returned file is dropped.
    pub fn lock(&self) -> io::Result<File> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700);
        for part in ["ledgers", "index"] {
            builder.create(self.0.join(part))?;
        }
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(self.0.join("lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(io::Error::other(format!(
                "another exposure command is changing {}; wait until it has finished",
                self.0.display()
            ))),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_command_at_a_time() {
        let dir = tempfile::tempdir().expect("a directory");
        let data = DataDir::new(dir.path().join("data"));
        let held = data.lock().expect("free");
        assert!(data.lock().is_err());
        drop(held);
        assert!(data.lock().is_ok());
    }
}
