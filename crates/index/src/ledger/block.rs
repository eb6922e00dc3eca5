//! A block of a ledger: up to 65,536 records of one partition, their tags Elias–Fano coded, their
//! seal keys behind them.
//!
//! Tags and keys are separate, each with a hash of its own, so that readers who need no keys do not
//! read them: they are four fifths of a ledger. Layout in `FORMAT.md`, "Ledger".

use exposure_protocol::{Digest, SEAL_KEY_BYTES, Tag};

/// The most records of a block. Its decoded tags take half a mebibyte.
pub(super) const BLOCK_RECORDS: usize = 1 << 16;

/// Bytes of a block's header.
pub(super) const BLOCK_HEADER_BYTES: usize = 88;

/// The widest low part. Offsets within a partition have 56 bits, which fit a word even when shifted
/// by seven.
const LOW_BITS_MAX: u8 = 56;

/// Zero bytes after packed numbers, so that each can be read as a word.
const SLACK: usize = 8;

/// The header of a block.
#[derive(Clone, Copy)]
pub(super) struct BlockHeader {
    pub(super) count: u32,
    pub(super) first: Tag,
    pub(super) last: Tag,
    pub(super) tags_hash: [u8; 32],
    pub(super) keys_hash: [u8; 32],
}

impl BlockHeader {
    pub(super) fn partition(&self) -> u8 {
        (self.first >> 56) as u8
    }

    /// The width of the low parts that makes Elias–Fano smallest: ⌊log2(span / count)⌋.
    fn low_bits(&self) -> u8 {
        ((self.last - self.first) / u64::from(self.count)).checked_ilog2().unwrap_or(0) as u8
    }

    fn high_bytes(&self) -> usize {
        let buckets = ((self.last - self.first) >> self.low_bits()) as usize + 1;
        (self.count as usize + buckets).div_ceil(8)
    }

    /// Bytes of the coded tags.
    pub(super) fn tags_bytes(&self) -> usize {
        self.high_bytes() + (self.count as usize * usize::from(self.low_bits())).div_ceil(8)
    }

    /// Bytes of the seal keys.
    pub(super) fn keys_bytes(&self) -> usize {
        self.count as usize * SEAL_KEY_BYTES
    }

    /// Bytes of the whole block.
    pub(super) fn bytes(&self) -> usize {
        BLOCK_HEADER_BYTES + self.tags_bytes() + self.keys_bytes()
    }

    fn encode(&self) -> [u8; BLOCK_HEADER_BYTES] {
        let mut bytes = [0; BLOCK_HEADER_BYTES];
        bytes[0..4].copy_from_slice(&self.count.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.first.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.last.to_le_bytes());
        bytes[24..56].copy_from_slice(&self.tags_hash);
        bytes[56..88].copy_from_slice(&self.keys_hash);
        bytes
    }

    /// Decodes a header; `None` if no writer makes such. The checks bound the sizes that follow
    /// from it.
    pub(super) fn decode(bytes: &[u8; BLOCK_HEADER_BYTES]) -> Option<Self> {
        let word = |at: usize| u64::from_le_bytes(*bytes[at..].first_chunk().expect("eight of 88 bytes"));
        let header = Self {
            count: word(0) as u32,
            first: word(8),
            last: word(16),
            tags_hash: *bytes[24..].first_chunk().expect("32 of 88 bytes"),
            keys_hash: *bytes[56..].first_chunk().expect("32 of 88 bytes"),
        };
        let plausible = (1..=BLOCK_RECORDS).contains(&(header.count as usize))
            && word(0) >> 32 == 0
            && header.first <= header.last
            && header.first >> 56 == header.last >> 56;
        plausible.then_some(header)
    }
}

/// Appends a block of these records, which are in order and of one partition. Returns its encoded
/// header.
pub(super) fn encode(records: &[Digest], out: &mut Vec<u8>) -> [u8; BLOCK_HEADER_BYTES] {
    let (first, last) = (records[0].tag(64), records[records.len() - 1].tag(64));
    let unhashed = [0; 32];
    let mut header = BlockHeader { count: records.len() as u32, first, last, tags_hash: unhashed, keys_hash: unhashed };
    let low_bits = header.low_bits();
    debug_assert!(low_bits <= LOW_BITS_MAX && first >> 56 == last >> 56);
    let (start, high_bytes) = (out.len(), header.high_bytes());
    let (tags_at, keys_at) = (start + BLOCK_HEADER_BYTES, start + BLOCK_HEADER_BYTES + header.tags_bytes());
    out.resize(keys_at + SLACK, 0);
    let (high, low) = out[tags_at..].split_at_mut(high_bytes);
    for (n, record) in records.iter().enumerate() {
        let offset = record.tag(64) - first;
        let one = (offset >> low_bits) as usize + n;
        high[one / 8] |= 1 << (one % 8);
        let bit = n * usize::from(low_bits);
        let word: &mut [u8; 8] = low[bit / 8..].first_chunk_mut().expect("slack behind the last number");
        let packed = u64::from_le_bytes(*word) | (offset & mask(low_bits)) << (bit % 8);
        *word = packed.to_le_bytes();
    }
    out.truncate(keys_at);
    out.reserve(header.keys_bytes());
    records.iter().for_each(|record| out.extend_from_slice(record.seal_key()));
    header.tags_hash = *blake3::hash(&out[tags_at..keys_at]).as_bytes();
    header.keys_hash = *blake3::hash(&out[keys_at..]).as_bytes();
    let header = header.encode();
    out[start..tags_at].copy_from_slice(&header);
    header
}

/// Decodes the tags of a block into `tags`, which is cleared first; `None` if no writer makes such
/// bytes.
///
/// `coded` holds [`BlockHeader::tags_bytes`] bytes, and is padded here.
pub(super) fn decode_tags(header: &BlockHeader, coded: &mut Vec<u8>, tags: &mut Vec<Tag>) -> Option<()> {
    tags.clear();
    let (count, low_bits) = (header.count as usize, header.low_bits());
    coded.resize(header.tags_bytes() + SLACK, 0);
    let (high, low) = coded.split_at(header.high_bytes());
    let mut last = header.first;
    for (at, word) in high.chunks(8).enumerate() {
        let mut bytes = [0; 8];
        bytes[..word.len()].copy_from_slice(word);
        let mut ones = u64::from_le_bytes(bytes);
        while ones != 0 {
            let (n, one) = (tags.len(), at * 64 + ones.trailing_zeros() as usize);
            if n == count {
                return None;
            }
            ones &= ones - 1;
            let bit = n * usize::from(low_bits);
            let packed = u64::from_le_bytes(*low[bit / 8..].first_chunk()?);
            let offset = ((one - n) as u64) << low_bits | packed >> (bit % 8) & mask(low_bits);
            let tag = header.first.checked_add(offset)?;
            if tag < last {
                return None;
            }
            last = tag;
            tags.push(tag);
        }
    }
    let whole = tags.len() == count && tags[0] == header.first && last == header.last;
    whole.then_some(())
}

fn mask(low_bits: u8) -> u64 {
    (1 << low_bits) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(count: u64, spread: u64) -> Vec<Digest> {
        let mut random = 1_u64;
        let mut records: Vec<_> = (0..count)
            .map(|n| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                Digest::from_parts((0x61 << 56) | ((random >> 8) % spread), [n as u8; 16])
            })
            .collect();
        records.sort_unstable();
        records
    }

    fn read(block: &[u8]) -> Option<Vec<Tag>> {
        let header = BlockHeader::decode(block.first_chunk()?)?;
        let mut tags = Vec::new();
        let mut coded = block[BLOCK_HEADER_BYTES..][..header.tags_bytes()].to_vec();
        decode_tags(&header, &mut coded, &mut tags)?;
        Some(tags)
    }

    #[test]
    fn tags_come_back_whatever_their_number_and_spread() {
        for count in [1, 2, 3, 63, 64, 65, 1_000, BLOCK_RECORDS as u64] {
            for spread in [1, 2, 100, 1 << 20, 1 << 56] {
                let records = records(count, spread);
                let mut block = vec![7; 3];
                encode(&records, &mut block);
                let header = BlockHeader::decode(block[3..].first_chunk().expect("a header")).expect("own header");
                assert_eq!(header.bytes(), block.len() - 3, "{count} records over {spread}");
                let expected: Vec<_> = records.iter().map(|record| record.tag(64)).collect();
                assert!(read(&block[3..]) == Some(expected), "{count} records over {spread}");
            }
        }
    }

    #[test]
    fn a_record_of_many_takes_little_more_than_the_limit() {
        // log2 of 2^56 / 65,536 is 40, and Elias–Fano takes about two bits above it.
        let mut block = Vec::new();
        encode(&records(BLOCK_RECORDS as u64, 1 << 56), &mut block);
        let bytes = block.len() as f64 / BLOCK_RECORDS as f64;
        assert!(bytes < 16.0 + 42.1 / 8.0, "{bytes}");
    }

    #[test]
    fn hostile_bytes_are_refused() {
        let mut block = Vec::new();
        encode(&records(1_000, 1 << 40), &mut block);
        for fill in [0x00, 0xff, 0x55] {
            let mut hostile = block.clone();
            hostile[BLOCK_HEADER_BYTES..].fill(fill);
            assert!(read(&hostile).is_none(), "{fill:x}");
        }
        for (at, value) in [(0, 0), (3, 1), (4, 1), (15, 0x62), (23, 0x60)] {
            let mut hostile = block.clone();
            hostile[at] = value;
            if at == 0 {
                hostile[1] = 0;
            }
            assert!(BlockHeader::decode(hostile.first_chunk().expect("a header")).is_none(), "byte {at}");
        }
    }
}
