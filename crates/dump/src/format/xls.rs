//! Spreadsheets of Excel before 2007 (.xls, BIFF 5 and 8): every sheet, including hidden ones, cell
//! by cell, in the order of the file.
//!
//! The library for the other kinds holds each sheet as a rectangle of all its cells, however few
//! there are, and reads nothing of a file that is truncated. Here a row is held at a time, beside
//! the shared strings, which are held against the memory limit. Formulas give the value stored with
//! them; numbers have been through floating point; dates are ISO dates.

mod book;
mod cells;
mod dates;
mod record;
mod strings;
#[cfg(test)]
mod tests;

use crate::container::Compound;
use crate::format::fault::{damaged, of_io};
use crate::format::rows::{Rows, Stopped};
use crate::format::sheets::{SHEETS, Sheets, too_many_sheets};
use crate::limits::Limits;
use book::{Book, Failure};
use cells::Cells;
use record::{Records, id};
use std::io::{BufReader, Read, Seek, SeekFrom};

/// Types of a part that have cells: a sheet, and a sheet of macros.
const SHEET_TYPES: [u16; 2] = [0x0010, 0x0040];

/// Reads a file, and delivers each row to `rows`, sheet by sheet. `at` is the number of the row in
/// its sheet, from 1.
pub(crate) fn read(mut file: impl Read + Seek, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    let length = file.seek(SeekFrom::End(0))?;
    let stream = Compound::open(file).and_then(Compound::into_workbook).map_err(|error| of_io(error, 0))?;
    let mut records = Records::new(BufReader::new(stream));
    let book = Book::read(&mut records, limits).map_err(|failure| match failure {
        Failure::Password => damaged("the spreadsheet is protected by a password; save it without", 0),
        Failure::TooLarge => damaged("the shared strings of the spreadsheet are too large; raise --max-whole", 0),
        Failure::TooOld => damaged("the spreadsheet is of an Excel before version 5; save it as xlsx or CSV", 0),
        Failure::Input(error) => of_io(error, 0),
    })?;
    let mut sheets = Sheets::new(limits, rows, length);
    let mut count = 0;
    loop {
        let at = records.at();
        match records.next() {
            Ok(true) => {}
            Ok(false) if count > 0 || book.sheets == 0 => return Ok(()),
            Ok(false) => return Err(damaged("the spreadsheet is truncated: its sheets are missing", 0)),
            Err(error) => return Err(of_io(error, 0)),
        }
        if records.id() != id::BEGIN {
            continue;
        }
        count += 1;
        if count > SHEETS {
            return Err(too_many_sheets());
        }
        let is_sheet = records.short(2).is_some_and(|kind| SHEET_TYPES.contains(&kind));
        if is_sheet {
            sheets.begin(book.names.get(&at).map_or("", |name| name))?;
        }
        Cells { book: &book, sheets: &mut sheets, is_sheet }.read(&mut records)?;
    }
}
