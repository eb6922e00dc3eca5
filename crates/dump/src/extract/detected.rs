//! A table whose columns are detected by its first rows.

use super::columns::Columns;
use super::packed::Packed;
use crate::columns::column::{Column, ColumnSpec};
use crate::columns::detect::{Detector, Sample, is_header};
use crate::format::rows::Cell;
use crate::report::{PartReport, is_schema_name};
use std::borrow::Cow;

/// A table whose columns are detected.
pub(super) struct DetectedTable {
    pub(super) name: String,
    pub(super) columns: Columns,
    /// The index of each column in a row.
    indexes: Vec<usize>,
    pub(super) headers: Vec<String>,
    pub(super) width: Option<usize>,
}

/// Distinguishes tables.
pub(super) fn key(name: &str, headers: &[impl AsRef<str>]) -> [u8; 32] {
    let mut hash = blake3::Hasher::new();
    std::iter::once(name).chain(headers.iter().map(AsRef::as_ref)).for_each(|part| {
        hash.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    });
    *hash.finalize().as_bytes()
}

impl DetectedTable {
    pub(super) fn new(
        name: String,
        headers: Vec<String>,
        rows: &Packed,
        detector: &Detector,
        asked: &[ColumnSpec],
        header: Option<bool>,
    ) -> Self {
        let mut samples: Vec<Vec<Cow<'_, str>>> = Vec::new();
        rows.each(|_, cells| samples.push(cells.iter().map(text_of).collect()));
        let width = samples.iter().map(Vec::len).max().unwrap_or_default().max(headers.len());
        let by_column = |rows: &[Vec<Cow<'_, str>>]| {
            let mut columns = vec![Vec::new(); width];
            for row in rows {
                for (column, cell) in columns.iter_mut().zip(row).filter(|(_, cell)| !cell.trim().is_empty()) {
                    column.push(Cow::Owned(cell.as_ref().to_owned()));
                }
            }
            columns
        };
        // Requested columns that are missing in this table may be in another.
        let there = |headers: &[Cow<'_, str>]| -> Vec<ColumnSpec> {
            let is_there = |spec: &&ColumnSpec| {
                let is_header =
                    |header: &Cow<'_, str>| header.trim() == spec.name.trim() || is_column_of(&name, header, spec);
                spec.index().map_or_else(|| headers.iter().any(is_header), |index| index < width)
            };
            asked.iter().filter(is_there).map(|spec| of_table(&name, spec)).collect()
        };
        let first: Vec<Cow<'_, str>> = samples.first().cloned().unwrap_or_default();
        let named: Vec<Cow<'_, str>> = headers.iter().map(|header| header.as_str().into()).collect();
        let below = Sample { headers: None, values: by_column(samples.get(1..).unwrap_or_default()) };
        let has_header = headers.is_empty()
            && header.unwrap_or_else(|| {
                let specs = there(&first);
                let indexes: Vec<_> = specs.iter().filter(|spec| spec.index().is_some()).cloned().collect();
                !first.is_empty() && is_header(&first, &specs, &detector.columns(&indexes, &below).unwrap_or_default())
            });
        let sample = match (has_header, headers.is_empty()) {
            (true, _) => Sample { headers: Some(first), ..below },
            (false, true) => Sample { headers: None, values: by_column(&samples) },
            (false, false) => Sample { headers: Some(named), values: by_column(&samples) },
        };
        let specs = there(sample.headers.as_deref().unwrap_or_default());
        let is_wanted = asked.is_empty() || !specs.is_empty();
        let columns = if is_wanted { detector.columns(&specs, &sample).unwrap_or_default() } else { Vec::new() };
        let (indexes, columns): (Vec<usize>, Vec<Column>) = columns.into_iter().unzip();
        Self { name, columns: Columns::new(columns), indexes, headers, width: has_header.then_some(width) }
    }

    pub(super) fn key(&self) -> [u8; 32] {
        key(&self.name, &self.headers)
    }

    /// Keeps the cells of the columns to read.
    pub(super) fn take(&self, batch: &mut Packed, at: u64, cells: &[Cell<'_>]) {
        const NOTHING: Cell<'static> = Cell::Nothing;
        batch.push(at, self.indexes.iter().map(|&index| cells.get(index).unwrap_or(&NOTHING)));
    }

    /// Whether any of its columns are read.
    pub(super) fn is_read(&self) -> bool {
        !self.indexes.is_empty()
    }

    /// Number of fields in its rows.
    pub(super) fn fields(&self) -> usize {
        self.width.unwrap_or(self.headers.len())
    }

    /// Adds its counts to the report.
    pub(super) fn report(&self, number: usize, is_alone: bool, part: &mut PartReport) {
        let name = if is_schema_name(&self.name) { self.name.clone() } else { format!("table {number}") };
        self.columns.report(if is_alone { "" } else { &name }, part);
    }
}

/// Whether `users.mobile` was requested and this is it.
fn is_column_of(table: &str, header: &str, spec: &ColumnSpec) -> bool {
    spec.name.trim().strip_prefix(table).and_then(|rest| rest.strip_prefix('.')) == Some(header.trim())
}

/// A requested column without the name of its table.
fn of_table(table: &str, spec: &ColumnSpec) -> ColumnSpec {
    let column =
        spec.name.trim().strip_prefix(table).and_then(|rest| rest.strip_prefix('.')).filter(|_| !table.is_empty());
    ColumnSpec { name: column.unwrap_or(&spec.name).to_owned(), ..spec.clone() }
}

fn text_of<'c>(cell: &Cell<'c>) -> Cow<'c, str> {
    match cell {
        Cell::Nothing => Cow::Borrowed(""),
        Cell::Text(text) | Cell::Integer(text) | Cell::Float(text) => text.clone(),
    }
}
