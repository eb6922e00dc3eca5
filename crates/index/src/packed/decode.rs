//! Reads a packed range that somebody else sent: every byte is checked before any of it is believed.
//!
//! Takes hostile bytes. What it does is bounded by their number, and no error holds any of them.

use super::{MAGIC, PACKED_HEADER_BYTES, PackedHeader, VERSION};
use crate::leaf::LeafShape;
use exposure_protocol::range_text::Entry;
use exposure_protocol::{DIGEST_BITS_MAX, Nonce, Prefix};

/// Low bits of a suffix, at least; and buckets, at most: what a reader of index files takes.
const LOW_BITS_MIN: u8 = 8;
const HIGH_BITS_MAX: u8 = 24;

/// The widest seal.
const SEAL_BITS_MAX: u8 = 32;

/// The longest prefix that is ever served, in bits.
const SERVED_BITS_MAX: u8 = 16;

/// What all packed ranges of an index have in common, for one prefix length, as the service announced it.
#[derive(Clone, Debug)]
pub struct PackedLayout {
    /// The index id, 32 lower-case hex digits.
    pub index: String,
    /// The index's nonce, which checksums of leaves begin with.
    pub nonce: Nonce,
    /// Bits of a tag.
    pub digest_bits: u8,
    /// Bits of a seal.
    pub seal_bits: u8,
    /// Bits of the longest prefix that is served.
    pub prefix_bits: u8,
    /// Most entries that any range of this prefix length holds.
    pub entries: u64,
    /// Bytes of every range of this prefix length.
    pub bytes: u64,
}

/// Why a body is not the packed range that was announced. None of the variants holds any of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PackedError {
    /// Too short or too long.
    #[error("the range has {got} bytes where the service announced {expected}; it may have been cut on the way")]
    Length {
        /// As announced.
        expected: u64,
        /// As received.
        got: u64,
    },
    /// It does not begin as a packed range does.
    #[error("the body is not a packed range")]
    NotPacked,
    /// Of another version.
    #[error("the range is packed in version {0}; this program reads version {VERSION}")]
    Version(u16),
    /// The header is of another index or prefix.
    #[error("the range is of another index or prefix than was asked for")]
    Other,
    /// The header's widths are not those announced, or no index has such.
    #[error("the range has other widths than the service announced")]
    Widths,
    /// A leaf whose checksum does not match, that is cut, or that does not decode.
    #[error("leaf {0} of the range is damaged")]
    Leaf(u64),
    /// The leaves are not as long as the header says, or hold more entries than was announced.
    #[error("the leaves of the range are not as many as was announced")]
    Leaves,
    /// Something other than zeros behind the leaves.
    #[error("the padding of the range is malformed")]
    Padding,
}

impl PackedLayout {
    /// The entries of a body, in order, as suffixes of the prefix, after every byte of it has been checked.
    pub fn decode(&self, prefix: Prefix, body: &[u8]) -> Result<Vec<Entry>, PackedError> {
        let got = body.len() as u64;
        let (head, rest) = body
            .split_first_chunk::<PACKED_HEADER_BYTES>()
            .filter(|_| got == self.bytes)
            .ok_or(PackedError::Length { expected: self.bytes, got })?;
        let head = PackedHeader::decode(head)?;
        self.check(prefix, &head)?;
        let leaf_bytes = usize::try_from(head.leaf_bytes).map_err(|_| PackedError::Leaves)?;
        let (leaves, padding) = rest.split_at_checked(leaf_bytes).ok_or(PackedError::Leaves)?;
        if padding.iter().any(|&byte| byte != 0) {
            return Err(PackedError::Padding);
        }
        self.entries(&head, leaves)
    }

    /// Compares a header with what was announced and asked for.
    fn check(&self, prefix: Prefix, head: &PackedHeader) -> Result<(), PackedError> {
        let id = data_encoding::HEXLOWER.decode(self.index.as_bytes());
        if id.ok().as_deref() != Some(&head.id) || (head.prefix_bits, head.prefix) != (prefix.bits(), prefix.value()) {
            return Err(PackedError::Other);
        }
        let suffix_bits = self.digest_bits.saturating_sub(head.depth);
        let sound = (head.digest_bits, head.seal_bits) == (self.digest_bits, self.seal_bits)
            && head.digest_bits <= DIGEST_BITS_MAX
            && head.seal_bits <= SEAL_BITS_MAX
            && head.depth.is_multiple_of(4)
            && head.depth >= head.prefix_bits
            && head.depth.min(SERVED_BITS_MAX) == self.prefix_bits
            && (LOW_BITS_MIN..=suffix_bits).contains(&head.low_bits)
            && suffix_bits - head.low_bits <= HIGH_BITS_MAX;
        if sound { Ok(()) } else { Err(PackedError::Widths) }
    }

    /// Splits the leaves, which say themselves how long they are: as many as the depth asks for, and nothing behind them.
    /// However many that would be, the bytes end the work.
    fn entries(&self, head: &PackedHeader, mut bytes: &[u8]) -> Result<Vec<Entry>, PackedError> {
        let (below, suffix_bits) = (head.depth - head.prefix_bits, head.digest_bits - head.depth);
        let shape = LeafShape::new(suffix_bits, head.low_bits, head.seal_bits, self.nonce);
        let mut entries = Vec::new();
        for n in 0..1_u64 << below {
            let damaged = PackedError::Leaf(n);
            let (leaf, rest) = shape.split(bytes).ok_or(damaged.clone())?;
            leaf.verify(head.prefix << below | n).map_err(|_| damaged.clone())?;
            if (entries.len() + leaf.count()) as u64 > self.entries {
                return Err(PackedError::Leaves);
            }
            let visited = leaf.visit(|entry| entries.push(Entry { suffix: n << suffix_bits | entry.suffix, ..entry }));
            visited.map_err(|_| damaged)?;
            bytes = rest;
        }
        if bytes.is_empty() { Ok(entries) } else { Err(PackedError::Leaves) }
    }
}

impl PackedHeader {
    fn decode(bytes: &[u8; PACKED_HEADER_BYTES]) -> Result<Self, PackedError> {
        if bytes[..8] != *MAGIC {
            return Err(PackedError::NotPacked);
        }
        let version = u16::from_le_bytes([bytes[8], bytes[9]]);
        if version != VERSION {
            return Err(PackedError::Version(version));
        }
        let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
        let widths: [u8; 6] = bytes[10..16].try_into().expect("6 bytes");
        let [prefix_bits, depth, digest_bits, seal_bits, low_bits, zero] = widths;
        if zero != 0 {
            return Err(PackedError::Widths);
        }
        let id = bytes[16..32].try_into().expect("16 bytes");
        let (prefix, leaf_bytes) = (number(32), number(40));
        Ok(Self { prefix_bits, depth, digest_bits, seal_bits, low_bits, id, prefix, leaf_bytes })
    }
}
