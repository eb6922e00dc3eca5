//! Decodes text whose encoding is not known beforehand and may change. Looks at the input in pieces
//! of whole lines, decides which encoding each is in, and hands it to a decoder or passes it.
//!
//! Pieces are the same however the input arrives. A change is looked for where there is a reason: a
//! NUL, an invalid sequence, digits where none can be.

use super::change::EncodingChange;
use super::decoder::{Counts, Decoder, Text};
use super::delimiters::Delimiters;
use super::evidence;
use super::name::Encoding;
use super::piece::{Next, Piece};
use super::source::Source;
use std::io::{self, Read};

/// Bytes that are examined from the first one on that is not ASCII.
const WINDOW_BYTES: usize = 256 << 10;

/// Bytes by which it is decided whether UTF-8 has ended, and after how many of them it is asked
/// again.
const PROBE_BYTES: usize = 4 << 10;
const AGAIN_BYTES: usize = 2 << 10;

/// Invalid sequences of a piece, and one in how many bytes, from which another encoding is looked
/// for.
const INVALID: u64 = 32;
const INVALID_IN: u64 = 32;

/// Changes that are reported; further ones are made as well.
const CHANGES: usize = 100;

/// The encoding that was detected, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DetectedEncoding {
    /// Such as `UTF-8 with BOM` or `ASCII`.
    pub(crate) encoding: &'static str,
    /// From 0 to 1.
    pub(crate) confidence: f64,
    pub(crate) evidence: &'static str,
}

/// Reads decoded text.
pub(super) struct Decoding<R> {
    source: Source<R>,
    forced: Option<Encoding>,
    region: Option<String>,
    state: State,
    /// Where the present encoding began, if another was before it.
    begun: Option<u64>,
    /// Bytes at the front of the source that are text as they are.
    passing: usize,
    text: Text,
    pub(super) counts: Counts,
    pub(super) detected: DetectedEncoding,
    pub(super) changes: Vec<EncodingChange>,
}

enum State {
    /// So far.
    Ascii,
    Utf8,
    Other(Decoder, Option<Delimiters>),
}

impl<R: Read> Decoding<R> {
    /// Begins in this encoding, or, if it is not known, with what may be ASCII.
    pub(super) fn new(
        source: Source<R>,
        known: Option<Encoding>,
        forced: Option<Encoding>,
        region: Option<String>,
        detected: DetectedEncoding,
    ) -> Self {
        let mut decoding = Self {
            source,
            forced,
            region,
            state: State::Ascii,
            begun: None,
            passing: 0,
            text: Text::default(),
            counts: Counts::default(),
            detected,
            changes: Vec::new(),
        };
        if let Some(known) = known {
            decoding.begin(known, 0);
        }
        decoding
    }

    /// Goes on in an encoding that begins so many bytes on.
    fn begin(&mut self, encoding: Encoding, from: usize) {
        let head = &self.source.fill(from + WINDOW_BYTES)[from..];
        self.state = match Decoder::new(encoding) {
            Some(decoder) => State::Other(decoder, Delimiters::of(head, encoding)),
            None => State::Utf8,
        };
    }

    /// What is detected at a byte that is not ASCII.
    fn detect(&mut self, at: usize, end: Option<usize>) {
        let bytes = self.source.fill(at + WINDOW_BYTES);
        let window = &bytes[at..bytes.len().min(end.unwrap_or(at + WINDOW_BYTES))];
        let is_whole = end.is_some() || window.len() < WINDOW_BYTES;
        let (encoding, confidence, evidence) = evidence::multibyte(window, is_whole, self.region.as_deref());
        match self.changes.last_mut().filter(|_| self.begun.is_some()) {
            Some(change) => encoding.name().clone_into(&mut change.to),
            None => self.detected = DetectedEncoding { encoding: encoding.name(), confidence, evidence },
        }
        self.begin(encoding, at);
    }

    fn name(&self) -> &'static str {
        match &self.state {
            State::Ascii => "ASCII",
            State::Utf8 => Encoding::Utf8.name(),
            State::Other(decoder, _) => decoder.encoding.name(),
        }
    }

    /// Goes on with what begins so many bytes on.
    fn change(&mut self, from: usize, next: Next) {
        let before = self.name();
        // A stated encoding holds wherever there are bytes of its kind.
        let encoding = match next {
            Next::Nothing => return,
            Next::Known(encoding) => Some(encoding),
            Next::Unknown => self.forced.filter(|forced| forced.unit() == 1),
        };
        match encoding {
            Some(encoding) => self.begin(encoding, from),
            None => self.state = State::Ascii,
        }
        let at = self.source.at() + from as u64;
        self.begun = Some(at);
        if self.source.at() == 0 && from == 0 {
            self.detected = DetectedEncoding { encoding: self.name(), ..self.detected };
        } else if self.changes.len() < CHANGES {
            self.changes.push(EncodingChange { at, from: before.to_owned(), to: self.name().to_owned() });
        }
    }

    /// Looks at what comes next, and passes, decodes or changes. False at the end.
    fn advance(&mut self) -> io::Result<bool> {
        if self.source.fill(1).is_empty() {
            let flushed = self.decode(&Piece { bytes: 0, is_last: true, next: Next::Nothing });
            self.state = State::Ascii;
            return match self.source.take_error() {
                Some(error) if !flushed => Err(error),
                _ => Ok(flushed),
            };
        }
        let piece = match &self.state {
            State::Other(decoder, _) if decoder.encoding.unit() > 1 => {
                Piece::wide(&mut self.source, decoder.encoding, self.begun)
            }
            _ => Piece::narrow(&mut self.source, self.begun),
        };
        let piece = match &self.state {
            State::Ascii => self.ascii(piece),
            State::Utf8 => self.utf8(piece),
            State::Other(..) => Some(self.other(piece)),
        };
        let Some(piece) = piece else { return Ok(true) };
        if matches!(self.state, State::Other(..)) {
            self.decode(&piece);
            return Ok(true);
        }
        self.passing = piece.bytes;
        self.change(piece.bytes, piece.next);
        Ok(true)
    }

    /// A piece that may hold the first byte that is not ASCII.
    fn ascii(&mut self, piece: Piece) -> Option<Piece> {
        let bytes = &self.source.bytes()[..piece.bytes];
        let ascii = encoding_rs::Encoding::ascii_valid_up_to(bytes);
        // Japanese mail and files of old systems announce characters by an escape.
        let escaped = memchr::memmem::find_iter(&bytes[..ascii], b"\x1b$")
            .find(|at| matches!(bytes.get(at + 2), Some(b'@' | b'B')));
        if let Some(at) = escaped {
            self.passing = at;
            let encoding = Encoding::Other(encoding_rs::ISO_2022_JP);
            let evidence = "the escapes of this encoding";
            self.detected = DetectedEncoding { encoding: encoding.name(), confidence: 0.9, evidence };
            self.begin(encoding, at);
            return None;
        }
        if ascii == bytes.len() {
            return Some(piece);
        }
        self.passing = ascii;
        let end = (piece.next != Next::Nothing).then_some(piece.bytes);
        self.detect(ascii, end);
        None
    }

    /// A piece that may hold the end of UTF-8.
    fn utf8(&mut self, piece: Piece) -> Option<Piece> {
        let bytes = &self.source.bytes()[..piece.bytes];
        let Err(error) = simdutf8::compat::from_utf8(bytes) else { return Some(piece) };
        let invalid = error.valid_up_to();
        if error.error_len().is_none() && !piece.is_last && invalid > 0 {
            return Some(Piece { bytes: invalid, ..piece });
        }
        if self.forced.is_some() {
            return Some(piece);
        }
        let line = memchr::memrchr2(b'\n', b'\r', &bytes[..invalid]).map_or(0, |end| end + 1);
        self.source.fill(line + PROBE_BYTES);
        let all = self.source.bytes();
        let end = if piece.next == Next::Nothing { all.len() } else { piece.bytes };
        let probe = &all[line..end.min(line + PROBE_BYTES)];
        if evidence::utf8_ends(probe, probe.len() < PROBE_BYTES) {
            let (encoding, ..) = evidence::narrow(probe, self.region.as_deref());
            self.passing = line;
            self.change(line, Next::Known(encoding));
            return None;
        }
        // A mistake here and there.
        let from = piece.bytes.min((line + AGAIN_BYTES).max(invalid + 1));
        let line = memchr::memchr2(b'\n', b'\r', &all[from..piece.bytes]).map(|end| from + end + 1);
        match line {
            Some(line) if line < piece.bytes => Some(Piece { bytes: line, is_last: false, next: Next::Nothing }),
            _ => Some(piece),
        }
    }

    /// A piece in another encoding, in which UTF-8 may begin.
    fn other(&mut self, piece: Piece) -> Piece {
        let State::Other(decoder, delimiters) = &mut self.state else { return piece };
        let piece = match self.forced {
            None if decoder.encoding.unit() == 1 => piece.before_utf8(&self.source, self.begun),
            _ => piece,
        };
        if let Some(delimiters) = delimiters {
            delimiters.mend(&mut self.source.bytes_mut()[..piece.bytes]);
        }
        piece
    }

    /// Decodes a piece. Whether that gave any text.
    fn decode(&mut self, piece: &Piece) -> bool {
        let State::Other(decoder, _) = &mut self.state else { return false };
        let (raw, at, before) = (&self.source.bytes()[..piece.bytes], self.source.at(), self.counts);
        decoder.decode(raw, at, piece.is_last, &mut self.text, &mut self.counts);
        let invalid = self.counts.unreadable - before.unreadable;
        let is_wrong = invalid >= INVALID && invalid * INVALID_IN > raw.len() as u64;
        if is_wrong && self.forced.is_none() && self.begun != Some(at) && decoder.encoding.unit() == 1 {
            let (other, ..) = evidence::narrow(raw, self.region.as_deref());
            if other != decoder.encoding {
                self.text.clear();
                self.counts = before;
                self.change(0, Next::Known(other));
                return true;
            }
        }
        self.source.skip(piece.bytes);
        self.change(0, piece.next);
        !self.text.left().is_empty()
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if self.passing > 0 {
                let count = self.passing.min(buffer.len());
                buffer[..count].copy_from_slice(&self.source.bytes()[..count]);
                self.source.skip(count);
                self.passing -= count;
                return Ok(count);
            }
            if !self.text.left().is_empty() {
                return Ok(self.text.give(buffer));
            }
            if !self.advance()? {
                return Ok(0);
            }
        }
    }
}
