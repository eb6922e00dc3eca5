//! What can be wrong with a change to the partners or with the file. No message contains a key.

use crate::accounts::key_id::KeyId;
use std::io;
use std::path::PathBuf;

/// Why partners cannot be read or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PartnerError {
    /// The name is invalid.
    #[error(
        "“{0}” is not a partner's name: use lower-case letters, digits and hyphens, beginning with a letter or digit"
    )]
    Name(String),
    /// Names are unique, including those of revoked partners.
    #[error(
        "the partner {0} exists already; `exposure partner set` changes it, and `exposure partner rotate` makes \
         another key for it"
    )]
    Exists(String),
    /// No partner has this name.
    #[error("there is no partner {0}; `exposure partner list` lists all")]
    Unknown(String),
    /// The contact is empty, too long or has several lines.
    #[error("the contact must be 1 to 200 characters on one line; give an address to write to in case of problems")]
    Contact,
    /// A quota of 0 would be the same as a revoked key.
    #[error("the quota per {0} is 0 elements; give at least 1, or revoke the key")]
    Quota(&'static str),
    /// The batch size is out of bounds.
    #[error("the batch of {0} elements is out of bounds; give 1 to 1,000")]
    Batch(u32),
    /// The text is not an origin.
    #[error(
        "“{0}” is not an origin: write https://, a host in lower case and optionally a port, nothing else \
         (http:// only for localhost)"
    )]
    Origin(String),
    /// Too many origins.
    #[error("too many origins; a partner has at most {0}")]
    Origins(usize),
    /// A partner has one key in use and one to replace it.
    #[error(
        "{0} has two live keys already; first revoke the older one with `exposure partner revoke {0} --key ID`, with an \
         id from `exposure partner list`"
    )]
    TwoKeys(String),
    /// The partner has no live key with this id.
    #[error("{name} has no live key {key}; `exposure partner list` shows its keys")]
    NoKey {
        /// The partner.
        name: String,
        /// The id that was given.
        key: KeyId,
    },
    /// The partner has no live key.
    #[error("{0} has no live key; it is revoked already")]
    Revoked(String),
    /// The operating system reported an error.
    #[error("cannot use the partners file {}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        error: io::Error,
    },
    /// Group or others may read it.
    #[error("the partners file {} is readable by others (mode {mode:04o}); run `chmod 600` on it", path.display())]
    Permissions {
        /// The file.
        path: PathBuf,
        /// Its mode bits.
        mode: u32,
    },
    /// Written by another version of the program.
    #[error("the partners file {} has version {version}; this program reads version {expected}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: i64,
        /// The version that this program reads.
        expected: i64,
    },
    /// SQLite reported an error, or the file is not a database.
    #[error("cannot use the partners file {}: {error}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// The cause.
        error: rusqlite::Error,
    },
}
