//! Writes a ledger: sections by kind, partitions of a section by number, records in order.
//!
//! Partitions can be encoded independently, on all cores; only appending them must happen in order.

use super::block::{self, BLOCK_RECORDS};
use super::header::LedgerHeader;
use super::provenance::Provenance;
use super::section::{Partition, Section};
use super::trailer::{encode_sections, ledger_hash};
use crate::format::{CANONICAL_VERSION_FIRST, LEDGER_VERSION};
use exposure_protocol::Digest;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};

/// Writes a ledger from front to back.
pub struct LedgerWriter<'a> {
    out: BufWriter<&'a mut File>,
    at: u64,
    header: Vec<u8>,
    sections: Vec<Section>,
    canonical_versions: BTreeMap<String, u16>,
}

/// The encoded records of one partition.
pub struct EncodedPartition {
    partition: Partition,
    bytes: Vec<u8>,
}

/// Encodes the records of one partition, given in order, and writes whole blocks.
pub struct PartitionEncoder<W: Write> {
    out: W,
    partition: Partition,
    hash: blake3::Hasher,
    pending: Vec<Digest>,
    block: Vec<u8>,
}

impl EncodedPartition {
    /// Encodes all records of a partition, which are in ascending order and distinct; `None` if
    /// there are none.
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

    /// Adds records, in ascending order after those before.
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
        let header = header.encode(LEDGER_VERSION);
        let mut out = BufWriter::with_capacity(1 << 20, file);
        out.write_all(&header)?;
        Ok(Self { out, at: header.len() as u64, header, sections: Vec::new(), canonical_versions: BTreeMap::new() })
    }

    /// Says by which canonical version of a kind its records were made; 1 unless it is said.
    pub fn set_canonical_version(&mut self, kind: &str, version: u16) {
        self.canonical_versions.insert(kind.to_owned(), version);
    }

    /// Adds an encoded partition to the section of a kind. Sections are added in the order of their
    /// kinds' names, partitions by number.
    pub fn push(&mut self, kind: &str, encoded: &EncodedPartition) -> io::Result<()> {
        self.out.write_all(&encoded.bytes)?;
        self.add(kind, encoded.partition.clone());
        Ok(())
    }

    /// As [`LedgerWriter::push`], for a partition that does not fit the memory: `fill` pushes its
    /// records.
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
            let (kind, canonical_version) = (kind.to_owned(), CANONICAL_VERSION_FIRST);
            self.sections.push(Section { kind, canonical_version, records: 0, partitions: Vec::new() });
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
        for section in &mut self.sections {
            if let Some(&version) = self.canonical_versions.get(&section.kind) {
                section.canonical_version = version;
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ledger, PARTITIONS};
    use exposure_protocol::Scheme;
    use std::fs;
    use std::os::unix::fs::FileExt as _;

    /// Digests of one partition, with some equal tags, enough for three blocks and a bit.
    fn digests() -> Vec<Digest> {
        let mut random = 1_u64;
        let mut digests: Vec<_> = (0..200_000_u64)
            .map(|n| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let tag = if n % 1_000 < 2 { n / 1_000 } else { random >> 8 };
                Digest::from_parts((0x61 << 56) | tag, [(n % 2) as u8 + 1; 16])
            })
            .collect();
        digests.sort_unstable();
        digests.dedup();
        digests
    }

    #[test]
    fn a_partition_is_the_same_whole_or_in_parts_and_is_read_across_blocks() {
        let dir = tempfile::tempdir().expect("a directory");
        let digests = digests();
        let header = LedgerHeader { scheme: Scheme::Sha256, epoch: 0, public_key: None, slug: "a".to_owned() };
        let publish = |name: &str, fill: &dyn Fn(&mut LedgerWriter<'_>) -> io::Result<()>| {
            let path = dir.path().join(name);
            let fill = |writer: &mut LedgerWriter<'_>| -> Result<Provenance, Box<dyn std::error::Error>> {
                fill(writer)?;
                Ok(Provenance::default())
            };
            Ledger::publish(&path, &header, fill, |_| Ok(())).expect("written");
            path
        };
        let whole = publish("whole", &|writer| {
            writer.push("phone", &EncodedPartition::new(0x61, &digests).expect("not empty"))
        });
        for part in [1_000, BLOCK_RECORDS - 1, BLOCK_RECORDS, 3 * BLOCK_RECORDS] {
            let parts = publish("parts", &|writer| {
                writer.stream("phone", 0x61, |encoder| digests.chunks(part).try_for_each(|part| encoder.push(part)))
            });
            assert!(fs::read(&whole).expect("there") == fs::read(&parts).expect("there"), "parts of {part}");
        }
        let ledger = Ledger::open(&whole).expect("own ledger");
        let section = &ledger.sections()[0];
        let read: Result<Vec<_>, _> = ledger.records(section, 0..PARTITIONS).expect("opened").collect();
        assert!(read.expect("sound") == digests);
        assert!(ledger.records(section, 0..0x61).expect("opened").next().is_none());
        assert_eq!(ledger.records(section, 0x61..0x62).expect("opened").count(), digests.len());

        // Keys of the last block but one: a reader of tags alone does not notice, a reader of all
        // does.
        let length = fs::metadata(&whole).expect("there").len();
        let damaged = dir.path().join("damaged");
        fs::copy(&whole, &damaged).expect("copied");
        fs::set_permissions(&damaged, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("changed");
        let file = File::options().write(true).open(&damaged).expect("there");
        file.write_all_at(&[0xee; 4], length / 2).expect("written");
        let ledger = Ledger::open(&damaged).expect("its trailer is sound");
        assert!(ledger.verify().is_err());
        assert!(ledger.records(&ledger.sections()[0], 0..PARTITIONS).expect("opened").any(|record| record.is_err()));
    }
}
