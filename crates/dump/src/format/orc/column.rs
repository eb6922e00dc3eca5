//! The columns of a stripe, which give their values one by one.

use super::damage::broken;
use super::footer::{Footer, Stripe};
use super::integers::Integers;
use super::proto::Message;
use super::runs::{Bits, Bytes};
use super::stream::{Source, Stream, whole};
use crate::format::records::{Json, damaged};
use crate::limits::RATIO_ASKED_FROM;
use parquet::file::reader::ChunkReader;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use zeroize::Zeroize as _;

/// Maximum text of one record: items without bytes may be counted in billions.
const TEXT_BYTES: usize = RATIO_ASKED_FROM as usize;

/// Memory of a word of a dictionary, beside its bytes.
const WORD_BYTES: usize = 8;

/// Maximum bytes of the footer of a stripe.
const FOOTER_BYTES: usize = 64 << 20;

/// Kinds of streams.
const PRESENT: u64 = 0;
const DATA: u64 = 1;
const LENGTH: u64 = 2;
const DICTIONARY: u64 = 3;
const SECONDARY: u64 = 5;

pub(super) struct Column<R> {
    /// Which values are there; all of them if this is not stored.
    present: Option<Bits<R>>,
    values: Values<R>,
}

enum Values<R> {
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

/// The words of a dictionary.
struct Words<R> {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    held: usize,
    source: Arc<Source<R>>,
}

impl<R> Drop for Words<R> {
    fn drop(&mut self) {
        self.bytes.zeroize();
        self.source.release(self.held);
    }
}

/// How a column is encoded, and how many words its dictionary has.
#[derive(Clone, Copy, Default)]
struct Encoding {
    kind: u64,
    words: u64,
}

struct Opening<'o, R> {
    source: &'o Arc<Source<R>>,
    footer: &'o Footer,
    /// Position and length of each stream, by column and kind.
    streams: HashMap<(u64, u64), (u64, u64)>,
    encodings: Vec<Encoding>,
}

impl<R: ChunkReader> Column<R> {
    /// The outermost column of a stripe.
    pub(super) fn open(source: &Arc<Source<R>>, footer: &Footer, stripe: &Stripe) -> io::Result<Self> {
        let behind = stripe.index.checked_add(stripe.data).ok_or_else(broken)?;
        let at = stripe.at.checked_add(behind).ok_or_else(broken)?;
        let bytes = whole(source, at, stripe.footer, FOOTER_BYTES)?;
        let (mut streams, mut encodings, mut at) = (HashMap::new(), Vec::new(), stripe.at);
        let mut is_valid = true;
        let is_whole = Message(&bytes).each(|number, value| match number {
            1 => {
                let (mut kind, mut column, mut length) = (0, 0, 0);
                is_valid &= Message(value.bytes()).each(|number, value| match number {
                    1 => kind = value.number(),
                    2 => column = value.number(),
                    3 => length = value.number(),
                    _ => {}
                });
                streams.insert((column, kind), (at, length));
                at = at.saturating_add(length);
            }
            2 => {
                let mut encoding = Encoding::default();
                is_valid &= Message(value.bytes()).each(|number, value| match number {
                    1 => encoding.kind = value.number(),
                    2 => encoding.words = value.number(),
                    _ => {}
                });
                encodings.push(encoding);
            }
            _ => {}
        });
        if !is_whole || !is_valid {
            return Err(broken());
        }
        Opening { source, footer, streams, encodings }.column(0)
    }

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
                let end = *words.ends.get(number).ok_or_else(broken)?;
                let start = number.checked_sub(1).map_or(0, |before| words.ends[before]);
                json.text_of(&words.bytes[start..end]);
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

impl<R: ChunkReader> Opening<'_, R> {
    fn stream(&self, column: usize, kind: u64) -> Option<Stream<R>> {
        let &(at, length) = self.streams.get(&(column as u64, kind))?;
        Some(Stream::new(Arc::clone(self.source), at, length))
    }

    /// A stream that may be missing if it is empty.
    fn stream_or_empty(&self, column: usize, kind: u64) -> Stream<R> {
        self.stream(column, kind).unwrap_or_else(|| Stream::new(Arc::clone(self.source), 0, 0))
    }

    fn integers(&self, column: usize, kind: u64, is_signed: bool) -> Integers<R> {
        let is_second_version = self.encoding(column).kind >= 2;
        Integers::new(self.stream_or_empty(column, kind), is_signed, is_second_version)
    }

    fn encoding(&self, column: usize) -> Encoding {
        self.encodings.get(column).copied().unwrap_or_default()
    }

    fn column(&self, place: usize) -> io::Result<Column<R>> {
        let column = self.footer.types.get(place).ok_or_else(broken)?;
        let inner = |number: usize| match column.inside.get(number) {
            Some(&inner) => self.column(inner),
            None => Err(broken()),
        };
        let data = || self.stream_or_empty(place, DATA);
        let values = match column.kind {
            0 => Values::Boolean(Bits::new(data())),
            1 => Values::Byte(Bytes::new(data())),
            2..=4 => Values::Integer(self.integers(place, DATA, true)),
            5 => Values::Float(data()),
            6 => Values::Double(data()),
            7 | 16 | 17 if self.encoding(place).kind & 1 == 1 => {
                Values::Word { numbers: self.integers(place, DATA, false), words: self.words(place)? }
            }
            7 | 8 | 16 | 17 => {
                Values::Text { lengths: self.integers(place, LENGTH, false), data: data(), is_text: column.kind != 8 }
            }
            10 => Values::List(self.integers(place, LENGTH, false), Box::new(inner(0)?)),
            11 => Values::Map(self.integers(place, LENGTH, false), Box::new([inner(0)?, inner(1)?])),
            12 => {
                let mut fields = Vec::new();
                for number in 0..column.inside.len() {
                    let name = column.names.get(number).cloned().unwrap_or_else(|| format!("_col{number}"));
                    fields.push((name, inner(number)?));
                }
                Values::Struct(fields)
            }
            13 => {
                let inside = (0..column.inside.len()).map(inner).collect::<io::Result<_>>()?;
                Values::Union(Bytes::new(data()), inside)
            }
            14 => Values::Decimal { data: data(), scales: self.integers(place, SECONDARY, true) },
            _ => Values::Nothing,
        };
        let present = self.stream(place, PRESENT).map(Bits::new);
        Ok(Column { present, values })
    }

    /// Reads a dictionary whole.
    fn words(&self, place: usize) -> io::Result<Words<R>> {
        let mut lengths = self.integers(place, LENGTH, false);
        let mut words = Words { bytes: Vec::new(), ends: Vec::new(), held: 0, source: Arc::clone(self.source) };
        let mut data = self.stream_or_empty(place, DICTIONARY);
        for _ in 0..self.encoding(place).words {
            let length = lengths.length()?;
            if length > TEXT_BYTES {
                return Err(damaged("a value of the ORC file is too long", 0));
            }
            data.append(length, &mut words.bytes)?;
            words.ends.push(words.bytes.len());
            words.hold()?;
        }
        Ok(words)
    }
}

impl<R: ChunkReader> Words<R> {
    fn hold(&mut self) -> io::Result<()> {
        let now = self.bytes.capacity() + self.ends.capacity() * WORD_BYTES;
        if now != self.held {
            self.source.hold(std::mem::replace(&mut self.held, now), now)?;
        }
        Ok(())
    }
}
