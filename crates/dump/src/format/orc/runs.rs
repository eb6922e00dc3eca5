//! Runs of bytes, and of bits in them.

use super::stream::Stream;
use parquet::file::reader::ChunkReader;
use std::io;

/// The shortest run of equal bytes.
const RUN_AT_LEAST: u16 = 3;

/// Bytes, of which equal ones are written once.
pub(super) struct Bytes<R> {
    stream: Stream<R>,
    left: u16,
    /// The byte of a run; `None` if every byte is written.
    repeated: Option<u8>,
}

impl<R: ChunkReader> Bytes<R> {
    pub(super) fn new(stream: Stream<R>) -> Self {
        Self { stream, left: 0, repeated: None }
    }

    pub(super) fn next(&mut self) -> io::Result<u8> {
        if self.left == 0 {
            let control = self.stream.byte()?;
            if control < 0x80 {
                self.left = u16::from(control) + RUN_AT_LEAST;
                self.repeated = Some(self.stream.byte()?);
            } else {
                self.left = 0x100 - u16::from(control);
                self.repeated = None;
            }
        }
        self.left -= 1;
        match self.repeated {
            Some(byte) => Ok(byte),
            None => self.stream.byte(),
        }
    }
}

/// Bits, from the highest of each byte on.
pub(super) struct Bits<R> {
    bytes: Bytes<R>,
    byte: u8,
    left: u8,
}

impl<R: ChunkReader> Bits<R> {
    pub(super) fn new(stream: Stream<R>) -> Self {
        Self { bytes: Bytes::new(stream), byte: 0, left: 0 }
    }

    pub(super) fn next(&mut self) -> io::Result<bool> {
        if self.left == 0 {
            self.byte = self.bytes.next()?;
            self.left = 8;
        }
        self.left -= 1;
        Ok(self.byte >> self.left & 1 == 1)
    }
}
