//! The spill directory, its files of frames, and the cipher for what waits for evaluation.

use crate::IngestError;
use crate::frames::{FrameReader, Frames, PAYLOAD_BYTES_MAX};
use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use exposure_index::DataDir;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, BufWriter};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use zeroize::Zeroizing;

/// A directory of mode 0700 that exists while a run does.
pub(crate) struct SpillDir {
    path: PathBuf,
    files: AtomicU32,
}

impl SpillDir {
    /// Makes it, after sweeping what a run that died left there. The caller holds the data directory's lock.
    pub(crate) fn create(data: &DataDir) -> io::Result<Self> {
        let path = data.spill();
        remove(&path)?;
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self { path, files: AtomicU32::new(0) })
    }

    /// A file that is not there yet. Its name is a number, and says nothing.
    pub(crate) fn file(&self) -> SpillFile {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        SpillFile { path: self.path.join(format!("{number}.frames")), number, bytes: 0, frames: Frames::default() }
    }
}

impl Drop for SpillDir {
    fn drop(&mut self) {
        // A failure leaves a directory that the next run sweeps.
        drop(remove(&self.path));
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A file of frames. It is open only while frames are added, so that there can be thousands, and goes when it is dropped.
pub(crate) struct SpillFile {
    path: PathBuf,
    number: u32,
    bytes: u64,
    frames: Frames,
}

impl SpillFile {
    /// Tells it from every other file of the run.
    pub(crate) fn number(&self) -> u32 {
        self.number
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
        let add = || {
            let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&self.path)?;
            let mut out = BufWriter::with_capacity(PAYLOAD_BYTES_MAX, file);
            for (entries, payload) in payloads {
                self.frames.write(&mut out, partition, entries, &payload)?;
                self.bytes += payload.len() as u64;
            }
            out.into_inner().map_err(io::IntoInnerError::into_error).map(drop)
        };
        add().map_err(|error| self.failed(error))
    }

    /// Makes the file whole and hands each payload to `take`; then the file is gone. `entries` counts those of a payload.
    pub(crate) fn read(
        mut self,
        entries: impl Fn(&[u8]) -> u64 + Copy,
        mut take: impl FnMut(&mut Vec<u8>) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(&self.path);
        let frames = std::mem::take(&mut self.frames);
        opened.and_then(|mut file| frames.end(&mut file)).map_err(|error| self.failed(error))?;
        let file = File::open(&self.path).map_err(|error| self.failed(error))?;
        let mut reader = FrameReader::new(BufReader::with_capacity(256 << 10, file));
        while let Some((_, payload)) = reader.next(entries).map_err(|error| self.unreadable(error))? {
            take(payload)?;
        }
        Ok(())
    }

    /// Tells the system that the file will be read soon.
    pub(crate) fn expect_read(&self) {
        if let Ok(file) = File::open(&self.path) {
            // Advice that is not taken costs time and nothing else.
            let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::WillNeed);
        }
    }

    fn failed(&self, error: io::Error) -> IngestError {
        let directory = self.path.parent().unwrap_or(&self.path);
        IngestError::SpillFailed { path: directory.to_owned(), source: error }
    }

    fn unreadable(&self, error: io::Error) -> IngestError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => IngestError::Spill,
            _ => self.failed(error),
        }
    }
}

impl Drop for SpillFile {
    fn drop(&mut self) {
        // One that was never written is not there.
        drop(fs::remove_file(&self.path));
    }
}

/// Encrypts and decrypts the payloads of one ingest. The nonce is file number ‖ frame number, neither of which comes
/// twice, so frames cannot be dropped, repeated or swapped unnoticed.
pub(crate) struct Cipher(ChaCha20Poly1305);

impl Cipher {
    pub(crate) fn new(key: &Zeroizing<[u8; 32]>) -> Self {
        Self(ChaCha20Poly1305::new(&Key::from(**key)))
    }

    pub(crate) fn encrypt(&self, file: u32, frame: u64, payload: &mut Vec<u8>) -> Result<(), IngestError> {
        self.0.encrypt_in_place(&nonce(file, frame), b"", payload).map_err(|_| IngestError::Spill)
    }

    pub(crate) fn decrypt(&self, file: u32, frame: u64, payload: &mut Vec<u8>) -> Result<(), IngestError> {
        self.0.decrypt_in_place(&nonce(file, frame), b"", payload).map_err(|_| IngestError::Spill)
    }
}

fn nonce(file: u32, frame: u64) -> Nonce {
    let mut nonce = [0; 12];
    nonce[..4].copy_from_slice(&file.to_le_bytes());
    nonce[4..].copy_from_slice(&frame.to_le_bytes());
    nonce.into()
}
