//! Ledgers: the sorted, distinct digests of one source, a section for each kind.
//!
//! Layout in `FORMAT.md`, "Ledger". Whoever has a ledger can unseal and test tags, but evaluate nothing: keep it offline.

mod block;
mod provenance;
mod records;
mod trailer;
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
use trailer::{decode_sections, ledger_hash, read_trailer, read_vec};

/// Partitions of a section: one for each value of a tag's first byte.
pub const PARTITIONS: u16 = 256;

const MAGIC: &[u8; 8] = b"EXPLEDGR";
const VERSION: u16 = 1;
const FIXED_BYTES: usize = 50;

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

#[cfg(test)]
mod tests;
