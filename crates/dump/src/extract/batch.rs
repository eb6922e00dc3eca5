//! A batch of rows: cells become identifiers, on any core.
//!
//! A batch keeps its own counts, so that nothing is shared while it works, and adds them up at the
//! end. Whatever looks like an identifier is counted once where it is seen, and once where it is
//! taken, rejected, set aside or left: the two sums must agree. What is done with a cell is in
//! `cells`.

use super::columns::{Columns, Sums};
use super::context::Extractor;
use super::counts::{ColumnCounts, KindCounts, NOT_READ, counts_of};
use super::identifiers::Identifiers;
use super::masked;
use super::pending::Pending;
use crate::error::DumpError;
use crate::format::rows::{Outside, Parts};
use crate::wiped::WipedText;
use exposure_identifier::{Identifier, Kind, Rejection};
use smallvec::SmallVec;
use std::collections::BTreeMap;

/// Counts and identifiers of a batch of rows.
pub(super) struct Batch<'b> {
    pub(super) extractor: &'b Extractor<'b>,
    pub(super) columns: &'b Columns,
    pub(super) counted: Vec<ColumnCounts>,
    pub(super) sums: Sums,
    /// Ranks of the kinds met so far. A dump has a few kinds.
    ranks: Vec<(&'static Kind, u8)>,
    identifiers: Identifiers,
    /// Bare values of columns that are not decided, by place.
    pub(super) pending: BTreeMap<usize, Pending>,
    /// Rows with more or fewer fields than the table, by their number of fields.
    other_widths: BTreeMap<usize, Vec<(u64, Vec<String>)>>,
    /// Positions are numbers of rows.
    pub(super) places_are_rows: bool,
    /// Buffer for the numbers of a cell, a line each.
    pub(super) spelled: WipedText,
}

impl<'b> Batch<'b> {
    pub(super) fn new(columns: &'b Columns, extractor: &'b Extractor<'b>) -> Self {
        Self {
            extractor,
            columns,
            counted: (0..columns.places()).map(|_| ColumnCounts::new()).collect(),
            sums: Sums::default(),
            ranks: Vec::new(),
            identifiers: Identifiers::default(),
            pending: BTreeMap::new(),
            other_widths: BTreeMap::new(),
            places_are_rows: false,
            spelled: WipedText::default(),
        }
    }
}

impl Batch<'_> {
    /// Counts a record that is not of the format.
    pub(super) fn malformed(&mut self, at: u64) {
        self.sums.rows += 1;
        self.sums.malformed.push(at);
    }

    /// Searches text that is in no row.
    pub(super) fn outside(&mut self, at: u64, text: &str, what: Outside) {
        match what {
            Outside::Malformed => self.scan(self.columns.place_of_outside(), text),
            Outside::PassedOver(what) => {
                let (seen, counted, in_bytes) =
                    (&mut self.sums.seen, &mut self.sums.passed_over, u64::from(!self.places_are_rows));
                self.columns.detector.scanner().scan(text, |found| {
                    *seen += 1;
                    let counted = counted.entry(what).or_default();
                    counts_of(counted, found.identifier.kind()).leave(NOT_READ, at + in_bytes * found.at as u64);
                });
            }
        }
    }

    /// Reads a row: cells, each with the index of its column.
    pub(super) fn row<'c>(&mut self, at: u64, cells: impl IntoIterator<Item = (usize, Parts<'c>)>) {
        self.sums.rows += 1;
        let mut shown = (self.extractor.shows > 0).then(Vec::new);
        let mut refused: SmallVec<[(usize, Parts<'c>, Rejection); 2]> = SmallVec::new();
        let columns = self.columns;
        for (index, cell) in cells {
            let Some(column) = columns.list.get(index) else {
                self.cell(columns.place_of_other_width(), &columns.beyond, cell, at);
                continue;
            };
            if column.is_read() {
                shown.iter_mut().for_each(|row| row.push(masked::cell(column, cell.1)));
            }
            if let Some(reason) = self.cell(index, column, cell, at) {
                refused.push((index, cell, reason));
            }
        }
        if !refused.is_empty() {
            self.swap_or_reject(at, &refused);
        }
        shown.into_iter().for_each(|row| columns.show(at, row, self.extractor.shows));
    }

    /// Keeps a row with more or fewer fields than the table until the end of the batch, when all
    /// rows as wide as it tell what it is.
    pub(super) fn row_of_other_width(&mut self, at: u64, cells: Vec<String>) {
        self.sums.rows += 1;
        self.sums.other_width += 1;
        self.other_widths.entry(cells.len()).or_default().push((at, cells));
    }

    /// Reads lines of running text, each of which is a row.
    pub(super) fn lines(&mut self, place: usize, text: &str, is_last: bool) {
        let is_unfinished = is_last && !text.ends_with('\n');
        self.sums.rows += memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64 + u64::from(is_unfinished);
        self.scan(place, text);
    }

    pub(super) fn scan(&mut self, place: usize, text: &str) {
        let columns = self.columns;
        columns.scanner(place).scan(text, |found| {
            self.sums.seen += 1;
            self.counts(place, found.identifier.kind()).accepted += 1;
            self.take(&found.identifier);
        });
    }

    pub(super) fn reject(&mut self, place: usize, kind: &'static Kind, reason: Rejection, at: u64) {
        self.sums.seen += 1;
        self.counts(place, kind.hashed_as()).reject(reason, at);
    }

    pub(super) fn counts(&mut self, place: usize, kind: &'static Kind) -> &mut KindCounts {
        counts_of(&mut self.counted[place], kind)
    }

    pub(super) fn rank(&mut self, kind: &'static Kind) -> u8 {
        let known = self.ranks.iter().find(|(known, _)| std::ptr::eq(*known, kind)).map(|(_, rank)| *rank);
        known.unwrap_or_else(|| {
            let rank = self.extractor.order.rank(kind);
            self.ranks.push((kind, rank));
            rank
        })
    }

    pub(super) fn take(&mut self, identifier: &Identifier) {
        let rank = self.rank(identifier.kind());
        self.identifiers.push(rank, identifier);
    }

    /// Decides what has waited, delivers the identifiers and adds up the counts.
    pub(super) fn finish(mut self) -> Result<(), DumpError> {
        for (_, rows) in std::mem::take(&mut self.other_widths) {
            self.rows_of_one_width(&rows);
        }
        for (place, pending) in std::mem::take(&mut self.pending) {
            let left = pending.decide(self.columns.at(place), &mut self.counted[place], &mut self.identifiers);
            self.columns.wait(place, left, &self.extractor.waiting);
        }
        self.columns.add(self.sums, self.counted);
        self.extractor.deliver(&self.identifiers)
    }
}
