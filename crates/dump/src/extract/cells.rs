//! What is done with a cell: it is read as its column's kind, searched as text, set aside, or left
//! undecided.
//!
//! A cell that is not exactly one identifier is searched before it is rejected. Cells that are
//! swapped within a row are swapped back. Does not decide about columns, and keeps no counts
//! (`batch`).

use super::batch::Batch;
use super::counts::{SET_ASIDE, counts_of};
use crate::columns::bare::{digits, is_number};
use crate::columns::column::{Column, Treatment};
use crate::columns::detect::{FLOAT_DIGITS, has_lost_digits};
use crate::columns::respelled;
use crate::format::rows::{Parts, Tag};
use exposure_identifier::{Found, Identifier, Kind, Rejection, Tier};
use smallvec::SmallVec;

/// Cells shorter than this may be numbers that are too short to be an identifier.
const SHORT: usize = 16;

impl Batch<'_> {
    /// Takes the identifiers of a cell, which are counted at this place. Returns why it holds none,
    /// if the cell may belong to another column.
    pub(super) fn cell(&mut self, place: usize, column: &Column, cell: Parts<'_>, at: u64) -> Option<Rejection> {
        match column.treatment {
            Treatment::Kind(kind) => return self.cell_of_kind(place, column, kind, cell, at),
            Treatment::Text => {
                if let (Tag::Text | Tag::Integer, text) = cell {
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
        cell: Parts<'_>,
        at: u64,
    ) -> Option<Rejection> {
        let (tag, text) = cell;
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
            let (scanner, mut is_found) = (self.columns.scanner(place), false);
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
    pub(super) fn swap_or_reject(&mut self, at: u64, refused: &[(usize, Parts<'_>, Rejection)]) {
        if let [a, b] = refused
            && let (Some(in_a), Some(in_b)) = (self.as_of(b.0, a.1), self.as_of(a.0, b.1))
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
        for &(index, cell, reason) in refused {
            self.rescue_or_reject(index, &self.columns.list[index], cell, reason, at);
        }
    }

    /// Searches a cell that is not one identifier of its kind, and rejects it if that finds none.
    pub(super) fn rescue_or_reject(
        &mut self,
        place: usize,
        column: &Column,
        cell: Parts<'_>,
        reason: Rejection,
        at: u64,
    ) {
        let Treatment::Kind(kind) = column.treatment else { return };
        match cell {
            (Tag::Text | Tag::Integer, text) => self.several(place, kind, text, &[], &[reason], at),
            (Tag::Float | Tag::Nothing, _) => self.reject(place, kind, reason, at),
        }
    }

    /// The one identifier of a cell, read as another column's.
    fn as_of(&self, index: usize, cell: Parts<'_>) -> Option<Identifier> {
        let column = &self.columns.list[index];
        let (Some(kind), (Tag::Text | Tag::Integer, text)) = (column.kind(), cell) else { return None };
        let mut found = kind.canonicalise(text, &column.rules).into_result().ok()?;
        (found.len() == 1).then(|| found.remove(0))
    }

    fn set_aside(&mut self, place: usize, cell: Parts<'_>, at: u64) {
        let Some(text) = searchable(cell) else { return };
        let scanner = self.columns.scanner(place);
        if !scanner.may_hold(text.as_bytes()) || !scanner.may_be(text) {
            return;
        }
        let (seen, counted) = (&mut self.sums.seen, &mut self.counted[place]);
        scanner.scan(text, |found| {
            *seen += 1;
            counts_of(counted, found.identifier.kind()).leave(SET_ASIDE, at);
        });
    }

    /// A cell of which nothing is known. Among words, and with a plus or a check, a number is one;
    /// a bare number waits for the others of its column.
    fn undecided(&mut self, place: usize, cell: Parts<'_>, at: u64) {
        let Some(text) = searchable(cell) else { return };
        let scanner = self.columns.scanner(place);
        // Most cells are words without digits, and most numbers too short or too long.
        let is_searched = if scanner.may_hold(text.as_bytes()) {
            scanner.may_be(text)
        } else if text.len() < SHORT && text.as_bytes().first().is_some_and(u8::is_ascii_digit) {
            false
        } else {
            return;
        };
        let found = is_searched.then(|| respelled::search(scanner, text)).filter(|(_, found)| !found.is_empty());
        let Some((text, found)) = found else {
            if is_number(text) {
                self.pending.entry(place).or_default().said(false);
            }
            return;
        };
        let text = &*text;
        let is_bare = is_number(text) && digits(text) <= respelled::digits_found(text, &found);
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
                self.counts(self.columns.place_of_words(place), identifier.kind()).accepted += 1;
                self.take(&identifier);
            }
        }
        if waits && !others {
            self.pending.entry(place).or_default().said(true);
        }
    }
}

/// The text of a cell that is searched: a floating-point number only if all its digits count.
fn searchable((tag, text): Parts<'_>) -> Option<&str> {
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
