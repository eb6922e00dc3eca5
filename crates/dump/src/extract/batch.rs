//! A batch of rows: cells become identifiers, on any core.
//!
//! A batch keeps its own counts, so that nothing is shared while it works, and adds them up at the
//! end. Cells that are swapped within a row are swapped back here, which needs the whole row.

use super::columns::Columns;
use super::context::Extractor;
use super::counts::{ColumnCounts, counts_of};
use super::identifiers::Identifiers;
use super::masked;
use crate::columns::column::Reads;
use crate::columns::detect::{FLOAT_DIGITS, has_lost_digits};
use crate::error::DumpError;
use crate::format::rows::{Cell, Tag};
use exposure_identifier::{Identifier, Kind, Rejection, Tier};
use smallvec::SmallVec;

/// Counts and identifiers of a batch of rows.
pub(super) struct Batch<'b> {
    extractor: &'b Extractor<'b>,
    columns: &'b Columns,
    counted: Vec<ColumnCounts>,
    /// Ranks of the kinds met so far. A dump has a few kinds.
    ranks: Vec<(&'static Kind, u8)>,
    identifiers: Identifiers,
    rows: u64,
    malformed: Vec<u64>,
}

impl<'b> Batch<'b> {
    pub(super) fn new(columns: &'b Columns, extractor: &'b Extractor<'b>) -> Self {
        Self {
            extractor,
            columns,
            counted: columns.list.iter().map(|_| ColumnCounts::new()).collect(),
            ranks: Vec::new(),
            identifiers: Identifiers::default(),
            rows: 0,
            malformed: Vec::new(),
        }
    }
}

impl Batch<'_> {
    /// Counts a record that is not of the format.
    pub(super) fn malformed(&mut self, at: u64) {
        self.rows += 1;
        self.malformed.push(at);
    }

    /// Reads a row: cells of columns that are read, each with the index of its column.
    pub(super) fn row<'c>(&mut self, at: u64, cells: impl IntoIterator<Item = (usize, Cell<'c>)>) {
        self.rows += 1;
        let mut shown = (self.extractor.shows > 0).then(Vec::new);
        let mut refused: SmallVec<[(usize, Cell<'c>, Rejection); 2]> = SmallVec::new();
        for (column, cell) in cells {
            shown.iter_mut().for_each(|row| row.push(masked::cell(&self.columns.list[column], &cell)));
            match self.columns.list[column].reads {
                Reads::Text => self.text(column, &cell),
                Reads::Kind(kind) => {
                    if let Some(reason) = self.cell(column, kind, &cell, at) {
                        refused.push((column, cell, reason));
                    }
                }
            }
        }
        if !refused.is_empty() {
            self.swap_or_reject(at, &refused);
        }
        shown.into_iter().for_each(|row| self.columns.show(at, row, self.extractor.shows));
    }

    /// Takes the identifiers of a cell. Returns why it holds none, if the cell may belong to
    /// another column.
    fn cell(&mut self, index: usize, kind: &'static Kind, cell: &Cell<'_>, at: u64) -> Option<Rejection> {
        let column = &self.columns.list[index];
        let (tag, text) = cell.parts();
        let is_long_float = || tag == Tag::Float && text.bytes().filter(u8::is_ascii_digit).count() > FLOAT_DIGITS;
        if is_long_float() || (column.is_rounded && has_lost_digits(text)) {
            counts_of(&mut self.counted[index], kind.hashed_as()).reject(Rejection::Float, at);
            return None;
        }
        let found = kind.canonicalise(text, &column.rules);
        if let ([], [reason]) = (found.accepted.as_slice(), found.rejected.as_slice())
            && !matches!(reason, Rejection::Empty)
        {
            return Some(*reason);
        }
        let counted = counts_of(&mut self.counted[index], kind.hashed_as());
        found.rejected.iter().for_each(|&reason| counted.reject(reason, at));
        counted.accepted += found.accepted.len() as u64;
        found.accepted.iter().for_each(|identifier| self.take(identifier));
        None
    }

    /// Two cells of a row are swapped if each holds what belongs into the other's column. One of
    /// the kinds must have a check, so that this is no accident.
    fn swap_or_reject(&mut self, at: u64, refused: &[(usize, Cell<'_>, Rejection)]) {
        if let [a, b] = refused
            && let (Some(in_a), Some(in_b)) = (self.as_of(b.0, &a.1), self.as_of(a.0, &b.1))
            && [&in_a, &in_b]
                .iter()
                .any(|identifier| identifier.kind().tier == Tier::A && identifier.kind().country.is_some())
        {
            for (index, identifier) in [(a.0, in_a), (b.0, in_b)] {
                let counted = counts_of(&mut self.counted[index], identifier.kind());
                counted.accepted += 1;
                counted.swapped += 1;
                self.take(&identifier);
            }
            return;
        }
        for (index, _, reason) in refused {
            if let Reads::Kind(kind) = self.columns.list[*index].reads {
                counts_of(&mut self.counted[*index], kind.hashed_as()).reject(*reason, at);
            }
        }
    }

    /// The one identifier of a cell, read as another column's.
    fn as_of(&self, index: usize, cell: &Cell<'_>) -> Option<Identifier> {
        let column = &self.columns.list[index];
        let (Reads::Kind(kind), Cell::Text(text) | Cell::Integer(text)) = (column.reads, cell) else { return None };
        let mut found = kind.canonicalise(text, &column.rules).into_result().ok()?;
        (found.len() == 1).then(|| found.remove(0))
    }

    /// Takes the identifiers in running text.
    fn text(&mut self, index: usize, cell: &Cell<'_>) {
        let (Cell::Text(text) | Cell::Integer(text)) = cell else { return };
        self.scan(index, text);
    }

    /// Reads lines of running text, each of which is a row.
    pub(super) fn lines(&mut self, index: usize, text: &str, is_last: bool) {
        let is_unfinished = is_last && !text.ends_with('\n');
        self.rows += memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64 + u64::from(is_unfinished);
        self.scan(index, text);
    }

    fn scan(&mut self, index: usize, text: &str) {
        let columns = self.columns;
        let Some(scanner) = &columns.scanners[index] else { return };
        scanner.scan(text, |found| {
            counts_of(&mut self.counted[index], found.identifier.kind()).accepted += 1;
            self.take(&found.identifier);
        });
    }

    fn take(&mut self, identifier: &Identifier) {
        let kind = identifier.kind();
        let known = self.ranks.iter().find(|(known, _)| std::ptr::eq(*known, kind)).map(|(_, rank)| *rank);
        let rank = known.unwrap_or_else(|| {
            let rank = self.extractor.order.rank(kind);
            self.ranks.push((kind, rank));
            rank
        });
        self.identifiers.push(rank, identifier);
    }

    /// Delivers the identifiers and adds up the counts.
    pub(super) fn finish(self) -> Result<(), DumpError> {
        self.columns.add(self.rows, &self.malformed, self.counted);
        if self.identifiers.count() == 0 {
            return Ok(());
        }
        self.extractor.sink.take(&self.identifiers).map_err(|_| DumpError::Sink)
    }
}
