//! Opens a file, decompresses it by its first bytes, and decides its format by the next ones.
//!
//! Names and extensions are not believed.

use crate::lines::Lines;
use crate::{IngestError, Progress};
use flate2::read::MultiGzDecoder;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// How much of a file is looked at before its format is decided, in bytes.
const HEAD_BYTES: usize = 64 << 10;

/// The largest window a zstd frame may ask for, as a power of two: 128 MiB, which `zstd --long` uses. Decompression
/// memory is this and not the file's to choose.
const ZSTD_WINDOW_LOG_MAX: u32 = 27;

/// Bytes that are read from the disk at a time.
const READ_BYTES: usize = 256 << 10;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How the records of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Fields between delimiters, perhaps quoted.
    Delimited(u8),
    /// A JSON object a line.
    Json,
    /// A value a line.
    Plain,
}

impl Format {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Delimited(b'\t') => "TSV",
            Self::Delimited(_) => "CSV",
            Self::Json => "NDJSON",
            Self::Plain => "a value a line",
        }
    }
}

/// An open file: its text from the start, and what it is.
pub(crate) struct Input<'p> {
    pub(crate) text: Lines<Box<dyn Read + Send + 'p>>,
    pub(crate) format: Format,
    pub(crate) compression: &'static str,
    raw: Raw,
}

/// What names standard input among the files.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Opens and looks. Bytes are reported to `progress` as they are read from the disk.
pub(crate) fn open<'p>(path: &Path, progress: &'p dyn Progress) -> Result<Input<'p>, IngestError> {
    let failed = |error| IngestError::Input { path: path.to_owned(), error };
    let file: Box<dyn Read + Send> = if is_stdin(path) {
        Box::new(io::stdin())
    } else {
        // Opening a pipe would wait for somebody to write.
        if !path.metadata().map_err(failed)?.is_file() {
            return Err(IngestError::Format { path: path.to_owned(), what: "this is not a regular file" });
        }
        Box::new(File::open(path).map_err(failed)?)
    };
    let raw = Raw::default();
    let mut file = Counting { file, progress, raw: raw.clone() };
    // A pipe may give them one by one.
    let mut magic = Vec::new();
    file.by_ref().take(4).read_to_end(&mut magic).map_err(failed)?;
    let file = BufReader::with_capacity(READ_BYTES, Cursor::new(magic.clone()).chain(file));
    let (inner, compression): (Box<dyn Read + Send + 'p>, _) = if magic.starts_with(&[0x1f, 0x8b]) {
        (Box::new(MultiGzDecoder::new(file)), "gzip")
    } else if magic.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        let mut decoder = zstd::stream::read::Decoder::with_buffer(file).map_err(failed)?;
        decoder.window_log_max(ZSTD_WINDOW_LOG_MAX).map_err(failed)?;
        (Box::new(decoder), "zstd")
    } else {
        (Box::new(file), "none")
    };
    let mut text = Lines::new(inner);
    let head = text.peek(HEAD_BYTES).map_err(failed)?;
    let mark = if head.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let format = format(&head[mark..]).map_err(|what| IngestError::Format { path: path.to_owned(), what })?;
    text.skip(mark);
    Ok(Input { text, format, compression, raw })
}

impl Input<'_> {
    /// SHA-256 and size of the file as it lay there, once its text has been read to the end.
    pub(crate) fn finish(self) -> (String, u64) {
        drop(self.text);
        let raw = self.raw.lock().expect("no panic while it is held");
        (data_encoding::HEXLOWER.encode(&raw.0.clone().finalize()), raw.1)
    }
}

/// Hash and number of the bytes read so far.
type Raw = Arc<Mutex<(Sha256, u64)>>;

fn format(head: &[u8]) -> Result<Format, &'static str> {
    if memchr::memchr(0, head).is_some() {
        return Err("this is binary data or UTF-16 text; convert it to UTF-8 text (iconv does that) and try again");
    }
    match head.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'{') => return Ok(Format::Json),
        Some(b'[') => {
            return Err("this is one JSON array; write one object a line (jq -c '.[]' does that) and try again");
        }
        _ => {}
    }
    let mut lines = head.split(|&b| b == b'\n');
    let first_line = lines.find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    Ok(if memchr::memchr(b'\t', first_line).is_some() {
        Format::Delimited(b'\t')
    } else if memchr::memchr(b',', first_line).is_some() {
        Format::Delimited(b',')
    } else {
        Format::Plain
    })
}

/// Reports what is read from the disk, and hashes it.
struct Counting<'p> {
    file: Box<dyn Read + Send>,
    progress: &'p dyn Progress,
    raw: Raw,
}

impl Read for Counting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        let mut raw = self.raw.lock().expect("no panic while it is held");
        raw.0.update(&buffer[..count]);
        raw.1 += count as u64;
        self.progress.advance(count as u64);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_their_content() {
        assert_eq!(format(b" \n{\"a\":1}"), Ok(Format::Json));
        assert_eq!(format(b"a\tb,c\n"), Ok(Format::Delimited(b'\t')));
        assert_eq!(format(b"a,b\n"), Ok(Format::Delimited(b',')));
        assert_eq!(format(b"\r\n\na,b\n"), Ok(Format::Delimited(b',')));
        assert_eq!(format(b"15400001234\n1,2"), Ok(Format::Plain));
        assert_eq!(format(b""), Ok(Format::Plain));
        assert!(format(b"\xff\xfea\0b\0").is_err());
        assert!(format(b"[{}]").is_err());
    }
}
