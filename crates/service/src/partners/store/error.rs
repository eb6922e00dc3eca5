//! What can be wrong with a change to the partners, or with the file, in one sentence each. None holds a key.

use crate::partners::key::KeyId;
use std::io;
use std::path::PathBuf;

/// Why partners cannot be read or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PartnerError {
    /// Not a name.
    #[error("“{0}” is not a partner's name: lower-case letters, digits and hyphens, a letter or digit first")]
    Name(String),
    /// Names are unique, also those of revoked partners.
    #[error(
        "there is a partner called {0} already; `exposure partner set` changes it, and `exposure partner rotate` makes \
         another key for it"
    )]
    Exists(String),
    /// No partner has this name.
    #[error("there is no partner called {0}; `exposure partner list` lists them")]
    Unknown(String),
    /// Nobody to write to.
    #[error("the contact is not 1 to 200 characters on one line; say whom to write to when something is wrong")]
    Contact,
    /// A quota of nothing is a revoked key.
    #[error("the quota of a {0} is 0 elements; give at least 1, or revoke the key")]
    Quota(&'static str),
    /// Not a batch.
    #[error("a batch of {0} elements cannot be; give 1 to 1,000")]
    Batch(u32),
    /// Not an origin.
    #[error(
        "“{0}” is not an origin as a browser names it: https://, a host in lower case and perhaps a port, with nothing \
         behind (http:// only for localhost)"
    )]
    Origin(String),
    /// Too many origins.
    #[error("a partner has at most {0} origins")]
    Origins(usize),
    /// Not the id of a key.
    #[error(
        "this is not the id of a key, which is 16 lower-case hex digits; `exposure partner list` shows the ids, and the \
         key itself has no place on a command line"
    )]
    KeyId,
    /// One to use and one to replace it with are enough.
    #[error(
        "{0} has two live keys already; revoke the older one first, as in `exposure partner revoke {0} --key ID` with an \
         id that `exposure partner list` shows"
    )]
    TwoKeys(String),
    /// Not one of its live keys.
    #[error("{name} has no live key {key}; `exposure partner list` shows the keys that there are")]
    NoKey {
        /// Whose.
        name: String,
        /// Which.
        key: KeyId,
    },
    /// Nothing is left to revoke.
    #[error("{0} has no live key; it is revoked already")]
    Revoked(String),
    /// The operating system refused.
    #[error("the file of partners {} cannot be used: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Others may read it.
    #[error("the file of partners {} can be read by others (mode {mode:04o}); run `chmod 600` on it", path.display())]
    Permissions {
        /// Which.
        path: PathBuf,
        /// Its mode bits.
        mode: u32,
    },
    /// Written by another version of the program.
    #[error("the file of partners {} has version {version}; this program reads version {}", path.display(), super::schema::VERSION)]
    Version {
        /// Which.
        path: PathBuf,
        /// Its version.
        version: i64,
    },
    /// The database refused, or the file is none.
    #[error("the file of partners {} cannot be used: {error}", path.display())]
    Database {
        /// Which.
        path: PathBuf,
        /// Why.
        error: rusqlite::Error,
    },
}
