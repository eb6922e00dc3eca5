//! One leaf: the sorted tags below one prefix, Elias–Fano coded, then their seals, behind a checksum.
//!
//! Layout in `FORMAT.md`, "Leaf". The split is the classic one: the low bits of each suffix stand packed as they are; the
//! high bits are a unary code of one bit a tag and one bit a bucket (Elias 1974, Fano 1971).

use crate::IndexError;
use crate::bits::{BitWriter, bytes_for, read};
use crate::header::Header;
use exposure_protocol::range_text::Entry;

/// Bytes before the packed part: checksum and count.
const FIXED_BYTES: usize = 8;

const DAMAGED: IndexError = IndexError::Damaged("a leaf does not decode");

/// The widths that all leaves of an index share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeafShape {
    suffix_bits: u8,
    low_bits: u8,
    seal_bits: u8,
    nonce: [u8; 16],
}

/// A leaf in the mapped file, its checksum not yet verified.
#[derive(Clone, Copy)]
pub(crate) struct Leaf<'a> {
    shape: LeafShape,
    count: usize,
    bytes: &'a [u8],
}

impl LeafShape {
    pub(crate) fn of(header: &Header) -> Self {
        let suffix_bits = header.digest_bits - header.depth;
        Self { suffix_bits, low_bits: header.low_bits, seal_bits: header.seal_bits, nonce: header.nonce }
    }

    /// Bytes of a leaf of so many entries.
    pub(crate) fn bytes(&self, count: usize) -> usize {
        FIXED_BYTES + self.high_bytes(count) + self.low_bytes(count) + self.seal_bytes(count)
    }

    /// The count that a leaf of so many bytes holds; none if no count gives that length. Lengths grow strictly with
    /// counts, since an entry takes at least eight low bits.
    pub(crate) fn count(&self, bytes: usize) -> Option<usize> {
        let bits = 1 + usize::from(self.low_bits) + usize::from(self.seal_bits);
        let at_least = (bytes.saturating_sub(self.bytes(0)) * 8).saturating_sub(24) / bits;
        (at_least..=at_least + 5).find(|&count| self.bytes(count) == bytes)
    }

    /// Encodes sorted entries as the leaf at this place (its prefix as a number).
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

    /// The leaf that these bytes begin with, which may be followed by others.
    pub(crate) fn first<'a>(&self, bytes: &'a [u8]) -> Result<Leaf<'a>, IndexError> {
        let count = bytes.get(4..8).ok_or(DAMAGED)?.try_into().expect("four bytes");
        let count = u32::from_le_bytes(count) as usize;
        // An entry takes a byte or more, so a count beyond the bytes is damage, and the sums below cannot overflow.
        if count > bytes.len() {
            return Err(DAMAGED);
        }
        let bytes = bytes.get(..self.bytes(count)).ok_or(DAMAGED)?;
        Ok(Leaf { shape: *self, count, bytes })
    }

    /// CRC-32C over nonce ‖ place ‖ leaf, so that a leaf in another's place, or of another index, fails too.
    fn checksum(&self, place: u64, leaf: &[u8]) -> u32 {
        let crc = crc32c::crc32c(&self.nonce);
        crc32c::crc32c_append(crc32c::crc32c_append(crc, &place.to_le_bytes()), leaf)
    }

    fn buckets(&self) -> usize {
        1 << (self.suffix_bits - self.low_bits)
    }

    fn low_mask(&self) -> u64 {
        (1 << self.low_bits) - 1
    }

    fn high_bytes(&self, count: usize) -> usize {
        bytes_for(count + self.buckets())
    }

    fn low_bytes(&self, count: usize) -> usize {
        bytes_for(count * usize::from(self.low_bits))
    }

    fn seal_bytes(&self, count: usize) -> usize {
        bytes_for(count * usize::from(self.seal_bits))
    }
}

impl<'a> Leaf<'a> {
    /// Its size in bytes.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Compares the checksum.
    pub(crate) fn verify(&self, place: u64) -> Result<(), IndexError> {
        let stored = u32::from_le_bytes(self.bytes[..4].try_into().expect("four bytes"));
        if stored == self.shape.checksum(place, &self.bytes[4..]) {
            Ok(())
        } else {
            Err(IndexError::Damaged("the checksum of a leaf does not match"))
        }
    }

    /// All entries, in order.
    pub(crate) fn entries(&self) -> Result<Vec<Entry>, IndexError> {
        let mut entries: Vec<Entry> = Vec::with_capacity(self.count);
        let mut ones = self.ones();
        for n in 0..self.count {
            let bit = ones.next().ok_or(DAMAGED)?;
            let entry = self.entry(n, (bit - n) as u64);
            if entries.last().is_some_and(|last| *last > entry) {
                return Err(DAMAGED);
            }
            entries.push(entry);
        }
        if ones.next().is_some() { Err(DAMAGED) } else { Ok(entries) }
    }

    /// The seals of all entries with this suffix.
    pub(crate) fn seals_of(&self, suffix: u64) -> Vec<u32> {
        let bucket = suffix >> self.shape.low_bits;
        let Some(mut bit) = self.bucket_start(bucket as usize) else { return Vec::new() };
        let mut seals = Vec::new();
        // From here each one is an entry of the bucket, and the next zero ends it.
        while self.high().get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1) {
            let n = bit - bucket as usize;
            if n >= self.count {
                break;
            }
            let entry = self.entry(n, bucket);
            if entry.suffix == suffix {
                seals.push(entry.seal);
            } else if entry.suffix > suffix {
                break;
            }
            bit += 1;
        }
        seals
    }

    fn entry(&self, n: usize, bucket: u64) -> Entry {
        let low = read(self.low(), n * usize::from(self.shape.low_bits), self.shape.low_bits);
        let seal = read(self.seals(), n * usize::from(self.shape.seal_bits), self.shape.seal_bits);
        Entry { suffix: bucket << self.shape.low_bits | low, seal: seal as u32 }
    }

    /// The bit at which a bucket's ones begin: behind the zero that ends the bucket before.
    fn bucket_start(&self, bucket: usize) -> Option<usize> {
        let Some(mut zeros_before) = bucket.checked_sub(1) else { return Some(0) };
        for (n, mut zeros) in self.high_words().map(|word| !word).enumerate() {
            let here = zeros.count_ones() as usize;
            if zeros_before >= here {
                zeros_before -= here;
                continue;
            }
            for _ in 0..zeros_before {
                zeros &= zeros - 1;
            }
            return Some(n * 64 + zeros.trailing_zeros() as usize + 1);
        }
        None
    }

    /// The places of the ones in the high bits.
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

    fn high_words(&self) -> impl Iterator<Item = u64> + use<'a> {
        let high = self.high();
        (0..high.len().div_ceil(8)).map(move |n| high_word(high, n))
    }

    fn high(&self) -> &'a [u8] {
        &self.bytes[FIXED_BYTES..][..self.shape.high_bytes(self.count)]
    }

    fn low(&self) -> &'a [u8] {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(low_bits: u8, seal_bits: u8) -> LeafShape {
        LeafShape { suffix_bits: low_bits + 6, low_bits, seal_bits, nonce: [7; 16] }
    }

    fn entries(count: usize, shape: &LeafShape) -> Vec<Entry> {
        let mut random = 1_u64;
        let mut next = || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            random >> 11
        };
        let mut entries: Vec<Entry> = (0..count)
            .map(|_| Entry {
                suffix: next() % (1 << shape.suffix_bits),
                seal: (next() % (1 << shape.seal_bits)) as u32,
            })
            .collect();
        entries.sort_unstable();
        entries
    }

    #[test]
    fn entries_come_back_and_are_found() {
        for (low_bits, seal_bits) in [(8, 0), (8, 4), (13, 8), (30, 12), (45, 4)] {
            let shape = shape(low_bits, seal_bits);
            for count in [0, 1, 2, 63, 64, 65, 500] {
                let expected = entries(count, &shape);
                let bytes = shape.encode(9, &expected);
                assert_eq!(bytes.len(), shape.bytes(count));
                assert_eq!(shape.count(bytes.len()), Some(count));
                let leaf = shape.first(&bytes).expect("own bytes");
                leaf.verify(9).expect("own checksum");
                assert!(leaf.verify(8).is_err(), "a leaf in another's place");
                assert!(leaf.entries().expect("own entries") == expected);
                let everywhere =
                    expected.iter().map(|e| e.suffix).chain((0..200).map(|n| n * 37 % (1 << shape.suffix_bits)));
                for suffix in everywhere {
                    let seals: Vec<_> = expected.iter().filter(|e| e.suffix == suffix).map(|e| e.seal).collect();
                    assert_eq!(leaf.seals_of(suffix), seals, "low {low_bits}, count {count}");
                }
            }
        }
    }

    #[test]
    fn every_flipped_bit_fails() {
        let shape = shape(13, 4);
        let bytes = shape.encode(3, &entries(70, &shape));
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let refused = shape.first(&damaged).and_then(|leaf| leaf.verify(3));
            assert!(refused.is_err(), "bit {bit}");
        }
    }

    #[test]
    fn bytes_with_a_true_checksum_and_false_content_do_not_panic() {
        let shape = shape(8, 4);
        let honest = shape.encode(0, &entries(40, &shape));
        for fill in [0x00, 0xff, 0x55] {
            let mut hostile = honest.clone();
            hostile[8..].fill(fill);
            let leaf = shape.first(&hostile).expect("a whole leaf");
            assert!(leaf.entries().is_err());
            for suffix in 0..1 << 14 {
                leaf.seals_of(suffix);
            }
        }
    }
}
