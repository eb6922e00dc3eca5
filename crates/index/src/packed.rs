//! The packed format of a range: a header, the leaves as they lie in the index file, and zeros up
//! to one length for the whole index.
//!
//! Layout in `FORMAT.md`, "Packed range". `range` sends, `decode` reads. The text format is
//! `exposure_protocol::range_text`.

mod decode;
mod error;
mod header;
pub(crate) mod packing;
mod range;

pub use decode::PackedLayout;
pub use error::PackedError;
pub use header::PACKED_HEADER_BYTES;
pub use range::{PackedRange, RangeLeaves};

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
