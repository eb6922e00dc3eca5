//! What reading a part of a package will take: the library holds one piece of markup at a time, one cell of a sheet, and
//! all of the parts that are not sheets.
//!
//! Which part is what, the package itself says, and may lie; so a part is judged by its elements. Only one that holds
//! nothing but rows and cells may be larger than what is read whole.

use crate::format::window::Window;
use std::io::Read;

/// Elements of rows and cells, and of the texts in them: the library keeps none of them longer than a cell.
const OF_CELLS: [&[u8]; 26] = [
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

/// Elements of parts that the library keeps whole: shared strings, the workbook, styles, relationships.
const KEPT: [&[u8]; 7] = [b"si", b"sst", b"definedName", b"sheet", b"xf", b"numFmt", b"Relationship"];

/// What the library may make of such an element, and of any other one beside those of cells, in bytes.
const KEPT_BYTES: u64 = 512;
const OTHER_BYTES: u64 = 64;

/// What a shared string takes beside its text.
const STRING_BYTES: u64 = 48;

/// Judges a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Bearable,
    /// One piece of markup or one cell is longer than the longest record.
    TooLong,
    /// What is kept of it is more than is read whole.
    TooHeavy,
    /// A document type, or another encoding than UTF-8.
    Strange,
}

/// Reads a part to its end.
pub(super) fn weigh(part: &mut Window<impl Read>, record: usize, whole: u64) -> Weight {
    let head = part.look(4);
    let is_wide = head.contains(&0) || head.starts_with(&[0xfe, 0xff]) || head.starts_with(&[0xff, 0xfe]);
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if is_wide || !head.starts_with(b"<") {
        // A picture, say. Were it read as markup, it would be one piece.
        return weigh_opaque(part, whole);
    }
    let mut scales = Scales { record: record as u64, ..Scales::default() };
    loop {
        let start = part.at();
        match piece(part, record) {
            Piece::End => break,
            Piece::TooLong => return Weight::TooLong,
            Piece::Strange => return Weight::Strange,
            Piece::Tag(length) => {
                if scales.tag(&part.bytes()[..length], start) == Weight::TooLong {
                    return Weight::TooLong;
                }
                part.pass(length);
            }
            Piece::Other(length) => {
                if !scales.is_of_cells {
                    scales.kept += length as u64;
                }
                part.pass(length);
            }
        }
        if scales.weight(part.at()) > whole {
            return Weight::TooHeavy;
        }
    }
    Weight::Bearable
}

fn weigh_opaque(part: &mut Window<impl Read>, whole: u64) -> Weight {
    while !part.look(1).is_empty() {
        let count = part.bytes().len();
        part.pass(count);
        if part.at() > whole {
            return Weight::TooHeavy;
        }
    }
    Weight::Bearable
}

#[derive(Default)]
struct Scales {
    record: u64,
    /// What is kept whatever the part is.
    kept: u64,
    /// Whether it has elements of a part that is kept whole, and what they take beside their text.
    is_kept: bool,
    strings: u64,
    /// Whether the last element is one of cells.
    is_of_cells: bool,
    /// Where the cell began that is open.
    cell: Option<u64>,
}

impl Scales {
    /// What a part weighs of which so many bytes are read.
    fn weight(&self, read: u64) -> u64 {
        self.kept.saturating_add(self.strings).saturating_add(if self.is_kept { read } else { 0 })
    }

    fn tag(&mut self, tag: &[u8], start: u64) -> Weight {
        let name = local_name(tag);
        let (is_end, is_empty) = (tag.starts_with(b"</"), tag.ends_with(b"/>"));
        self.is_of_cells = OF_CELLS.contains(&name);
        if KEPT.contains(&name) {
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
        if self.cell.is_some_and(|cell| end - cell > self.record) { Weight::TooLong } else { Weight::Bearable }
    }
}

/// The name of a tag without its prefix.
fn local_name(tag: &[u8]) -> &[u8] {
    let name = tag.strip_prefix(b"</").or(tag.strip_prefix(b"<")).unwrap_or(tag);
    let end = name.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')).unwrap_or(name.len());
    let name = &name[..end];
    &name[memchr::memchr(b':', name).map_or(0, |at| at + 1)..]
}

/// How many strings a table of shared strings says that it has; the library makes room for them.
fn unique_count(tag: &[u8]) -> u64 {
    const NAME: &[u8] = b"uniqueCount";
    let counts = memchr::memmem::find_iter(tag, NAME).map(|at| {
        let digits =
            tag[at + NAME.len()..].iter().skip_while(|b| !b.is_ascii_digit()).take_while(|b| b.is_ascii_digit());
        digits.fold(0_u64, |count, digit| count.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
    });
    counts.max().unwrap_or(0)
}

/// What stands at the start of the view, and how long it is.
enum Piece {
    Tag(usize),
    /// Text, a comment, an instruction, a section of characters.
    Other(usize),
    TooLong,
    Strange,
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
                    // Readers disagree about comments that begin with a bracket or hold two hyphens.
                    match ended(&bytes[4..], b"--") {
                        _ if bytes[4..].starts_with(b">") || bytes[4..].starts_with(b"->") => return Piece::Strange,
                        Some(at) if bytes.get(at + 4).is_some_and(|&b| b != b'>') => return Piece::Strange,
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
                    return Piece::Strange;
                }
            }
            [b'<', ..] => tag_end(bytes),
            _ => memchr::memchr(b'<', bytes).or(is_all.then_some(bytes.len())),
        };
        match found {
            Some(length) if length > record => return Piece::TooLong,
            Some(length) if bytes.starts_with(b"</") && memchr::memchr2(b'"', b'\'', &bytes[..length]).is_some() => {
                return Piece::Strange;
            }
            Some(length) if bytes[0] == b'<' && !matches!(bytes[1], b'?' | b'!') => return Piece::Tag(length),
            Some(length) if bytes.starts_with(b"<?xml") && !is_utf8(&bytes[..length]) => return Piece::Strange,
            Some(length) => return Piece::Other(length),
            None if bytes.len() > record => return Piece::TooLong,
            // The library reports what does not end.
            None if is_all => return Piece::End,
            None => {
                part.more();
            }
        }
    }
}

fn ended(bytes: &[u8], end: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, end).map(|at| at + end.len())
}

/// Where a tag ends; a bracket in quotes does not end it.
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

/// Whether an XML declaration names no other encoding. (What names none is UTF-8.)
fn is_utf8(declaration: &[u8]) -> bool {
    let capitals = declaration.to_ascii_uppercase();
    memchr::memmem::find(&capitals, b"ENCODING").is_none_or(|at| {
        let value = &capitals[at + b"ENCODING".len()..];
        memchr::memmem::find(value, b"UTF-8").is_some() || memchr::memmem::find(value, b"US-ASCII").is_some()
    })
}
