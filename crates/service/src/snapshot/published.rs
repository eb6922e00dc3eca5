//! What an operator publishes: an index, its key and its catalogue.

use exposure_protocol::SecretKey;
use std::path::PathBuf;

/// An index, the key it was built under, and the catalogue of its sources.
#[derive(Clone, Debug)]
pub struct Published {
    /// The index file. Watched, and reloaded when it is replaced.
    pub index: PathBuf,
    /// The catalogue of sources. Watched too. A missing file is an empty catalogue.
    pub catalogue: PathBuf,
    /// The key that the index was built under; `None` for an unkeyed index.
    pub key: Option<SecretKey>,
}
