//! The widths that all leaves of an index share: sizes, encoding and checksum of a leaf.

use crate::bits::{BitWriter, bytes_for};
use crate::header::Header;
use exposure_protocol::range_text::Entry;

/// Bytes before the packed parts: checksum and count.
pub(super) const FIXED_BYTES: usize = 8;

/// The widths that all leaves of an index share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeafShape {
    pub(super) suffix_bits: u8,
    pub(super) low_bits: u8,
    pub(super) seal_bits: u8,
    pub(super) nonce: [u8; 16],
}

/// The bytes of leaves, by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeafBytes {
    /// Checksums and counts.
    pub heads: u64,
    /// High bits of suffixes.
    pub high: u64,
    /// Low bits of suffixes.
    pub low: u64,
    /// Seals.
    pub seals: u64,
}

impl std::iter::Sum for LeafBytes {
    fn sum<I: Iterator<Item = Self>>(leaves: I) -> Self {
        leaves.fold(Self::default(), |all, leaf| Self {
            heads: all.heads + leaf.heads,
            high: all.high + leaf.high,
            low: all.low + leaf.low,
            seals: all.seals + leaf.seals,
        })
    }
}

impl LeafShape {
    pub(crate) fn of(header: &Header) -> Self {
        let suffix_bits = header.digest_bits - header.depth;
        Self { suffix_bits, low_bits: header.low_bits, seal_bits: header.seal_bits, nonce: header.nonce }
    }

    /// A shape of these widths, which the caller has checked against the limits of a header.
    pub(crate) fn new(suffix_bits: u8, low_bits: u8, seal_bits: u8, nonce: [u8; 16]) -> Self {
        Self { suffix_bits, low_bits, seal_bits, nonce }
    }

    /// Bytes of a leaf of `count` entries.
    pub(crate) fn bytes(&self, count: usize) -> usize {
        FIXED_BYTES + self.high_bytes(count) + self.low_bytes(count) + self.seal_bytes(count)
    }

    /// Bytes of a leaf of `count` entries, by part.
    pub(crate) fn parts(&self, count: usize) -> LeafBytes {
        LeafBytes {
            heads: FIXED_BYTES as u64,
            high: self.high_bytes(count) as u64,
            low: self.low_bytes(count) as u64,
            seals: self.seal_bytes(count) as u64,
        }
    }

    /// The count of a leaf of `bytes` bytes; `None` if no count gives that length.
    ///
    /// Each of three fields ends with up to seven bits of padding, and an entry takes nine bits or
    /// more, eight of them low bits. So only three counts are candidates, and at most one of them
    /// gives the length.
    pub(crate) fn count(&self, bytes: usize) -> Option<usize> {
        let entry_bits = 1 + usize::from(self.low_bits) + usize::from(self.seal_bits);
        let bits = (bytes.checked_sub(FIXED_BYTES)? * 8).checked_sub(self.buckets())?;
        let most = bits / entry_bits;
        (most.saturating_sub(2)..=most).rev().find(|&count| self.bytes(count) == bytes)
    }

    /// Encodes sorted entries as the leaf with this prefix (`place`, as a number).
    pub(crate) fn encode(&self, place: u64, entries: &[Entry]) -> Vec<u8> {
        debug_assert!(entries.is_sorted());
        let mut high = vec![0_u8; self.high_bytes(entries.len())];
        let (mut low, mut seals) = (BitWriter::default(), BitWriter::default());
        for (n, entry) in entries.iter().enumerate() {
            let bit = (entry.suffix >> self.low_bits) as usize + n;
            high[bit / 8] |= 1 << (bit % 8);
            low.push(entry.suffix & self.low_mask(), self.low_bits);
            seals.push(u64::from(entry.seal), self.seal_bits);
        }
        let count = (entries.len() as u32).to_le_bytes();
        let mut leaf = [&[0; 4][..], &count, &high, &low.finish(), &seals.finish()].concat();
        let crc = self.checksum(place, &leaf[4..]).to_le_bytes();
        leaf[..4].copy_from_slice(&crc);
        leaf
    }

    /// CRC-32C over nonce ‖ place ‖ leaf, so that a leaf of another prefix or index fails, too.
    pub(crate) fn checksum(&self, place: u64, leaf: &[u8]) -> u32 {
        let crc = crc32c::crc32c(&self.nonce);
        crc32c::crc32c_append(crc32c::crc32c_append(crc, &place.to_le_bytes()), leaf)
    }

    pub(super) fn buckets(&self) -> usize {
        1 << (self.suffix_bits - self.low_bits)
    }

    pub(super) fn low_mask(&self) -> u64 {
        (1 << self.low_bits) - 1
    }

    pub(super) fn high_bytes(&self, count: usize) -> usize {
        bytes_for(count + self.buckets())
    }

    pub(super) fn low_bytes(&self, count: usize) -> usize {
        bytes_for(count * usize::from(self.low_bits))
    }

    pub(super) fn seal_bytes(&self, count: usize) -> usize {
        bytes_for(count * usize::from(self.seal_bits))
    }
}
