//! Line ends and NULs of decoded text, as the readers of formats expect them: a carriage return
//! that ends a line becomes a line feed, and a NUL becomes a blank. No position changes.
//!
//! Old Macs, some spreadsheets and some printers of reports end lines with a carriage return alone.
//! Text of that kind has no line feed. Where there are line feeds as well, a carriage return ends a
//! line only if both sides of it have as many delimiters as a line: files that were joined have
//! such lines, and a stray carriage return in a field does not.

use crate::peeked::Peeked;
use std::io::{self, Read};
use zeroize::Zeroizing;

/// Bytes of the start by which it is decided how lines end.
const HEAD_BYTES: usize = 64 << 10;

/// Bytes of a line in which delimiters are counted.
const LINE_BYTES: usize = 4 << 10;

const DELIMITERS: [u8; 5] = [b',', b'\t', b';', b'|', 1];

/// How often each delimiter is in a line.
type Shape = [usize; DELIMITERS.len()];

/// Reads text with its line ends changed.
pub(super) struct LineEnds<R> {
    inner: Peeked<R>,
    /// Whether every carriage return ends a line; `None` before the first byte.
    always: Option<bool>,
    /// The last line that ended.
    before: Option<Shape>,
    /// What has been read of the present line, since its last carriage return.
    open: Shape,
}

impl<R: Read> LineEnds<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner: Peeked::new(inner), always: None, before: None, open: Shape::default() }
    }

    pub(super) fn inner(&self) -> &R {
        self.inner.inner()
    }

    fn decide(&mut self) -> bool {
        if let Some(always) = self.always {
            return always;
        }
        let head = self.inner.peek(HEAD_BYTES);
        let always = memchr::memchr(b'\n', head).is_none() && memchr::memchr(b'\r', head).is_some();
        self.always = Some(always);
        always
    }

    /// Changes text in place. `behind`: what follows it if it ends with a carriage return.
    fn change(&mut self, text: &mut [u8], always: bool, behind: &[u8]) {
        let mut from = 0;
        while let Some(at) = memchr::memchr(0, &text[from..]).map(|found| from + found) {
            text[at] = b' ';
            from = at + 1;
        }
        // Where the piece between two carriage returns or line feeds begins.
        let (mut start, mut from) = (0, 0);
        while let Some(at) = memchr::memchr(b'\r', &text[from..]).map(|found| from + found) {
            from = at + 1;
            let rest = if from == text.len() { behind } else { &text[from..] };
            if rest.first() == Some(&b'\n') {
                continue;
            }
            if always {
                text[at] = b'\n';
                continue;
            }
            if let Some(end) = memchr::memrchr(b'\n', &text[start..at]).map(|found| start + found) {
                self.before = Some(self.line_before(text, start, end));
                start = end + 1;
            }
            let here = self.piece(text, start, at);
            let rest = if from == text.len() { behind } else { &text[from..] };
            if self.is_end(here, rest) {
                text[at] = b'\n';
                self.before = Some(here);
            }
            start = from;
        }
    }

    /// Whether a carriage return behind a piece of this shape, and before this text, ends a line.
    fn is_end(&self, here: Shape, rest: &[u8]) -> bool {
        let is_alone = |at: usize| rest[at] == b'\r' && rest.get(at + 1).is_some_and(|&next| next != b'\n');
        let is_like_before = self.before.is_none_or(|before| before == here);
        match memchr::memchr2(b'\r', b'\n', rest) {
            None => is_like_before && shape(rest).iter().zip(here).all(|(&next, here)| next <= here),
            Some(at) if shape(&rest[..at]) != here => false,
            Some(_) if is_like_before => true,
            Some(at) if is_alone(at) => {
                let behind = &rest[at + 1..];
                let end = memchr::memchr2(b'\r', b'\n', behind).unwrap_or(behind.len());
                shape(&behind[..end]) == here
            }
            Some(_) => false,
        }
    }

    /// The shape of a piece of the text; what was read before belongs to the first one.
    fn piece(&self, text: &[u8], start: usize, end: usize) -> Shape {
        let mut shape = shape(&text[start..end]);
        if start == 0 {
            shape.iter_mut().zip(self.open).for_each(|(count, open)| *count += open);
        }
        shape
    }

    /// The shape of the line that ends with the line feed at `end`; `start` is the last place
    /// before it that is known to begin a piece.
    fn line_before(&self, text: &[u8], start: usize, end: usize) -> Shape {
        let begun = memchr::memrchr(b'\n', &text[start..end]).map_or(start, |found| start + found + 1);
        self.piece(text, begun, end)
    }

    /// Remembers the last line that ended, and what follows it, for what is read next.
    fn remember(&mut self, text: &[u8]) {
        if let Some(end) = memchr::memrchr(b'\n', text) {
            self.before = Some(self.line_before(text, 0, end));
        }
        let begun = memchr::memrchr2(b'\n', b'\r', text).map_or(0, |found| found + 1);
        self.open = self.piece(text, begun, text.len());
    }
}

fn shape(line: &[u8]) -> Shape {
    let line = &line[..line.len().min(LINE_BYTES)];
    DELIMITERS.map(|delimiter| memchr::memchr_iter(delimiter, line).count())
}

impl<R: Read> Read for LineEnds<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let always = self.decide();
        let read = self.inner.read(buffer)?;
        let text = &mut buffer[..read];
        let is_open = text.last() == Some(&b'\r');
        let behind = Zeroizing::new(if is_open { self.inner.peek(LINE_BYTES).to_vec() } else { Vec::new() });
        self.change(text, always, &behind);
        if !always {
            self.remember(text);
        }
        Ok(read)
    }
}
