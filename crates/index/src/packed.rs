//! The packed form of a range: a header, the leaves as they lie in the index file, and zeros up to one length for the whole
//! index.
//!
//! Layout in `FORMAT.md`, "Packed range". Owns its header and the sending side, which copies no leaf; reading is in `decode`.
//! The text form is `exposure_protocol::range_text`.

mod decode;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

pub use decode::{PackedError, PackedLayout};

use crate::directory::Directory;
use crate::header::Header;
use crate::{Index, IndexError};
use exposure_protocol::Prefix;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Bytes before the leaves.
pub const PACKED_HEADER_BYTES: usize = 48;

const MAGIC: &[u8; 8] = b"EXPRANGE";
const VERSION: u16 = 1;

/// The header's fields behind magic and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PackedHeader {
    prefix_bits: u8,
    depth: u8,
    digest_bits: u8,
    seal_bits: u8,
    low_bits: u8,
    id: [u8; 16],
    prefix: u64,
    leaf_bytes: u64,
}

/// What the packed ranges of an index have in common, known when it is opened.
pub(crate) struct Packing {
    /// The header with zeros where ranges differ.
    common: PackedHeader,
    /// Bytes of any range of each served prefix length in bits.
    lengths: BTreeMap<u8, u64>,
}

/// A range on its way: these three, one behind another, are the body.
#[derive(Debug)]
pub struct PackedRange {
    /// What stands before the leaves.
    pub header: [u8; PACKED_HEADER_BYTES],
    /// The leaves, in the mapped file.
    pub leaves: RangeLeaves,
    /// Zero bytes behind them.
    pub padding: u64,
}

/// The leaves of a range where they lie in the mapped file, which stays mapped as long as this lives.
pub struct RangeLeaves {
    index: Arc<Index>,
    at: Range<usize>,
}

impl PackedHeader {
    fn encode(&self) -> [u8; PACKED_HEADER_BYTES] {
        let mut bytes = [0; PACKED_HEADER_BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..10].copy_from_slice(&VERSION.to_le_bytes());
        bytes[10..15].copy_from_slice(&[self.prefix_bits, self.depth, self.digest_bits, self.seal_bits, self.low_bits]);
        bytes[16..32].copy_from_slice(&self.id);
        bytes[32..40].copy_from_slice(&self.prefix.to_le_bytes());
        bytes[40..].copy_from_slice(&self.leaf_bytes.to_le_bytes());
        bytes
    }
}

impl Packing {
    pub(crate) fn of(id: [u8; 16], header: &Header, directory: &Directory) -> Self {
        let Header { depth, digest_bits, seal_bits, low_bits, .. } = *header;
        let common =
            PackedHeader { prefix_bits: 0, depth, digest_bits, seal_bits, low_bits, id, prefix: 0, leaf_bytes: 0 };
        let length = |bits: u8| PACKED_HEADER_BYTES as u64 + directory.longest(1 << (depth - bits));
        Self { common, lengths: header.served().into_iter().map(|bits| (bits, length(bits))).collect() }
    }

    pub(crate) fn lengths(&self) -> &BTreeMap<u8, u64> {
        &self.lengths
    }
}

impl Index {
    /// The range below a prefix of a served length, as it is sent. The checksum of each of its leaves is verified, every time;
    /// nothing else of them is read, and nothing is copied.
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

    /// The body in one piece, for who writes it to a file.
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

/// Where they lie would tell the prefix.
impl fmt::Debug for RangeLeaves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RangeLeaves({} bytes)", self.at.len())
    }
}
