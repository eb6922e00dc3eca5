//! An open index: opens and verifies the file, and reads ranges. Lookups are in `lookup`, packed
//! ranges in `packed`.

use crate::directory::Directory;
use crate::error::IndexError;
use crate::header::{FOOTER_BYTES, Footer, HEADER_BYTES, Header, Sections, hash16, hash16_on_all};
use crate::leaf::{Leaf, LeafShape};
use crate::map::Mapping;
use crate::packed::packing::Packing;
use crate::sources::SourceTable;
use exposure_protocol::range_text::Entry;
use exposure_protocol::{Prefix, Sealer, seal_bits};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// An open index. Lookups take no lock, so it can be shared by reference.
pub struct Index {
    id: String,
    header: Header,
    table: SourceTable,
    mapping: Mapping,
    sections: Sections,
    directory: Directory,
    shape: LeafShape,
    sealer: Sealer,
    /// The most entries of any range, by served prefix length in bits.
    range_entries: BTreeMap<u8, u64>,
    packing: Packing,
    /// One bit per leaf: whether its checksum has been verified since the index was opened.
    verified: Vec<AtomicU64>,
}

impl Index {
    /// Opens an index and verifies everything but its leaves: footer, header, directory and sources
    /// by checksum, and all keys of the directory. Leaves are verified when they are read;
    /// [`Index::verify`] reads them all.
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
        let mut table = SourceTable::decode(&bytes[sections.sources.clone()])?;
        if let Some(section) = &sections.versions {
            table.decode_versions(&bytes[section.clone()])?;
        }
        if header.seal_bits != seal_bits(table.sets.len() as u64) {
            return Err(IndexError::Damaged("the seals are not as wide as the source sets need"));
        }
        let directory = Directory::read(&bytes[sections.directory.clone()], &header, sections.leaves.len())?;
        let largest = |counts: Vec<u64>| counts.into_iter().max().unwrap_or_default();
        let range_counts = directory.range_counts(&header).into_iter();
        Ok(Self {
            id: data_encoding::HEXLOWER.encode(&footer.id),
            range_entries: range_counts.map(|(bits, counts)| (bits, largest(counts))).collect(),
            packing: Packing::of(footer.id, &header, &directory),
            verified: (0..header.leaves().div_ceil(64)).map(|_| AtomicU64::new(0)).collect(),
            shape: LeafShape::of(&header),
            sealer: Sealer::new(header.scheme, header.seal_bits, header.nonce),
            directory,
            header,
            table,
            sections,
            mapping,
        })
    }

    /// The index id: 32 lower-case hex digits, a BLAKE3 over the file.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The sources, kinds and source sets.
    pub fn table(&self) -> &SourceTable {
        &self.table
    }

    /// The size of the file in bytes.
    pub fn bytes(&self) -> usize {
        self.mapping.bytes().len()
    }

    /// The most entries of any range, by served prefix length in bits.
    pub fn range_entries(&self) -> &BTreeMap<u8, u64> {
        &self.range_entries
    }

    /// The bytes of every packed range, by served prefix length in bits.
    pub fn packed_bytes(&self) -> &BTreeMap<u8, u64> {
        self.packing.lengths()
    }

    /// The entries of a prefix that is no longer than a leaf's, in order, with the suffixes of that
    /// prefix. The checksum of each leaf is verified.
    pub fn range(&self, prefix: Prefix) -> Result<Vec<Entry>, IndexError> {
        assert!((4..=self.header.depth).contains(&prefix.bits()), "a prefix no longer than a leaf's");
        let below = self.header.depth - prefix.bits();
        let leaf_suffix_bits = self.header.digest_bits - self.header.depth;
        let places = prefix.value() << below..(prefix.value() + 1) << below;
        let mut entries = Vec::new();
        for place in places {
            let leaf = self.leaf(place)?;
            leaf.verify(place)?;
            let high = (place & ((1 << below) - 1)) << leaf_suffix_bits;
            leaf.visit(|entry| entries.push(Entry { suffix: high | entry.suffix, ..entry }))?;
        }
        Ok(entries)
    }

    /// Verifies the whole file, on all cores: the id over every byte, then checksum, order and
    /// count of every leaf.
    pub fn verify(&self) -> Result<(), IndexError> {
        let bytes = self.mapping.bytes();
        // The id covers all before it: everything but the id itself and what follows, 24 bytes.
        if data_encoding::HEXLOWER.encode(&hash16_on_all(&bytes[..bytes.len() - 24])) != self.id {
            return Err(IndexError::Damaged("the file's checksum does not match"));
        }
        // Opening verified that the counts that follow from lengths add up; each stored count must
        // be that of its length.
        (0..self.header.leaves()).into_par_iter().try_for_each(|place| {
            let leaf = self.leaf(place)?;
            leaf.verify(place)?;
            leaf.visit(drop)
        })
    }

    /// The leaf of this number, not verified.
    pub(crate) fn leaf(&self, place: u64) -> Result<Leaf<'_>, IndexError> {
        Leaf::new(&self.shape, &self.mapping.bytes()[self.sections.leaves.clone()][self.directory.leaf(place)])
    }

    /// Verifies the checksum of a leaf, unless that was done before.
    pub(crate) fn verify_once(&self, place: u64, leaf: Leaf<'_>) -> Result<(), IndexError> {
        let (word, bit) = (&self.verified[place as usize / 64], 1 << (place % 64));
        if word.load(Ordering::Relaxed) & bit == 0 {
            leaf.verify(place)?;
            word.fetch_or(bit, Ordering::Relaxed);
        }
        Ok(())
    }

    /// The byte range in the file of `count` adjacent leaves.
    pub(crate) fn leaves_at(&self, first: u64, count: u64) -> Range<usize> {
        let start = self.sections.leaves.start;
        start + self.directory.leaf(first).start..start + self.directory.leaf(first + count - 1).end
    }

    /// The whole file.
    pub(crate) fn file(&self) -> &[u8] {
        self.mapping.bytes()
    }

    /// The byte ranges of its sections.
    pub(crate) fn sections(&self) -> &Sections {
        &self.sections
    }

    /// The offsets of its leaves.
    pub(crate) fn directory(&self) -> &Directory {
        &self.directory
    }

    /// What its packed ranges share.
    pub(crate) fn packing(&self) -> &Packing {
        &self.packing
    }

    /// Opens its seals.
    pub(crate) fn sealer(&self) -> &Sealer {
        &self.sealer
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Index({}, {} records)", self.id, self.header.records)
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
pub(crate) mod tests;
