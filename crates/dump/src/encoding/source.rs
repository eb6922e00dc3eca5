//! The bytes to be decoded, with as much look ahead as is asked for.
//!
//! What is looked at is the same in whatever pieces the bytes arrive, so that what is detected is
//! the same as well.

use crate::wiped::WipedBytes;
use std::io::{self, Read};

/// Bytes that were read and not yet decoded, and the reader behind them.
pub(super) struct Source<R> {
    reader: R,
    bytes: WipedBytes,
    /// Where in the input they begin.
    at: u64,
    ended: bool,
    /// What ended the input; returned once all before it has been decoded.
    error: Option<io::Error>,
}

impl<R: Read> Source<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, bytes: WipedBytes::default(), at: 0, ended: false, error: None }
    }

    /// At least this many bytes, fewer only at the end of the input.
    pub(super) fn fill(&mut self, wanted: usize) -> &[u8] {
        while self.bytes.len() < wanted && !self.ended {
            let missing = wanted - self.bytes.len();
            self.bytes.make_room(missing);
            match self.bytes.read_from(&mut self.reader, missing) {
                Ok(0) => self.ended = true,
                Ok(_) => {}
                Err(error) => (self.ended, self.error) = (true, Some(error)),
            }
        }
        &self.bytes
    }

    /// The bytes that have been read.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    pub(super) fn skip(&mut self, count: usize) {
        let count = count.min(self.bytes.len());
        self.bytes.consume(count);
        self.at += count as u64;
    }

    /// Where in the input the bytes begin.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Whether the bytes reach to the end of the input.
    pub(super) fn is_ended(&self) -> bool {
        self.ended
    }

    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }
}
