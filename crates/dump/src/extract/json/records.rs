//! Gathers the leaves of a record of JSON into a row.

use crate::error::DumpError;
use crate::extract::batch::Batch;
use crate::format::json::{Leaves, Reason};
use crate::format::rows::{Outside, Parts, Tag};
use crate::wiped::WipedText;
use std::collections::HashMap;

/// Initial capacity for the wanted text of a record.
const RECORD_BYTES: usize = 1 << 10;

pub(super) struct Records<'b> {
    batch: Batch<'b>,
    /// The headers of columns that are named by a row, which is no data.
    headers: &'b HashMap<usize, String>,
    text: WipedText,
    /// The column of each cell, its type, and where its text ends.
    cells: Vec<(usize, Tag, usize)>,
}

impl<'b> Records<'b> {
    pub(super) fn new(batch: Batch<'b>, headers: &'b HashMap<usize, String>) -> Self {
        Self { batch, headers, text: WipedText::with_capacity(RECORD_BYTES), cells: Vec::new() }
    }

    pub(super) fn finish(self) -> Result<(), DumpError> {
        self.batch.finish()
    }
}

impl Leaves for Records<'_> {
    fn leaf(&mut self, column: usize, (tag, text): Parts<'_>) {
        if !self.headers.is_empty() && self.headers.get(&column).is_some_and(|header| header == text) {
            return;
        }
        self.text.push_str(text);
        self.cells.push((column, tag, self.text.len()));
    }

    fn end(&mut self, at: u64) {
        let mut start = 0;
        let cell = |&(column, tag, end): &(usize, Tag, usize)| {
            let text = &self.text[std::mem::replace(&mut start, end)..end];
            (column, (tag, text))
        };
        self.batch.row(at, self.cells.iter().map(cell));
        self.text.clear();
        self.cells.clear();
    }

    fn malformed(&mut self, at: u64, _: Reason) {
        self.batch.malformed(at);
    }

    fn outside(&mut self, at: u64, text: &str) {
        self.batch.outside(at, text, Outside::Malformed);
    }
}
