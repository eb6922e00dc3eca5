//! Pieces of markup from a stream, in bounded memory: tags, text, comments, whatever is broken.
//!
//! A reader of a library holds a whole piece, however long, and cannot go on behind an error. So
//! pieces are cut here; their attributes and references are parsed by `quick_xml`. Knows nothing of
//! what elements mean: `html` and `xml` do.

use crate::format::lines::between_words;
use crate::format::window::Window;
use quick_xml::escape::resolve_html5_entity;
use quick_xml::events::BytesStart;
use std::borrow::Cow;
use std::io::{self, Read};

/// Longest name of a reference, in bytes.
const REFERENCE_BYTES: usize = 32;

/// Elements of HTML whose content is no markup.
const RAW: [&str; 6] = ["script", "style", "textarea", "title", "xmp", "noembed"];

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text, with references in it.
    Text,
    /// Text without references: a section of characters, a script.
    Literal,
    /// A tag, without its brackets.
    Start,
    /// The name in an end tag.
    End,
    Comment,
    /// An instruction or a declaration.
    Instruction,
    /// Markup that has no end, up to the next tag.
    Broken,
}

/// A piece of markup, with its position in the stream.
pub(crate) struct Piece<'p> {
    pub(crate) at: u64,
    pub(crate) kind: Kind,
    pub(crate) text: Cow<'p, str>,
}

/// Markup as a stream of pieces.
pub(crate) struct Markup<'r> {
    window: Window<&'r mut dyn Read>,
    most: usize,
    is_html: bool,
    /// Bytes of the view that were handed out.
    taken: usize,
    /// The element whose content is no markup, if one is open.
    raw: Option<&'static str>,
    /// For each end that was looked for: the position up to which it does not come.
    absent: [u64; ENDS.len()],
}

/// Ends of pieces.
const ENDS: [&[u8]; 7] = [b"-->", b"]]>", b"?>", b">", b"\"", b"'", b"]>"];
const COMMENT: usize = 0;
const SECTION: usize = 1;
const INSTRUCTION: usize = 2;
const TAG: usize = 3;
const QUOTE: usize = 4;
const APOSTROPHE: usize = 5;
const SUBSET: usize = 6;

/// A part of the view: what it is, where its text is, and where the next piece begins.
struct Found {
    kind: Kind,
    text: std::ops::Range<usize>,
    end: usize,
}

impl<'r> Markup<'r> {
    /// `most` bytes are the longest piece that comes whole.
    pub(crate) fn new(text: &'r mut dyn Read, most: usize, is_html: bool) -> Self {
        let most = most.max(4 << 10);
        Self { window: Window::new(text), most, is_html, taken: 0, raw: None, absent: [0; ENDS.len()] }
    }

    /// The next piece.
    pub(crate) fn next(&mut self) -> Option<Piece<'_>> {
        self.window.skip(std::mem::take(&mut self.taken));
        if self.window.peek(1).is_empty() {
            return None;
        }
        let found = match self.raw {
            Some(name) => self.raw(name),
            None if self.window.bytes()[0] == b'<' => self.tag(),
            None => self.text(0),
        };
        self.taken = found.end;
        let text = String::from_utf8_lossy(&self.window.bytes()[found.text.clone()]);
        if self.is_html && found.kind == Kind::Start {
            let name = name_of(&text).to_ascii_lowercase();
            self.raw = RAW.into_iter().find(|raw| *raw == name && !text.ends_with('/'));
        }
        Some(Piece { at: self.window.at(), kind: found.kind, text })
    }

    /// Whether the stream ended early.
    pub(crate) fn has_failed(&self) -> bool {
        self.window.has_failed()
    }

    /// At the end: whether all of the stream was read.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.window.finish()
    }

    /// Where an end comes in the view, from a position on. What was searched is not searched again.
    fn find(&mut self, end: usize, from: usize) -> Option<usize> {
        let wanted = ENDS[end];
        let known = self.absent[end].saturating_sub(self.window.at()) as usize;
        let mut searched = from.max(known);
        loop {
            let within = self.window.bytes().len().min(self.most);
            let bytes = &self.window.bytes()[..within];
            if let Some(at) = bytes.get(searched..).and_then(|rest| memchr::memmem::find(rest, wanted)) {
                return Some(searched + at);
            }
            searched = searched.max((within + 1).saturating_sub(wanted.len()));
            if within == self.most || !self.window.read_more() {
                self.absent[end] = self.absent[end].max(self.window.at() + searched as u64);
                return None;
            }
        }
    }

    /// Text up to the next bracket behind this position.
    fn text(&mut self, from: usize) -> Found {
        let mut searched = from;
        let end = loop {
            let within = self.window.bytes().len().min(self.most);
            let bytes = &self.window.bytes()[..within];
            if let Some(at) = memchr::memchr(b'<', &bytes[searched..]) {
                break searched + at;
            }
            if within == self.most {
                break between_words(bytes);
            }
            searched = within;
            if !self.window.read_more() {
                break within;
            }
        };
        Found { kind: Kind::Text, text: 0..end, end }
    }

    /// The content of an element that is no markup, or its end.
    fn raw(&mut self, name: &'static str) -> Found {
        let is_end = |bytes: &[u8]| {
            let tag = bytes.strip_prefix(b"</").and_then(|rest| rest.get(..name.len()));
            tag.is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
        };
        let mut searched = 0;
        let end = loop {
            let within = self.window.bytes().len().min(self.most);
            let bytes = &self.window.bytes()[..within];
            let last = (within + 1).saturating_sub(name.len() + 2);
            let starts = memchr::memchr_iter(b'<', &bytes[searched.min(last)..last]);
            if let Some(at) = starts.map(|at| searched + at).find(|&at| is_end(&bytes[at..])) {
                break at;
            }
            if within == self.most {
                break between_words(bytes);
            }
            searched = searched.max(last);
            if !self.window.read_more() {
                break within;
            }
        };
        if end == 0 || is_end(&self.window.bytes()[end.min(self.window.bytes().len())..]) {
            self.raw = None;
        }
        if end == 0 { self.tag() } else { Found { kind: Kind::Literal, text: 0..end, end } }
    }

    /// What begins with a bracket.
    fn tag(&mut self) -> Found {
        let bytes = self.window.peek(9);
        let found = match bytes {
            [b'<', b'!', b'-', b'-', ..] => self.between(Kind::Comment, 4, COMMENT),
            _ if bytes.starts_with(b"<![CDATA[") => self.between(Kind::Literal, 9, SECTION),
            [b'<', b'?', ..] if !self.is_html => self.between(Kind::Instruction, 2, INSTRUCTION),
            [b'<', b'?', ..] => self.between(Kind::Instruction, 2, TAG),
            [b'<', b'!', ..] => self.declaration(),
            [b'<', b'/', ..] => self.between(Kind::End, 2, TAG),
            [b'<', c, ..] if c.is_ascii_alphabetic() || !c.is_ascii() || matches!(c, b'_' | b':') => self.start(),
            _ => return self.text(1),
        };
        found.unwrap_or_else(|| Found { kind: Kind::Broken, ..self.text(1) })
    }

    fn between(&mut self, kind: Kind, from: usize, end: usize) -> Option<Found> {
        // `<!-->` is a whole comment.
        let at = self.find(end, 2)?;
        Some(Found { kind, text: from.min(at)..at, end: at + ENDS[end].len() })
    }

    /// A declaration, perhaps with others in brackets.
    fn declaration(&mut self) -> Option<Found> {
        let end = self.find(TAG, 2)?;
        if !self.is_html && self.window.bytes()[..end].contains(&b'[') {
            return self.between(Kind::Instruction, 2, SUBSET);
        }
        Some(Found { kind: Kind::Instruction, text: 2..end, end: end + 1 })
    }

    /// A start tag. A bracket in a quoted value does not end it; a quote that is not closed quotes
    /// nothing.
    fn start(&mut self) -> Option<Found> {
        let (mut from, mut end) = (1, 0);
        let end = loop {
            if end < from {
                end = self.find(TAG, from)?;
            }
            let bytes = &self.window.bytes()[..end];
            // A quote opens a value only behind an equals sign.
            let quotes = memchr::memchr2_iter(b'"', b'\'', &bytes[from..]).map(|at| from + at);
            let opening = quotes.into_iter().find(|&at| bytes[..at].trim_ascii_end().ends_with(b"="));
            let Some(open) = opening else { break end };
            let quote = if bytes[open] == b'"' { QUOTE } else { APOSTROPHE };
            match self.find(quote, open + 1) {
                Some(close) => from = close + 1,
                None => break end,
            }
        };
        Some(Found { kind: Kind::Start, text: 1..end, end: end + 1 })
    }
}

/// The name in a tag.
pub(crate) fn name_of(tag: &str) -> &str {
    let end = tag.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(tag.len());
    &tag[..end]
}

/// A name without its prefix.
pub(crate) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The attributes of a tag, with their values as text. False for what is none: it is text.
pub(crate) fn attributes(tag: &str, mut each: impl FnMut(&str, Cow<'_, str>)) -> bool {
    let tag = tag.strip_suffix('/').unwrap_or(tag);
    let name = name_of(tag).len();
    let start = BytesStart::from_content(tag, name);
    let mut are_sound = true;
    for attribute in start.html_attributes().with_checks(false) {
        match attribute {
            Ok(attribute) => each(attribute.key.0, unescaped(&attribute.value)),
            Err(_) => are_sound = false,
        }
    }
    are_sound
}

/// A text with its references resolved. What is none stays as it is.
pub(crate) fn unescaped(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        bare.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let name = rest.bytes().take(REFERENCE_BYTES).position(|b| b == b';').map(|end| &rest[..end]);
        match name.and_then(|name| Some((name, resolved(name)?))) {
            Some((name, character)) => {
                bare.push_str(&character);
                rest = &rest[name.len() + 1..];
            }
            None => bare.push('&'),
        }
    }
    bare.push_str(rest);
    Cow::Owned(bare)
}

fn resolved(name: &str) -> Option<Cow<'static, str>> {
    let Some(number) = name.strip_prefix('#') else { return resolve_html5_entity(name).map(Cow::Borrowed) };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    let character = char::from_u32(code.ok()?)?;
    Some(Cow::Owned(character.to_string()))
}

#[cfg(test)]
mod tests;
