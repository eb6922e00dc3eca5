//! What readers of tables hand over: rows of cells, as text, with the places where they stand.

use crate::error::DumpError;
use crate::halt::Halt;
use std::borrow::Cow;
use std::io;

#[cfg(test)]
pub(crate) mod recorder;

/// A cell of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell<'c> {
    /// NULL, or nothing there.
    Nothing,
    /// Text, without the quotes and escapes of its format.
    Text(Cow<'c, str>),
    /// A number whose format keeps every digit (an integer of SQL or Parquet), as it is written.
    Integer(Cow<'c, str>),
    /// A number that went through a floating-point format, as its shortest decimal notation without an exponent: of more
    /// than fifteen digits the last ones are not what they were.
    Float(Cow<'c, str>),
}

impl Cell<'_> {
    /// A number out of a floating-point format; nothing if it is none.
    pub(crate) fn float(number: f64) -> Self {
        if number.is_finite() { Self::Float(Cow::Owned(number.to_string())) } else { Self::Nothing }
    }
}

/// Which of them a cell is, where its text is kept elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Nothing,
    Text,
    Integer,
    Float,
}

impl Cell<'_> {
    /// Which it is, and its text.
    pub(crate) fn parts(&self) -> (Tag, &str) {
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

/// Takes rows, one after another, in the order of the input.
pub(crate) trait Rows {
    /// The rows that follow are of this table (a table of SQL, a sheet; empty where there is but one). Its columns by
    /// name, where they are known: none where only the first row may tell. Saying the same table again is cheap.
    fn table(&mut self, name: &str, columns: &[Cow<'_, str>]) -> Result<(), Halt>;

    /// A row. `at` is where it begins: in bytes of the decoded text, or, in binary formats, the number of the row from 1.
    fn row(&mut self, at: u64, cells: &[Cell<'_>]) -> Result<(), Halt>;

    /// A record that is not of the format, or is too long, and has been passed over whole.
    fn malformed(&mut self, at: u64) -> Result<(), Halt>;
}

/// Why a reader of rows stopped before the end of its input. The rows that it handed over before are good.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The bytes stopped coming: the input is cut, or what decompresses it found it damaged.
    Input(io::Error),
    /// The format is broken at a place from which reading cannot go on, or asks for more than a cap allows.
    Damaged {
        /// One clause, as in [`Damage`](crate::Damage). Never a value.
        what: String,
        /// Where, in the unit of [`Rows::row`].
        at: u64,
    },
    /// Whoever takes the rows wants no more, whatever the input.
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
