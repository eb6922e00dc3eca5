//! A moving view of a stream: enough bytes to parse the next item, and not more than needed.
//!
//! Knows nothing of what the bytes mean; `sql` and `xlsx` parse theirs through it.

use crate::wiped::WipedBytes;
use std::io::{self, Read};

/// Bytes that are read at a time.
const READ_BYTES: usize = 256 << 10;

/// The bytes of a stream that were read and not skipped yet.
pub(crate) struct Window<R> {
    stream: R,
    buffer: WipedBytes,
    /// Where in the stream the view begins.
    at: u64,
    ended: bool,
    /// The error that ended the stream, if one did.
    failure: Option<io::Error>,
}

impl<R: Read> Window<R> {
    pub(crate) fn new(stream: R) -> Self {
        Self { stream, buffer: WipedBytes::default(), at: 0, ended: false, failure: None }
    }

    /// The bytes in view.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// Where in the stream the view begins.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Whether the view reaches to the end of the stream, or to where it cannot be read any more.
    pub(crate) fn is_ended(&self) -> bool {
        self.ended
    }

    /// Skips this many bytes of the view.
    pub(crate) fn skip(&mut self, bytes: usize) {
        let bytes = bytes.min(self.buffer.len());
        self.buffer.consume(bytes);
        self.at += bytes as u64;
    }

    /// At least this many bytes, fewer only at the end of the stream.
    pub(crate) fn peek(&mut self, bytes: usize) -> &[u8] {
        while self.buffer.len() < bytes && self.read_more() {}
        &self.buffer
    }

    /// Reads more behind the view; false at the end of the stream. An error counts as an end, so
    /// that all that was read before it is parsed; `finish` tells them apart.
    pub(crate) fn read_more(&mut self) -> bool {
        if self.ended {
            return false;
        }
        self.buffer.make_room(READ_BYTES);
        let read = self.buffer.read_from(&mut self.stream, usize::MAX).unwrap_or_else(|error| {
            self.failure = Some(error);
            0
        });
        self.ended = read == 0;
        read > 0
    }

    /// Whether the stream ended with an error.
    pub(crate) fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    /// At the end: whether all of the stream was read.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.failure.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_in_order_and_positions_are_those_of_the_stream() {
        let text: Vec<u8> = (0..READ_BYTES * 3).map(|n| n as u8).collect();
        let mut window = Window::new(&text[..]);
        let mut seen = Vec::new();
        while !window.peek(1_000).is_empty() {
            assert_eq!(window.at(), seen.len() as u64);
            let take = window.bytes().len().min(999);
            seen.extend_from_slice(&window.bytes()[..take]);
            window.skip(take);
        }
        assert!(seen == text && window.is_ended());
        assert!(window.buffer.capacity() <= READ_BYTES * 2);
    }
}
