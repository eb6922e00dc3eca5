//! A leaf in memory: verified, and visited entry by entry. Looking up one suffix is in `search`.

use super::shape::{FIXED_BYTES, LeafShape};
use crate::bits::read;
use crate::error::IndexError;
use exposure_protocol::range_text::Entry;

const DAMAGED: IndexError = IndexError::Damaged("a leaf does not decode");

/// A leaf in memory, its checksum not verified.
#[derive(Clone, Copy)]
pub(crate) struct Leaf<'a> {
    pub(super) shape: &'a LeafShape,
    pub(super) count: usize,
    pub(super) bytes: &'a [u8],
}

impl<'a> Leaf<'a> {
    /// The leaf in these bytes. Its count follows from their length, so nothing is read yet.
    pub(crate) fn new(shape: &'a LeafShape, bytes: &'a [u8]) -> Result<Self, IndexError> {
        Ok(Self { shape, count: shape.count(bytes.len()).ok_or(DAMAGED)?, bytes })
    }

    /// The leaf that these bytes begin with, and the bytes after it; `None` if its count exceeds
    /// them.
    pub(crate) fn split<'b: 'a>(shape: &'a LeafShape, bytes: &'b [u8]) -> Option<(Self, &'b [u8])> {
        let count = u32::from_le_bytes(*bytes.get(4..)?.first_chunk()?) as usize;
        let (bytes, rest) = bytes.split_at_checked(shape.bytes(count))?;
        Some((Self { shape, count, bytes }, rest))
    }

    /// Verifies the checksum, and that the stored count is the one that the length gives.
    pub(crate) fn verify(&self, place: u64) -> Result<(), IndexError> {
        let [stored, count] = [0, 4].map(|at| read(self.bytes, at * 8, 32));
        if stored != u64::from(self.shape.checksum(place, &self.bytes[4..])) {
            return Err(IndexError::Damaged("the checksum of a leaf does not match"));
        }
        if count != self.count as u64 {
            return Err(IndexError::Damaged("a leaf is not as long as its count says"));
        }
        Ok(())
    }

    /// Visits all entries in order. An error if they are out of order, if their number differs from
    /// the count, or if a padding bit is set.
    pub(crate) fn visit(&self, mut visit: impl FnMut(Entry)) -> Result<(), IndexError> {
        let shape = self.shape;
        // The bits that each field uses. The last of the high bits is the zero that ends the last
        // bucket.
        let used = [
            (self.high(), self.count + shape.buckets() - 1),
            (self.low(), self.count * usize::from(shape.low_bits)),
            (self.seals(), self.count * usize::from(shape.seal_bits)),
        ];
        if used.iter().any(|&(field, bits)| read(field, bits, 8) != 0) {
            return Err(DAMAGED);
        }
        let mut ones = self.ones();
        let mut last = None;
        for n in 0..self.count {
            let bit = ones.next().ok_or(DAMAGED)?;
            let entry = self.entry(n, (bit - n) as u64);
            if last.replace(entry).is_some_and(|last| last > entry) {
                return Err(DAMAGED);
            }
            visit(entry);
        }
        if ones.next().is_some() { Err(DAMAGED) } else { Ok(()) }
    }

    /// The number of entries.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn seal(&self, n: usize) -> u32 {
        read(self.seals(), n * usize::from(self.shape.seal_bits), self.shape.seal_bits) as u32
    }

    fn entry(&self, n: usize, bucket: u64) -> Entry {
        let low = read(self.low(), n * usize::from(self.shape.low_bits), self.shape.low_bits);
        Entry { suffix: bucket << self.shape.low_bits | low, seal: self.seal(n) }
    }

    /// The positions of the ones in the high bits.
    fn ones(&self) -> impl Iterator<Item = usize> + use<'a> {
        let high = self.high();
        let mut word = high_word(high, 0);
        let mut at = 0;
        std::iter::from_fn(move || {
            while word == 0 {
                at += 1;
                if at * 8 >= high.len() {
                    return None;
                }
                word = high_word(high, at);
            }
            let bit = word.trailing_zeros() as usize;
            word &= word - 1;
            Some(at * 64 + bit)
        })
    }

    pub(super) fn high(&self) -> &'a [u8] {
        &self.bytes[FIXED_BYTES..][..self.shape.high_bytes(self.count)]
    }

    pub(super) fn low(&self) -> &'a [u8] {
        &self.bytes[FIXED_BYTES + self.shape.high_bytes(self.count)..][..self.shape.low_bytes(self.count)]
    }

    fn seals(&self) -> &'a [u8] {
        &self.bytes[self.bytes.len() - self.shape.seal_bytes(self.count)..]
    }
}

fn high_word(high: &[u8], n: usize) -> u64 {
    if let Some(word) = high.get(n * 8..).and_then(<[u8]>::first_chunk) {
        return u64::from_le_bytes(*word);
    }
    let start = (n * 8).min(high.len());
    let mut word = [0; 8];
    let available = (high.len() - start).min(8);
    word[..available].copy_from_slice(&high[start..start + available]);
    u64::from_le_bytes(word)
}
