//! Lines of a stream, one at a time, in bounded memory. A line beyond the limit comes in pieces.
//!
//! Knows nothing of what is in a line; readers of formats made of lines take theirs from here.

use crate::format::window::Window;
use std::borrow::Cow;
use std::io::{self, Read};

/// Bytes in which a line feed is looked for before a carriage return alone counts as a line's end.
const HEAD_BYTES: usize = 64 << 10;

/// Bytes from the end of a piece in which a place to cut is looked for.
const CUT_BYTES: usize = 4 << 10;

/// A line without its end.
pub(crate) struct Line<'l> {
    /// Its position in the stream.
    pub(crate) at: u64,
    pub(crate) text: Cow<'l, str>,
    /// False for a piece of a line that exceeds the limit.
    pub(crate) is_whole: bool,
}

/// The lines of a stream.
pub(crate) struct Lines<'r> {
    window: Window<&'r mut dyn Read>,
    most: usize,
    /// The byte that ends a line.
    end: u8,
    /// Bytes of the view that were handed out.
    taken: usize,
    /// Whether the last piece was not the end of its line.
    is_inside: bool,
}

impl<'r> Lines<'r> {
    /// `most` bytes are the longest line that comes whole.
    pub(crate) fn new(text: &'r mut dyn Read, most: usize) -> Self {
        let mut window = Window::new(text);
        let head = window.peek(HEAD_BYTES);
        let has = |byte| memchr::memchr(byte, &head[..head.len().min(HEAD_BYTES)]).is_some();
        let end = if !has(b'\n') && has(b'\r') { b'\r' } else { b'\n' };
        Self { window, most: most.max(CUT_BYTES), end, taken: 0, is_inside: false }
    }

    /// The bytes that come next, at least this many, fewer only at the end of the stream.
    pub(crate) fn peek(&mut self, bytes: usize) -> &[u8] {
        self.window.skip(std::mem::take(&mut self.taken));
        self.window.peek(bytes)
    }

    /// The next line, or the next piece of one.
    pub(crate) fn next(&mut self) -> Option<Line<'_>> {
        self.window.skip(std::mem::take(&mut self.taken));
        let mut searched = 0;
        let (length, is_end) = loop {
            let bytes = self.window.bytes();
            // Looked for no further than the limit, so that pieces of the stream do not matter.
            let within = bytes.len().min(self.most + 1);
            if let Some(at) = memchr::memchr(self.end, &bytes[searched..within]) {
                break (searched + at, true);
            }
            if bytes.len() > self.most {
                break (between_words(&bytes[..self.most]), false);
            }
            searched = bytes.len();
            if !self.window.read_more() {
                break (self.window.bytes().len(), false);
            }
        };
        let is_last = !is_end && length == self.window.bytes().len() && self.window.is_ended();
        // A line that ends with an error of the stream is not whole: a number in it may be another
        // one.
        if is_last && (length == 0 || self.window.has_failed()) {
            return None;
        }
        let is_whole = (is_end || is_last) && !self.is_inside;
        self.is_inside = !is_end && !is_last;
        self.taken = length + usize::from(is_end);
        let at = self.window.at();
        let text = &self.window.bytes()[..length];
        Some(Line { at, text: String::from_utf8_lossy(text.strip_suffix(b"\r").unwrap_or(text)), is_whole })
    }

    /// At the end: whether all of the stream was read.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.window.finish()
    }
}

/// Where a text that is too long may be cut: between two characters that are not part of a number,
/// and so close to its end that memory stays bounded.
pub(crate) fn between_words(text: &[u8]) -> usize {
    let is_start = |at: usize| text.get(at).is_none_or(|byte| byte & 0xc0 != 0x80);
    // Digits in full width begin with ef.
    let is_of_number =
        |byte: u8| byte.is_ascii_digit() || byte.is_ascii_whitespace() || b"+-().".contains(&byte) || byte == 0xef;
    let earliest = text.len().saturating_sub(CUT_BYTES).max(1);
    let is_between = |&at: &usize| is_start(at) && !is_of_number(text[at - 1]) && !is_of_number(text[at]);
    let candidates = || (earliest..text.len()).rev();
    candidates().find(is_between).or_else(|| candidates().find(|&at| is_start(at))).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8], most: usize) -> Vec<(u64, String, bool)> {
        let mut text = text;
        let mut lines = Lines::new(&mut text, most);
        let mut found = Vec::new();
        while let Some(line) = lines.next() {
            found.push((line.at, line.text.into_owned(), line.is_whole));
        }
        lines.finish().expect("memory");
        found
    }

    #[test]
    fn lines_end_with_any_of_the_three_ends() {
        let whole = |at, text: &str| (at, text.to_owned(), true);
        assert_eq!(lines(b"a\r\n\nb", 1 << 20), [whole(0, "a"), whole(3, ""), whole(4, "b")]);
        assert_eq!(lines(b"a\rb\r", 1 << 20), [whole(0, "a"), whole(2, "b")]);
        assert_eq!(lines(b"a\n\xff\n", 1 << 20), [whole(0, "a"), whole(2, "\u{fffd}")]);
        assert_eq!(lines(b"", 1 << 20), []);
    }

    #[test]
    fn a_line_that_the_stream_truncates_is_left_out() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("truncated"))
            }
        }
        let mut text = b"a\n154000".chain(Failing);
        let mut lines = Lines::new(&mut text, 1 << 20);
        assert_eq!(lines.next().map(|line| line.text.into_owned()), Some("a".to_owned()));
        assert!(lines.next().is_none() && lines.finish().is_err());
    }

    #[test]
    fn a_long_line_comes_in_pieces_that_cut_no_number() {
        let long = "字 15400001234, 字".repeat(2_000);
        let found = lines(format!("a\n{long}\nb\n").as_bytes(), 8 << 10);
        assert_eq!((found.first().expect("a").2, found.last().expect("b").2), (true, true));
        let pieces = &found[1..found.len() - 1];
        assert!(pieces.len() > 2 && pieces.iter().all(|(_, text, is_whole)| !is_whole && text.len() <= 8 << 10));
        assert_eq!(pieces.iter().map(|(_, text, _)| text.as_str()).collect::<String>(), long);
        let numbers: usize = pieces.iter().map(|(_, text, _)| text.matches("15400001234").count()).sum();
        assert_eq!(numbers, 2_000);
    }
}
