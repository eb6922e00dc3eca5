//! Progress of reading. Never carries a value.

/// Receives the progress of reading.
pub(crate) trait Progress: Sync {
    /// So many more bytes of the input, as stored, have been read.
    fn advance(&self, bytes: u64);
}

/// For callers that do not show progress.
impl Progress for () {
    fn advance(&self, _: u64) {}
}
