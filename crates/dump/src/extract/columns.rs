//! The columns of a table or text that is being read, and the sums of what its batches counted.
//!
//! A column has two places to count in: one for its cells, and one for identifiers among words in a
//! column that is not decided. Two more are for rows of another width and for text outside of rows.

use super::context::Extractor;
use super::counts::{ColumnCounts, counts_of};
use super::identifiers::Identifiers;
use super::pending::{Pending, Waiting};
use crate::columns::column::{Column, Treatment};
use crate::columns::detect::Detector;
use crate::error::DumpError;
use crate::report::{ColumnReport, PartReport, ROWS_OF_OTHER_WIDTH, TEXT_OUTSIDE, keep_first};
use exposure_identifier::Scanner;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// The columns of a table or file, and what was counted of them.
pub(crate) struct Columns {
    pub(crate) list: Vec<Column>,
    /// What is done with cells beyond the last column, and in rows of another width.
    pub(super) beyond: Column,
    pub(super) detector: Arc<Detector>,
    /// Scanners of columns of another region, by column.
    scanners: Vec<Option<Scanner>>,
    counted: Mutex<Vec<ColumnCounts>>,
    passed_over: Mutex<BTreeMap<&'static str, ColumnCounts>>,
    rows: AtomicU64,
    malformed: AtomicU64,
    other_width: AtomicU64,
    seen: AtomicU64,
    malformed_at: Mutex<Vec<u64>>,
    unreadable: AtomicU64,
    /// What the batches have left of columns that are not decided, by place.
    waiting: Mutex<BTreeMap<usize, Pending>>,
    /// The first rows, masked, if they are to be shown.
    shown: Mutex<Vec<(u64, Vec<String>)>>,
}

/// What a batch counted beside its columns.
#[derive(Default)]
pub(super) struct Sums {
    pub(super) rows: u64,
    pub(super) other_width: u64,
    pub(super) seen: u64,
    pub(super) malformed: Vec<u64>,
    pub(super) passed_over: BTreeMap<&'static str, ColumnCounts>,
}

impl Columns {
    pub(crate) fn new(list: Vec<Column>, detector: &Arc<Detector>) -> Self {
        let rules = detector.rules();
        let scanner = |column: &Column| {
            let country = column.rules.region.to_string();
            let is_other = column.rules.region != rules.region;
            is_other.then(|| Scanner::new([country.as_str()], &column.rules).expect("a region that is known"))
        };
        let places = 2 * list.len() + 2;
        Self {
            scanners: list.iter().map(scanner).collect(),
            counted: Mutex::new((0..places).map(|_| ColumnCounts::new()).collect()),
            list,
            beyond: Column::unknown(String::new(), Treatment::Undecided, rules),
            detector: Arc::clone(detector),
            passed_over: Mutex::default(),
            rows: AtomicU64::new(0),
            malformed: AtomicU64::new(0),
            other_width: AtomicU64::new(0),
            seen: AtomicU64::new(0),
            malformed_at: Mutex::default(),
            unreadable: AtomicU64::new(0),
            waiting: Mutex::default(),
            shown: Mutex::default(),
        }
    }

    /// Number of places to count in.
    pub(super) fn places(&self) -> usize {
        2 * self.list.len() + 2
    }

    /// The column whose cells are counted in this place.
    pub(super) fn at(&self, place: usize) -> &Column {
        self.list.get(place).unwrap_or(&self.beyond)
    }

    /// Where identifiers among words in this column are counted.
    pub(super) fn place_of_words(&self, place: usize) -> usize {
        if place < self.list.len() { self.list.len() + place } else { place }
    }

    /// Where what is found in rows of another width is counted.
    pub(super) fn place_of_other_width(&self) -> usize {
        2 * self.list.len()
    }

    /// Where what is found in text outside of rows is counted.
    pub(super) fn place_of_outside(&self) -> usize {
        2 * self.list.len() + 1
    }

    /// The scanner for this place.
    pub(super) fn scanner(&self, place: usize) -> &Scanner {
        let column = if place < self.list.len() { place } else { place.wrapping_sub(self.list.len()) };
        self.scanners.get(column).and_then(Option::as_ref).unwrap_or(self.detector.scanner())
    }

    /// Counts records that were skipped before any batch saw them.
    pub(crate) fn add_malformed(&self, positions: &[u64]) {
        self.add_skipped(positions.len() as u64, positions);
    }

    /// The same for this many of them, of which only some positions are known.
    pub(crate) fn add_skipped(&self, count: u64, positions: &[u64]) {
        self.rows.fetch_add(count, Ordering::Relaxed);
        self.malformed.fetch_add(count, Ordering::Relaxed);
        keep_first(&mut self.malformed_at.lock().expect("no panic while it is held"), positions);
    }

    /// Counts bytes that are not characters. That is no damage: nothing around them is lost.
    pub(crate) fn add_unreadable(&self, count: u64) {
        self.unreadable.fetch_add(count, Ordering::Relaxed);
    }

    /// Keeps a masked row if it is one of the first.
    pub(super) fn show(&self, at: u64, row: Vec<String>, rows: usize) {
        let mut shown = self.shown.lock().expect("no panic while it is held");
        shown.push((at, row));
        if shown.len() > rows {
            shown.sort();
            shown.truncate(rows);
        }
    }

    /// Adds the counts of a batch: rows of the format, malformed records, and identifiers by place.
    pub(super) fn add(&self, sums: Sums, counted: Vec<ColumnCounts>) {
        self.rows.fetch_add(sums.rows - sums.malformed.len() as u64, Ordering::Relaxed);
        self.add_malformed(&sums.malformed);
        self.other_width.fetch_add(sums.other_width, Ordering::Relaxed);
        self.seen.fetch_add(sums.seen, Ordering::Relaxed);
        if !sums.passed_over.is_empty() {
            let mut all = self.passed_over.lock().expect("no panic while it is held");
            for (what, counted) in sums.passed_over {
                let sum = all.entry(what).or_default();
                counted.into_iter().for_each(|more| counts_of(sum, more.kind).add(more));
            }
        }
        let mut all = self.counted.lock().expect("no panic while it is held");
        for (sum, counted) in all.iter_mut().zip(counted) {
            counted.into_iter().for_each(|more| counts_of(sum, more.kind).add(more));
        }
    }

    /// Keeps what a batch has left of a column for the end of the table.
    pub(super) fn wait(&self, place: usize, left: Pending, waiting: &Waiting) {
        self.waiting.lock().expect("no panic while it is held").entry(place).or_default().wait(left, waiting);
    }

    /// Decides what has waited for the end of the table.
    fn settle(&self, extractor: &Extractor<'_>) -> Result<(), DumpError> {
        let mut taken = Identifiers::default();
        let mut counted = self.counted.lock().expect("no panic while it is held");
        for (place, pending) in std::mem::take(&mut *self.waiting.lock().expect("no panic while it is held")) {
            pending.settle(self.at(place), &mut counted[place], &mut taken, &extractor.waiting);
        }
        extractor.deliver(&taken)
    }

    /// Decides what has waited, and adds the counts to a report; `table` is a prefix of the names
    /// of columns.
    pub(crate) fn report(
        &self,
        table: &str,
        extractor: &Extractor<'_>,
        part: &mut PartReport,
    ) -> Result<(), DumpError> {
        self.settle(extractor)?;
        part.rows += self.rows.load(Ordering::Relaxed);
        part.malformed += self.malformed.load(Ordering::Relaxed);
        part.unreadable += self.unreadable.load(Ordering::Relaxed);
        part.other_width += self.other_width.load(Ordering::Relaxed);
        part.seen += self.seen.load(Ordering::Relaxed);
        keep_first(&mut part.malformed_at, &self.malformed_at.lock().expect("no panic while it is held"));
        let mut shown = std::mem::take(&mut *self.shown.lock().expect("no panic while it is held"));
        shown.sort();
        part.shown.extend(shown.into_iter().map(|(_, row)| row));
        part.columns.extend(self.column_reports(table));
        Ok(())
    }

    /// First the columns that are read, in their order; then whatever else was seen.
    fn column_reports(&self, table: &str) -> Vec<ColumnReport> {
        let named = |name: &str| if table.is_empty() { name.to_owned() } else { format!("{table}.{name}") };
        let counted = self.counted.lock().expect("no panic while it is held");
        let report = |column: &Column, name: &str, counted: &ColumnCounts| ColumnReport {
            name: named(name),
            reads: column.treatment.into(),
            instead: if let Treatment::SetAside(what) = column.treatment { what.to_owned() } else { String::new() },
            because: column.because,
            is_passed_over: false,
            confidence: column.confidence(),
            region: column.rules.region.to_string(),
            lacks_plus: column.lacks_plus,
            is_rounded: column.is_rounded,
            kinds: counted.iter().map(|counts| (counts.kind.name.clone(), counts.report())).collect(),
        };
        let columns =
            self.list.iter().zip(counted.iter()).map(|(column, counted)| report(column, &column.name, counted));
        let (mut read, others): (Vec<_>, Vec<_>) = columns.zip(&self.list).partition(|(_, column)| column.is_read());
        let words = self.list.iter().zip(&counted[self.list.len()..]).map(|(column, counted)| {
            report(&Column { treatment: Treatment::Text, ..column.clone() }, &column.name, counted)
        });
        let text = Column { treatment: Treatment::Text, ..self.beyond.clone() };
        let width = report(&text, ROWS_OF_OTHER_WIDTH, &counted[self.place_of_other_width()]);
        let outside = report(&text, TEXT_OUTSIDE, &counted[self.place_of_outside()]);
        let passed_over = self.passed_over.lock().expect("no panic while it is held");
        let passed_over: Vec<_> = passed_over
            .iter()
            .map(|(what, counted)| ColumnReport { is_passed_over: true, ..report(&self.beyond, what, counted) })
            .collect();
        let rest = others.into_iter().map(|(report, _)| report).chain(words).chain([width, outside]);
        let rest = rest.chain(passed_over).filter(|report| !report.kinds.is_empty());
        read.drain(..).map(|(report, _)| report).chain(rest).collect()
    }
}
