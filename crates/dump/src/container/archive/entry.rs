//! The bytes of an entry: exactly as many as its header says, with the checksum it says.

use crate::container::compression::{Decompressing, Origin};
use crate::container::method::Method;
use crate::container::visit::Visit;
use crate::container::walk::{Place, Walk};
use crate::halt::Halt;
use flate2::Crc;
use std::io::{self, Read};

/// Bytes that are passed over at a time.
const SKIP_BYTES: usize = 32 << 10;

/// Why an entry is not read.
pub(super) const ENCRYPTED: &str = "an encrypted entry of a zip archive; unpack it with its password first";
pub(super) const UNKNOWN_METHOD: &str = "compressed by a method that is not read; unpack the archive first";

/// Reads exactly so many bytes: an earlier end is an error.
pub(super) struct Exactly<'w, R> {
    pub(super) walk: &'w Walk<'w>,
    pub(super) input: R,
    pub(super) left: u64,
    /// `the tar archive`, for the error.
    pub(super) what: &'static str,
}

impl<R: Read> Exactly<'_, R> {
    /// Passes over the rest.
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
            return Err(self.walk.damaged(format!("{} is cut", self.what)));
        }
        self.left -= count as u64;
        Ok(count)
    }
}

/// Passes over everything.
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

/// Checks a checksum at the end.
pub(super) struct Checked<'w, R> {
    walk: &'w Walk<'w>,
    input: R,
    sum: Crc,
    expected: u32,
    is_told: bool,
}

impl<'w, R> Checked<'w, R> {
    pub(super) fn new(walk: &'w Walk<'w>, input: R, expected: u32) -> Self {
        Self { walk, input, sum: Crc::new(), expected, is_told: false }
    }
}

impl<R: Read> Read for Checked<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.sum.update(&buffer[..count]);
        if count == 0 && !buffer.is_empty() && !self.is_told && self.sum.sum() != self.expected {
            self.is_told = true;
            return Err(self.walk.damaged("the zip entry is damaged: its checksum does not match"));
        }
        Ok(count)
    }
}

/// Hands over what is in a zip entry of known size.
pub(super) fn zip_entry<R: Read + Send>(
    walk: &Walk<'_>,
    data: &mut Exactly<'_, R>,
    (method, origin, crc): (Method, Origin, u32),
    place: &Place,
    visit: &mut dyn Visit,
) -> Result<(), Halt> {
    let level = place.decoders;
    let inner = match method {
        Method::Stored | Method::Deflate => Decompressing::single(walk, method, level, origin, data),
        _ => Decompressing::row(walk, method, level, origin, data),
    };
    visit.content(&mut Checked::new(walk, inner, crc), &inside(place))
}

/// Below the decoder of an entry.
pub(super) fn inside(place: &Place) -> Place {
    Place { decoders: place.decoders + 1, ..place.clone() }
}

/// Counts what the library's decoder makes, and says of its errors what ours say.
pub(super) struct Foreign<'w, R> {
    pub(super) walk: &'w Walk<'w>,
    pub(super) input: R,
}

impl<R: Read> Read for Foreign<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.input.read(buffer) {
            Ok(count) => self.walk.produce(count).map(|()| count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(_) => Err(self.walk.damaged("the zip entry is damaged")),
        }
    }
}
