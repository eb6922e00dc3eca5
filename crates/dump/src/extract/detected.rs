//! A table whose columns are detected by its first rows.

use super::columns::Columns;
use super::context::Extractor;
use super::packed::Packed;
use crate::columns::column::{Column, ColumnSpec};
use crate::columns::detect::{Detector, SAMPLE, Sample};
use crate::columns::header;
use crate::error::DumpError;
use crate::format::rows::Cell;
use crate::report::{PartReport, is_schema_name};
use std::borrow::Cow;
use std::sync::Arc;

/// A table whose columns are detected.
pub(super) struct DetectedTable {
    pub(super) name: String,
    pub(super) columns: Columns,
    pub(super) headers: Vec<String>,
    /// The index of the row that is its header, if one of the first is.
    pub(super) header: Option<usize>,
    pub(super) width: usize,
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
    /// Detects the columns of a table by its first rows, and by those of others of its shape.
    pub(super) fn new(
        name: String,
        headers: Vec<String>,
        rows: &Packed,
        alike: &[&Packed],
        detector: &Arc<Detector>,
        asked: &[ColumnSpec],
        header: Option<bool>,
    ) -> Self {
        let texts = |rows: &Packed| {
            let mut samples: Vec<Vec<Cow<'static, str>>> = Vec::new();
            rows.each(|_, cells| samples.push(cells.iter().map(|cell| text_of(cell).into_owned().into()).collect()));
            samples
        };
        let mut samples = texts(rows);
        let width = samples.iter().map(Vec::len).max().unwrap_or_default().max(headers.len());
        // Requested columns that are missing in this table may be in another.
        let there = |headers: &[Cow<'_, str>]| -> Vec<ColumnSpec> {
            let is_there = |spec: &&ColumnSpec| {
                let is_header =
                    |header: &Cow<'_, str>| header.trim() == spec.name.trim() || is_column_of(&name, header, spec);
                of_table(&name, spec).index().map_or_else(|| headers.iter().any(is_header), |index| index < width)
            };
            asked.iter().filter(is_there).map(|spec| of_table(&name, spec)).collect()
        };
        let header = if headers.is_empty() { header::row(&samples, width, asked, header, detector) } else { None };
        let named = match header {
            Some(at) => Some(samples.drain(..=at).next_back().unwrap_or_default()),
            None => (!headers.is_empty()).then(|| headers.iter().cloned().map(Cow::Owned).collect()),
        };
        for others in alike {
            if samples.len() >= SAMPLE {
                break;
            }
            samples.extend(texts(others).into_iter().filter(|row| row.len() <= width));
        }
        let sample = Sample { values: header::by_column(&samples, width), headers: named };
        let specs = there(sample.headers.as_deref().unwrap_or_default());
        let columns = detector.columns(&specs, &sample).unwrap_or_default();
        Self { name, columns: Columns::new(columns, detector), headers, header, width }
    }

    pub(super) fn key(&self) -> [u8; 32] {
        key(&self.name, &self.headers)
    }

    /// Keeps the cells of a row, except for those that hold nothing of interest.
    pub(super) fn take(&self, batch: &mut Packed, at: u64, cells: &[Cell<'_>]) {
        const NOTHING: Cell<'static> = Cell::Nothing;
        let scanner = self.columns.detector.scanner();
        let is_of_interest = |(index, cell): (usize, &Cell<'_>)| {
            let is_read = self.columns.list.get(index).is_some_and(Column::is_read);
            let text = cell.parts().1;
            // Short numbers speak against a column of phone numbers.
            is_read || scanner.may_hold(text.as_bytes()) || text.bytes().next().is_some_and(|b| b.is_ascii_digit())
        };
        let kept = |(index, cell)| if is_of_interest((index, cell)) { cell } else { &NOTHING };
        batch.push(at, cells.iter().enumerate().map(kept));
    }

    /// Whether any of its columns is read.
    pub(super) fn is_read(&self) -> bool {
        self.columns.list.iter().any(Column::is_read)
    }

    /// Adds its counts to the report.
    pub(super) fn report(
        &self,
        number: usize,
        is_alone: bool,
        extractor: &Extractor<'_>,
        part: &mut PartReport,
    ) -> Result<(), DumpError> {
        let name = if is_schema_name(&self.name) { self.name.clone() } else { format!("table {number}") };
        self.columns.report(if is_alone { "" } else { &name }, extractor, part)
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
