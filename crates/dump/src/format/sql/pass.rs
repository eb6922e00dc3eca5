//! Passes over what holds no rows, and finds the way back after what is broken: in a stream, holding nothing.

use super::dialect::{Backslash, EVIDENCE_BYTES, Product};
use super::lexer::is_of_word;
use super::reader::Reader;
use crate::format::rows::Stopped;

/// How far ahead it is looked to see whether a statement or a tuple begins, in bytes.
const AHEAD_BYTES: usize = 64;

/// How lines begin that nothing but a statement begins with, in the capitals in which programs write them.
const STATEMENTS: [&[u8]; 7] =
    [b"INSERT ", b"REPLACE INTO ", b"COPY ", b"CREATE TABLE ", b"DROP TABLE ", b"GO\n", b"GO\r\n"];

/// Where the way goes on after something broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resumed {
    Tuple,
    Statement,
    End,
}

impl Reader<'_> {
    /// Passes white space, semicolons and comments, and learns from them; looks into comments that `MySQL` executes.
    pub(super) fn between_statements(&mut self) -> Result<(), Stopped> {
        loop {
            let dialect = self.dialect;
            let bytes = self.window.look(EVIDENCE_BYTES);
            match bytes {
                [b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' | b';', ..] => {
                    let blank = |b: &&u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' | b';');
                    let count = bytes.iter().take_while(blank).count();
                    self.window.pass(count);
                }
                [b'*', b'/', ..] => self.window.pass(2),
                [b'/', b'*', b'!', ..] | [b'/', b'*', b'M', b'!', ..] => {
                    self.dialect.observe(bytes);
                    let mark = 1 + memchr::memchr(b'!', bytes).unwrap_or_default();
                    let digits = bytes[mark..].iter().take_while(|b| b.is_ascii_digit()).count();
                    self.window.pass(mark + digits);
                }
                [b'/', b'*', ..] => {
                    self.dialect.observe(bytes);
                    self.pass_behind(b"*/")?;
                }
                [b'-', b'-', ..] => {
                    self.dialect.observe(bytes);
                    self.pass_behind(b"\n")?;
                }
                [b'#', ..] if dialect.has_hash_comments() => self.pass_behind(b"\n")?,
                _ => return Ok(()),
            }
        }
    }

    /// Passes the stream up to and with `end`; without it, all of it.
    pub(super) fn pass_behind(&mut self, end: &[u8]) -> Result<(), Stopped> {
        loop {
            let bytes = self.window.bytes();
            if let Some(at) = memchr::memmem::find(bytes, end) {
                self.window.pass(at + end.len());
                return Ok(());
            }
            let seen = (bytes.len() + 1).saturating_sub(end.len());
            self.window.pass(seen);
            if !self.window.more() {
                let rest = self.window.bytes().len();
                self.window.pass(rest);
                return Ok(());
            }
        }
    }

    /// Passes a statement that holds no rows: to its semicolon, or to a line that begins another one.
    pub(super) fn pass_statement(&mut self) -> Result<(), Stopped> {
        let mut previous = b' ';
        loop {
            let bytes = self.window.look(AHEAD_BYTES);
            let is_plain = |b: &u8| !matches!(b, b';' | b'\'' | b'"' | b'`' | b'$' | b'-' | b'/' | b'#' | b'\n');
            let plain = bytes.iter().position(|b| !is_plain(b)).unwrap_or(bytes.len());
            if plain > 0 {
                previous = bytes[plain - 1];
                self.window.pass(plain);
                continue;
            }
            let Some(&byte) = bytes.first() else { return Ok(()) };
            let (second, third) = (bytes.get(1).copied(), bytes.get(2).copied());
            match (byte, second) {
                (b';', _) => {
                    self.window.pass(1);
                    return Ok(());
                }
                (b'\n', _) => {
                    let begins = begins_statement(&bytes[1..]);
                    self.window.pass(1);
                    if begins {
                        return Ok(());
                    }
                }
                (b'\'' | b'"' | b'`', _) if !self.pass_quoted(byte, previous)? => return Ok(()),
                (b'\'' | b'"' | b'`', _) => {}
                (b'-', Some(b'-')) => self.pass_line()?,
                (b'#', _) if self.dialect.product == Some(Product::MySql) => self.pass_line()?,
                (b'/', Some(b'*')) if third != Some(b'!') => self.pass_behind(b"*/")?,
                (b'$', _) if self.dialect.has_dollar_quotes() && !is_of_word(previous) => self.pass_dollars()?,
                _ => self.window.pass(1),
            }
            previous = byte;
        }
    }

    /// Passes to the end of the line, and leaves its line feed.
    fn pass_line(&mut self) -> Result<(), Stopped> {
        loop {
            let bytes = self.window.bytes();
            if let Some(at) = memchr::memchr(b'\n', bytes) {
                self.window.pass(at);
                return Ok(());
            }
            let count = bytes.len();
            self.window.pass(count);
            if !self.window.more() {
                return Ok(());
            }
        }
    }

    /// Passes a quoted text outside tuples. False if it does not end in time, or a line in it begins like a statement: then
    /// the way goes on there.
    fn pass_quoted(&mut self, quote: u8, previous: u8) -> Result<bool, Stopped> {
        let start = self.window.at();
        self.window.pass(1);
        let backslash = match self.dialect.backslash() {
            _ if quote == b'`' => Backslash::IsItself,
            Some(Backslash::IsItself) if !matches!(previous, b'E' | b'e') => Backslash::IsItself,
            _ => Backslash::Escapes,
        };
        loop {
            let bytes = self.window.look(AHEAD_BYTES);
            let Some(at) = memchr::memchr3(quote, b'\\', b'\n', bytes) else {
                let count = bytes.len();
                self.window.pass(count);
                if self.window.look(1).is_empty() || self.window.at() - start > self.record as u64 {
                    self.rows.malformed(start)?;
                    return Ok(false);
                }
                continue;
            };
            self.window.pass(at);
            let bytes = self.window.look(AHEAD_BYTES);
            match bytes[0] {
                b'\\' if backslash == Backslash::Escapes => self.window.pass(2),
                b'\n' => {
                    let begins = begins_statement(&bytes[1..]);
                    self.window.pass(1);
                    if begins || self.window.at() - start > self.record as u64 {
                        self.rows.malformed(start)?;
                        return Ok(false);
                    }
                }
                byte => {
                    self.window.pass(1);
                    if byte == quote {
                        return Ok(true);
                    }
                }
            }
        }
    }

    /// Passes `$tag$ … $tag$`, or a dollar that is none. What does not end within the longest record ends there.
    fn pass_dollars(&mut self) -> Result<(), Stopped> {
        let bytes = self.window.look(AHEAD_BYTES);
        let tag = bytes[1..].iter().take_while(|&&b| is_of_word(b) && b != b'$').count();
        if bytes.get(1 + tag) != Some(&b'$') || bytes[1].is_ascii_digit() {
            self.window.pass(1);
            return Ok(());
        }
        let tag = bytes[..tag + 2].to_vec();
        self.window.pass(tag.len());
        let mut searched = 0;
        loop {
            let bytes = self.window.bytes();
            if let Some(at) = memchr::memmem::find(&bytes[searched..], &tag) {
                self.window.pass(searched + at + tag.len());
                return Ok(());
            }
            searched = bytes.len().saturating_sub(tag.len());
            if searched > self.record || !self.window.more() {
                // Passed, too: else each of many openings would be looked for to here.
                self.window.pass(searched);
                return Ok(());
            }
        }
    }

    /// From behind a broken place to the next one that looks sound: where a tuple of the same table may begin (if
    /// `in_tuples`), or a line that begins like a statement.
    pub(super) fn resume(&mut self, in_tuples: bool) -> Result<Resumed, Stopped> {
        loop {
            let bytes = self.window.look(AHEAD_BYTES);
            let Some(at) = memchr::memchr3(b')', b'\n', b';', bytes) else {
                let count = bytes.len();
                self.window.pass(count);
                if self.window.look(1).is_empty() {
                    return Ok(Resumed::End);
                }
                continue;
            };
            self.window.pass(at);
            let bytes = self.window.look(AHEAD_BYTES);
            match bytes[0] {
                b'\n' if begins_statement(&bytes[1..]) => {
                    self.window.pass(1);
                    return Ok(Resumed::Statement);
                }
                b')' if in_tuples => {
                    if let Some(tuple) = tuple_behind(bytes) {
                        self.window.pass(tuple);
                        return Ok(Resumed::Tuple);
                    }
                    self.window.pass(1);
                }
                // A semicolon at the end of a line ends a statement; in a string, one is rarely there.
                b';' if matches!(bytes.get(1), None | Some(b'\n' | b'\r')) => {
                    self.window.pass(1);
                    return Ok(Resumed::Statement);
                }
                _ => self.window.pass(1),
            }
        }
    }
}

/// Where a tuple begins behind the one that these bytes close.
fn tuple_behind(bytes: &[u8]) -> Option<usize> {
    let past_blank = |from: usize| from + bytes[from..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let comma = past_blank(1);
    let tuple = past_blank((bytes.get(comma) == Some(&b',')).then_some(comma + 1)?);
    (bytes.get(tuple) == Some(&b'(')).then_some(tuple)
}

/// Whether a line that begins so begins a statement.
pub(super) fn begins_statement(line: &[u8]) -> bool {
    STATEMENTS.iter().any(|start| line.starts_with(start))
}
