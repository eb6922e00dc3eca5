//! What can be told of an open index without reading a leaf: sizes, and how evenly entries are spread.
//!
//! Everything here follows from header, directory and sources, which were verified at open. Plain data; how it is shown is
//! the command's.

use crate::directory::Directory;
use crate::distribution::Distribution;
use crate::header::{FOOTER_BYTES, HEADER_BYTES, Header, Sections};
use crate::leaf::{LeafBytes, LeafShape};
use crate::limit::information_limit;
use crate::{Index, SourceTable};
use exposure_protocol::range_text::Layout;
use std::collections::BTreeMap;

/// Sizes and distributions of an index.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspection {
    /// Bytes of each part of the file, in order: header, directory, leaves, sources, footer.
    pub sections: [(&'static str, u64); 5],
    /// What the bytes of all leaves are.
    pub leaf_bytes: LeafBytes,
    /// Bits a tag that the file takes without its seals; none for an empty index.
    pub tag_bits: Option<f64>,
    /// Bits a tag that the seals take, for which there is no limit to compare with, since they look random.
    pub sealed_bits: Option<f64>,
    /// Bits a tag that no file of as many tags of this width can go below.
    pub limit_bits: Option<f64>,
    /// Entries of each leaf.
    pub leaves: Distribution,
    /// By served prefix length in bits.
    pub ranges: BTreeMap<u8, Ranges>,
    /// How many source sets there are of so many sources. How many entries are in which is sealed.
    pub sets_by_size: BTreeMap<usize, u64>,
}

/// The ranges of one prefix length.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranges {
    /// Entries of each.
    pub entries: Distribution,
    /// Bytes of each as text, which all have in common: they are padded to the longest.
    pub text_bytes: u64,
    /// The same of each in its packed form.
    pub packed_bytes: u64,
}

impl Inspection {
    pub(crate) fn of(index: &Index, sections: &Sections, directory: &Directory) -> Self {
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
