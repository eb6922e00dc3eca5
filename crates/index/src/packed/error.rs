//! Why a packed range is rejected.

use crate::format::PACKED_VERSION;

/// Why a body is not the announced packed range. No variant holds any of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PackedError {
    /// Too short or too long.
    #[error("{got} bytes where {expected} were announced; it may have been cut off")]
    Length {
        /// The announced length.
        expected: u64,
        /// The received length.
        got: u64,
    },
    /// Not a packed range.
    #[error("the body is not a packed range")]
    NotPacked,
    /// Another format version.
    #[error("it has format version {0}, but this program reads version {PACKED_VERSION}")]
    Version(u16),
    /// The header names another index or prefix.
    #[error("it is of another index or prefix than requested")]
    Other,
    /// The widths are not the announced ones, or not valid.
    #[error("its widths are not those that were announced")]
    Widths,
    /// A leaf with a wrong checksum, or one that does not decode.
    #[error("leaf {0} is damaged")]
    Leaf(u64),
    /// The leaves are not as long as the header says, or have more entries than announced.
    #[error("the number of leaves or entries is not as announced")]
    Leaves,
    /// Bytes other than zero after the leaves.
    #[error("the padding is malformed")]
    Padding,
}
