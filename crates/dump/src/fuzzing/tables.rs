//! Readers of tables, for their fuzz targets.

use super::conserved::{of_tables, of_text, stated};
use super::dripping::Dripping;
use crate::columns::mapping::Mapping;
use crate::container::FileFormat;
use crate::format::rows::{Cell, Outside, Rows, Stopped};
use crate::format::sql as statements;
use crate::halt::Halt;
use crate::limits::Limits;
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Read;
use std::sync::LazyLock;

/// Digits of a number that must not disappear.
const DIGITS: usize = 7;

/// Signs that a value is not written as it is: escapes, concatenations, bytes written in digits.
const ENCODED: [&str; 13] = ["\\", "|", "+", "&", "''", "x'", "b'", "0x", "hex", "64", "concat", "chr", "char"];

static SQL: LazyLock<Mapping> = LazyLock::new(|| stated("sql"));

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
    /// All that was delivered.
    delivered: String,
}

impl Rows for OfText<'_> {
    fn table(&mut self, name: &str, columns: &[Cow<'_, str>]) -> Result<(), Halt> {
        self.rows.table(name, columns)
    }

    fn row(&mut self, at: u64, cells: &[Cell<'_>]) -> Result<(), Halt> {
        for cell in cells {
            self.delivered += cell.parts().1;
            self.delivered.push('\n');
        }
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
        self.delivered += &String::from_utf8_lossy(text);
        (what == Outside::Malformed).hash(&mut self.rows.0);
        Ok(())
    }
}

/// A SQL dump: the same rows, in whatever pieces it arrives, and every number of it in a row or in
/// the text beside, unless it is encoded.
pub fn sql(text: &[u8]) {
    let read = |input: &mut dyn Read| {
        let mut rows = OfText { text, rows: Hashed::default(), end: 0, delivered: String::new() };
        let ended = statements::read(input, &limits(), &mut rows);
        match &ended {
            Err(Stopped::Run(error)) => panic!("nobody failed: {error:?}"),
            _ => (rows.rows.0.finish(), rows.delivered, ended.is_ok()),
        }
    };
    let whole = read(&mut &*text);
    assert!(whole == read(&mut Dripping(text)), "other pieces made other rows");
    let (_, delivered, is_whole) = whole;
    of_text(text, &SQL, &limits());
    let Some(text) = std::str::from_utf8(text).ok().filter(|_| is_whole) else { return };
    let lower = text.to_ascii_lowercase();
    if ENCODED.iter().any(|sign| lower.contains(sign)) {
        return;
    }
    // Numbers are written with letters and full stops, too.
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '_');
    let is_number = |word: &&str| word.len() >= DIGITS && word.bytes().all(|byte| byte.is_ascii_digit());
    assert!(words.by_ref().filter(is_number).all(|number| delivered.contains(number)), "a number is lost");
}

/// A spreadsheet.
pub fn xlsx(file: &[u8]) {
    of_tables(FileFormat::Xlsx, file.to_vec(), &limits());
}

/// A spreadsheet of Excel before 2007.
pub fn xls(file: &[u8]) {
    of_tables(FileFormat::Xls, file.to_vec(), &limits());
}

/// A binary spreadsheet.
pub fn xlsb(file: &[u8]) {
    of_tables(FileFormat::Xlsb, file.to_vec(), &limits());
}

/// A spreadsheet of `OpenDocument`.
pub fn ods(file: &[u8]) {
    of_tables(FileFormat::Ods, file.to_vec(), &limits());
}

/// A Parquet file.
pub fn parquet(file: Vec<u8>) {
    of_tables(FileFormat::Parquet, file, &limits());
}
