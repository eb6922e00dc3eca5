//! Rows on their way: cells become identifiers, on any core.
//!
//! A batch keeps its own counts, so that nothing is shared while it works, and adds them up when it is
//! done. Cells that are swapped within a row are swapped back here, since only the whole row tells.

use super::columns::Columns;
use super::context::Extractor;
use super::counts::{Counted, of_kind};
use super::identifiers::Identifiers;
use super::masked;
use crate::columns::column::Reads;
use crate::columns::detect::{FLOAT_DIGITS, has_lost_digits};
use crate::error::DumpError;
use crate::format::rows::{Cell, Tag};
use exposure_identifier::{Identifier, Kind, Rejection, Tier};
use smallvec::SmallVec;

/// Rows on their way, and what was counted of them.
pub(super) struct Batch<'b> {
    extractor: &'b Extractor<'b>,
    columns: &'b Columns,
    counted: Vec<Counted>,
    /// Ranks of the kinds met so far. A dump has a few kinds.
    ranks: Vec<(&'static Kind, u8)>,
    identifiers: Identifiers,
    rows: u64,
    malformed: Vec<u64>,
    /// Room for a number whose plus is put back.
    spelled: String,
}

impl<'b> Batch<'b> {
    pub(super) fn new(columns: &'b Columns, extractor: &'b Extractor<'b>) -> Self {
        Self {
            extractor,
            columns,
            counted: columns.list.iter().map(|_| Counted::new()).collect(),
            ranks: Vec::new(),
            identifiers: Identifiers::default(),
            rows: 0,
            malformed: Vec::new(),
            spelled: String::new(),
        }
    }
}

impl Batch<'_> {
    /// A record that is not of the format.
    pub(super) fn malformed(&mut self, at: u64) {
        self.rows += 1;
        self.malformed.push(at);
    }

    /// A row: cells of columns that are read, each with the place of its column among these.
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

    /// Takes the identifiers of a cell. Why it holds none, where it may be another column's.
    fn cell(&mut self, place: usize, kind: &'static Kind, cell: &Cell<'_>, at: u64) -> Option<Rejection> {
        let column = &self.columns.list[place];
        let (tag, text) = cell.parts();
        let is_long_float = || tag == Tag::Float && text.bytes().filter(u8::is_ascii_digit).count() > FLOAT_DIGITS;
        if is_long_float() || (column.is_rounded && has_lost_digits(text)) {
            of_kind(&mut self.counted[place], kind.hashed_as()).reject(Rejection::Float, at);
            return None;
        }
        let found = if column.lacks_plus && text.trim_start().starts_with(|c: char| c.is_ascii_digit() && c != '0') {
            self.spelled.clear();
            self.spelled.push('+');
            self.spelled.push_str(text.trim_start());
            kind.canonicalise(&self.spelled, &column.rules)
        } else {
            kind.canonicalise(text, &column.rules)
        };
        if let ([], [reason]) = (found.accepted.as_slice(), found.rejected.as_slice())
            && !matches!(reason, Rejection::Empty)
        {
            return Some(*reason);
        }
        let counted = of_kind(&mut self.counted[place], kind.hashed_as());
        found.rejected.iter().for_each(|&reason| counted.reject(reason, at));
        counted.accepted += found.accepted.len() as u64;
        found.accepted.iter().for_each(|identifier| self.take(identifier));
        None
    }

    /// Two cells of a row that each hold what belongs into the other's column have been swapped. One of the kinds has a
    /// check, so that this is no accident.
    fn swap_or_reject(&mut self, at: u64, refused: &[(usize, Cell<'_>, Rejection)]) {
        if let [a, b] = refused
            && let (Some(in_a), Some(in_b)) = (self.as_of(b.0, &a.1), self.as_of(a.0, &b.1))
            && [&in_a, &in_b]
                .iter()
                .any(|identifier| identifier.kind().tier == Tier::A && identifier.kind().country.is_some())
        {
            for (place, identifier) in [(a.0, in_a), (b.0, in_b)] {
                let counted = of_kind(&mut self.counted[place], identifier.kind());
                counted.accepted += 1;
                counted.swapped += 1;
                self.take(&identifier);
            }
            return;
        }
        for (place, _, reason) in refused {
            if let Reads::Kind(kind) = self.columns.list[*place].reads {
                of_kind(&mut self.counted[*place], kind.hashed_as()).reject(*reason, at);
            }
        }
    }

    /// The one identifier that a cell would be in another column, if that is of another kind.
    fn as_of(&self, place: usize, cell: &Cell<'_>) -> Option<Identifier> {
        let column = &self.columns.list[place];
        let (Reads::Kind(kind), Cell::Text(text) | Cell::Integer(text)) = (column.reads, cell) else { return None };
        let mut found = kind.canonicalise(text, &column.rules).into_result().ok()?;
        (found.len() == 1).then(|| found.remove(0))
    }

    /// Takes what stands in running text.
    fn text(&mut self, place: usize, cell: &Cell<'_>) {
        let (Cell::Text(text) | Cell::Integer(text)) = cell else { return };
        self.scan(place, text);
    }

    /// Lines of running text, which are rows each.
    pub(super) fn lines(&mut self, place: usize, text: &str, is_last: bool) {
        let is_unfinished = is_last && !text.ends_with('\n');
        self.rows += memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64 + u64::from(is_unfinished);
        self.scan(place, text);
    }

    fn scan(&mut self, place: usize, text: &str) {
        let columns = self.columns;
        let Some(scanner) = &columns.scanners[place] else { return };
        scanner.scan(text, |found| {
            of_kind(&mut self.counted[place], found.identifier.kind()).accepted += 1;
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

    /// Hands everything over.
    pub(super) fn finish(self) -> Result<(), DumpError> {
        self.columns.add(self.rows, &self.malformed, self.counted);
        if self.identifiers.count() == 0 {
            return Ok(());
        }
        self.extractor.sink.take(&self.identifiers).map_err(|_| DumpError::Sink)
    }
}
