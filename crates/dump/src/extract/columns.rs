//! The columns of a table or text that is being read, and the sums of what its batches counted.

use super::counts::{ColumnCounts, counts_of};
use crate::columns::column::{Column, Reads};
use crate::report::{ColumnReport, PartReport, keep_first};
use exposure_identifier::Scanner;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// The columns of a table or file, and what was counted of them.
pub(crate) struct Columns {
    pub(crate) list: Vec<Column>,
    /// One for each column of running text.
    pub(super) scanners: Vec<Option<Scanner>>,
    counted: Mutex<Vec<ColumnCounts>>,
    rows: AtomicU64,
    malformed: AtomicU64,
    malformed_at: Mutex<Vec<u64>>,
    unreadable: AtomicU64,
    /// The first rows, masked, if they are to be shown.
    shown: Mutex<Vec<(u64, Vec<String>)>>,
}

impl Columns {
    pub(crate) fn new(list: Vec<Column>) -> Self {
        let scanner = |column: &Column| match column.reads {
            Reads::Kind(_) => None,
            Reads::Text => {
                let country = column.rules.region.to_string();
                Some(Scanner::new([country.as_str()], &column.rules).expect("a region that is known"))
            }
        };
        Self {
            scanners: list.iter().map(scanner).collect(),
            counted: Mutex::new(list.iter().map(|_| ColumnCounts::new()).collect()),
            list,
            rows: AtomicU64::new(0),
            malformed: AtomicU64::new(0),
            malformed_at: Mutex::default(),
            unreadable: AtomicU64::new(0),
            shown: Mutex::default(),
        }
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

    /// Adds the counts to a report; `table` is a prefix of the names of columns.
    pub(crate) fn report(&self, table: &str, part: &mut PartReport) {
        part.rows += self.rows.load(Ordering::Relaxed);
        part.malformed += self.malformed.load(Ordering::Relaxed);
        part.unreadable += self.unreadable.load(Ordering::Relaxed);
        keep_first(&mut part.malformed_at, &self.malformed_at.lock().expect("no panic while it is held"));
        let mut shown = std::mem::take(&mut *self.shown.lock().expect("no panic while it is held"));
        shown.sort();
        part.shown.extend(shown.into_iter().map(|(_, row)| row));
        let counted = self.counted.lock().expect("no panic while it is held");
        for (column, counted) in self.list.iter().zip(counted.iter()) {
            part.columns.push(ColumnReport {
                name: if table.is_empty() { column.name.clone() } else { format!("{table}.{}", column.name) },
                reads: column.reads.name().to_owned(),
                because: column.because.name().to_owned(),
                confidence: column.confidence(),
                region: column.rules.region.to_string(),
                lacks_plus: column.lacks_plus,
                is_rounded: column.is_rounded,
                kinds: counted.iter().map(|counts| (counts.kind.name.clone(), counts.report())).collect(),
            });
        }
    }

    /// Adds the counts of a batch: rows of the format, malformed records, and identifiers by
    /// column.
    pub(super) fn add(&self, rows: u64, malformed: &[u64], counted: Vec<ColumnCounts>) {
        self.rows.fetch_add(rows - malformed.len() as u64, Ordering::Relaxed);
        self.add_malformed(malformed);
        let mut sums = self.counted.lock().expect("no panic while it is held");
        for (sum, counted) in sums.iter_mut().zip(counted) {
            counted.into_iter().for_each(|more| counts_of(sum, more.kind).add(more));
        }
    }
}
