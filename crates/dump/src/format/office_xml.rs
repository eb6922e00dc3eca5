//! Pieces of XML, found in bounded memory: tags, and what is between them. Only markup that all
//! parsers read alike is accepted.

use crate::format::window::Window;
use std::borrow::Cow;
use std::io::Read;

/// The name of a tag without its prefix.
pub(super) fn local_name(tag: &[u8]) -> &[u8] {
    let name = tag.strip_prefix(b"</").or(tag.strip_prefix(b"<")).unwrap_or(tag);
    let end = name.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')).unwrap_or(name.len());
    let name = &name[..end];
    &name[memchr::memchr(b':', name).map_or(0, |at| at + 1)..]
}

/// A piece of markup at the start of the view, with its length.
pub(super) enum Piece {
    Tag(usize),
    /// Text, a comment, an instruction, a section of characters.
    Other(usize),
    TooLong,
    Unsupported,
    End,
}

pub(super) fn piece(part: &mut Window<impl Read>, record: usize) -> Piece {
    loop {
        let is_all = part.is_ended();
        let bytes = part.bytes();
        let found = match bytes {
            [] if is_all => return Piece::End,
            [] | [b'<'] => None,
            [b'<', b'?', rest @ ..] => ended(rest, b"?>").map(|length| length + 2),
            [b'<', b'!', rest @ ..] => {
                let (comment, section) = (&b"--"[..], &b"[CDATA["[..]);
                if rest.starts_with(comment) {
                    // Parsers disagree about comments that begin with a bracket or contain two
                    // hyphens.
                    match ended(&bytes[4..], b"--") {
                        _ if bytes[4..].starts_with(b">") || bytes[4..].starts_with(b"->") => {
                            return Piece::Unsupported;
                        }
                        Some(at) if bytes.get(at + 4).is_some_and(|&b| b != b'>') => return Piece::Unsupported,
                        Some(at) => bytes.get(at + 4).map(|_| at + 5),
                        None => None,
                    }
                } else if rest.starts_with(section) {
                    ended(bytes, b"]]>")
                } else if comment.starts_with(&rest[..rest.len().min(2)])
                    || section.starts_with(&rest[..rest.len().min(7)])
                {
                    None
                } else {
                    return Piece::Unsupported;
                }
            }
            [b'<', ..] => tag_end(bytes),
            _ => memchr::memchr(b'<', bytes).or(is_all.then_some(bytes.len())),
        };
        match found {
            Some(length) if length > record => return Piece::TooLong,
            Some(length) if bytes.starts_with(b"</") && memchr::memchr2(b'"', b'\'', &bytes[..length]).is_some() => {
                return Piece::Unsupported;
            }
            Some(length) if bytes[0] == b'<' && !matches!(bytes[1], b'?' | b'!') => return Piece::Tag(length),
            Some(length) if bytes.starts_with(b"<?xml") && !is_utf8(&bytes[..length]) => return Piece::Unsupported,
            Some(length) => return Piece::Other(length),
            None if bytes.len() > record => return Piece::TooLong,
            // The library reports markup that does not end.
            None if is_all => return Piece::End,
            None => {
                part.read_more();
            }
        }
    }
}

fn ended(bytes: &[u8], end: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, end).map(|at| at + end.len())
}

/// The end of a tag; a bracket in quotes does not end it.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr3(b'>', b'"', b'\'', &bytes[at..])?;
        match bytes[at] {
            b'>' => return Some(at + 1),
            quote => at += 2 + memchr::memchr(quote, &bytes[at + 1..])?,
        }
    }
}

/// Whether an XML declaration names no encoding other than UTF-8. (Without a name it is UTF-8.)
fn is_utf8(declaration: &[u8]) -> bool {
    let capitals = declaration.to_ascii_uppercase();
    memchr::memmem::find(&capitals, b"ENCODING").is_none_or(|at| {
        let value = &capitals[at + b"ENCODING".len()..];
        memchr::memmem::find(value, b"UTF-8").is_some() || memchr::memmem::find(value, b"US-ASCII").is_some()
    })
}

/// The text of an attribute, by its name with its prefix.
pub(super) fn attribute<'t>(tag: &'t [u8], name: &[u8]) -> Option<Cow<'t, str>> {
    memchr::memmem::find_iter(tag, name).find_map(|at| {
        tag[..at].last().filter(|byte| byte.is_ascii_whitespace())?;
        let rest = tag[at + name.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let (quote, rest) = rest.split_first()?;
        let end = memchr::memchr(*quote, rest).filter(|_| matches!(quote, b'"' | b'\''))?;
        Some(unescaped(&rest[..end]))
    })
}

/// All attributes of a tag: names with their prefixes, and values as they are written.
pub(super) fn attributes(tag: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let name_end = tag.iter().position(u8::is_ascii_whitespace).unwrap_or(tag.len());
    let mut rest = &tag[name_end..];
    std::iter::from_fn(move || {
        let equals = memchr::memchr(b'=', rest)?;
        let name = rest[..equals].trim_ascii();
        let value = rest[equals + 1..].trim_ascii_start();
        let (quote, value) = value.split_first().filter(|(quote, _)| matches!(quote, b'"' | b'\''))?;
        let end = memchr::memchr(*quote, value)?;
        rest = &value[end + 1..];
        Some((name, &value[..end]))
    })
}

/// What a piece of markup that is no tag says, without its escapes.
pub(super) fn text_of(piece: &[u8]) -> Cow<'_, str> {
    let inside = |start: &[u8], end: &[u8]| piece.strip_prefix(start)?.strip_suffix(end);
    if let Some(plain) = inside(b"<![CDATA[", b"]]>").or_else(|| inside(b"<!--", b"-->")) {
        return String::from_utf8_lossy(plain);
    }
    if piece.starts_with(b"<?") { Cow::Borrowed("") } else { unescaped(piece) }
}

/// Text without its escapes. What is no escape stays.
pub(super) fn unescaped(text: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(text);
    if !text.contains('&') {
        return text;
    }
    let (mut plain, mut rest) = (String::with_capacity(text.len()), &text[..]);
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let escape = rest.find(';').filter(|&end| end <= 10).and_then(|end| Some((character(&rest[1..end])?, end)));
        if let Some((c, end)) = escape {
            plain.push(c);
            rest = &rest[end + 1..];
        } else {
            plain.push('&');
            rest = &rest[1..];
        }
    }
    plain.push_str(rest);
    plain.into()
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}
