//! Records of keys and values, as rows of tables: cards, entries of a directory, elements.
//!
//! Columns are the keys of all records so far. Records are held until there are enough of them to
//! know most keys; new keys are added behind, as a table of its own. A key that repeats in a record
//! gives one more row for each repetition, so that all its values are in one column. Where there
//! are too many tables or keys, keys are values too: of a table of two columns.

use crate::format::rows::{Cell, Outside, Rows};
use crate::halt::Halt;
use std::borrow::Cow;
use std::collections::HashMap;

mod record;
mod table;

pub(crate) use record::Record;
use table::{HELD_RECORDS, Table};

/// Bytes of all tables that are held.
const HELD_BYTES_OF_ALL: usize = 1 << 20;

/// Maximum tables, columns of one, times that one gets more columns, and bytes of all names: they
/// are controlled by the input.
const TABLES: usize = 128;
const COLUMNS: usize = 512;
const GROWTHS: usize = 64;
const NAMES_BYTES: usize = 4 << 20;

/// Maximum bytes of a key; a longer one is text.
const KEY_BYTES: usize = 256;

/// Digits from which a name, a key or a rule may hold a number: nobody looks for one there, so it
/// is handed on as text too.
const DIGITS: usize = 5;

/// Whether a text that is no value may hold a number.
pub(crate) fn has_digits(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= DIGITS
}

/// Delivers records as rows.
pub(crate) struct Keyed<'r> {
    rows: &'r mut dyn Rows,
    tables: Vec<Table>,
    by_name: HashMap<String, usize>,
    /// Keys that have no column.
    others: Table,
    /// Bytes that are held, and bytes of all names.
    held: usize,
    names: usize,
    /// Positions of malformed records that are not reported yet: that needs a table.
    malformed: Vec<u64>,
    has_table: bool,
}

impl<'r> Keyed<'r> {
    pub(crate) fn new(rows: &'r mut dyn Rows) -> Self {
        let columns = vec![Cow::Borrowed("key"), Cow::Borrowed("value")];
        let others = Table::new("other keys", columns);
        Self {
            rows,
            tables: Vec::new(),
            by_name: HashMap::new(),
            others,
            held: 0,
            names: 0,
            malformed: Vec::new(),
            has_table: false,
        }
    }

    /// Takes a record of a table.
    pub(crate) fn record(&mut self, table: &str, at: u64, record: &Record) -> Result<(), Halt> {
        if record.is_empty() {
            return Ok(());
        }
        let index = self.table(table);
        // The column of each field, and in which row of the record it is.
        let mut placed: Vec<(u32, usize, u64, Cell<'_>)> = Vec::new();
        if let Some(index) = index {
            self.tables[index].records += 1;
        }
        for (at, key, value) in record.fields() {
            match index.and_then(|index| self.column(index, key).map(|column| (index, column))) {
                Some((index, column)) => {
                    let table = &mut self.tables[index];
                    let seen = &mut table.repeated[column];
                    *seen = if seen.0 == table.records { (seen.0, seen.1 + 1) } else { (table.records, 0) };
                    placed.push((seen.1, column, at, value));
                }
                None => {
                    self.held += self.others.push(at, [(0, &Cell::Text(key.into())), (1, &value)].into_iter());
                }
            }
        }
        if let Some(index) = index {
            placed.sort_by_key(|&(row, ..)| row);
            for row in placed.chunk_by(|a, b| a.0 == b.0) {
                let at = if row[0].0 == 0 { at } else { row[0].2 };
                self.held += self.tables[index].push(at, row.iter().map(|(_, column, _, value)| (*column, value)));
            }
            if self.tables[index].is_full() {
                self.deliver(Some(index))?;
            }
        }
        if self.others.is_full() {
            self.deliver(None)?;
        }
        if self.held > HELD_BYTES_OF_ALL { self.deliver_all() } else { Ok(()) }
    }

    /// Takes a row of a table whose columns have no known names.
    pub(crate) fn row(&mut self, table: &str, at: u64, cells: &[Cell<'_>]) -> Result<(), Halt> {
        self.rows.table(table, &[])?;
        self.has_table = true;
        self.rows.row(at, cells)
    }

    /// Counts a record that is not of the format.
    pub(crate) fn malformed(&mut self, at: u64) -> Result<(), Halt> {
        if self.has_table {
            return self.rows.malformed(at);
        }
        self.malformed.push(at);
        if self.malformed.len() > HELD_RECORDS { self.say_malformed() } else { Ok(()) }
    }

    /// Hands on text that is in no record.
    pub(crate) fn outside(&mut self, at: u64, text: &str, what: Outside) -> Result<(), Halt> {
        if text.trim().is_empty() { Ok(()) } else { self.rows.outside(at, text.as_bytes(), what) }
    }

    /// Hands on a name, if it may hold a number.
    pub(crate) fn name(&mut self, at: u64, name: &str) -> Result<(), Halt> {
        if has_digits(name) { self.outside(at, name, Outside::Malformed) } else { Ok(()) }
    }

    /// Delivers what is held.
    pub(crate) fn finish(mut self) -> Result<(), Halt> {
        self.deliver_all()?;
        if self.malformed.is_empty() { Ok(()) } else { self.say_malformed() }
    }

    fn say_malformed(&mut self) -> Result<(), Halt> {
        if !self.has_table {
            self.rows.table("", &[])?;
            self.has_table = true;
        }
        std::mem::take(&mut self.malformed).into_iter().try_for_each(|at| self.rows.malformed(at))
    }

    /// The index of a table; `None` if there are too many.
    fn table(&mut self, name: &str) -> Option<usize> {
        if let Some(&index) = self.by_name.get(name) {
            return Some(index);
        }
        if self.tables.len() >= TABLES || name.len() > KEY_BYTES {
            return None;
        }
        self.by_name.insert(name.to_owned(), self.tables.len());
        self.tables.push(Table::new(name, Vec::new()));
        Some(self.tables.len() - 1)
    }

    /// The index of a column; `None` if there are too many, or the key is too long.
    fn column(&mut self, table: usize, key: &str) -> Option<usize> {
        let table = &mut self.tables[table];
        if let Some(&index) = table.indexes.get(key) {
            return Some(index);
        }
        let index = table.columns.len();
        if index >= COLUMNS || table.growths >= GROWTHS || key.len() > KEY_BYTES || self.names > NAMES_BYTES {
            return None;
        }
        table.indexes.insert(key.to_owned(), index);
        table.columns.push(Cow::Owned(key.to_owned()));
        table.repeated.push((0, 0));
        Some(index)
    }

    fn deliver_all(&mut self) -> Result<(), Halt> {
        (0..self.tables.len()).try_for_each(|index| self.deliver(Some(index)))?;
        self.deliver(None)
    }

    /// Delivers the rows of a table that are held.
    fn deliver(&mut self, index: Option<usize>) -> Result<(), Halt> {
        let table = index.map_or(&mut self.others, |index| &mut self.tables[index]);
        if table.held.is_empty() {
            return Ok(());
        }
        if table.known < table.columns.len() {
            table.known = table.columns.len();
            table.growths += 1;
            self.names += table.columns.iter().map(|name| name.len()).sum::<usize>();
        }
        self.held = self.held.saturating_sub(table.bytes());
        table.deliver(self.rows)?;
        self.has_table = true;
        if self.malformed.is_empty() { Ok(()) } else { self.say_malformed() }
    }
}

#[cfg(test)]
mod tests;
