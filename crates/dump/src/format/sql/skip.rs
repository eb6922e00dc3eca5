//! Passes over what holds no rows, in a stream and in constant memory.

use super::beginnings::{AHEAD_BYTES, begins_statement};
use super::dialect::{Backslash, EVIDENCE_BYTES};
use super::reader::{COMMENTS, Reader, STATEMENTS};
use super::word::is_of_word;
use crate::format::rows::{Outside, Stopped};

/// The mark of a byte order, which stands in the middle where files were put together.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' | b'\x0b' | b'\0' | b'\x1a')
}

impl Reader<'_> {
    /// Skips white space, semicolons and comments, and takes evidence from them; does not skip the
    /// content of comments that `MySQL` executes.
    pub(super) fn between_statements(&mut self) -> Result<(), Stopped> {
        loop {
            let bytes = self.view.ahead(EVIDENCE_BYTES);
            let has_tuple = |rest: &[u8]| rest.iter().find(|&&byte| !is_blank(byte)) == Some(&b'(');
            match bytes {
                [byte, ..] if is_blank(*byte) || *byte == b';' => {
                    let count = bytes.iter().take_while(|&&byte| is_blank(byte) || byte == b';').count();
                    self.view.skip_blank(count, self.rows)?;
                }
                [b'*', b'/', ..] => self.take(2)?,
                // Oracle's mark of an end, and a comma before a tuple whose statement was cut off.
                [b'/'] | [b'/', b'\r' | b'\n', ..] => self.take(1)?,
                [b',', rest @ ..] if has_tuple(rest) => self.take(1)?,
                _ if bytes.starts_with(BYTE_ORDER_MARK) => self.take(BYTE_ORDER_MARK.len())?,
                [b'/', b'*', b'!', ..] | [b'/', b'*', b'M', b'!', ..] => {
                    self.dialect.observe(bytes);
                    let mark = 1 + memchr::memchr(b'!', bytes).unwrap_or_default();
                    let digits = bytes[mark..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                    self.pass(mark + digits, STATEMENTS)?;
                }
                [b'/', b'*', ..] => {
                    self.dialect.observe(bytes);
                    self.pass_beyond(b"*/", COMMENTS)?;
                }
                [b'-', b'-', ..] => {
                    self.dialect.observe(bytes);
                    self.pass_beyond(b"\n", COMMENTS)?;
                }
                [b'#', ..] if self.dialect.has_hash_comments() => self.pass_beyond(b"\n", COMMENTS)?,
                _ => return Ok(()),
            }
        }
    }

    /// Passes white space and comments within a statement. Returns whether there were any, and
    /// whether the next byte is the first one of its line.
    pub(super) fn pass_blanks(&mut self) -> Result<(bool, bool), Stopped> {
        let (mut has_blank, mut has_line) = (false, false);
        loop {
            let bytes = self.view.ahead(AHEAD_BYTES);
            match bytes {
                [byte, ..] if is_blank(*byte) => {
                    let count = bytes.iter().take_while(|&&byte| is_blank(byte)).count();
                    has_line |= bytes[..count].contains(&b'\n');
                    self.view.skip_blank(count, self.rows)?;
                }
                [b'/', b'*', b'!' | b'M', ..] | [b'*', b'/', ..] => self.pass(2, STATEMENTS)?,
                [b'/', b'*', ..] => self.pass_beyond(b"*/", COMMENTS)?,
                [b'-', b'-', ..] => {
                    self.pass_beyond(b"\n", COMMENTS)?;
                    has_line = true;
                }
                [b'#', ..] if self.dialect.has_hash_comments() => {
                    self.pass_beyond(b"\n", COMMENTS)?;
                    has_line = true;
                }
                _ => return Ok((has_blank, has_line)),
            }
            has_blank = true;
        }
    }

    /// Passes to the position after `end`; if it never comes, to the end of the stream.
    pub(super) fn pass_beyond(&mut self, end: &[u8], what: Outside) -> Result<(), Stopped> {
        loop {
            let bytes = self.view.bytes();
            if let Some(at) = memchr::memmem::find(bytes, end) {
                return self.pass(at + end.len(), what);
            }
            let seen = (bytes.len() + 1).saturating_sub(end.len());
            self.pass(seen, what)?;
            if !self.view.read_more() {
                return self.pass(end.len(), what);
            }
        }
    }

    /// Passes to the end of the line and beyond.
    pub(super) fn pass_line(&mut self, what: Outside) -> Result<(), Stopped> {
        self.pass_beyond(b"\n", what)
    }

    /// Passes a statement without rows: to its semicolon, or to a line that begins another
    /// statement.
    pub(super) fn skip_statement(&mut self) -> Result<(), Stopped> {
        let mut previous = b' ';
        loop {
            let bytes = self.view.ahead(AHEAD_BYTES);
            let is_plain = |b: &u8| !matches!(b, b';' | b'\'' | b'"' | b'`' | b'$' | b'-' | b'/' | b'#' | b'\n');
            let plain = bytes.iter().position(|b| !is_plain(b)).unwrap_or(bytes.len());
            if plain > 0 {
                previous = bytes[plain - 1];
                self.pass(plain, STATEMENTS)?;
                continue;
            }
            let Some(&byte) = bytes.first() else { return Ok(()) };
            let (second, third) = (bytes.get(1).copied(), bytes.get(2).copied());
            match (byte, second) {
                (b';', _) => return self.pass(1, STATEMENTS),
                (b'\n', _) => {
                    let begins = begins_statement(&bytes[1..]);
                    self.pass(1, STATEMENTS)?;
                    if begins {
                        return Ok(());
                    }
                }
                (b'\'' | b'"' | b'`', _) if !self.skip_quoted(byte, previous)? => return Ok(()),
                (b'\'' | b'"' | b'`', _) => {}
                (b'-', Some(b'-')) => self.pass_beyond(b"\n", COMMENTS)?,
                (b'#', _) if self.dialect.is_mysql() => self.pass_beyond(b"\n", COMMENTS)?,
                (b'/', Some(b'*')) if third != Some(b'!') => self.pass_beyond(b"*/", COMMENTS)?,
                (b'$', _) if self.dialect.has_dollar_quotes() && !is_of_word(previous) => self.skip_dollars()?,
                _ => self.pass(1, STATEMENTS)?,
            }
            previous = byte;
        }
    }

    /// Passes a quoted text outside tuples. False if it is too long, or a line in it begins like a
    /// statement: reading continues there.
    pub(super) fn skip_quoted(&mut self, quote: u8, previous: u8) -> Result<bool, Stopped> {
        let start = self.view.at();
        let next = self.view.ahead(2).get(1).copied();
        self.pass(1, STATEMENTS)?;
        // An apostrophe.
        if quote == b'\'' && previous.is_ascii_lowercase() && next.is_some_and(|next| next.is_ascii_lowercase()) {
            return Ok(true);
        }
        let backslash = match self.dialect.backslash() {
            _ if quote == b'`' => Backslash::IsItself,
            Some(Backslash::IsItself) if !matches!(previous, b'E' | b'e') => Backslash::IsItself,
            _ => Backslash::Escapes,
        };
        loop {
            let bytes = self.view.ahead(AHEAD_BYTES);
            let Some(at) = memchr::memchr3(quote, b'\\', b'\n', bytes) else {
                let count = bytes.len();
                self.pass(count, STATEMENTS)?;
                let is_ended = self.view.peek(1).is_empty();
                if is_ended || self.view.at() - start > self.record as u64 {
                    self.rows.malformed(start)?;
                    return self.pass_number(STATEMENTS).map(|()| false);
                }
                continue;
            };
            self.pass(at, STATEMENTS)?;
            let bytes = self.view.ahead(AHEAD_BYTES);
            match bytes[0] {
                b'\\' if backslash == Backslash::Escapes => self.pass(2, STATEMENTS)?,
                b'\n' => {
                    let begins = begins_statement(&bytes[1..]);
                    self.pass(1, STATEMENTS)?;
                    if begins || self.view.at() - start > self.record as u64 {
                        self.rows.malformed(start)?;
                        return Ok(false);
                    }
                }
                byte => {
                    self.pass(1, STATEMENTS)?;
                    if byte == quote {
                        return Ok(true);
                    }
                }
            }
        }
    }

    /// Passes to where no number can be in the middle.
    fn pass_number(&mut self, what: Outside) -> Result<(), Stopped> {
        loop {
            let bytes = self.view.ahead(AHEAD_BYTES);
            let end = memchr::memchr3(b'\n', b',', b';', bytes);
            let (count, is_last) = (end.unwrap_or(bytes.len()), end.is_some() || bytes.len() < AHEAD_BYTES);
            self.pass(count, what)?;
            if is_last {
                return Ok(());
            }
        }
    }

    /// Passes `$tag$ … $tag$`, or a single dollar. A quote that does not end within the longest
    /// record ends there.
    pub(super) fn skip_dollars(&mut self) -> Result<(), Stopped> {
        let bytes = self.view.ahead(AHEAD_BYTES);
        let tag = bytes[1..].iter().take_while(|&&b| is_of_word(b) && b != b'$').count();
        if bytes.get(1 + tag) != Some(&b'$') || bytes[1].is_ascii_digit() {
            return self.pass(1, STATEMENTS);
        }
        let tag = bytes[..tag + 2].to_vec();
        self.pass(tag.len(), STATEMENTS)?;
        let start = self.view.at();
        loop {
            let bytes = self.view.bytes();
            let left = (self.record as u64 + tag.len() as u64).saturating_sub(self.view.at() - start) as usize;
            if let Some(at) = memchr::memmem::find(&bytes[..bytes.len().min(left)], &tag) {
                return self.pass(at + tag.len(), STATEMENTS);
            }
            // Passed as well, if it never ends; otherwise each of many opening quotes would be
            // searched up to here.
            let seen = (bytes.len() + 1).saturating_sub(tag.len()).min(left);
            self.pass(seen, STATEMENTS)?;
            if seen == left || !self.view.read_more() {
                return Ok(());
            }
        }
    }
}
