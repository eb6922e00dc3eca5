//! A batch of rows: cells become identifiers, on any core.
//!
//! A batch keeps its own counts, so that nothing is shared while it works, and adds them up at the
//! end. Whatever looks like an identifier is counted once where it is seen, and once where it is
//! taken, rejected, set aside or left: the two sums must agree. Cells that are swapped within a row
//! are swapped back here, which needs the whole row.

use super::columns::{Columns, Sums};
use super::context::Extractor;
use super::counts::{ColumnCounts, KindCounts, NOT_READ, SET_ASIDE, counts_of};
use super::identifiers::Identifiers;
use super::masked;
use super::pending::Pending;
use crate::columns::bare::{Look, digits, look};
use crate::columns::column::{Column, Treatment};
use crate::columns::detect::{FLOAT_DIGITS, has_lost_digits};
use crate::columns::respelled::{self, may_have_other_digits};
use crate::error::DumpError;
use crate::format::rows::{Cell, Outside, Tag};
use crate::wiped::WipedText;
use exposure_identifier::{Found, Identifier, Kind, Rejection, Tier};
use smallvec::SmallVec;
use std::collections::BTreeMap;

/// Cells shorter than this may be numbers that are too short to be an identifier.
const SHORT: usize = 16;

/// Counts and identifiers of a batch of rows.
pub(super) struct Batch<'b> {
    pub(super) extractor: &'b Extractor<'b>,
    pub(super) columns: &'b Columns,
    counted: Vec<ColumnCounts>,
    sums: Sums,
    /// Ranks of the kinds met so far. A dump has a few kinds.
    ranks: Vec<(&'static Kind, u8)>,
    identifiers: Identifiers,
    /// Bare values of columns that are not decided, by place.
    pending: BTreeMap<usize, Pending>,
    /// Rows with more or fewer fields than the table, by their number of fields.
    other_widths: BTreeMap<usize, Vec<(u64, Vec<String>)>>,
    /// Buffer for the numbers of a cell, a line each.
    spelled: WipedText,
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
                let (seen, counted) = (&mut self.sums.seen, &mut self.sums.passed_over);
                self.columns.detector.scanner().scan(text, |found| {
                    *seen += 1;
                    let counted = counted.entry(what).or_default();
                    counts_of(counted, found.identifier.kind()).leave(NOT_READ, at + found.at as u64);
                });
            }
        }
    }

    /// Reads a row: cells, each with the index of its column.
    pub(super) fn row<'c>(&mut self, at: u64, cells: impl IntoIterator<Item = (usize, Cell<'c>)>) {
        self.sums.rows += 1;
        let mut shown = (self.extractor.shows > 0).then(Vec::new);
        let mut refused: SmallVec<[(usize, Cell<'c>, Rejection); 2]> = SmallVec::new();
        let columns = self.columns;
        for (index, cell) in cells {
            let Some(column) = columns.list.get(index) else {
                self.cell(columns.place_of_other_width(), &columns.beyond, &cell, at);
                continue;
            };
            if column.is_read() {
                shown.iter_mut().for_each(|row| row.push(masked::cell(column, &cell)));
            }
            if let Some(reason) = self.cell(index, column, &cell, at) {
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

    /// Takes the identifiers of a cell, which are counted at this place. Returns why it holds none,
    /// if the cell may belong to another column.
    pub(super) fn cell(&mut self, place: usize, column: &Column, cell: &Cell<'_>, at: u64) -> Option<Rejection> {
        match column.treatment {
            Treatment::Kind(kind) => return self.cell_of_kind(place, column, kind, cell, at),
            Treatment::Text => {
                if let Cell::Text(text) | Cell::Integer(text) = cell {
                    self.scan(place, text);
                }
            }
            Treatment::SetAside(_) => self.set_aside(place, cell, at),
            Treatment::Undecided => self.undecided(place, cell, at),
        }
        None
    }

    fn cell_of_kind(
        &mut self,
        place: usize,
        column: &Column,
        kind: &'static Kind,
        cell: &Cell<'_>,
        at: u64,
    ) -> Option<Rejection> {
        let (tag, text) = cell.parts();
        let is_long_float = || tag == Tag::Float && text.bytes().filter(u8::is_ascii_digit).count() > FLOAT_DIGITS;
        if is_long_float() || (column.is_rounded && has_lost_digits(text)) {
            self.reject(place, kind, Rejection::Float, at);
            return None;
        }
        let found = kind.canonicalise(text, &column.rules);
        match (found.accepted.as_slice(), found.rejected.as_slice()) {
            ([one], []) => {
                self.sums.seen += 1;
                self.counts(place, kind.hashed_as()).accepted += 1;
                self.take(one);
            }
            ([], [Rejection::Empty]) => self.counts(place, kind.hashed_as()).reject(Rejection::Empty, at),
            ([], [reason]) if *reason != Rejection::Masked => return Some(*reason),
            (accepted, rejected) => self.several(place, kind, text, accepted, rejected, at),
        }
        None
    }

    /// Takes the identifiers of a cell that is not exactly one, and what the scanner finds beside
    /// them: it knows more of what stands around numbers.
    fn several(
        &mut self,
        place: usize,
        kind: &'static Kind,
        text: &str,
        accepted: &[Identifier],
        rejected: &[Rejection],
        at: u64,
    ) {
        let mut more: SmallVec<[Identifier; 2]> = SmallVec::new();
        if !rejected.is_empty() {
            let mut keep = |found: Found| {
                if !accepted.contains(&found.identifier) && !more.contains(&found.identifier) {
                    more.push(found.identifier);
                }
            };
            let (scanner, mut is_found) = (self.columns.scanner(place), !accepted.is_empty());
            scanner.scan(text, |found| {
                is_found = true;
                keep(found);
            });
            if !is_found {
                // Whole numbers with a hyphen or a plus between them.
                self.spelled.clear();
                text.chars().for_each(|c| self.spelled.push(if c.is_alphanumeric() { c } else { '\n' }));
                scanner.scan(&self.spelled, keep);
            }
        }
        for identifier in accepted.iter().chain(&more) {
            self.sums.seen += 1;
            self.counts(place, identifier.kind()).accepted += 1;
            self.take(identifier);
        }
        // What the scanner has read of a cell is what was rejected before.
        for &reason in rejected.iter().skip(more.len()) {
            if reason == Rejection::Empty {
                self.counts(place, kind.hashed_as()).reject(reason, at);
            } else {
                self.reject(place, kind, reason, at);
            }
        }
    }

    /// Two cells of a row are swapped if each holds what belongs into the other's column. One of
    /// the kinds must have a check, so that this is no accident. A cell that is not swapped is
    /// searched before it is rejected.
    fn swap_or_reject(&mut self, at: u64, refused: &[(usize, Cell<'_>, Rejection)]) {
        if let [a, b] = refused
            && let (Some(in_a), Some(in_b)) = (self.as_of(b.0, &a.1), self.as_of(a.0, &b.1))
            && [&in_a, &in_b]
                .iter()
                .any(|identifier| identifier.kind().tier == Tier::A && identifier.kind().country.is_some())
        {
            for (index, identifier) in [(a.0, in_a), (b.0, in_b)] {
                self.sums.seen += 1;
                let counted = self.counts(index, identifier.kind());
                counted.accepted += 1;
                counted.swapped += 1;
                self.take(&identifier);
            }
            return;
        }
        for (index, cell, reason) in refused {
            self.rescue_or_reject(*index, &self.columns.list[*index], cell, *reason, at);
        }
    }

    /// Searches a cell that is not one identifier of its kind, and rejects it if that finds none.
    pub(super) fn rescue_or_reject(
        &mut self,
        place: usize,
        column: &Column,
        cell: &Cell<'_>,
        reason: Rejection,
        at: u64,
    ) {
        let Treatment::Kind(kind) = column.treatment else { return };
        match cell {
            Cell::Text(text) | Cell::Integer(text) => self.several(place, kind, text, &[], &[reason], at),
            Cell::Float(_) | Cell::Nothing => self.reject(place, kind, reason, at),
        }
    }

    /// The one identifier of a cell, read as another column's.
    fn as_of(&self, index: usize, cell: &Cell<'_>) -> Option<Identifier> {
        let column = &self.columns.list[index];
        let (Some(kind), Cell::Text(text) | Cell::Integer(text)) = (column.kind(), cell) else { return None };
        let mut found = kind.canonicalise(text, &column.rules).into_result().ok()?;
        (found.len() == 1).then(|| found.remove(0))
    }

    fn set_aside(&mut self, place: usize, cell: &Cell<'_>, at: u64) {
        let Some(text) = searchable(cell) else { return };
        let (seen, counted) = (&mut self.sums.seen, &mut self.counted[place]);
        if !self.columns.scanner(place).may_be(text) {
            return;
        }
        self.columns.scanner(place).scan(text, |found| {
            *seen += 1;
            counts_of(counted, found.identifier.kind()).leave(SET_ASIDE, at);
        });
    }

    /// A cell of which nothing is known. Among words, and with a plus or a check, a number is one;
    /// a bare number waits for the others of its column.
    fn undecided(&mut self, place: usize, cell: &Cell<'_>, at: u64) {
        let Some(text) = searchable(cell) else { return };
        let columns = self.columns;
        let may_hold = columns.scanner(place).may_hold(text.as_bytes());
        // Most cells are words without digits, and most numbers too short or too long.
        if !may_hold && !may_have_other_digits(text) {
            let is_short = text.len() < SHORT && text.as_bytes().first().is_some_and(u8::is_ascii_digit);
            if is_short && look(text) == Look::Number {
                self.pending.entry(place).or_default().said(false);
            }
            return;
        }
        if !columns.scanner(place).may_be(text) {
            self.pending.entry(place).or_default().said(false);
            return;
        }
        let (text, found) = respelled::search(columns.scanner(place), text);
        let (text, looks) = (&*text, look(&text));
        let rest = || digits(text) > respelled::digits_found(text, &found);
        let is_bare = looks == Look::Number && (found.is_empty() || !rest());
        let (mut waits, mut others) = (false, false);
        for Found { identifier, at: offset, .. } in found {
            self.sums.seen += 1;
            let is_certain = identifier.kind().country.is_some() || text[offset..].starts_with(['+', '＋']);
            if is_bare && !is_certain {
                waits = true;
                let rank = self.rank(identifier.kind());
                self.pending.entry(place).or_default().push(rank, &identifier, at);
            } else {
                others = true;
                self.counts(columns.place_of_words(place), identifier.kind()).accepted += 1;
                self.take(&identifier);
            }
        }
        if is_bare && !others {
            self.pending.entry(place).or_default().said(waits);
        }
    }

    /// Reads lines of running text, each of which is a row.
    pub(super) fn lines(&mut self, place: usize, text: &str, is_last: bool) {
        let is_unfinished = is_last && !text.ends_with('\n');
        self.sums.rows += memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64 + u64::from(is_unfinished);
        self.scan(place, text);
    }

    fn scan(&mut self, place: usize, text: &str) {
        let columns = self.columns;
        columns.scanner(place).scan(text, |found| {
            self.sums.seen += 1;
            self.counts(place, found.identifier.kind()).accepted += 1;
            self.take(&found.identifier);
        });
    }

    fn reject(&mut self, place: usize, kind: &'static Kind, reason: Rejection, at: u64) {
        self.sums.seen += 1;
        self.counts(place, kind.hashed_as()).reject(reason, at);
    }

    fn counts(&mut self, place: usize, kind: &'static Kind) -> &mut KindCounts {
        counts_of(&mut self.counted[place], kind)
    }

    fn rank(&mut self, kind: &'static Kind) -> u8 {
        let known = self.ranks.iter().find(|(known, _)| std::ptr::eq(*known, kind)).map(|(_, rank)| *rank);
        known.unwrap_or_else(|| {
            let rank = self.extractor.order.rank(kind);
            self.ranks.push((kind, rank));
            rank
        })
    }

    fn take(&mut self, identifier: &Identifier) {
        let rank = self.rank(identifier.kind());
        self.identifiers.push(rank, identifier);
    }

    /// Decides what has waited, delivers the identifiers and adds up the counts.
    pub(super) fn finish(mut self) -> Result<(), DumpError> {
        for (_, rows) in std::mem::take(&mut self.other_widths) {
            self.rows_of_one_width(&rows);
        }
        for (place, pending) in std::mem::take(&mut self.pending) {
            let column = self.columns.list.get(place).unwrap_or(&self.columns.beyond);
            pending.decide(column, &mut self.counted[place], &mut self.identifiers);
        }
        self.columns.add(self.sums, self.counted);
        if self.identifiers.count() == 0 {
            return Ok(());
        }
        self.extractor.sink.take(&self.identifiers).map_err(|_| DumpError::Sink)
    }
}

/// The text of a cell that is searched: a floating-point number only if all its digits count.
fn searchable<'c>(cell: &'c Cell<'_>) -> Option<&'c str> {
    let (tag, text) = cell.parts();
    let is_whole = || {
        text.bytes().filter(u8::is_ascii_digit).count() <= FLOAT_DIGITS
            && (text.bytes().all(|byte| byte.is_ascii_digit()) || respelled::is_whole_float(text))
    };
    match tag {
        Tag::Text | Tag::Integer => Some(text),
        Tag::Float => is_whole().then_some(text),
        Tag::Nothing => None,
    }
}
