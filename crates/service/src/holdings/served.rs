//! An open index that goes with the service's key, and how its ranges look.

use crate::{Published, ServiceError};
use exposure_index::{Index, IndexError};
use exposure_protocol::range_text::Layout;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::sync::Arc;
use std::time::SystemTime;

/// An open index and how its ranges look.
pub(crate) struct Served {
    pub(crate) index: Arc<Index>,
    /// How text ranges look, by served prefix length in bits.
    pub(crate) layouts: BTreeMap<u8, Layout>,
    /// When its file was written.
    pub(crate) written: SystemTime,
}

impl Served {
    /// Opens the index and checks that it goes with the key. All but the leaves is verified, and each
    /// leaf when it is read; reading all of them first would only make a restart slow.
    pub(crate) fn open(published: &Published, allow_unkeyed: bool) -> Result<Self, ServiceError> {
        let path = &published.index;
        // Before it is opened: what replaces it meanwhile is opened again when its change is noticed.
        let written = fs::metadata(path).and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        let index = Index::open(path).map_err(|error| match error {
            IndexError::Io(error) if error.kind() == io::ErrorKind::NotFound => ServiceError::NoIndex(path.clone()),
            error => ServiceError::Index { path: path.clone(), error },
        })?;
        let fits = index.header().fits(published.key.as_ref(), allow_unkeyed);
        fits.map_err(|mismatch| ServiceError::Key { path: path.clone(), mismatch })?;
        let layouts = index.range_entries().iter().map(|(&bits, &lines)| (bits, layout(&index, lines))).collect();
        Ok(Self { index: Arc::new(index), layouts, written })
    }
}

fn layout(index: &Index, lines: u64) -> Layout {
    let header = index.header();
    Layout { index: index.id().to_owned(), digest_bits: header.digest_bits, seal_bits: header.seal_bits, lines }
}
