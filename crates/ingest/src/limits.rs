//! Caps on what a hostile dump may ask for. Each has a default, a flag, and errors that name the flag.

/// What bounds the work on one input file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes that one compressed byte may become (`--max-ratio`). Not asked before [`RATIO_ASKED_FROM`] bytes.
    pub ratio: u64,
    /// Most entries of all archives in one input file (`--max-entries`).
    pub entries: u64,
    /// Most bytes of one record: a line, a row, a JSON value that is looked at whole (`--max-record`). A longer one is
    /// passed over and counted as malformed.
    pub record: usize,
    /// Most objects, arrays and archives inside one another (`--max-depth`).
    pub depth: usize,
    /// Most bytes of what can only be read whole and stands where nothing can seek: a spreadsheet in an archive, the
    /// shared strings of a spreadsheet, a Parquet file in an archive or on standard input (`--max-whole`).
    pub whole: usize,
}

/// Decompressed bytes below which no ratio is asked: a short file of zeros is no bomb.
pub const RATIO_ASKED_FROM: u64 = 64 << 20;

impl Default for Limits {
    fn default() -> Self {
        Self { ratio: 2_000, entries: 1_000_000, record: 1 << 20, depth: 128, whole: 256 << 20 }
    }
}
