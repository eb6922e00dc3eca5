//! Zip archives that can be read in any order: the directory at the end lists the entries, and a
//! damaged entry does not hide the next.

use super::entry::{ENCRYPTED, Exactly, LibraryDecoder, UNKNOWN_METHOD, inside, zip_entry};
use crate::container::compression::Origin;
use crate::container::member::FileFormat;
use crate::container::method::Method;
use crate::container::visit::Visit;
use crate::container::walk::{Location, Walk};
use crate::halt::Halt;
use std::io::{self, Read, Seek, SeekFrom};
use zip::CompressionMethod;
use zip::read::{Config, ZipFileEntry, ZipReadOptions};
// Unstable, but the only reader of the library that does not hold the whole directory in memory.
use zip::unstable::read::ZipIterable;

/// Bytes of an entry's own header before its name.
const LOCAL_HEADER_BYTES: usize = 30;

/// Bytes of the media type of a document by which it is known.
const MEDIA_TYPE_BYTES: u64 = 100;

const WHAT: &str = "the zip archive";

/// What a zip archive holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ZipKind {
    /// A spreadsheet.
    Tables(FileFormat),
    /// A document of another kind.
    Office(&'static str),
    Archive,
    /// The directory cannot be read.
    NoDirectory,
}

/// Documents of Office that are no spreadsheets.
const WORD: &str =
    "a Word document (docx); write it as text (libreoffice --headless --convert-to txt:Text FILE does that)";
const POWER_POINT: &str = "a PowerPoint document (pptx); save it as PDF (libreoffice --headless --convert-to pdf FILE \
                           does that), and write that as text (pdftotext -layout FILE.pdf does that)";
const OTHER: &str = "an Office document that is not a spreadsheet; save it as text";

/// Classifies an archive by the names in its directory.
pub(crate) fn classify<R: Read + Seek>(walk: &Walk<'_>, reader: &mut R) -> ZipKind {
    let Ok(mut archive) = ZipIterable::try_new(&mut *reader, Config::default()) else {
        return ZipKind::NoDirectory;
    };
    let Ok(files) = archive.files() else { return ZipKind::NoDirectory };
    let (mut is_package, mut has_sheets, mut is_binary, mut document) = (false, false, false, OTHER);
    for _ in 0..walk.limits.entries {
        let Some(Ok(entry)) = files.next() else { break };
        // Some writers put backslashes into names.
        let name: Vec<u8> = entry.name_raw().iter().map(|&b| if b == b'\\' { b'/' } else { b }).collect();
        match &name[..] {
            b"[Content_Types].xml" => is_package = true,
            b"xl/workbook.bin" => is_binary = true,
            b"mimetype" => return of_media_type(files.reader_mut(), entry),
            name if name.starts_with(b"Index/") && name.ends_with(b".iwa") => {
                return ZipKind::Office("a document of Apple Numbers, Pages or Keynote; export it as xlsx or CSV");
            }
            name if name.starts_with(b"word/") => document = WORD,
            name if name.starts_with(b"ppt/") => document = POWER_POINT,
            name => has_sheets |= name.starts_with(b"xl/"),
        }
    }
    match (is_package, has_sheets) {
        (true, _) if is_binary => ZipKind::Tables(FileFormat::Xlsb),
        (true, true) => ZipKind::Tables(FileFormat::Xlsx),
        (true, false) => ZipKind::Office(document),
        _ => ZipKind::Archive,
    }
}

/// By the media type, which is the first entry of such a document.
fn of_media_type<R: Read + Seek>(reader: &mut R, entry: ZipFileEntry<'_>) -> ZipKind {
    let mut text = Vec::new();
    if let Ok(file) = entry.with_reader(reader, ZipReadOptions::default()) {
        // What cannot be read is no media type.
        let _ = file.take(MEDIA_TYPE_BYTES).read_to_end(&mut text);
    }
    let begins = |name: &str| text.starts_with(name.as_bytes());
    if begins("application/vnd.oasis.opendocument.spreadsheet") {
        ZipKind::Tables(FileFormat::Ods)
    } else if begins("application/vnd.oasis.opendocument.") {
        ZipKind::Office(
            "an OpenDocument file that is not a spreadsheet; save it as PDF (libreoffice --headless --convert-to pdf FILE \
             does that), and write that as text (pdftotext -layout FILE.pdf does that)",
        )
    } else if begins("application/epub+zip") {
        ZipKind::Office("a book (EPUB); convert it to text (pandoc -t plain FILE does that)")
    } else {
        ZipKind::Archive
    }
}

/// Delivers the files of an archive. `is_file`: the reader is the input file itself.
pub(crate) fn walk_zip<R: Read + Seek + Send>(
    walk: &Walk<'_>,
    reader: &mut R,
    is_file: bool,
    location: &Location,
    visit: &mut dyn Visit,
) -> Result<(), Halt> {
    let Ok(mut archive) = ZipIterable::try_new(reader, Config::default()) else {
        walk.note(format!("{WHAT} has no directory"));
        return Ok(());
    };
    let Ok(files) = archive.files() else { return Ok(()) };
    while let Some(entry) = files.next() {
        let Ok(entry) = entry else {
            walk.note(format!("the directory of {WHAT} is damaged, and what follows was not read"));
            return Ok(());
        };
        if is_directory(&entry) {
            continue;
        }
        let location = location.entry(entry.name_raw());
        if !walk.enter(&location) {
            return Ok(());
        }
        match why_skipped(&entry) {
            Some(why) => visit.skip(location, why)?,
            None => one(walk, files.reader_mut(), entry, is_file, &location, visit)?,
        }
    }
    Ok(())
}

fn is_directory(entry: &ZipFileEntry<'_>) -> bool {
    entry.name_raw().ends_with(b"/") || entry.is_dir()
}

fn why_skipped(entry: &ZipFileEntry<'_>) -> Option<&'static str> {
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
    location: &Location,
    visit: &mut dyn Visit,
) -> Result<(), Halt> {
    if is_file {
        walk.set_position(entry.header_start());
    }
    let Some(method) = method(&entry) else {
        // Deflate64, which only this library reads.
        let Ok(file) = entry.with_reader(reader, ZipReadOptions::default()) else {
            {
                walk.note("the zip entry is damaged");
                return Ok(());
            }
        };
        return visit.content(&mut LibraryDecoder { walk, input: file }, &inside(location));
    };
    let Ok(start) = data_start(reader, entry.header_start()) else {
        {
            walk.note("the zip entry has no header of its own: the archive is truncated or damaged");
            return Ok(());
        }
    };
    let origin = if is_file { Origin::File(start) } else { Origin::Inner };
    let mut data = Exactly { walk, input: reader, left: entry.compressed_size(), what: WHAT };
    zip_entry(walk, &mut data, (method, origin, entry.crc32()), location, visit)
}

/// Seeks to the data of an entry, behind its own header, and returns the position.
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
