//! Columns: as they are asked for on the command line or in a mapping, and as they are detected by
//! headers and values. Knows cells as text; the formats they come from are `format`'s.

pub(crate) mod column;
pub(crate) mod detect;
pub(crate) mod mapping;
