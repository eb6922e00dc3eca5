//! An open index that matches the service's key, and the layout of its text ranges.

use crate::snapshot::error::SnapshotError;
use crate::snapshot::published::Published;
use exposure_index::{Index, IndexError};
use exposure_protocol::range_text::Layout;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::sync::Arc;
use std::time::SystemTime;

/// An open index and the layout of its text ranges.
pub(crate) struct ServedIndex {
    pub(crate) index: Arc<Index>,
    /// Layout of text ranges, by served prefix length in bits.
    pub(crate) layouts: BTreeMap<u8, Layout>,
    /// When its file was written.
    pub(crate) written: SystemTime,
}

impl ServedIndex {
    /// Opens the index and checks that it matches the key. Everything but the leaves is verified
    /// now, and each leaf when it is read; verifying all of them first would only make a restart
    /// slow.
    pub(crate) fn open(published: &Published, allow_unkeyed: bool) -> Result<Self, SnapshotError> {
        let path = &published.index;
        // Read before opening: if the file is replaced in between, the reload loop notices and
        // opens it again.
        let written = fs::metadata(path).and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        let index = Index::open(path).map_err(|error| match error {
            IndexError::Io(error) if error.kind() == io::ErrorKind::NotFound => SnapshotError::NoIndex(path.clone()),
            error => SnapshotError::Index { path: path.clone(), error },
        })?;
        let fits = index.header().fits(published.key.as_ref(), allow_unkeyed);
        fits.map_err(|mismatch| SnapshotError::Key { path: path.clone(), mismatch })?;
        let layouts = index.range_entries().iter().map(|(&bits, &lines)| (bits, layout(&index, lines))).collect();
        Ok(Self { index: Arc::new(index), layouts, written })
    }
}

fn layout(index: &Index, lines: u64) -> Layout {
    let header = index.header();
    Layout { index: index.id().to_owned(), digest_bits: header.digest_bits, seal_bits: header.seal_bits, lines }
}
