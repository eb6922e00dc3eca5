//! Mapping a file into memory: the only `unsafe` of the workspace.

#![allow(unsafe_code, reason = "mapping a file is unsafe by nature; everything else goes through this type")]

use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// A file mapped for reading; clones share the mapping.
#[derive(Clone)]
pub(crate) struct Mapping(Arc<Mmap>);

/// A part of a mapping, for types that want to own their bytes.
#[derive(Clone)]
pub(crate) struct MappedRange {
    mapping: Mapping,
    range: Range<usize>,
}

impl Mapping {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        // Opening a pipe would wait for somebody to write.
        if !path.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
        }
        let file = File::open(path)?;
        // SAFETY: the bytes must not change while they are mapped. Index files are published by renaming a finished file
        // into place, read-only, and are never written again: a new index is a new file, and replacing or removing the
        // name leaves the mapped one as it was. Whoever truncates a published file by hand gets SIGBUS, not wrong bytes.
        let map = unsafe { Mmap::map(&file) }?;
        Ok(Self(Arc::new(map)))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn part(&self, range: Range<usize>) -> MappedRange {
        MappedRange { mapping: self.clone(), range }
    }
}

impl AsRef<[u8]> for MappedRange {
    fn as_ref(&self) -> &[u8] {
        &self.mapping.bytes()[self.range.clone()]
    }
}
