//! Zip archives that can be read in any order: the directory at the end says what there is, and a damaged entry does not
//! hide the next.

use super::entry::{ENCRYPTED, Exactly, Foreign, UNKNOWN_METHOD, inside, zip_entry};
use crate::container::compression::Origin;
use crate::container::method::Method;
use crate::container::visit::Visit;
use crate::container::walk::{Place, Walk};
use crate::halt::Halt;
use std::io::{self, Read, Seek, SeekFrom};
use zip::CompressionMethod;
use zip::read::{Config, ZipFileEntry, ZipReadOptions};
// Unstable, and the only reader of the library that does not hold the whole directory in memory.
use zip::unstable::read::ZipIterable;

/// Bytes of an entry's own header in front of its name.
const LOCAL_HEADER_BYTES: usize = 30;

const WHAT: &str = "the zip archive";

/// What a zip archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// A spreadsheet of the xlsx format.
    Workbook,
    /// A document of another kind.
    Office(&'static str),
    Archive,
    /// The directory cannot be read.
    NoDirectory,
}

/// Decides by the names in the directory.
pub(crate) fn look<R: Read + Seek>(walk: &Walk<'_>, reader: &mut R) -> Look {
    let Ok(mut archive) = ZipIterable::try_new(reader, Config::default()) else { return Look::NoDirectory };
    let Ok(files) = archive.files() else { return Look::NoDirectory };
    let (mut is_package, mut has_sheets, mut is_binary) = (false, false, false);
    for entry in files.take(usize::try_from(walk.limits.entries).unwrap_or(usize::MAX)).map_while(Result::ok) {
        match entry.name_raw() {
            b"[Content_Types].xml" => is_package = true,
            b"xl/workbook.bin" => is_binary = true,
            b"mimetype" => return Look::Office("an OpenDocument file or a book; save a spreadsheet as xlsx or CSV"),
            name => has_sheets |= name.starts_with(b"xl/"),
        }
    }
    match (is_package, has_sheets) {
        (true, _) if is_binary => Look::Office("a binary spreadsheet (xlsb); save it as xlsx or CSV"),
        (true, true) => Look::Workbook,
        (true, false) => Look::Office("an Office document that is not a spreadsheet"),
        _ => Look::Archive,
    }
}

/// Hands over the files of an archive. `is_file`: the reader is the input file itself.
pub(crate) fn zipped<R: Read + Seek + Send>(
    walk: &Walk<'_>,
    reader: &mut R,
    is_file: bool,
    place: &Place,
    visit: &mut dyn Visit,
) -> Result<(), Halt> {
    let Ok(mut archive) = ZipIterable::try_new(reader, Config::default()) else {
        walk.note(format!("{WHAT} has no directory"));
        return Ok(());
    };
    let Ok(files) = archive.files() else { return Ok(()) };
    while let Some(entry) = files.next() {
        let Ok(entry) = entry else {
            walk.note(format!("the directory of {WHAT} is damaged, and what is behind that place was not read"));
            return Ok(());
        };
        if is_directory(&entry) {
            continue;
        }
        let place = place.entry(entry.name_raw());
        if !walk.enter(&place) {
            return Ok(());
        }
        match unread(&entry) {
            Some(why) => visit.skip(place, why)?,
            None => one(walk, files.reader_mut(), entry, is_file, &place, visit)?,
        }
    }
    Ok(())
}

fn is_directory(entry: &ZipFileEntry<'_>) -> bool {
    entry.name_raw().ends_with(b"/") || entry.is_dir()
}

fn unread(entry: &ZipFileEntry<'_>) -> Option<&'static str> {
    if entry.encrypted() {
        return Some(ENCRYPTED);
    }
    if entry.is_symlink() {
        return Some("a link");
    }
    let is_read = entry.compression() == CompressionMethod::Deflate64 || method(entry).is_some();
    (!is_read).then_some(UNKNOWN_METHOD)
}

fn method(entry: &ZipFileEntry<'_>) -> Option<Method> {
    match entry.compression() {
        CompressionMethod::Stored => Some(Method::Stored),
        CompressionMethod::Deflated => Some(Method::Deflate),
        CompressionMethod::Bzip2 => Some(Method::Bzip2),
        CompressionMethod::Zstd => Some(Method::Zstd),
        CompressionMethod::Xz => Some(Method::Xz),
        _ => None,
    }
}

fn one<R: Read + Seek + Send>(
    walk: &Walk<'_>,
    reader: &mut R,
    entry: ZipFileEntry<'_>,
    is_file: bool,
    place: &Place,
    visit: &mut dyn Visit,
) -> Result<(), Halt> {
    if is_file {
        walk.stand_at(entry.header_start());
    }
    let Some(method) = method(&entry) else {
        // Deflate64, which only this library reads.
        let Ok(file) = entry.with_reader(reader, ZipReadOptions::default()) else {
            {
                walk.note("the zip entry is damaged");
                return Ok(());
            }
        };
        return visit.content(&mut Foreign { walk, input: file }, &inside(place));
    };
    let Ok(start) = data_start(reader, entry.header_start()) else {
        {
            walk.note("the zip entry has no header of its own: the archive is cut or damaged");
            return Ok(());
        }
    };
    let origin = if is_file { Origin::File(start) } else { Origin::Inner };
    let mut data = Exactly { walk, input: reader, left: entry.compressed_size(), what: WHAT };
    zip_entry(walk, &mut data, (method, origin, entry.crc32()), place, visit)
}

/// Goes to the bytes of an entry, which stand behind its own header, and says where that is.
fn data_start<R: Read + Seek>(reader: &mut R, header: u64) -> io::Result<u64> {
    let mut bytes = [0; LOCAL_HEADER_BYTES];
    reader.seek(SeekFrom::Start(header))?;
    reader.read_exact(&mut bytes)?;
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let length = |at: usize| u64::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    reader.seek(SeekFrom::Start(header + LOCAL_HEADER_BYTES as u64 + length(26) + length(28)))
}
