//! Running text: messages of people and log lines, alternating. Around each identifier is what a
//! person or a program would write there, and decoys without a label.

use super::column::Column;
use super::decoys::digits;
use super::row::Row;

pub(super) fn row(row: &Row, out: &mut Vec<u8>) {
    if row.is_broken {
        out.extend_from_slice(row.get(Column::Name));
        out.push(b'\n');
        return;
    }
    if row.at.is_multiple_of(2) {
        message(row, out);
    } else {
        log_line(row, out);
    }
    out.push(b'\n');
}

/// `2021-03-05 12:33:01 name: my number is …`.
fn message(row: &Row, out: &mut Vec<u8>) {
    time(row, b' ', out);
    let parts: [&[u8]; 11] = [
        b" ",
        row.get(Column::Name),
        ": ID ".as_bytes(),
        row.get(Column::Id),
        " / 手機 ".as_bytes(),
        row.get(Column::Phone),
        " ( ".as_bytes(),
        row.get(Column::Address),
        " ) QQ:".as_bytes(),
        row.get(Column::Qq),
        b" ",
    ];
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out.extend_from_slice(row.get(Column::Card));
    out.extend_from_slice(b" / ");
    out.extend_from_slice(row.get(Column::Order));
}

/// `2021-03-05T12:33:01.123Z INFO …`.
fn log_line(row: &Row, out: &mut Vec<u8>) {
    time(row, b'T', out);
    let parts: [&[u8]; 13] = [
        b"Z INFO order=",
        row.get(Column::Order),
        b" user=",
        row.get(Column::Name),
        b" id=",
        row.get(Column::Id),
        b" imei=",
        row.get(Column::Imei),
        b" to=",
        row.get(Column::Phone),
        b" ts=",
        row.get(Column::Updated),
        b" company=",
    ];
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out.extend_from_slice(row.get(Column::Company));
    out.extend_from_slice(b" card=");
    out.extend_from_slice(row.get(Column::Card));
}

fn time(row: &Row, between: u8, out: &mut Vec<u8>) {
    let at = row.at;
    out.extend_from_slice(b"20");
    digits(out, 14 + at % 10, 2);
    out.push(b'-');
    digits(out, 1 + at % 12, 2);
    out.push(b'-');
    digits(out, 1 + at % 28, 2);
    out.push(between);
    digits(out, at % 24, 2);
    out.push(b':');
    digits(out, at % 60, 2);
    out.push(b':');
    digits(out, at % 59, 2);
}
