//! Documents made by hand.

use super::*;
use crate::format::rows::recorder::Recorder;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn document(manifest: &str, tables: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        ("meta.xml", "<office:meta><dc:description>15400001301</dc:description></office:meta>"),
        (
            "styles.xml",
            "<style:master-page><style:header><text:p>154<text:span>00001302</text:span></text:p></style:header></style:master-page>",
        ),
        ("settings.xml", "<config:config-item>15400009901</config:config-item>"),
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", &content),
    ];
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).expect("an entry");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("written").into_inner()
}

fn recorded(tables: &str, limits: &Limits) -> (Recorder, Option<String>) {
    let mut recorder = Recorder::default();
    let result = read(Cursor::new(document("", tables)), limits, &mut recorder);
    let what = match result {
        Ok(()) => None,
        Err(Stopped::Damaged { what, .. }) => Some(what),
        Err(other) => panic!("{other:?}"),
    };
    (recorder, what)
}

fn row(cells: &str) -> String {
    format!("<table:table-row>{cells}</table:table-row>")
}

fn text(text: &str) -> String {
    format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
}

#[test]
fn cells_of_every_kind_in_every_sheet() {
    let cells = [
        text("手机 &amp; &lt;x&gt; &#49;"),
        r#"<table:table-cell table:number-columns-repeated="2"/>"#.to_owned(),
        r#"<table:table-cell office:value-type="float" office:value="15400001234"><text:p>1.54E+10</text:p></table:table-cell>"#.to_owned(),
        r#"<table:covered-table-cell office:value-type="boolean" office:boolean-value="true"/>"#.to_owned(),
        r#"<table:table-cell office:value-type="date" office:date-value="2020-01-01"><text:p>1.1.20</text:p></table:table-cell>"#.to_owned(),
        r#"<table:table-cell office:value-type="string" office:string-value="stored"/>"#.to_owned(),
        r#"<table:table-cell office:value-type="string" table:number-columns-repeated="2"><office:annotation><text:p>note</text:p></office:annotation><text:p>a<text:s text:c="2"/><text:span>b</text:span></text:p><text:p><![CDATA[c<]]></text:p></table:table-cell>"#.to_owned(),
    ];
    let first = format!(r#"<table:table table:name="A &amp; B">{}</table:table>"#, row(&cells.concat()));
    let empty = r#"<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
    let repeated = format!(r#"<table:table-row table:number-rows-repeated="2">{}</table:table-row>"#, text("x"));
    let second = format!(r#"<table:table table:name="B">{empty}{repeated}{}{empty}</table:table>"#, row(&text("y")));
    let (recorder, what) = recorded(&(first + &second), &Limits::default());
    let expected = [
        "A & B()",
        r#""手机 & <x> 1" - - f15400001234 "TRUE" "2020-01-01" "stored" "a  b\nc<" "a  b\nc<""#,
        "B()",
        r#""x""#,
        r#""x""#,
        r#""y""#,
    ];
    assert_eq!((recorder.lines, what), (expected.map(str::to_owned).to_vec(), None));
    assert_eq!(recorder.positions, [1, 4, 5, 6]);
}

#[test]
fn what_cannot_be_read_is_said() {
    let locked = document("<manifest:encryption-data/>", "");
    let mut recorder = Recorder::default();
    let result = read(Cursor::new(locked), &Limits::default(), &mut recorder);
    assert!(matches!(result, Err(Stopped::Damaged { what, .. }) if what.contains("password")));
    let long = text(&"x".repeat(2_000));
    let (recorder, what) = recorded(&row(&[text("a"), long].concat()), &Limits { record: 1_000, ..Limits::default() });
    assert_eq!(recorder.lines, [r#""a""#]);
    assert!(what.expect("too long").contains("--max-record"));
    let many = text(&"x".repeat(900)).repeat(3);
    let (recorder, what) = recorded(&(row(&many) + &row(&text("a"))), &Limits { record: 1_000, ..Limits::default() });
    assert_eq!((&recorder.lines[..], what), (&["malformed".to_owned(), r#""a""#.to_owned()][..], None));
}

#[test]
fn repetitions_do_not_fill_the_memory() {
    let cell = format!(
        r#"<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>{}</text:p></table:table-cell>"#,
        "x".repeat(10)
    );
    let bomb = format!(r#"<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>"#);
    let (_, what) = recorded(&bomb, &Limits { ratio: 1, ..Limits::default() });
    assert!(what.expect("a bomb").contains("--max-ratio"));
}

#[test]
fn flipped_bytes_are_damage_or_other_values() {
    let file = document("", &row(&text("15400001234")));
    let damaged = (0..file.len()).filter(|&at| {
        let mut file = file.clone();
        file[at] ^= 1;
        read(Cursor::new(file), &Limits::default(), &mut Recorder::default()).is_err()
    });
    assert!(damaged.count() > 100);
}

#[test]
fn what_stands_beside_cells_is_searched_and_cells_are_not() {
    let cells = r#"<table:table-cell office:value-type="string" table:formula="of:=HYPERLINK(&quot;tel:15400001303&quot;)" office:string-value="call 15400009902">
        <office:annotation><dc:creator>x</dc:creator><text:p>ask 154<text:span>00001304</text:span></text:p></office:annotation>
        <text:p>15400009903 <text:a xlink:href="tel:15400001305">x</text:a></text:p></table:table-cell>
        <table:table-cell office:value-type="float" office:value="15400009904"><text:p>15400009904</text:p></table:table-cell>"#;
    let tables = format!(
        r#"<table:content-validations><table:content-validation table:condition="of:cell-content-is-in-list(&quot;15400001306&quot;)"/></table:content-validations>
        <table:table table:name="A"><table:shapes><draw:frame><draw:text-box><text:p>15400001307</text:p></draw:text-box></draw:frame></table:shapes>{}</table:table>"#,
        row(cells)
    );
    let (recorder, what) = recorded(&tables, &Limits::default());
    assert_eq!(what, None);
    let found = recorder.outside();
    for n in 1..=7 {
        assert_eq!(found.matches(&format!("154000013{n:02}")).count(), 1, "{n}: {found}");
    }
    assert!(!found.contains("1540000990"), "{found}");
    assert_eq!(recorder.lines[1], r#""15400009903 x" f15400009904"#);
}
