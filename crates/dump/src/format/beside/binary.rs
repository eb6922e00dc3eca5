//! The records of a binary part: a type, a length, and data whose texts are found without knowing
//! their layout. Values of cells are delivered by the reader of the sheet, and are passed over.

use super::runs::Runs;
use super::strings::Strings;
use super::texts::Texts;

/// Types of records.
const CELLS: std::ops::RangeInclusive<u32> = 0..=11;
const SHARED: u32 = 7;
const FORMULA_OF_TEXT: u32 = 8;
const FORMULA_OF_NUMBER: u32 = 9;
const FORMULAS: std::ops::RangeInclusive<u32> = 8..=11;
const STRING: u32 = 19;
/// Numbers that the fields of a pivot share.
const NUMBERS: [u32; 2] = [21, 28];

/// Bytes of a cell before its value: column and style.
const CELL_BYTES: u64 = 8;

/// Bytes at the front of a record that are kept: those of a cell, and its value.
const FRONT_BYTES: usize = 16;

#[derive(Default)]
pub(super) struct Binary {
    is_sheet: bool,
    is_strings: bool,
    header: Header,
    id: u32,
    /// Bytes of the record that are left, and the position in it.
    left: u64,
    at: u64,
    front: Vec<u8>,
    runs: Runs,
}

/// The part of a header that comes next, and how many bytes of it have been read.
#[derive(Default)]
enum Header {
    #[default]
    Id,
    SecondOfId,
    Length(u32),
    Data,
}

impl Binary {
    pub(super) fn begin(&mut self, is_sheet: bool, is_strings: bool) {
        *self = Self { is_sheet, is_strings, ..Self::default() };
    }

    /// `is_again`: those strings are read that no cell has.
    pub(super) fn bytes(&mut self, mut bytes: &[u8], texts: &mut Texts, strings: &mut Strings, is_again: bool) {
        while let Some((&byte, rest)) = bytes.split_first() {
            match self.header {
                Header::Id | Header::SecondOfId => {
                    let is_first = matches!(self.header, Header::Id);
                    self.id = if is_first { u32::from(byte) } else { self.id & 0x7f | u32::from(byte & 0x7f) << 7 };
                    self.header = if is_first && byte >= 0x80 { Header::SecondOfId } else { Header::Length(0) };
                    self.left = 0;
                    bytes = rest;
                }
                Header::Length(count) => {
                    self.left |= u64::from(byte & 0x7f) << (7 * count);
                    bytes = rest;
                    if byte >= 0x80 && count < 3 {
                        self.header = Header::Length(count + 1);
                    } else {
                        (self.header, self.at) = (Header::Data, 0);
                        self.front.clear();
                        self.begin_record(strings, is_again);
                    }
                }
                Header::Data => {
                    let count = bytes.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
                    self.data(&bytes[..count], texts, strings, is_again);
                    self.left -= count as u64;
                    bytes = &bytes[count..];
                }
            }
            if matches!(self.header, Header::Data) && self.left == 0 {
                self.end_record(texts, strings);
                self.header = Header::Id;
            }
        }
    }

    fn begin_record(&mut self, strings: &mut Strings, is_again: bool) {
        if self.is_strings && self.id == STRING {
            if is_again { strings.next() } else { strings.count() }
        }
    }

    fn data(&mut self, data: &[u8], texts: &mut Texts, strings: &Strings, is_again: bool) {
        let missing = FRONT_BYTES.saturating_sub(self.front.len()).min(data.len());
        self.front.extend(&data[..missing]);
        let skipped = self.value_end().saturating_sub(self.at).min(data.len() as u64);
        self.at += data.len() as u64;
        let is_read = if self.is_strings { is_again && strings.is_without_cell() } else { true };
        if is_read {
            self.runs.bytes(&data[skipped as usize..], &mut |text| texts.push_margin(text));
        }
    }

    /// Where in the record the value of a cell ends.
    fn value_end(&self) -> u64 {
        let text_bytes =
            || self.front.get(8..12).and_then(<[u8]>::first_chunk).map_or(0, |count| u32::from_le_bytes(*count));
        match self.id {
            _ if !self.is_sheet => 0,
            FORMULA_OF_TEXT => CELL_BYTES + 4 + 2 * u64::from(text_bytes()),
            FORMULA_OF_NUMBER => CELL_BYTES + 8,
            id if FORMULAS.contains(&id) => CELL_BYTES + 1,
            id if CELLS.contains(&id) => u64::MAX,
            _ => 0,
        }
    }

    fn end_record(&mut self, texts: &mut Texts, strings: &mut Strings) {
        self.runs.end(&mut |text| texts.push_margin(text));
        let value = self.front.get(8..12).and_then(<[u8]>::first_chunk);
        if let Some(value) = value.filter(|_| self.is_sheet && self.id == SHARED) {
            let _ = strings.refer_to(u32::from_le_bytes(*value) as usize);
        }
        if let Some(number) = self.front.first_chunk().filter(|_| !self.is_sheet && NUMBERS.contains(&self.id)) {
            texts.push(&f64::from_le_bytes(*number).to_string());
        }
    }
}
