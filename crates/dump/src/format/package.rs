//! The package around a spreadsheet: measures what it holds before anything in it is trusted.

use crate::format::beside::Beside;
use crate::format::fault::{damaged, of_io};
use crate::format::meter::{self, Verdict};
use crate::format::office_xml::{Piece, attribute, piece};
use crate::format::rows::{Rows, Stopped};
use crate::format::sheets::expands;
use crate::format::window::Window;
use crate::limits::{Limits, RATIO_ASKED_FROM};
use std::collections::HashSet;
use std::io::{self, Read, Seek, SeekFrom};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

/// Where the records at the end of an archive are searched: the longest comment, and the records
/// themselves.
const TAIL_BYTES: u64 = (64 << 10) + 256;

/// Divisor for a directory's share of the memory limit: in memory it is many times as large.
const DIRECTORY_PART: u64 = 16;

const END_OF_DIRECTORY: &[u8] = b"PK\x05\x06";
const END_OF_DIRECTORY_64: &[u8] = b"PK\x06\x06";

/// Bytes of a part by which it is known.
pub(super) const HEAD_BYTES: usize = 8;

/// Memory of a shared string, at least.
const STRING_BYTES: usize = 48;

/// Names of the part with the shared strings.
const STRINGS: [&str; 2] = ["sharedstrings.xml", "sharedstrings.bin"];

/// Rejects a package whose parts exceed the limits, and delivers what is in them beside the cells
/// of sheets. Returns its length.
pub(super) fn measure(file: &mut (impl Read + Seek), limits: &Limits, rows: &mut dyn Rows) -> Result<u64, Stopped> {
    let length = file.seek(SeekFrom::End(0))?;
    check_directory(file, length, limits)?;
    file.rewind()?;
    let mut archive = ZipArchive::new(&mut *file).map_err(of_zip)?;
    if archive.len() as u64 > limits.entries {
        let what = format!(
            "the spreadsheet has more than {} entries; if this is expected, raise --max-entries",
            limits.entries
        );
        return Err(damaged(&what, 0));
    }
    let mut bytes = Sum { bytes: 0, max: RATIO_ASKED_FROM.max(limits.ratio.saturating_mul(length)) };
    let sheets = sheets(&mut archive, limits)?;
    let mut beside = Beside::new(rows, sheets, limits.whole / STRING_BYTES);
    let mut strings = None;
    for number in 0..archive.len() {
        if measure_entry(&mut archive, number, &mut bytes, limits, &mut beside)? {
            strings = Some(number);
        }
    }
    if let Some(number) = strings.filter(|_| beside.has_more_strings()) {
        measure_entry(&mut archive, number, &mut bytes, limits, &mut beside)?;
    }
    beside.finish();
    drop(archive);
    file.rewind()?;
    Ok(length)
}

/// The paths of the parts that the workbook lists as sheets, in lower case.
fn sheets(archive: &mut ZipArchive<impl Read + Seek>, limits: &Limits) -> Result<HashSet<String>, Stopped> {
    let (mut found, mut numbers) = (HashSet::new(), 0..archive.len());
    // In front of the links of a workbook is the folder of what they name.
    let folder = |number: usize| {
        let entry = archive.by_index_raw(number).ok()?;
        let name = String::from_utf8_lossy(entry.name_raw()).replace('\\', "/").to_lowercase();
        let (folder, links) = name.rsplit_once("_rels/")?;
        (links.starts_with("workbook")).then(|| (number, folder.to_owned()))
    };
    let Some((number, folder)) = numbers.find_map(folder) else { return Ok(found) };
    let entry = archive.by_index(number).map_err(of_zip)?;
    let mut window = Window::new(entry.take(limits.whole as u64 / DIRECTORY_PART));
    loop {
        let length = match piece(&mut window, limits.record) {
            Piece::Other(length) => length,
            Piece::Tag(length) => {
                let tag = &window.bytes()[..length];
                let is_sheet = attribute(tag, b"Type").is_some_and(|kind| kind.ends_with("worksheet"));
                if let Some(target) = attribute(tag, b"Target").filter(|_| is_sheet) {
                    let target = target.replace('\\', "/").to_lowercase();
                    found.insert(target.strip_prefix('/').map_or_else(|| format!("{folder}{target}"), str::to_owned));
                }
                length
            }
            // Measuring says what is wrong with it.
            Piece::TooLong | Piece::Unsupported | Piece::End => return Ok(found),
        };
        window.skip(length);
    }
}

/// Measures an entry. Returns whether it is the one of the shared strings.
fn measure_entry(
    archive: &mut ZipArchive<impl Read + Seek>,
    number: usize,
    sum: &mut Sum,
    limits: &Limits,
    beside: &mut Beside<'_>,
) -> Result<bool, Stopped> {
    let entry = archive.by_index(number).map_err(of_zip)?;
    if entry.encrypted() {
        return Err(damaged("the spreadsheet is encrypted; save it without a password", 0));
    }
    if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
        return Err(damaged("the spreadsheet is compressed with an unsupported method", 0));
    }
    let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
    let mut window = Window::new(Bounded { entry, sum });
    beside.begin(&name, window.peek(HEAD_BYTES));
    let verdict = meter::measure(&mut window, limits.record, limits.whole as u64, beside)?;
    window.finish().map_err(|error| match error.kind() {
        io::ErrorKind::QuotaExceeded => expands(limits, 0),
        _ => of_io(error, 0),
    })?;
    beside.end()?;
    match verdict {
        Verdict::Acceptable => Ok(STRINGS.iter().any(|strings| name.to_lowercase().ends_with(strings))),
        Verdict::TooLong => Err(damaged(
            "a cell of the spreadsheet, or something else in it, is longer than the longest record; raise --max-record",
            0,
        )),
        Verdict::TooLarge => {
            Err(damaged("a part of the spreadsheet that must be held in memory is too large; raise --max-whole", 0))
        }
        Verdict::Unsupported => Err(damaged("the spreadsheet has unsupported markup", 0)),
    }
}

/// The library reads the whole directory, and keeps much of each entry.
pub(super) fn check_directory(file: &mut (impl Read + Seek), length: u64, limits: &Limits) -> Result<(), Stopped> {
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut tail = Vec::new();
    file.by_ref().take(TAIL_BYTES).read_to_end(&mut tail)?;
    let max = limits.whole as u64 / DIRECTORY_PART;
    let is_long = |at: usize, size: usize| {
        let bytes = tail.get(at..at + size).map_or([0xff; 8], |bytes| {
            let mut all = [0; 8];
            all[..size].copy_from_slice(bytes);
            all
        });
        u64::from_le_bytes(bytes) > max
    };
    // A size of all ones is in a longer record.
    let is_elsewhere = |at: usize| tail.get(at..at + 4) == Some(&[0xff; 4]);
    let mut longer = memchr::memmem::find_iter(&tail, END_OF_DIRECTORY_64).peekable();
    let has_longer = longer.peek().is_some();
    let too_long = longer.any(|at| is_long(at + 40, 8))
        || memchr::memmem::find_iter(&tail, END_OF_DIRECTORY)
            .any(|at| is_long(at + 12, 4) && !(has_longer && is_elsewhere(at + 12)));
    if too_long {
        return Err(damaged(
            "the directory of the spreadsheet's archive is damaged or too large; raise --max-whole",
            0,
        ));
    }
    Ok(())
}

pub(super) fn of_zip(error: ZipError) -> Stopped {
    match error {
        ZipError::Io(error) => of_io(error, 0),
        _ => damaged("the spreadsheet is damaged or truncated: its archive cannot be read", 0),
    }
}

/// Bytes that all entries have become, and how many they may.
pub(super) struct Sum {
    pub(super) bytes: u64,
    pub(super) max: u64,
}

/// Reads an entry, as long as all entries together are within the limit.
pub(super) struct Bounded<'c, E> {
    pub(super) entry: E,
    pub(super) sum: &'c mut Sum,
}

impl<E: Read> Read for Bounded<'_, E> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.entry.read(buffer)?;
        self.sum.bytes += count as u64;
        if self.sum.bytes > self.sum.max { Err(io::ErrorKind::QuotaExceeded.into()) } else { Ok(count) }
    }
}
