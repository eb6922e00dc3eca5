//! Streams of bytes: blocks that are compressed one by one, each with its length in front.

use super::damage::broken;
use crate::format::codec::{Codec, Failure, decompress};
use crate::format::records::damaged;
use parquet::errors::ParquetError;
use parquet::file::reader::ChunkReader;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use zeroize::Zeroize as _;

/// Bytes before a block: its length, and whether it is as it was.
const HEADER_BYTES: u64 = 3;

/// Bytes of a stream that are read at a time if it is not compressed.
const PLAIN_BYTES: u64 = 64 << 10;

/// The file, and the memory that its streams hold.
pub(super) struct Source<R> {
    file: R,
    length: u64,
    codec: Option<Codec>,
    /// The longest block after decompression.
    block_max: usize,
    held: AtomicUsize,
    held_max: usize,
}

impl<R: ChunkReader> Source<R> {
    /// Whose streams are not compressed.
    pub(super) fn new(file: R, held_max: usize) -> Self {
        let length = file.len();
        Self { file, length, codec: None, block_max: 0, held: AtomicUsize::new(0), held_max }
    }

    pub(super) fn compressed(self, codec: Option<Codec>, block_max: usize) -> Self {
        Self { codec, block_max, ..self }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Bytes of the file, which must be there.
    pub(super) fn bytes(&self, at: u64, count: u64) -> io::Result<bytes::Bytes> {
        if at.checked_add(count).is_none_or(|end| end > self.length) {
            return Err(damaged("the ORC file is truncated or damaged", self.length));
        }
        let count = usize::try_from(count).map_err(|_| broken())?;
        self.file.get_bytes(at, count).map_err(|error| match error {
            ParquetError::External(error) => match error.downcast::<io::Error>() {
                Ok(error) => *error,
                Err(_) => broken(),
            },
            _ => broken(),
        })
    }
}

impl<R> Source<R> {
    /// Replaces memory that is held.
    pub(super) fn hold(&self, before: usize, now: usize) -> io::Result<()> {
        let held = self.held.fetch_add(now, Relaxed) + now;
        self.held.fetch_sub(before, Relaxed);
        if held - before > self.held_max {
            let what = "the columns of the ORC file need more memory at once than the limit; raise --max-whole";
            return Err(damaged(what, 0));
        }
        Ok(())
    }

    pub(super) fn release(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Relaxed);
    }
}

/// One stream, read from its start.
pub(super) struct Stream<R> {
    source: Arc<Source<R>>,
    at: u64,
    end: u64,
    block: Vec<u8>,
    /// How much of the block has been read.
    read: usize,
    held: usize,
}

impl<R: ChunkReader> Stream<R> {
    pub(super) fn new(source: Arc<Source<R>>, at: u64, length: u64) -> Self {
        Self { source, at, end: at.saturating_add(length), block: Vec::new(), read: 0, held: 0 }
    }

    /// The bytes of the block that are left; empty at the end of the stream.
    pub(super) fn rest(&mut self) -> io::Result<&[u8]> {
        while self.read == self.block.len() {
            if self.at >= self.end {
                return Ok(&[]);
            }
            self.next_block()?;
        }
        Ok(&self.block[self.read..])
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.read += count;
    }

    fn next_block(&mut self) -> io::Result<()> {
        self.read = 0;
        let source = &self.source;
        match source.codec {
            None => {
                let count = (self.end - self.at).min(PLAIN_BYTES);
                self.block.clear();
                self.block.extend_from_slice(&source.bytes(self.at, count)?);
                self.at += count;
            }
            Some(codec) => {
                self.at = next_of(source, codec, self.at, self.end, source.block_max, &mut self.block)?;
            }
        }
        source.hold(std::mem::replace(&mut self.held, self.block.capacity()), self.block.capacity())
    }

    pub(super) fn byte(&mut self) -> io::Result<u8> {
        let byte = *self.rest()?.first().ok_or_else(broken)?;
        self.read += 1;
        Ok(byte)
    }

    pub(super) fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.byte()?;
        }
        Ok(bytes)
    }

    /// Appends this many bytes.
    pub(super) fn append(&mut self, mut count: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
        while count > 0 {
            let rest = self.rest()?;
            let taken = rest.len().min(count);
            if taken == 0 {
                return Err(broken());
            }
            bytes.extend_from_slice(&rest[..taken]);
            self.skip(taken);
            count -= taken;
        }
        Ok(())
    }

    pub(super) fn varint(&mut self) -> io::Result<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(broken())
    }

    /// A number whose sign is its last bit; `None` if it has more digits than any identifier.
    pub(super) fn long_varint(&mut self) -> io::Result<Option<i128>> {
        let (mut value, mut shift, mut is_long) = (0_u128, 0, false);
        loop {
            let byte = self.byte()?;
            if shift < 119 {
                value |= u128::from(byte & 0x7f) << shift;
                shift += 7;
            } else {
                is_long = true;
            }
            if byte < 0x80 {
                let number = (value >> 1).cast_signed() ^ -((value & 1).cast_signed());
                return Ok((!is_long).then_some(number));
            }
        }
    }
}

impl<R> Drop for Stream<R> {
    fn drop(&mut self) {
        self.block.zeroize();
        self.source.release(self.held);
    }
}

/// Decompresses the block at a position, and returns the next one.
fn next_of<R: ChunkReader>(
    source: &Source<R>,
    codec: Codec,
    at: u64,
    end: u64,
    most: usize,
    block: &mut Vec<u8>,
) -> io::Result<u64> {
    let header = source.bytes(at, HEADER_BYTES)?;
    let header = u32::from_le_bytes([header[0], header[1], header[2], 0]);
    let (length, is_plain) = (u64::from(header >> 1), header & 1 == 1);
    let start = at + HEADER_BYTES;
    if start.saturating_add(length) > end {
        return Err(broken());
    }
    let stored = source.bytes(start, length)?;
    let codec = if is_plain { Codec::None } else { codec };
    decompress(codec, &stored, most, block).map_err(|failure| match failure {
        Failure::TooLarge => damaged("a block of the ORC file is longer than the file states", at),
        Failure::Damaged => broken(),
    })?;
    Ok(start + length)
}

/// All bytes of a stream, at most this many.
pub(super) fn whole<R: ChunkReader>(source: &Source<R>, at: u64, length: u64, most: usize) -> io::Result<Vec<u8>> {
    let Some(codec) = source.codec else { return source.bytes(at, length).map(Into::into) };
    let (mut all, mut block) = (Vec::new(), Vec::new());
    let (mut at, end) = (at, at.saturating_add(length));
    while at < end {
        at = next_of(source, codec, at, end, source.block_max, &mut block)?;
        all.extend_from_slice(&block);
        if all.len() > most {
            return Err(damaged("a footer of the ORC file is larger than the memory limit; raise --max-whole", at));
        }
    }
    Ok(all)
}
