//! Lines of bounded length.

use std::io::{self, Read};

/// Longest line that is looked at, in bytes; a longer one is skipped to its end and counted. It bounds memory.
pub(crate) const LINE_BYTES: usize = 1 << 20;

/// Bytes that are read at a time.
const READ_BYTES: usize = 256 << 10;

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line<'l> {
    /// A line, with its line end where it has one.
    Read(&'l [u8]),
    /// A line was too long and has been skipped.
    Skipped,
    /// There are no more.
    End,
}

/// The lines of a text.
pub(crate) struct Lines<R> {
    text: R,
    buffer: Vec<u8>,
    /// Where the next line begins, and how far it is known to hold no line end.
    start: usize,
    searched: usize,
    ended: bool,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(text: R) -> Self {
        Self { text, buffer: Vec::new(), start: 0, searched: 0, ended: false }
    }

    /// The first bytes, up to so many, which are read again afterwards.
    pub(crate) fn peek(&mut self, bytes: usize) -> io::Result<&[u8]> {
        while !self.ended && self.buffer.len() < bytes {
            self.fill()?;
        }
        Ok(&self.buffer[..bytes.min(self.buffer.len())])
    }

    /// Passes the first bytes, which were peeked at.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.start += bytes;
        self.searched = self.searched.max(self.start);
    }

    /// The next line.
    pub(crate) fn next(&mut self) -> io::Result<Line<'_>> {
        let mut skipping = false;
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[self.searched..]) {
                let (start, end) = (self.start, self.searched + at + 1);
                (self.start, self.searched) = (end, end);
                let is_long = skipping || end - start > LINE_BYTES;
                return Ok(if is_long { Line::Skipped } else { Line::Read(&self.buffer[start..end]) });
            }
            self.searched = self.buffer.len();
            skipping |= self.searched - self.start > LINE_BYTES;
            if skipping {
                self.start = self.searched;
            }
            if self.ended {
                let line = self.start..self.searched;
                self.start = self.searched;
                return Ok(match (skipping, line.is_empty()) {
                    (true, _) => Line::Skipped,
                    (false, true) => Line::End,
                    (false, false) => Line::Read(&self.buffer[line]),
                });
            }
            self.fill()?;
        }
    }

    /// Reads more behind what is not passed yet.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        let length = self.buffer.len();
        self.buffer.resize(length + READ_BYTES, 0);
        let read = loop {
            match self.text.read(&mut self.buffer[length..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(length + *read.as_ref().unwrap_or(&0));
        self.ended = read? == 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that gives a few bytes at a time.
    struct Dripping<'b>(&'b [u8]);

    impl Read for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = buffer.len().min(3);
            self.0.read(&mut buffer[..count])
        }
    }

    #[test]
    fn a_line_too_long_is_skipped_and_the_next_one_read() {
        let long = [vec![b'1'; LINE_BYTES], b"\nnext\nlast".to_vec()].concat();
        let mut lines = Lines::new(&long[..]);
        assert_eq!(lines.peek(3).expect("memory"), b"111");
        assert_eq!(lines.next().expect("memory"), Line::Skipped);
        assert_eq!(lines.next().expect("memory"), Line::Read(b"next\n"));
        assert_eq!(lines.next().expect("memory"), Line::Read(b"last"));
        assert_eq!(lines.next().expect("memory"), Line::End);
        assert_eq!(Lines::new(&long[..LINE_BYTES]).next().expect("memory"), Line::Read(&long[..LINE_BYTES]));
        assert_eq!(Lines::new(&vec![b'1'; LINE_BYTES + 1][..]).next().expect("memory"), Line::Skipped);
    }

    #[test]
    fn lines_are_the_same_however_they_arrive() {
        let text = b"\n\na,b\r\nc\n\nlast one";
        let mut lines = Lines::new(Dripping(text));
        assert_eq!(lines.peek(5).expect("memory"), b"\n\na,b");
        lines.skip(1);
        for expected in [&b"\n"[..], b"a,b\r\n", b"c\n", b"\n", b"last one"] {
            assert_eq!(lines.next().expect("memory"), Line::Read(expected));
        }
        assert_eq!(lines.next().expect("memory"), Line::End);
        assert_eq!(lines.next().expect("memory"), Line::End);
    }
}
