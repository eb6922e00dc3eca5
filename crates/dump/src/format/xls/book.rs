//! What a workbook says in front of its sheets: their names, the texts that cells share, formats.

use super::dates::{is_date, is_known_date};
use super::record::{Records, id};
use super::strings::{Strings, short_text, text_at};
use crate::format::rows::Stopped;
use crate::format::sheets::Sheets;
use crate::limits::Limits;
use encoding_rs::Encoding;
use std::collections::{HashMap, HashSet};
use std::io::{self, Read};

/// The version of Excel 97 and later.
const VERSION_8: u16 = 0x0600;

/// Maximum formats of cells, and names of sheets.
const FORMATS: usize = 65_536;

/// Why a workbook cannot be read.
pub(super) enum Failure {
    Password,
    /// The shared texts exceed the memory limit.
    TooLarge,
    TooOld,
    Input(io::Error),
    Stopped(Stopped),
}

impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Input(error)
    }
}

pub(super) struct Book {
    /// Of Excel 97 and later, whose texts are Unicode.
    pub(super) is_unicode: bool,
    pub(super) encoding: &'static Encoding,
    /// The names of sheets, by the positions at which they begin.
    pub(super) names: HashMap<u64, String>,
    pub(super) sheets: usize,
    pub(super) strings: Strings,
    /// Whether the cells of each format show dates.
    are_dates: Vec<bool>,
    pub(super) is_1904: bool,
}

impl Book {
    /// Reads to the end of the first part. `sheets` gets what is neither of cells nor of sheets.
    pub(super) fn read<R: Read>(
        records: &mut Records<R>,
        limits: &Limits,
        sheets: &mut Sheets<'_>,
    ) -> Result<Self, Failure> {
        // What is no record is no workbook, however long it says that it is.
        if !records.next().unwrap_or(false) {
            return Err(io::Error::from(io::ErrorKind::InvalidData).into());
        }
        match records.id() {
            id::BEGIN => {}
            old if id::BEGIN_OLD.contains(&old) => return Err(Failure::TooOld),
            _ => return Err(io::Error::from(io::ErrorKind::InvalidData).into()),
        }
        let mut book = Self {
            is_unicode: records.short(0).is_none_or(|version| version >= VERSION_8),
            encoding: encoding_rs::WINDOWS_1252,
            names: HashMap::new(),
            sheets: 0,
            strings: Strings::default(),
            are_dates: Vec::new(),
            is_1904: false,
        };
        let (mut cell_formats, mut dates, mut others) = (Vec::new(), HashSet::new(), HashSet::new());
        while records.next()? && records.id() != id::END {
            match records.id() {
                id::PASSWORD => return Err(Failure::Password),
                id::CODE_PAGE => book.encoding = encoding(records.short(0).unwrap_or(0)),
                id::DATES_FROM_1904 => book.is_1904 = records.short(0) == Some(1),
                id::SHEET => book.sheet(records),
                id::STRINGS => book.read_strings(records, limits)?,
                id::CELL_FORMAT if cell_formats.len() < FORMATS => cell_formats.extend(records.short(2)),
                id::FORMAT => {
                    let number = records.short(0).unwrap_or(0);
                    let format = if book.is_unicode { text_at(records, 2)? } else { book.bytes_at(records.data(), 3) };
                    if is_date(&format) {
                        dates.insert(number)
                    } else {
                        others.insert(number)
                    };
                }
                _ => sheets.passed(0, records.data(), true)?,
            }
        }
        let shows_date = |format: &u16| dates.contains(format) || (is_known_date(*format) && !others.contains(format));
        book.are_dates = cell_formats.iter().map(shows_date).collect();
        Ok(book)
    }

    fn read_strings<R: Read>(&mut self, records: &mut Records<R>, limits: &Limits) -> Result<(), Failure> {
        if self.strings.read(records, limits.whole)? { Ok(()) } else { Err(Failure::TooLarge) }
    }

    /// Whether cells of this format show dates.
    pub(super) fn is_date(&self, format: u16) -> bool {
        self.are_dates.get(usize::from(format)).copied().unwrap_or(false)
    }

    /// Text of one encoding from a position on.
    pub(super) fn bytes_at(&self, data: &[u8], at: usize) -> String {
        self.decode(data.get(at..).unwrap_or_default())
    }

    /// Text of one encoding.
    pub(super) fn decode(&self, bytes: &[u8]) -> String {
        self.encoding.decode_without_bom_handling(bytes).0.into_owned()
    }

    fn sheet<R: Read>(&mut self, records: &Records<R>) {
        self.sheets += 1;
        let data = records.data();
        let (Some(at), Some(&count)) = (records.long(0), data.get(6)) else { return };
        let text = data.get(7..).unwrap_or_default();
        let name = if self.is_unicode {
            short_text(text, usize::from(count))
        } else {
            self.decode(&text[..text.len().min(usize::from(count))])
        };
        if self.names.len() < FORMATS {
            self.names.insert(u64::from(at), name);
        }
    }
}

/// The encoding of a code page of Windows.
fn encoding(page: u16) -> &'static Encoding {
    match page {
        874 => encoding_rs::WINDOWS_874,
        866 => encoding_rs::IBM866,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1256 => encoding_rs::WINDOWS_1256,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        10_000 | 32_768 => encoding_rs::MACINTOSH,
        _ => encoding_rs::WINDOWS_1252,
    }
}
