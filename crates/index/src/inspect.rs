//! Sizes and distributions of an open index, computed without reading a leaf.
//!
//! Everything follows from header, directory and sources, which were verified at open. Plain data;
//! the command formats it.

use crate::directory::Directory;
use crate::distribution::Distribution;
use crate::header::{FOOTER_BYTES, HEADER_BYTES, Header, Sections};
use crate::leaf::{LeafBytes, LeafShape};
use crate::limit::information_limit;
use crate::reader::Index;
use crate::sources::SourceTable;
use exposure_protocol::range_text::Layout;
use std::collections::BTreeMap;

/// Sizes and distributions of an index.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspection {
    /// Bytes of each part of the file, in order: header, directory, leaves, sources, canonical
    /// versions, footer.
    pub sections: [(&'static str, u64); 6],
    /// The bytes of all leaves, by part.
    pub leaf_bytes: LeafBytes,
    /// Bits per tag of the file without its seals; `None` for an empty index.
    pub tag_bits: Option<f64>,
    /// Bits per tag of the seals. They look random, so there is no limit to compare with.
    pub sealed_bits: Option<f64>,
    /// The least bits per tag that any encoding of as many tags of this width needs.
    pub limit_bits: Option<f64>,
    /// Entries of each leaf.
    pub leaves: Distribution,
    /// By served prefix length in bits.
    pub ranges: BTreeMap<u8, Ranges>,
    /// The number of source sets by their number of sources. Which entries have them is sealed.
    pub sets_by_size: BTreeMap<usize, u64>,
}

/// The ranges of one prefix length.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranges {
    /// Entries of each.
    pub entries: Distribution,
    /// Bytes of each as text; all are padded to the longest.
    pub text_bytes: u64,
    /// Bytes of each in the packed format; all are padded to the longest.
    pub packed_bytes: u64,
}

impl Index {
    /// Sizes of its parts, and the distribution of its entries.
    pub fn inspect(&self) -> Inspection {
        Inspection::of(self, self.sections(), self.directory())
    }
}

impl Inspection {
    fn of(index: &Index, sections: &Sections, directory: &Directory) -> Self {
        let (header, shape) = (index.header(), LeafShape::of(index.header()));
        let leaves: Vec<_> = directory.counts().collect();
        let leaf_bytes = leaves.iter().map(|&count| shape.parts(count as usize)).sum::<LeafBytes>();
        let per_tag = |bytes: u64| (header.records > 0).then(|| bytes as f64 * 8.0 / header.records as f64);
        Self {
            sections: [
                ("header", HEADER_BYTES as u64),
                ("directory", sections.directory.len() as u64),
                ("leaves", sections.leaves.len() as u64),
                ("sources", sections.sources.len() as u64),
                ("versions", sections.versions.as_ref().map_or(0, ExactSizeIterator::len) as u64),
                ("footer", FOOTER_BYTES as u64),
            ],
            tag_bits: per_tag(index.bytes() as u64 - leaf_bytes.seals),
            sealed_bits: per_tag(leaf_bytes.seals),
            limit_bits: information_limit(header.records, header.digest_bits),
            leaf_bytes,
            leaves: Distribution::of(leaves),
            ranges: ranges(index, header, directory),
            sets_by_size: sets_by_size(index.table()),
        }
    }
}

fn ranges(index: &Index, header: &Header, directory: &Directory) -> BTreeMap<u8, Ranges> {
    let of_length = |(bits, counts)| {
        let entries = Distribution::of(counts);
        let Header { digest_bits, seal_bits, .. } = *header;
        let layout = Layout { index: index.id().to_owned(), digest_bits, seal_bits, lines: entries.max };
        (bits, Ranges { text_bytes: layout.body_bytes(bits), packed_bytes: index.packed_bytes()[&bits], entries })
    };
    directory.range_counts(header).into_iter().map(of_length).collect()
}

fn sets_by_size(table: &SourceTable) -> BTreeMap<usize, u64> {
    let mut sizes = BTreeMap::new();
    table.sets.iter().for_each(|set| *sizes.entry(set.len()).or_default() += 1);
    sizes
}
