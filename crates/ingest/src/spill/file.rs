//! One spill file: frames are appended, made durable, restored by a later attempt, and read back
//! once.

use crate::error::IngestError;
use crate::frames::{FRAME_BYTES, FrameReader, Frames, PAYLOAD_BYTES_MAX};
use crate::spill::directory::Directory;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Bytes that are read ahead of the frames.
const READ_BUFFER_BYTES: usize = 256 << 10;

/// What the journal records of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileState {
    /// Its name.
    pub(crate) number: u32,
    /// The attempt that wrote it, whose cipher it is encrypted under.
    pub(crate) attempt: u32,
    /// Its length.
    pub(crate) bytes: u64,
    pub(crate) frames: u64,
    pub(crate) entries: u64,
}

/// A file of frames. It is open only while frames are added, so that there can be thousands.
/// Dropping it removes it, unless the journal lists it.
pub(crate) struct SpillFile {
    dir: Arc<Directory>,
    number: u32,
    attempt: u32,
    bytes: u64,
    frames: Frames,
    is_durable: bool,
}

/// What identifies a file among all files of a run.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    pub(super) number: u32,
    pub(super) attempt: u32,
}

impl SpillFile {
    /// A new file. Its name is a number and reveals nothing.
    pub(super) fn create(dir: &Arc<Directory>) -> Self {
        let number = dir.next.fetch_add(1, Ordering::Relaxed);
        let (dir, attempt) = (Arc::clone(dir), dir.attempt);
        Self { dir, number, attempt, bytes: 0, frames: Frames::default(), is_durable: false }
    }

    /// The file that an earlier attempt left, truncated to what the journal records, and verified.
    /// `None` if it does not match the journal. It is never appended to: frames that were cut off
    /// may have used the following nonces.
    pub(super) fn restore(
        dir: &Arc<Directory>,
        state: &FileState,
        partition: u32,
        entries: impl Fn(&[u8]) -> u64 + Copy,
    ) -> io::Result<Option<Self>> {
        let path = dir.path_of(state.number);
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        if file.metadata()?.len() < state.bytes {
            return Ok(None);
        }
        file.set_len(state.bytes)?;
        let stream = BufReader::with_capacity(READ_BUFFER_BYTES, file);
        let frames = match Frames::of_unfinished(stream, partition, state.frames, entries) {
            Err(error) if is_damage(&error) => return Ok(None),
            frames => frames?,
        };
        let bytes = state.bytes.checked_sub(FRAME_BYTES * state.frames).filter(|_| frames.entries() == state.entries);
        let (dir, FileState { number, attempt, .. }) = (Arc::clone(dir), *state);
        Ok(bytes.map(|bytes| Self { dir, number, attempt, bytes, frames, is_durable: true }))
    }

    /// Whether frames may be added: not to a file of an earlier attempt.
    pub(crate) fn takes_more(&self) -> bool {
        self.attempt == self.dir.attempt
    }

    /// What its encryption depends on.
    pub(crate) fn origin(&self) -> Origin {
        Origin { number: self.number, attempt: self.attempt }
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

    /// Adds frames: `payloads` gives the number of entries and the payload of each.
    pub(crate) fn append(
        &mut self,
        partition: u32,
        payloads: impl Iterator<Item = Result<(u64, Vec<u8>), IngestError>>,
    ) -> Result<(), IngestError> {
        self.is_durable = false;
        let failed = |error| self.dir.failed(error);
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(self.path()).map_err(failed)?;
        let mut out = BufWriter::with_capacity(PAYLOAD_BYTES_MAX, file);
        for payload in payloads {
            let (entries, payload) = payload?;
            self.frames.write(&mut out, partition, entries, &payload).map_err(failed)?;
            self.bytes += payload.len() as u64;
        }
        out.into_inner().map_err(|error| failed(error.into_error())).map(drop)
    }

    /// Makes the file durable, and returns what the journal must record of it. A failed fsync is
    /// not repeated: the system may have dropped the data it could not write.
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

    /// Writes END, hands each payload to `take`, and removes the file. `entries` counts the entries
    /// of a payload.
    pub(crate) fn read(
        mut self,
        entries: impl Fn(&[u8]) -> u64 + Copy,
        mut take: impl FnMut(&mut Vec<u8>) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        // Restoring the file later cuts this END off, like everything after the checkpoint.
        let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(self.path());
        let frames = std::mem::take(&mut self.frames);
        opened.and_then(|mut file| frames.end(&mut file)).map_err(|error| self.dir.failed(error))?;
        let file = File::open(self.path()).map_err(|error| self.dir.failed(error))?;
        let mut reader = FrameReader::new(BufReader::with_capacity(READ_BUFFER_BYTES, file));
        let unreadable = |error| if is_damage(&error) { IngestError::Spill } else { self.dir.failed(error) };
        while let Some((_, payload)) = reader.next(entries).map_err(unreadable)? {
            take(payload)?;
        }
        Ok(())
    }

    /// Advises the system that the file will be read soon.
    pub(crate) fn expect_read(&self) {
        if let Ok(file) = File::open(self.path()) {
            // If the advice fails, reading is only slower.
            let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::WillNeed);
        }
    }

    fn path(&self) -> PathBuf {
        self.dir.path_of(self.number)
    }
}

impl Drop for SpillFile {
    fn drop(&mut self) {
        let is_kept = self.dir.kept.lock().expect("no panic while it is held").contains(&self.number);
        if !is_kept {
            // A file that was never written to does not exist.
            drop(fs::remove_file(self.path()));
        }
    }
}

fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData)
}
