//! Errors of the spreadsheet library, and what may be reported of them.

use crate::contain_panics;
use crate::format::rows::Stopped;
use calamine::XlsxError;
use std::io;

/// Calls the library, whose assertions a hostile file may reach.
pub(super) fn contained<T>(at: u64, call: impl FnOnce() -> Result<T, Stopped>) -> Result<T, Stopped> {
    contain_panics::caught(call).unwrap_or_else(|| Err(damaged("the spreadsheet is damaged", at)))
}

pub(super) fn damaged(what: &str, at: u64) -> Stopped {
    Stopped::Damaged { what: what.to_owned(), at }
}

/// The library's error may quote the file, so it is not passed on.
pub(super) fn stopped(error: XlsxError, at: u64) -> Stopped {
    match error {
        XlsxError::Password => damaged("the spreadsheet is protected by a password; save it without", at),
        XlsxError::Io(error) | XlsxError::Zip(zip::result::ZipError::Io(error)) => of_io(error, at),
        _ => damaged("the spreadsheet is damaged", at),
    }
}

/// Decompressors of a package report damaged data by these kinds of errors; other kinds come from
/// the disk.
pub(super) fn of_io(error: io::Error, at: u64) -> Stopped {
    use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    match error.kind() {
        UnexpectedEof => damaged("the spreadsheet is truncated", at),
        InvalidData | InvalidInput | Other => damaged("the spreadsheet is damaged", at),
        _ => Stopped::Input(error),
    }
}
