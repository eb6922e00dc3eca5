//! Pieces of XML, found in bounded memory: tags, and what is between them. Only markup that all
//! parsers read alike is accepted.

use crate::format::window::Window;
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
