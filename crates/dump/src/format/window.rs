//! A view of a stream that moves: enough bytes to look at, and never more than is asked for.
//!
//! Knows nothing of what the bytes mean; `sql` and `xlsx` look at theirs through it.

use std::io::{self, Read};
use zeroize::Zeroize as _;

/// Bytes that are read at a time.
const READ_BYTES: usize = 256 << 10;

/// The bytes of a stream that were read and not passed yet.
pub(crate) struct Window<R> {
    stream: R,
    buffer: Vec<u8>,
    /// Where in the buffer the first byte that is not passed stands, and how many bytes of it are filled.
    start: usize,
    end: usize,
    /// How many bytes of it have ever been filled.
    filled: usize,
    /// Bytes of the stream before the buffer.
    before: u64,
    ended: bool,
    /// Why the stream ended, if not by its end.
    failure: Option<io::Error>,
}

impl<R: Read> Window<R> {
    pub(crate) fn new(stream: R) -> Self {
        Self { stream, buffer: Vec::new(), start: 0, end: 0, filled: 0, before: 0, ended: false, failure: None }
    }

    /// What is in view.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Where in the stream the view begins.
    pub(crate) fn at(&self) -> u64 {
        self.before + self.start as u64
    }

    /// Whether the view reaches to the end of the stream, or to where it cannot be read any more.
    pub(crate) fn is_ended(&self) -> bool {
        self.ended
    }

    /// Passes so many bytes of the view.
    pub(crate) fn pass(&mut self, bytes: usize) {
        self.start = (self.start + bytes).min(self.end);
    }

    /// At least so many bytes, fewer only at the end of the stream.
    pub(crate) fn look(&mut self, bytes: usize) -> &[u8] {
        while self.end - self.start < bytes && self.more() {}
        self.bytes()
    }

    /// Reads more behind the view; false at the end of the stream. What cannot be read is an end, so that all that was
    /// read before is looked at; `finish` tells them apart.
    pub(crate) fn more(&mut self) -> bool {
        if self.ended {
            return false;
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.before += self.start as u64;
            self.end -= self.start;
            self.start = 0;
        }
        let wanted = self.end + READ_BYTES;
        if self.buffer.len() < wanted {
            // A buffer that grows by itself leaves a copy behind that nobody wipes.
            let mut larger = vec![0; wanted.max(2 * self.buffer.len())];
            larger[..self.end].copy_from_slice(&self.buffer[..self.end]);
            self.wipe();
            self.buffer = larger;
        }
        let read = loop {
            match self.stream.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let read = read.unwrap_or_else(|error| {
            self.failure = Some(error);
            0
        });
        self.end += read;
        self.filled = self.filled.max(self.end);
        self.ended = read == 0;
        read > 0
    }

    /// At the end: whether all of the stream was read.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.failure.take().map_or(Ok(()), Err)
    }
}

impl<R> Window<R> {
    /// Wipes what was read; the rest of the buffer is zeros still, and may be most of it.
    fn wipe(&mut self) {
        self.buffer[..self.filled].zeroize();
    }
}

impl<R> Drop for Window<R> {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_pass_by_in_order_and_places_are_the_streams() {
        let text: Vec<u8> = (0..READ_BYTES * 3).map(|n| n as u8).collect();
        let mut window = Window::new(&text[..]);
        let mut seen = Vec::new();
        while !window.look(1_000).is_empty() {
            assert_eq!(window.at(), seen.len() as u64);
            let take = window.bytes().len().min(999);
            seen.extend_from_slice(&window.bytes()[..take]);
            window.pass(take);
        }
        assert!(seen == text && window.is_ended());
        assert!(window.buffer.len() <= READ_BYTES + 1_000 || window.buffer.len() == READ_BYTES * 2);
    }
}
