//! An open ledger: verified header and trailer, and access to its records.

use super::error::LedgerError;
use super::file::LedgerFile;
use super::header::{FIXED_BYTES, LedgerHeader, MAGIC};
use super::provenance::Provenance;
use super::records::{LedgerRecords, within};
use super::section::Section;
use super::trailer::{decode_sections, ledger_hash, read_trailer, read_vec};
use super::writer::LedgerWriter;
use crate::format::{LEDGER_VERSION, LEDGER_VERSION_OLDEST};
use crate::publish::publish;
use rayon::prelude::*;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;

/// A ledger on disk, its header and trailer verified.
#[derive(Debug)]
pub struct Ledger {
    file: LedgerFile,
    header: LedgerHeader,
    sections: Vec<Section>,
    provenance: Provenance,
    hash: [u8; 32],
}

impl Ledger {
    /// Publishes a ledger: `fill` writes it and returns its provenance, then all of it is verified.
    /// `prepare` gets its hash and runs before it is renamed into place.
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
        let file = LedgerFile::open(path)?;
        let mut fixed = [0; FIXED_BYTES];
        file.read_at(&mut fixed, 0).map_err(|_| LedgerError::NotALedger(path.to_owned()))?;
        let version = u16::from_le_bytes([fixed[8], fixed[9]]);
        if fixed[..8] == *MAGIC && !(LEDGER_VERSION_OLDEST..=LEDGER_VERSION).contains(&version) {
            return Err(LedgerError::Version { path: path.to_owned(), version });
        }
        let header = LedgerHeader::decode(&fixed, |bytes| read_vec(file.file(), FIXED_BYTES as u64, bytes))
            .map_err(|error| file.failed(error))?
            .ok_or_else(|| LedgerError::NotALedger(path.to_owned()))?;
        let header_bytes = header.encode(version);

        let trailer = read_trailer(file.file()).map_err(|error| file.failed(error))?;
        let trailer = trailer.ok_or_else(|| file.damaged("it has been cut"))?;
        if ledger_hash(&header_bytes, &trailer.bytes) != trailer.hash {
            return Err(file.damaged("the checksum of its header and trailer does not match"));
        }
        let undecoded = || file.damaged("its trailer does not decode");
        let (sections, provenance, _) = trailer.parts().ok_or_else(undecoded)?;
        let hash = ledger_hash(&header_bytes, sections);
        let (sections, end) = decode_sections(version, sections, header_bytes.len() as u64).ok_or_else(undecoded)?;
        if end != trailer.at {
            return Err(file.damaged("its sections do not add up"));
        }
        let provenance =
            serde_json::from_slice(provenance).map_err(|_| file.damaged("its provenance record does not decode"))?;
        Ok(Self { file, header, sections, provenance, hash })
    }

    /// Reads every record, and so verifies order and checksums of all blocks, on all cores.
    pub fn verify(&self) -> Result<(), LedgerError> {
        self.sections.par_iter().try_for_each(|section| {
            section.partitions.par_chunks(1).try_for_each(|partition| {
                let records = LedgerRecords::begin(&self.file, partition)?.verify()?;
                if records == partition[0].records {
                    Ok(())
                } else {
                    Err(self.file.damaged("a partition lacks records"))
                }
            })
        })
    }

    /// Its header.
    pub fn header(&self) -> &LedgerHeader {
        &self.header
    }

    /// Its hash, over the header and the hashes and counts of all partitions; without the
    /// provenance.
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// The sections, by kind.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The number of distinct identifiers of all kinds.
    pub fn len(&self) -> u64 {
        self.sections.iter().map(|section| section.records).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// The provenance.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// The records of a section in a range of its partitions.
    pub fn records(&self, section: &Section, partitions: Range<u16>) -> Result<LedgerRecords<'_>, LedgerError> {
        let own = self.sections.iter().find(|own| own.kind == section.kind).expect("a section of this ledger");
        LedgerRecords::begin(&self.file, &own.partitions[within(&own.partitions, &partitions)])
    }
}
