//! The spill directory, and encrypted runs of what waits for evaluation.
//!
//! A run is a sequence of frames: length (u32, little-endian), then ChaCha20-Poly1305 ciphertext. The nonce is run number ‖
//! frame number, so frames cannot be dropped, repeated or swapped unnoticed; the last frame is empty, so a cut shows.

use crate::IngestError;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use exposure_index::DataDir;
use std::fs::{self, DirBuilder, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use zeroize::{Zeroize, Zeroizing};

/// Plain bytes of a frame. Its buffers bound the memory that merging a run takes.
const FRAME_BYTES: usize = 64 << 10;

const TAG_BYTES: usize = 16;

/// Runs that are open at a time; more are merged into one. It bounds open files and, with the buffer of each, memory.
pub(crate) const RUNS: usize = 32;

/// A directory of mode 0700 that exists while a run does.
pub(crate) struct SpillDir(PathBuf);

impl SpillDir {
    /// Makes it, after sweeping what a run that died left there. The caller holds the data directory's lock.
    pub(crate) fn create(data: &DataDir) -> io::Result<Self> {
        let path = data.spill();
        remove(&path)?;
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    /// A file without a name: it is gone when it is closed, however that comes about.
    pub(crate) fn file(&self) -> io::Result<File> {
        tempfile::tempfile_in(&self.0)
    }
}

impl Drop for SpillDir {
    fn drop(&mut self) {
        // A failure leaves an empty directory, which the next run sweeps.
        drop(remove(&self.0));
    }
}

fn remove(path: &PathBuf) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Encrypts and decrypts the runs of one ingest.
pub(crate) struct Cipher(ChaCha20Poly1305);

impl Cipher {
    pub(crate) fn new(key: &Zeroizing<[u8; 32]>) -> Self {
        Self(ChaCha20Poly1305::new(&Key::from(**key)))
    }

    fn nonce(run: u32, frame: u64) -> Nonce {
        let mut nonce = [0; 12];
        nonce[..4].copy_from_slice(&run.to_le_bytes());
        nonce[4..].copy_from_slice(&frame.to_le_bytes());
        nonce.into()
    }

    /// Writes a run of entries (each at most 255 bytes), and returns the file.
    pub(crate) fn write_run<E: AsRef<[u8]>>(
        &self,
        run: u32,
        file: File,
        entries: impl Iterator<Item = Result<E, IngestError>>,
    ) -> Result<File, IngestError> {
        let mut out = BufWriter::with_capacity(1 << 20, file);
        let mut plain = Zeroizing::new(Vec::with_capacity(FRAME_BYTES + 256));
        let mut frame = 0;
        let mut seal = |plain: &mut Vec<u8>| -> Result<(), IngestError> {
            let sealed = self.0.encrypt(&Self::nonce(run, frame), &plain[..]).map_err(|_| IngestError::Spill)?;
            out.write_all(&(sealed.len() as u32).to_le_bytes())?;
            out.write_all(&sealed)?;
            frame += 1;
            plain.zeroize();
            Ok(())
        };
        for entry in entries {
            let entry = entry?;
            let entry = entry.as_ref();
            plain.push(u8::try_from(entry.len()).expect("a canonical form is short"));
            plain.extend_from_slice(entry);
            if plain.len() >= FRAME_BYTES {
                seal(&mut plain)?;
            }
        }
        if !plain.is_empty() {
            seal(&mut plain)?;
        }
        seal(&mut plain)?;
        out.into_inner().map_err(|error| IngestError::Data(error.into_error()))
    }

    /// Reads a run back, in order.
    pub(crate) fn read_run(&self, run: u32, mut file: File) -> Result<RunReader<'_>, IngestError> {
        file.rewind()?;
        let file = BufReader::new(file);
        Ok(RunReader { cipher: self, run, file, frame: 0, plain: Zeroizing::new(Vec::new()), at: 0, ended: false })
    }
}

/// The entries of a run.
pub(crate) struct RunReader<'c> {
    cipher: &'c Cipher,
    run: u32,
    file: BufReader<File>,
    frame: u64,
    plain: Zeroizing<Vec<u8>>,
    at: usize,
    ended: bool,
}

impl RunReader<'_> {
    fn read(&mut self) -> Result<Option<Vec<u8>>, IngestError> {
        if self.at == self.plain.len() {
            if self.ended {
                return Ok(None);
            }
            self.next_frame()?;
            if self.ended {
                return Ok(None);
            }
        }
        let length = usize::from(self.plain[self.at]);
        let entry = self.plain.get(self.at + 1..self.at + 1 + length).ok_or(IngestError::Spill)?.to_vec();
        self.at += 1 + length;
        Ok(Some(entry))
    }

    fn next_frame(&mut self) -> Result<(), IngestError> {
        let mut length = [0; 4];
        self.file.read_exact(&mut length).map_err(|_| IngestError::Spill)?;
        let length = u32::from_le_bytes(length) as usize;
        if length > FRAME_BYTES + 256 + TAG_BYTES {
            return Err(IngestError::Spill);
        }
        let mut sealed = vec![0; length];
        self.file.read_exact(&mut sealed).map_err(|_| IngestError::Spill)?;
        let nonce = Cipher::nonce(self.run, self.frame);
        self.plain = Zeroizing::new(self.cipher.0.decrypt(&nonce, &sealed[..]).map_err(|_| IngestError::Spill)?);
        self.frame += 1;
        self.at = 0;
        self.ended = self.plain.is_empty();
        Ok(())
    }
}

impl Iterator for RunReader<'_> {
    type Item = Result<Vec<u8>, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(entries: &[Vec<u8>]) -> (Cipher, Vec<u8>) {
        let cipher = Cipher::new(&Zeroizing::new([7; 32]));
        let file = tempfile::tempfile().expect("a file");
        let mut file = cipher.write_run(3, file, entries.iter().map(Ok)).expect("written");
        let mut bytes = Vec::new();
        file.rewind().expect("a file");
        file.read_to_end(&mut bytes).expect("readable");
        (cipher, bytes)
    }

    fn read(cipher: &Cipher, bytes: &[u8]) -> Result<Vec<Vec<u8>>, IngestError> {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("writable");
        cipher.read_run(3, file)?.collect()
    }

    #[test]
    fn a_run_comes_back_and_shows_nothing_on_disk() {
        let entries: Vec<_> = (0..20_000).map(|n| format!("+861540000{n:04}").into_bytes()).collect();
        let (cipher, bytes) = run(&entries);
        assert_eq!(read(&cipher, &bytes).expect("own run"), entries);
        let shown = bytes.windows(9).any(|window| window == b"+86154000");
        assert!(!shown, "an identifier stands on the disk in the clear");
    }

    #[test]
    fn a_cut_or_changed_run_is_an_error() {
        let entries: Vec<_> = (0..8_000).map(|n| format!("{n:020}").into_bytes()).collect();
        let (cipher, bytes) = run(&entries);
        for length in [0, 3, 4, 100, bytes.len() / 2, bytes.len() - 20, bytes.len() - 1] {
            assert!(read(&cipher, &bytes[..length]).is_err(), "cut to {length}");
        }
        let mut changed = bytes.clone();
        changed[1_000] ^= 1;
        assert!(read(&cipher, &changed).is_err());
    }
}
