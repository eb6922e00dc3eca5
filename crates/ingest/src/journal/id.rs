//! How the journal identifies input files without naming them.

use crate::journal::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// SHA-256 of a file's path as given, its size and its modification time. A changed file has
/// another ID.
#[cfg_attr(test, derive(Default))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct FileId(#[serde(with = "hex")] [u8; 32]);

impl FileId {
    /// The ID of the file at this path with this metadata. Meaningless for what has no size of its
    /// own, such as a pipe.
    pub(crate) fn of(path: &Path, metadata: &Metadata) -> Self {
        let path = path.as_os_str().as_bytes();
        let mut hasher = Sha256::new();
        hasher.update((path.len() as u64).to_le_bytes());
        hasher.update(path);
        hasher.update(metadata.size().to_le_bytes());
        hasher.update(metadata.mtime().to_le_bytes());
        hasher.update(metadata.mtime_nsec().to_le_bytes());
        Self(hasher.finalize().into())
    }

    /// Its bytes, for hashing.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}
