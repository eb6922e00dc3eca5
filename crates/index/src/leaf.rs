//! One leaf: the sorted tags below one prefix, Elias–Fano coded, then their seals, behind a checksum.
//!
//! Layout in `FORMAT.md`, "Leaf". The split is the classic one: the low bits of each suffix stand packed as they are; the
//! high bits are a unary code of one bit a tag and one bit a bucket (Elias 1974, Fano 1971). How one suffix is looked up is in
//! `search`.

mod search;

pub(crate) use search::Matches;

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

/// What the bytes of leaves are.
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

/// A leaf in the mapped file, its checksum not yet verified.
#[derive(Clone, Copy)]
pub(crate) struct Leaf<'a> {
    shape: &'a LeafShape,
    count: usize,
    bytes: &'a [u8],
}

impl LeafShape {
    pub(crate) fn of(header: &Header) -> Self {
        let suffix_bits = header.digest_bits - header.depth;
        Self { suffix_bits, low_bits: header.low_bits, seal_bits: header.seal_bits, nonce: header.nonce }
    }

    /// The shape of leaves with these widths, which have been checked against the limits of a header.
    pub(crate) fn new(suffix_bits: u8, low_bits: u8, seal_bits: u8, nonce: [u8; 16]) -> Self {
        Self { suffix_bits, low_bits, seal_bits, nonce }
    }

    /// Bytes of a leaf of so many entries.
    pub(crate) fn bytes(&self, count: usize) -> usize {
        FIXED_BYTES + self.high_bytes(count) + self.low_bytes(count) + self.seal_bytes(count)
    }

    /// The same, part by part.
    pub(crate) fn parts(&self, count: usize) -> LeafBytes {
        LeafBytes {
            heads: FIXED_BYTES as u64,
            high: self.high_bytes(count) as u64,
            low: self.low_bytes(count) as u64,
            seals: self.seal_bytes(count) as u64,
        }
    }

    /// The count that a leaf of so many bytes holds; none if no count gives that length.
    ///
    /// Each of three fields ends with up to seven bits of padding, and an entry takes nine or more, eight of them low bits;
    /// so only three counts need a look, and of these at most one gives the length.
    pub(crate) fn count(&self, bytes: usize) -> Option<usize> {
        let entry_bits = 1 + usize::from(self.low_bits) + usize::from(self.seal_bits);
        let bits = (bytes.checked_sub(FIXED_BYTES)? * 8).checked_sub(self.buckets())?;
        let most = bits / entry_bits;
        (most.saturating_sub(2)..=most).rev().find(|&count| self.bytes(count) == bytes)
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

    /// The leaf that these bytes are. Its count follows from their length, so that none of them is read yet.
    pub(crate) fn leaf<'a>(&'a self, bytes: &'a [u8]) -> Result<Leaf<'a>, IndexError> {
        Ok(Leaf { shape: self, count: self.count(bytes.len()).ok_or(DAMAGED)?, bytes })
    }

    /// The leaf that these bytes begin with, and what follows it; none if its count asks for more than there is.
    pub(crate) fn split<'s, 'b: 's>(&'s self, bytes: &'b [u8]) -> Option<(Leaf<'s>, &'b [u8])> {
        let count = u32::from_le_bytes(*bytes.get(4..)?.first_chunk()?) as usize;
        let (bytes, rest) = bytes.split_at_checked(self.bytes(count))?;
        Some((Leaf { shape: self, count, bytes }, rest))
    }

    /// CRC-32C over nonce ‖ place ‖ leaf, so that a leaf in another's place, or of another index, fails too.
    pub(crate) fn checksum(&self, place: u64, leaf: &[u8]) -> u32 {
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
    /// Compares the checksum, and the count with that which the length gives.
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

    /// Visits all entries, in order; an error if they are not in order, or not as many, or if a bit that stands for nothing
    /// is set.
    pub(crate) fn visit(&self, mut visit: impl FnMut(Entry)) -> Result<(), IndexError> {
        let shape = self.shape;
        // The bits that each field uses; the last one of the high bits is the zero that ends the last bucket.
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

    /// How many entries it says that it has.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    fn seal(&self, n: usize) -> u32 {
        read(self.seals(), n * usize::from(self.shape.seal_bits), self.shape.seal_bits) as u32
    }

    fn entry(&self, n: usize, bucket: u64) -> Entry {
        let low = read(self.low(), n * usize::from(self.shape.low_bits), self.shape.low_bits);
        Entry { suffix: bucket << self.shape.low_bits | low, seal: self.seal(n) }
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
    use crate::map::prefetch;

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

    fn look(leaf: &Leaf<'_>, suffix: u64) -> Matches {
        prefetch(leaf.on_the_way(suffix));
        let start = leaf.bucket_start(suffix);
        start.map_or(Matches::None, |start| {
            prefetch(leaf.low_at(suffix, start));
            leaf.matches(suffix, start)
        })
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
                let leaf = shape.leaf(&bytes).expect("own bytes");
                leaf.verify(9).expect("own checksum");
                assert!(leaf.verify(8).is_err(), "a leaf in another's place");
                let mut entries = Vec::new();
                leaf.visit(|entry| entries.push(entry)).expect("own entries");
                assert!(entries == expected);
                let everywhere =
                    expected.iter().map(|e| e.suffix).chain((0..200).map(|n| n * 37 % (1 << shape.suffix_bits)));
                for suffix in everywhere {
                    let seals: Vec<_> = expected.iter().filter(|e| e.suffix == suffix).map(|e| e.seal).collect();
                    let matches = match seals[..] {
                        [] => Matches::None,
                        [seal] => Matches::One(seal),
                        _ => Matches::Several,
                    };
                    assert_eq!(look(&leaf, suffix), matches, "low {low_bits}, count {count}");
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
            let refused = shape.leaf(&damaged).and_then(|leaf| leaf.verify(3));
            assert!(refused.is_err(), "bit {bit}");
        }
    }

    #[test]
    fn bytes_with_a_true_checksum_and_false_content_do_not_panic() {
        let shape = shape(8, 4);
        let honest = shape.encode(0, &entries(40, &shape));
        // A leaf of 41 entries ends each field with bits that stand for nothing.
        let shaped = LeafShape::new(15, 9, 4, [7; 16]);
        let odd = shaped.encode(0, &entries(41, &shaped));
        let parts = shaped.parts(41);
        for field_end in [parts.high, parts.high + parts.low, parts.high + parts.low + parts.seals] {
            let mut untidy = odd.clone();
            untidy[8 + field_end as usize - 1] |= 0x80;
            assert!(shaped.leaf(&untidy).expect("a whole leaf").visit(drop).is_err());
        }
        for fill in [0x00, 0xff, 0x55] {
            let mut hostile = honest.clone();
            hostile[8..].fill(fill);
            let leaf = shape.leaf(&hostile).expect("a whole leaf");
            assert!(leaf.visit(drop).is_err());
            for suffix in 0..1 << 14 {
                look(&leaf, suffix);
            }
        }
    }
}
