//! The spill directory: created, made durable, left for a later attempt, and removed. `spill::file`
//! owns its files, `spill::cipher` their encryption.
//!
//! `spill/` holds the files of a run that cannot be resumed; the next such run empties it.
//! `spill/run/` holds those of a run that can, beside its [`journal`](crate::journal). A file that
//! the journal lists stays when it is dropped, and is removed once the journal no longer lists it.
//! All others are removed when they are dropped.

mod cipher;
mod directory;
mod file;

use crate::error::IngestError;
pub(crate) use cipher::{Ciphers, PartitionHash};
use directory::{Directory, RUN, file_name, make, sweep};
use exposure_index::DataDir;
pub(crate) use file::{FileState, SpillFile};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// A directory of mode 0700 for the files of one attempt at a run.
pub(crate) struct SpillDir(Arc<Directory>);

impl SpillDir {
    /// For a run that cannot be resumed. Removes what an earlier such run left, and keeps a run
    /// that can be resumed. The caller holds the lock of the data directory.
    pub(crate) fn create(data: &DataDir) -> io::Result<Self> {
        let path = data.spill();
        make(&path)?;
        sweep(&path, |name| name == RUN)?;
        Ok(Self::new(path, 0, 0, BTreeSet::new()))
    }

    /// Where a run that can be resumed has its journal and files. The directory may not exist.
    pub(crate) fn path_of_run(data: &DataDir) -> PathBuf {
        data.spill().join(RUN)
    }

    /// For a run that can be resumed. Creates its directory, and removes everything there except
    /// the journal and the `kept` files of earlier attempts.
    pub(crate) fn of_run(data: &DataDir, journal: &str, attempt: u32, kept: BTreeSet<u32>) -> io::Result<Self> {
        let path = Self::path_of_run(data);
        make(&data.spill())?;
        sweep(&data.spill(), |name| name == RUN)?;
        make(&path)?;
        let names: BTreeSet<String> = kept.iter().copied().map(file_name).chain([journal.to_owned()]).collect();
        sweep(&path, |name| names.contains(name))?;
        for directory in [&path, &data.spill(), data.root()] {
            File::open(directory)?.sync_all()?;
        }
        let next = kept.last().map_or(0, |last| last + 1);
        Ok(Self::new(path, attempt, next, kept))
    }

    fn new(path: PathBuf, attempt: u32, next: u32, kept: BTreeSet<u32>) -> Self {
        let (next, kept, failed) = (AtomicU32::new(next), Mutex::new(kept), AtomicBool::new(false));
        Self(Arc::new(Directory { path, attempt, next, kept, failed }))
    }

    /// A new file.
    pub(crate) fn file(&self) -> SpillFile {
        SpillFile::create(&self.0)
    }

    /// The file that an earlier attempt left, truncated to what the journal records; `None` if it
    /// does not match. `entries` counts the entries of a payload.
    pub(crate) fn restore(
        &self,
        state: &FileState,
        partition: u32,
        entries: impl Fn(&[u8]) -> u64 + Copy,
    ) -> io::Result<Option<SpillFile>> {
        SpillFile::restore(&self.0, state, partition, entries)
    }

    /// Makes the names of the files durable.
    pub(crate) fn sync(&self) -> Result<(), IngestError> {
        let sync = || File::open(&self.0.path)?.sync_all();
        sync().map_err(|error| self.0.failed(error))
    }

    /// From now on the journal lists exactly these files. Removes those that it listed before.
    pub(crate) fn keep(&self, files: BTreeSet<u32>) {
        let mut kept = self.0.kept.lock().expect("no panic while it is held");
        let before = std::mem::replace(&mut *kept, files);
        // What cannot be removed now is removed by the next attempt.
        before.difference(&kept).for_each(|&number| drop(fs::remove_file(self.0.path_of(number))));
    }

    /// The run is done. Removes the journal first, so that no later attempt resumes a half-removed
    /// run; dropping the directory removes the rest.
    pub(crate) fn keep_nothing(&self, journal: &str) {
        drop(fs::remove_file(self.0.path.join(journal)));
        self.0.kept.lock().expect("no panic while it is held").clear();
    }

    /// Whether every write and fsync has succeeded.
    pub(crate) fn is_sound(&self) -> bool {
        !self.0.failed.load(Ordering::Relaxed)
    }

    /// Records that the directory cannot be used, after which no checkpoint may follow, and returns
    /// the error to report.
    pub(crate) fn failed(&self, error: io::Error) -> IngestError {
        self.0.failed(error)
    }
}
