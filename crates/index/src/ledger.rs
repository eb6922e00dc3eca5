//! Ledgers: the sorted, distinct digests of one source, a section for each kind.
//!
//! Layout in `FORMAT.md`, "Ledger". Whoever has a ledger can unseal and test tags, but evaluate nothing: keep it offline.

use crate::publish;
use exposure_protocol::{Digest, PublicKey, RECORD_BYTES, Scheme};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"EXPLEDGR";
const VERSION: u16 = 0;
const FIXED_BYTES: usize = 50;
/// Length of the trailer, then the hash of header and trailer.
const END_BYTES: u64 = 4 + 32;
/// Far more than a trailer of every kind there is needs.
const TRAILER_BYTES_MAX: u64 = 1 << 20;

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
    header: LedgerHeader,
    sections: Vec<Section>,
    records_start: u64,
    hash: [u8; 32],
}

/// Reads the records of one section in order, and verifies order, count and hash as it goes.
pub struct LedgerRecords {
    path: PathBuf,
    file: BufReader<File>,
    left: u64,
    last: Option<Digest>,
    hash: blake3::Hasher,
    expected: [u8; 32],
}

/// Writes a ledger: records in order, section by section.
pub struct LedgerWriter<'a> {
    out: BufWriter<&'a mut File>,
    header: Vec<u8>,
    sections: Vec<(Section, blake3::Hasher)>,
    last: Option<Digest>,
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
        let version = u16::from_le_bytes([fixed[8], fixed[9]]);
        if fixed[..8] != *MAGIC || version != VERSION || fixed[10] > 1 || fixed[11] != 0 {
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
    /// Publishes a ledger: `fill` writes it, and it is read once more before it takes its place.
    pub fn publish<E: From<LedgerError> + From<io::Error>>(
        path: &Path,
        header: &LedgerHeader,
        fill: impl FnOnce(&mut LedgerWriter<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let write = |file: &mut File| {
            let mut writer = LedgerWriter::begin(file, header)?;
            fill(&mut writer)?;
            Ok(writer.finish()?)
        };
        publish(path, 0o400, write, |written| Ok(Self::open(written)?.verify()?))
    }

    /// Opens a ledger and verifies its header and trailer.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let failed = |error| LedgerError::Io { path: path.to_owned(), error };
        let damaged = |what| LedgerError::Damaged { path: path.to_owned(), what };
        let mut file = File::open(path).map_err(failed)?;
        let mut fixed = [0; FIXED_BYTES];
        file.read_exact(&mut fixed).map_err(|_| LedgerError::NotALedger(path.to_owned()))?;
        let header = LedgerHeader::decode(&fixed, |bytes| read_vec(&mut file, bytes))
            .map_err(failed)?
            .ok_or_else(|| LedgerError::NotALedger(path.to_owned()))?;
        let header_bytes = header.encode();

        let file_bytes = file.metadata().map_err(failed)?.len();
        let cut = || damaged("it has been cut");
        let end_at = file_bytes.checked_sub(END_BYTES).ok_or_else(cut)?;
        file.seek(SeekFrom::Start(end_at)).map_err(failed)?;
        let end = read_vec(&mut file, END_BYTES as usize).map_err(failed)?;
        let trailer_bytes = u64::from(u32::from_le_bytes(end[..4].try_into().expect("4 bytes")));
        let trailer_at =
            end_at.checked_sub(trailer_bytes).filter(|_| trailer_bytes <= TRAILER_BYTES_MAX).ok_or_else(cut)?;
        file.seek(SeekFrom::Start(trailer_at)).map_err(failed)?;
        let trailer = read_vec(&mut file, trailer_bytes as usize).map_err(failed)?;

        let hash = ledger_hash(&header_bytes, &trailer);
        if hash[..] != end[4..] {
            return Err(damaged("the checksum of its header and trailer does not match"));
        }
        let sections = decode_trailer(&trailer).ok_or_else(|| damaged("its trailer does not decode"))?;
        let records_start = header_bytes.len() as u64;
        let end = sections
            .iter()
            .try_fold(records_start, |end, section| end.checked_add(section.records.checked_mul(RECORD_BYTES as u64)?));
        if end != Some(trailer_at) {
            return Err(damaged("its sections do not add up"));
        }
        Ok(Self { path: path.to_owned(), header, sections, records_start, hash })
    }

    /// Reads every record, and with it verifies order and checksum of every section.
    pub fn verify(&self) -> Result<(), LedgerError> {
        (0..self.sections.len()).try_for_each(|place| self.records(place)?.try_for_each(|record| record.map(|_| ())))
    }

    /// What it belongs to.
    pub fn header(&self) -> &LedgerHeader {
        &self.header
    }

    /// Its hash: over the header and the hashes and counts of all sections.
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// Its sections, by kind.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The records of the section at this place.
    pub fn records(&self, place: usize) -> Result<LedgerRecords, LedgerError> {
        let failed = |error| LedgerError::Io { path: self.path.clone(), error };
        let before: u64 = self.sections[..place].iter().map(|section| section.records).sum();
        let section = &self.sections[place];
        let mut file = File::open(&self.path).map_err(failed)?;
        file.seek(SeekFrom::Start(self.records_start + before * RECORD_BYTES as u64)).map_err(failed)?;
        Ok(LedgerRecords {
            path: self.path.clone(),
            file: BufReader::with_capacity(256 << 10, file),
            left: section.records,
            last: None,
            hash: blake3::Hasher::new(),
            expected: section.hash,
        })
    }
}

impl LedgerRecords {
    fn read(&mut self) -> Result<Option<Digest>, LedgerError> {
        let damaged = |what| LedgerError::Damaged { path: self.path.clone(), what };
        if self.left == 0 {
            return Ok(None);
        }
        let mut record = [0; RECORD_BYTES];
        self.file.read_exact(&mut record).map_err(|error| LedgerError::Io { path: self.path.clone(), error })?;
        self.hash.update(&record);
        self.left -= 1;
        if self.left == 0 && *self.hash.finalize().as_bytes() != self.expected {
            return Err(damaged("the checksum of a section does not match"));
        }
        let digest = Digest::from_bytes(record);
        if self.last.is_some_and(|last| last >= digest) {
            return Err(damaged("its records are out of order"));
        }
        self.last = Some(digest);
        Ok(Some(digest))
    }
}

impl Iterator for LedgerRecords {
    type Item = Result<Digest, LedgerError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl<'a> LedgerWriter<'a> {
    fn begin(file: &'a mut File, header: &LedgerHeader) -> io::Result<Self> {
        let header = header.encode();
        let mut out = BufWriter::with_capacity(1 << 20, file);
        out.write_all(&header)?;
        Ok(Self { out, header, sections: Vec::new(), last: None })
    }

    /// Begins the section of a kind; sections come in the order of their kinds' names.
    pub fn section(&mut self, kind: &str) {
        debug_assert!(self.sections.last().is_none_or(|(last, _)| last.kind.as_str() < kind));
        self.last = None;
        self.sections.push((Section { kind: kind.to_owned(), records: 0, hash: [0; 32] }, blake3::Hasher::new()));
    }

    /// Adds a record to the section; records come in ascending order, each once.
    pub fn push(&mut self, digest: &Digest) -> io::Result<()> {
        debug_assert!(self.last.is_none_or(|last| last < *digest));
        self.last = Some(*digest);
        let (section, hash) = self.sections.last_mut().expect("a section has begun");
        section.records += 1;
        let bytes = digest.to_bytes();
        hash.update(&bytes);
        self.out.write_all(&bytes)
    }

    fn finish(mut self) -> io::Result<()> {
        let mut trailer = Vec::new();
        trailer.extend((self.sections.len() as u32).to_le_bytes());
        for (section, hash) in &self.sections {
            trailer.extend((section.kind.len() as u16).to_le_bytes());
            trailer.extend(section.kind.as_bytes());
            trailer.extend(section.records.to_le_bytes());
            trailer.extend(hash.finalize().as_bytes());
        }
        self.out.write_all(&trailer)?;
        self.out.write_all(&(trailer.len() as u32).to_le_bytes())?;
        self.out.write_all(&ledger_hash(&self.header, &trailer))?;
        self.out.flush()
    }
}

fn ledger_hash(header: &[u8], trailer: &[u8]) -> [u8; 32] {
    *blake3::Hasher::new().update(header).update(trailer).finalize().as_bytes()
}

fn decode_trailer(mut bytes: &[u8]) -> Option<Vec<Section>> {
    let mut take = |count: usize| -> Option<&[u8]> {
        let (taken, rest) = bytes.split_at_checked(count)?;
        bytes = rest;
        Some(taken)
    };
    let count = u32::from_le_bytes(take(4)?.try_into().ok()?);
    let mut sections = Vec::new();
    for _ in 0..count {
        let kind_bytes = usize::from(u16::from_le_bytes(take(2)?.try_into().ok()?));
        let kind = String::from_utf8(take(kind_bytes)?.to_vec()).ok()?;
        let records = u64::from_le_bytes(take(8)?.try_into().ok()?);
        let hash = take(32)?.try_into().ok()?;
        sections.push(Section { kind, records, hash });
    }
    (bytes.is_empty() && sections.is_sorted_by(|a, b| a.kind < b.kind)).then_some(sections)
}

fn read_vec(file: &mut File, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use exposure_protocol::SecretKey;
    use std::fs;

    fn digest(n: u8) -> Digest {
        Digest::from_bytes([n; RECORD_BYTES])
    }

    fn write(path: &Path) {
        let header = LedgerHeader {
            scheme: Scheme::Voprf,
            epoch: 2,
            public_key: Some(SecretKey::generate(2).public()),
            slug: "a-source".to_owned(),
        };
        let filled: Result<(), Box<dyn std::error::Error>> = Ledger::publish(path, &header, |writer| {
            for (kind, records) in [("cn.ric", 0..3_u8), ("phone", 1..5)] {
                writer.section(kind);
                for n in records {
                    writer.push(&digest(n))?;
                }
            }
            Ok(())
        });
        filled.expect("written");
    }

    fn read_all(path: &Path) -> Result<Vec<Vec<Digest>>, LedgerError> {
        let ledger = Ledger::open(path)?;
        (0..ledger.sections().len()).map(|place| ledger.records(place)?.collect()).collect()
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
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            fs::write(&damaged_path, &damaged).expect("writable");
            assert!(read_all(&damaged_path).is_err(), "bit {bit}");
        }
        for length in 0..bytes.len() {
            fs::write(&damaged_path, &bytes[..length]).expect("writable");
            assert!(read_all(&damaged_path).is_err(), "cut to {length}");
        }
    }
}
