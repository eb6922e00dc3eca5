//! The values of a block, by their types. `None` means that they are broken, or that one is nested
//! too deep.

use super::schema::{Schema, Type};
use crate::format::records::Json;

/// Decimals of more bytes than this are not identifiers.
const DECIMAL_BYTES: usize = 16;

/// The values of a block that are left.
pub(super) struct Values<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) at: usize,
    pub(super) schema: &'b Schema,
    pub(super) text_max: usize,
}

/// A signed number whose sign is its last bit.
pub(super) fn zigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

impl<'b> Values<'b> {
    /// The next record. Values that are not records get a name.
    pub(super) fn record(&mut self, json: &mut Json) -> Option<()> {
        if matches!(self.schema.of(self.schema.root), Type::Record(_)) {
            return self.value(self.schema.root, json);
        }
        json.begin_object();
        json.key("value");
        self.value(self.schema.root, json)?;
        json.end_object();
        Some(())
    }

    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn long(&mut self) -> Option<i64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(zigzag(value));
            }
        }
        None
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.long()?).ok()
    }

    fn counted(&mut self) -> Option<&'b [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    fn value(&mut self, place: usize, json: &mut Json) -> Option<()> {
        match self.schema.of(place) {
            Type::Null => json.null(),
            Type::Boolean => {
                let [value] = self.array()?;
                json.boolean(value != 0);
            }
            Type::Integer => json.integer(self.long()?),
            Type::Float => json.single(f32::from_le_bytes(self.array()?)),
            Type::Double => json.double(f64::from_le_bytes(self.array()?)),
            Type::Bytes => json.bytes(self.counted()?),
            Type::String => json.text_of(self.counted()?),
            Type::Fixed(length) => json.bytes(self.take(*length)?),
            Type::Decimal(length, scale) => {
                let bytes = match length {
                    Some(length) => self.take(*length)?,
                    None => self.counted()?,
                };
                decimal(bytes, *scale, json);
            }
            Type::Time(None) => {
                self.long()?;
                json.null();
            }
            Type::Time(Some(length)) => {
                self.take(*length)?;
                json.null();
            }
            Type::Enum(symbols) => {
                let choice = self.length()?;
                json.string(symbols.get(choice)?);
            }
            Type::Union(choices) => {
                let choice = self.length()?;
                return self.value(*choices.get(choice)?, json);
            }
            Type::Array(_) | Type::Map(_) | Type::Record(_) => return self.nested(place, json),
        }
        Some(())
    }

    fn nested(&mut self, place: usize, json: &mut Json) -> Option<()> {
        if !json.may_nest() || json.text().len() > self.text_max {
            return None;
        }
        match self.schema.of(place) {
            Type::Record(fields) => {
                json.begin_object();
                for (name, kind) in fields {
                    json.key(name);
                    self.value(*kind, json)?;
                }
                json.end_object();
            }
            Type::Array(item) => {
                json.begin_array();
                self.items(json, &mut |values, json| values.value(*item, json))?;
                json.end_array();
            }
            Type::Map(item) => {
                json.begin_object();
                self.items(json, &mut |values, json| {
                    json.key(&String::from_utf8_lossy(values.counted()?));
                    values.value(*item, json)
                })?;
                json.end_object();
            }
            _ => {}
        }
        Some(())
    }

    /// Items come in pieces, each with their number in front.
    fn items(&mut self, json: &mut Json, item: &mut dyn FnMut(&mut Self, &mut Json) -> Option<()>) -> Option<()> {
        loop {
            let count = self.long()?;
            if count == 0 {
                return Some(());
            }
            if count < 0 {
                // The number of bytes, for readers that skip them.
                self.long()?;
            }
            for _ in 0..count.unsigned_abs() {
                if json.text().len() > self.text_max {
                    return None;
                }
                item(self, json)?;
            }
        }
    }
}

fn decimal(bytes: &[u8], scale: i32, json: &mut Json) {
    if !(1..=DECIMAL_BYTES).contains(&bytes.len()) {
        return json.null();
    }
    let sign = if bytes[0] >= 0x80 { -1 } else { 0 };
    json.decimal(bytes.iter().fold(sign, |value, &byte| value << 8 | i128::from(byte)), scale);
}
