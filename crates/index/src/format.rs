//! The version numbers of the formats in `FORMAT.md`. What a version means is in the modules that
//! read it.

/// The version of the index file that is written and read.
pub const FORMAT_VERSION: u16 = 1;

/// The version of the ledger that is written, and the newest that is read.
pub(crate) const LEDGER_VERSION: u16 = 2;

/// The oldest version of the ledger that is read.
pub(crate) const LEDGER_VERSION_OLDEST: u16 = 1;

/// The canonical version of whatever was written before canonical versions were: entries of a
/// ledger of version 1, and of an index without that section.
pub(crate) const CANONICAL_VERSION_FIRST: u16 = 1;

/// The version of the packed range.
pub(crate) const PACKED_VERSION: u16 = 1;

/// The version of the key file.
pub(crate) const KEY_FILE_VERSION: u32 = 1;
