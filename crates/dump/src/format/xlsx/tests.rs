//! Packages made by hand: valid ones, and hostile ones.

use super::*;
use crate::format::rows::recorder::Recorder;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

const RELATIONSHIPS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
    <Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>
    </Relationships>"#;

const STYLES: &str = r#"<styleSheet><numFmts count="1"><numFmt numFmtId="170" formatCode="yyyy\-mm\-dd"/></numFmts>
    <cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="49"/><xf numFmtId="170"/></cellXfs></styleSheet>"#;

const STRINGS: &str = r#"<sst count="9" uniqueCount="3"><si><t>mobile</t></si><si><r><rPr><b/></rPr><t>15400</t></r>
    <r><t xml:space="preserve">001234 </t></r><rPh><t>x</t></rPh></si><si><t>a &amp; b</t></si></sst>"#;

/// A package of entries by name.
fn package(entries: &[(&str, String)], options: SimpleFileOptions) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in entries {
        zip.start_file(*name, options).expect("an entry");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("written").into_inner()
}

/// The entries of a workbook with these sheets: name, state, and rows of each.
fn entries(strings: &str, sheets: &[(&str, &str, &str)]) -> Vec<(&'static str, String)> {
    const PATHS: [&str; 3] = ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"];
    let (mut book, mut relationships) = (Vec::new(), Vec::new());
    let mut entries =
        vec![("_rels/.rels", format!("{HEAD}{RELATIONSHIPS}")), ("xl/styles.xml", format!("{HEAD}{STYLES}"))];
    for (number, (name, state, rows)) in sheets.iter().enumerate() {
        let path = PATHS[number];
        book.push(format!(r#"<sheet name="{name}" sheetId="{number}" state="{state}" r:id="r{number}"/>"#));
        relationships.push(format!(
            r#"<Relationship Id="r{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="{}"/>"#,
            path.trim_start_matches("xl/")
        ));
        entries.push((path, format!("{HEAD}<worksheet><sheetData>{rows}</sheetData></worksheet>")));
    }
    let (book, relationships) = (book.concat(), relationships.concat());
    entries.push(("xl/sharedStrings.xml", format!("{HEAD}{strings}")));
    entries.push(("xl/workbook.xml", format!(r#"{HEAD}<workbook xmlns:r="r"><sheets>{book}</sheets></workbook>"#)));
    entries.push(("xl/_rels/workbook.xml.rels", format!("{HEAD}<Relationships>{relationships}</Relationships>")));
    entries
}

fn book(strings: &str, sheets: &[(&str, &str, &str)]) -> Vec<u8> {
    package(&entries(strings, sheets), SimpleFileOptions::default())
}

fn recorded(file: &[u8], limits: &Limits) -> (Recorder, Result<(), Stopped>) {
    let mut recorder = Recorder::default();
    let result = read(Cursor::new(file), limits, &mut recorder);
    (recorder, result)
}

fn rejection(file: &[u8], limits: &Limits) -> String {
    match recorded(file, limits).1 {
        Err(Stopped::Damaged { what, .. }) => what,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn cells_of_every_kind_in_every_sheet() {
    let first = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>
        <row r="3"><c r="A3"><v>15400001234</v></c><c r="B3" s="2"><v>1.5400001234E10</v></c><c r="C3" s="1"><v>43831</v></c>
        <c r="D3" s="3"><v>43831.5</v></c><c r="E3" s="1"><v>15400001234</v></c><c r="F3" t="b"><v>1</v></c>
        <c r="G3" t="e"><v>#N/A</v></c><c r="H3" t="str"><f>A1&amp;"x"</f><v>x &lt; y</v></c>
        <c r="I3" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c><c r="J3"><f>1+1</f><v>2</v></c>
        <c r="K3" t="d"><v>2020-01-01T00:00:00</v></c><c r="L3" t="e"><v>#SPILL!</v></c><c r="M3"><v>990101199003070001</v></c></row>"#;
    let hidden = r#"<row><c><v>1</v></c><c/><c t="s"><v>2</v></c></row><row><c t="s"><v>99</v></c></row><row><c><v>0.1</v></c></row>"#;
    let (recorder, result) =
        recorded(&book(STRINGS, &[("A", "visible", first), ("B", "hidden", hidden)]), &Limits::default());
    result.expect("a good file");
    let expected = [
        "A()",
        r#""mobile" - "15400001234 ""#,
        r#"f15400001234 f15400001234 "2020-01-01" "2020-01-01 12:00:00" f15400001234 "TRUE" - "x < y" "inline" f2 "2020-01-01T00:00:00" - f990101199003070000"#,
        "B()",
        r#"f1 - "a & b""#,
        "malformed",
        "f0.1",
    ];
    assert_eq!(recorder.lines, expected);
    assert_eq!(recorder.positions, [1, 3, 1, 2, 3]);
}

#[test]
fn rows_beyond_the_format_are_malformed() {
    let rows = r#"<row><c r="XFE1"><v>1</v></c></row><row><c r="XFD2"><v>1</v></c></row><row><c r="A1048577"><v>1</v></c></row>
        <row><c r="ZZZZZZZZZZ9"><v>1</v></c></row>"#;
    let (recorder, _) = recorded(&book(STRINGS, &[("A", "visible", rows)]), &Limits::default());
    assert_eq!(recorder.lines[1], "malformed");
    assert_eq!(recorder.lines[2].split(' ').count(), 16_384);
    assert_eq!(recorder.lines[3], "malformed");
}

#[test]
fn the_cells_of_a_row_that_is_too_long_are_searched() {
    let strings = format!("<sst><si><t>{}</t></si><si><t>15400001234</t></si></sst>", "word ".repeat(150));
    let rows = r#"<row r="1"><c t="s"><v>1</v></c><c t="s"><v>0</v></c><c t="s"><v>0</v></c><c><v>15400001235</v></c></row>
        <row r="2"><c t="s"><v>1</v></c></row>"#;
    let file = book(&strings, &[("A", "visible", rows)]);
    let (recorder, result) = recorded(&file, &Limits { record: 1_000, ..Limits::default() });
    result.expect("a good file");
    assert_eq!(recorder.lines[1..], ["malformed", "\"15400001234\""]);
    let lost: Vec<&str> = recorder.pieces.iter().map(|(_, text, _)| &text[..5]).collect();
    assert_eq!(lost, ["15400", "word ", "word ", "15400"]);
}

#[test]
fn errors_name_the_flags_of_their_limits() {
    let good = book(STRINGS, &[("A", "visible", "<row><c><v>1</v></c></row>")]);
    recorded(&good, &Limits::default()).1.expect("a good file");
    assert!(rejection(&good, &Limits { entries: 3, ..Limits::default() }).contains("--max-entries"));
    assert!(rejection(&good, &Limits { whole: 1_000, ..Limits::default() }).contains("--max-whole"));
    assert!(rejection(&good, &Limits { record: 100, ..Limits::default() }).contains("--max-record"));
    let strings = format!("<sst>{}</sst>", "<si><t/></si>".repeat(1_000));
    let many = book(&strings, &[]);
    assert!(rejection(&many, &Limits { whole: 50_000, ..Limits::default() }).contains("--max-whole"));
    let lying = book(r#"<sst uniqueCount="1000000000000"></sst>"#, &[]);
    assert!(rejection(&lying, &Limits::default()).contains("--max-whole"));
    // A sheet of rows and cells may exceed the memory limit.
    let rows = "<row><c><v>1</v></c></row>".repeat(10_000);
    let (recorder, result) =
        recorded(&book("<sst></sst>", &[("A", "visible", &rows)]), &Limits { whole: 100_000, ..Limits::default() });
    result.expect("a good file");
    assert_eq!(recorder.rows, 10_000);
}

#[test]
fn bombs_are_rejected() {
    let spaces = " ".repeat(70 << 20);
    let options = SimpleFileOptions::default().compression_level(Some(9));
    let mut bomb = entries(STRINGS, &[("A", "visible", "<row><c><v>1</v></c></row>")]);
    bomb.push(("xl/media/picture.bin", spaces));
    let file = package(&bomb, options);
    assert!(rejection(&file, &Limits { ratio: 100, ..Limits::default() }).contains("--max-ratio"));
    assert!(rejection(&file, &Limits { whole: 1 << 20, ..Limits::default() }).contains("--max-whole"));
    recorded(&file, &Limits::default()).1.expect("within the caps");
    // One long string that many cells share.
    let strings = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(1_000_000));
    let rows = r#"<row><c t="s"><v>0</v></c></row>"#.repeat(100);
    let file = book(&strings, &[("A", "visible", &rows)]);
    assert!(rejection(&file, &Limits { ratio: 100, ..Limits::default() }).contains("--max-ratio"));
}

#[test]
fn unsupported_markup_is_rejected() {
    for rows in [
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "<!-- a -- b -->",
        "<!-->",
        r#"</row a="b">"#,
        r#"<?xml version="1.0" encoding="GB18030"?>"#,
    ] {
        let what = rejection(&book(STRINGS, &[("A", "visible", rows)]), &Limits::default());
        assert!(what.contains("markup"), "{rows}: {what}");
    }
    let comment = "<!-- a - b --><row><c><v>1</v></c></row><![CDATA[<!DOCTYPE]]><?a b?>";
    recorded(&book(STRINGS, &[("A", "visible", comment)]), &Limits::default()).1.expect("good markup");
    let other = SimpleFileOptions::default().compression_method(CompressionMethod::Bzip2);
    assert!(rejection(&package(&entries(STRINGS, &[]), other), &Limits::default()).contains("compressed"));
}

#[test]
fn rows_before_truncation_are_kept() {
    let rows = r#"<row><c><v>1</v></c></row><row><c><v>2</v></c></row><row><c t="s"><v>0"#;
    let file = book(STRINGS, &[("A", "visible", rows)]);
    let (recorder, result) = recorded(&file, &Limits::default());
    assert!(matches!(result, Err(Stopped::Damaged { .. })));
    assert_eq!(recorder.lines[..2], ["A()", "f1"]);
    for length in [0, 10, file.len() - 1] {
        assert!(recorded(&file[..length], &Limits::default()).1.is_err(), "of {length} bytes");
    }
}

/// Any changed byte gives damage or other values, never a hang or a panic.
#[test]
fn flipped_bytes_are_damage_or_other_values() {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let file = package(&entries(STRINGS, &[("A", "visible", "<row><c r=\"A1\"><v>1</v></c></row>")]), stored);
    let damaged = (0..file.len()).filter(|&at| {
        let mut file = file.clone();
        file[at] ^= 1;
        recorded(&file, &Limits::default()).1.is_err()
    });
    assert!(damaged.count() > 100);
}
