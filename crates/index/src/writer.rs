//! Writes an index from sorted entries; its leaves on all cores.
//!
//! A first pass over the ledgers counts the entries of each leaf. Header, directory and the offset
//! of each leaf follow from the counts, so nothing is written twice, and entries are held no longer
//! than their leaf.

use crate::error::IndexError;
use crate::header::{Footer, HEADER_BYTES, Header, ID_AT, Sections, hash16, hash16_of_file};
use crate::leaf::LeafShape;
use crate::sizing::Sizing;
use crate::sources::SourceTable;
use exposure_protocol::range_text::{Entry, suffix};
use exposure_protocol::{PublicKey, Scheme, SourceLedger, Tag, nonce, seal_bits};
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of leaves that are written at a time.
const WRITE_BYTES: usize = 1 << 20;

/// Everything that must be known before the first entry is written.
pub struct Plan {
    header: Header,
    table: SourceTable,
    leaf_counts: Vec<u32>,
}

/// Writes an index file. Runs of leaves may be written in any order and in parallel, since the plan
/// gives their offsets.
pub struct IndexWriter<'f> {
    file: &'f File,
    plan: Plan,
    shape: LeafShape,
    /// The offset of each leaf in the file, and the end of the last one.
    starts: Vec<u64>,
    /// The encoded sources section.
    sources: Vec<u8>,
    /// The encoded section of canonical versions; empty if there is none.
    versions: Vec<u8>,
    /// The hashes of header and directory.
    hashes: [[u8; 16]; 2],
    written: AtomicU64,
}

/// Writes the entries of a run of leaves, in order.
pub struct LeafRun<'w> {
    writer: &'w IndexWriter<'w>,
    end: u64,
    /// The number of the leaf that is being filled.
    place: u64,
    entries: Vec<Entry>,
    /// Encoded leaves that are not written yet, and their offset.
    buffer: Vec<u8>,
    at: u64,
}

impl Plan {
    /// The plan of an index of this scheme and key, with these sources and sets, and these numbers
    /// of entries per leaf.
    ///
    /// `leaf_counts` has 2^depth counts; `epoch` is 0 in `sha256`.
    pub fn new(
        scheme: Scheme,
        epoch: u32,
        public_key: Option<PublicKey>,
        sizing: Sizing,
        table: SourceTable,
        leaf_counts: Vec<u32>,
    ) -> Self {
        assert_eq!(leaf_counts.len() as u64, 1 << sizing.depth, "a count for each leaf");
        let seal_bits = seal_bits(table.sets.len() as u64);
        let ledgers: Vec<_> =
            table.sources.iter().map(|s| SourceLedger { slug: &s.slug, hash: &s.ledger_hash }).collect();
        let nonce = nonce(scheme, public_key.as_ref(), sizing.digest_bits, seal_bits, &table.encode_sets(), &ledgers);
        let header = Header {
            scheme,
            epoch,
            public_key,
            digest_bits: sizing.digest_bits,
            depth: sizing.depth,
            prefix_bits: sizing.prefix_bits,
            seal_bits,
            low_bits: sizing.low_bits,
            records: leaf_counts.iter().map(|&count| u64::from(count)).sum(),
            nonce,
        };
        Self { header, table, leaf_counts }
    }

    /// The source sets, by number.
    pub fn sets(&self) -> &[Vec<u32>] {
        &self.table.sets
    }

    /// The header that will be written.
    pub fn header(&self) -> &Header {
        &self.header
    }
}

impl<'f> IndexWriter<'f> {
    /// Begins an index in an empty file: writes header and directory.
    pub fn begin(file: &'f File, plan: Plan) -> Result<Self, IndexError> {
        let shape = LeafShape::of(&plan.header);
        let (directory, mut starts) = directory(&plan, &shape);
        let directory_end = HEADER_BYTES + directory.len();
        starts.iter_mut().for_each(|start| *start += directory_end as u64);
        let sources = plan.table.encode();
        let versions = plan.table.encode_versions();
        let leaves_end = *starts.last().expect("where the last leaf ends") as usize;
        let sources_end = leaves_end + sources.len();
        let sections = Sections {
            directory: HEADER_BYTES..directory_end,
            leaves: directory_end..leaves_end,
            sources: leaves_end..sources_end,
            versions: versions.as_ref().map(|versions| sources_end..sources_end + versions.len()),
        };
        let header = plan.header.encode(&sections);
        file.write_all_at(&header, 0)?;
        file.write_all_at(&directory, HEADER_BYTES as u64)?;
        let hashes = [hash16(&header), hash16(&directory)];
        let versions = versions.unwrap_or_default();
        Ok(Self { file, plan, shape, starts, sources, versions, hashes, written: AtomicU64::new(0) })
    }

    /// Writes a whole index from entries ordered by tag, then by seal. Returns the index id.
    pub fn write(file: &File, plan: Plan, entries: impl IntoIterator<Item = (Tag, u32)>) -> Result<String, IndexError> {
        let writer = IndexWriter::begin(file, plan)?;
        let mut run = writer.run(0..writer.plan.header.leaves());
        entries.into_iter().try_for_each(|(tag, seal)| run.push(tag, seal))?;
        run.finish()?;
        writer.finish()
    }

    /// A run of the leaves with these numbers.
    pub fn run(&self, places: Range<u64>) -> LeafRun<'_> {
        let at = self.starts[places.start as usize];
        LeafRun { writer: self, end: places.end, place: places.start, entries: Vec::new(), buffer: Vec::new(), at }
    }

    /// Writes sources, versions and footer; all leaves have been written. Returns the index id.
    pub fn finish(self) -> Result<String, IndexError> {
        if self.written.into_inner() != self.plan.header.leaves() {
            return Err(IndexError::Changed("a leaf was not written"));
        }
        let sources_at = *self.starts.last().expect("where the last leaf ends");
        let versions_at = sources_at + self.sources.len() as u64;
        let footer_at = versions_at + self.versions.len() as u64;
        let mut footer =
            Footer { header: self.hashes[0], directory: self.hashes[1], sources: hash16(&self.sources), id: [0; 16] };
        self.file.write_all_at(&self.sources, sources_at)?;
        self.file.write_all_at(&self.versions, versions_at)?;
        // The id covers the footer up to the id, too.
        self.file.write_all_at(&footer.encode()[..ID_AT], footer_at)?;
        footer.id = hash16_of_file(self.file, footer_at + ID_AT as u64)?;
        self.file.write_all_at(&footer.encode()[ID_AT..], footer_at + ID_AT as u64)?;
        Ok(data_encoding::HEXLOWER.encode(&footer.id))
    }
}

impl LeafRun<'_> {
    /// Adds an entry. Entries are ordered by tag, then by seal.
    pub fn push(&mut self, tag: Tag, seal: u32) -> Result<(), IndexError> {
        let header = &self.writer.plan.header;
        let place = tag >> (header.digest_bits - header.depth);
        let entry = Entry { suffix: suffix(tag, header.digest_bits, header.depth), seal };
        while self.place < place.min(self.end) {
            self.flush_leaf()?;
        }
        if self.place != place || self.entries.last().is_some_and(|last| *last > entry) {
            return Err(IndexError::Changed("entries are out of order"));
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Writes the remaining leaves.
    pub fn finish(mut self) -> Result<(), IndexError> {
        while self.place < self.end {
            self.flush_leaf()?;
        }
        self.flush_buffer()
    }

    fn flush_leaf(&mut self) -> Result<(), IndexError> {
        if self.writer.plan.leaf_counts[self.place as usize] as usize != self.entries.len() {
            return Err(IndexError::Changed("a leaf has another number of entries than was counted"));
        }
        self.buffer.extend(self.writer.shape.encode(self.place, &self.entries));
        self.entries.clear();
        self.place += 1;
        self.writer.written.fetch_add(1, Ordering::Relaxed);
        if self.buffer.len() < WRITE_BYTES { Ok(()) } else { self.flush_buffer() }
    }

    fn flush_buffer(&mut self) -> Result<(), IndexError> {
        self.writer.file.write_all_at(&self.buffer, self.at)?;
        self.at += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

/// The FST from the prefix of each leaf, one byte per hex digit, to its offset; and all offsets,
/// with the end of the last leaf.
fn directory(plan: &Plan, shape: &LeafShape) -> (Vec<u8>, Vec<u64>) {
    let digits = usize::from(plan.header.depth / 4);
    let mut builder = fst::MapBuilder::memory();
    let mut starts = Vec::with_capacity(plan.leaf_counts.len() + 1);
    let mut offset = 0;
    for (place, &count) in plan.leaf_counts.iter().enumerate() {
        builder.insert(format!("{place:0digits$x}"), offset).expect("keys are inserted in order");
        starts.push(offset);
        offset += shape.bytes(count as usize) as u64;
    }
    starts.push(offset);
    (builder.into_inner().expect("memory does not fail"), starts)
}
