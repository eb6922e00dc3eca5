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
use crate::format::beside::Strings as Known;
use crate::format::fault::{damaged, of_io};
use crate::format::rows::{Outside, Rows, Stopped};
use crate::format::sheets::{SHEETS, Sheets, too_many_sheets};
use crate::limits::Limits;
use book::{Book, Failure};
use cells::Cells;
use record::{Records, id};
use std::io::{BufReader, Read, Seek, SeekFrom};

/// Types of a part that have cells: a sheet, and a sheet of macros.
const SHEET_TYPES: [u16; 2] = [0x0010, 0x0040];

/// Memory of a shared text, at least.
const STRING_BYTES: usize = 8;

/// Bytes that are read at a time of what is not the workbook.
const READ_BYTES: usize = 64 << 10;

/// Reads a file, and delivers each row to `rows`, sheet by sheet. `at` is the number of the row in
/// its sheet, from 1.
pub(crate) fn read(mut file: impl Read + Seek, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut sheets = Sheets::new(limits, rows, length);
    let compound = Compound::open(file).map_err(|error| of_io(error, 0))?;
    let compound = other_streams(compound, length, &mut sheets)?;
    let stream = compound.into_workbook().map_err(|error| of_io(error, 0))?;
    let mut records = Records::new(BufReader::new(stream));
    let book = Book::read(&mut records, limits, &mut sheets).map_err(|failure| match failure {
        Failure::Password => damaged("the spreadsheet is protected by a password; save it without", 0),
        Failure::TooLarge => damaged("the shared strings of the spreadsheet are too large; raise --max-whole", 0),
        Failure::TooOld => damaged("the spreadsheet is of an Excel before version 5; save it as xlsx or CSV", 0),
        Failure::Input(error) => of_io(error, 0),
        Failure::Stopped(stopped) => stopped,
    })?;
    sheets.end_passed(0)?;
    let mut shared = Known::new(limits.whole / STRING_BYTES);
    read_sheets(&mut records, &book, &mut sheets, &mut shared)?;
    // Texts that no cell has.
    let texts = (0..book.strings.count()).filter(|&number| !shared.is_known(number));
    let texts = texts.filter_map(|number| book.strings.get(u32::try_from(number).ok()?));
    texts.into_iter().try_for_each(|text| sheets.outside(0, text, Outside::Malformed))
}

/// Properties, caches of pivots, embedded documents: what of them is a text.
fn other_streams<R: Read + Seek>(
    mut compound: Compound<R>,
    length: u64,
    sheets: &mut Sheets<'_>,
) -> Result<Compound<R>, Stopped> {
    let (mut buffer, mut sum) = (vec![0; READ_BYTES], 0);
    for number in compound.others() {
        let mut stream = compound.into_stream(number);
        // What is damaged here does not hide the sheets.
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            sheets.passed(0, &buffer[..count], false)?;
            sum += count as u64;
            if sum > length {
                return Err(damaged("the spreadsheet is damaged: its streams overlap", 0));
            }
        }
        sheets.passed(0, &[], true)?;
        compound = stream.into_compound();
    }
    sheets.end_passed(0)?;
    Ok(compound)
}

fn read_sheets<R: Read>(
    records: &mut Records<R>,
    book: &Book,
    sheets: &mut Sheets<'_>,
    shared: &mut Known,
) -> Result<(), Stopped> {
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
        Cells { book, sheets, is_sheet, shared }.read(records)?;
    }
}
