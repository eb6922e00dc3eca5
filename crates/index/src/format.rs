//! The version numbers of the formats in `FORMAT.md`. What a version means is in the modules that
//! read it.

/// The version of the index file that is written and read.
pub const FORMAT_VERSION: u16 = 1;

/// The version of the ledger.
pub(crate) const LEDGER_VERSION: u16 = 1;

/// The version of the packed range.
pub(crate) const PACKED_VERSION: u16 = 1;

/// The version of the key file.
pub(crate) const KEY_FILE_VERSION: u32 = 1;
