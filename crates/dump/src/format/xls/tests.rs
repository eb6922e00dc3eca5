//! Workbooks made by hand: a compound file around records.

use super::*;
use crate::format::rows::recorder::Recorder;
use std::io::Cursor;

const SECTOR: usize = 512;
const END_OF_CHAIN: u32 = 0xffff_fffe;

fn record(id: u16, data: &[u8]) -> Vec<u8> {
    [&id.to_le_bytes(), &(data.len() as u16).to_le_bytes(), data].concat()
}

/// A text behind a length of two bytes, one byte a character.
fn narrow(text: &str) -> Vec<u8> {
    [&(text.len() as u16).to_le_bytes()[..], &[0], text.as_bytes()].concat()
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&(units.len() as u16 / 2).to_le_bytes()[..], &[1], &units[..]].concat()
}

fn begin(version: u16, kind: u16) -> Vec<u8> {
    record(id::BEGIN, &[version.to_le_bytes(), kind.to_le_bytes(), [0; 2], [0; 2]].concat())
}

fn cell(id: u16, row: u16, column: u16, format: u16, value: &[u8]) -> Vec<u8> {
    let place = [row.to_le_bytes(), column.to_le_bytes(), format.to_le_bytes()].concat();
    record(id, &[&place, value].concat())
}

fn end() -> Vec<u8> {
    record(id::END, &[])
}

/// The stream of a workbook: records before the sheets, and the sheets with their names.
fn book(version: u16, before: &[Vec<u8>], sheets: &[(&str, Vec<Vec<u8>>)]) -> Vec<u8> {
    let name = |name: &str| {
        let bytes: Vec<u8> = if version < 0x600 { name.into() } else { [&[0], name.as_bytes()].concat() };
        [&[name.len() as u8], &bytes[..]].concat()
    };
    let front = [begin(version, 5), before.concat()].concat();
    let entries: usize = sheets.iter().map(|(named, _)| 4 + 6 + name(named).len()).sum();
    let mut at = front.len() + entries + end().len();
    let (mut listed, mut parts) = (Vec::new(), Vec::new());
    for (named, cells) in sheets {
        listed.push(record(id::SHEET, &[&(at as u32).to_le_bytes()[..], &[0, 0], &name(named)].concat()));
        let part = [begin(version, 0x10), cells.concat(), end()].concat();
        at += part.len();
        parts.push(part);
    }
    [front, listed.concat(), end(), parts.concat()].concat()
}

/// A compound file with one stream in sectors of 512 bytes: first the table, then the directory.
fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    let mut stream = stream.to_vec();
    // Shorter ones would be in small sectors.
    stream.resize(stream.len().max(4_096), 0);
    let bytes = stream.len() as u32;
    stream.resize(stream.len().next_multiple_of(SECTOR), 0);
    let count = stream.len() / SECTOR;
    let tables = (count + 2).div_ceil(SECTOR / 4 - 1).max(1);
    let mut table: Vec<u32> = vec![0xffff_fffd; tables];
    table.push(END_OF_CHAIN);
    let first = tables as u32 + 1;
    table.extend((1..count as u32).map(|n| first + n));
    table.push(END_OF_CHAIN);
    table.resize(tables * SECTOR / 4, 0xffff_ffff);
    let mut header = vec![0; SECTOR];
    header[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    header[24..34].copy_from_slice(&[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    let mut long = |at: usize, value: u32| header[at..at + 4].copy_from_slice(&value.to_le_bytes());
    long(44, tables as u32);
    long(48, tables as u32);
    long(56, 4_096);
    long(60, END_OF_CHAIN);
    long(68, END_OF_CHAIN);
    (0..109).for_each(|n| long(76 + 4 * n, if n < tables { n as u32 } else { 0xffff_ffff }));
    let entry = |name: &str, kind: u8, start: u32, bytes: u32| {
        let mut entry = vec![0; 128];
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..units.len()].copy_from_slice(&units);
        entry[64] = units.len() as u8 + 2;
        entry[66] = kind;
        entry[116..120].copy_from_slice(&start.to_le_bytes());
        entry[120..124].copy_from_slice(&bytes.to_le_bytes());
        entry
    };
    let directory = [entry("Root Entry", 5, END_OF_CHAIN, 0), entry(name, 2, first, bytes), vec![0; 256]].concat();
    let table: Vec<u8> = table.into_iter().flat_map(u32::to_le_bytes).collect();
    [header, table, directory, stream].concat()
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

/// Shared texts, the second of which changes its width where the record is continued.
fn strings() -> Vec<Vec<u8>> {
    let front = [&2_u32.to_le_bytes()[..], &2_u32.to_le_bytes(), &narrow("phone"), &[4, 0, 0], b"15"].concat();
    let rest = [&[1][..], &[0x4b, 0x62, 0x3a, 0x67]].concat();
    vec![record(id::STRINGS, &front), record(id::CONTINUED, &rest)]
}

fn small(number: i32) -> [u8; 4] {
    (number << 2 | 2).to_le_bytes()
}

#[test]
fn cells_of_every_kind_in_every_sheet() {
    let format = [&170_u16.to_le_bytes()[..], &wide("yyyy\\-mm\\-dd")].concat();
    let mut before = strings();
    before.push(record(id::FORMAT, &format));
    for number in [0_u16, 170, 14] {
        before.push(record(id::CELL_FORMAT, &[[0; 2], number.to_le_bytes()].concat()));
    }
    let phone = 15_400_001_234.0_f64.to_le_bytes();
    let text_result = [0, 0, 0, 0, 0, 0, 0xff, 0xff];
    let numbers = [&[2, 0, 0, 0][..], &[0, 0], &small(7), &[0, 0], &(700_i32 << 2 | 3).to_le_bytes(), &[1, 0]].concat();
    let first = vec![
        cell(id::SHARED_TEXT, 0, 0, 0, &0_u32.to_le_bytes()),
        cell(id::SHARED_TEXT, 0, 2, 0, &1_u32.to_le_bytes()),
        cell(id::FLOAT, 1, 0, 0, &phone),
        cell(id::FLOAT, 1, 1, 1, &43_831.0_f64.to_le_bytes()),
        cell(id::FLOAT, 1, 2, 2, &phone),
        cell(id::TEXT, 1, 3, 0, &narrow("in line")),
        cell(id::TRUTH_OR_ERROR, 1, 4, 0, &[1, 0]),
        cell(id::TRUTH_OR_ERROR, 1, 5, 0, &[42, 1]),
        cell(id::FORMULA[0], 1, 6, 0, &phone),
        cell(id::FORMULA[0], 1, 7, 0, &text_result),
        record(id::RESULT, &wide("手机")),
        record(id::NUMBERS, &numbers),
        // A chart within a sheet.
        begin(0x600, 0x20),
        cell(id::FLOAT, 9, 9, 0, &phone),
        end(),
    ];
    let second = vec![cell(id::NUMBER, 4, 1, 0, &small(-3))];
    let stream = book(0x600, &before, &[("A", first), ("B", second)]);
    let expected = [
        "A()",
        r#""phone" - "15手机""#,
        r#"f15400001234 "2020-01-01" f15400001234 "in line" "TRUE" - f15400001234 "手机""#,
        "f7 f7",
        "B()",
        "- f-3",
    ];
    assert_eq!(
        recorded(&compound("Workbook", &stream), &Limits::default()),
        (expected.map(str::to_owned).to_vec(), None)
    );
}

#[test]
fn texts_of_excel_5_have_a_code_page() {
    let gbk = b"\xca\xd6\xbb\xfa";
    let text = [&4_u16.to_le_bytes()[..], gbk].concat();
    let before = [record(id::CODE_PAGE, &936_u16.to_le_bytes())];
    let stream = book(0x500, &before, &[("A", vec![cell(id::TEXT, 0, 0, 0, &text)])]);
    let (lines, what) = recorded(&compound("Book", &stream), &Limits::default());
    assert_eq!((&lines[..], what), (&["A()".to_owned(), "\"手机\"".to_owned()][..], None));
}

#[test]
fn what_cannot_be_read_is_said() {
    let said = |stream: &[u8], limits: &Limits| recorded(&compound("Workbook", stream), limits).1.expect("not read");
    let locked = book(0x600, &[record(id::PASSWORD, &[1, 0])], &[]);
    assert!(said(&locked, &Limits::default()).contains("password"));
    assert!(said(&record(id::BEGIN_OLD[2], &[0; 6]), &Limits::default()).contains("before version 5"));
    assert!(said(b"nothing", &Limits::default()).contains("damaged"));
    let many = book(0x600, &strings(), &[]);
    assert!(said(&many, &Limits { whole: 10, ..Limits::default() }).contains("--max-whole"));
    let good = book(0x600, &[], &[("A", vec![cell(id::NUMBER, 0, 0, 0, &small(1))])]);
    assert_eq!(recorded(&compound("Workbook", &good), &Limits::default()).1, None);
    assert!(recorded(&compound("Other", &good), &Limits::default()).1.is_some());
}

#[test]
fn rows_before_truncation_are_kept() {
    let rows = (0..1_000).map(|row| cell(id::NUMBER, row, 0, 0, &small(1))).collect();
    let file = compound("Workbook", &book(0x600, &[], &[("A", rows)]));
    let (lines, what) = recorded(&file[..file.len() / 2], &Limits::default());
    assert!(lines.len() > 300, "{}", lines.len());
    assert_eq!(what.as_deref(), Some("the spreadsheet is truncated"));
}

/// A chain of sectors that leads back to itself ends, and two cells far apart need no memory.
#[test]
fn hostile_files_end() {
    let far = vec![cell(id::NUMBER, 0, 0, 0, &small(1)), cell(id::NUMBER, 65_535, 255, 0, &small(2))];
    let stream = book(0x600, &[], &[("A", far)]);
    let (lines, what) = recorded(&compound("Workbook", &stream), &Limits::default());
    assert_eq!((lines.len(), what), (3, None));
    let mut circle = compound("Workbook", &stream);
    // The third entry of the table: the first sector of the stream.
    circle[SECTOR + 8..SECTOR + 12].copy_from_slice(&2_u32.to_le_bytes());
    recorded(&circle, &Limits::default());
}

/// Any changed byte gives damage or other values, never a panic.
#[test]
fn flipped_bytes_are_damage_or_other_values() {
    let stream = book(0x600, &strings(), &[("A", vec![cell(id::SHARED_TEXT, 0, 0, 0, &[0; 4])])]);
    let file = compound("Workbook", &stream);
    let damaged = (0..file.len()).filter(|&at| {
        let mut file = file.clone();
        file[at] ^= 1;
        recorded(&file, &Limits::default()).1.is_some()
    });
    assert!(damaged.count() > 20);
}

#[test]
fn what_is_beside_cells_is_searched() {
    let strings =
        [&2_u32.to_le_bytes()[..], &2_u32.to_le_bytes(), &narrow("15400009901"), &narrow("15400001201")].concat();
    let before =
        [record(id::STRINGS, &strings), record(0x18, &[&[0; 14][..], &[0x17, 11, 0], b"15400001202"].concat())];
    // A formula with a text in it, the text of a shape, the target of a link.
    let formula = [&15_400_009_902.0_f64.to_le_bytes()[..], &[0; 6], &[14, 0], &[0x17, 11, 0], b"15400001203"].concat();
    let cells = vec![
        cell(id::SHARED_TEXT, 0, 0, 0, &0_u32.to_le_bytes()),
        cell(0x0006, 0, 1, 0, &formula),
        cell(id::TEXT, 0, 2, 0, &narrow("15400009903")),
        record(0x01b6, &[0; 18]),
        record(id::CONTINUED, &[&[0][..], b"call 15400001204"].concat()),
        record(0x01b8, &[&[0; 20][..], &wide("tel:15400001205")].concat()),
        record(0x0014, &narrow("&C15400001206")),
    ];
    let stream = book(0x600, &before, &[("A", cells)]);
    let mut recorder = Recorder::default();
    read(Cursor::new(compound("Workbook", &stream)), &Limits::default(), &mut recorder).expect("a good file");
    let found: Vec<String> = recorder.outside().lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let expected = ["15400001202", "15400001203", "call 15400001204", "tel:15400001205", "15400001206", "15400001201"];
    assert_eq!(found, expected);
    assert_eq!(recorder.lines[1], r#""15400009901" f15400009902 "15400009903""#);
}
