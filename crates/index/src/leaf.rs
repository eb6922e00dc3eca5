//! One leaf: the sorted tags below one prefix, Elias–Fano coded, then their seals, behind a
//! checksum.
//!
//! Layout in `FORMAT.md`, "Leaf". The split is the classic one: the low bits of each suffix are
//! packed as they are; the high bits are a unary code of one bit a tag and one bit a bucket (Elias
//! 1974, Fano 1971). `shape` encodes, `view` decodes, `search` looks up one suffix.

mod search;
mod shape;
mod view;

pub use shape::LeafBytes;

pub(crate) use search::Matches;
pub(crate) use shape::LeafShape;
pub(crate) use view::Leaf;

#[cfg(test)]
mod tests;
