//! A reader whose next bytes can be looked at before they are read.

use crate::wiped::WipedBytes;
use std::io::{self, Read};

/// Reads the bytes that were looked at, then the rest.
pub(crate) struct Peeked<R> {
    inner: R,
    head: WipedBytes,
    /// Met while looking ahead; returned once the head has been read.
    error: Option<io::Error>,
    ended: bool,
}

impl<R: Read> Peeked<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, head: WipedBytes::default(), error: None, ended: false }
    }

    /// The next bytes, at most this many, without reading them. Fewer only before the end or an
    /// error, even if a pipe delivers them one by one.
    pub(crate) fn peek(&mut self, bytes: usize) -> &[u8] {
        while self.head.len() < bytes && !self.ended && self.error.is_none() {
            let missing = bytes - self.head.len();
            self.head.make_room(missing);
            match self.head.read_from(&mut self.inner, missing) {
                Ok(0) => self.ended = true,
                Ok(_) => {}
                Err(error) => self.error = Some(error),
            }
        }
        &self.head[..bytes.min(self.head.len())]
    }

    pub(crate) fn inner(&self) -> &R {
        &self.inner
    }

    /// Skips bytes that were looked at.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.head.consume(bytes);
    }

    /// Puts bytes back in front of what is read next.
    pub(crate) fn unread(&mut self, bytes: &[u8]) {
        self.head.prepend(bytes);
    }
}

impl<R: Read> Read for Peeked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.head.is_empty() {
            let count = (&self.head[..]).read(buffer)?;
            self.head.consume(count);
            if self.head.is_empty() {
                self.head = WipedBytes::default();
            }
            return Ok(count);
        }
        match self.error.take() {
            Some(error) => Err(error),
            None if self.ended => Ok(0),
            None => self.inner.read(buffer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::tests::Dripping;

    #[test]
    fn peeked_bytes_are_read_before_an_error_is_returned() {
        let mut peeked = Peeked::new(Dripping(&b"abcdef"[..]).chain(Failing));
        assert_eq!(peeked.peek(4), b"abcd");
        assert_eq!(peeked.peek(2), b"ab");
        assert_eq!(peeked.peek(100), b"abcdef");
        peeked.skip(1);
        peeked.unread(b"xy");
        let mut all = Vec::new();
        let error = peeked.read_to_end(&mut all).expect_err("it fails at its end");
        assert_eq!((&all[..], error.to_string().as_str()), (&b"xybcdef"[..], "broken"));
    }

    struct Failing;

    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("broken"))
        }
    }
}
