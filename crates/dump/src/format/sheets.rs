//! Rows of sheets, made of cells that a library or reader delivers one by one, and the limits that
//! all kinds of spreadsheets share.

use crate::format::beside::Passed;
use crate::format::fault::{contained, damaged};
use crate::format::rows::{Cell, Outside, Rows, Stopped, search};
use crate::limits::{Limits, RATIO_ASKED_FROM};
use calamine::{DataRef, ExcelDateTime};
use std::borrow::Cow;

/// Maximum columns and rows of a sheet, as the formats define them.
pub(super) const COLUMNS: u32 = 16_384;
pub(super) const ROWS: u32 = 1_048_576;

/// Maximum sheets. Each requires reading a part, and many may refer to the same one.
pub(super) const SHEETS: usize = 4_096;

/// The day after the last date of a spreadsheet, 31 December 9999.
const DAYS: f64 = 2_958_466.0;

/// Delivers the rows of all sheets of a file.
pub(super) struct Sheets<'r> {
    limits: &'r Limits,
    rows: &'r mut dyn Rows,
    /// Bytes of all cells so far, and the maximum for a file of this size: a shared string is
    /// stored once, and may be in every cell.
    bytes: u64,
    bytes_max: u64,
    passed: Passed,
}

/// The row whose cells are being read.
#[derive(Default)]
pub(super) struct Row<'b> {
    /// From 0.
    number: u32,
    cells: Vec<Cell<'b>>,
    bytes: usize,
    is_broken: bool,
    /// Texts of cells that are too many or too long for a row.
    lost: Vec<Cow<'b, str>>,
    /// Whether a cell after these cannot be read: only the next cell shows to which row it belongs.
    has_unreadable_cell: bool,
}

/// What a library gives next of a sheet.
pub(super) enum Next<'b> {
    /// A cell, by the numbers of its row and its column from 0.
    Cell((u32, u32), Cell<'b>),
    /// An error value that the library does not know: its cell is empty.
    UnknownError,
    /// A cell that cannot be read.
    Unreadable,
    End,
}

/// The names of the sheets that hold cells, including hidden ones.
pub(super) fn worksheets(sheets: &[calamine::Sheet]) -> Vec<String> {
    let is_sheet = |sheet: &&calamine::Sheet| sheet.typ == calamine::SheetType::WorkSheet;
    sheets.iter().filter(is_sheet).map(|sheet| sheet.name.clone()).collect()
}

impl<'r> Sheets<'r> {
    /// For a file of this many bytes.
    pub(super) fn new(limits: &'r Limits, rows: &'r mut dyn Rows, length: u64) -> Self {
        Self { limits, rows, bytes: 0, bytes_max: limits.ratio.saturating_mul(length), passed: Passed::default() }
    }

    /// The rows that follow are of this sheet.
    pub(super) fn begin(&mut self, name: &str) -> Result<(), Stopped> {
        Ok(self.rows.table(name, &[])?)
    }

    /// All cells of a sheet. `next` gets the number of the row, and may panic. What was read before
    /// an error is delivered.
    pub(super) fn cells<'b>(&mut self, mut next: impl FnMut(u64) -> Result<Next<'b>, Stopped>) -> Result<(), Stopped> {
        let mut row = Row::default();
        loop {
            let at = row.at();
            match contained(at, || next(at)) {
                Ok(Next::Cell(place, cell)) => self.cell(&mut row, place, cell)?,
                Ok(Next::End) => return self.end(&mut row),
                Ok(Next::UnknownError) => {}
                Ok(Next::Unreadable) => row.unreadable(),
                Err(stopped) => {
                    self.end(&mut row)?;
                    return Err(stopped);
                }
            }
        }
    }

    /// A cell, by the numbers of its row and its column from 0.
    pub(super) fn cell<'b>(
        &mut self,
        row: &mut Row<'b>,
        (number, column): (u32, u32),
        cell: Cell<'b>,
    ) -> Result<(), Stopped> {
        if number == row.number {
            row.is_broken |= row.has_unreadable_cell;
            row.has_unreadable_cell = false;
        } else {
            self.end(row)?;
            row.number = number;
        }
        row.add(column, cell, self.limits);
        self.deliver_lost(row)
    }

    /// Delivers the texts of cells that are in no row.
    fn deliver_lost(&mut self, row: &mut Row<'_>) -> Result<(), Stopped> {
        let at = row.at();
        row.lost.drain(..).try_for_each(|text| {
            self.count(text.len(), at)?;
            self.outside(at, &text, Outside::Malformed)
        })
    }

    /// A record that holds no cell, or a piece of it.
    pub(super) fn passed(&mut self, at: u64, bytes: &[u8], is_end: bool) -> Result<(), Stopped> {
        self.passed.bytes(bytes);
        if is_end {
            self.passed.end();
        }
        self.passed.take(false).map_or(Ok(()), |text| self.outside(at, &text, Outside::Malformed))
    }

    /// Delivers what was found in such records.
    pub(super) fn end_passed(&mut self, at: u64) -> Result<(), Stopped> {
        self.passed.take(true).map_or(Ok(()), |text| self.outside(at, &text, Outside::Malformed))
    }

    /// Counts bytes that the file has become.
    fn count(&mut self, bytes: usize, at: u64) -> Result<(), Stopped> {
        self.bytes += bytes as u64;
        if self.bytes > RATIO_ASKED_FROM.max(self.bytes_max) { Err(expands(self.limits, at)) } else { Ok(()) }
    }

    /// Text that is in no cell, of the row with this number from 1.
    pub(super) fn outside(&mut self, at: u64, text: &str, what: Outside) -> Result<(), Stopped> {
        Ok(search(self.rows, at, text, what)?)
    }

    /// Delivers the row that is not followed by other cells.
    pub(super) fn end(&mut self, row: &mut Row<'_>) -> Result<(), Stopped> {
        let at = row.at();
        if row.is_broken {
            row.lost.extend(row.cells.drain(..).filter_map(text_of));
            self.deliver_lost(row)?;
            self.rows.malformed(at)?;
        } else if !row.cells.is_empty() {
            self.count(row.bytes + row.cells.len(), at)?;
            self.rows.row(at, &row.cells)?;
        }
        if std::mem::take(&mut row.has_unreadable_cell) {
            self.rows.malformed(if row.cells.is_empty() { at } else { at + 1 })?;
        }
        row.cells.clear();
        (row.bytes, row.is_broken) = (0, false);
        Ok(())
    }
}

impl<'b> Row<'b> {
    /// A row by its number from 0.
    pub(super) fn numbered(number: u32) -> Self {
        Self { number, ..Self::default() }
    }

    /// Its number from 1.
    pub(super) fn at(&self) -> u64 {
        u64::from(self.number) + 1
    }

    /// A cell that cannot be read follows.
    pub(super) fn unreadable(&mut self) {
        self.has_unreadable_cell = true;
    }

    fn add(&mut self, column: u32, cell: Cell<'b>, limits: &Limits) {
        if let Cell::Text(text) = &cell {
            self.bytes = self.bytes.saturating_add(text.len());
        }
        if column >= COLUMNS || self.number >= ROWS || self.bytes > limits.record {
            self.is_broken = true;
        }
        if self.is_broken {
            self.lost.extend(self.cells.drain(..).chain([cell]).filter_map(text_of));
            return;
        }
        let column = column as usize;
        if self.cells.len() <= column {
            self.cells.resize(column + 1, Cell::Nothing);
        }
        self.cells[column] = cell;
    }
}

fn text_of(cell: Cell<'_>) -> Option<Cow<'_, str>> {
    match cell {
        Cell::Nothing => None,
        Cell::Text(text) | Cell::Integer(text) | Cell::Float(text) => Some(text),
    }
}

/// The file exceeds the expansion limit.
pub(super) fn expands(limits: &Limits, at: u64) -> Stopped {
    let ratio = limits.ratio;
    damaged(
        &format!("the spreadsheet expands to more than {ratio} times its size; if this is expected, raise --max-ratio"),
        at,
    )
}

/// A file has more sheets than are read.
pub(super) fn too_many_sheets() -> Stopped {
    damaged(&format!("the spreadsheet has more than {SHEETS} sheets; split it"), 0)
}

/// A cell as the library delivers it.
pub(super) fn cell_of<'b>(value: &DataRef<'b>) -> Cell<'b> {
    match value {
        DataRef::Empty | DataRef::Error(_) | DataRef::SharedString("") => Cell::Nothing,
        DataRef::SharedString(text) => Cell::Text(Cow::Borrowed(text)),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            if text.is_empty() {
                Cell::Nothing
            } else {
                Cell::Text(Cow::Owned(text.clone()))
            }
        }
        DataRef::Bool(value) => truth(*value),
        DataRef::Int(number) => Cell::Integer(Cow::Owned(number.to_string())),
        DataRef::Float(number) => Cell::float(*number),
        DataRef::DateTime(date) => date_of(date),
    }
}

pub(super) fn truth<'b>(value: bool) -> Cell<'b> {
    Cell::Text(if value { "TRUE" } else { "FALSE" }.into())
}

/// A date in ISO 8601; a number if there is no such date, since long numbers may be formatted as
/// dates.
pub(super) fn date_of<'b>(date: &ExcelDateTime) -> Cell<'b> {
    let number = date.as_f64();
    if date.is_duration() || !(0.0..DAYS).contains(&number) {
        return Cell::float(number);
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let (date, time) = (format!("{year:04}-{month:02}-{day:02}"), format!("{hour:02}:{minute:02}:{second:02}"));
    Cell::Text(Cow::Owned(if number < 1.0 {
        time
    } else if number.fract() == 0.0 {
        date
    } else {
        format!("{date} {time}")
    }))
}
