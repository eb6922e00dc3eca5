//! Readers of records, for their fuzz target.

use super::conserved::of_records;
use super::dripping::Dripping;
use crate::container::{Content, FileFormat, Seekable, StreamFormat};
use crate::format::arrow::Arrow;
use crate::format::avro::Avro;
use crate::format::bson::Bson;
use crate::format::orc::Orc;
use crate::format::records::{Lines, MALFORMED, Records};
use crate::limits::Limits;
use std::io::{self, Read};

/// Bytes of the text at most: it is parsed afterwards.
const TEXT_BYTES: u64 = 1 << 20;

/// Limits that hostile inputs of a few hundred bytes reach.
const LIMITS: Limits = Limits { ratio: 100, entries: 100, record: 64 << 10, depth: 16, whole: 8 << 20 };

/// Records of a format; the same whether the bytes arrive whole or in pieces. Every line is JSON,
/// or is marked as malformed.
pub fn records(format: u8, bytes: &[u8]) {
    let whole = text_of(format, bytes, bytes);
    if format % 5 != 4 {
        assert_eq!(whole, text_of(format, Dripping(bytes), bytes), "other pieces made other records");
    }
    for line in whole.lines() {
        let is_json = || serde_json::from_str::<serde_json::Value>(line).is_ok();
        assert!(line.starts_with(MALFORMED) || is_json(), "a line is no JSON");
    }
    let of_stream = |format| Content::Records(format, Box::new(bytes));
    let content = match format % 5 {
        0 => of_stream(StreamFormat::Arrow),
        1 => of_stream(StreamFormat::Avro),
        2 => of_stream(StreamFormat::Bson),
        3 => of_stream(StreamFormat::BsonArchive),
        _ => Content::Tables(FileFormat::Orc, Seekable::Memory(bytes.to_vec())),
    };
    of_records(content, &LIMITS);
}

fn text_of(format: u8, input: impl Read, bytes: &[u8]) -> String {
    match format % 5 {
        0 => Arrow::open(input, &LIMITS).map_or_else(no_text, text),
        1 => Avro::open(input, &LIMITS).map_or_else(no_text, text),
        2 => text(Bson::new(input, &LIMITS)),
        3 => Bson::archive(input, &LIMITS).map_or_else(no_text, text),
        _ => Orc::open(bytes::Bytes::copy_from_slice(bytes), &LIMITS).map_or_else(no_text, text),
    }
}

fn no_text(_: io::Error) -> String {
    String::new()
}

fn text(records: impl Records) -> String {
    let mut text = Vec::new();
    // Its error is damage, as it must be.
    let _ = Lines::new(records, TEXT_BYTES, &LIMITS).read_to_end(&mut text);
    String::from_utf8(text).expect("UTF-8")
}
