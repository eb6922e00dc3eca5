//! Why a ledger cannot be used.

use crate::format::{LEDGER_VERSION, LEDGER_VERSION_OLDEST};
use std::io;
use std::path::PathBuf;

/// Why a ledger cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The operating system reported an error.
    #[error("{}: {error}", path.display())]
    Io {
        /// The ledger.
        path: PathBuf,
        /// The error.
        error: io::Error,
    },
    /// Not a ledger.
    #[error("{} is not a ledger", .0.display())]
    NotALedger(PathBuf),
    /// Another format version.
    #[error("the ledger {} has format version {version}, but this program reads versions {LEDGER_VERSION_OLDEST} to {LEDGER_VERSION}; use the program that wrote it, or ingest the source again", path.display())]
    Version {
        /// The ledger.
        path: PathBuf,
        /// Its version.
        version: u16,
    },
    /// The bytes are not those that were written.
    #[error("the ledger {} is damaged ({what}); restore it from a copy, or ingest the source again", path.display())]
    Damaged {
        /// The ledger.
        path: PathBuf,
        /// What is damaged.
        what: &'static str,
    },
}
