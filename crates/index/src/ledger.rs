//! Ledgers: the sorted, distinct digests of one source, a section for each kind.
//!
//! Layout in `FORMAT.md`, "Ledger". Whoever has a ledger can unseal and test tags, but evaluate nothing: keep it offline.

mod block;
mod provenance;
mod records;
mod writer;

pub use provenance::{InputFile, Provenance, Run};
pub use records::LedgerRecords;
pub use writer::{EncodedPartition, LedgerWriter, PartitionEncoder};

use crate::publish;
use exposure_protocol::{PublicKey, Scheme};
use rayon::prelude::*;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

/// Partitions of a section: one for each value of a tag's first byte.
pub const PARTITIONS: u16 = 256;

const MAGIC: &[u8; 8] = b"EXPLEDGR";
const VERSION: u16 = 1;
const FIXED_BYTES: usize = 50;
/// Lengths of sections and provenance, then the hash of header and trailer.
const END_BYTES: u64 = 4 + 4 + 32;
/// Far more than the trailer of every kind, from a hundred thousand files, needs.
const TRAILER_BYTES_MAX: u64 = 1 << 28;

/// What a ledger belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerHeader {
    /// How its digests were made.
    pub scheme: Scheme,
    /// The key's epoch; 0 in `sha256`.
    pub epoch: u32,
    /// The key; none in `sha256`.
    pub public_key: Option<PublicKey>,
    /// The source.
    pub slug: String,
}

/// The records of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The kind's name.
    pub kind: String,
    /// Distinct identifiers.
    pub records: u64,
    partitions: Vec<Partition>,
}

/// The records of one kind whose tags begin with one byte.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Partition {
    number: u8,
    /// Where it begins, from the start of the file.
    at: u64,
    records: u64,
    bytes: u64,
    /// Over the headers of its blocks, which hold the hashes of all else.
    hash: [u8; 32],
}

/// What is wrong with a ledger.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The operating system refused.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which ledger.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Another kind of file.
    #[error("{} is not a ledger", .0.display())]
    NotALedger(PathBuf),
    /// Of another version.
    #[error("the ledger {} has format version {version}; this program reads version {VERSION}: use the program that wrote it, or ingest the source again", path.display())]
    Version {
        /// Which ledger.
        path: PathBuf,
        /// Its version.
        version: u16,
    },
    /// A byte is not what it was.
    #[error("the ledger {} is damaged ({what}); restore it from a copy, or ingest the source again", path.display())]
    Damaged {
        /// Which ledger.
        path: PathBuf,
        /// Where it shows.
        what: &'static str,
    },
}

/// A ledger on disk, its header and trailer verified.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    file: File,
    header: LedgerHeader,
    sections: Vec<Section>,
    provenance: Provenance,
    hash: [u8; 32],
}

impl LedgerHeader {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FIXED_BYTES + self.slug.len());
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.push(u8::from(self.scheme == Scheme::Voprf));
        bytes.push(0);
        bytes.extend(self.epoch.to_le_bytes());
        bytes.extend(self.public_key.as_ref().map_or([0; 32], |key| *key.as_bytes()));
        bytes.extend((self.slug.len() as u16).to_le_bytes());
        bytes.extend(self.slug.as_bytes());
        bytes
    }

    /// From the fixed part, and a function that reads so many bytes more: the slug.
    fn decode(fixed: &[u8; FIXED_BYTES], slug: impl FnOnce(usize) -> io::Result<Vec<u8>>) -> io::Result<Option<Self>> {
        if fixed[..8] != *MAGIC || fixed[10] > 1 || fixed[11] != 0 {
            return Ok(None);
        }
        let scheme = if fixed[10] == 1 { Scheme::Voprf } else { Scheme::Sha256 };
        let key = PublicKey::from_bytes(fixed[16..48].try_into().expect("32 bytes")).ok();
        let slug = String::from_utf8(slug(usize::from(u16::from_le_bytes([fixed[48], fixed[49]])))?).ok();
        let epoch = u32::from_le_bytes(fixed[12..16].try_into().expect("4 bytes"));
        Ok(match (scheme, key, slug) {
            (Scheme::Voprf, None, _) | (_, _, None) => None,
            (Scheme::Voprf, public_key, Some(slug)) => Some(Self { scheme, epoch, public_key, slug }),
            (Scheme::Sha256, _, Some(slug)) => Some(Self { scheme, epoch, public_key: None, slug }),
        })
    }
}

impl Ledger {
    /// Publishes a ledger: `fill` writes it and says where it comes from, and it is read once more. Then, with the hash of
    /// the ledger, `prepare` does what must be done before it takes its place.
    pub fn publish<E: From<LedgerError> + From<io::Error>>(
        path: &Path,
        header: &LedgerHeader,
        fill: impl FnOnce(&mut LedgerWriter<'_>) -> Result<Provenance, E>,
        prepare: impl FnOnce(&[u8; 32]) -> Result<(), E>,
    ) -> Result<(), E> {
        let write = |file: &mut File| {
            let mut writer = LedgerWriter::begin(file, header)?;
            let provenance = fill(&mut writer)?;
            Ok(writer.finish(&provenance)?)
        };
        publish(path, 0o400, write, |written| {
            let ledger = Self::open(written)?;
            ledger.verify()?;
            prepare(ledger.hash())
        })
    }

    /// Opens a ledger and verifies its header and trailer.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let failed = |error| LedgerError::Io { path: path.to_owned(), error };
        let damaged = |what| LedgerError::Damaged { path: path.to_owned(), what };
        let file = File::open(path).map_err(failed)?;
        let mut fixed = [0; FIXED_BYTES];
        file.read_exact_at(&mut fixed, 0).map_err(|_| LedgerError::NotALedger(path.to_owned()))?;
        let version = u16::from_le_bytes([fixed[8], fixed[9]]);
        if fixed[..8] == *MAGIC && version != VERSION {
            return Err(LedgerError::Version { path: path.to_owned(), version });
        }
        let header = LedgerHeader::decode(&fixed, |bytes| read_vec(&file, FIXED_BYTES as u64, bytes))
            .map_err(failed)?
            .ok_or_else(|| LedgerError::NotALedger(path.to_owned()))?;
        let header_bytes = header.encode();

        let trailer = read_trailer(&file).map_err(failed)?.ok_or_else(|| damaged("it has been cut"))?;
        if ledger_hash(&header_bytes, &trailer.bytes) != trailer.hash {
            return Err(damaged("the checksum of its header and trailer does not match"));
        }
        let (sections, provenance, _) = trailer.parts().ok_or_else(|| damaged("its trailer does not decode"))?;
        let hash = ledger_hash(&header_bytes, sections);
        let (sections, end) = decode_sections(sections, header_bytes.len() as u64)
            .ok_or_else(|| damaged("its trailer does not decode"))?;
        if end != trailer.at {
            return Err(damaged("its sections do not add up"));
        }
        let provenance =
            serde_json::from_slice(provenance).map_err(|_| damaged("its provenance record does not decode"))?;
        Ok(Self { path: path.to_owned(), file, header, sections, provenance, hash })
    }

    /// Reads every record, and with it verifies order and checksum of every block, on all cores.
    pub fn verify(&self) -> Result<(), LedgerError> {
        self.sections.par_iter().try_for_each(|section| {
            section.partitions.par_chunks(1).try_for_each(|partition| {
                let records = LedgerRecords::begin(self, partition)?.verify()?;
                if records == partition[0].records { Ok(()) } else { Err(self.damaged("a partition lacks records")) }
            })
        })
    }

    /// What it belongs to.
    pub fn header(&self) -> &LedgerHeader {
        &self.header
    }

    /// Its hash: over the header and the hashes and counts of all partitions. The provenance is not in it.
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// Its sections, by kind.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Distinct identifiers of all kinds.
    pub fn len(&self) -> u64 {
        self.sections.iter().map(|section| section.records).sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// Where it comes from.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// The records of a section whose tags begin with a byte in this range.
    pub fn records(&self, section: &Section, partitions: Range<u16>) -> Result<LedgerRecords<'_>, LedgerError> {
        let own = self.sections.iter().find(|own| own.kind == section.kind).expect("a section of this ledger");
        LedgerRecords::begin(self, &own.partitions[records::within(&own.partitions, &partitions)])
    }

    fn failed(&self, error: io::Error) -> LedgerError {
        LedgerError::Io { path: self.path.clone(), error }
    }

    fn damaged(&self, what: &'static str) -> LedgerError {
        LedgerError::Damaged { path: self.path.clone(), what }
    }
}

impl Section {
    /// Records of the partition with this number.
    pub fn partition_records(&self, number: u8) -> u64 {
        self.partitions.iter().find(|partition| partition.number == number).map_or(0, |partition| partition.records)
    }
}

/// The end of a ledger, not decoded.
struct Trailer {
    at: u64,
    /// Sections, provenance, and the length of each.
    bytes: Vec<u8>,
    hash: [u8; 32],
}

impl Trailer {
    /// Sections, provenance, lengths.
    fn parts(&self) -> Option<(&[u8], &[u8], &[u8])> {
        let (sections_bytes, _) = lengths(self.bytes.last_chunk()?);
        let (sections, rest) = self.bytes.split_at_checked(sections_bytes as usize)?;
        let (provenance, lengths) = rest.split_at_checked(rest.len() - 8)?;
        Some((sections, provenance, lengths))
    }
}

fn lengths(bytes: &[u8; 8]) -> (u32, u32) {
    let word = u64::from_le_bytes(*bytes);
    (word as u32, (word >> 32) as u32)
}

/// The trailer of a file; none if it is too short for what its end says.
fn read_trailer(file: &File) -> io::Result<Option<Trailer>> {
    let Some(end_at) = file.metadata()?.len().checked_sub(END_BYTES) else { return Ok(None) };
    let end = read_vec(file, end_at, END_BYTES as usize)?;
    let (lengths_bytes, hash) = end.split_first_chunk().expect("40 bytes");
    let (sections, provenance) = lengths(lengths_bytes);
    let bytes = u64::from(sections) + u64::from(provenance);
    let Some(at) = end_at.checked_sub(bytes).filter(|_| bytes <= TRAILER_BYTES_MAX) else { return Ok(None) };
    let bytes = read_vec(file, at, bytes as usize + 8)?;
    Ok(Some(Trailer { at, bytes, hash: *hash.first_chunk().expect("32 bytes") }))
}

fn ledger_hash(header: &[u8], trailer: &[u8]) -> [u8; 32] {
    *blake3::Hasher::new().update(header).update(trailer).finalize().as_bytes()
}

fn encode_sections(sections: &[Section]) -> Vec<u8> {
    let mut bytes = (sections.len() as u32).to_le_bytes().to_vec();
    for section in sections {
        bytes.extend((section.kind.len() as u16).to_le_bytes());
        bytes.extend(section.kind.as_bytes());
        bytes.extend((section.partitions.len() as u16).to_le_bytes());
        for partition in &section.partitions {
            bytes.push(partition.number);
            bytes.extend(partition.records.to_le_bytes());
            bytes.extend(partition.bytes.to_le_bytes());
            bytes.extend(partition.hash);
        }
    }
    bytes
}

/// The sections, and where the last one ends if the first begins at `at`.
fn decode_sections(mut bytes: &[u8], mut at: u64) -> Option<(Vec<Section>, u64)> {
    let mut take = |count: usize| -> Option<&[u8]> {
        let (taken, rest) = bytes.split_at_checked(count)?;
        bytes = rest;
        Some(taken)
    };
    let count = u32::from_le_bytes(*take(4)?.first_chunk()?);
    let mut sections = Vec::new();
    for _ in 0..count {
        let kind_bytes = u16::from_le_bytes(*take(2)?.first_chunk()?);
        let kind = String::from_utf8(take(usize::from(kind_bytes))?.to_vec()).ok()?;
        let mut section = Section { kind, records: 0, partitions: Vec::new() };
        for _ in 0..u16::from_le_bytes(*take(2)?.first_chunk()?) {
            let number = take(1)?[0];
            let records = u64::from_le_bytes(*take(8)?.first_chunk()?);
            let length = u64::from_le_bytes(*take(8)?.first_chunk()?);
            let hash = *take(32)?.first_chunk()?;
            section.partitions.push(Partition { number, at, records, bytes: length, hash });
            at = at.checked_add(length)?;
            section.records = section.records.checked_add(records).filter(|_| records > 0)?;
        }
        let ordered = section.partitions.is_sorted_by(|a, b| a.number < b.number);
        if section.partitions.is_empty() || !ordered {
            return None;
        }
        sections.push(section);
    }
    (bytes.is_empty() && sections.is_sorted_by(|a, b| a.kind < b.kind)).then_some((sections, at))
}

fn read_vec(file: &File, at: u64, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    file.read_exact_at(&mut bytes, at)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use exposure_protocol::{Digest, RECORD_BYTES, SecretKey};
    use std::fs;

    fn digest(n: u8) -> Digest {
        Digest::from_bytes([n; RECORD_BYTES])
    }

    fn encoded(digests: impl Iterator<Item = Digest>) -> Vec<EncodedPartition> {
        let digests: Vec<_> = digests.collect();
        let partitions = digests.chunk_by(|a, b| a.tag(8) == b.tag(8));
        partitions.filter_map(|records| EncodedPartition::new(records[0].tag(8) as u8, records)).collect()
    }

    fn write(path: &Path) {
        let header = LedgerHeader {
            scheme: Scheme::Voprf,
            epoch: 2,
            public_key: Some(SecretKey::generate(2).public()),
            slug: "a-source".to_owned(),
        };
        let filled: Result<(), Box<dyn std::error::Error>> = Ledger::publish(
            path,
            &header,
            |writer| {
                for (kind, records) in [("cn.ric", 0..3_u8), ("phone", 1..5)] {
                    for partition in encoded(records.map(digest)) {
                        writer.push(kind, &partition)?;
                    }
                }
                Ok(Provenance { runs: vec![Run { tool: "a tool".to_owned(), ..Run::default() }] })
            },
            |_| Ok(()),
        );
        filled.expect("written");
    }

    fn read_all(path: &Path) -> Result<Vec<Vec<Digest>>, LedgerError> {
        let ledger = Ledger::open(path)?;
        assert!(ledger.provenance().runs.len() == 1);
        ledger.sections().iter().map(|section| ledger.records(section, 0..PARTITIONS)?.collect()).collect()
    }

    #[test]
    fn records_come_back_by_section() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("a-source.ledger");
        write(&path);
        let expected = vec![(0..3).map(digest).collect::<Vec<_>>(), (1..5).map(digest).collect()];
        assert!(read_all(&path).expect("own ledger") == expected);
    }

    #[test]
    fn every_flipped_bit_and_every_truncation_is_an_error() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("a-source.ledger");
        write(&path);
        let bytes = fs::read(&path).expect("readable");
        let damaged_path = dir.path().join("damaged.ledger");
        // Written in place: a file that is cut and written anew is flushed to the disk by some file systems.
        fs::write(&damaged_path, &bytes).expect("writable");
        let file = File::options().write(true).open(&damaged_path).expect("there");
        for bit in 0..bytes.len() * 8 {
            let (at, byte) = (bit as u64 / 8, bytes[bit / 8]);
            file.write_all_at(&[byte ^ 1 << (bit % 8)], at).expect("writable");
            assert!(read_all(&damaged_path).is_err(), "bit {bit}");
            file.write_all_at(&[byte], at).expect("writable");
        }
        for length in (0..bytes.len()).rev() {
            file.set_len(length as u64).expect("writable");
            assert!(read_all(&damaged_path).is_err(), "cut to {length}");
        }
    }
}
