//! A column of a stripe, which gives its values one by one.

use super::damage::broken;
use super::integers::Integers;
use super::runs::{Bits, Bytes};
use super::stream::Stream;
use super::words::{TEXT_BYTES, Words};
use crate::format::records::{Json, damaged};
use parquet::file::reader::ChunkReader;
use std::io;
use zeroize::Zeroize as _;

pub(super) struct Column<R> {
    /// Which values are there; all of them if this is not stored.
    pub(super) present: Option<Bits<R>>,
    pub(super) values: Values<R>,
}

pub(super) enum Values<R> {
    /// Times, and what is not known.
    Nothing,
    Boolean(Bits<R>),
    Byte(Bytes<R>),
    Integer(Integers<R>),
    Float(Stream<R>),
    Double(Stream<R>),
    Text {
        lengths: Integers<R>,
        data: Stream<R>,
        is_text: bool,
    },
    Word {
        numbers: Integers<R>,
        words: Words<R>,
    },
    Decimal {
        data: Stream<R>,
        scales: Integers<R>,
    },
    List(Integers<R>, Box<Column<R>>),
    Map(Integers<R>, Box<[Column<R>; 2]>),
    Struct(Vec<(String, Column<R>)>),
    Union(Bytes<R>, Vec<Column<R>>),
}

impl<R: ChunkReader> Column<R> {
    /// The next row. Values that are not structures get a name.
    pub(super) fn record(&mut self, json: &mut Json) -> io::Result<()> {
        if matches!(self.values, Values::Struct(_)) {
            return self.next(json);
        }
        json.begin_object();
        json.key("value");
        self.next(json)?;
        json.end_object();
        Ok(())
    }

    fn next(&mut self, json: &mut Json) -> io::Result<()> {
        if json.text().len() > TEXT_BYTES {
            return Err(damaged("a row of the ORC file is too long", 0));
        }
        if let Some(present) = &mut self.present
            && !present.next()?
        {
            json.null();
            return Ok(());
        }
        match &mut self.values {
            Values::Nothing => json.null(),
            Values::Boolean(bits) => json.boolean(bits.next()?),
            Values::Byte(bytes) => json.integer(bytes.next()?.cast_signed()),
            Values::Integer(integers) => json.integer(integers.next()?),
            Values::Float(data) => json.single(f32::from_le_bytes(data.array()?)),
            Values::Double(data) => json.double(f64::from_le_bytes(data.array()?)),
            Values::Text { lengths, data, is_text } => {
                let length = lengths.length()?;
                if length > TEXT_BYTES {
                    return Err(damaged("a value of the ORC file is too long", 0));
                }
                let mut bytes = Vec::new();
                data.append(length, &mut bytes)?;
                if *is_text {
                    json.text_of(&bytes);
                } else {
                    json.bytes(&bytes);
                }
                bytes.zeroize();
            }
            Values::Word { numbers, words } => {
                let number = numbers.length()?;
                json.text_of(words.get(number).ok_or_else(broken)?);
            }
            Values::Decimal { data, scales } => {
                let (unscaled, scale) = (data.long_varint()?, scales.next()?);
                match (unscaled, i32::try_from(scale)) {
                    (Some(unscaled), Ok(scale)) => json.decimal(unscaled, scale),
                    _ => json.null(),
                }
            }
            Values::List(lengths, item) => {
                let count = lengths.length()?;
                json.begin_array();
                for _ in 0..count {
                    item.next(json)?;
                }
                json.end_array();
            }
            Values::Map(lengths, inside) => {
                let count = lengths.length()?;
                let [key, value] = &mut **inside;
                json.begin_object();
                let mut name = Json::new(1);
                for _ in 0..count {
                    name.clear();
                    key.next(&mut name)?;
                    match serde_json::from_str(name.text()) {
                        Ok(serde_json::Value::String(text)) => json.key(&text),
                        _ => json.key(name.text()),
                    }
                    value.next(json)?;
                }
                json.end_object();
            }
            Values::Struct(fields) => {
                json.begin_object();
                for (name, field) in fields {
                    json.key(name);
                    field.next(json)?;
                }
                json.end_object();
            }
            Values::Union(choices, inside) => {
                let choice = usize::from(choices.next()?);
                inside.get_mut(choice).ok_or_else(broken)?.next(json)?;
            }
        }
        Ok(())
    }
}
