//! The trailer of a ledger: its sections and partitions, its provenance, and the checksum over
//! both.

use super::section::{Partition, Section};
use crate::format::CANONICAL_VERSION_FIRST;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

/// Bytes at the end: the lengths of sections and provenance, then the hash of header and trailer.
const END_BYTES: u64 = 4 + 4 + 32;
/// The longest trailer that is read; far more than one of all kinds and 100,000 inputs needs.
const TRAILER_BYTES_MAX: u64 = 1 << 28;

/// The trailer of a ledger, not decoded.
pub(super) struct Trailer {
    pub(super) at: u64,
    /// Sections, provenance, and the length of each.
    pub(super) bytes: Vec<u8>,
    pub(super) hash: [u8; 32],
}

impl Trailer {
    /// Sections, provenance, lengths.
    pub(super) fn parts(&self) -> Option<(&[u8], &[u8], &[u8])> {
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

/// The trailer of a file; `None` if the file is shorter than its end says.
pub(super) fn read_trailer(file: &File) -> io::Result<Option<Trailer>> {
    let Some(end_at) = file.metadata()?.len().checked_sub(END_BYTES) else { return Ok(None) };
    let end = read_vec(file, end_at, END_BYTES as usize)?;
    let (lengths_bytes, hash) = end.split_first_chunk().expect("40 bytes");
    let (sections, provenance) = lengths(lengths_bytes);
    let bytes = u64::from(sections) + u64::from(provenance);
    let Some(at) = end_at.checked_sub(bytes).filter(|_| bytes <= TRAILER_BYTES_MAX) else { return Ok(None) };
    let bytes = read_vec(file, at, bytes as usize + 8)?;
    Ok(Some(Trailer { at, bytes, hash: *hash.first_chunk().expect("32 bytes") }))
}

pub(super) fn ledger_hash(header: &[u8], trailer: &[u8]) -> [u8; 32] {
    *blake3::Hasher::new().update(header).update(trailer).finalize().as_bytes()
}

/// Encodes the sections, as in the version that is written.
pub(super) fn encode_sections(sections: &[Section]) -> Vec<u8> {
    let mut bytes = (sections.len() as u32).to_le_bytes().to_vec();
    for section in sections {
        bytes.extend((section.kind.len() as u16).to_le_bytes());
        bytes.extend(section.kind.as_bytes());
        bytes.extend(section.canonical_version.to_le_bytes());
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

/// Decodes the sections of a ledger of this format version, the first of which begins at `at`, and
/// returns where the last one ends.
pub(super) fn decode_sections(version: u16, mut bytes: &[u8], mut at: u64) -> Option<(Vec<Section>, u64)> {
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
        let canonical_version = match version {
            1 => CANONICAL_VERSION_FIRST,
            _ => u16::from_le_bytes(*take(2)?.first_chunk()?),
        };
        let mut section = Section { kind, canonical_version, records: 0, partitions: Vec::new() };
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
        if section.partitions.is_empty() || !ordered || canonical_version < CANONICAL_VERSION_FIRST {
            return None;
        }
        sections.push(section);
    }
    (bytes.is_empty() && sections.is_sorted_by(|a, b| a.kind < b.kind)).then_some((sections, at))
}

pub(super) fn read_vec(file: &File, at: u64, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    file.read_exact_at(&mut bytes, at)?;
    Ok(bytes)
}
