//! For tests of readers: records rows in a short notation.

use super::{Cell, Outside, Rows};
use crate::halt::Halt;
use std::borrow::Cow;

/// What a reader delivered, one line each: `name(columns)` for a table, `row: cells`, `malformed`.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) lines: Vec<String>,
    /// The position of each row and each malformed record.
    pub(crate) positions: Vec<u64>,
    pub(crate) rows: usize,
    pub(crate) malformed: usize,
    /// Text that is in no row, each piece with its position and what it is.
    pub(crate) pieces: Vec<(u64, String, Outside)>,
    /// Rows with a cell that is too long.
    pub(crate) too_long: Vec<u64>,
    /// What is not read of the file.
    pub(crate) not_read: Vec<String>,
}

impl Recorder {
    /// All lines, as one text.
    pub(crate) fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// All text that is in no row, a line a piece.
    pub(crate) fn outside(&self) -> String {
        self.pieces.iter().map(|(_, text, _)| text.as_str()).collect::<Vec<_>>().join("\n")
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
        self.positions.push(at);
        self.rows += 1;
        Ok(())
    }

    fn malformed(&mut self, at: u64) -> Result<(), Halt> {
        self.lines.push("malformed".to_owned());
        self.positions.push(at);
        self.malformed += 1;
        Ok(())
    }

    fn outside(&mut self, at: u64, text: &[u8], what: Outside) -> Result<(), Halt> {
        self.pieces.push((at, String::from_utf8_lossy(text).into_owned(), what));
        Ok(())
    }
    fn too_long(&mut self, at: u64) {
        self.too_long.push(at);
    }

    fn not_read(&mut self, what: String) {
        self.not_read.push(what);
    }
}
