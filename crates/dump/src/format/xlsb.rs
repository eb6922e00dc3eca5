//! Binary spreadsheets (.xlsb): every sheet, including hidden ones, cell by cell, as `xlsx` does.
//!
//! The package is measured before the library parses it, and a part may not be larger than the
//! memory limit: its records say how long they are.

#[cfg(test)]
mod tests;

use crate::format::fault::{contained, damaged, of_io};
use crate::format::package;
use crate::format::rows::{Rows, Stopped};
use crate::format::sheets::{Next, SHEETS, Sheets, cell_of, too_many_sheets, worksheets};
use crate::limits::Limits;
use calamine::{Reader as _, Xlsb, XlsbError};
use std::io::{BufReader, Read, Seek};

/// Reads a file, and delivers each row to `rows`, sheet by sheet. `at` is the number of the row in
/// its sheet, from 1.
pub(crate) fn read(file: impl Read + Seek, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    let mut file = BufReader::new(file);
    let length = contained(0, || package::measure(&mut file, limits, rows))?;
    let mut book = contained(0, || Xlsb::new(&mut file).map_err(|error| stopped(error, 0)))?;
    let names = worksheets(book.sheets_metadata());
    let mut sheets = Sheets::new(limits, rows, length);
    names.iter().take(SHEETS).try_for_each(|name| read_sheet(&mut sheets, &mut book, name))?;
    if names.len() > SHEETS { Err(too_many_sheets()) } else { Ok(()) }
}

fn read_sheet<F: Read + Seek>(sheets: &mut Sheets<'_>, book: &mut Xlsb<F>, name: &str) -> Result<(), Stopped> {
    sheets.begin(name)?;
    let mut reader = contained(0, || book.worksheet_cells_reader(name).map_err(|error| stopped(error, 0)))?;
    sheets.cells(|at| match reader.next_cell() {
        Ok(Some(cell)) => Ok(Next::Cell(cell.get_position(), cell_of(cell.get_value()))),
        Ok(None) => Ok(Next::End),
        Err(XlsbError::CellError(_)) => Ok(Next::UnknownError),
        Err(error @ (XlsbError::Io(_) | XlsbError::Zip(_))) => Err(stopped(error, at)),
        Err(_) => Ok(Next::Unreadable),
    })
}

/// The library's error may quote the file, so it is not passed on.
fn stopped(error: XlsbError, at: u64) -> Stopped {
    match error {
        XlsbError::Password => damaged("the spreadsheet is protected by a password; save it without", at),
        XlsbError::Io(error) | XlsbError::Zip(zip::result::ZipError::Io(error)) => of_io(error, at),
        _ => damaged("the spreadsheet is damaged", at),
    }
}
