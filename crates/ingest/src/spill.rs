//! The spill directory and its files of frames: when they are made, made durable, left for a later attempt, and removed.
//!
//! `spill/` holds the files of a run that cannot be resumed, and is emptied by the next one; `spill/run/` those of a run that
//! can, beside its [`journal`](crate::journal). What the journal lists is kept: dropping it leaves the file where it is, and
//! it goes when the journal no longer lists it. Everything else goes when it is dropped.

mod cipher;

use crate::error::IngestError;
use crate::frames::{FRAME_BYTES, FrameReader, Frames, PAYLOAD_BYTES_MAX};
pub(crate) use cipher::{Ciphers, PartitionHash};
use exposure_index::DataDir;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, BufWriter};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// In the spill directory, what a run that can be resumed leaves behind.
const RUN: &str = "run";

/// A directory of mode 0700 for the files of one attempt at a run.
pub(crate) struct SpillDir(Arc<Directory>);

struct Directory {
    path: PathBuf,
    attempt: u32,
    next: AtomicU32,
    /// The files that the journal lists.
    kept: Mutex<BTreeSet<u32>>,
    /// Whether a write or an fsync has failed: what is on the disk then is not known, and no checkpoint may follow.
    failed: AtomicBool,
}

/// What the journal says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileState {
    /// Its name.
    pub(crate) number: u32,
    /// The attempt that wrote it, whose cipher it is under.
    pub(crate) attempt: u32,
    /// Its length.
    pub(crate) bytes: u64,
    pub(crate) frames: u64,
    pub(crate) entries: u64,
}

impl SpillDir {
    /// For a run that cannot be resumed: sweeps what such a run left, and nothing of one that can. The caller holds the data
    /// directory's lock.
    pub(crate) fn create(data: &DataDir) -> io::Result<Self> {
        let path = data.spill();
        make(&path)?;
        sweep(&path, |name| name == RUN)?;
        Ok(Self::new(path, 0, 0, BTreeSet::new()))
    }

    /// Where a run that can be resumed has its journal and its files; it may not be there.
    pub(crate) fn path_of_run(data: &DataDir) -> PathBuf {
        data.spill().join(RUN)
    }

    /// For a run that can be resumed: makes its directory if it is not there, and sweeps it of all but the journal and these
    /// files of earlier attempts.
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

    /// A file that is not there yet. Its name is a number, and says nothing.
    pub(crate) fn file(&self) -> SpillFile {
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        let (dir, attempt) = (Arc::clone(&self.0), self.0.attempt);
        SpillFile { dir, number, attempt, bytes: 0, frames: Frames::default(), is_durable: false }
    }

    /// The file that an earlier attempt left, cut to what the journal says of it, and read. None if it is not what the
    /// journal says. It gets no more frames: their numbers were used up, perhaps, by frames that are cut off now.
    pub(crate) fn restore(
        &self,
        state: &FileState,
        partition: u32,
        entries: impl Fn(&[u8]) -> u64 + Copy,
    ) -> io::Result<Option<SpillFile>> {
        let path = self.0.path.join(file_name(state.number));
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        if file.metadata()?.len() < state.bytes {
            return Ok(None);
        }
        file.set_len(state.bytes)?;
        let stream = BufReader::with_capacity(256 << 10, file);
        let frames = match Frames::of_unfinished(stream, partition, state.frames, entries) {
            Err(error) if is_damage(&error) => return Ok(None),
            frames => frames?,
        };
        let bytes = state.bytes.checked_sub(FRAME_BYTES * state.frames).filter(|_| frames.entries() == state.entries);
        let (dir, FileState { number, attempt, .. }) = (Arc::clone(&self.0), *state);
        Ok(bytes.map(|bytes| SpillFile { dir, number, attempt, bytes, frames, is_durable: true }))
    }

    /// Makes durable which files there are.
    pub(crate) fn sync(&self) -> Result<(), IngestError> {
        let sync = || File::open(&self.0.path)?.sync_all();
        sync().map_err(|error| self.0.failed(error))
    }

    /// From now on the journal lists these files, and no others: those that it listed before go.
    pub(crate) fn keep(&self, files: BTreeSet<u32>) {
        let mut kept = self.0.kept.lock().expect("no panic while it is held");
        let before = std::mem::replace(&mut *kept, files);
        // One that cannot be removed is swept by the next attempt.
        before.difference(&kept).for_each(|&number| drop(fs::remove_file(self.0.path.join(file_name(number)))));
    }

    /// The run is done: its journal goes first, so that no later attempt takes up what is half removed, and the rest with
    /// the directory.
    pub(crate) fn keep_nothing(&self, journal: &str) {
        drop(fs::remove_file(self.0.path.join(journal)));
        self.0.kept.lock().expect("no panic while it is held").clear();
    }

    /// Whether everything that was written and made durable is.
    pub(crate) fn is_sound(&self) -> bool {
        !self.0.failed.load(Ordering::Relaxed)
    }

    /// What to say when the directory cannot be used. Nothing may be made durable any more.
    pub(crate) fn failed(&self, error: io::Error) -> IngestError {
        self.0.failed(error)
    }
}

impl Directory {
    fn failed(&self, source: io::Error) -> IngestError {
        self.failed.store(true, Ordering::Relaxed);
        IngestError::SpillFailed { path: self.path.clone(), source }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if self.kept.get_mut().expect("no panic while it is held").is_empty() {
            // A failure leaves what the next run sweeps. A directory that holds something else stays.
            let _ = sweep(&self.path, |name| name == RUN);
            let _ = fs::remove_dir(&self.path);
            let _ = self.path.parent().filter(|_| self.path.ends_with(RUN)).map(fs::remove_dir);
        }
    }
}

fn make(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Removes everything in a directory but what is to stay.
fn sweep(path: &Path, stays: impl Fn(&str) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(&stays) {
            continue;
        }
        if entry.file_type()?.is_dir() { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) }?;
    }
    Ok(())
}

fn file_name(number: u32) -> String {
    format!("{number}.frames")
}

fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData)
}

/// A file of frames. It is open only while frames are added, so that there can be thousands, and goes when it is dropped,
/// unless the journal lists it.
pub(crate) struct SpillFile {
    dir: Arc<Directory>,
    number: u32,
    attempt: u32,
    bytes: u64,
    frames: Frames,
    is_durable: bool,
}

impl SpillFile {
    /// Whether frames may be added: not to a file of an earlier attempt.
    pub(crate) fn takes_more(&self) -> bool {
        self.attempt == self.dir.attempt
    }

    /// Frames so far.
    pub(crate) fn frames(&self) -> u64 {
        self.frames.count()
    }

    /// Entries so far.
    pub(crate) fn entries(&self) -> u64 {
        self.frames.entries()
    }

    /// Bytes of all payloads so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds frames: `payloads` gives the entries and payload of each.
    pub(crate) fn append(
        &mut self,
        partition: u32,
        payloads: impl Iterator<Item = (u64, Vec<u8>)>,
    ) -> Result<(), IngestError> {
        self.is_durable = false;
        let add = || {
            let file = OpenOptions::new().create(true).append(true).mode(0o600).open(self.path())?;
            let mut out = BufWriter::with_capacity(PAYLOAD_BYTES_MAX, file);
            for (entries, payload) in payloads {
                self.frames.write(&mut out, partition, entries, &payload)?;
                self.bytes += payload.len() as u64;
            }
            out.into_inner().map_err(io::IntoInnerError::into_error).map(drop)
        };
        add().map_err(|error| self.dir.failed(error))
    }

    /// Makes what was added durable, and says what the journal is to know of it. An fsync that fails is not tried again: the
    /// system may have forgotten what it could not write.
    pub(crate) fn sync(&mut self) -> Result<FileState, IngestError> {
        if !self.is_durable {
            let sync = || File::open(self.path())?.sync_all();
            sync().map_err(|error| self.dir.failed(error))?;
            self.is_durable = true;
        }
        let (frames, entries) = (self.frames.count(), self.frames.entries());
        let bytes = self.bytes + FRAME_BYTES * frames;
        Ok(FileState { number: self.number, attempt: self.attempt, bytes, frames, entries })
    }

    /// Makes the file whole and hands each payload to `take`; then the file is gone. `entries` counts those of a payload.
    pub(crate) fn read(
        mut self,
        entries: impl Fn(&[u8]) -> u64 + Copy,
        mut take: impl FnMut(&mut Vec<u8>) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        // An END behind what the journal knows is cut off like anything else there.
        let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(self.path());
        let frames = std::mem::take(&mut self.frames);
        opened.and_then(|mut file| frames.end(&mut file)).map_err(|error| self.dir.failed(error))?;
        let file = File::open(self.path()).map_err(|error| self.dir.failed(error))?;
        let mut reader = FrameReader::new(BufReader::with_capacity(256 << 10, file));
        let unreadable = |error| if is_damage(&error) { IngestError::Spill } else { self.dir.failed(error) };
        while let Some((_, payload)) = reader.next(entries).map_err(unreadable)? {
            take(payload)?;
        }
        Ok(())
    }

    /// Tells the system that the file will be read soon.
    pub(crate) fn expect_read(&self) {
        if let Ok(file) = File::open(self.path()) {
            // Advice that is not taken costs time and nothing else.
            let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::WillNeed);
        }
    }

    fn path(&self) -> PathBuf {
        self.dir.path.join(file_name(self.number))
    }
}

impl Drop for SpillFile {
    fn drop(&mut self) {
        let is_kept = self.dir.kept.lock().expect("no panic while it is held").contains(&self.number);
        if !is_kept {
            // One that was never written is not there.
            drop(fs::remove_file(self.path()));
        }
    }
}
