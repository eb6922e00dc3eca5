//! Rows with more or fewer fields than their table: another table behind the first, an address with
//! a comma, missing fields at the end.

use super::batch::Batch;
use crate::columns::column::Column;
use crate::columns::detect::{SAMPLE, Sample, passes};
use crate::columns::header::by_column;
use crate::format::rows::Tag;
use std::borrow::Cow;

/// Rows of one width from which their own values decide what their columns are.
const ROWS: usize = 3;

impl Batch<'_> {
    /// Reads rows of one width: by their own values, or as if they were rows of the table,
    /// whichever explains more.
    pub(super) fn rows_of_one_width(&mut self, rows: &[(u64, Vec<String>)]) {
        let Some(width) = rows.first().map(|(_, cells)| cells.len()) else { return };
        let as_table = |index| self.columns.list.get(index).unwrap_or(&self.columns.beyond).clone();
        let mut columns: Vec<Column> = (0..width).map(as_table).collect();
        if rows.len() >= ROWS {
            let sample: Vec<Vec<Cow<'_, str>>> = rows
                .iter()
                .take(SAMPLE)
                .map(|(_, cells)| cells.iter().map(|cell| Cow::Borrowed(cell.as_str())).collect())
                .collect();
            let sample = Sample { headers: None, values: by_column(&sample, width) };
            let own = self.columns.detector.columns(&[], &sample).unwrap_or_default();
            if explained(&own, &sample) >= explained(&columns, &sample) {
                columns = own;
            }
        }
        let place = self.columns.place_of_other_width();
        for (at, cells) in rows {
            for (column, cell) in columns.iter().zip(cells) {
                let cell = (Tag::Text, cell.as_str());
                if let Some(reason) = self.cell(place, column, cell, *at) {
                    self.rescue_or_reject(place, column, cell, reason, *at);
                }
            }
        }
    }
}

/// How many values of columns of a kind are of it, less those that are not.
fn explained(columns: &[Column], sample: &Sample<'_>) -> f64 {
    let of_column = |(column, values): (&Column, &Vec<Cow<'_, str>>)| {
        let Some(kind) = column.kind() else { return 0.0 };
        let passed = values.iter().filter(|value| passes(kind, value, &column.rules)).count();
        2.0 * passed as f64 - values.len() as f64
    };
    columns.iter().zip(&sample.values).map(of_column).sum()
}
