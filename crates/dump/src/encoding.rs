//! Decodes text of any encoding to UTF-8, as a reader.
//!
//! The encoding is detected where the evidence appears: a byte order mark, the pattern of UTF-16,
//! or the first bytes that are not ASCII, however late. UTF-8 passes without validation, which is
//! done on blocks in parallel. The evidence is in `encoding/evidence.rs`.

mod evidence;
mod name;
#[cfg(test)]
mod tests;
mod transcoder;

use crate::peeked::Peeked;
pub(crate) use evidence::is_binary;
pub(crate) use name::Encoding;
use std::io::{self, Read};
use transcoder::Transcoder;

/// Bytes of the start that are examined.
const ENCODING_HEAD_BYTES: usize = 64 << 10;

/// Bytes that are examined from the first one on that is not ASCII.
const WINDOW_BYTES: usize = 256 << 10;

/// An encoding counts as wrong if more than one in this many characters is unreadable, and more
/// than [`ERRORS_ALWAYS_ALLOWED`] are.
const CHARACTERS_PER_ERROR: u64 = 1_000;
const ERRORS_ALWAYS_ALLOWED: u64 = 16;

/// The encoding that was detected, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DetectedEncoding {
    /// Such as `UTF-8 with BOM` or `ASCII`.
    pub(crate) encoding: &'static str,
    /// From 0 to 1.
    pub(crate) confidence: f64,
    pub(crate) evidence: &'static str,
}

/// Text as UTF-8.
pub(crate) struct Decoded<R> {
    /// Decoded bytes, with a look ahead.
    ahead: Peeked<Decoding<R>>,
}

/// Starts to decode. `forced` is used as given, except that a byte order mark of UTF-16 decides the
/// byte order.
pub(crate) fn decode<R: Read>(reader: R, forced: Option<Encoding>) -> Decoded<R> {
    let mut raw = Peeked::new(reader);
    let head = raw.peek(ENCODING_HEAD_BYTES);
    let marked = Encoding::of_mark(head);
    let decided = |encoding, confidence, evidence| {
        (encoding, DetectedEncoding { encoding: Encoding::name(encoding), confidence, evidence })
    };
    let (encoding, detected) = match (forced, marked) {
        (Some(Encoding::Utf16Le | Encoding::Utf16Be), Some(marked @ (Encoding::Utf16Le | Encoding::Utf16Be)))
        | (None, Some(marked)) => {
            let name = marked.name_with_mark();
            (Some(marked), DetectedEncoding { encoding: name, confidence: 1.0, evidence: "a byte order mark" })
        }
        (Some(forced), _) => {
            let (encoding, detected) = decided(forced, 1.0, "stated in the mapping");
            (Some(encoding), detected)
        }
        (None, None) => match evidence::utf16(head) {
            Some(encoding) => {
                let (encoding, detected) = decided(encoding, 0.98, "the pattern of UTF-16 without a byte order mark");
                (Some(encoding), detected)
            }
            None => (None, DetectedEncoding { encoding: "ASCII", confidence: 1.0, evidence: "nothing but ASCII" }),
        },
    };
    if let Some(marked) = marked
        && encoding == Some(marked)
    {
        raw.skip(marked.mark().len());
    }
    let mut decoding = Decoding { raw, state: State::Ascii, detected, offset: 0 };
    if let Some(encoding) = encoding {
        decoding.offset = if marked == Some(encoding) { encoding.mark().len() as u64 } else { 0 };
        decoding.begin(encoding);
    }
    Decoded { ahead: Peeked::new(decoding) }
}

impl<R: Read> Decoded<R> {
    /// The first bytes of the text, at most this many, without reading them. An error is returned
    /// after they have been read.
    pub(crate) fn peek(&mut self, bytes: usize) -> &[u8] {
        self.ahead.peek(bytes)
    }

    /// The encoding detected so far; final when all has been read, since a text may be ASCII for
    /// long.
    pub(crate) fn detected(&self) -> DetectedEncoding {
        self.ahead.inner().detected
    }

    /// Sequences that are not valid in the encoding, each replaced by U+FFFD. Not counted in UTF-8,
    /// which passes unchanged.
    pub(crate) fn unreadable(&self) -> u64 {
        self.transcoder().map_or(0, Transcoder::unreadable)
    }

    /// The position of the first of them, in the bytes given to the decoder.
    pub(crate) fn first_unreadable(&self) -> Option<u64> {
        self.transcoder().and_then(Transcoder::first_unreadable)
    }

    /// Whether enough of the text was readable for the encoding to be the right one.
    pub(crate) fn is_plausible(&self) -> bool {
        let characters = self.transcoder().map_or(0, Transcoder::characters);
        self.unreadable() <= ERRORS_ALWAYS_ALLOWED.max(characters / CHARACTERS_PER_ERROR)
    }

    fn transcoder(&self) -> Option<&Transcoder> {
        match &self.ahead.inner().state {
            State::Other(transcoder) => Some(transcoder),
            State::Ascii | State::Utf8 => None,
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.ahead.read(buffer)
    }
}

/// The decoder without looking ahead.
struct Decoding<R> {
    raw: Peeked<R>,
    state: State,
    detected: DetectedEncoding,
    /// Bytes before those to be transcoded.
    offset: u64,
}

enum State {
    /// So far.
    Ascii,
    Utf8,
    Other(Box<Transcoder>),
}

impl<R: Read> Decoding<R> {
    fn begin(&mut self, encoding: Encoding) {
        self.state = match encoding.decoder() {
            Some(decoder) => State::Other(Box::new(Transcoder::new(decoder, self.offset))),
            None => State::Utf8,
        };
    }

    /// Detects the encoding at a byte that is not ASCII.
    fn detect(&mut self) {
        let window = self.raw.peek(WINDOW_BYTES);
        let (encoding, confidence, evidence) = evidence::multibyte(window, window.len() < WINDOW_BYTES);
        self.detected = DetectedEncoding { encoding: encoding.name(), confidence, evidence };
        self.begin(encoding);
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if matches!(self.state, State::Ascii) {
            let count = self.raw.read(buffer)?;
            let ascii = encoding_rs::Encoding::ascii_valid_up_to(&buffer[..count]);
            self.offset += ascii as u64;
            if ascii == count {
                return Ok(count);
            }
            self.raw.unread(&buffer[ascii..count]);
            self.detect();
            if ascii > 0 {
                return Ok(ascii);
            }
        }
        match &mut self.state {
            State::Other(transcoder) => transcoder.read(&mut self.raw, buffer),
            State::Ascii | State::Utf8 => self.raw.read(buffer),
        }
    }
}
