//! Why an index or a catalogue cannot be served.

use exposure_index::{CatalogueError, IndexError, KeyMismatch};
use std::path::PathBuf;

/// Why an index or a catalogue cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// No index was built yet, or the path is wrong.
    #[error("there is no index at {}; build it with `exposure build`", .0.display())]
    NoIndex(PathBuf),
    /// The index is damaged or unreadable.
    #[error("the index {} cannot be served: {error}", path.display())]
    Index {
        /// The index file.
        path: PathBuf,
        /// The cause.
        error: IndexError,
    },
    /// Index and key do not belong together.
    #[error("the index {} cannot be served: {mismatch}", path.display())]
    Key {
        /// The index file.
        path: PathBuf,
        /// The cause.
        mismatch: KeyMismatch,
    },
    /// The catalogue has a mistake.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// Two indexes are of the same epoch.
    #[error(
        "the index {} is of epoch {epoch}, as is the current one; give the data directory of another epoch",
        path.display()
    )]
    SameEpoch {
        /// The index of what should be the previous epoch.
        path: PathBuf,
        /// The epoch of both.
        epoch: u32,
    },
}
