//! A stripe: which of its streams belong to which column.

use super::column::{Column, Values};
use super::damage::broken;
use super::footer::{Footer, Stripe};
use super::integers::Integers;
use super::proto::Message;
use super::runs::{Bits, Bytes};
use super::stream::{Source, Stream, whole};
use super::words::Words;
use parquet::file::reader::ChunkReader;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

/// Maximum bytes of the footer of a stripe.
const FOOTER_BYTES: usize = 64 << 20;

/// Kinds of streams.
const PRESENT: u64 = 0;
const DATA: u64 = 1;
const LENGTH: u64 = 2;
const DICTIONARY: u64 = 3;
const SECONDARY: u64 = 5;

/// The outermost column of a stripe.
pub(super) fn open<R: ChunkReader>(source: &Arc<Source<R>>, footer: &Footer, stripe: &Stripe) -> io::Result<Column<R>> {
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
        let (lengths, data) = (self.integers(place, LENGTH, false), self.stream_or_empty(place, DICTIONARY));
        Words::read(self.source, self.encoding(place).words, lengths, data)
    }
}
