//! One attempt at a run of `ingest`: resumes what an earlier attempt left, writes checkpoints, and
//! removes everything when the run is done.

use crate::dedup::Dedup;
use crate::error::IngestError;
use crate::journal::entry::{Begin, Entry, FORMAT_VERSION, Finished, Listed, Publishing, State};
use crate::journal::file::{Journal, NAME};
use crate::journal::id::FileId;
use crate::memory::Memory;
use crate::sort::{Sorter, digests_in};
use crate::spill::{Ciphers, FileState, SpillDir, SpillFile};
use exposure_index::DataDir;
use exposure_protocol::SecretKey;
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Checkpoints take at most this fraction (one in this many) of the time.
const SHARE: u32 = 20;

/// Spill files of earlier attempts with their partitions, by the kind that [`Listed`] states.
type Restored = BTreeMap<Option<u8>, Vec<(u8, SpillFile)>>;

/// One attempt at a run. The caller holds the lock of the data directory.
pub(crate) struct Attempt {
    // Before the directory, so that its files are dropped first.
    restored: Mutex<Restored>,
    spill: SpillDir,
    ciphers: Ciphers,
    journal: Mutex<Journal>,
    finished: BTreeMap<FileId, serde_json::Value>,
    today: Date,
    interval: Duration,
    due: Mutex<Instant>,
}

/// The run that is wanted, which decides whether an earlier attempt can be resumed.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'w> {
    /// A hash of everything that decides which digests an input becomes.
    pub(crate) fingerprint: [u8; 32],
    /// The files to read. If a finished file is not among them, or has changed, the run starts
    /// over.
    pub(crate) inputs: &'w [FileId],
    /// The key, if the scheme uses one. Without a key a checkpoint cannot hold identifiers.
    pub(crate) key: Option<&'w SecretKey>,
    /// The date to use if the run starts over.
    pub(crate) today: Date,
    /// Minimum time between checkpoints. A crash costs at most that, and the file being read.
    pub(crate) interval: Duration,
}

impl Attempt {
    /// Resumes what an earlier attempt at the same run left, or starts over.
    pub(crate) fn open(data: &DataDir, wanted: &Wanted<'_>) -> Result<Self, IngestError> {
        let path = SpillDir::path_of_run(data);
        let failed = |source| IngestError::SpillFailed { path: path.clone(), source };
        match Self::resume(data, wanted).map_err(failed)? {
            Some(resumed) => Ok(resumed),
            None => Self::begin(data, wanted).map_err(failed),
        }
    }

    fn resume(data: &DataDir, wanted: &Wanted<'_>) -> io::Result<Option<Self>> {
        let Some(journal) = Journal::open(&SpillDir::path_of_run(data))? else { return Ok(None) };
        let State { begin, finished, files, publishing, .. } = &journal.state;
        let has_any = !finished.is_empty() || *publishing != Publishing::NotYet;
        let is_input = |finished: &Finished| wanted.inputs.contains(&finished.file);
        if begin.fingerprint != wanted.fingerprint || !has_any || !finished.iter().all(is_input) {
            return Ok(None);
        }
        let kept = files.iter().map(|file| file.state.number).collect();
        let spill = SpillDir::of_run(data, NAME, journal.state.attempt + 1, kept)?;
        let restore = |file: &Listed| {
            let entries = |payload: &[u8]| file.kind.map_or(0, |_| digests_in(payload));
            Ok(spill
                .restore(&file.state, file.partition.into(), entries)?
                .map(|restored| (file.kind, (file.partition, restored))))
        };
        // All files or none.
        let restored: io::Result<Option<Vec<_>>> = files.par_iter().map(restore).collect();
        let Some(restored) = restored? else { return Ok(None) };
        let mut by_kind = Restored::new();
        restored.into_iter().for_each(|(kind, file)| by_kind.entry(kind).or_default().push(file));
        Self::start(spill, journal, by_kind, wanted).map(Some)
    }

    fn begin(data: &DataDir, wanted: &Wanted<'_>) -> io::Result<Self> {
        let spill = SpillDir::of_run(data, "", 1, BTreeSet::new())?;
        let mut run = [0; 32];
        getrandom::fill(&mut run).map_err(|error| io::Error::other(error.to_string()))?;
        let Wanted { fingerprint, today, .. } = *wanted;
        let begin = Begin { version: FORMAT_VERSION, run, fingerprint, today };
        let journal = Journal::begin(&SpillDir::path_of_run(data), begin)?;
        Self::start(spill, journal, BTreeMap::new(), wanted)
    }

    /// Makes the number of the attempt durable before anything is spilled, because its cipher
    /// depends on it.
    fn start(spill: SpillDir, mut journal: Journal, restored: Restored, wanted: &Wanted<'_>) -> io::Result<Self> {
        let number = journal.state.attempt + 1;
        journal.append(Entry::Attempt { number })?;
        let State { begin, finished, files, .. } = &journal.state;
        let attempts = files.iter().map(|file| file.state.attempt).chain([number]).collect();
        let ciphers = wanted
            .key
            .map_or_else(|| Ciphers::ephemeral(number), |key| Ok(Ciphers::derived(key, &begin.run, &attempts)))?;
        Ok(Self {
            restored: Mutex::new(restored),
            spill,
            ciphers,
            finished: finished.iter().cloned().map(|Finished { file, report }| (file, report)).collect(),
            today: begin.today,
            journal: Mutex::new(journal),
            interval: wanted.interval,
            due: Mutex::new(Instant::now() + wanted.interval),
        })
    }

    /// The date that all attempts at the run use.
    pub(crate) fn today(&self) -> Date {
        self.today
    }

    /// The report of an input file, if an earlier attempt has finished it.
    pub(crate) fn finished(&self, file: &FileId) -> Option<&serde_json::Value> {
        self.finished.get(file)
    }

    /// A sorter for the kind of this rank, with what earlier attempts spilled. Must be called once
    /// per rank.
    pub(crate) fn sorter<'s>(&'s self, rank: u8, memory: &'s Memory) -> Sorter<'s> {
        let sorter = Sorter::new(&self.spill, memory);
        self.restored(Some(rank)).into_iter().for_each(|(partition, file)| sorter.adopt(partition, file));
        sorter
    }

    /// An empty sorter, which is in no checkpoint.
    pub(crate) fn empty_sorter<'s>(&'s self, memory: &'s Memory) -> Sorter<'s> {
        Sorter::new(&self.spill, memory)
    }

    /// The deduplication, with what earlier attempts spilled. Must be called once.
    pub(crate) fn dedup<'s>(&'s self, memory: &'s Memory) -> Dedup<'s> {
        let dedup = Dedup::new(&self.spill, &self.ciphers, memory);
        self.restored(None).into_iter().for_each(|(partition, file)| dedup.adopt(partition, file));
        dedup
    }

    fn restored(&self, kind: Option<u8>) -> Vec<(u8, SpillFile)> {
        self.restored.lock().expect("no panic while it is held").remove(&kind).unwrap_or_default()
    }

    /// Whether it is time for a checkpoint.
    pub(crate) fn is_due(&self) -> bool {
        Instant::now() >= *self.due.lock().expect("no panic while it is held")
    }

    /// Makes durable what the sorters, by rank, and the deduplication hold, and that these files
    /// are finished; a later attempt continues from here. Nobody may push meanwhile, and nothing of
    /// an unfinished file may have been pushed. Without a key, spilled identifiers could not be
    /// decrypted later: then it writes nothing and returns false, and the caller passes the same
    /// files again the next time.
    pub(crate) fn checkpoint(
        &self,
        sorters: &[Sorter<'_>],
        dedup: Option<&Dedup<'_>>,
        finished: &[Finished],
    ) -> Result<bool, IngestError> {
        let began = Instant::now();
        let mut files = Vec::new();
        if let Some(dedup) = dedup {
            match dedup.save()? {
                Some(saved) => files.extend(listed(None, saved)),
                None => return Ok(false),
            }
        }
        for (rank, sorter) in (0..).zip(sorters) {
            files.extend(listed(Some(rank), sorter.save()?));
        }
        self.spill.sync()?;
        if !self.spill.is_sound() {
            return Err(IngestError::Spill);
        }
        let kept = files.iter().map(|file| file.state.number).collect();
        let entry = Entry::Checkpoint { finished: finished.to_vec(), files };
        let mut journal = self.journal.lock().expect("no panic while it is held");
        journal.append(entry).map_err(|error| self.spill.failed(error))?;
        self.spill.keep(kept);
        let share = if self.interval.is_zero() { 0 } else { SHARE };
        let pause = self.interval.max(began.elapsed() * share);
        *self.due.lock().expect("no panic while it is held") = Instant::now() + pause;
        Ok(true)
    }

    /// Records that the ledger is about to be published and replaces the ledger with this ID, if
    /// there is one.
    pub(crate) fn publishing(&self, over: Option<FileId>, inputs: [u8; 32]) -> Result<(), IngestError> {
        let mut journal = self.journal.lock().expect("no panic while it is held");
        journal.append(Entry::Publishing { over, inputs }).map_err(|error| self.spill.failed(error))
    }

    /// Whether an earlier attempt at this run has published the ledger, and died before it was
    /// [`done`](Self::done): the present ledger is not the one that was to be replaced.
    pub(crate) fn has_published(
        data: &DataDir,
        fingerprint: &[u8; 32],
        inputs: &[u8; 32],
        ledger: Option<FileId>,
    ) -> bool {
        let journal = Journal::open(&SpillDir::path_of_run(data)).ok().flatten();
        journal.is_some_and(|Journal { state, .. }| match &state.publishing {
            Publishing::Over { ledger: over, inputs: of } => {
                state.begin.fingerprint == *fingerprint && of == inputs && *over != ledger
            }
            Publishing::NotYet => false,
        })
    }

    /// Removes what a run that has published its ledger left.
    pub(crate) fn forget(data: &DataDir) -> io::Result<()> {
        SpillDir::of_run(data, "", 1, BTreeSet::new())?.keep_nothing(NAME);
        Ok(())
    }

    /// Removes everything, because the ledger is published.
    pub(crate) fn done(self) {
        self.spill.keep_nothing(NAME);
    }
}

fn listed(kind: Option<u8>, files: Vec<(u8, FileState)>) -> impl Iterator<Item = Listed> {
    files.into_iter().map(move |(partition, state)| Listed { kind, partition, state })
}

#[cfg(test)]
impl Attempt {
    /// Attempt, file and frame of each encryption.
    pub(super) fn ciphers_used(&self) -> Vec<(u32, u32, u64)> {
        self.ciphers.used.lock().expect("no panic while it is held").clone()
    }

    /// How many input files earlier attempts have finished.
    pub(super) fn finished_files(&self) -> usize {
        self.finished.len()
    }

    /// The random ID of the run.
    pub(super) fn run(&self) -> [u8; 32] {
        self.journal.lock().expect("no panic while it is held").state.begin.run
    }
}
