//! What can be wrong with an index file.

use std::io;

/// Why an index cannot be opened, read or written. Damage is always an error, never a wrong answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// The operating system refused.
    #[error("{0}")]
    Io(io::Error),
    /// Another kind of file.
    #[error("this is not an exposure index")]
    NotAnIndex,
    /// Of another version.
    #[error("the index has format version {0}; this program reads version {version}: build it again", version = crate::FORMAT_VERSION)]
    Version(u16),
    /// It has a part that must be understood and is not.
    #[error("the index has a section (number {0}) that this program does not know; a newer program reads it")]
    Section(u32),
    /// A byte is not what it was when the file was written.
    #[error("the index is damaged ({0}); restore it from a copy, or build it again from the ledgers")]
    Damaged(&'static str),
    /// The entries given to a writer are not those that were counted.
    #[error("the ledgers changed while the index was built ({0}); build again")]
    Changed(&'static str),
}

// By hand, and without a source: the message already holds what the system said.
impl From<io::Error> for IndexError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
