//! Lines of fields: CSV, and formats with another separator.

use super::headers::Names;
use super::row::Row;

/// The header, if there is one.
pub(super) fn head(names: &Names, delimiter: &str, out: &mut Vec<u8>) {
    if names.are_there() {
        out.extend_from_slice(names.all().join(delimiter).as_bytes());
        out.push(b'\n');
    }
}

pub(super) fn row(row: &Row, delimiter: &[u8], out: &mut Vec<u8>) {
    if row.is_broken {
        // Truncated before the identifiers.
        out.extend_from_slice(row.cell(0).0);
        out.push(b'\n');
        return;
    }
    for (place, (cell, _)) in row.cells().enumerate() {
        if place > 0 {
            out.extend_from_slice(delimiter);
        }
        if delimiter == b"," { quoted(cell, out) } else { out.extend_from_slice(cell) }
    }
    out.push(b'\n');
}

/// In quotes, if necessary.
fn quoted(cell: &[u8], out: &mut Vec<u8>) {
    let needs_quotes = |b: &u8| matches!(b, b',' | b'"' | b'\n' | b'\r');
    if !cell.iter().any(needs_quotes) {
        out.extend_from_slice(cell);
        return;
    }
    out.push(b'"');
    for part in cell.split_inclusive(|&b| b == b'"') {
        out.extend_from_slice(part);
        if part.ends_with(b"\"") {
            out.push(b'"');
        }
    }
    out.push(b'"');
}
