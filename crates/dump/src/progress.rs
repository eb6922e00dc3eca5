//! How reading tells of its progress. Never told a value.

/// Told how far reading has come.
pub(crate) trait Progress: Sync {
    /// So many more bytes of the input, as it lies, have been read.
    fn advance(&self, bytes: u64);
}

/// For callers that do not care.
impl Progress for () {
    fn advance(&self, _: u64) {}
}
