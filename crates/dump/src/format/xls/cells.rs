//! The cells of one sheet, in the order of its records.

use super::book::Book;
use super::record::{Records, id};
use super::strings::text_at;
use crate::format::beside::Strings as Known;
use crate::format::fault::of_io;
use crate::format::rows::{Cell, Stopped};
use crate::format::sheets::{Row, Sheets, date_of, truth};
use calamine::{ExcelDateTime, ExcelDateTimeType};
use std::borrow::Cow;
use std::io::{self, Read};

/// Bytes of a cell before its value: row, column, format.
const CELL_BYTES: usize = 6;

/// Where the result of a formula ends.
const RESULT_END: usize = CELL_BYTES + 8;

/// Records that hold cells, beside formulas.
const CELLS: [u16; 8] =
    [id::TRUTH_OR_ERROR, id::RESULT, id::NUMBERS, id::FLOAT, id::NUMBER, id::SHARED_TEXT, id::TEXT, id::RICH_TEXT];

/// Bytes of a format and a short number, of which a record may have many.
const NUMBER_BYTES: usize = 6;

/// How the result of a formula ends if it is no number.
const NO_NUMBER: [u8; 2] = [0xff; 2];

/// Reads one part of a workbook, which may be a sheet.
pub(super) struct Cells<'c, 'r> {
    pub(super) book: &'c Book,
    pub(super) sheets: &'c mut Sheets<'r>,
    pub(super) is_sheet: bool,
    /// Which shared texts cells have.
    pub(super) shared: &'c mut Known,
}

impl<'c> Cells<'c, '_> {
    /// Reads to the end of the part. What was read before an error is delivered.
    pub(super) fn read<R: Read>(mut self, records: &mut Records<R>) -> Result<(), Stopped> {
        let mut row = Row::default();
        // Charts are parts within a sheet.
        let mut depth = 1;
        // The cell of a formula whose result follows as a text.
        let mut awaited = None;
        while depth > 0 {
            match records.next() {
                Ok(true) => {}
                // The end of the last sheet is often missing.
                Ok(false) => break,
                Err(error) => {
                    self.sheets.end(&mut row)?;
                    return Err(of_io(error, row.at()));
                }
            }
            match records.id() {
                id::BEGIN => depth += 1,
                id::END => depth -= 1,
                _ if depth == 1 && self.is_sheet => {
                    if let Err(error) = self.record(records, &mut row, &mut awaited)? {
                        self.sheets.end(&mut row)?;
                        return Err(of_io(error, row.at()));
                    }
                }
                _ => self.sheets.passed(row.at(), records.data(), true)?,
            }
        }
        self.sheets.end(&mut row)?;
        self.sheets.end_passed(row.at())
    }

    /// Reads one record. The inner error is the input's.
    fn record<R: Read>(
        &mut self,
        records: &mut Records<R>,
        row: &mut Row<'c>,
        awaited: &mut Option<(u32, u32)>,
    ) -> Result<io::Result<()>, Stopped> {
        let kind = records.id();
        if kind == id::RESULT {
            let Some(place) = awaited.take() else { return Ok(Ok(())) };
            return match self.text(records, 0) {
                Ok(text) => self.sheets.cell(row, place, text).map(Ok),
                Err(error) => Ok(Err(error)),
            };
        }
        if !CELLS.contains(&kind) && !id::FORMULA.contains(&kind) {
            return self.sheets.passed(row.at(), records.data(), true).map(Ok);
        }
        let (Some(number), Some(column)) = (records.short(0), records.short(2)) else { return Ok(Ok(())) };
        let place = (u32::from(number), u32::from(column));
        if kind == id::NUMBERS {
            // Pairs of format and number, and the last column.
            let count = records.data().len().saturating_sub(CELL_BYTES) / NUMBER_BYTES;
            for n in 0..count {
                let at = 4 + n * NUMBER_BYTES;
                let (Some(format), Some(value)) = (records.short(at), records.long(at + 2)) else { break };
                let cell = self.number(short_number(value), format);
                self.sheets.cell(row, (place.0, place.1 + n as u32), cell)?;
            }
            return Ok(Ok(()));
        }
        let format = records.short(4).unwrap_or(0);
        let double = |at: usize| records.data().get(at..)?.first_chunk().map(|bytes| f64::from_le_bytes(*bytes));
        let cell = match kind {
            id::FLOAT => double(CELL_BYTES).map(|number| self.number(number, format)),
            id::NUMBER => records.long(CELL_BYTES).map(|value| self.number(short_number(value), format)),
            id::SHARED_TEXT => {
                let number = records.long(CELL_BYTES);
                if let Some(number) = number {
                    self.shared.refer_to(number as usize);
                }
                number.and_then(|number| self.book.strings.get(number)).map(shared)
            }
            id::TEXT | id::RICH_TEXT => match self.text(records, CELL_BYTES) {
                Ok(text) => Some(text),
                Err(error) => return Ok(Err(error)),
            },
            id::TRUTH_OR_ERROR => match records.data().get(CELL_BYTES..) {
                Some([value, 0, ..]) => Some(truth(*value != 0)),
                _ => None,
            },
            kind if id::FORMULA.contains(&kind) => {
                let result = records.data().get(CELL_BYTES..).and_then(|bytes| bytes.first_chunk::<8>());
                *awaited = None;
                // The formula itself.
                self.sheets.passed(row.at(), records.data().get(RESULT_END..).unwrap_or_default(), true)?;
                match result {
                    Some([0, .., a, b]) if [*a, *b] == NO_NUMBER => {
                        *awaited = Some(place);
                        None
                    }
                    Some([1, _, value, .., a, b]) if [*a, *b] == NO_NUMBER => Some(truth(*value != 0)),
                    Some([.., a, b]) if [*a, *b] == NO_NUMBER => None,
                    Some(number) => Some(self.number(f64::from_le_bytes(*number), format)),
                    None => None,
                }
            }
            _ => None,
        };
        match cell {
            Some(cell) => self.sheets.cell(row, place, cell).map(Ok),
            None => Ok(Ok(())),
        }
    }

    /// A text with its length in front.
    fn text<R: Read>(&self, records: &mut Records<R>, at: usize) -> io::Result<Cell<'c>> {
        let text = if self.book.is_unicode {
            text_at(records, at)?
        } else {
            let count = usize::from(records.short(at).unwrap_or(0));
            let bytes = records.data().get(at + 2..).unwrap_or_default();
            self.book.decode(&bytes[..bytes.len().min(count)])
        };
        Ok(if text.is_empty() { Cell::Nothing } else { Cell::Text(Cow::Owned(text)) })
    }

    fn number(&self, number: f64, format: u16) -> Cell<'c> {
        if self.book.is_date(format) {
            date_of(&ExcelDateTime::new(number, ExcelDateTimeType::DateTime, self.book.is_1904))
        } else {
            Cell::float(number)
        }
    }
}

fn shared(text: &str) -> Cell<'_> {
    if text.is_empty() { Cell::Nothing } else { Cell::Text(Cow::Borrowed(text)) }
}

/// A number of 30 bits: whole, or the front of a double; perhaps a hundred times too large.
fn short_number(value: u32) -> f64 {
    let number =
        if value & 2 == 0 { f64::from_bits(u64::from(value & !3) << 32) } else { f64::from(value.cast_signed() >> 2) };
    if value & 1 == 0 { number } else { number / 100.0 }
}
