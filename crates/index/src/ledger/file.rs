//! The file of an open ledger: positioned reads, and errors that name it.

use super::error::LedgerError;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

/// An open file and its path.
#[derive(Debug)]
pub(super) struct LedgerFile {
    path: PathBuf,
    file: File,
}

impl LedgerFile {
    pub(super) fn open(path: &Path) -> Result<Self, LedgerError> {
        let failed = |error| LedgerError::Io { path: path.to_owned(), error };
        Ok(Self { path: path.to_owned(), file: File::open(path).map_err(failed)? })
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Fills a buffer from this offset.
    pub(super) fn read_at(&self, bytes: &mut [u8], at: u64) -> Result<(), LedgerError> {
        self.file.read_exact_at(bytes, at).map_err(|error| self.failed(error))
    }

    pub(super) fn failed(&self, error: io::Error) -> LedgerError {
        LedgerError::Io { path: self.path.clone(), error }
    }

    pub(super) fn damaged(&self, what: &'static str) -> LedgerError {
        LedgerError::Damaged { path: self.path.clone(), what }
    }
}
