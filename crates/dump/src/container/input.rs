//! An open input, as the parent process passed it on: a file that is read by position, or a stream.
//! Opens nothing: a worker has no file system.

use parquet::errors::Result as ParquetResult;
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

/// A regular file that any number of readers read at once, each from its own position.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    file: Arc<File>,
    length: u64,
}

impl Input {
    /// A file of this many bytes.
    pub(crate) fn new(file: File, length: u64) -> Self {
        Self { file: Arc::new(file), length }
    }

    /// A reader that stands at the beginning.
    pub(crate) fn reader(&self) -> InputReader {
        InputReader { input: self.clone(), at: 0 }
    }
}

/// One reader of an [`Input`]. The position of the descriptor itself is never used or moved.
#[derive(Debug)]
pub(crate) struct InputReader {
    input: Input,
    at: u64,
}

impl Read for InputReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.file.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for InputReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.input.length.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

impl Length for Input {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Input {
    type T = BufReader<InputReader>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(BufReader::new(InputReader { input: self.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<bytes::Bytes> {
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, start)?;
        Ok(bytes.into())
    }
}
