//! Writes an index in one pass, front to back, from entries in order.
//!
//! Everything in front of the leaves is known from the counts that a first pass over the ledgers gave, so nothing is
//! written twice and no entry is held longer than its leaf.

use crate::header::{Footer, HEADER_BYTES, Header, Sections, hash16};
use crate::leaf::LeafShape;
use crate::sources::SourceTable;
use crate::{IndexError, Sizing};
use exposure_protocol::range_text::{Entry, suffix};
use exposure_protocol::{PublicKey, Scheme, SourceLedger, Tag, nonce, seal_bits};
use std::io::{BufWriter, Write};

/// All that must be known before the first entry is written.
pub struct Plan {
    header: Header,
    table: SourceTable,
    leaf_counts: Vec<u32>,
}

/// Takes entries in order and writes the file.
pub struct IndexWriter<W: Write> {
    out: Hashing<BufWriter<W>>,
    plan: Plan,
    shape: LeafShape,
    hashes: [[u8; 16]; 2],
    sources: Vec<u8>,
    /// The leaf being filled.
    place: u64,
    entries: Vec<Entry>,
}

/// Everything written, hashed on its way.
struct Hashing<W> {
    inner: W,
    hash: blake3::Hasher,
}

impl<W: Write> Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), IndexError> {
        self.hash.update(bytes);
        Ok(self.inner.write_all(bytes)?)
    }
}

impl Plan {
    /// The plan of an index: the scheme and key, the sources and sets, and how many entries fall into each leaf.
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

    /// The header that will be written.
    pub fn header(&self) -> &Header {
        &self.header
    }
}

impl<W: Write> IndexWriter<W> {
    /// Begins a file: writes header and directory.
    pub fn begin(out: W, plan: Plan) -> Result<Self, IndexError> {
        let shape = LeafShape::of(&plan.header);
        let (directory, leaves_bytes) = directory(&plan, &shape);
        let sources = plan.table.encode();
        let directory_end = HEADER_BYTES + directory.len();
        let leaves_end = directory_end + leaves_bytes;
        let sections = Sections {
            directory: HEADER_BYTES..directory_end,
            leaves: directory_end..leaves_end,
            sources: leaves_end..leaves_end + sources.len(),
        };
        let header = plan.header.encode(&sections);
        let mut out = Hashing { inner: BufWriter::with_capacity(1 << 20, out), hash: blake3::Hasher::new() };
        out.write(&header)?;
        out.write(&directory)?;
        let hashes = [hash16(&header), hash16(&directory)];
        Ok(Self { out, plan, shape, hashes, sources, place: 0, entries: Vec::new() })
    }

    /// Adds an entry; entries come ordered by tag, then by seal.
    pub fn push(&mut self, tag: Tag, seal: u32) -> Result<(), IndexError> {
        let header = &self.plan.header;
        let place = tag >> (header.digest_bits - header.depth);
        let entry = Entry { suffix: suffix(tag, header.digest_bits, header.depth), seal };
        while self.place < place {
            self.flush_leaf()?;
        }
        if self.place > place || self.entries.last().is_some_and(|last| *last > entry) {
            return Err(IndexError::Changed("entries are out of order"));
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Writes what is left, and the footer. Returns the index id.
    pub fn finish(mut self) -> Result<String, IndexError> {
        while self.place < self.plan.header.leaves() {
            self.flush_leaf()?;
        }
        let sources = std::mem::take(&mut self.sources);
        self.out.write(&sources)?;
        // The footer up to the id is covered by the id as well.
        let mut footer =
            Footer { header: self.hashes[0], directory: self.hashes[1], sources: hash16(&sources), id: [0; 16] };
        self.out.hash.update(&footer.encode()[..48]);
        footer.id = self.out.hash.finalize().as_bytes()[..16].try_into().expect("16 of 32 bytes");
        self.out.inner.write_all(&footer.encode())?;
        self.out.inner.flush()?;
        Ok(data_encoding::HEXLOWER.encode(&footer.id))
    }

    fn flush_leaf(&mut self) -> Result<(), IndexError> {
        if self.plan.leaf_counts.get(self.place as usize) != Some(&(self.entries.len() as u32)) {
            return Err(IndexError::Changed("a leaf has another number of entries than was counted"));
        }
        self.out.write(&self.shape.encode(self.place, &self.entries))?;
        self.entries.clear();
        self.place += 1;
        Ok(())
    }
}

/// The FST from each leaf's prefix, one byte a hex digit, to its offset, and the size of all leaves.
fn directory(plan: &Plan, shape: &LeafShape) -> (Vec<u8>, usize) {
    let digits = usize::from(plan.header.depth / 4);
    let mut builder = fst::MapBuilder::memory();
    let mut offset = 0;
    for (place, &count) in plan.leaf_counts.iter().enumerate() {
        builder.insert(format!("{place:0digits$x}"), offset as u64).expect("keys are inserted in order");
        offset += shape.bytes(count as usize);
    }
    let bytes = builder.into_inner().expect("memory does not fail");
    (bytes, offset)
}
