//! The data directory: where each file lies, its lock, and the key file's permissions.

use crate::publish::publish_bytes;
use exposure_protocol::{KeyError, SecretKey};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The paths of one data directory.
#[derive(Clone, Debug)]
pub struct DataDir(PathBuf);

/// What is wrong with a key file. None of the variants holds any of its content.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// The operating system refused.
    #[error("the key file {} cannot be used: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Others may read it.
    #[error("the key file {} can be read by others (mode {mode:04o}); run `chmod 600` on it", path.display())]
    Permissions {
        /// Which.
        path: PathBuf,
        /// Its mode bits.
        mode: u32,
    },
    /// There is a key already, and writing over it would make every index useless.
    #[error("there is a key at {} already; a new one would make every ledger and index under it useless", .0.display())]
    Exists(PathBuf),
    /// Its text is wrong.
    #[error("{}: {error}", path.display())]
    Content {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        error: KeyError,
    },
}

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

    /// What an operator adds to the pages of a service. Its texts are the service's.
    pub fn site(&self) -> PathBuf {
        self.0.join("site")
    }

    /// The log of what was done.
    pub fn operations(&self) -> PathBuf {
        self.0.join("operations.log")
    }

    /// The digests of those who objected: a ledger like any other, and no source.
    pub fn suppressed(&self) -> PathBuf {
        self.0.join("suppressed.ledger")
    }

    /// Where runs wait while a dump is read, and where one that was stopped waits to be gone on with; of mode 0700.
    pub fn spill(&self) -> PathBuf {
        self.0.join("spill")
    }

    /// Partners, their usage, and what has been spent of budgets today. Its bytes are `SQLite`'s and the service's.
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

    /// Makes the directory and its parts, readable by the owner alone, and takes its lock until the file is dropped.
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
                "another exposure command is changing {}; wait until it is done",
                self.0.display()
            ))),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Reads a key file. Refuses one that group or others can read.
pub fn read_key(path: &Path) -> Result<SecretKey, KeyFileError> {
    let failed = |error| KeyFileError::Io { path: path.to_owned(), error };
    let metadata = path.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(failed(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")));
    }
    let mode = metadata.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Permissions { path: path.to_owned(), mode });
    }
    let text = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
    SecretKey::from_text(&text).map_err(|error| KeyFileError::Content { path: path.to_owned(), error })
}

/// Writes a new key file of mode 0600; never over an existing one.
pub fn write_key(path: &Path, key: &SecretKey) -> Result<(), KeyFileError> {
    match path.symlink_metadata() {
        Ok(_) => return Err(KeyFileError::Exists(path.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(KeyFileError::Io { path: path.to_owned(), error }),
    }
    publish_bytes(path, 0o600, key.to_text().as_bytes())
        .map_err(|error| KeyFileError::Io { path: path.to_owned(), error })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("key");
        let key = SecretKey::generate(1);
        write_key(&path, &key).expect("written");
        assert_eq!(fs::metadata(&path).expect("there").mode() & 0o777, 0o600);
        assert_eq!(read_key(&path).expect("read").public(), key.public());
        assert!(matches!(write_key(&path, &key), Err(KeyFileError::Exists(_))));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("changed");
        assert!(matches!(read_key(&path), Err(KeyFileError::Permissions { mode: 0o640, .. })));
    }

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
