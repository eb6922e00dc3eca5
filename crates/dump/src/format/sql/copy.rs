//! The lines after `COPY … FROM stdin`, up to `\.`: `PostgreSQL`'s own text format, and its CSV.

use super::beginnings::{AHEAD_BYTES, begins_statement};
use super::header::CopyFormat;
use super::literal;
use super::reader::{NAMES, Reader};
use super::tuples::recycled;
use crate::format::rows::{Cell, Outside, Stopped};
use std::borrow::Cow;

/// Maximum lines of one quoted record, as for delimited text.
const RECORD_LINES: usize = 32;

/// Maximum cells of a line.
const CELLS: usize = 4_096;

impl Reader<'_> {
    /// Reads lines until the one that ends them. `width` is the number of columns that the
    /// statement names, if it does.
    pub(super) fn copied(&mut self, format: &CopyFormat, width: Option<usize>) -> Result<(), Stopped> {
        let mut is_header = format.has_header;
        let mut cells = Vec::new();
        loop {
            let at = self.view.at();
            let Some(end) = self.line(0)? else {
                if self.view.bytes().is_empty() {
                    return Ok(());
                }
                self.rows.malformed(at)?;
                self.pass_line(Outside::Malformed)?;
                continue;
            };
            let line = unended(&self.view.bytes()[..end]);
            if line == b"\\." {
                return self.take(end);
            }
            // If the end marker is missing, the next statement must not be taken for a line.
            let is_one_cell = width != Some(1) && memchr::memchr(format.delimiter, line).is_none();
            if is_one_cell && begins_statement(&line[..line.len().min(AHEAD_BYTES)]) {
                return Ok(());
            }
            let passed = if format.is_csv { self.csv_record(end)? } else { Some(end) };
            let Some(passed) = passed else {
                self.rows.malformed(at)?;
                self.pass(end, Outside::Malformed)?;
                continue;
            };
            let record = unended(&self.view.bytes()[..passed]);
            let mut row = recycled(cells);
            let is_read = match std::str::from_utf8(record) {
                Ok(text) if format.is_csv => split_csv(text, format, &mut row),
                Ok(text) => split(text, format, &mut row),
                Err(_) => false,
            };
            let is_row = is_read && width.is_none_or(|width| width == row.len());
            let is_names = std::mem::take(&mut is_header);
            if is_row && !is_names {
                self.rows.row(at, &row)?;
            }
            cells = recycled(row);
            match (is_names, is_row) {
                (true, _) => self.pass(passed, NAMES)?,
                (false, true) => self.take(passed)?,
                (false, false) => {
                    self.rows.malformed(at)?;
                    self.pass(passed, Outside::Malformed)?;
                }
            }
        }
    }

    /// The end of the line that begins at this offset of the view; `None` if it is too long, or
    /// there is none.
    fn line(&mut self, from: usize) -> Result<Option<usize>, Stopped> {
        let mut searched = from;
        loop {
            let bytes = self.view.bytes();
            if let Some(at) = memchr::memchr(b'\n', &bytes[searched..]) {
                let end = searched + at + 1;
                return Ok((end - from <= self.record).then_some(end));
            }
            searched = bytes.len();
            if searched - from > self.record {
                return Ok(None);
            }
            if !self.view.read_more() {
                return Ok((searched > from).then_some(searched));
            }
        }
    }

    /// The end of the CSV record whose first line ends at `end`; `None` if its quote does not close
    /// in time.
    fn csv_record(&mut self, mut end: usize) -> Result<Option<usize>, Stopped> {
        let mut quotes = memchr::memchr_iter(b'"', &self.view.bytes()[..end]).count();
        for _ in 0..RECORD_LINES {
            if quotes.is_multiple_of(2) {
                return Ok(Some(end));
            }
            match self.line(end)? {
                Some(next) if next <= self.record => {
                    quotes += memchr::memchr_iter(b'"', &self.view.bytes()[end..next]).count();
                    end = next;
                }
                _ => return Ok(None),
            }
        }
        Ok(None)
    }
}

fn unended(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Splits a line of the text format; false if it has too many cells.
fn split<'b>(line: &'b str, format: &CopyFormat, cells: &mut Vec<Cell<'b>>) -> bool {
    let bytes = line.as_bytes();
    let (mut start, mut from, mut has_escapes) = (0, 0, false);
    loop {
        let end = memchr::memchr2(format.delimiter, b'\\', &bytes[from..]).map_or(bytes.len(), |at| from + at);
        if bytes.get(end) == Some(&b'\\') {
            (has_escapes, from) = (true, (end + 2).min(bytes.len()));
            continue;
        }
        if cells.len() == CELLS {
            return false;
        }
        let Some(field) = line.get(start..end) else { return false };
        cells.push(if field == format.null {
            Cell::Nothing
        } else if has_escapes {
            literal::owned(&unescaped(field))
        } else {
            Cell::Text(field.into())
        });
        if end == bytes.len() {
            return true;
        }
        (start, from, has_escapes) = (end + 1, end + 1, false);
    }
}

/// Removes the escapes.
fn unescaped(field: &str) -> Vec<u8> {
    let mut text = Vec::with_capacity(field.len());
    let mut bytes = field.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            text.push(byte);
            continue;
        }
        let Some(escaped) = bytes.next() else {
            text.push(byte);
            break;
        };
        text.push(match escaped {
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'x' => code(&mut bytes, 0, 16, 2),
            digit @ b'0'..=b'7' => code(&mut bytes, u32::from(digit - b'0'), 8, 2),
            byte => byte,
        });
    }
    text
}

/// A byte written as a number: at most this many more digits.
fn code(bytes: &mut std::iter::Peekable<std::str::Bytes<'_>>, first: u32, radix: u32, digits: usize) -> u8 {
    let mut value = first;
    for _ in 0..digits {
        let Some(digit) = bytes.peek().and_then(|&b| char::from(b).to_digit(radix)) else { break };
        value = value * radix + digit;
        bytes.next();
    }
    value as u8
}

/// Splits a CSV record; false if a quote is misplaced, or there are too many cells.
fn split_csv<'b>(record: &'b str, format: &CopyFormat, cells: &mut Vec<Cell<'b>>) -> bool {
    let mut rest = record;
    loop {
        if cells.len() == CELLS {
            return false;
        }
        let found = if let Some(quoted) = rest.strip_prefix('"') {
            unquoted(quoted)
        } else {
            let end = memchr::memchr(format.delimiter, rest.as_bytes()).unwrap_or(rest.len());
            rest.get(..end).zip(rest.get(end..)).map(|(cell, behind)| (cell.into(), behind))
        };
        let Some((cell, behind)) = found else { return false };
        let is_nothing = !rest.starts_with('"') && cell == format.null;
        cells.push(if is_nothing { Cell::Nothing } else { Cell::Text(cell) });
        match behind.as_bytes().first() {
            None => return true,
            Some(&byte) if byte == format.delimiter && byte.is_ascii() => rest = &behind[1..],
            Some(_) => return false,
        }
    }
}

/// A quoted field, from after its opening quote, and the text after its closing quote.
fn unquoted(quoted: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut end = 0;
    let mut is_doubled = false;
    loop {
        end += memchr::memchr(b'"', &quoted.as_bytes()[end..])?;
        if quoted.as_bytes().get(end + 1) != Some(&b'"') {
            let field = &quoted[..end];
            let text = if is_doubled { field.replace("\"\"", "\"").into() } else { field.into() };
            return Some((text, &quoted[end + 1..]));
        }
        (is_doubled, end) = (true, end + 2);
    }
}
