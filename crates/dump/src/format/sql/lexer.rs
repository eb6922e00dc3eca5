//! Blanks, words and names of SQL, in a slice that may end in the middle of one.

use super::dialect::Dialect;
use super::word::is_of_word;
use std::borrow::Cow;

/// Longest comment between the parts of a statement. The limit keeps many comments that never close
/// from being searched to the end of the dump each.
const COMMENT_BYTES: usize = 4 << 10;

/// Longest word or name. No server allows a quarter of it.
const NAME_BYTES: usize = 1_024;

/// Why a slice could not be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It ends in the middle of a token.
    Cut,
    /// It is not SQL.
    Broken,
}

/// Reads from a slice.
#[derive(Clone, Copy)]
pub(super) struct Lexer<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) at: usize,
    pub(super) dialect: Dialect,
    /// Whether the slice reaches to the end of the text.
    pub(super) is_all: bool,
}

impl<'b> Lexer<'b> {
    pub(super) fn new(bytes: &'b [u8], dialect: Dialect, is_all: bool) -> Self {
        Self { bytes, at: 0, dialect, is_all }
    }

    pub(super) fn rest(&self) -> &'b [u8] {
        &self.bytes[self.at..]
    }

    /// The next byte.
    pub(super) fn peek(&self) -> Result<u8, Fault> {
        self.bytes.get(self.at).copied().ok_or(Fault::Cut)
    }

    /// Consumes this byte, if it is the next one.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let is_next = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Skips white space and comments, but parses the content of comments that `MySQL` executes.
    /// Stops at any other byte, or at the end of the text.
    pub(super) fn blank(&mut self) -> Result<(), Fault> {
        loop {
            let rest = self.rest();
            let passed = match rest {
                [] if self.is_all => return Ok(()),
                [] => return Err(Fault::Cut),
                [b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' | b'\x0b', ..] => 1,
                [b'-' | b'/' | b'*'] | [b'/', b'*'] | [b'/', b'*', b'M'] if !self.is_all => return Err(Fault::Cut),
                [b'-', b'-', ..] => self.comment(rest, b"\n")?,
                [b'#', ..] if self.dialect.has_hash_comments() => self.comment(rest, b"\n")?,
                [b'*', b'/', ..] => 2,
                [b'/', b'*', b'!', ..] => 3 + rest[3..].iter().take_while(|b| b.is_ascii_digit()).count(),
                [b'/', b'*', b'M', b'!', ..] => 4 + rest[4..].iter().take_while(|b| b.is_ascii_digit()).count(),
                [b'/', b'*', ..] => self.comment(rest, b"*/")?,
                _ => return Ok(()),
            };
            self.at += passed;
        }
    }

    /// The length of the comment at the start of the slice.
    fn comment(&self, rest: &[u8], end: &[u8]) -> Result<usize, Fault> {
        match memchr::memmem::find(&rest[..rest.len().min(COMMENT_BYTES)], end) {
            Some(at) => Ok(at + end.len()),
            None if rest.len() >= COMMENT_BYTES => Err(Fault::Broken),
            None if self.is_all => Ok(rest.len()),
            None => Err(Fault::Cut),
        }
    }

    /// A word, possibly empty: letters, digits, and other characters of names.
    pub(super) fn word(&mut self) -> Result<&'b [u8], Fault> {
        let rest = self.rest();
        let length = rest.iter().take(NAME_BYTES).take_while(|&&b| is_of_word(b)).count();
        if length == NAME_BYTES {
            return Err(Fault::Broken);
        }
        if length == rest.len() && !self.is_all {
            return Err(Fault::Cut);
        }
        self.at += length;
        Ok(&rest[..length])
    }

    /// Consumes a word, if it is the next one, and the blanks after it.
    pub(super) fn take_word(&mut self, wanted: &str) -> Result<bool, Fault> {
        let mut ahead = *self;
        if !ahead.word()?.eq_ignore_ascii_case(wanted.as_bytes()) {
            return Ok(false);
        }
        ahead.blank()?;
        *self = ahead;
        Ok(true)
    }

    /// Consumes one of these words (with blanks between them), if it is the next one, and the
    /// blanks after it.
    pub(super) fn take_any(&mut self, words: &str) -> Result<bool, Fault> {
        for word in words.split(' ') {
            if self.take_word(word)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A name, quoted or bare.
    pub(super) fn name(&mut self) -> Result<Cow<'b, str>, Fault> {
        let close = match self.peek()? {
            b'`' => b'`',
            b'"' => b'"',
            b'\'' => b'\'',
            b'[' => b']',
            _ => {
                let word = self.word()?;
                return if word.is_empty() { Err(Fault::Broken) } else { text(word).map(Cow::Borrowed) };
            }
        };
        self.at += 1;
        let (rest, mut end) = (self.rest(), 0);
        let mut is_doubled = false;
        loop {
            let window = &rest[end..rest.len().min(NAME_BYTES)];
            let Some(at) = memchr::memchr(close, window) else {
                return Err(if rest.len() < NAME_BYTES { Fault::Cut } else { Fault::Broken });
            };
            end += at;
            match rest.get(end + 1) {
                None if !self.is_all => return Err(Fault::Cut),
                Some(&byte) if byte == close => (is_doubled, end) = (true, end + 2),
                _ => break,
            }
        }
        self.at += end + 1;
        let name = text(&rest[..end])?;
        let (one, two) = (char::from(close).to_string(), String::from_iter([char::from(close); 2]));
        Ok(if is_doubled { name.replace(&two, &one).into() } else { name.into() })
    }

    /// The last part of a qualified name, and the blanks after it.
    pub(super) fn qualified_name(&mut self) -> Result<Cow<'b, str>, Fault> {
        let mut name = self.name()?;
        self.blank()?;
        while self.take(b'.') {
            self.blank()?;
            // SQL Server writes `base..table` for the default schema.
            if self.peek()? != b'.' {
                name = self.name()?;
                self.blank()?;
            }
        }
        Ok(name)
    }
}

fn text(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| Fault::Broken)
}
