//! Recovers after broken text, and finds statements among foreign text: noise of clients before a
//! dump, prompts and time stamps before a statement.

use super::beginnings::{AHEAD_BYTES, begins_statement};
use super::reader::{BETWEEN, Reader};
use super::word::{first_word, is_of_word};
use crate::format::rows::{Outside, Stopped};

/// Bytes of a foreign line that are searched at a time.
const FOREIGN_BYTES: usize = 4 << 10;

/// Where reading continues after broken text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resumed {
    Tuple,
    Statement,
    End,
}

impl Reader<'_> {
    /// Finds the next sound position after broken text: one where a tuple of the same table may
    /// begin (if `in_tuples`), or a line that begins like a statement.
    pub(super) fn resume(&mut self, in_tuples: bool) -> Result<Resumed, Stopped> {
        loop {
            let bytes = self.view.ahead(AHEAD_BYTES);
            let Some(at) = memchr::memchr3(b')', b'\n', b';', bytes) else {
                let count = bytes.len();
                self.pass(count, Outside::Malformed)?;
                if self.view.peek(1).is_empty() {
                    return Ok(Resumed::End);
                }
                continue;
            };
            self.pass(at, Outside::Malformed)?;
            let bytes = self.view.ahead(AHEAD_BYTES);
            match bytes[0] {
                b'\n' if begins_statement(&bytes[1..]) => {
                    self.pass(1, Outside::Malformed)?;
                    return Ok(Resumed::Statement);
                }
                b')' if in_tuples => {
                    if let Some(tuple) = tuple_after(bytes) {
                        self.pass(tuple, Outside::Malformed)?;
                        return Ok(Resumed::Tuple);
                    }
                    self.pass(1, Outside::Malformed)?;
                }
                // A semicolon at the end of a line ends a statement; strings rarely contain one.
                b';' if matches!(bytes.get(1), None | Some(b'\n' | b'\r')) => {
                    self.pass(1, Outside::Malformed)?;
                    return Ok(Resumed::Statement);
                }
                _ => self.pass(1, Outside::Malformed)?,
            }
        }
    }

    /// Passes a line that does not begin with a statement, up to one that is in it.
    pub(super) fn pass_foreign(&mut self) -> Result<(), Stopped> {
        loop {
            let bytes = self.view.ahead(FOREIGN_BYTES);
            let end = memchr::memchr(b'\n', bytes).map(|at| at + 1);
            let is_last = end.is_some() || bytes.len() < FOREIGN_BYTES;
            let line = end.unwrap_or(bytes.len());
            let searched = if is_last { line } else { line - AHEAD_BYTES };
            if let Some(at) = (1..searched).find(|&at| begins_within(bytes, at)) {
                return self.pass(at, BETWEEN);
            }
            self.pass(searched, BETWEEN)?;
            if is_last {
                return Ok(());
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

/// Whether a statement with values begins at this offset of a line: one of those that no prose
/// contains, or one whose other words follow.
pub(super) fn begins_within(bytes: &[u8], at: usize) -> bool {
    if is_of_word(bytes[at - 1])
        || !matches!(bytes[at], b'I' | b'i' | b'R' | b'r' | b'U' | b'u' | b'M' | b'm' | b'D' | b'd' | b'S' | b's')
    {
        return false;
    }
    let wanted: &[&[u8]] = match &first_word(&bytes[at..])[..] {
        b"INSERT" | b"REPLACE" | b"UPSERT" | b"MERGE" => {
            if !begins_statement(&bytes[at..bytes.len().min(at + AHEAD_BYTES)]) {
                return false;
            }
            &[b"VALUE", b"SELECT", b" SET "]
        }
        b"UPDATE" => &[b" SET "],
        b"DELETE" => &[b" WHERE "],
        b"SELECT" => &[b" FROM "],
        _ => return false,
    };
    let behind = bytes[at..].to_ascii_uppercase();
    // Values stand in quotes, parentheses or behind an operator.
    let has_values = behind.iter().any(|byte| matches!(byte, b'\'' | b'(' | b'='));
    let is_select = behind.starts_with(b"SELECT");
    let has_conditions = !is_select || memchr::memmem::find(&behind, b" WHERE ").is_some();
    has_values && has_conditions && wanted.iter().any(|word| memchr::memmem::find(&behind, word).is_some())
}
