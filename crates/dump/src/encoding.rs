//! Decodes text of any encoding to UTF-8, as a reader.
//!
//! The encoding is detected where the evidence appears: a byte order mark, the pattern of UTF-16,
//! or the first bytes that are not ASCII, however late. It may change within a text. Where it is
//! not certain, one is chosen in which ASCII stays ASCII: a wrong guess then costs letters, and
//! never a digit, a delimiter or a line end. UTF-8 passes as it is; what in it is invalid is
//! counted where blocks are read in parallel. The evidence is in `encoding/evidence.rs`.

mod change;
mod decoder;
mod decoding;
mod delimiters;
mod evidence;
mod line_ends;
mod name;
mod piece;
mod source;
#[cfg(test)]
mod tests;

use crate::peeked::Peeked;
pub use change::EncodingChange;
use decoding::Decoding;
pub(crate) use decoding::DetectedEncoding;
pub(crate) use evidence::is_binary;
use line_ends::LineEnds;
pub(crate) use name::Encoding;
use source::Source;
use std::io::{self, Read};

/// Bytes of the start that are examined.
const ENCODING_HEAD_BYTES: usize = 64 << 10;

/// An encoding counts as wrong if more than one in this many characters is unreadable, and more
/// than [`ERRORS_ALWAYS_ALLOWED`] are.
const CHARACTERS_PER_ERROR: u64 = 10;
const ERRORS_ALWAYS_ALLOWED: u64 = 16;

/// Text as UTF-8, with line feeds at the ends of lines.
pub(crate) struct Decoded<R> {
    /// Decoded bytes, with a look ahead.
    ahead: Peeked<LineEnds<Decoding<R>>>,
}

/// Starts to decode. `forced` is used as given, except that a byte order mark decides the byte
/// order of UTF-16 and UTF-32. `region`: the country where the text is probably from.
pub(crate) fn decode<R: Read>(reader: R, forced: Option<Encoding>, region: Option<String>) -> Decoded<R> {
    let mut source = Source::new(reader);
    let all = source.fill(ENCODING_HEAD_BYTES);
    let head = &all[..all.len().min(ENCODING_HEAD_BYTES)];
    let marked = Encoding::of_mark(head).filter(|&marked| {
        // The mark of UTF-16LE and a NUL look like that of UTF-32LE.
        forced.is_none_or(|forced| forced == marked || marked.is_order_of(forced))
    });
    let (encoding, confidence, evidence) = match (marked, forced) {
        (Some(marked), _) => (Some(marked), 1.0, "a byte order mark"),
        (None, Some(forced)) => (Some(forced), 1.0, "stated in the mapping"),
        (None, None) => match evidence::of_pattern(head) {
            Some(wide) => (Some(wide), 0.98, "the positions of NULs"),
            None => (None, 1.0, "nothing but ASCII"),
        },
    };
    let name = match (marked, encoding) {
        (Some(marked), _) => marked.name_with_mark(),
        (None, Some(encoding)) => encoding.name(),
        (None, None) => "ASCII",
    };
    source.skip(marked.map_or(0, |marked| marked.mark().len()));
    let detected = DetectedEncoding { encoding: name, confidence, evidence };
    Decoded { ahead: Peeked::new(LineEnds::new(Decoding::new(source, encoding, forced, region, detected))) }
}

impl<R: Read> Decoded<R> {
    /// The first bytes of the text, at most this many, without reading them. An error is returned
    /// after they have been read.
    pub(crate) fn peek(&mut self, bytes: usize) -> &[u8] {
        self.ahead.peek(bytes)
    }

    /// The encoding that the text begins in, as detected so far; final when all has been read,
    /// since a text may be ASCII for long.
    pub(crate) fn detected(&self) -> DetectedEncoding {
        self.decoding().detected
    }

    /// Where another encoding begins, the first of them.
    pub(crate) fn changes(&self) -> &[EncodingChange] {
        &self.decoding().changes
    }

    /// Sequences that are not valid in the encoding, each replaced by U+FFFD. Not counted in UTF-8,
    /// which passes unchanged.
    pub(crate) fn unreadable(&self) -> u64 {
        self.decoding().counts.unreadable
    }

    /// The position of the first of them, in the bytes given to the decoder.
    pub(crate) fn first_unreadable(&self) -> Option<u64> {
        self.decoding().counts.first_unreadable
    }

    /// Whether enough of the text was readable for the encoding to be the right one. Characters
    /// that were cut in half are no reason for doubt.
    pub(crate) fn is_plausible(&self) -> bool {
        let characters = self.decoding().counts.characters;
        self.unreadable() <= ERRORS_ALWAYS_ALLOWED.max(characters / CHARACTERS_PER_ERROR)
    }

    fn decoding(&self) -> &Decoding<R> {
        self.ahead.inner().inner()
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.ahead.read(buffer)
    }
}
