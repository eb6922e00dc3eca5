//! Zip archives in streams: entries by their own headers, one after another.

use super::entry::{ENCRYPTED, Exactly, LibraryDecoder, UNKNOWN_METHOD, inside, skip as skip_all, zip_entry};
use crate::container::compression::{Decompressing, Origin};
use crate::container::method::Method;
use crate::container::visit::Visit;
use crate::container::walk::{Location, Walk};
use crate::halt::Halt;
use crate::peeked::Peeked;
use std::io::{self, Cursor, Read};

/// Bytes of a header before the name.
const HEADER_BYTES: usize = 30;

const WHAT: &str = "the zip archive";

/// Marks a length that is in the extra field instead, in eight bytes.
const IN_EXTRA: u32 = u32::MAX;

/// Whether a zip archive that begins so may be a spreadsheet or another document, which needs its
/// directory.
pub(crate) fn may_be_office(head: &[u8]) -> bool {
    let Some(header) = head.first_chunk() else { return false };
    let name = &head[HEADER_BYTES..];
    let name = &name[..name.len().min(Header::of(header).name)];
    let beginnings: [&[u8]; 8] =
        [b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"word/", b"ppt/", b"mimetype", b"Index/"];
    // Some writers put backslashes into names.
    let name: Vec<u8> = name.iter().map(|&b| if b == b'\\' { b'/' } else { b }).collect();
    beginnings.iter().any(|beginning| name.starts_with(beginning))
}

/// The fields of an entry's header.
struct Header {
    flags: u16,
    method: u16,
    crc: u32,
    compressed: u64,
    /// Lengths of what follows the header.
    name: usize,
    extra: usize,
    /// Whether the uncompressed and the compressed length are in the extra field.
    in_extra: (bool, bool),
}

impl Header {
    fn of(bytes: &[u8; HEADER_BYTES]) -> Self {
        let short = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let long = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        Self {
            flags: short(6),
            method: short(8),
            crc: long(14),
            compressed: u64::from(long(18)),
            name: usize::from(short(26)),
            extra: usize::from(short(28)),
            in_extra: (long(22) == IN_EXTRA, long(18) == IN_EXTRA),
        }
    }

    /// Takes the length of an entry of more than 4 GiB.
    fn extend(&mut self, mut extra: &[u8]) {
        while let Some(([id0, id1, length0, length1], rest)) = extra.split_first_chunk() {
            let length = usize::from(u16::from_le_bytes([*length0, *length1]));
            let Some((field, rest)) = rest.split_at_checked(length) else { return };
            if [*id0, *id1] == [1, 0] && self.in_extra.1 {
                let at = if self.in_extra.0 { 8 } else { 0 };
                if let Some(length) = field.get(at..).and_then(|field| field.first_chunk()) {
                    self.compressed = u64::from_le_bytes(*length);
                }
            }
            extra = rest;
        }
    }

    fn is_encrypted(&self) -> bool {
        self.flags & 1 != 0
    }

    /// Whether length and checksum follow the data, in a descriptor.
    fn has_descriptor(&self) -> bool {
        self.flags & 8 != 0 && self.compressed == 0
    }

    fn method(&self) -> Option<Method> {
        match self.method {
            0 => Some(Method::Stored),
            8 => Some(Method::Deflate),
            12 => Some(Method::Bzip2),
            20 | 93 => Some(Method::Zstd),
            95 => Some(Method::Xz),
            _ => None,
        }
    }
}

/// Delivers the files of an archive.
pub(crate) fn walk_zip_stream<R: Read + Send>(
    walk: &Walk<'_>,
    input: &mut Peeked<R>,
    location: &Location,
    visit: &mut dyn Visit,
) -> Result<(), Halt> {
    while !walk.is_over() {
        match input.peek(4) {
            b"PK\x03\x04" => {}
            // Before archives that were split; or the descriptor of an entry whose header had its
            // lengths.
            b"PK\x07\x08" => {
                skip_descriptor(input);
                continue;
            }
            // The directory, or the end of an archive without entries.
            b"PK\x01\x02" | b"PK\x05\x06" | b"PK\x06\x06" | b"PK\x06\x08" => return Ok(()),
            [] | [_] | [_, _] | [_, _, _] => {
                drop(io::copy(input, &mut io::sink()));
                walk.damaged_unless_known("the zip archive is truncated");
                return Ok(());
            }
            _ => {
                walk.note("the zip archive is damaged from here on");
                return Ok(());
            }
        }
        let Ok((header, raw)) = read_header(walk, input) else { return Ok(()) };
        let name = &raw[HEADER_BYTES..HEADER_BYTES + header.name];
        let location = location.entry(name);
        let is_directory = name.ends_with(b"/");
        if !is_directory && !walk.enter(&location) {
            return Ok(());
        }
        let read = if header.has_descriptor() {
            entry_with_descriptor(walk, input, &header, is_directory, &location, visit)?
        } else {
            entry_with_length(walk, input, &header, &raw, is_directory, &location, visit)?
        };
        // The error is recorded in the walk; where the next entry begins is not known.
        if read.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// A header with name and extra field, and its bytes.
fn read_header<R: Read>(walk: &Walk<'_>, input: &mut Peeked<R>) -> io::Result<(Header, Vec<u8>)> {
    let mut bytes = [0; HEADER_BYTES];
    Exactly { walk, input: &mut *input, left: HEADER_BYTES as u64, what: WHAT }.read_exact(&mut bytes)?;
    let (mut header, mut raw) = (Header::of(&bytes), bytes.to_vec());
    let left = (header.name + header.extra) as u64;
    Exactly { walk, input, left, what: WHAT }.read_to_end(&mut raw)?;
    header.extend(&raw[HEADER_BYTES + header.name..]);
    Ok((header, raw))
}

/// An entry whose length is in its header. The inner error is damage.
fn entry_with_length<R: Read + Send>(
    walk: &Walk<'_>,
    input: &mut Peeked<R>,
    header: &Header,
    raw: &[u8],
    is_directory: bool,
    location: &Location,
    visit: &mut dyn Visit,
) -> Result<io::Result<()>, Halt> {
    let mut data = Exactly { walk, input, left: header.compressed, what: WHAT };
    if !is_directory {
        match header.method() {
            _ if header.is_encrypted() => visit.skip(location.clone(), ENCRYPTED)?,
            Some(method) => zip_entry(walk, &mut data, (method, Origin::Inner, header.crc), location, visit)?,
            None if header.method == 9 => deflate64(walk, &mut data, raw, location, visit)?,
            None => visit.skip(location.clone(), UNKNOWN_METHOD)?,
        }
    }
    Ok(data.skip())
}

/// Only the library decodes Deflate64, and it needs the header too.
fn deflate64<R: Read + Send>(
    walk: &Walk<'_>,
    data: &mut Exactly<'_, R>,
    raw: &[u8],
    location: &Location,
    visit: &mut dyn Visit,
) -> Result<(), Halt> {
    let mut bytes = Cursor::new(raw).chain(data);
    if let Ok(Some(file)) = zip::read::read_zipfile_from_stream(&mut bytes) {
        return visit.content(&mut LibraryDecoder { walk, input: file }, &inside(location));
    }
    walk.note("the zip entry is damaged");
    Ok(())
}

/// An entry whose length follows it: only data that marks its own end can be read. The inner error
/// is damage.
fn entry_with_descriptor<R: Read + Send>(
    walk: &Walk<'_>,
    input: &mut Peeked<R>,
    header: &Header,
    is_directory: bool,
    location: &Location,
    visit: &mut dyn Visit,
) -> Result<io::Result<()>, Halt> {
    if header.is_encrypted() || !matches!(header.method(), Some(Method::Deflate)) {
        if is_directory && matches!(header.method(), Some(Method::Stored)) {
            return Ok(Ok(()));
        }
        let what = "the zip archive stores the length of an entry after its data, which cannot be read from a stream; \
                    unpack the archive first";
        return Ok(Err(walk.damaged(what.to_owned())));
    }
    let inner = Decompressing::single(walk, Method::Deflate, location.decoders, Origin::Inner, &mut *input);
    let mut summed = Summed { input: inner, sum: flate2::Crc::new() };
    if !is_directory {
        visit.content(&mut summed, &inside(location))?;
    }
    if let Err(error) = skip_all(&mut summed) {
        return Ok(Err(error));
    }
    let (compressed, sum) = (summed.input.consumed(), summed.sum);
    let rest = summed.input.rest().to_vec();
    input.unread(&rest);
    let (bytes, is_right) = descriptor(input.peek(24), &sum, compressed);
    input.skip(bytes);
    if is_right {
        return Ok(Ok(()));
    }
    // The next entry begins where this one ends, whatever its header says.
    walk.note("the zip entry is damaged: its checksum or length does not match");
    Ok(Ok(()))
}

/// The length of the descriptor behind an entry, and whether it matches.
fn descriptor(bytes: &[u8], sum: &flate2::Crc, compressed: u64) -> (usize, bool) {
    let signature = if bytes.starts_with(b"PK\x07\x08") { 4 } else { 0 };
    let fields = &bytes[signature..];
    let is_sum = fields.starts_with(&sum.sum().to_le_bytes());
    let is_at = |at: usize, value: &[u8]| fields.get(at..).is_some_and(|field| field.starts_with(value));
    // Lengths of eight bytes, or of four.
    if is_at(4, &compressed.to_le_bytes()) && is_at(12, &sum.amount().to_le_bytes()) {
        (signature + 20, is_sum)
    } else {
        let is_length = is_at(4, &(compressed as u32).to_le_bytes()) && is_at(8, &sum.amount().to_le_bytes());
        (signature + 12, is_sum && is_length)
    }
}

/// Skips a signature, and the lengths behind it unless an entry follows at once.
fn skip_descriptor<R: Read>(input: &mut Peeked<R>) {
    let head = input.peek(28);
    let length = [4, 16, 24].into_iter().find(|&length| head.get(length..length + 2) == Some(b"PK"));
    input.skip(length.unwrap_or(4));
}

/// Computes the checksum of what is read.
struct Summed<R> {
    input: R,
    sum: flate2::Crc,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.sum.update(&buffer[..count]);
        Ok(count)
    }
}
