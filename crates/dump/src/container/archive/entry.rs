//! The bytes of an entry: exactly as many as its header says, with the checksum that it says.

use crate::container::compression::{Decompressing, Origin};
use crate::container::method::Method;
use crate::container::visit::Visit;
use crate::container::walk::{Location, Walk};
use crate::halt::Halt;
use flate2::Crc;
use std::io::{self, Read};

/// Bytes that are skipped at a time.
const SKIP_BYTES: usize = 32 << 10;

/// Why an entry is not read.
pub(super) const ENCRYPTED: &str =
    "an encrypted entry of a zip archive; unpack it with its password first (7z x FILE does that)";
pub(super) const UNKNOWN_METHOD: &str =
    "compressed by an unsupported method; unpack the archive first (7z x FILE does that)";

/// Reads exactly this many bytes: an earlier end is an error.
pub(super) struct Exactly<'w, R> {
    pub(super) walk: &'w Walk<'w>,
    pub(super) input: R,
    pub(super) left: u64,
    /// `the tar archive`, for the error.
    pub(super) what: &'static str,
}

impl<R: Read> Exactly<'_, R> {
    /// Skips the rest.
    pub(super) fn skip(&mut self) -> io::Result<()> {
        if self.left == 0 { Ok(()) } else { skip(self) }
    }
}

impl<R: Read> Read for Exactly<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let count = self.input.read(&mut buffer[..most])?;
        if count == 0 {
            return Err(self.walk.damaged(format!("{} is truncated{PARTS}", self.what)));
        }
        self.left -= count as u64;
        Ok(count)
    }
}

/// Skips everything.
pub(super) fn skip(reader: &mut dyn Read) -> io::Result<()> {
    let mut buffer = vec![0; SKIP_BYTES];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
    }
}

/// Verifies a checksum at the end.
pub(super) struct Checksummed<'w, R> {
    walk: &'w Walk<'w>,
    input: R,
    sum: Crc,
    expected: u32,
    is_reported: bool,
}

impl<'w, R> Checksummed<'w, R> {
    pub(super) fn new(walk: &'w Walk<'w>, input: R, expected: u32) -> Self {
        Self { walk, input, sum: Crc::new(), expected, is_reported: false }
    }
}

impl<R: Read> Read for Checksummed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.sum.update(&buffer[..count]);
        if count == 0 && !buffer.is_empty() && !self.is_reported && self.sum.sum() != self.expected {
            self.is_reported = true;
            return Err(self.walk.damaged("the zip entry is damaged: its checksum does not match"));
        }
        Ok(count)
    }
}

/// Delivers the content of a zip entry of known size.
pub(super) fn zip_entry<R: Read + Send>(
    walk: &Walk<'_>,
    data: &mut Exactly<'_, R>,
    (method, origin, crc): (Method, Origin, u32),
    location: &Location,
    visit: &mut dyn Visit,
) -> Result<(), Halt> {
    let level = location.decoders;
    let inner = match method {
        Method::Stored | Method::Deflate => Decompressing::single(walk, method, level, origin, data),
        _ => Decompressing::concatenated(walk, method, level, origin, data),
    };
    visit.content(&mut Checksummed::new(walk, inner, crc), &inside(location))
}

/// The location inside the decoder of an entry.
pub(super) fn inside(location: &Location) -> Location {
    Location { decoders: location.decoders + 1, ..location.clone() }
}

/// Archives are cut into parts for mail and disks.
const PARTS: &str = ", or a part of one; join all parts first (cat FILE.001 FILE.002 > OUTPUT does that)";

/// Counts what a library's decoder produces, and reports its errors as our own decoders do.
pub(super) struct LibraryDecoder<'w, R> {
    pub(super) walk: &'w Walk<'w>,
    pub(super) input: R,
}

impl<R: Read> Read for LibraryDecoder<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.input.read(buffer) {
            Ok(count) => self.walk.produce(count).map(|()| count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(_) => Err(self.walk.damaged("the zip entry is damaged")),
        }
    }
}
