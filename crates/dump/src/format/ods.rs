//! Spreadsheets of `OpenDocument` (.ods): every sheet, row by row, as `content.xml` comes.
//!
//! The library for the other kinds holds all cells of a file, and writes out rows that are said to
//! be repeated; here a row is held at a time. Numbers have been through floating point; formulas
//! give the value stored with them. What stands beside cells goes to the scanner (`beside`).

mod cells;
#[cfg(test)]
mod tests;

use crate::format::beside::Beside;
use crate::format::fault::{contained, damaged, of_io};
use crate::format::office_xml::{Piece, piece};
use crate::format::package::{Bounded, HEAD_BYTES, Sum, check_directory, of_zip};
use crate::format::rows::{Rows, Stopped};
use crate::format::sheets::{Sheets, expands};
use crate::format::window::Window;
use crate::limits::{Limits, RATIO_ASKED_FROM};
use cells::Cells;
use std::collections::HashSet;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use zip::ZipArchive;

/// Bytes of the list of parts in which encryption is searched.
const MANIFEST_BYTES: u64 = 1 << 20;

/// Reads a file, and delivers each row to `rows`, sheet by sheet. `at` is the number of the row in
/// its sheet, from 1.
pub(crate) fn read(file: impl Read + Seek, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    let mut file = BufReader::new(file);
    let length = file.seek(SeekFrom::End(0))?;
    check_directory(&mut file, length, limits)?;
    file.rewind()?;
    let mut archive = contained(0, || ZipArchive::new(&mut file).map_err(of_zip))?;
    if is_encrypted(&mut archive) {
        return Err(damaged("the spreadsheet is protected by a password; save it without", 0));
    }
    let mut sum = Sum { bytes: 0, max: RATIO_ASKED_FROM.max(limits.ratio.saturating_mul(length)) };
    read_content(&mut archive, &mut sum, length, limits, rows)?;
    read_others(&mut archive, &mut sum, limits, rows)
}

/// Reads the sheets.
fn read_content(
    archive: &mut ZipArchive<impl Read + Seek>,
    sum: &mut Sum,
    length: u64,
    limits: &Limits,
    rows: &mut dyn Rows,
) -> Result<(), Stopped> {
    let entry = contained(0, || archive.by_name("content.xml").map_err(of_zip))?;
    let mut window = Window::new(Bounded { entry, sum });
    let mut cells = Cells::new(Sheets::new(limits, rows, length), limits.record);
    let (is_done, what) = parse(&mut window, &mut cells, limits)?;
    cells.finish()?;
    match (window.finish(), what) {
        (Err(error), _) if error.kind() == io::ErrorKind::QuotaExceeded => Err(expands(limits, cells.at())),
        (Err(error), _) => Err(of_io(error, cells.at())),
        (Ok(()), Some(what)) => Err(damaged(what, cells.at())),
        (Ok(()), None) if !is_done => Err(damaged("the spreadsheet is truncated", cells.at())),
        (Ok(()), None) => Ok(()),
    }
}

/// Reads what the other parts say: headers and footers, charts, properties.
fn read_others(
    archive: &mut ZipArchive<impl Read + Seek>,
    sum: &mut Sum,
    limits: &Limits,
    rows: &mut dyn Rows,
) -> Result<(), Stopped> {
    let mut beside = Beside::new(rows, HashSet::new(), 0);
    for number in 0..archive.len() {
        let entry = contained(0, || archive.by_index(number).map_err(of_zip))?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let mut window = Window::new(Bounded { entry, sum });
        beside.begin(&name, window.peek(HEAD_BYTES));
        while beside.is_read() {
            let length = match piece(&mut window, limits.record) {
                Piece::End => break,
                Piece::TooLong | Piece::Unsupported => {
                    let what = "a part of the spreadsheet beside its cells has a text that is too long (raise --max-record), \
                                or unsupported markup";
                    return Err(damaged(what, 0));
                }
                Piece::Tag(length) => {
                    beside.tag(&window.bytes()[..length])?;
                    length
                }
                Piece::Other(length) => {
                    beside.text(&window.bytes()[..length])?;
                    length
                }
            };
            window.skip(length);
        }
        beside.end()?;
        window.finish().map_err(|error| match error.kind() {
            io::ErrorKind::QuotaExceeded => expands(limits, 0),
            _ => of_io(error, 0),
        })?;
    }
    beside.finish();
    Ok(())
}

/// Reads all markup. Returns whether it is complete, and otherwise perhaps why not.
fn parse(
    window: &mut Window<impl Read>,
    cells: &mut Cells<'_>,
    limits: &Limits,
) -> Result<(bool, Option<&'static str>), Stopped> {
    loop {
        let length = match piece(window, limits.record) {
            Piece::End => return Ok((cells.is_done(), None)),
            Piece::TooLong => {
                let what = "a cell of the spreadsheet, or something else in it, is longer than the longest record; \
                            raise --max-record";
                return Ok((false, Some(what)));
            }
            Piece::Unsupported => return Ok((false, Some("the spreadsheet has unsupported markup"))),
            Piece::Tag(length) => {
                cells.tag(&window.bytes()[..length])?;
                length
            }
            Piece::Other(length) => {
                cells.text(&window.bytes()[..length])?;
                length
            }
        };
        window.skip(length);
    }
}

/// Whether the list of parts says that they are encrypted.
fn is_encrypted(archive: &mut ZipArchive<impl Read + Seek>) -> bool {
    let mut text = Vec::new();
    if let Ok(part) = archive.by_name("META-INF/manifest.xml") {
        // Without a list nothing is encrypted.
        let _ = part.take(MANIFEST_BYTES).read_to_end(&mut text);
    }
    memchr::memmem::find(&text, b"encryption-data").is_some()
}
