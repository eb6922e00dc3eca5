//! Memory mapping of a file, and prefetching of its parts: the only `unsafe` of the workspace.

#![allow(unsafe_code, reason = "mapping a file is unsafe by nature; everything else goes through this type")]

use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::path::Path;

/// Bytes that a processor loads at once.
const CACHE_LINE_BYTES: usize = 64;

/// A file mapped for reading.
pub(crate) struct Mapping(Mmap);

impl Mapping {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        // Opening a pipe would block until somebody writes.
        if !path.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
        }
        let file = File::open(path)?;
        // SAFETY: the bytes must not change while they are mapped. Index files are published by
        // renaming a finished file into place, read-only, and are never written again: a new index
        // is a new file, and replacing or removing the name leaves the mapped file as it was.
        // Truncating a published file by hand causes SIGBUS, not wrong bytes.
        let map = unsafe { Mmap::map(&file) }?;
        Ok(Self(map))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Prefetches these bytes into the cache without waiting for them. Only a hint; does nothing on
/// processors other than x86-64.
pub(crate) fn prefetch(bytes: &[u8]) {
    #[cfg(target_arch = "x86_64")]
    for line in bytes.chunks(CACHE_LINE_BYTES) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch has no visible effect and does not fault at any address; this address
        // is of borrowed bytes. The instruction is part of SSE, which every x86-64 processor has.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = bytes;
}
