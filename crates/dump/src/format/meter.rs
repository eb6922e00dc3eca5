//! Measures the memory that parsing a part of a package takes: the library holds one piece of
//! markup at a time, one cell of a sheet, and all of the parts that are not sheets.
//!
//! The package states which part is what, and may be wrong, so a part is judged by its elements.
//! Only a part of nothing but rows and cells may be larger than the memory limit.

use crate::format::beside::Beside;
use crate::format::office_xml::{Piece, local_name, piece};
use crate::format::rows::Stopped;
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

/// Reads a part to its end; `beside` gets its pieces.
pub(super) fn measure(
    part: &mut Window<impl Read>,
    record: usize,
    whole: u64,
    beside: &mut Beside<'_>,
) -> Result<Verdict, Stopped> {
    let head = part.peek(4);
    let is_wide = head.contains(&0) || head.starts_with(&[0xfe, 0xff]) || head.starts_with(&[0xff, 0xfe]);
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if is_wide || !head.starts_with(b"<") {
        // A picture, for example. Parsed as markup, it would be one piece.
        return measure_opaque(part, whole, beside);
    }
    let mut meter = Meter { record: record as u64, ..Meter::default() };
    loop {
        let start = part.at();
        match piece(part, record) {
            Piece::End => break,
            Piece::TooLong => return Ok(Verdict::TooLong),
            Piece::Unsupported => return Ok(Verdict::Unsupported),
            Piece::Tag(length) => {
                let tag = &part.bytes()[..length];
                if meter.tag(tag, start) == Verdict::TooLong {
                    return Ok(Verdict::TooLong);
                }
                beside.tag(tag)?;
                part.skip(length);
            }
            Piece::Other(length) => {
                if !meter.is_of_cells {
                    meter.kept += length as u64;
                }
                beside.text(&part.bytes()[..length])?;
                part.skip(length);
            }
        }
        if meter.size(part.at()) > whole {
            return Ok(Verdict::TooLarge);
        }
    }
    Ok(Verdict::Acceptable)
}

fn measure_opaque(part: &mut Window<impl Read>, whole: u64, beside: &mut Beside<'_>) -> Result<Verdict, Stopped> {
    while !part.peek(1).is_empty() {
        let count = part.bytes().len();
        beside.bytes(part.bytes())?;
        part.skip(count);
        if part.at() > whole {
            return Ok(Verdict::TooLarge);
        }
    }
    Ok(Verdict::Acceptable)
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
