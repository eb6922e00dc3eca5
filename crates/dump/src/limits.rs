//! Limits on what a hostile dump may ask for. Each has a default, a flag, and errors that name the
//! flag.

use serde::{Deserialize, Serialize};

/// Limits of the work on one input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Maximum expansion: bytes that one compressed byte may become (`--max-ratio`). Applies from
    /// [`RATIO_ASKED_FROM`] decompressed bytes on.
    pub ratio: u64,
    /// Maximum entries of all archives in one input (`--max-entries`).
    pub entries: u64,
    /// Maximum bytes of one record: a line, a row, a JSON value that is held whole
    /// (`--max-record`). A longer one is skipped and counted as malformed.
    pub record: usize,
    /// Maximum nesting depth of objects, arrays and archives (`--max-depth`).
    pub depth: usize,
    /// Maximum bytes of what must be held whole because its source cannot seek: a spreadsheet in an
    /// archive, the shared strings of a spreadsheet, a Parquet file in an archive or on standard
    /// input (`--max-whole`).
    pub whole: usize,
}

/// Decompressed bytes below which no ratio applies: a short file of zeros is not a bomb.
pub const RATIO_ASKED_FROM: u64 = 64 << 20;

impl Default for Limits {
    fn default() -> Self {
        Self { ratio: 2_000, entries: 1_000_000, record: 1 << 20, depth: 128, whole: 256 << 20 }
    }
}
