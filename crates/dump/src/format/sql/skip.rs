//! Skips what holds no rows, and recovers after broken text, in a stream and in constant memory.

use super::dialect::{Backslash, EVIDENCE_BYTES, Product};
use super::lexer::is_of_word;
use super::reader::Reader;
use crate::format::rows::Stopped;

/// Bytes of lookahead to recognise the beginning of a statement or a tuple.
const AHEAD_BYTES: usize = 64;

/// Beginnings of lines that only statements have, in the capitals that programs write.
const STATEMENTS: [&[u8]; 7] =
    [b"INSERT ", b"REPLACE INTO ", b"COPY ", b"CREATE TABLE ", b"DROP TABLE ", b"GO\n", b"GO\r\n"];

/// Where reading continues after broken text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resumed {
    Tuple,
    Statement,
    End,
}

impl Reader<'_> {
    /// Skips white space, semicolons and comments, and takes evidence from them; does not skip the
    /// content of comments that `MySQL` executes.
    pub(super) fn between_statements(&mut self) -> Result<(), Stopped> {
        loop {
            let dialect = self.dialect;
            let bytes = self.window.peek(EVIDENCE_BYTES);
            match bytes {
                [b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' | b';', ..] => {
                    let blank = |b: &&u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' | b';');
                    let count = bytes.iter().take_while(blank).count();
                    self.window.skip(count);
                }
                [b'*', b'/', ..] => self.window.skip(2),
                [b'/', b'*', b'!', ..] | [b'/', b'*', b'M', b'!', ..] => {
                    self.dialect.observe(bytes);
                    let mark = 1 + memchr::memchr(b'!', bytes).unwrap_or_default();
                    let digits = bytes[mark..].iter().take_while(|b| b.is_ascii_digit()).count();
                    self.window.skip(mark + digits);
                }
                [b'/', b'*', ..] => {
                    self.dialect.observe(bytes);
                    self.skip_past(b"*/")?;
                }
                [b'-', b'-', ..] => {
                    self.dialect.observe(bytes);
                    self.skip_past(b"\n")?;
                }
                [b'#', ..] if dialect.has_hash_comments() => self.skip_past(b"\n")?,
                _ => return Ok(()),
            }
        }
    }

    /// Skips to the position after `end`; if it never comes, to the end of the stream.
    pub(super) fn skip_past(&mut self, end: &[u8]) -> Result<(), Stopped> {
        loop {
            let bytes = self.window.bytes();
            if let Some(at) = memchr::memmem::find(bytes, end) {
                self.window.skip(at + end.len());
                return Ok(());
            }
            let seen = (bytes.len() + 1).saturating_sub(end.len());
            self.window.skip(seen);
            if !self.window.read_more() {
                let rest = self.window.bytes().len();
                self.window.skip(rest);
                return Ok(());
            }
        }
    }

    /// Skips a statement without rows: to its semicolon, or to a line that begins another
    /// statement.
    pub(super) fn skip_statement(&mut self) -> Result<(), Stopped> {
        let mut previous = b' ';
        loop {
            let bytes = self.window.peek(AHEAD_BYTES);
            let is_plain = |b: &u8| !matches!(b, b';' | b'\'' | b'"' | b'`' | b'$' | b'-' | b'/' | b'#' | b'\n');
            let plain = bytes.iter().position(|b| !is_plain(b)).unwrap_or(bytes.len());
            if plain > 0 {
                previous = bytes[plain - 1];
                self.window.skip(plain);
                continue;
            }
            let Some(&byte) = bytes.first() else { return Ok(()) };
            let (second, third) = (bytes.get(1).copied(), bytes.get(2).copied());
            match (byte, second) {
                (b';', _) => {
                    self.window.skip(1);
                    return Ok(());
                }
                (b'\n', _) => {
                    let begins = begins_statement(&bytes[1..]);
                    self.window.skip(1);
                    if begins {
                        return Ok(());
                    }
                }
                (b'\'' | b'"' | b'`', _) if !self.skip_quoted(byte, previous)? => return Ok(()),
                (b'\'' | b'"' | b'`', _) => {}
                (b'-', Some(b'-')) => self.skip_line()?,
                (b'#', _) if self.dialect.product == Some(Product::MySql) => self.skip_line()?,
                (b'/', Some(b'*')) if third != Some(b'!') => self.skip_past(b"*/")?,
                (b'$', _) if self.dialect.has_dollar_quotes() && !is_of_word(previous) => self.skip_dollars()?,
                _ => self.window.skip(1),
            }
            previous = byte;
        }
    }

    /// Skips to the end of the line, but not its line feed.
    fn skip_line(&mut self) -> Result<(), Stopped> {
        loop {
            let bytes = self.window.bytes();
            if let Some(at) = memchr::memchr(b'\n', bytes) {
                self.window.skip(at);
                return Ok(());
            }
            let count = bytes.len();
            self.window.skip(count);
            if !self.window.read_more() {
                return Ok(());
            }
        }
    }

    /// Skips a quoted text outside tuples. False if it is too long, or a line in it begins like a
    /// statement: reading continues there.
    fn skip_quoted(&mut self, quote: u8, previous: u8) -> Result<bool, Stopped> {
        let start = self.window.at();
        self.window.skip(1);
        let backslash = match self.dialect.backslash() {
            _ if quote == b'`' => Backslash::IsItself,
            Some(Backslash::IsItself) if !matches!(previous, b'E' | b'e') => Backslash::IsItself,
            _ => Backslash::Escapes,
        };
        loop {
            let bytes = self.window.peek(AHEAD_BYTES);
            let Some(at) = memchr::memchr3(quote, b'\\', b'\n', bytes) else {
                let count = bytes.len();
                self.window.skip(count);
                if self.window.peek(1).is_empty() || self.window.at() - start > self.record as u64 {
                    self.rows.malformed(start)?;
                    return Ok(false);
                }
                continue;
            };
            self.window.skip(at);
            let bytes = self.window.peek(AHEAD_BYTES);
            match bytes[0] {
                b'\\' if backslash == Backslash::Escapes => self.window.skip(2),
                b'\n' => {
                    let begins = begins_statement(&bytes[1..]);
                    self.window.skip(1);
                    if begins || self.window.at() - start > self.record as u64 {
                        self.rows.malformed(start)?;
                        return Ok(false);
                    }
                }
                byte => {
                    self.window.skip(1);
                    if byte == quote {
                        return Ok(true);
                    }
                }
            }
        }
    }

    /// Skips `$tag$ … $tag$`, or a single dollar. A quote that does not end within the longest
    /// record ends there.
    fn skip_dollars(&mut self) -> Result<(), Stopped> {
        let bytes = self.window.peek(AHEAD_BYTES);
        let tag = bytes[1..].iter().take_while(|&&b| is_of_word(b) && b != b'$').count();
        if bytes.get(1 + tag) != Some(&b'$') || bytes[1].is_ascii_digit() {
            self.window.skip(1);
            return Ok(());
        }
        let tag = bytes[..tag + 2].to_vec();
        self.window.skip(tag.len());
        let mut searched = 0;
        loop {
            let bytes = self.window.bytes();
            if let Some(at) = memchr::memmem::find(&bytes[searched..], &tag) {
                self.window.skip(searched + at + tag.len());
                return Ok(());
            }
            searched = bytes.len().saturating_sub(tag.len());
            if searched > self.record || !self.window.read_more() {
                // Skipped as well; otherwise each of many opening quotes would be searched up to
                // here.
                self.window.skip(searched);
                return Ok(());
            }
        }
    }

    /// Finds the next sound position after broken text: one where a tuple of the same table may
    /// begin (if `in_tuples`), or a line that begins like a statement.
    pub(super) fn resume(&mut self, in_tuples: bool) -> Result<Resumed, Stopped> {
        loop {
            let bytes = self.window.peek(AHEAD_BYTES);
            let Some(at) = memchr::memchr3(b')', b'\n', b';', bytes) else {
                let count = bytes.len();
                self.window.skip(count);
                if self.window.peek(1).is_empty() {
                    return Ok(Resumed::End);
                }
                continue;
            };
            self.window.skip(at);
            let bytes = self.window.peek(AHEAD_BYTES);
            match bytes[0] {
                b'\n' if begins_statement(&bytes[1..]) => {
                    self.window.skip(1);
                    return Ok(Resumed::Statement);
                }
                b')' if in_tuples => {
                    if let Some(tuple) = tuple_after(bytes) {
                        self.window.skip(tuple);
                        return Ok(Resumed::Tuple);
                    }
                    self.window.skip(1);
                }
                // A semicolon at the end of a line ends a statement; strings rarely contain one.
                b';' if matches!(bytes.get(1), None | Some(b'\n' | b'\r')) => {
                    self.window.skip(1);
                    return Ok(Resumed::Statement);
                }
                _ => self.window.skip(1),
            }
        }
    }
}

/// The offset of a tuple that follows the one that these bytes close.
fn tuple_after(bytes: &[u8]) -> Option<usize> {
    let past_blank = |from: usize| from + bytes[from..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let comma = past_blank(1);
    let tuple = past_blank((bytes.get(comma) == Some(&b',')).then_some(comma + 1)?);
    (bytes.get(tuple) == Some(&b'(')).then_some(tuple)
}

/// Whether this line begins a statement.
pub(super) fn begins_statement(line: &[u8]) -> bool {
    STATEMENTS.iter().any(|start| line.starts_with(start))
}
