//! Decodes a packed range from a service: every byte is checked before any entry is returned.
//!
//! The input is hostile. Work is bounded by its length, and no error holds any of it.

use super::error::PackedError;
use super::header::{PACKED_HEADER_BYTES, PackedHeader};
use crate::leaf::{Leaf, LeafShape};
use exposure_protocol::range_text::Entry;
use exposure_protocol::{DIGEST_BITS_MAX, Nonce, Prefix};

/// The fewest low bits, and the most high bits, of a suffix: the same limits as for index files.
const LOW_BITS_MIN: u8 = 8;
const HIGH_BITS_MAX: u8 = 24;

/// The widest seal.
const SEAL_BITS_MAX: u8 = 32;

/// The longest prefix that is ever served, in bits.
const SERVED_BITS_MAX: u8 = 16;

/// The parameters that all packed ranges of an index and prefix length share, as the service
/// announced them.
#[derive(Clone, Debug)]
pub struct PackedLayout {
    /// The index id, 32 lower-case hex digits.
    pub index: String,
    /// The nonce of the index, which the checksums of leaves cover.
    pub nonce: Nonce,
    /// Bits of a tag.
    pub digest_bits: u8,
    /// Bits of a seal.
    pub seal_bits: u8,
    /// Bits of the longest prefix that is served.
    pub prefix_bits: u8,
    /// The most entries of any range of this prefix length.
    pub entries: u64,
    /// Bytes of every range of this prefix length.
    pub bytes: u64,
}

impl PackedLayout {
    /// The entries of a body, in order, as suffixes of the prefix, after every byte of it has been
    /// checked.
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

    /// Compares a header with what was announced and requested.
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

    /// Decodes the leaves, whose counts give their lengths: as many as the depth requires, and
    /// nothing after them. A forged depth costs nothing, since decoding ends with the bytes.
    fn entries(&self, head: &PackedHeader, mut bytes: &[u8]) -> Result<Vec<Entry>, PackedError> {
        let (below, suffix_bits) = (head.depth - head.prefix_bits, head.digest_bits - head.depth);
        let shape = LeafShape::new(suffix_bits, head.low_bits, head.seal_bits, self.nonce);
        let mut entries = Vec::new();
        for n in 0..1_u64 << below {
            let damaged = PackedError::Leaf(n);
            let (leaf, rest) = Leaf::split(&shape, bytes).ok_or(damaged.clone())?;
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
