//! Reads the records of a ledger in order, and verifies them as they are read.

use super::block::{self, BLOCK_HEADER_BYTES, BlockHeader};
use super::error::LedgerError;
use super::file::LedgerFile;
use super::section::Partition;
use exposure_protocol::{Digest, SEAL_KEY_BYTES, Tag};
use std::ops::Range;

/// The records of one section in a range of its partitions, in ascending order.
///
/// [`LedgerRecords::tag`] and [`LedgerRecords::digest`] give the current record,
/// [`LedgerRecords::advance`] goes to the next one. Keys are read only for blocks of which a digest
/// is requested. Holds one block, at most 1.8 MB.
pub struct LedgerRecords<'l> {
    file: &'l LedgerFile,
    partitions: std::slice::Iter<'l, Partition>,
    /// What remains of the current partition, and its hash so far.
    left: Left<'l>,
    block: Option<BlockHeader>,
    keys_at: u64,
    tags: Vec<Tag>,
    keys: Vec<u8>,
    at: usize,
    coded: Vec<u8>,
    last_in_block_before: Option<Digest>,
}

/// What remains of a partition.
struct Left<'l> {
    partition: Option<&'l Partition>,
    next_at: u64,
    records: u64,
    hash: blake3::Hasher,
}

impl<'l> LedgerRecords<'l> {
    pub(super) fn begin(file: &'l LedgerFile, partitions: &'l [Partition]) -> Result<Self, LedgerError> {
        let left = Left { partition: None, next_at: 0, records: 0, hash: blake3::Hasher::new() };
        let mut records = Self {
            file,
            partitions: partitions.iter(),
            left,
            block: None,
            keys_at: 0,
            tags: Vec::new(),
            keys: Vec::new(),
            at: 0,
            coded: Vec::new(),
            last_in_block_before: None,
        };
        records.next_block()?;
        Ok(records)
    }

    /// The 64-bit tag of the current record; `None` at the end.
    pub fn tag(&self) -> Option<Tag> {
        self.tags.get(self.at).copied()
    }

    /// The current record. Reads the keys of its block if that was not done before.
    ///
    /// # Panics
    /// At the end, where there is no record.
    pub fn digest(&mut self) -> Result<Digest, LedgerError> {
        if self.keys.is_empty() {
            self.read_keys()?;
        }
        Ok(digest(&self.tags, &self.keys, self.at))
    }

    /// Goes to the next record. At the end of a partition, verifies its hash and count.
    pub fn advance(&mut self) -> Result<(), LedgerError> {
        self.at += 1;
        if self.at == self.tags.len() { self.next_block() } else { Ok(()) }
    }

    /// Reads all remaining records and verifies every hash, those of keys included. Returns their
    /// number.
    pub(super) fn verify(mut self) -> Result<u64, LedgerError> {
        let mut records = 0;
        while !self.tags.is_empty() {
            self.read_keys()?;
            records += self.tags.len() as u64;
            self.next_block()?;
        }
        Ok(records)
    }

    fn next_block(&mut self) -> Result<(), LedgerError> {
        let before = (!self.keys.is_empty()).then(|| digest(&self.tags, &self.keys, self.tags.len() - 1));
        let tag_before = self.tags.last().copied();
        (self.at, self.block) = (0, None);
        self.tags.clear();
        self.keys.clear();
        while self.left.records == 0 {
            self.end_partition()?;
            let Some(partition) = self.partitions.next() else { return Ok(()) };
            self.left = Left {
                partition: Some(partition),
                next_at: partition.at,
                records: partition.records,
                hash: blake3::Hasher::new(),
            };
        }
        self.read_tags()?;
        // The order of equal tags across blocks depends on the keys, and is verified if both were
        // read.
        if tag_before.is_some_and(|tag| tag > self.tags[0]) {
            return Err(self.file.damaged("its records are out of order"));
        }
        self.last_in_block_before = before;
        Ok(())
    }

    fn read_tags(&mut self) -> Result<(), LedgerError> {
        let partition = self.left.partition.expect("a partition has begun");
        let mut bytes = [0; BLOCK_HEADER_BYTES];
        self.file.read_at(&mut bytes, self.left.next_at)?;
        let header = BlockHeader::decode(&bytes)
            .filter(|header| header.partition() == partition.number && u64::from(header.count) <= self.left.records)
            .filter(|header| self.left.next_at + header.bytes() as u64 <= partition.at + partition.bytes)
            .ok_or_else(|| self.file.damaged("the header of a block does not decode"))?;
        self.left.hash.update(&bytes);
        self.left.records -= u64::from(header.count);
        let tags_at = self.left.next_at + BLOCK_HEADER_BYTES as u64;
        self.keys_at = tags_at + header.tags_bytes() as u64;
        self.left.next_at += header.bytes() as u64;
        let mut coded = std::mem::take(&mut self.coded);
        coded.resize(header.tags_bytes(), 0);
        self.file.read_at(&mut coded, tags_at)?;
        if *blake3::hash(&coded).as_bytes() != header.tags_hash {
            return Err(self.file.damaged("the checksum of a block does not match"));
        }
        let decoded = block::decode_tags(&header, &mut coded, &mut self.tags);
        self.coded = coded;
        self.block = Some(header);
        decoded.ok_or_else(|| self.file.damaged("a block does not decode"))
    }

    fn read_keys(&mut self) -> Result<(), LedgerError> {
        let header = self.block.expect("there is a current block");
        let mut keys = std::mem::take(&mut self.keys);
        keys.resize(header.keys_bytes(), 0);
        self.file.read_at(&mut keys, self.keys_at)?;
        self.keys = keys;
        if *blake3::hash(&self.keys).as_bytes() != header.keys_hash {
            return Err(self.file.damaged("the checksum of a block does not match"));
        }
        let key = |at: usize| &self.keys[at * SEAL_KEY_BYTES..][..SEAL_KEY_BYTES];
        let ordered = (1..self.tags.len()).all(|at| self.tags[at - 1] < self.tags[at] || key(at - 1) < key(at));
        let first = digest(&self.tags, &self.keys, 0);
        if !ordered || self.last_in_block_before.is_some_and(|last| last >= first) {
            return Err(self.file.damaged("its records are out of order"));
        }
        Ok(())
    }

    fn end_partition(&self) -> Result<(), LedgerError> {
        let Some(partition) = self.left.partition else { return Ok(()) };
        let whole = self.left.next_at == partition.at + partition.bytes;
        if whole && *self.left.hash.finalize().as_bytes() == partition.hash {
            Ok(())
        } else {
            Err(self.file.damaged("the checksum of a partition does not match"))
        }
    }
}

/// Whole records, one after another.
impl Iterator for LedgerRecords<'_> {
    type Item = Result<Digest, LedgerError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.tag()?;
        let digest = self.digest();
        // `advance` reports errors of the next record; there is no next one.
        Some(digest.and_then(|digest| self.advance().map(|()| digest)))
    }
}

fn digest(tags: &[Tag], keys: &[u8], at: usize) -> Digest {
    let key = keys[at * SEAL_KEY_BYTES..].first_chunk().expect("a key for each tag");
    Digest::from_parts(tags[at], *key)
}

/// The partitions of a section whose numbers lie in a range.
pub(super) fn within(partitions: &[Partition], numbers: &Range<u16>) -> Range<usize> {
    let before = |bound: u16| partitions.partition_point(|partition| u16::from(partition.number) < bound);
    before(numbers.start)..before(numbers.end)
}
