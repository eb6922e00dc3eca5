//! The sending side of a packed range, which copies no leaf.

use super::header::{PACKED_HEADER_BYTES, PackedHeader};
use super::packing::Packing;
use crate::error::IndexError;
use crate::reader::Index;
use exposure_protocol::Prefix;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A packed range to be sent: header, leaves and padding, one after another, are the body.
#[derive(Debug)]
pub struct PackedRange {
    /// The bytes before the leaves.
    pub header: [u8; PACKED_HEADER_BYTES],
    /// The leaves, in the mapped file.
    pub leaves: RangeLeaves,
    /// Zero bytes after the leaves.
    pub padding: u64,
}

/// The leaves of a range in the mapped file, which stays mapped as long as this value exists.
pub struct RangeLeaves {
    index: Arc<Index>,
    pub(super) at: Range<usize>,
}

impl Index {
    /// The range of a prefix of a served length, as it is sent. The checksum of each leaf is
    /// verified every time; nothing is copied.
    pub fn packed(self: &Arc<Self>, prefix: Prefix) -> Result<PackedRange, IndexError> {
        let Packing { common, lengths } = self.packing();
        let length = lengths.get(&prefix.bits()).expect("a prefix of a served length");
        let below = common.depth - prefix.bits();
        let (first, count) = (prefix.value() << below, 1 << below);
        for place in first..first + count {
            self.leaf(place)?.verify(place)?;
        }
        let at = self.leaves_at(first, count);
        let leaf_bytes = at.len() as u64;
        let header = PackedHeader { prefix_bits: prefix.bits(), prefix: prefix.value(), leaf_bytes, ..*common };
        Ok(PackedRange {
            header: header.encode(),
            padding: length - PACKED_HEADER_BYTES as u64 - leaf_bytes,
            leaves: RangeLeaves { index: Arc::clone(self), at },
        })
    }
}

impl PackedRange {
    /// Bytes of the whole body.
    pub fn body_bytes(&self) -> u64 {
        PACKED_HEADER_BYTES as u64 + self.leaves.at.len() as u64 + self.padding
    }

    /// The body in one piece.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.body_bytes() as usize);
        body.extend(self.header);
        body.extend(self.leaves.as_ref());
        body.resize(self.body_bytes() as usize, 0);
        body
    }
}

impl AsRef<[u8]> for RangeLeaves {
    fn as_ref(&self) -> &[u8] {
        &self.index.file()[self.at.clone()]
    }
}

/// Their position would tell the prefix, so it is not shown.
impl fmt::Debug for RangeLeaves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RangeLeaves({} bytes)", self.at.len())
    }
}
