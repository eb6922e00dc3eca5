//! One document of BSON as JSON. `None` means that it is broken.

use super::decimal::decimal128;
use crate::format::records::Json;

/// The kind of binary data that is a list of numbers or an identifier of its own, not a text.
const NOT_TEXT: std::ops::RangeInclusive<u8> = 3..=6;

const OBJECT_ID_BYTES: usize = 12;

/// Writes a document, all of whose bytes these are.
pub(super) fn write(document: &[u8], json: &mut Json) -> Option<()> {
    let mut bytes = Bytes(document);
    bytes.document(json, false)?;
    bytes.0.is_empty().then_some(())
}

/// What is left of a document.
struct Bytes<'d>(&'d [u8]);

impl<'d> Bytes<'d> {
    fn take(&mut self, count: usize) -> Option<&'d [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(i32::from_le_bytes(self.array()?)).ok()
    }

    /// Text that ends with a zero.
    fn name(&mut self) -> Option<&'d [u8]> {
        let name = self.take(memchr::memchr(0, self.0)?)?;
        self.take(1)?;
        Some(name)
    }

    /// Text whose length, with the zero at its end, is in front.
    fn string(&mut self) -> Option<&'d [u8]> {
        let length = self.length()?;
        self.take(length)?.strip_suffix(b"\0")
    }

    fn document(&mut self, json: &mut Json, is_array: bool) -> Option<()> {
        let length = self.0.first_chunk().map(|length| i32::from_le_bytes(*length))?;
        let mut inner = Bytes(self.take(usize::try_from(length).ok()?)?.strip_suffix(b"\0")?.get(4..)?);
        if !json.may_nest() {
            json.null();
            return Some(());
        }
        if is_array {
            json.begin_array();
        } else {
            json.begin_object();
        }
        while !inner.0.is_empty() {
            inner.element(json, is_array)?;
        }
        if is_array {
            json.end_array();
        } else {
            json.end_object();
        }
        Some(())
    }

    fn element(&mut self, json: &mut Json, is_array: bool) -> Option<()> {
        let [kind] = self.array()?;
        let name = self.name()?;
        if !is_array {
            json.key(&String::from_utf8_lossy(name));
        }
        match kind {
            0x01 => json.double(f64::from_le_bytes(self.array()?)),
            0x02 | 0x0d | 0x0e => json.text_of(self.string()?),
            0x0b => {
                json.text_of(self.name()?);
                self.name()?;
            }
            0x0c => {
                json.text_of(self.string()?);
                self.take(OBJECT_ID_BYTES)?;
            }
            0x0f => {
                self.length()?;
                json.begin_array();
                json.text_of(self.string()?);
                self.document(json, false)?;
                json.end_array();
            }
            0x03 => self.document(json, false)?,
            0x04 => self.document(json, true)?,
            0x05 => self.binary(json)?,
            0x08 => {
                let [value] = self.array()?;
                json.boolean(value != 0);
            }
            0x10 => json.integer(i32::from_le_bytes(self.array()?)),
            0x12 => json.integer(i64::from_le_bytes(self.array()?)),
            0x13 => match decimal128(u128::from_le_bytes(self.array()?)) {
                Some((unscaled, scale)) => json.decimal(unscaled, scale),
                None => json.null(),
            },
            _ => {
                self.skip(kind)?;
                json.null();
            }
        }
        Some(())
    }

    fn binary(&mut self, json: &mut Json) -> Option<()> {
        let length = self.length()?;
        let [kind] = self.array()?;
        let bytes = self.take(length)?;
        if NOT_TEXT.contains(&kind) {
            json.null();
        } else {
            json.bytes(bytes);
        }
        Some(())
    }

    /// A value that is no identifier: a time, an object id.
    fn skip(&mut self, kind: u8) -> Option<()> {
        match kind {
            0x06 | 0x0a | 0x7f | 0xff => {}
            0x07 => {
                self.take(OBJECT_ID_BYTES)?;
            }
            0x09 | 0x11 => {
                self.take(8)?;
            }
            _ => return None,
        }
        Some(())
    }
}
