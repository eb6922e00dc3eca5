//! Measures the memory that parsing a part of a package takes: the library holds one piece of
//! markup at a time, one cell of a sheet, and all of the parts that are not sheets.
//!
//! The package states which part is what, and may be wrong, so a part is judged by its elements.
//! Only a part of nothing but rows and cells may be larger than the memory limit.

use crate::format::window::Window;
use std::io::Read;

/// Elements of rows, cells and their texts: the library keeps none of them longer than a cell.
const CELL_ELEMENTS: [&[u8]; 26] = [
    b"row",
    b"c",
    b"v",
    b"f",
    b"is",
    b"t",
    b"r",
    b"rPh",
    b"rPr",
    b"b",
    b"i",
    b"u",
    b"sz",
    b"color",
    b"rFont",
    b"family",
    b"scheme",
    b"strike",
    b"vertAlign",
    b"charset",
    b"phoneticPr",
    b"outline",
    b"shadow",
    b"condense",
    b"extend",
    b"sheetData",
];

/// Elements of parts that the library keeps whole: shared strings, workbook, styles, relationships.
const KEPT_ELEMENTS: [&[u8]; 7] = [b"si", b"sst", b"definedName", b"sheet", b"xf", b"numFmt", b"Relationship"];

/// Maximum memory of one of these elements, and of any other element that is not of cells, in
/// bytes.
const KEPT_BYTES: u64 = 512;
const OTHER_BYTES: u64 = 64;

/// Memory of a shared string beside its text.
const STRING_BYTES: u64 = 48;

/// Whether a part may be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Acceptable,
    /// One piece of markup or one cell exceeds the record limit.
    TooLong,
    /// What the library keeps of it exceeds the memory limit.
    TooLarge,
    /// A document type, or an encoding other than UTF-8.
    Unsupported,
}

/// Reads a part to its end.
pub(super) fn measure(part: &mut Window<impl Read>, record: usize, whole: u64) -> Verdict {
    let head = part.peek(4);
    let is_wide = head.contains(&0) || head.starts_with(&[0xfe, 0xff]) || head.starts_with(&[0xff, 0xfe]);
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if is_wide || !head.starts_with(b"<") {
        // A picture, for example. Parsed as markup, it would be one piece.
        return measure_opaque(part, whole);
    }
    let mut meter = Meter { record: record as u64, ..Meter::default() };
    loop {
        let start = part.at();
        match piece(part, record) {
            Piece::End => break,
            Piece::TooLong => return Verdict::TooLong,
            Piece::Unsupported => return Verdict::Unsupported,
            Piece::Tag(length) => {
                if meter.tag(&part.bytes()[..length], start) == Verdict::TooLong {
                    return Verdict::TooLong;
                }
                part.skip(length);
            }
            Piece::Other(length) => {
                if !meter.is_of_cells {
                    meter.kept += length as u64;
                }
                part.skip(length);
            }
        }
        if meter.size(part.at()) > whole {
            return Verdict::TooLarge;
        }
    }
    Verdict::Acceptable
}

fn measure_opaque(part: &mut Window<impl Read>, whole: u64) -> Verdict {
    while !part.peek(1).is_empty() {
        let count = part.bytes().len();
        part.skip(count);
        if part.at() > whole {
            return Verdict::TooLarge;
        }
    }
    Verdict::Acceptable
}

#[derive(Default)]
struct Meter {
    record: u64,
    /// Bytes that the library keeps of any part.
    kept: u64,
    /// Whether it has elements of a part that is kept whole, and their memory beside their text.
    is_kept: bool,
    strings: u64,
    /// Whether the last element belongs to cells.
    is_of_cells: bool,
    /// The position of the open cell.
    cell: Option<u64>,
}

impl Meter {
    /// The memory of a part of which this many bytes have been read.
    fn size(&self, read: u64) -> u64 {
        self.kept.saturating_add(self.strings).saturating_add(if self.is_kept { read } else { 0 })
    }

    fn tag(&mut self, tag: &[u8], start: u64) -> Verdict {
        let name = local_name(tag);
        let (is_end, is_empty) = (tag.starts_with(b"</"), tag.ends_with(b"/>"));
        self.is_of_cells = CELL_ELEMENTS.contains(&name);
        if KEPT_ELEMENTS.contains(&name) {
            self.is_kept = true;
            self.strings = self.strings.saturating_add(match name {
                b"sst" => unique_count(tag).saturating_mul(STRING_BYTES),
                b"si" => STRING_BYTES,
                _ => KEPT_BYTES,
            });
        } else if !self.is_of_cells {
            self.kept += tag.len() as u64 + OTHER_BYTES;
        }
        if name == b"c" {
            self.cell = if is_end || is_empty { None } else { self.cell.or(Some(start)) };
        }
        let end = start + tag.len() as u64;
        if self.cell.is_some_and(|cell| end - cell > self.record) { Verdict::TooLong } else { Verdict::Acceptable }
    }
}

/// The name of a tag without its prefix.
fn local_name(tag: &[u8]) -> &[u8] {
    let name = tag.strip_prefix(b"</").or(tag.strip_prefix(b"<")).unwrap_or(tag);
    let end = name.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')).unwrap_or(name.len());
    let name = &name[..end];
    &name[memchr::memchr(b':', name).map_or(0, |at| at + 1)..]
}

/// The number of strings that a table of shared strings states; the library allocates for them.
fn unique_count(tag: &[u8]) -> u64 {
    const NAME: &[u8] = b"uniqueCount";
    let counts = memchr::memmem::find_iter(tag, NAME).map(|at| {
        let digits =
            tag[at + NAME.len()..].iter().skip_while(|b| !b.is_ascii_digit()).take_while(|b| b.is_ascii_digit());
        digits.fold(0_u64, |count, digit| count.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
    });
    counts.max().unwrap_or(0)
}

/// A piece of markup at the start of the view, with its length.
enum Piece {
    Tag(usize),
    /// Text, a comment, an instruction, a section of characters.
    Other(usize),
    TooLong,
    Unsupported,
    End,
}

fn piece(part: &mut Window<impl Read>, record: usize) -> Piece {
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
