//! Packages made by hand.

use super::*;
use crate::format::rows::recorder::Recorder;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn record(id: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = if id < 0x80 { vec![id as u8] } else { vec![id as u8 | 0x80, (id >> 7) as u8] };
    let mut length = data.len();
    while length >= 0x80 {
        bytes.push(length as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend(data);
    bytes
}

fn text(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&(units.len() as u32 / 2).to_le_bytes(), &units[..]].concat()
}

fn cell(id: u16, column: u32, value: &[u8]) -> Vec<u8> {
    record(id, &[&column.to_le_bytes(), &[0; 4], value].concat())
}

fn row(number: u32) -> Vec<u8> {
    record(0, &[&number.to_le_bytes()[..], &[0; 13]].concat())
}

fn book(cells: &[Vec<u8>]) -> Vec<u8> {
    let sheet = [record(0x81, &[]), record(0x94, &[0; 16]), record(0x91, &[]), cells.concat(), record(0x92, &[])];
    let strings = [record(0x9f, &[1, 0, 0, 0, 1, 0, 0, 0]), record(0x13, &[&[0], &text("phone")[..]].concat())];
    let listed = record(0x9c, &[&[0; 8], &text("rId1")[..], &text("A")].concat());
    let workbook = [record(0x83, &[]), record(0x8f, &[]), listed, record(0x90, &[]), record(0x9d, &[0; 26])];
    let relationships =
        r#"<Relationships><Relationship Id="rId1" Type="worksheet" Target="worksheets/sheet1.bin"/></Relationships>"#;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let parts: [(&str, &[u8]); 5] = [
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.bin", &workbook.concat()),
        ("xl/_rels/workbook.bin.rels", relationships.as_bytes()),
        ("xl/sharedStrings.bin", &strings.concat()),
        ("xl/worksheets/sheet1.bin", &sheet.concat()),
    ];
    for (name, bytes) in parts {
        zip.start_file(name, SimpleFileOptions::default()).expect("an entry");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("written").into_inner()
}

fn recorded(file: &[u8], limits: &Limits) -> (Vec<String>, Option<String>) {
    let mut recorder = Recorder::default();
    let what = match read(Cursor::new(file), limits, &mut recorder) {
        Ok(()) => None,
        Err(Stopped::Damaged { what, .. }) => Some(what),
        Err(other) => panic!("{other:?}"),
    };
    (recorder.lines, what)
}

fn good() -> Vec<u8> {
    let cells = [
        row(0),
        cell(7, 0, &[0; 4]),
        row(2),
        cell(5, 0, &15_400_001_234.0_f64.to_le_bytes()),
        cell(6, 2, &text("15400001234")),
        cell(2, 3, &(7_u32 << 2 | 2).to_le_bytes()),
        cell(4, 4, &[1]),
        cell(3, 5, &[0x2a]),
    ];
    book(&cells)
}

#[test]
fn cells_of_every_kind() {
    let expected = ["A()", r#""phone""#, r#"f15400001234 - "15400001234" i7 "TRUE" -"#];
    assert_eq!(recorded(&good(), &Limits::default()), (expected.map(str::to_owned).to_vec(), None));
    let (_, what) = recorded(&good(), &Limits { whole: 50, ..Limits::default() });
    assert!(what.expect("too large").contains("--max-whole"));
}

#[test]
fn rows_before_damage_are_kept() {
    let cells = [row(0), cell(7, 0, &[0; 4]), row(1), cell(7, 0, &9_u32.to_le_bytes())];
    let (lines, what) = recorded(&book(&cells), &Limits::default());
    assert_eq!((&lines[1][..], what.as_deref()), (r#""phone""#, Some("the spreadsheet is damaged")));
}

#[test]
fn flipped_bytes_are_damage_or_other_values() {
    let file = good();
    let damaged = (0..file.len()).filter(|&at| {
        let mut file = file.clone();
        file[at] ^= 1;
        recorded(&file, &Limits::default()).1.is_some()
    });
    assert!(damaged.count() > 100);
}
