//! A file that was found, whatever it is: a regular file, standard input, or a link.

use super::links;
use crate::error::IngestError;
use exposure_dump::FileReport;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// Given by its own name, and not found in a directory or by a pattern.
    pub(crate) is_named: bool,
    /// A link, which is listed and not followed.
    pub(crate) is_link: bool,
}

impl Found {
    /// Given by its own name.
    pub(super) fn named(path: &Path) -> Self {
        Self { path: path.to_owned(), is_named: true, is_link: false }
    }

    /// Whether this is standard input.
    pub(crate) fn is_stdin(&self) -> bool {
        is_stdin(&self.path)
    }

    /// Its size in bytes and the like. A link is described as such.
    pub(crate) fn metadata(&self) -> io::Result<Metadata> {
        if self.is_link { self.path.symlink_metadata() } else { self.path.metadata() }
    }

    /// The report of a link.
    pub(crate) fn link(&self) -> Result<FileReport, IngestError> {
        links::report(&self.path).map_err(|error| IngestError::Input { path: self.path.clone(), error })
    }
}

/// Whether this argument means standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}
