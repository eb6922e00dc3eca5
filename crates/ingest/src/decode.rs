//! Text of any encoding to UTF-8, as a reader.
//!
//! What the encoding is, is decided on evidence at the place where it shows: a byte order mark, the pattern of UTF-16, or
//! the first bytes that are not ASCII, however late they come. UTF-8 passes without validation, which belongs to whoever
//! works on blocks of it in parallel. The evidence is in `decode/evidence.rs`.

mod evidence;
#[cfg(test)]
mod tests;
mod transcoder;

use crate::source::Peeked;
pub(crate) use evidence::is_binary;
use std::fmt;
use std::io::{self, Read};
use std::str::FromStr;
use transcoder::Transcoder;

/// How much of the start is looked at, in bytes.
const HEAD_BYTES: usize = 64 << 10;

/// How much is looked at from the first byte on that is not ASCII.
const WINDOW_BYTES: usize = 256 << 10;

/// Of so many characters one may be unreadable, and [`FEW`] in any text, before the encoding is called wrong.
const READABLE: u64 = 1_000;
const FEW: u64 = 16;

/// An encoding that dumps are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    /// With its subsets GBK and GB2312.
    Gb18030,
    /// With the characters of Hong Kong.
    Big5,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => b"\xef\xbb\xbf",
            Self::Gb18030 => b"\x84\x31\x95\x33",
            Self::Utf16Le => b"\xff\xfe",
            Self::Utf16Be => b"\xfe\xff",
            Self::Big5 => b"",
        }
    }

    fn marked(head: &[u8]) -> Option<Self> {
        let all = [Self::Utf8, Self::Gb18030, Self::Utf16Le, Self::Utf16Be];
        all.into_iter().find(|encoding| head.starts_with(encoding.mark()))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030",
            Self::Big5 => "Big5",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        }
    }

    fn name_with_mark(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8 with BOM",
            Self::Gb18030 => "GB18030 with BOM",
            Self::Big5 => "Big5",
            Self::Utf16Le => "UTF-16LE with BOM",
            Self::Utf16Be => "UTF-16BE with BOM",
        }
    }

    fn decoder(self) -> Option<encoding_rs::Decoder> {
        let encoding = match self {
            Self::Utf8 => return None,
            Self::Gb18030 => encoding_rs::GB18030,
            Self::Big5 => encoding_rs::BIG5,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
        };
        Some(encoding.new_decoder_without_bom_handling())
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no encoding's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not an encoding that is read; write utf-8, gb18030 (or gbk, gb2312), big5, utf-16le or utf-16be")]
pub(crate) struct UnknownEncoding(String);

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    fn from_str(name: &str) -> Result<Self, UnknownEncoding> {
        let bare: String = name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect();
        match bare.to_ascii_lowercase().as_str() {
            "utf8" | "utf8bom" | "utf8sig" | "utf8mb4" | "ascii" => Ok(Self::Utf8),
            "gbk" | "gb2312" | "gb18030" | "cp936" | "euccn" => Ok(Self::Gb18030),
            "big5" | "big5hkscs" | "cp950" => Ok(Self::Big5),
            // Without a byte order it is the one of the machines that write it; a mark says otherwise.
            "utf16" | "utf16le" => Ok(Self::Utf16Le),
            "utf16be" => Ok(Self::Utf16Be),
            _ => Err(UnknownEncoding(name.to_owned())),
        }
    }
}

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
