//! What readers of tables deliver: rows of cells, as text, with their positions.

use crate::error::DumpError;
use crate::halt::Halt;
use std::borrow::Cow;
use std::io;

#[cfg(test)]
pub(crate) mod recorder;

/// Bytes of a long text that are searched at a time.
const PIECE_BYTES: usize = 256 << 10;

/// A cell of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell<'c> {
    /// NULL or absent.
    Nothing,
    /// Text, without the quotes and escapes of its format.
    Text(Cow<'c, str>),
    /// A number whose format keeps every digit (an integer of SQL or Parquet), as written.
    Integer(Cow<'c, str>),
    /// A number from a floating-point format, as its shortest decimal notation without an exponent:
    /// digits after the fifteenth are not reliable.
    Float(Cow<'c, str>),
}

impl Cell<'_> {
    /// A number from a floating-point format; empty if it is not finite.
    pub(crate) fn float(number: f64) -> Self {
        if number.is_finite() { Self::Float(Cow::Owned(number.to_string())) } else { Self::Nothing }
    }
}

/// Digits that a floating-point number preserves, and zeros that it puts where they were lost.
const FLOAT_DIGITS: usize = 15;
const LOST_DIGITS: &str = "000";

impl<'c> Cell<'c> {
    /// A number of a spreadsheet, as written. Its program keeps 15 digits; another one that writes
    /// more has kept them.
    pub(crate) fn of_number(text: &'c str) -> Self {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        let is_integer = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let is_lost = digits.len() > FLOAT_DIGITS && digits.ends_with(LOST_DIGITS);
        match text.parse() {
            _ if is_integer && !is_lost => Self::Integer(text.into()),
            Ok(number) if f64::is_finite(number) => Self::float(number),
            _ => Self::of_text(text),
        }
    }

    /// A text; an empty one is nothing.
    pub(crate) fn of_text(text: &'c str) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text.into()) }
    }
}

/// A cell by its type and its text.
pub(crate) type Parts<'c> = (Tag, &'c str);

/// The type of a cell whose text is stored elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Nothing,
    Text,
    Integer,
    Float,
}

impl Cell<'_> {
    /// Its type and its text.
    pub(crate) fn parts(&self) -> Parts<'_> {
        match self {
            Self::Nothing => (Tag::Nothing, ""),
            Self::Text(text) => (Tag::Text, text),
            Self::Integer(text) => (Tag::Integer, text),
            Self::Float(text) => (Tag::Float, text),
        }
    }
}

impl Tag {
    /// The cell with this text.
    pub(crate) fn cell(self, text: &str) -> Cell<'_> {
        match self {
            Self::Nothing => Cell::Nothing,
            Self::Text => Cell::Text(text.into()),
            Self::Integer => Cell::Integer(text.into()),
            Self::Float => Cell::Float(text.into()),
        }
    }
}

/// Receives rows, one after another, in the order of the input.
pub(crate) trait Rows {
    /// The rows that follow belong to this table (a table of SQL, a sheet; empty if there is only
    /// one). Its columns by name, if known: empty if only the first row may name them. Repeating
    /// the current table is cheap.
    fn table(&mut self, name: &str, columns: &[Cow<'_, str>]) -> Result<(), Halt>;

    /// A row. `at` is its position: in bytes of the decoded text, or, in binary formats, the number
    /// of the row from 1.
    fn row(&mut self, at: u64, cells: &[Cell<'_>]) -> Result<(), Halt>;

    /// A record that is not of the format, or too long, and was skipped whole. Its text goes to
    /// `outside`, as far as it is known.
    fn malformed(&mut self, at: u64) -> Result<(), Halt>;

    /// Text that is in no row, in pieces that do not end within a number. It is searched, so that
    /// no identifier is lost without a word.
    fn outside(&mut self, _at: u64, _text: &[u8], _what: Outside) -> Result<(), Halt> {
        Ok(())
    }

    /// A cell was longer than a record may be: it is empty in its row, and its text goes to
    /// `outside`.
    fn too_long(&mut self, _at: u64) {}

    /// A piece of the file is not read: what it is, and what to do.
    fn not_read(&mut self, _what: String) {}
}

/// Gives a text of any length to `outside`.
pub(crate) fn search(rows: &mut dyn Rows, at: u64, text: &str, what: Outside) -> Result<(), Halt> {
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        let piece = &rest[..rest.len().min(PIECE_BYTES)];
        let end = if piece.len() < rest.len() { between_numbers(piece) } else { piece.len() };
        rows.outside(at, &rest[..end], what)?;
        rest = &rest[end..];
    }
    Ok(())
}

/// The last position that is not next to what may be part of a number; the end if there is none.
pub(crate) fn between_numbers(text: &[u8]) -> usize {
    let is_free = |byte: u8| !is_of_number(byte) && byte < 0x80;
    (1..text.len()).rev().find(|&at| is_free(text[at - 1]) && is_free(text[at])).unwrap_or(text.len())
}

/// Whether a byte may be of a number, also in full width.
pub(crate) fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || b"+-(). ".contains(&byte) || byte == 0xef
}

/// What text is that is in no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    /// Of a record that is not of the format. What is found in it is read as in running text.
    Malformed,
    /// Of something from which no values are taken, in the plural: “comments”. What is found in it
    /// is counted as seen and not read.
    PassedOver(&'static str),
}

/// Why a reader of rows stopped before the end of its input. The rows delivered before are valid.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The bytes ended early: the input is truncated, or decompression found it damaged.
    Input(io::Error),
    /// The format is broken so that reading cannot continue, or exceeds a limit.
    Damaged {
        /// One clause, as in [`Damage`](crate::error::Damage). Never a value.
        what: String,
        /// The position, in the unit of [`Rows::row`].
        at: u64,
    },
    /// The receiver wants no more rows, whatever the input.
    Run(Halt),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Input(error)
    }
}

impl From<Halt> for Stopped {
    fn from(error: Halt) -> Self {
        Self::Run(error)
    }
}

impl From<DumpError> for Stopped {
    fn from(error: DumpError) -> Self {
        Self::Run(error.into())
    }
}
