//! Why an audit has no result.

use std::io;
use std::path::PathBuf;

/// Minimum characters of a value; shorter ones are found by chance.
pub(super) const SHORTEST: usize = 6;

/// Why an audit has no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A value that is too short.
    #[error("line {0} of the values is shorter than {min} characters and would be found by chance; leave it out", min = SHORTEST)]
    Short(u64),
    /// The list has no values.
    #[error("there are no values to look for; give one value per line")]
    Nothing,
    /// More values than one search can hold.
    #[error("there are too many values to look for at once; split the list")]
    TooMany,
    /// A path that cannot be read, and so cannot be called clean.
    #[error("cannot read {}: {error}", path.display())]
    Unreadable {
        /// Which path.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}
