//! Gathers the canonical identifiers that wait for evaluation, each once, in bounded memory.
//!
//! One evaluation costs more than reading a hundred repetitions, and dumps repeat themselves: so repetitions leave here.
//! Identifiers are partitioned by a keyed hash, so that whoever made the dump cannot fill one partition. What does not fit
//! is spilled, encrypted; a partition is read back whole, and then nothing in it is there twice. What was written down for a
//! later attempt at the run stays in memory, too, as long as there is room, so that repetitions still leave.

use crate::error::IngestError;
use crate::frames::PAYLOAD_BYTES_MAX;
use crate::memory::Memory;
use crate::spill::{Ciphers, FileState, PartitionHash, SpillDir, SpillFile};
use hashbrown::HashTable;
use rayon::prelude::*;
use std::sync::Mutex;
use zeroize::Zeroize as _;

const PARTITIONS: usize = 256;

/// Tables below this many entries grow whatever the bound says: spilling them would make a frame of a few.
const SPILLED_AT_LEAST: usize = 256;

/// What an entry of a table takes: an offset, a control byte, and the room that a table keeps free.
const TABLE_ENTRY_BYTES: usize = 8;

/// Most bytes of an arena: a table's offsets have 32 bits.
const ARENA_BYTES: usize = u32::MAX as usize;

/// What the cipher adds to a payload.
const TAG_BYTES: usize = 16;

/// Plain bytes of a payload: the cipher adds its tag.
const PLAIN_BYTES: usize = PAYLOAD_BYTES_MAX - 1_024;

/// Takes what waited, each identifier once.
pub(crate) trait TakeParts {
    /// Takes some partitions' worth of identifiers: of each the rank of its kind, then the canonical form.
    fn take(&mut self, part: &mut dyn Iterator<Item = &[u8]>) -> Result<(), IngestError>;

    /// A partition of the first level has been handed out to its end, and what is `left` holds nothing of it: once all that
    /// was taken is safe, a checkpoint may follow.
    fn partition_taken(&mut self, left: &Waiting<'_>) -> Result<(), IngestError>;
}

/// Takes identifiers in any order and from any thread.
pub(crate) struct Waiting<'s> {
    spill: &'s SpillDir,
    ciphers: &'s Ciphers,
    memory: &'s Memory,
    hash: PartitionHash,
    /// Which byte of the hash decides the partition. The lowest and highest bits are the table's.
    level: u32,
    partitions: Vec<Mutex<Partition>>,
}

#[derive(Default)]
struct Partition {
    distinct: Distinct,
    /// One of each attempt at the run.
    spilled: Vec<SpillFile>,
    /// Whether the files hold what memory does not.
    is_spilled: bool,
}

/// Entries, each once.
#[derive(Default)]
struct Distinct {
    bytes: Vec<u8>,
    /// So many bytes, the first ones, are in the partition's files, too.
    saved: usize,
    table: HashTable<u32>,
}

/// Makes room for more bytes. A buffer that grows by itself leaves its old copy behind, which nobody wipes.
fn make_room(bytes: &mut Vec<u8>, more: usize) {
    if bytes.capacity() - bytes.len() < more {
        let mut larger = Vec::with_capacity((bytes.len() + more).max(bytes.capacity() * 2));
        larger.extend_from_slice(bytes);
        bytes.zeroize();
        *bytes = larger;
    }
}

/// The entry that these bytes begin with, without its length; none if they are cut.
fn entry(bytes: &[u8]) -> Option<&[u8]> {
    let (&length, rest) = bytes.split_first()?;
    rest.get(..usize::from(length)).filter(|entry| !entry.is_empty())
}

/// The entries of an arena or a payload, one behind another.
pub(crate) fn entries(mut bytes: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let entry = entry(bytes);
        bytes = entry.map_or(&[], |entry| &bytes[1 + entry.len()..]);
        Some(entry)
    })
}

impl Distinct {
    fn contains(&self, hash: u64, wanted: &[u8]) -> bool {
        self.table.find(hash, |&offset| entry(&self.bytes[offset as usize..]) == Some(wanted)).is_some()
    }

    /// Adds an entry if it is not there yet.
    fn insert(&mut self, hash: u64, new: &[u8], hash_of: PartitionHash) {
        if self.contains(hash, new) {
            return;
        }
        let Self { bytes, table, .. } = self;
        make_room(bytes, 1 + new.len());
        let offset = bytes.len() as u32;
        bytes.push(new.len() as u8);
        bytes.extend_from_slice(new);
        table.insert_unique(hash, offset, |&offset| hash_of.of(entry(&bytes[offset as usize..]).expect("own entry")));
    }

    /// What it takes to hold so many more entries of so many bytes, beyond what it holds already.
    fn growth(&self, count: usize, bytes: usize) -> usize {
        let (arena, table) = (self.bytes.capacity(), self.table.capacity());
        let more_arena =
            if self.bytes.len() + bytes > arena { (self.bytes.len() + bytes).max(arena * 2) - arena } else { 0 };
        let more_table =
            if self.table.len() + count > table { (self.table.len() + count).max(table * 2) - table } else { 0 };
        more_arena + more_table * TABLE_ENTRY_BYTES
    }

    fn held(&self) -> usize {
        self.bytes.capacity() + self.table.capacity() * TABLE_ENTRY_BYTES
    }
}

impl Drop for Distinct {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl<'s> Waiting<'s> {
    pub(crate) fn new(spill: &'s SpillDir, ciphers: &'s Ciphers, memory: &'s Memory) -> Self {
        Self::at_level(spill, ciphers, memory, 0)
    }

    fn at_level(spill: &'s SpillDir, ciphers: &'s Ciphers, memory: &'s Memory, level: u32) -> Self {
        let partitions = (0..PARTITIONS).map(|_| Mutex::default()).collect();
        Self { spill, ciphers, memory, hash: ciphers.hash(), level, partitions }
    }

    /// Takes a file that an earlier attempt left.
    pub(crate) fn adopt(&self, number: u8, file: SpillFile) {
        let mut partition = self.partitions[usize::from(number)].lock().expect("no panic while it is held");
        partition.spilled.push(file);
        partition.is_spilled = true;
    }

    /// Writes down what the files do not hold, makes them durable, and says which they are. Memory goes on holding it all.
    /// Nobody may push meanwhile. None if no later attempt could read them.
    pub(crate) fn save(&self) -> Result<Option<Vec<(u8, FileState)>>, IngestError> {
        assert_eq!(self.level, 0, "what is below a partition is made again from that partition's files");
        if !self.ciphers.is_lasting() {
            return Ok(None);
        }
        let saved: Result<Vec<_>, _> = (0..PARTITIONS).into_par_iter().map(|number| self.save_one(number)).collect();
        Ok(Some(saved?.into_iter().flatten().collect()))
    }

    fn save_one(&self, number: usize) -> Result<Vec<(u8, FileState)>, IngestError> {
        let mut partition = self.partitions[number].lock().expect("no panic while it is held");
        let Partition { distinct, spilled, .. } = &mut *partition;
        self.append(spilled, number, &distinct.bytes[distinct.saved..])?;
        distinct.saved = distinct.bytes.len();
        spilled.iter_mut().map(|file| Ok((number as u8, file.sync()?))).collect()
    }

    /// Takes identifiers, encoded as a worker delivers them. Each partition is locked once.
    pub(crate) fn push(&self, identifiers: &[u8]) -> Result<(), IngestError> {
        let mut hashed = entries(identifiers)
            .map(|entry| entry.map(|entry| (self.hash.of(entry), entry)).ok_or(IngestError::Spill))
            .collect::<Result<Vec<_>, _>>()?;
        hashed.sort_unstable_by_key(|(hash, _)| self.partition_of(*hash));
        hashed
            .chunk_by(|a, b| self.partition_of(a.0) == self.partition_of(b.0))
            .try_for_each(|group| self.take(self.partition_of(group[0].0), group))
    }

    fn partition_of(&self, hash: u64) -> usize {
        (hash >> (48 - 8 * self.level)) as usize % PARTITIONS
    }

    fn take(&self, number: usize, group: &[(u64, &[u8])]) -> Result<(), IngestError> {
        let mut partition = self.partitions[number].lock().expect("no panic while it is held");
        let Partition { distinct, .. } = &*partition;
        let is_new = |(hash, entry): &&(u64, &[u8])| !distinct.contains(*hash, entry);
        let new: Vec<_> = group.iter().filter(is_new).collect();
        if new.is_empty() {
            return Ok(());
        }
        let bytes = new.iter().map(|(_, entry)| 1 + entry.len()).sum();
        let (growth, is_addressed) = (distinct.growth(new.len(), bytes), distinct.bytes.len() + bytes <= ARENA_BYTES);
        if distinct.table.len() >= SPILLED_AT_LEAST && !(self.memory.allows(growth) && is_addressed) {
            self.write(&mut partition, number)?;
        }
        let before = partition.distinct.held();
        new.into_iter().for_each(|(hash, entry)| partition.distinct.insert(*hash, entry, self.hash));
        self.memory.take(partition.distinct.held() - before);
        Ok(())
    }

    /// Spills what a partition holds, and gives its memory to others.
    fn write(&self, partition: &mut Partition, number: usize) -> Result<(), IngestError> {
        let distinct = std::mem::take(&mut partition.distinct);
        self.memory.give(distinct.held());
        partition.is_spilled = true;
        self.append(&mut partition.spilled, number, &distinct.bytes[distinct.saved..])
    }

    /// Adds entries, in order, to the file of this attempt.
    fn append(&self, files: &mut Vec<SpillFile>, number: usize, bytes: &[u8]) -> Result<(), IngestError> {
        let mut sorted: Vec<&[u8]> = entries(bytes).map(|entry| entry.expect("own entry")).collect();
        if sorted.is_empty() {
            return Ok(());
        }
        sorted.sort_unstable();
        // Goes back only if all of it is written: what failed half-way was encrypted under a nonce that must not come again.
        let current = if files.last().is_some_and(SpillFile::takes_more) { files.pop() } else { None };
        let mut file = current.unwrap_or_else(|| self.spill.file());
        let mut payloads = Vec::new();
        for group in payload_groups(&sorted) {
            let plain: usize = group.iter().map(|entry| 1 + entry.len()).sum();
            let mut payload = Vec::with_capacity(plain + TAG_BYTES);
            for entry in group {
                payload.push(entry.len() as u8);
                payload.extend_from_slice(entry);
            }
            self.ciphers.encrypt(&file, file.frames() + payloads.len() as u64, &mut payload)?;
            // How many entries there are is not for the disk.
            payloads.push((0, payload));
        }
        file.append((self.level << 8) | number as u32, payloads.into_iter())?;
        files.push(file);
        Ok(())
    }

    /// Hands out all identifiers, each once, some partitions' worth at a time.
    pub(crate) fn for_each_part(&self, take: &mut impl TakeParts) -> Result<(), IngestError> {
        for number in 0..PARTITIONS {
            self.hand_out(number, take)?;
            if self.level == 0 {
                take.partition_taken(self)?;
            }
        }
        Ok(())
    }

    fn hand_out(&self, number: usize, take: &mut impl TakeParts) -> Result<(), IngestError> {
        let Partition { mut distinct, spilled, is_spilled } =
            std::mem::take(&mut *self.partitions[number].lock().expect("no panic while it is held"));
        self.memory.give(distinct.held());
        if is_spilled {
            // The files' own size bounds what they decrypt to.
            let bytes = spilled.iter().map(SpillFile::bytes).sum::<u64>() as usize;
            let is_small = self.memory.fits(bytes * 2) && bytes <= ARENA_BYTES / 2;
            if !is_small && self.level < 4 {
                return self.split(&distinct, spilled)?.for_each_part(take);
            }
            self.read(spilled, |payload| {
                for entry in entries(payload) {
                    let entry = entry.ok_or(IngestError::Spill)?;
                    distinct.insert(self.hash.of(entry), entry, self.hash);
                }
                Ok(())
            })?;
        }
        take.take(&mut entries(&distinct.bytes).map(|entry| entry.expect("own entry")))
    }

    fn split(&self, distinct: &Distinct, files: Vec<SpillFile>) -> Result<Self, IngestError> {
        let below = Self::at_level(self.spill, self.ciphers, self.memory, self.level + 1);
        below.push(&distinct.bytes)?;
        self.read(files, |payload| below.push(payload))?;
        Ok(below)
    }

    fn read(
        &self,
        files: Vec<SpillFile>,
        mut take: impl FnMut(&[u8]) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        files.into_iter().try_for_each(|file| {
            let (place, mut frame) = (file.place(), 0);
            file.read(
                |_| 0,
                |payload| {
                    let taken = self.ciphers.decrypt(place, frame, payload).and_then(|()| take(payload));
                    frame += 1;
                    payload.zeroize();
                    taken
                },
            )
        })
    }
}

/// Groups of entries that fit a payload each.
fn payload_groups<'e, 's>(sorted: &'e [&'s [u8]]) -> impl Iterator<Item = &'e [&'s [u8]]> {
    // No entry is longer than a byte can say.
    sorted.chunks(PLAIN_BYTES / 256)
}

#[cfg(test)]
mod tests {
    use super::*;
    use exposure_index::DataDir;
    use std::fs;

    impl<F: FnMut(&mut dyn Iterator<Item = &[u8]>) -> Result<(), IngestError>> TakeParts for F {
        fn take(&mut self, part: &mut dyn Iterator<Item = &[u8]>) -> Result<(), IngestError> {
            self(part)
        }

        fn partition_taken(&mut self, _: &Waiting<'_>) -> Result<(), IngestError> {
            Ok(())
        }
    }

    /// An entry of the kind of rank 7.
    fn encoded(canonical: &str) -> Vec<u8> {
        [&[canonical.len() as u8 + 1, 7], canonical.as_bytes()].concat()
    }

    #[test]
    fn what_is_pushed_comes_back_once_and_shows_nothing_on_disk() {
        let dir = tempfile::tempdir().expect("a directory");
        let spill = SpillDir::create(&DataDir::new(dir.path())).expect("created");
        let ciphers = Ciphers::passing(0).expect("random numbers");
        let text = |n: usize| format!("+861540000{n:06}");
        let numbers: Vec<_> = (0..200_000).map(|n| n * 7_919 % 100_000).collect();
        for (limit, spills) in [(1 << 30, false), (2 << 20, true), (100 << 10, true)] {
            let memory = Memory::new(limit);
            let waiting = Waiting::new(&spill, &ciphers, &memory);
            let push =
                |numbers: &[usize]| waiting.push(&numbers.iter().flat_map(|&n| encoded(&text(n))).collect::<Vec<_>>());
            numbers.par_chunks(1_000).try_for_each(push).expect("pushed");
            let files: Vec<_> = fs::read_dir(dir.path().join("spill")).expect("there").collect();
            assert_eq!(!files.is_empty(), spills, "limit {limit}");
            for file in files {
                let bytes = fs::read(file.expect("listed").path()).expect("readable");
                let shown = bytes.windows(9).any(|window| window == b"+86154000");
                assert!(!shown, "an identifier stands on the disk in the clear");
            }
            let mut seen = vec![0; 100_000];
            let mut count = |part: &mut dyn Iterator<Item = &[u8]>| {
                for entry in part {
                    assert_eq!(entry[0], 7);
                    let n: usize = str::from_utf8(&entry[11..]).expect("digits").parse().expect("digits");
                    seen[n] += 1;
                }
                Ok(())
            };
            waiting.for_each_part(&mut count).expect("read");
            assert!(seen.iter().all(|&times| times == 1), "limit {limit}");
            assert_eq!(fs::read_dir(dir.path().join("spill")).expect("there").count(), 0);
            assert!(memory.try_take(limit), "all memory was given back");
        }
    }

    #[test]
    fn what_is_saved_is_saved_once_and_may_leave_memory() {
        let dir = tempfile::tempdir().expect("a directory");
        let spill = SpillDir::create(&DataDir::new(dir.path())).expect("created");
        let key = exposure_protocol::SecretKey::derive(&[7; 32], b"test", 1).expect("a seed");
        let ciphers = Ciphers::derived(&key, &[1; 32], &[0].into());
        for limit in [1 << 30, 1 << 20] {
            let memory = Memory::new(limit);
            let waiting = Waiting::new(&spill, &ciphers, &memory);
            let push = |numbers: std::ops::Range<u32>| {
                let entries: Vec<_> = numbers.flat_map(|n| encoded(&format!("+8620{n:09}"))).collect();
                waiting.push(&entries).expect("pushed");
            };
            let save = || waiting.save().expect("saved").expect("with a key");
            let written = |files: &[(u8, FileState)]| files.iter().map(|(_, state)| state.bytes).sum::<u64>();
            push(0..100_000);
            let first = save();
            assert!(save() == first, "nothing new, nothing written");
            push(0..100_000);
            // Where memory is short, some of it had left before it was saved, and came again.
            assert!(limit < 1 << 30 || save() == first, "repetitions leave, though all is saved");
            push(100_000..120_000);
            assert!(written(&save()) > written(&first));
            let mut count = 0;
            let mut take = |part: &mut dyn Iterator<Item = &[u8]>| {
                count += part.count();
                Ok(())
            };
            waiting.for_each_part(&mut take).expect("read");
            assert_eq!(count, 120_000, "limit {limit}");
            assert!(memory.try_take(limit), "all memory was given back");
        }
    }

    #[test]
    fn a_buffer_that_grows_by_hand_keeps_what_it_holds() {
        let mut bytes = Vec::new();
        for n in 0..1_000_usize {
            make_room(&mut bytes, 2);
            let room = bytes.capacity();
            bytes.extend_from_slice(&[n as u8, 1]);
            assert_eq!(bytes.capacity(), room, "it would have left a copy behind");
        }
        assert!(bytes.chunks(2).enumerate().all(|(n, pair)| pair == [n as u8, 1]));
    }
}
