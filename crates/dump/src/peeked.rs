//! A reader whose first bytes can be looked at before they are read. An error met while looking comes after them.

use std::io::{self, Read};
use zeroize::Zeroizing;

/// Reads what was looked at, then the rest.
pub(crate) struct Peeked<R> {
    inner: R,
    head: Zeroizing<Vec<u8>>,
    /// How much of the head has been read.
    at: usize,
    /// Met while looking; told behind the head.
    error: Option<io::Error>,
    ended: bool,
}

impl<R: Read> Peeked<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, head: Zeroizing::new(Vec::new()), at: 0, error: None, ended: false }
    }

    /// The next bytes, up to so many, which are read again afterwards. Fewer only before the end or an error. A pipe may
    /// give them one by one.
    pub(crate) fn peek(&mut self, bytes: usize) -> &[u8] {
        if self.head.len() - self.at < bytes && !self.is_at_end() {
            self.fill(bytes);
        }
        let end = self.head.len().min(self.at.saturating_add(bytes));
        &self.head[self.at..end]
    }

    fn fill(&mut self, bytes: usize) {
        let mut head = Zeroizing::new(Vec::with_capacity(bytes));
        head.extend_from_slice(&self.head[self.at..]);
        (self.head, self.at) = (head, 0);
        let mut held = self.head.len();
        self.head.resize(bytes, 0);
        while held < bytes && !self.is_at_end() {
            match self.inner.read(&mut self.head[held..]) {
                Ok(0) => self.ended = true,
                Ok(count) => held += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.error = Some(error),
            }
        }
        self.head.truncate(held);
    }

    fn is_at_end(&self) -> bool {
        self.ended || self.error.is_some()
    }

    pub(crate) fn inner(&self) -> &R {
        &self.inner
    }

    /// Passes bytes that were looked at.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.at = self.head.len().min(self.at + bytes);
    }

    /// Gives bytes back that were read too many.
    pub(crate) fn unread(&mut self, bytes: &[u8]) {
        let mut head = Zeroizing::new(Vec::with_capacity(bytes.len() + self.head.len() - self.at));
        head.extend_from_slice(bytes);
        head.extend_from_slice(&self.head[self.at..]);
        (self.head, self.at) = (head, 0);
    }
}

impl<R: Read> Read for Peeked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at < self.head.len() {
            let count = (&self.head[self.at..]).read(buffer)?;
            self.at += count;
            if self.at == self.head.len() {
                (self.head, self.at) = (Zeroizing::default(), 0);
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
    fn what_was_looked_at_is_read_again_and_an_error_comes_behind_it() {
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
