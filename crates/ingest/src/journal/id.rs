//! How the journal tells input files from one another without naming them.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// SHA-256 of a file's path as it was given, its size, and when it was changed last. One that changes becomes another.
#[cfg_attr(test, derive(Default))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct FileId(#[serde(with = "hex")] [u8; 32]);

impl FileId {
    /// The file's at this path, of which this is known. What has no size of its own, such as a pipe, has no place here.
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

/// 32 bytes as lower-case hex.
pub(super) mod hex {
    use data_encoding::HEXLOWER;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&HEXLOWER.encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        let decoded = HEXLOWER.decode(String::deserialize(deserializer)?.as_bytes()).ok();
        decoded.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| D::Error::custom("not 32 bytes in hex"))
    }
}
