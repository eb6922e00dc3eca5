//! An open index that matches the service's key, and the layout of its text ranges.

use crate::snapshot::error::SnapshotError;
use crate::snapshot::published::Published;
use exposure_identifier::Kind;
use exposure_index::{Index, IndexError, SourceTable};
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
        say_other_forms(index.table());
        let layouts = index.range_entries().iter().map(|(&bits, &lines)| (bits, layout(&index, lines))).collect();
        Ok(Self { index: Arc::new(index), layouts, written })
    }
}

/// Logs which kinds of an index are in other canonical forms than those of this program, and so of
/// the form that it serves.
fn say_other_forms(table: &SourceTable) {
    for kind in table.kinds.keys() {
        let Ok(own) = Kind::asked_as(kind).map(Kind::canonical_version) else { continue };
        let versions = table.canonical_versions(kind);
        if versions.iter().any(|&version| version != own) {
            tracing::warn!(
                kind,
                "the index holds canonical forms of versions {versions:?}, and this program makes version {own}: a check that finds nothing cannot tell; ingest the sources again"
            );
        }
    }
}

fn layout(index: &Index, lines: u64) -> Layout {
    let header = index.header();
    Layout { index: index.id().to_owned(), digest_bits: header.digest_bits, seal_bits: header.seal_bits, lines }
}
