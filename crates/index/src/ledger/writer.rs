//! Writes a ledger: sections by kind, partitions of a section by number, records in order.
//!
//! A partition can be encoded apart from the file and from the others, on all cores; putting them one behind another is
//! all that must happen in order.

use super::block::{self, BLOCK_RECORDS};
use super::{LedgerHeader, Partition, Provenance, Section, encode_sections, ledger_hash};
use exposure_protocol::Digest;
use std::fs::File;
use std::io::{self, BufWriter, Write};

/// Writes a ledger from front to back.
pub struct LedgerWriter<'a> {
    out: BufWriter<&'a mut File>,
    at: u64,
    header: Vec<u8>,
    sections: Vec<Section>,
}

/// The records of one partition as they will stand in the file.
pub struct EncodedPartition {
    partition: Partition,
    bytes: Vec<u8>,
}

/// Takes the records of one partition in order, and writes whole blocks of them.
pub struct PartitionEncoder<W: Write> {
    out: W,
    partition: Partition,
    hash: blake3::Hasher,
    pending: Vec<Digest>,
    block: Vec<u8>,
}

impl EncodedPartition {
    /// Encodes all records of a partition, which are in ascending order, each once; none if there are none.
    pub fn new(number: u8, records: &[Digest]) -> Option<Self> {
        let mut encoder = PartitionEncoder::new(number, Vec::with_capacity(records.len() * 21));
        encoder.push(records).expect("memory does not fail");
        let (partition, bytes) = encoder.finish().expect("memory does not fail");
        (partition.records > 0).then_some(Self { partition, bytes })
    }
}

impl<W: Write> PartitionEncoder<W> {
    fn new(number: u8, out: W) -> Self {
        let partition = Partition { number, at: 0, records: 0, bytes: 0, hash: [0; 32] };
        Self { out, partition, hash: blake3::Hasher::new(), pending: Vec::new(), block: Vec::new() }
    }

    /// Adds records, which follow those before in ascending order.
    ///
    /// # Panics
    /// If a record belongs to another partition.
    pub fn push(&mut self, mut records: &[Digest]) -> io::Result<()> {
        let ends = records.first().into_iter().chain(records.last());
        ends.for_each(|record| assert_eq!(record.tag(8) as u8, self.partition.number, "a record of this partition"));
        debug_assert!(self.pending.last().into_iter().chain(records).is_sorted_by(|a, b| a < b));
        while self.pending.len() + records.len() >= BLOCK_RECORDS {
            let (taken, rest) = records.split_at(BLOCK_RECORDS - self.pending.len());
            records = rest;
            if self.pending.is_empty() {
                self.write(taken)?;
            } else {
                let mut pending = std::mem::take(&mut self.pending);
                pending.extend_from_slice(taken);
                self.write(&pending)?;
            }
        }
        self.pending.extend_from_slice(records);
        Ok(())
    }

    fn write(&mut self, records: &[Digest]) -> io::Result<()> {
        self.block.clear();
        let header = block::encode(records, &mut self.block);
        self.hash.update(&header);
        self.partition.records += records.len() as u64;
        self.partition.bytes += self.block.len() as u64;
        self.out.write_all(&self.block)
    }

    fn finish(mut self) -> io::Result<(Partition, W)> {
        let pending = std::mem::take(&mut self.pending);
        if !pending.is_empty() {
            self.write(&pending)?;
        }
        self.partition.hash = *self.hash.finalize().as_bytes();
        Ok((self.partition, self.out))
    }
}

impl<'a> LedgerWriter<'a> {
    pub(super) fn begin(file: &'a mut File, header: &LedgerHeader) -> io::Result<Self> {
        let header = header.encode();
        let mut out = BufWriter::with_capacity(1 << 20, file);
        out.write_all(&header)?;
        Ok(Self { out, at: header.len() as u64, header, sections: Vec::new() })
    }

    /// Adds an encoded partition to the section of a kind, which begins with its first one. Sections come in the order of
    /// their kinds' names, partitions by number.
    pub fn push(&mut self, kind: &str, encoded: &EncodedPartition) -> io::Result<()> {
        self.out.write_all(&encoded.bytes)?;
        self.add(kind, encoded.partition.clone());
        Ok(())
    }

    /// As [`LedgerWriter::push`], for a partition that is too large to be held in memory: `fill` gives its records.
    pub fn stream<E: From<io::Error>>(
        &mut self,
        kind: &str,
        number: u8,
        fill: impl FnOnce(&mut PartitionEncoder<&mut dyn Write>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut encoder = PartitionEncoder::new(number, &mut self.out as &mut dyn Write);
        fill(&mut encoder)?;
        let (partition, _) = encoder.finish()?;
        if partition.records > 0 {
            self.add(kind, partition);
        }
        Ok(())
    }

    fn add(&mut self, kind: &str, mut partition: Partition) {
        if self.sections.last().is_none_or(|section| section.kind != kind) {
            debug_assert!(self.sections.last().is_none_or(|section| section.kind.as_str() < kind));
            self.sections.push(Section { kind: kind.to_owned(), records: 0, partitions: Vec::new() });
        }
        let section = self.sections.last_mut().expect("one was begun");
        debug_assert!(section.partitions.last().is_none_or(|last| last.number < partition.number));
        partition.at = self.at;
        self.at += partition.bytes;
        section.records += partition.records;
        section.partitions.push(partition);
    }

    /// Distinct identifiers of each kind so far.
    pub fn records(&self) -> impl Iterator<Item = (&str, u64)> {
        self.sections.iter().map(|section| (section.kind.as_str(), section.records))
    }

    pub(super) fn finish(mut self, provenance: &Provenance) -> io::Result<()> {
        let mut trailer = encode_sections(&self.sections);
        let sections_bytes = trailer.len();
        let provenance = serde_json::to_vec(provenance)?;
        trailer.extend(&provenance);
        trailer.extend((sections_bytes as u32).to_le_bytes());
        trailer.extend((provenance.len() as u32).to_le_bytes());
        self.out.write_all(&trailer)?;
        self.out.write_all(&ledger_hash(&self.header, &trailer))?;
        self.out.flush()
    }
}
