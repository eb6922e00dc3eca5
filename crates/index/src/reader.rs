//! Reads a published index: opens and checks it, answers ranges and point lookups.

use crate::header::{FOOTER_BYTES, Footer, HEADER_BYTES, Header, Sections, hash16};
use crate::leaf::{Leaf, LeafShape};
use crate::map::{MappedRange, Mapping};
use crate::{IndexError, SourceTable};
use exposure_protocol::range_text::{Entry, suffix};
use exposure_protocol::{Digest, Prefix, Presence, Sealer, seal_bits};
use fst::Streamer as _;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// An open index. Cheap to share by reference; lookups need no lock.
pub struct Index {
    id: String,
    header: Header,
    table: SourceTable,
    mapping: Mapping,
    sections: Sections,
    directory: fst::Map<MappedRange>,
    shape: LeafShape,
    /// For each served prefix length in bits, the most entries of any range.
    range_entries: BTreeMap<u8, u64>,
    /// A bit a leaf: its checksum has been verified since the index was opened.
    verified: Vec<AtomicU64>,
}

impl Index {
    /// Opens an index and verifies all but its leaves: footer, header, directory and sources by checksum, the
    /// directory by walking all of it. Leaves are verified as they are read; [`Index::verify`] reads them all.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        let mapping = Mapping::open(path)?;
        let bytes = mapping.bytes();
        let header_bytes: &[u8; HEADER_BYTES] = bytes.first_chunk().ok_or(IndexError::NotAnIndex)?;
        let (header, sections) = Header::decode(header_bytes, bytes.len())?;
        let footer = Footer::decode(bytes.last_chunk::<FOOTER_BYTES>().ok_or(IndexError::NotAnIndex)?)?;
        let checks = [
            (footer.header, &bytes[..HEADER_BYTES], "the header's checksum does not match"),
            (footer.directory, &bytes[sections.directory.clone()], "the directory's checksum does not match"),
            (footer.sources, &bytes[sections.sources.clone()], "the checksum of the sources does not match"),
        ];
        for (expected, part, what) in checks {
            if hash16(part) != expected {
                return Err(IndexError::Damaged(what));
            }
        }
        let table = SourceTable::decode(&bytes[sections.sources.clone()])?;
        let directory = fst::Map::new(mapping.part(sections.directory.clone()))
            .map_err(|_| IndexError::Damaged("the directory does not decode"))?;
        let shape = LeafShape::of(&header);
        if header.seal_bits != seal_bits(table.sets.len() as u64) {
            return Err(IndexError::Damaged("the seals are not as wide as the source sets need"));
        }
        // `fst` trusts its bytes, and panics on some that a checksum was forged for. What this walk has visited without
        // one is all that later lookups can reach.
        let walked = panic::catch_unwind(AssertUnwindSafe(|| walk(&directory, &header, &shape, sections.leaves.len())));
        let range_entries = walked.map_err(|_| IndexError::Damaged("the directory does not decode"))??;
        let verified = (0..header.leaves().div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        let id = data_encoding::HEXLOWER.encode(&footer.id);
        Ok(Self { id, header, table, mapping, sections, directory, shape, range_entries, verified })
    }

    /// The index id: 32 lower-case hex digits, a BLAKE3 over the file.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the index says of itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Its sources, kinds and source sets.
    pub fn table(&self) -> &SourceTable {
        &self.table
    }

    /// Its size in bytes.
    pub fn bytes(&self) -> usize {
        self.mapping.bytes().len()
    }

    /// The most entries that any range of each served prefix length (in bits) holds.
    pub fn range_entries(&self) -> &BTreeMap<u8, u64> {
        &self.range_entries
    }

    /// The entries below a prefix no longer than a leaf's, in order, as suffixes of that prefix. Each leaf's
    /// checksum is verified.
    pub fn range(&self, prefix: Prefix) -> Result<Vec<Entry>, IndexError> {
        assert!((4..=self.header.depth).contains(&prefix.bits()), "a prefix no longer than a leaf's");
        let below = self.header.depth - prefix.bits();
        let leaf_suffix_bits = self.header.digest_bits - self.header.depth;
        let places = prefix.value() << below..(prefix.value() + 1) << below;
        let mut entries = Vec::new();
        for leaf in self.leaves(places)? {
            let (place, leaf) = leaf?;
            leaf.verify(place)?;
            let high = (place & ((1 << below) - 1)) << leaf_suffix_bits;
            entries.extend(leaf.entries()?.into_iter().map(|entry| Entry { suffix: high | entry.suffix, ..entry }));
        }
        Ok(entries)
    }

    /// Whether this digest is in the index, and in which source set.
    pub fn lookup(&self, digest: &Digest) -> Result<Presence, IndexError> {
        let tag = digest.tag(self.header.digest_bits);
        let place = Prefix::of_tag(tag, self.header.digest_bits, self.header.depth).value();
        let leaf = self.shape.first(&self.leaf_bytes()[self.offset(place)?..])?;
        self.verify_once(place, leaf)?;
        let seals = leaf.seals_of(suffix(tag, self.header.digest_bits, self.header.depth));
        let sealer = Sealer::new(self.header.scheme, self.header.seal_bits, self.header.nonce);
        sealer
            .presence(digest, &seals, self.table.sets.len())
            .map_err(|_| IndexError::Damaged("a seal opens to a source set that does not exist"))
    }

    /// Reads the whole file: the id over every byte, then every leaf's checksum, order and count.
    pub fn verify(&self) -> Result<(), IndexError> {
        let bytes = self.mapping.bytes();
        // The id covers all before it: everything but the id itself and what follows, 24 bytes.
        let hashed = hash16(&bytes[..bytes.len() - 24]);
        if data_encoding::HEXLOWER.encode(&hashed) != self.id {
            return Err(IndexError::Damaged("the file's checksum does not match"));
        }
        let mut records = 0;
        for leaf in self.leaves(0..self.header.leaves())? {
            let (place, leaf) = leaf?;
            leaf.verify(place)?;
            records += leaf.entries()?.len() as u64;
        }
        if records == self.header.records { Ok(()) } else { Err(IndexError::Damaged("the leaves do not add up")) }
    }

    /// The leaves at these places, which lie one behind another.
    fn leaves(
        &self,
        places: Range<u64>,
    ) -> Result<impl Iterator<Item = Result<(u64, Leaf<'_>), IndexError>>, IndexError> {
        let end = if places.end == self.header.leaves() { self.leaf_bytes().len() } else { self.offset(places.end)? };
        let mut rest = &self.leaf_bytes()[self.offset(places.start)?..end];
        let last = places.end;
        Ok(places.map(move |place| {
            let leaf = self.shape.first(rest)?;
            rest = &rest[leaf.len()..];
            if place + 1 == last && !rest.is_empty() {
                return Err(IndexError::Damaged("the leaves are not as long as the directory says"));
            }
            Ok((place, leaf))
        }))
    }

    fn verify_once(&self, place: u64, leaf: Leaf<'_>) -> Result<(), IndexError> {
        let (word, bit) = (&self.verified[place as usize / 64], 1 << (place % 64));
        if word.load(Ordering::Relaxed) & bit == 0 {
            leaf.verify(place)?;
            word.fetch_or(bit, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Where a leaf begins, from the directory; the walk at open has shown that all are there and in bounds.
    fn offset(&self, place: u64) -> Result<usize, IndexError> {
        let digits = usize::from(self.header.depth / 4);
        let mut key = [0; 16];
        for (n, digit) in key[..digits].iter_mut().rev().enumerate() {
            *digit = b"0123456789abcdef"[(place >> (4 * n)) as usize & 15];
        }
        let offset =
            self.directory.get(&key[..digits]).ok_or(IndexError::Damaged("a leaf is missing from the directory"))?;
        Ok(offset as usize)
    }

    fn leaf_bytes(&self) -> &[u8] {
        &self.mapping.bytes()[self.sections.leaves.clone()]
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Index({}, {} records)", self.id, self.header.records)
    }
}

/// Walks the directory: it must have exactly one key a leaf, in order, and offsets that tile the leaves with lengths
/// that counts explain. Returns the most entries of a range for each served prefix length.
fn walk(
    directory: &fst::Map<MappedRange>,
    header: &Header,
    shape: &LeafShape,
    leaf_bytes: usize,
) -> Result<BTreeMap<u8, u64>, IndexError> {
    const DAMAGED: IndexError = IndexError::Damaged("the directory does not list every leaf in order");
    let mut ranges = RangeCounts::new(header);
    let mut stream = directory.stream();
    let mut start = match stream.next() {
        Some((key, 0)) if is_key(key, 0, header.depth) => 0,
        _ => return Err(DAMAGED),
    };
    for place in 1..=header.leaves() {
        let end = match stream.next() {
            Some((key, offset)) if place < header.leaves() && is_key(key, place, header.depth) => offset as usize,
            None if place == header.leaves() => leaf_bytes,
            _ => return Err(DAMAGED),
        };
        let bytes = end.checked_sub(start).filter(|_| end <= leaf_bytes).ok_or(DAMAGED)?;
        ranges.add(place - 1, shape.count(bytes).ok_or(DAMAGED)? as u64);
        start = end;
    }
    ranges.finish(header.records).ok_or(IndexError::Damaged("the leaves do not add up to the header's count"))
}

fn is_key(key: &[u8], place: u64, depth: u8) -> bool {
    std::str::from_utf8(key).ok().and_then(|text| Prefix::parse(text).ok()) == Some(Prefix::new(depth, place))
}

/// Counts entries by range while leaves go by.
struct RangeCounts {
    /// For each served length: how many bits a leaf's prefix is longer, the range being counted, the largest so far.
    lengths: Vec<(u8, u8, u64, u64)>,
    total: u64,
}

impl RangeCounts {
    fn new(header: &Header) -> Self {
        Self { lengths: header.served().into_iter().map(|bits| (bits, header.depth - bits, 0, 0)).collect(), total: 0 }
    }

    fn add(&mut self, place: u64, count: u64) {
        self.total += count;
        for (_, below, current, largest) in &mut self.lengths {
            if place & ((1 << *below) - 1) == 0 {
                *current = 0;
            }
            *current += count;
            *largest = (*largest).max(*current);
        }
    }

    fn finish(self, records: u64) -> Option<BTreeMap<u8, u64>> {
        let largest = self.lengths.into_iter().map(|(bits, _, _, largest)| (bits, largest));
        (self.total == records).then(|| largest.collect())
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
