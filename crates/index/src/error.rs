//! Why an index file cannot be used.

use crate::format::FORMAT_VERSION;
use std::io;

/// Why an index cannot be opened, read or written. Damage is always an error, never a wrong answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// The operating system reported an error.
    #[error("{0}")]
    Io(io::Error),
    /// Not an index file.
    #[error("not an exposure index")]
    NotAnIndex,
    /// Another format version.
    #[error("the index has format version {0}, but this program reads version {FORMAT_VERSION}; build it again")]
    Version(u16),
    /// A critical section that this program does not know.
    #[error("the index has an unknown section (number {0}); a newer version of this program is needed")]
    Section(u32),
    /// The bytes are not those that were written.
    #[error("the index is damaged ({0}); restore it from a copy, or build it again from the ledgers")]
    Damaged(&'static str),
    /// The entries given to a writer differ from those that were counted.
    #[error("the ledgers changed during the build ({0}); build again")]
    Changed(&'static str),
}

// By hand and without `source()`, since the message already holds the text of the system error.
impl From<io::Error> for IndexError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
