//! The parts of messages, one after another, line by line and in constant memory. Every line goes
//! somewhere: into a part, decoded, or between the parts.

use super::headers::{Described, Holds, describe};
use super::transfer::{Decoder, Transfer, Uuencoded};
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};
use zeroize::Zeroize as _;

/// Bytes of a line that are read at a time.
const LINE_BYTES: u64 = 64 << 10;

/// Bytes of the headers of a part. What follows is its content.
const HEADERS_BYTES: usize = 1 << 20;

/// Longest line that is a boundary.
const DASHES_BYTES: usize = 200;

/// Longest name of a header.
const NAME_BYTES: usize = 80;

pub(crate) enum Piece {
    /// A part begins.
    Headers(Described),
    /// Content of the part, decoded.
    Content(Vec<u8>),
    /// The part ends.
    End,
    /// Text in front of parts, between them or behind them.
    Between(Vec<u8>),
}

pub(crate) struct Parts<R> {
    input: BufReader<R>,
    /// Whether messages are separated by lines, as in a mailbox.
    is_mailbox: bool,
    depth: usize,
    /// The boundaries of the parts that are open, outermost first.
    boundaries: Vec<Vec<u8>>,
    state: State,
    headers: Vec<u8>,
    decoder: Decoder,
    /// Whether the content is a text as it is.
    is_plain: bool,
    /// What follows two hyphens in the last line.
    dashes: Vec<u8>,
    /// Files that are written into texts in the way of before MIME, which are not read.
    uuencoded: Uuencoded,
    last: Last,
    line: Vec<u8>,
    pieces: VecDeque<Piece>,
    is_ended: bool,
}

/// What the last line was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    Nothing,
    Empty,
    Whole,
    /// A piece, which the next one continues.
    Piece,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Headers,
    Content,
    Between,
}

impl<R: Read> Parts<R> {
    /// Parts are nested as deeply as this.
    pub(crate) fn new(input: R, depth: usize) -> Self {
        Self {
            input: BufReader::new(input),
            is_mailbox: false,
            depth,
            boundaries: Vec::new(),
            state: State::Headers,
            headers: Vec::new(),
            decoder: Decoder::default(),
            is_plain: true,
            dashes: Vec::new(),
            uuencoded: Uuencoded::default(),
            last: Last::Nothing,
            line: Vec::new(),
            pieces: VecDeque::new(),
            is_ended: false,
        }
    }

    /// How many files stand uuencoded in texts.
    pub(crate) fn uuencoded(&self) -> u64 {
        self.uuencoded.count
    }

    /// The next piece; `None` at the end. An error comes after all pieces before it.
    pub(crate) fn next(&mut self) -> io::Result<Option<Piece>> {
        loop {
            if let Some(piece) = self.pieces.pop_front() {
                return Ok(Some(piece));
            }
            if self.is_ended {
                return Ok(None);
            }
            let mut line = std::mem::take(&mut self.line);
            line.zeroize();
            let read = self.input.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line);
            if line.is_empty() {
                self.is_ended = true;
                self.end_part();
                read?;
                continue;
            }
            self.take(&line);
            self.last = match line.strip_suffix(b"\n").map(<[u8]>::trim_ascii) {
                None => Last::Piece,
                Some(b"") => Last::Empty,
                Some(_) => Last::Whole,
            };
            self.line = line;
        }
    }

    /// A line, or a piece of a long one.
    fn take(&mut self, line: &[u8]) {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if self.last == Last::Nothing && (is_separator(text) || is_length(text)) {
            self.is_mailbox = is_separator(text);
            return self.pieces.push_back(Piece::Between(line.to_vec()));
        }
        if self.last != Last::Piece {
            if self.is_mailbox && self.last == Last::Empty && is_separator(text) {
                self.end_part();
                self.boundaries.clear();
                self.state = State::Headers;
                return self.pieces.push_back(Piece::Between(line.to_vec()));
            }
            if let Some((level, is_last)) = self.boundary(text) {
                self.end_part();
                self.boundaries.truncate(level + usize::from(!is_last));
                self.state = if is_last { State::Between } else { State::Headers };
                return;
            }
        }
        if self.is_plain && self.state != State::Headers {
            self.uuencoded.line(text);
        }
        let is_header = || header_name(text).is_some_and(|name| name.to_ascii_lowercase().starts_with(b"content-"));
        if self.state != State::Headers && self.is_plain && !self.dashes.is_empty() && is_header() {
            return self.unannounced(text);
        }
        self.dashes.zeroize();
        if self.last != Last::Piece && (3..=DASHES_BYTES).contains(&text.len()) {
            self.dashes.extend_from_slice(text.strip_prefix(b"--").unwrap_or_default().trim_ascii_end());
        }
        match self.state {
            State::Headers => self.header(text, line),
            State::Content => {
                let content = self.decoder.line(line);
                self.content(content);
            }
            State::Between => self.pieces.push_back(Piece::Between(line.to_vec())),
        }
    }

    fn header(&mut self, text: &[u8], line: &[u8]) {
        let is_continued = !self.headers.is_empty() && (text.starts_with(b" ") || text.starts_with(b"\t"));
        if text.is_empty() || self.headers.len() > HEADERS_BYTES {
            self.begin();
            if text.is_empty() {
                return;
            }
        } else if self.last == Last::Piece || is_continued || header_name(text).is_some() {
            return self.headers.extend_from_slice(line);
        } else if text.starts_with(b">From ") {
            return self.pieces.push_back(Piece::Between(line.to_vec()));
        } else {
            self.begin();
        }
        // What is no header is content, or what stands between parts.
        self.take(line);
    }

    /// A part that nothing announces, as in a message that another one quotes, or whose headers are
    /// torn: its boundary, and then its headers.
    fn unannounced(&mut self, text: &[u8]) {
        if self.boundaries.len() >= self.depth.max(1) {
            self.boundaries.pop();
        }
        self.boundaries.push(std::mem::take(&mut self.dashes));
        self.end_part();
        self.state = State::Headers;
        self.header(text, &[text, b"\n"].concat());
    }

    /// The content of a part begins.
    fn begin(&mut self) {
        self.headers.extend_from_slice(b"\r\n\r\n");
        let mut described = describe(&self.headers);
        self.headers.zeroize();
        self.decoder = Decoder::new(described.transfer);
        self.is_plain = described.transfer == Transfer::Plain && described.content == Holds::Text;
        self.state = if described.content == Holds::Message {
            State::Headers
        } else {
            match described.boundary.take().filter(|_| self.boundaries.len() < self.depth) {
                Some(boundary) => {
                    self.boundaries.push(boundary);
                    State::Between
                }
                None => State::Content,
            }
        };
        self.pieces.push_back(Piece::Headers(described));
    }

    fn end_part(&mut self) {
        if !self.headers.is_empty() {
            self.begin();
        }
        let rest = self.decoder.finish();
        self.content(rest);
        self.decoder = Decoder::default();
        self.pieces.push_back(Piece::End);
    }

    fn content(&mut self, content: Vec<u8>) {
        if !content.is_empty() {
            self.pieces.push_back(Piece::Content(content));
        }
    }

    /// Which open boundary a line is, and whether no part follows.
    fn boundary(&self, text: &[u8]) -> Option<(usize, bool)> {
        let text = text.strip_prefix(b"--")?.trim_ascii_end();
        let is = |boundary: &[u8]| match text.strip_prefix(boundary)? {
            b"" => Some(false),
            b"--" => Some(true),
            _ => None,
        };
        (0..self.boundaries.len()).rev().find_map(|level| Some((level, is(&self.boundaries[level])?)))
    }
}

/// The line in front of a message in a mailbox: a sender and a time, or nothing.
pub(super) fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let is_time =
        |part: &[u8]| matches!(part, [b':', b, c, b':', d] if [b, c, d].iter().all(|digit| digit.is_ascii_digit()));
    rest.trim_ascii().is_empty() || rest.windows(5).any(is_time)
}

/// The length of a message, which Apple's program writes in front of it.
pub(super) fn is_length(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    (1..=10).contains(&line.len()) && line.iter().all(u8::is_ascii_digit)
}

/// The name of the header that a line begins.
pub(super) fn header_name(line: &[u8]) -> Option<&[u8]> {
    let name = line[..memchr::memchr(b':', line)?].trim_ascii_end();
    let is_name = !name.starts_with(b"--")
        && (1..=NAME_BYTES).contains(&name.len())
        && name.iter().all(|&b| b.is_ascii_graphic());
    is_name.then_some(name)
}
