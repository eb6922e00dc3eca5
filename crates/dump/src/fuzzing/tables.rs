//! Readers of tables, for their fuzz targets.

use super::dripping::Dripping;
use crate::format::rows::{Cell, Outside, Rows, Stopped};
use crate::format::{ods as open, parquet as columns, sql as statements, xls as old, xlsb as binary, xlsx as workbook};
use crate::halt::Halt;
use crate::limits::Limits;
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{Cursor, Read};

/// Limits that hostile inputs of a few hundred bytes reach.
fn limits() -> Limits {
    Limits { record: 64 << 10, whole: 8 << 20, ..Limits::default() }
}

/// Receives rows, and keeps only a hash of them.
#[derive(Default)]
struct Hashed(DefaultHasher);

impl Rows for Hashed {
    fn table(&mut self, name: &str, columns: &[Cow<'_, str>]) -> Result<(), Halt> {
        (name, columns).hash(&mut self.0);
        Ok(())
    }

    fn row(&mut self, at: u64, cells: &[Cell<'_>]) -> Result<(), Halt> {
        at.hash(&mut self.0);
        for cell in cells {
            match cell {
                Cell::Nothing => 0.hash(&mut self.0),
                Cell::Text(text) => (1, text).hash(&mut self.0),
                Cell::Integer(digits) => (2, digits).hash(&mut self.0),
                Cell::Float(digits) => (3, digits).hash(&mut self.0),
            }
        }
        Ok(())
    }

    fn malformed(&mut self, at: u64) -> Result<(), Halt> {
        (4, at).hash(&mut self.0);
        Ok(())
    }
}

/// Receives rows of a text, and checks that what is handed on beside them is of this text.
struct OfText<'t> {
    text: &'t [u8],
    rows: Hashed,
    /// The end of the last piece.
    end: usize,
}

impl Rows for OfText<'_> {
    fn table(&mut self, name: &str, columns: &[Cow<'_, str>]) -> Result<(), Halt> {
        self.rows.table(name, columns)
    }

    fn row(&mut self, at: u64, cells: &[Cell<'_>]) -> Result<(), Halt> {
        self.rows.row(at, cells)
    }

    fn malformed(&mut self, at: u64) -> Result<(), Halt> {
        self.rows.malformed(at)
    }

    fn outside(&mut self, at: u64, text: &[u8], what: Outside) -> Result<(), Halt> {
        let start = at as usize;
        assert!(self.text[start..].starts_with(text), "this piece is not of the text");
        // Pieces may be cut anywhere between words, and are one then.
        if start != self.end {
            (5, start).hash(&mut self.rows.0);
        }
        self.end = start + text.len();
        (what == Outside::Malformed).hash(&mut self.rows.0);
        Ok(())
    }
}

/// A hash of what a reader delivered; only the input may stop it.
fn hash_of(read: impl FnOnce(&mut dyn Rows) -> Result<(), Stopped>) -> u64 {
    let mut rows = Hashed::default();
    match read(&mut rows) {
        Ok(()) | Err(Stopped::Input(_) | Stopped::Damaged { .. }) => rows.0.finish(),
        Err(Stopped::Run(error)) => panic!("nobody failed: {error:?}"),
    }
}

/// A SQL dump: the same rows, in whatever pieces it arrives.
pub fn sql(text: &[u8]) {
    let hash = |input: &mut dyn Read| {
        let mut rows = OfText { text, rows: Hashed::default(), end: 0 };
        match statements::read(input, &limits(), &mut rows) {
            Err(Stopped::Run(error)) => panic!("nobody failed: {error:?}"),
            _ => rows.rows.0.finish(),
        }
    };
    assert_eq!(hash(&mut &*text), hash(&mut Dripping(text)), "other pieces made other rows");
}

/// A spreadsheet.
pub fn xlsx(file: &[u8]) {
    hash_of(|rows| workbook::read(Cursor::new(file), &limits(), rows));
}

/// A spreadsheet of Excel before 2007.
pub fn xls(file: &[u8]) {
    hash_of(|rows| old::read(Cursor::new(file), &limits(), rows));
}

/// A binary spreadsheet.
pub fn xlsb(file: &[u8]) {
    hash_of(|rows| binary::read(Cursor::new(file), &limits(), rows));
}

/// A spreadsheet of `OpenDocument`.
pub fn ods(file: &[u8]) {
    hash_of(|rows| open::read(Cursor::new(file), &limits(), rows));
}

/// A Parquet file.
pub fn parquet(file: Vec<u8>) {
    hash_of(|rows| columns::read_whole(file, &limits(), rows));
}
