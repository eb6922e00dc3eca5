//! Spreadsheets (.xlsx): every sheet, including hidden ones, cell by cell.
//!
//! The package is measured before the library parses it (`package`, `markup`): all of its parts are
//! decompressed once. A panic of the library is damage. Legacy .xls files are not supported.
//!
//! Numbers have been through floating point, whatever their cell's format. Error cells are empty;
//! formulas give the value stored with them; dates are ISO dates.

mod fault;
mod markup;
mod package;

#[cfg(test)]
mod tests;

use crate::format::rows::{Cell, Rows, Stopped};
use crate::limits::{Limits, RATIO_ASKED_FROM};
use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, Xlsx, XlsxError};
use fault::{contained, damaged, stopped};
use std::borrow::Cow;
use std::io::{BufReader, Read, Seek};

/// Maximum columns and rows of a sheet, as the format defines them.
const COLUMNS: u32 = 16_384;
const ROWS: u32 = 1_048_576;

/// Maximum sheets. Each requires reading a part, and many may refer to the same one.
const SHEETS: usize = 4_096;

/// The day after the last date of a spreadsheet, 31 December 9999.
const DAYS: f64 = 2_958_466.0;

/// Reads a file, and delivers each row to `rows`, sheet by sheet. `at` is the number of the row in
/// its sheet, from 1.
pub(crate) fn read(file: impl Read + Seek, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    let mut file = BufReader::new(file);
    let length = contained(0, || package::measure(&mut file, limits))?;
    let mut book = contained(0, || Xlsx::new(&mut file).map_err(|error| stopped(error, 0)))?;
    let is_sheet = |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet;
    let names: Vec<_> = book.sheets_metadata().iter().filter(is_sheet).map(|sheet| sheet.name.clone()).collect();
    let mut sheets = Sheets { limits, rows, bytes: 0, bytes_max: limits.ratio.saturating_mul(length) };
    names.iter().take(SHEETS).try_for_each(|name| sheets.read(&mut book, name))?;
    if names.len() > SHEETS {
        return Err(damaged(&format!("the spreadsheet has more than {SHEETS} sheets; split it"), 0));
    }
    Ok(())
}

struct Sheets<'r> {
    limits: &'r Limits,
    rows: &'r mut dyn Rows,
    /// Bytes of all cells so far, and the maximum for a file of this size: a shared string is
    /// stored once, and may be in every cell.
    bytes: u64,
    bytes_max: u64,
}

/// The row whose cells are being read.
#[derive(Default)]
struct Row<'b> {
    /// From 0.
    number: u32,
    cells: Vec<Cell<'b>>,
    bytes: usize,
    is_broken: bool,
    /// Whether a cell after these cannot be read: only the next cell shows to which row it belongs.
    has_unreadable_cell: bool,
}

impl Sheets<'_> {
    fn read<F: Read + Seek>(&mut self, book: &mut Xlsx<F>, name: &str) -> Result<(), Stopped> {
        self.rows.table(name, &[])?;
        let mut reader = contained(0, || book.worksheet_cells_reader(name).map_err(|error| stopped(error, 0)))?;
        let mut row = Row::default();
        loop {
            let at = u64::from(row.number) + 1;
            let next = contained(at, || match reader.next_cell() {
                Err(error @ (XlsxError::Xml(_) | XlsxError::XmlEof(_) | XlsxError::Io(_) | XlsxError::Zip(_))) => {
                    Err(stopped(error, at))
                }
                next => Ok(next),
            });
            let next = match next {
                Ok(next) => next,
                Err(stopped) => {
                    self.deliver(&mut row)?;
                    return Err(stopped);
                }
            };
            match next {
                Ok(Some(cell)) => {
                    let (number, column) = cell.get_position();
                    if number == row.number {
                        row.is_broken |= row.has_unreadable_cell;
                        row.has_unreadable_cell = false;
                    } else {
                        self.deliver(&mut row)?;
                        row.number = number;
                    }
                    row.add(column, cell_of(cell.get_value()), self.limits);
                }
                Ok(None) => return self.deliver(&mut row),
                // An error value that the library does not know: its cell is empty.
                Err(XlsxError::CellError(_)) => {}
                Err(_) => row.has_unreadable_cell = true,
            }
        }
    }

    /// Delivers a row.
    fn deliver(&mut self, row: &mut Row<'_>) -> Result<(), Stopped> {
        let at = u64::from(row.number) + 1;
        if row.is_broken {
            self.rows.malformed(at)?;
        } else if !row.cells.is_empty() {
            self.bytes += (row.bytes + row.cells.len()) as u64;
            if self.bytes > RATIO_ASKED_FROM.max(self.bytes_max) {
                return Err(package::expands(self.limits, at));
            }
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
    fn add(&mut self, column: u32, cell: Cell<'b>, limits: &Limits) {
        if let Cell::Text(text) = &cell {
            self.bytes = self.bytes.saturating_add(text.len());
        }
        if column >= COLUMNS || self.number >= ROWS || self.bytes > limits.record {
            self.is_broken = true;
            self.cells.clear();
        }
        if self.is_broken {
            return;
        }
        let column = column as usize;
        if self.cells.len() <= column {
            self.cells.resize(column + 1, Cell::Nothing);
        }
        self.cells[column] = cell;
    }
}

fn cell_of<'b>(value: &DataRef<'b>) -> Cell<'b> {
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
        DataRef::Bool(value) => Cell::Text(if *value { "TRUE" } else { "FALSE" }.into()),
        DataRef::Int(number) => Cell::Integer(Cow::Owned(number.to_string())),
        DataRef::Float(number) => Cell::float(*number),
        DataRef::DateTime(date) => date_of(date),
    }
}

/// A date in ISO 8601; a number if there is no such date, since long numbers may be formatted as
/// dates.
fn date_of<'b>(date: &ExcelDateTime) -> Cell<'b> {
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
