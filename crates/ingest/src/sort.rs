//! Sorts digests in bounded memory: partitioned by their first byte as they come, sorted partition by partition.
//!
//! Spilled digests are in the clear: they are what the ledger holds, and the spill directory is as closed as the ledger's.

use crate::error::IngestError;
use crate::frames::PAYLOAD_BYTES_MAX;
use crate::memory::Memory;
use crate::spill::{FileState, SpillDir, SpillFile};
use exposure_protocol::{Digest, RECORD_BYTES};
use rayon::prelude::*;
use std::sync::Mutex;

/// The first level's are the ledger's; those below it are as many.
const PARTITIONS: usize = exposure_index::PARTITIONS as usize;

/// Buffers below this many digests grow whatever the bound says: spilling them would make a frame of a few.
const SPILLED_AT_LEAST: usize = 256;

/// Takes the digests of one kind in any order and from any thread.
pub(crate) struct Sorter<'s> {
    spill: &'s SpillDir,
    memory: &'s Memory,
    /// Which byte of a tag decides the partition; above it all digests are alike.
    level: u32,
    partitions: Vec<Mutex<Partition>>,
}

#[derive(Default)]
struct Partition {
    held: Vec<Digest>,
    /// So many of those held, the first ones, are in the files, too.
    saved: usize,
    /// One of each attempt at the run.
    spilled: Vec<SpillFile>,
    /// Whether the files hold what memory does not.
    is_spilled: bool,
}

/// The digests of one partition.
pub(crate) enum Sorted<'s> {
    /// All of them, in order, each once.
    Whole(Vec<Digest>),
    /// Too many for the memory: partitioned once more, by the next byte.
    Split(Sorter<'s>),
}

impl<'s> Sorter<'s> {
    pub(crate) fn new(spill: &'s SpillDir, memory: &'s Memory) -> Self {
        Self::at_level(spill, memory, 0)
    }

    fn at_level(spill: &'s SpillDir, memory: &'s Memory, level: u32) -> Self {
        let partitions = (0..PARTITIONS).map(|_| Mutex::default()).collect();
        Self { spill, memory, level, partitions }
    }

    /// Takes digests. Each partition is locked once.
    pub(crate) fn push(&self, digests: &[Digest]) -> Result<(), IngestError> {
        let mut ends = [0; PARTITIONS];
        digests.iter().for_each(|digest| ends[self.partition_of(digest)] += 1);
        let mut sum = 0;
        for end in &mut ends {
            sum += std::mem::replace(end, sum);
        }
        // Each end is a start until its partition has been filled.
        let mut scattered = digests.to_vec();
        for digest in digests {
            let place = &mut ends[self.partition_of(digest)];
            scattered[*place] = *digest;
            *place += 1;
        }
        let mut start = 0;
        for (number, end) in ends.into_iter().enumerate() {
            if start < end {
                self.take(number, &scattered[start..end])?;
            }
            start = end;
        }
        Ok(())
    }

    fn partition_of(&self, digest: &Digest) -> usize {
        (digest.tag(64) >> (56 - 8 * self.level)) as usize % PARTITIONS
    }

    /// Takes a file that an earlier attempt left.
    pub(crate) fn adopt(&self, number: u8, file: SpillFile) {
        let mut partition = self.partitions[usize::from(number)].lock().expect("no panic while it is held");
        partition.spilled.push(file);
        partition.is_spilled = true;
    }

    /// Writes down what the files do not hold, makes them durable, and says which they are. Memory goes on holding it all.
    /// Nobody may push meanwhile.
    pub(crate) fn save(&self) -> Result<Vec<(u8, FileState)>, IngestError> {
        assert_eq!(self.level, 0, "what is below a partition is made again from that partition's files");
        let saved: Result<Vec<_>, _> = (0..PARTITIONS).into_par_iter().map(|number| self.save_one(number)).collect();
        Ok(saved?.into_iter().flatten().collect())
    }

    fn save_one(&self, number: usize) -> Result<Vec<(u8, FileState)>, IngestError> {
        let mut partition = self.partitions[number].lock().expect("no panic while it is held");
        let Partition { held, saved, spilled, .. } = &mut *partition;
        let mut unsaved = held.split_off(*saved);
        unsaved.sort_unstable();
        unsaved.dedup();
        self.append(spilled, number, &unsaved)?;
        held.extend_from_slice(&unsaved);
        *saved = held.len();
        spilled.iter_mut().map(|file| Ok((number as u8, file.sync()?))).collect()
    }

    /// Adds digests to the file of this attempt.
    fn append(&self, files: &mut Vec<SpillFile>, number: usize, digests: &[Digest]) -> Result<(), IngestError> {
        if digests.is_empty() {
            return Ok(());
        }
        if !files.last().is_some_and(SpillFile::takes_more) {
            files.push(self.spill.file());
        }
        let file = files.last_mut().expect("just made");
        let payloads = digests.chunks(PAYLOAD_BYTES_MAX / RECORD_BYTES);
        file.append(self.frame_partition(number), payloads.map(|digests| (digests.len() as u64, encode(digests))))
    }

    fn frame_partition(&self, number: usize) -> u32 {
        (self.level << 8) | number as u32
    }

    fn take(&self, number: usize, digests: &[Digest]) -> Result<(), IngestError> {
        let mut partition = self.partitions[number].lock().expect("no panic while it is held");
        let (length, capacity) = (partition.held.len(), partition.held.capacity());
        if length + digests.len() > capacity {
            let grown = (length + digests.len()).max(capacity * 2).max(64);
            if self.may_grow(length, (grown - capacity) * RECORD_BYTES) {
                partition.held.reserve_exact(grown - length);
            } else {
                self.make_room(&mut partition, number, digests.len())?;
            }
        }
        partition.held.extend_from_slice(digests);
        Ok(())
    }

    /// Takes the memory by which a buffer of so many digests is to grow, if there is any left or it is small.
    fn may_grow(&self, digests: usize, bytes: usize) -> bool {
        if digests >= SPILLED_AT_LEAST {
            return self.memory.try_take(bytes);
        }
        self.memory.take(bytes);
        true
    }

    /// Drops what is saved, and repetitions; if that does not free half of the buffer, spills it and lets others have its
    /// memory.
    fn make_room(&self, partition: &mut Partition, number: usize, needed: usize) -> Result<(), IngestError> {
        partition.is_spilled |= partition.saved > 0;
        partition.held.drain(..std::mem::take(&mut partition.saved));
        partition.held.sort_unstable();
        partition.held.dedup();
        let capacity = partition.held.capacity();
        if partition.held.len() + needed <= capacity / 2 {
            return Ok(());
        }
        partition.is_spilled = true;
        let Partition { held, spilled, .. } = &mut *partition;
        self.append(spilled, number, held)?;
        self.memory.give(capacity * RECORD_BYTES);
        self.memory.take(needed * RECORD_BYTES);
        partition.held = Vec::with_capacity(needed);
        Ok(())
    }

    /// The partitions that hold anything, in order.
    pub(crate) fn filled(&self) -> Vec<u8> {
        let is_filled = |partition: &Mutex<Partition>| {
            let partition = partition.lock().expect("no panic while it is held");
            !partition.held.is_empty() || partition.is_spilled
        };
        (0..=u8::MAX).filter(|&number| is_filled(&self.partitions[usize::from(number)])).collect()
    }

    /// How many partitions like the largest one may be loaded at once; each core may load one in any case.
    pub(crate) fn loaded_at_once(&self) -> usize {
        let digests = |partition: &Mutex<Partition>| {
            let partition = partition.lock().expect("no panic while it is held");
            partition.held.len() + partition.read_back() as usize
        };
        let largest = self.partitions.iter().map(digests).max().unwrap_or_default();
        let cores = rayon::current_num_threads();
        self.memory.room_for(largest * RECORD_BYTES).clamp(cores, 4 * cores)
    }

    /// Has the system read ahead what a partition has spilled.
    pub(crate) fn expect(&self, number: u8) {
        let partition = self.partitions[usize::from(number)].lock().expect("no panic while it is held");
        partition.spilled.iter().filter(|_| partition.is_spilled).for_each(SpillFile::expect_read);
    }

    /// All of a partition, and of `more`, which is sorted in with it. Afterwards the partition is empty.
    pub(crate) fn drain(
        &self,
        number: u8,
        mut more: impl Iterator<Item = Result<Digest, IngestError>>,
        more_count: u64,
    ) -> Result<Sorted<'s>, IngestError> {
        let mut partition = self.partitions[usize::from(number)].lock().expect("no panic while it is held");
        let total = partition.read_back() + more_count;
        let Partition { mut held, saved, spilled, is_spilled } = std::mem::take(&mut *partition);
        drop(partition);
        let capacity = held.capacity();
        // What is saved comes back from the files, or is all there is in them.
        let spilled = if is_spilled { spilled } else { Vec::new() };
        held.drain(..if is_spilled { saved } else { 0 });
        let total = held.len() + total as usize;
        let sorted = if total == held.len() || self.memory.fits(total * RECORD_BYTES) || self.level == 7 {
            // Everything else comes in sorted runs, which a stable sort finds and merges.
            held.sort_unstable();
            held.reserve_exact(total - held.len());
            for_each_payload(spilled, |digests| {
                held.extend(digests);
                Ok(())
            })?;
            more.try_for_each(|digest| digest.map(|digest| held.push(digest)))?;
            held.sort();
            held.dedup();
            Sorted::Whole(held)
        } else {
            self.split(&held, spilled, more).map(Sorted::Split)?
        };
        self.memory.give(capacity * RECORD_BYTES);
        Ok(sorted)
    }

    fn split(
        &self,
        held: &[Digest],
        spilled: Vec<SpillFile>,
        more: impl Iterator<Item = Result<Digest, IngestError>>,
    ) -> Result<Self, IngestError> {
        let below = Self::at_level(self.spill, self.memory, self.level + 1);
        below.push(held)?;
        for_each_payload(spilled, |digests| below.push(&digests.collect::<Vec<_>>()))?;
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

    /// All that is left, in order, each once, a part at a time.
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

impl Partition {
    /// How many digests must be read back from the files.
    fn read_back(&self) -> u64 {
        if self.is_spilled { self.spilled.iter().map(SpillFile::entries).sum() } else { 0 }
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

fn for_each_payload(
    files: Vec<SpillFile>,
    mut take: impl FnMut(&mut dyn Iterator<Item = Digest>) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    files.into_iter().try_for_each(|file| {
        let take =
            |payload: &mut Vec<u8>| take(&mut payload.as_chunks().0.iter().map(|record| Digest::from_bytes(*record)));
        file.read(digests_in, take)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use exposure_index::DataDir;

    #[test]
    fn digests_come_back_in_order_and_once_whatever_the_memory() {
        let dir = tempfile::tempdir().expect("a directory");
        let spill = SpillDir::create(&DataDir::new(dir.path())).expect("created");
        let digest = |n: u64| Digest::from_output(blake3::hash(&n.to_le_bytes()).as_bytes());
        let pushed: Vec<_> = (0..300_000).chain(0..100_000).map(digest).collect();
        let mut expected = pushed[..300_000].to_vec();
        expected.sort_unstable();
        for (limit, spills, splits) in [(1 << 30, false, false), (2 << 20, true, false), (100 << 10, true, true)] {
            let memory = Memory::new(limit);
            let sorter = Sorter::new(&spill, &memory);
            pushed.par_chunks(1_000).try_for_each(|digests| sorter.push(digests)).expect("pushed");
            let files = std::fs::read_dir(dir.path().join("spill")).expect("there").count();
            assert_eq!(files > 0, spills, "limit {limit}");
            let mut sorted = Vec::new();
            let mut split = false;
            for number in sorter.filled() {
                match sorter.drain(number, std::iter::empty(), 0).expect("read") {
                    Sorted::Whole(digests) => sorted.extend(digests),
                    Sorted::Split(below) => {
                        split = true;
                        below
                            .for_each_part(&mut |digests| {
                                sorted.extend_from_slice(digests);
                                Ok(())
                            })
                            .expect("read");
                    }
                }
            }
            assert!(sorted == expected, "limit {limit}");
            assert_eq!(split, splits, "limit {limit}");
            let left = std::fs::read_dir(dir.path().join("spill")).expect("there").count();
            assert_eq!(left, 0, "spilled files go as they are read");
            assert!(memory.try_take(limit), "all memory was given back");
        }
    }

    #[test]
    fn what_is_saved_may_leave_memory_and_is_saved_once() {
        let dir = tempfile::tempdir().expect("a directory");
        let spill = SpillDir::create(&DataDir::new(dir.path())).expect("created");
        let digests: Vec<_> = (0..513).map(|n| Digest::from_parts(n, [0; 16])).collect();
        let memory = Memory::new(512 * RECORD_BYTES);
        let sorter = Sorter::new(&spill, &memory);
        sorter.push(&digests[..512]).expect("pushed");
        let saved = sorter.save().expect("saved");
        assert_eq!(saved, sorter.save().expect("saved"), "nothing new, nothing written");
        assert_eq!(saved.len(), 1);
        // There is no room for one more but that of what is saved.
        sorter.push(&digests[512..]).expect("pushed");
        let mut sorted = Vec::new();
        let take = &mut |part: &[Digest]| {
            sorted.extend_from_slice(part);
            Ok(())
        };
        sorter.for_each_part(take).expect("read");
        assert!(sorted == digests);
    }
}
