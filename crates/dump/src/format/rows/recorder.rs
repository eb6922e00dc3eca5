//! For tests of readers: rows as they come, in a notation that is short to compare.

use super::{Cell, Rows};
use crate::halt::Halt;
use std::borrow::Cow;

/// What a reader handed over, a line each: `name(columns)` for a table, `row: cells`, `malformed`.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) lines: Vec<String>,
    /// Where each row and each malformed record began.
    pub(crate) places: Vec<u64>,
    pub(crate) rows: usize,
    pub(crate) malformed: usize,
}

impl Recorder {
    /// What was handed over, as one text.
    pub(crate) fn text(&self) -> String {
        self.lines.join("\n")
    }
}

impl Rows for Recorder {
    fn table(&mut self, name: &str, columns: &[Cow<'_, str>]) -> Result<(), Halt> {
        self.lines.push(format!("{name}({})", columns.join(",")));
        Ok(())
    }

    fn row(&mut self, at: u64, cells: &[Cell<'_>]) -> Result<(), Halt> {
        let shown = cells.iter().map(|cell| match cell {
            Cell::Nothing => "-".to_owned(),
            Cell::Text(text) => format!("{text:?}"),
            Cell::Integer(digits) => format!("i{digits}"),
            Cell::Float(digits) => format!("f{digits}"),
        });
        self.lines.push(shown.collect::<Vec<_>>().join(" "));
        self.places.push(at);
        self.rows += 1;
        Ok(())
    }

    fn malformed(&mut self, at: u64) -> Result<(), Halt> {
        self.lines.push("malformed".to_owned());
        self.places.push(at);
        self.malformed += 1;
        Ok(())
    }
}
