//! Which row of a table is its header: among the first rows, below banners, comments and settings,
//! and again further down.
//!
//! Does not say what a header means (`label`), or which kind a column is of (`detect`).

use crate::columns::bare::digits;
use crate::columns::column::{Column, ColumnSpec};
use crate::columns::detect::{Detector, Sample, passes};
use crate::columns::label::{self, Label};
use std::borrow::Cow;

/// Rows among which a header is looked for.
const FIRST_ROWS: usize = 32;

/// Longer cells are no headers.
pub(crate) const HEADER_BYTES: usize = 128;

/// Share of values that must be what a label says for it to be above them.
const SHARE_OF_LABEL: f64 = 0.5;

/// A cell with so many digits is a value.
const DIGITS_OF_A_VALUE: usize = 5;

/// The index of the header among the first rows, if there is one. Rows above it are no records.
/// `is_stated` is what an operator says.
pub(crate) fn row(
    rows: &[Vec<Cow<'_, str>>],
    width: usize,
    asked: &[ColumnSpec],
    is_stated: Option<bool>,
    detector: &Detector,
) -> Option<usize> {
    if is_stated == Some(false) || rows.is_empty() {
        return None;
    }
    let is_named = |row: &[Cow<'_, str>]| {
        let has = |spec: &ColumnSpec| row.iter().any(|cell| cell.trim() == spec.name.trim());
        asked.iter().any(|spec| spec.index().is_none() && has(spec))
    };
    let mut labelled: Option<(usize, usize)> = None;
    for (at, row) in rows.iter().enumerate().take(FIRST_ROWS) {
        if is_named(row) {
            return Some(at);
        }
        if row.iter().any(|cell| detector.holds_identifier(cell)) {
            break;
        }
        let labels = if looks_like(row, width) { labels(row) } else { 0 };
        if labels > labelled.map_or(0, |(_, most)| most) {
            labelled = Some((at, labels));
        }
    }
    if let Some((at, _)) = labelled.filter(|&(at, _)| !is_of_values(&rows[at], &rows[at + 1..], width, detector)) {
        return Some(at);
    }
    // Without a known label, the first row is a header if it has words where values follow.
    let is_header = is_stated.unwrap_or_else(|| {
        let below = by_values(&rows[1..], width, detector);
        let is_word = |cell: &str| cell.chars().any(char::is_alphabetic) && digits(cell) < DIGITS_OF_A_VALUE - 1;
        let mut read = below.iter().enumerate().filter(|(_, column)| column.is_read() && column.passed > 0).peekable();
        let are_words = read.peek().is_some() && read.all(|(at, _)| rows[0].get(at).is_some_and(|cell| is_word(cell)));
        are_words && !rows[0].iter().any(|cell| detector.holds_identifier(cell))
    });
    is_header.then_some(0)
}

/// Whether a row could be a header by itself: a label, no value, and as many fields as its table.
pub(crate) fn looks_like<S: AsRef<str>>(row: &[S], width: usize) -> bool {
    let filled = row.iter().filter(|cell| !cell.as_ref().trim().is_empty()).count();
    (width < 2 || filled >= 2)
        && 2 * filled >= width
        && row.iter().all(|cell| digits(cell.as_ref()) < DIGITS_OF_A_VALUE)
        && row.iter().any(|cell| label::of_header(cell.as_ref()).is_some())
}

/// A header above rows that are wider: R writes no name above the names of its rows, and others put
/// delimiters around each row. It is moved to where most of its labels name what is below them.
pub(crate) fn aligned<'h>(
    header: Vec<Cow<'h, str>>,
    values: &[Vec<Cow<'_, str>>],
    detector: &Detector,
) -> Vec<Cow<'h, str>> {
    let more = values.len().saturating_sub(header.len());
    if more == 0 {
        return header;
    }
    let kinds: Vec<_> = header.iter().map(|cell| label::of_header(cell)).collect();
    let agree = |moved: usize| {
        let is_right = |(label, values): &(&Option<Label>, &Vec<Cow<'_, str>>)| match label {
            Some(Label::Kind(kind)) => !values.is_empty() && detector.share(kind, values) >= SHARE_OF_LABEL,
            _ => false,
        };
        kinds.iter().zip(&values[moved..]).filter(is_right).count()
    };
    let mut best = (agree(0), 0);
    for moved in 1..=more {
        let labels = agree(moved);
        best = if labels > best.0 { (labels, moved) } else { best };
    }
    std::iter::repeat_n(Cow::Borrowed(""), best.1).chain(header).collect()
}

/// How many of its cells are known headers.
pub(crate) fn labels<S: AsRef<str>>(row: &[S]) -> usize {
    row.iter().filter(|cell| label::of_header(cell.as_ref()).is_some()).count()
}

/// Whether the row is a value of the columns below it, such as a word in a column of words.
fn is_of_values(row: &[Cow<'_, str>], below: &[Vec<Cow<'_, str>>], width: usize, detector: &Detector) -> bool {
    by_values(below, width, detector).iter().enumerate().any(|(index, column)| {
        let kind = column.kind().filter(|_| column.passed > 0);
        kind.zip(row.get(index)).is_some_and(|(kind, cell)| passes(kind, cell, &column.rules))
    })
}

fn by_values(rows: &[Vec<Cow<'_, str>>], width: usize, detector: &Detector) -> Vec<Column> {
    let sample = Sample { headers: None, values: by_column(rows, width) };
    detector.columns(&[], &sample).unwrap_or_default()
}

/// The values of rows by column, without empty ones.
pub(crate) fn by_column<'h>(rows: &[Vec<Cow<'h, str>>], width: usize) -> Vec<Vec<Cow<'h, str>>> {
    let mut columns = vec![Vec::new(); width];
    for row in rows {
        for (column, cell) in columns.iter_mut().zip(row).filter(|(_, cell)| !cell.trim().is_empty()) {
            column.push(cell.clone());
        }
    }
    columns
}
