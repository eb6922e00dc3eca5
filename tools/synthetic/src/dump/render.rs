//! Lays rows out as text: which module writes which shape.

use super::layout::Layout;
use super::row::Row;
use super::shape::Shape;
use super::{delimited, json, sql, text};

impl Layout<'_> {
    /// What stands in front of the rows.
    pub(super) fn head(&self, out: &mut Vec<u8>) {
        match self.shape.delimiter() {
            Some(delimiter) => delimited::head(self.names, delimiter, out),
            None if self.shape.is_json() => json::head(self, out),
            None => sql::head(self, out),
        }
    }

    /// One row.
    pub(super) fn row(&self, row: &Row, out: &mut Vec<u8>) {
        match self.shape {
            Shape::Text => text::row(row, out),
            shape if shape.is_json() => json::row(self, row, out),
            shape => match shape.delimiter() {
                Some(delimiter) => delimited::row(row, delimiter.as_bytes(), out),
                None => sql::row(self, row, out),
            },
        }
    }

    /// What stands behind the rows.
    pub(super) fn tail(&self, out: &mut Vec<u8>) {
        if self.shape.is_json() { json::tail(self, out) } else { sql::tail(self, out) }
    }
}
