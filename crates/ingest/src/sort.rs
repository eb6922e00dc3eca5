//! Sorts digests in bounded memory: partitioned by their first byte as they arrive, sorted
//! partition by partition.
//!
//! Spilled digests are not encrypted: they are what the ledger holds, and the spill directory has
//! the same permissions as the ledgers'.

use crate::error::IngestError;
use crate::frames::PAYLOAD_BYTES_MAX;
use crate::memory::Memory;
use crate::partition::{Content, Partition, Partitions, SPILLED_AT_LEAST};
use crate::spill::{FileState, SpillDir, SpillFile};
use exposure_protocol::{Digest, RECORD_BYTES};

/// The deepest level, at which all bytes of a tag are used: a partition there is loaded whatever
/// its size.
const DEEPEST: u32 = 7;

/// Takes the digests of one kind in any order and from any thread.
pub(crate) struct Sorter<'s> {
    partitions: Partitions<'s, Unsorted>,
    memory: &'s Memory,
}

/// The digests of a partition that are in memory.
#[derive(Default)]
struct Unsorted {
    digests: Vec<Digest>,
    /// How many of them, from the first on, are in the partition's files, too.
    saved: usize,
}

/// The digests of one partition.
pub(crate) enum Sorted<'s> {
    /// All of them, in order, each once.
    Whole(Vec<Digest>),
    /// Too many for the memory: partitioned once more, by the next byte.
    Split(Sorter<'s>),
}

impl Content for Unsorted {
    fn take_unsaved(&mut self) -> impl Iterator<Item = (u64, Vec<u8>)> {
        let saved = self.saved;
        self.digests[saved..].sort_unstable();
        let mut kept = saved;
        for at in saved..self.digests.len() {
            if kept == saved || self.digests[kept - 1] != self.digests[at] {
                self.digests[kept] = self.digests[at];
                kept += 1;
            }
        }
        self.digests.truncate(kept);
        self.saved = kept;
        let payloads = self.digests[saved..].chunks(PAYLOAD_BYTES_MAX / RECORD_BYTES);
        payloads.map(|digests| (digests.len() as u64, encode(digests)))
    }

    fn count(payload: &[u8]) -> u64 {
        digests_in(payload)
    }
}

impl<'s> Sorter<'s> {
    pub(crate) fn new(spill: &'s SpillDir, memory: &'s Memory) -> Self {
        Self { partitions: Partitions::unencrypted(spill), memory }
    }

    /// Adds digests. Each partition is locked once.
    pub(crate) fn push(&self, digests: &[Digest]) -> Result<(), IngestError> {
        let mut ends = [0; 1 << u8::BITS];
        digests.iter().for_each(|digest| ends[usize::from(self.partition_of(digest))] += 1);
        let mut sum = 0;
        for end in &mut ends {
            sum += std::mem::replace(end, sum);
        }
        // Each end is a start until its partition has been filled.
        let mut scattered = digests.to_vec();
        for digest in digests {
            let place = &mut ends[usize::from(self.partition_of(digest))];
            scattered[*place] = *digest;
            *place += 1;
        }
        let mut start = 0;
        for (number, end) in (0..=u8::MAX).zip(ends) {
            if start < end {
                self.push_to(number, &scattered[start..end])?;
            }
            start = end;
        }
        Ok(())
    }

    fn partition_of(&self, digest: &Digest) -> u8 {
        self.partitions.number_of(digest.tag(64))
    }

    /// Adds a file that an earlier attempt left.
    pub(crate) fn adopt(&self, number: u8, file: SpillFile) {
        self.partitions.adopt(number, file);
    }

    /// Makes all of it durable, as [`Partitions::save`] says.
    pub(crate) fn save(&self) -> Result<Vec<(u8, FileState)>, IngestError> {
        self.partitions.save()
    }

    fn push_to(&self, number: u8, digests: &[Digest]) -> Result<(), IngestError> {
        let mut partition = self.partitions.lock(number);
        let held = &mut partition.content.digests;
        let (length, capacity) = (held.len(), held.capacity());
        if length + digests.len() > capacity {
            let grown = (length + digests.len()).max(capacity * 2).max(64);
            if self.may_grow(length, (grown - capacity) * RECORD_BYTES) {
                held.reserve_exact(grown - length);
            } else {
                self.make_room(&mut partition, number, digests.len())?;
            }
        }
        partition.content.digests.extend_from_slice(digests);
        Ok(())
    }

    /// Takes the memory by which a buffer of this many digests is to grow, if there is any left or
    /// it is small.
    fn may_grow(&self, digests: usize, bytes: usize) -> bool {
        if digests >= SPILLED_AT_LEAST {
            return self.memory.try_take(bytes);
        }
        self.memory.take(bytes);
        true
    }

    /// Drops digests that are saved or repeated. If that does not free half of the buffer, spills
    /// the partition and returns its memory.
    fn make_room(&self, partition: &mut Partition<Unsorted>, number: u8, needed: usize) -> Result<(), IngestError> {
        let Unsorted { digests, saved } = &mut partition.content;
        partition.is_spilled |= *saved > 0;
        digests.drain(..std::mem::take(saved));
        digests.sort_unstable();
        digests.dedup();
        let capacity = digests.capacity();
        if digests.len() + needed <= capacity / 2 {
            return Ok(());
        }
        self.partitions.spill(number, partition)?;
        self.memory.give(capacity * RECORD_BYTES);
        self.memory.take(needed * RECORD_BYTES);
        partition.content.digests = Vec::with_capacity(needed);
        Ok(())
    }

    /// The partitions that hold anything, in order.
    pub(crate) fn filled(&self) -> Vec<u8> {
        let is_filled = |number: &u8| {
            let partition = self.partitions.lock(*number);
            !partition.content.digests.is_empty() || partition.is_spilled
        };
        (0..=u8::MAX).filter(is_filled).collect()
    }

    /// How many partitions as large as the largest one may be loaded at once; at least one for each
    /// core.
    pub(crate) fn loaded_at_once(&self) -> usize {
        let digests = |number| {
            let partition = self.partitions.lock(number);
            partition.content.digests.len() + partition.spilled_entries() as usize
        };
        let largest = (0..=u8::MAX).map(digests).max().unwrap_or_default();
        let cores = rayon::current_num_threads();
        self.memory.room_for(largest * RECORD_BYTES).clamp(cores, 4 * cores)
    }

    /// Advises the system that a partition will be read soon.
    pub(crate) fn expect(&self, number: u8) {
        self.partitions.lock(number).expect_read();
    }

    /// Takes all digests of a partition, merged with `more`. Afterwards the partition is empty.
    pub(crate) fn drain(
        &self,
        number: u8,
        mut more: impl Iterator<Item = Result<Digest, IngestError>>,
        more_count: u64,
    ) -> Result<Sorted<'s>, IngestError> {
        let partition = self.partitions.take(number);
        let to_add = (partition.spilled_entries() + more_count) as usize;
        let Partition { content: Unsorted { digests: mut held, saved }, files, is_spilled } = partition;
        let capacity = held.capacity();
        // Of a spilled partition, what is saved comes back from the files. Of any other, the files
        // are copies.
        let files = if is_spilled { files } else { Vec::new() };
        held.drain(..if is_spilled { saved } else { 0 });
        let total = held.len() + to_add;
        let sorted = if to_add == 0 || self.memory.fits(total * RECORD_BYTES) || self.partitions.level() == DEEPEST {
            // Everything else comes in sorted runs, which a stable sort detects and merges.
            held.sort_unstable();
            held.reserve_exact(to_add);
            self.read(files, |digests| {
                held.extend(digests);
                Ok(())
            })?;
            more.try_for_each(|digest| digest.map(|digest| held.push(digest)))?;
            held.sort();
            held.dedup();
            Sorted::Whole(held)
        } else {
            self.split(&held, files, more).map(Sorted::Split)?
        };
        self.memory.give(capacity * RECORD_BYTES);
        Ok(sorted)
    }

    fn split(
        &self,
        held: &[Digest],
        files: Vec<SpillFile>,
        more: impl Iterator<Item = Result<Digest, IngestError>>,
    ) -> Result<Self, IngestError> {
        let below = Self { partitions: self.partitions.next_level(), memory: self.memory };
        below.push(held)?;
        self.read(files, |digests| below.push(&digests.collect::<Vec<_>>()))?;
        let mut batch = Vec::with_capacity(PAYLOAD_BYTES_MAX / RECORD_BYTES);
        for digest in more {
            batch.push(digest?);
            if batch.len() == batch.capacity() {
                below.push(&batch)?;
                batch.clear();
            }
        }
        below.push(&batch)?;
        Ok(below)
    }

    fn read(
        &self,
        files: Vec<SpillFile>,
        mut take: impl FnMut(&mut dyn Iterator<Item = Digest>) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        self.partitions
            .read(files, |payload| take(&mut payload.as_chunks().0.iter().map(|record| Digest::from_bytes(*record))))
    }

    /// Hands out all digests that are left, in order, each once, some at a time.
    pub(crate) fn for_each_part(
        &self,
        take: &mut dyn FnMut(&[Digest]) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        self.filled().into_iter().try_for_each(|number| match self.drain(number, std::iter::empty(), 0)? {
            Sorted::Whole(digests) => take(&digests),
            Sorted::Split(below) => below.for_each_part(take),
        })
    }
}

fn encode(digests: &[Digest]) -> Vec<u8> {
    let mut payload = Vec::with_capacity(digests.len() * RECORD_BYTES);
    digests.iter().for_each(|digest| payload.extend_from_slice(&digest.to_bytes()));
    payload
}

/// How many digests a payload holds.
pub(crate) fn digests_in(payload: &[u8]) -> u64 {
    (payload.len() / RECORD_BYTES) as u64
}

#[cfg(test)]
mod tests;
