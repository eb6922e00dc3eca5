//! Why the operator's texts cannot be used.

use std::io;
use std::path::PathBuf;

/// Why the operator's texts cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The operating system reported an error.
    #[error("cannot read {}: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        error: io::Error,
    },
    /// The content is invalid.
    #[error("{} has a mistake: {mistake}", path.display())]
    Mistake {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        mistake: String,
    },
}
