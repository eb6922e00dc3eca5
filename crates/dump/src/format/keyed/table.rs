//! A table whose columns are the keys of its records, and its rows that are held.

use crate::format::rows::{Cell, Rows, Tag};
use crate::halt::Halt;
use crate::wiped::WipedText;
use std::borrow::Cow;
use std::collections::HashMap;

/// Records, and bytes, of one table that are held.
pub(super) const HELD_RECORDS: usize = 1_000;
const HELD_BYTES: usize = 128 << 10;

/// A table whose columns are the keys that were met.
#[derive(Default)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Cow<'static, str>>,
    pub(super) indexes: HashMap<String, usize>,
    /// For each column, the last record that had it, and how often.
    pub(super) repeated: Vec<(u64, u32)>,
    pub(super) records: u64,
    pub(super) growths: usize,
    /// Columns that the receiver knows.
    pub(super) known: usize,
    text: WipedText,
    cells: Vec<(usize, Tag, usize)>,
    /// The position of each row, and how many of the cells are before its end.
    pub(super) held: Vec<(u64, usize)>,
}

impl Table {
    pub(super) fn new(name: &str, columns: Vec<Cow<'static, str>>) -> Self {
        Self { name: name.to_owned(), columns, ..Self::default() }
    }

    /// Holds a row. Returns the bytes that it takes.
    pub(super) fn push<'c>(&mut self, at: u64, cells: impl Iterator<Item = (usize, &'c Cell<'c>)>) -> usize {
        let before = self.bytes();
        for (column, cell) in cells {
            let (tag, text) = cell.parts();
            self.text.push_str(text);
            self.cells.push((column, tag, self.text.len()));
        }
        self.held.push((at, self.cells.len()));
        self.bytes() - before
    }

    pub(super) fn bytes(&self) -> usize {
        self.text.len()
            + self.cells.len() * size_of::<(usize, Tag, usize)>()
            + self.held.len() * size_of::<(u64, usize)>()
    }

    pub(super) fn is_full(&self) -> bool {
        self.held.len() >= HELD_RECORDS || self.bytes() >= HELD_BYTES
    }

    pub(super) fn deliver(&mut self, rows: &mut dyn Rows) -> Result<(), Halt> {
        rows.table(&self.name, &self.columns)?;
        let (mut cell, mut start) = (0, 0);
        for &(at, last) in &self.held {
            let mut cells = vec![Cell::Nothing; self.columns.len()];
            for &(column, tag, end) in &self.cells[cell..last] {
                cells[column] = tag.cell(&self.text[start..end]);
                start = end;
            }
            cell = last;
            rows.row(at, &cells)?;
        }
        self.held.clear();
        self.cells.clear();
        self.text.clear();
        Ok(())
    }
}
