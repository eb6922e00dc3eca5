//! Partitions that spill to disk: what the deduplication of identifiers and the sorting of digests
//! share.
//!
//! Owns the locks, the files of each partition, what is written to them and when they are durable,
//! and the levels: a partition that is too large for the memory is partitioned again by the next
//! byte. What a partition holds in memory, and when it must be spilled, is up to the user.

use crate::error::IngestError;
use crate::spill::{Ciphers, FileState, SpillDir, SpillFile};
use rayon::prelude::*;
use std::sync::{Mutex, MutexGuard};
use zeroize::Zeroize as _;

/// How many there are at each level. Those of the first level are the ledger's.
const PARTITIONS: usize = exposure_index::PARTITIONS as usize;

/// Partitions of fewer entries grow whatever the memory bound says: spilling them makes tiny
/// frames.
pub(crate) const SPILLED_AT_LEAST: usize = 256;

/// What a partition holds in memory.
pub(crate) trait Content: Default + Send {
    /// Encodes the entries that are not in the files yet, in ascending order, as payloads, each
    /// with the number of entries that its frame states. From then on those entries count as saved.
    fn take_unsaved(&mut self) -> impl Iterator<Item = (u64, Vec<u8>)>;

    /// The number of entries that the frame of this payload states.
    fn count(payload: &[u8]) -> u64;
}

/// A set of partitions, each under a lock of its own.
pub(crate) struct Partitions<'s, C> {
    spill: &'s SpillDir,
    /// `None` for content that may be on the disk unencrypted.
    ciphers: Option<&'s Ciphers>,
    level: u32,
    parts: Vec<Mutex<Partition<C>>>,
}

/// One partition.
#[derive(Default)]
pub(crate) struct Partition<C> {
    pub(crate) content: C,
    /// One for each attempt at the run.
    pub(crate) files: Vec<SpillFile>,
    /// Whether the files hold entries that memory does not. Otherwise they are copies for a
    /// checkpoint.
    pub(crate) is_spilled: bool,
}

impl<'s, C: Content> Partitions<'s, C> {
    /// For content that may be on the disk unencrypted.
    pub(crate) fn unencrypted(spill: &'s SpillDir) -> Self {
        Self::at_level(spill, None, 0)
    }

    /// For content that is encrypted on the disk.
    pub(crate) fn encrypted(spill: &'s SpillDir, ciphers: &'s Ciphers) -> Self {
        Self::at_level(spill, Some(ciphers), 0)
    }

    /// Empty partitions for what one of these partitions holds, by the next byte.
    pub(crate) fn next_level(&self) -> Self {
        Self::at_level(self.spill, self.ciphers, self.level + 1)
    }

    fn at_level(spill: &'s SpillDir, ciphers: Option<&'s Ciphers>, level: u32) -> Self {
        let parts = (0..PARTITIONS).map(|_| Mutex::default()).collect();
        Self { spill, ciphers, level, parts }
    }

    /// The level, from 0.
    pub(crate) fn level(&self) -> u32 {
        self.level
    }

    /// The partition of an entry with this tag or hash: a byte of it, from the highest on, one for
    /// each level.
    pub(crate) fn number_of(&self, tag: u64) -> u8 {
        (tag >> (56 - 8 * self.level)) as u8
    }

    pub(crate) fn lock(&self, number: u8) -> MutexGuard<'_, Partition<C>> {
        self.parts[usize::from(number)].lock().expect("no panic while it is held")
    }

    /// Takes a partition out and leaves an empty one.
    pub(crate) fn take(&self, number: u8) -> Partition<C> {
        std::mem::take(&mut *self.lock(number))
    }

    /// Adds a file that an earlier attempt left.
    pub(crate) fn adopt(&self, number: u8, file: SpillFile) {
        let mut partition = self.lock(number);
        partition.files.push(file);
        partition.is_spilled = true;
    }

    /// Writes everything that is not in the files, makes the files durable, and returns their
    /// state. Memory keeps its content. Nobody may add entries meanwhile.
    pub(crate) fn save(&self) -> Result<Vec<(u8, FileState)>, IngestError> {
        assert_eq!(self.level, 0, "deeper levels are made again from the files of the first");
        let save = |number| {
            let mut partition = self.lock(number);
            let Partition { content, files, .. } = &mut *partition;
            self.append(number, files, content.take_unsaved())?;
            files.iter_mut().map(|file| Ok((number, file.sync()?))).collect::<Result<Vec<_>, IngestError>>()
        };
        let saved: Result<Vec<_>, _> = (0..=u8::MAX).into_par_iter().map(save).collect();
        Ok(saved?.into_iter().flatten().collect())
    }

    /// Writes what is not in the files of a partition, and drops its content.
    pub(crate) fn spill(&self, number: u8, partition: &mut Partition<C>) -> Result<(), IngestError> {
        partition.is_spilled = true;
        let mut content = std::mem::take(&mut partition.content);
        self.append(number, &mut partition.files, content.take_unsaved())
    }

    /// Appends payloads to the file of this attempt.
    fn append(
        &self,
        number: u8,
        files: &mut Vec<SpillFile>,
        payloads: impl Iterator<Item = (u64, Vec<u8>)>,
    ) -> Result<(), IngestError> {
        let mut payloads = payloads.peekable();
        if payloads.peek().is_none() {
            return Ok(());
        }
        // After an error the file is dropped: a nonce that a failed write has used must not be used
        // again.
        let current = files.pop_if(|last| last.takes_more());
        let mut file = current.unwrap_or_else(|| self.spill.file());
        let origin = file.origin();
        let encrypted = (file.frames()..).zip(payloads).map(|(frame, (entries, mut payload))| {
            self.ciphers.map_or(Ok(()), |ciphers| ciphers.encrypt(origin, frame, &mut payload))?;
            Ok((entries, payload))
        });
        file.append((self.level << 8) | u32::from(number), encrypted)?;
        files.push(file);
        Ok(())
    }

    /// Reads the payloads of files back, in order; the files are then gone.
    pub(crate) fn read(
        &self,
        files: Vec<SpillFile>,
        mut take: impl FnMut(&[u8]) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        files.into_iter().try_for_each(|file| {
            let (origin, mut frames) = (file.origin(), 0..);
            file.read(C::count, |payload| {
                let Some(ciphers) = self.ciphers else { return take(payload) };
                let frame = frames.next().expect("64 bits count all frames");
                let taken = ciphers.decrypt(origin, frame, payload).and_then(|()| take(payload));
                payload.zeroize();
                taken
            })
        })
    }
}

impl<C> Partition<C> {
    /// Entries that must be read back from the files.
    pub(crate) fn spilled_entries(&self) -> u64 {
        self.spilled_files().map(SpillFile::entries).sum()
    }

    /// Bytes that must be read back from the files.
    pub(crate) fn spilled_bytes(&self) -> u64 {
        self.spilled_files().map(SpillFile::bytes).sum()
    }

    /// Advises the system that the files will be read soon.
    pub(crate) fn expect_read(&self) {
        self.spilled_files().for_each(SpillFile::expect_read);
    }

    fn spilled_files(&self) -> impl Iterator<Item = &SpillFile> {
        self.files.iter().filter(|_| self.is_spilled)
    }
}
