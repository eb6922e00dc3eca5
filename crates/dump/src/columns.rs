//! Columns: as requested on the command line or in a mapping, and as detected by headers and
//! values. Knows cells as text; the formats they come from belong to `format`.

pub(crate) mod bare;
pub(crate) mod column;
pub(crate) mod detect;
pub(crate) mod header;
pub(crate) mod label;
pub(crate) mod mapping;
pub(crate) mod respelled;
mod terms;
mod words;
