//! JSON, as search engines and applications export it.

use super::column::{Column, Value};
use super::decoys::digits;
use super::headers::Names;
use super::layout::Layout;
use super::row::Row;
use super::shape::Shape;

/// Hits per search response.
const HITS: u64 = 1_000;

pub(super) fn head(layout: &Layout<'_>, out: &mut Vec<u8>) {
    if layout.shape == Shape::JsonArray {
        out.extend_from_slice(b"[");
    }
}

pub(super) fn row(layout: &Layout<'_>, row: &Row, out: &mut Vec<u8>) {
    match layout.shape {
        Shape::Bulk => {
            out.extend_from_slice(br#"{"index":{"_index":"people","_id":""#);
            digits(out, row.at, 10);
            out.extend_from_slice(b"\"}}\n");
            if row.is_broken {
                cut(row, out);
            } else {
                source(layout.names, row, out);
            }
            out.push(b'\n');
        }
        Shape::SearchResponse => {
            let place = row.at % HITS;
            if place == 0 {
                out.extend_from_slice(
                    br#"{"took":3,"timed_out":false,"_shards":{"total":5,"successful":5,"failed":0},"#,
                );
                out.extend_from_slice(br#""hits":{"total":{"value":10000,"relation":"gte"},"max_score":1.0,"hits":["#);
            } else {
                out.push(b',');
            }
            hit(layout.names, row, out);
            if place == HITS - 1 || row.at + 1 == layout.rows {
                out.extend_from_slice(b"]}}\n");
            }
        }
        Shape::ConcatenatedJson => source(layout.names, row, out),
        Shape::JsonArray => {
            out.extend_from_slice(if row.at == 0 { b"\n" } else { b",\n" });
            pretty(layout.names, row, out);
        }
        Shape::JsonInStrings => {
            out.extend_from_slice(br#"{"level":"info","message":""#);
            let mut inner = Vec::with_capacity(512);
            source(layout.names, row, &mut inner);
            escaped(&inner, out);
            out.extend_from_slice(b"\"}\n");
        }
        _ => {
            if row.is_broken {
                cut(row, out);
            } else {
                hit(layout.names, row, out);
            }
            out.push(b'\n');
        }
    }
}

pub(super) fn tail(layout: &Layout<'_>, out: &mut Vec<u8>) {
    if layout.shape == Shape::JsonArray {
        out.extend_from_slice(b"\n]\n");
    }
}

fn hit(names: &Names, row: &Row, out: &mut Vec<u8>) {
    out.extend_from_slice(br#"{"_index":"people","_type":"_doc","_id":""#);
    digits(out, row.at, 10);
    out.extend_from_slice(br#"","_score":1,"_source":"#);
    source(names, row, out);
    out.push(b'}');
}

/// A truncated record.
fn cut(row: &Row, out: &mut Vec<u8>) {
    out.extend_from_slice(br#"{"_index":"people","_source":{"name":""#);
    escaped(row.get(Column::Name), out);
}

/// A record: phone and address are one object deeper.
fn source(names: &Names, row: &Row, out: &mut Vec<u8>) {
    out.push(b'{');
    for (place, ((cell, value), name)) in row.cells().zip(names.all()).enumerate() {
        if place > 0 {
            out.push(b',');
        }
        if place == Column::Phone as usize {
            out.extend_from_slice(br#""contact":{"#);
        }
        out.push(b'"');
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":");
        scalar(cell, value, out);
        if place == Column::Address as usize {
            out.push(b'}');
        }
    }
    out.push(b'}');
}

fn pretty(names: &Names, row: &Row, out: &mut Vec<u8>) {
    out.extend_from_slice(b"  {");
    for (place, ((cell, value), name)) in row.cells().zip(names.all()).enumerate() {
        out.extend_from_slice(if place == 0 { b"\n    \"" } else { b",\n    \"" });
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\": ");
        scalar(cell, value, out);
    }
    out.extend_from_slice(b"\n  }");
}

fn scalar(cell: &[u8], value: Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Integer | Value::Float => out.extend_from_slice(cell),
        Value::Text => {
            out.push(b'"');
            escaped(cell, out);
            out.push(b'"');
        }
    }
}

/// The inside of a string.
fn escaped(text: &[u8], out: &mut Vec<u8>) {
    if !text.iter().any(|&b| matches!(b, b'"' | b'\\' | b'\n' | b'/')) {
        return out.extend_from_slice(text);
    }
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            // Escaped as PHP does.
            b'/' => out.extend_from_slice(br"\/"),
            b'\n' => out.extend_from_slice(br"\n"),
            byte => out.push(byte),
        }
    }
}
