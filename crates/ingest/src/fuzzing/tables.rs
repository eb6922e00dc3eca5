//! Readers of tables, for their fuzz targets.

use super::Dripping;
use crate::rows::{Cell, Rows, Stopped};
use crate::{IngestError, Limits, columnar, sql, xlsx};
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Cursor;

/// Limits that hostile inputs of a few hundred bytes reach.
fn limits() -> Limits {
    Limits { record: 64 << 10, whole: 8 << 20, ..Limits::default() }
}

/// Takes rows, and keeps but a hash of them.
#[derive(Default)]
struct Hashed(DefaultHasher);

impl Rows for Hashed {
    fn table(&mut self, name: &str, columns: &[Cow<'_, str>]) -> Result<(), IngestError> {
        (name, columns).hash(&mut self.0);
        Ok(())
    }

    fn row(&mut self, at: u64, cells: &[Cell<'_>]) -> Result<(), IngestError> {
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

    fn malformed(&mut self, at: u64) -> Result<(), IngestError> {
        (4, at).hash(&mut self.0);
        Ok(())
    }
}

/// A hash of what a reader handed over; nothing but the input may stop it.
fn hash_of(read: impl FnOnce(&mut dyn Rows) -> Result<(), Stopped>) -> u64 {
    let mut rows = Hashed::default();
    match read(&mut rows) {
        Ok(()) | Err(Stopped::Input(_) | Stopped::Damaged { .. }) => rows.0.finish(),
        Err(Stopped::Run(error)) => panic!("nobody failed: {error}"),
    }
}

/// A dump of SQL: the same rows, in whatever pieces it arrives.
pub fn sql(text: &[u8]) {
    let whole = hash_of(|rows| sql::read(&mut &*text, &limits(), rows));
    let pieces = hash_of(|rows| sql::read(&mut Dripping(text), &limits(), rows));
    assert_eq!(whole, pieces, "other pieces made other rows");
}

/// A spreadsheet.
pub fn xlsx(file: &[u8]) {
    hash_of(|rows| xlsx::read(Cursor::new(file), &limits(), rows));
}

/// A Parquet file.
pub fn parquet(file: Vec<u8>) {
    hash_of(|rows| columnar::read_whole(file, &limits(), rows));
}
