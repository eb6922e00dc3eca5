//! Deduplicates the canonical identifiers that wait for evaluation, in bounded memory.
//!
//! One evaluation costs more than reading a hundred repetitions, and dumps are full of repetitions.
//! Identifiers are partitioned by a keyed hash, so that the author of a dump cannot fill one
//! partition. What does not fit the memory is spilled, encrypted. A partition is read back whole,
//! and is then free of repetitions. Identifiers that a checkpoint has saved stay in memory as long
//! as there is room, so that repetitions of them are still dropped.

mod distinct;

use crate::error::IngestError;
use crate::memory::Memory;
use crate::partition::{Partition, Partitions, SPILLED_AT_LEAST};
use crate::spill::{Ciphers, FileState, PartitionHash, SpillDir, SpillFile};
pub(crate) use distinct::entries;
use distinct::{ARENA_BYTES, Distinct};

/// The deepest level: a partition there is loaded whatever its size. Each level takes a byte of the
/// hash, whose lowest and highest bits the tables use.
const DEEPEST: u32 = 4;

/// Takes the distinct identifiers.
pub(crate) trait TakeDistinct {
    /// Takes some of them: of each the rank of its kind, then the canonical form.
    fn take(&mut self, distinct: &mut dyn Iterator<Item = &[u8]>) -> Result<(), IngestError>;

    /// A partition of the first level has been handed out completely, and `left` no longer holds
    /// it. Once everything that was taken is safe, a checkpoint may follow.
    fn partition_taken(&mut self, left: &Dedup<'_>) -> Result<(), IngestError>;
}

/// Takes identifiers in any order and from any thread, and hands each out once.
pub(crate) struct Dedup<'s> {
    partitions: Partitions<'s, Distinct>,
    memory: &'s Memory,
    hash: PartitionHash,
    /// Whether a later attempt could decrypt what is spilled.
    can_be_resumed: bool,
}

impl<'s> Dedup<'s> {
    pub(crate) fn new(spill: &'s SpillDir, ciphers: &'s Ciphers, memory: &'s Memory) -> Self {
        let partitions = Partitions::encrypted(spill, ciphers);
        Self { partitions, memory, hash: ciphers.hash(), can_be_resumed: ciphers.is_derived() }
    }

    /// Adds a file that an earlier attempt left.
    pub(crate) fn adopt(&self, number: u8, file: SpillFile) {
        self.partitions.adopt(number, file);
    }

    /// Makes all of it durable, as [`Partitions::save`] says. `None` if no later attempt could
    /// decrypt it.
    pub(crate) fn save(&self) -> Result<Option<Vec<(u8, FileState)>>, IngestError> {
        self.can_be_resumed.then(|| self.partitions.save()).transpose()
    }

    /// Adds identifiers, encoded as a worker delivers them. Each partition is locked once.
    pub(crate) fn push(&self, identifiers: &[u8]) -> Result<(), IngestError> {
        let mut hashed = entries(identifiers)
            .map(|entry| entry.map(|entry| (self.hash.of(entry), entry)).ok_or(IngestError::Spill))
            .collect::<Result<Vec<_>, _>>()?;
        hashed.sort_unstable_by_key(|(hash, _)| self.partition_of(*hash));
        hashed
            .chunk_by(|a, b| self.partition_of(a.0) == self.partition_of(b.0))
            .try_for_each(|group| self.push_to(self.partition_of(group[0].0), group))
    }

    fn partition_of(&self, hash: u64) -> u8 {
        // The highest byte is left to the tables.
        self.partitions.number_of(hash << 8)
    }

    fn push_to(&self, number: u8, group: &[(u64, &[u8])]) -> Result<(), IngestError> {
        let mut partition = self.partitions.lock(number);
        let distinct = &partition.content;
        let is_new = |(hash, entry): &&(u64, &[u8])| !distinct.contains(*hash, entry);
        let new: Vec<_> = group.iter().filter(is_new).collect();
        if new.is_empty() {
            return Ok(());
        }
        let bytes = new.iter().map(|(_, entry)| 1 + entry.len()).sum();
        let growth = distinct.growth(new.len(), bytes);
        let fits = self.memory.allows(growth) && distinct.encoded().len() + bytes <= ARENA_BYTES;
        if distinct.len() >= SPILLED_AT_LEAST && !fits {
            self.memory.give(distinct.held());
            self.partitions.spill(number, &mut partition)?;
        }
        let before = partition.content.held();
        new.into_iter().for_each(|(hash, entry)| partition.content.insert(*hash, entry, self.hash));
        self.memory.take(partition.content.held() - before);
        Ok(())
    }

    /// Hands out all identifiers, each once, some at a time.
    pub(crate) fn for_each_part(&self, take: &mut impl TakeDistinct) -> Result<(), IngestError> {
        for number in 0..=u8::MAX {
            self.hand_out(number, take)?;
            if self.partitions.level() == 0 {
                take.partition_taken(self)?;
            }
        }
        Ok(())
    }

    fn hand_out(&self, number: u8, take: &mut impl TakeDistinct) -> Result<(), IngestError> {
        let partition = self.partitions.take(number);
        // The size of the files bounds the size of their plaintext.
        let bytes = partition.spilled_bytes() as usize;
        let Partition { content: mut distinct, files, is_spilled } = partition;
        self.memory.give(distinct.held());
        if is_spilled {
            let is_small = self.memory.fits(bytes * 2) && bytes <= ARENA_BYTES / 2;
            if !is_small && self.partitions.level() < DEEPEST {
                return self.split(&distinct, files)?.for_each_part(take);
            }
            self.partitions.read(files, |payload| {
                for entry in entries(payload) {
                    let entry = entry.ok_or(IngestError::Spill)?;
                    distinct.insert(self.hash.of(entry), entry, self.hash);
                }
                Ok(())
            })?;
        }
        take.take(&mut distinct.entries())
    }

    fn split(&self, distinct: &Distinct, files: Vec<SpillFile>) -> Result<Self, IngestError> {
        let below = Self { partitions: self.partitions.next_level(), ..*self };
        below.push(distinct.encoded())?;
        self.partitions.read(files, |payload| below.push(payload))?;
        Ok(below)
    }
}

#[cfg(test)]
mod tests;
