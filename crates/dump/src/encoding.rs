//! Text of any encoding to UTF-8, as a reader.
//!
//! What the encoding is, is decided on evidence at the place where it shows: a byte order mark, the pattern of UTF-16, or
//! the first bytes that are not ASCII, however late they come. UTF-8 passes without validation, which belongs to whoever
//! works on blocks of it in parallel. The evidence is in `encoding/evidence.rs`.

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

/// How much of the start is looked at, in bytes.
const HEAD_BYTES: usize = 64 << 10;

/// How much is looked at from the first byte on that is not ASCII.
const WINDOW_BYTES: usize = 256 << 10;

/// Of so many characters one may be unreadable, and [`FEW`] in any text, before the encoding is called wrong.
const READABLE: u64 = 1_000;
const FEW: u64 = 16;

/// What was decided, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct EncodingDecision {
    /// Such as `UTF-8 with BOM` or `ASCII`.
    pub(crate) encoding: &'static str,
    /// From 0 to 1.
    pub(crate) confidence: f64,
    pub(crate) evidence: &'static str,
}

/// Text as UTF-8.
pub(crate) struct Decoded<R> {
    /// Decoded bytes that were looked at.
    ahead: Peeked<Decoding<R>>,
}

/// Begins to decode. `forced` is believed, except that a byte order mark of UTF-16 decides which way round it is.
pub(crate) fn decode<R: Read>(reader: R, forced: Option<Encoding>) -> Decoded<R> {
    let mut raw = Peeked::new(reader);
    let head = raw.peek(HEAD_BYTES);
    let marked = Encoding::marked(head);
    let decided = |encoding, confidence, evidence| {
        (encoding, EncodingDecision { encoding: Encoding::name(encoding), confidence, evidence })
    };
    let (encoding, decision) = match (forced, marked) {
        (Some(Encoding::Utf16Le | Encoding::Utf16Be), Some(marked @ (Encoding::Utf16Le | Encoding::Utf16Be)))
        | (None, Some(marked)) => {
            let name = marked.name_with_mark();
            (Some(marked), EncodingDecision { encoding: name, confidence: 1.0, evidence: "a byte order mark" })
        }
        (Some(forced), _) => {
            let (encoding, decision) = decided(forced, 1.0, "it was said");
            (Some(encoding), decision)
        }
        (None, None) => match evidence::utf16(head) {
            Some(encoding) => {
                let (encoding, decision) = decided(encoding, 0.98, "the pattern of UTF-16 without a byte order mark");
                (Some(encoding), decision)
            }
            None => (None, EncodingDecision { encoding: "ASCII", confidence: 1.0, evidence: "nothing but ASCII" }),
        },
    };
    if let Some(marked) = marked
        && encoding == Some(marked)
    {
        raw.skip(marked.mark().len());
    }
    let mut decoding = Decoding { raw, state: State::Ascii, decision, passed: 0 };
    if let Some(encoding) = encoding {
        decoding.passed = if marked == Some(encoding) { encoding.mark().len() as u64 } else { 0 };
        decoding.begin(encoding);
    }
    Decoded { ahead: Peeked::new(decoding) }
}

impl<R: Read> Decoded<R> {
    /// The first bytes of the text, up to so many, which are read again afterwards. An error below comes when they have
    /// been read.
    pub(crate) fn peek(&mut self, bytes: usize) -> &[u8] {
        self.ahead.peek(bytes)
    }

    /// What has been decided so far; final when all has been read, since a text may be ASCII for a long time.
    pub(crate) fn decision(&self) -> EncodingDecision {
        self.ahead.inner().decision
    }

    /// Sequences that are not of the encoding, each of which became U+FFFD. None are counted in UTF-8, which passes as
    /// it is.
    pub(crate) fn unreadable(&self) -> u64 {
        self.transcoder().map_or(0, Transcoder::unreadable)
    }

    /// Where the first of them stands, in the bytes given to the decoder.
    pub(crate) fn first_unreadable(&self) -> Option<u64> {
        self.transcoder().and_then(Transcoder::first_unreadable)
    }

    /// Whether so much of the text could be read that the encoding is the right one.
    pub(crate) fn holds(&self) -> bool {
        let characters = self.transcoder().map_or(0, Transcoder::characters);
        self.unreadable() <= FEW.max(characters / READABLE)
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
    decision: EncodingDecision,
    /// Bytes before the ones to be transcoded.
    passed: u64,
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
            Some(decoder) => State::Other(Box::new(Transcoder::new(decoder, self.passed))),
            None => State::Utf8,
        };
    }

    /// At a byte that is not ASCII.
    fn decide(&mut self) {
        let window = self.raw.peek(WINDOW_BYTES);
        let (encoding, confidence, evidence) = evidence::multibyte(window, window.len() < WINDOW_BYTES);
        self.decision = EncodingDecision { encoding: encoding.name(), confidence, evidence };
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
            self.passed += ascii as u64;
            if ascii == count {
                return Ok(count);
            }
            self.raw.unread(&buffer[ascii..count]);
            self.decide();
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
