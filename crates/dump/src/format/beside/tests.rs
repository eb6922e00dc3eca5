//! Workbooks with everything that stands beside cells, made by hand as programs write it.

use crate::format::rows::Stopped;
use crate::format::rows::recorder::Recorder;
use crate::format::xlsx;
use crate::limits::Limits;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn package(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).expect("an entry");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("written").into_inner()
}

/// A workbook with a sheet, its strings, and other parts.
fn book(sheet: &str, strings: &str, others: &[(&str, &str)]) -> Vec<u8> {
    let link = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="{LINKS}/{kind}" Target="{target}"/>"#)
    };
    let root = format!("<Relationships>{}</Relationships>", link("r", "officeDocument", "xl/workbook.xml"));
    let links = link("r1", "worksheet", "worksheets/Sheet1.xml") + &link("r2", "sharedStrings", "sharedStrings.xml");
    let links = format!("<Relationships>{links}</Relationships>");
    let names = r#"<definedNames><definedName name="boss">"15400001201"</definedName></definedNames>"#;
    let workbook = format!(r#"<workbook><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets>{names}</workbook>"#);
    let strings = format!("<sst>{strings}</sst>");
    let mut entries: Vec<(&str, &[u8])> = vec![
        ("_rels/.rels", root.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    entries.extend(others.iter().map(|(name, text)| (*name, text.as_bytes())));
    package(&entries)
}

fn recorded(file: &[u8]) -> Recorder {
    let mut recorder = Recorder::default();
    let result: Result<(), Stopped> = xlsx::read(Cursor::new(file), &Limits::default(), &mut recorder);
    result.expect("a good file");
    recorder
}

#[test]
fn what_stands_beside_cells_is_searched_and_cells_are_not() {
    let sheet = r#"<worksheet><sheetPr codeName="x"/><sheetData>
        <row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1"><v>15400009901</v></c></row>
        <row r="7"><c r="A7" t="str"><f>HYPERLINK("tel:15400001202","call 15400009902")</f><v>call</v></c>
        <c r="B7"><f>"154"&amp;"00001203"</f><v></v></c><c r="C7" t="str"><f>""</f><v></v></c><c r="D7"><f>A1</f><v>1</v></c>
        <c r="E7" t="inlineStr"><is><t>15400009903</t></is></c></row></sheetData>
        <dataValidations><dataValidation sqref="A1:A99999999" prompt="ask 15400001204"><formula1>"15400001205,15400001206"</formula1></dataValidation></dataValidations>
        <hyperlinks><hyperlink ref="A1" r:id="rId1" tooltip="15400001207" uid="{15400001-2080-0000-0000-154000012080}"/></hyperlinks>
        <headerFooter><oddFooter>&amp;L15400001208&amp;RPage &amp;P</oddFooter></headerFooter></worksheet>"#;
    let strings =
        "<si><t>15400001209</t></si><si><t>15400009904</t></si><si><r><t>154000</t></r><r><rPr/><t>01210</t></r></si>";
    let others = [
        (
            "xl/worksheets/_rels/sheet1.xml.rels",
            r#"<Relationships><Relationship Id="rId1" Target="tel:+8615400001211"/></Relationships>"#,
        ),
        (
            "xl/comments1.xml",
            "<comments><comment ref=\"A1\"><text><r><t>154</t></r><r><t>00001212</t></r></text></comment></comments>",
        ),
        (
            "xl/threadedComments/threadedComment1.xml",
            "<ThreadedComments><threadedComment><text>15400001213</text></threadedComment></ThreadedComments>",
        ),
        (
            "xl/drawings/drawing1.xml",
            "<xdr:wsDr><xdr:cNvPr id=\"2\" descr=\"15400001214\"/><a:p><a:r><a:t>15400001215</a:t></a:r></a:p></xdr:wsDr>",
        ),
        (
            "xl/pivotCache/pivotCacheRecords1.xml",
            "<pivotCacheRecords><r><s v=\"15400001216\"/><n v=\"15400001217\"/><x v=\"0\"/></r></pivotCacheRecords>",
        ),
        (
            "xl/externalLinks/externalLink1.xml",
            "<externalLink><sheetData><row><cell r=\"A1\" t=\"str\"><v>15400001218</v></cell></row></sheetData></externalLink>",
        ),
        (
            "xl/worksheets/sheet9.xml",
            "<worksheet><sheetData><row><c><v>15400001219</v></c></row></sheetData></worksheet>",
        ),
        (
            "docProps/custom.xml",
            "<Properties><property name=\"x\"><vt:lpwstr>15400001220</vt:lpwstr></property></Properties>",
        ),
        (
            "xl/styles.xml",
            "<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"15400009905\"/></numFmts></styleSheet>",
        ),
        ("xl/media/image1.svg", "<svg><text>15400009906</text></svg>"),
    ];
    let recorder = recorded(&book(sheet, strings, &others));
    let found = recorder.outside();
    // Once each; a formula without a result is said.
    for n in (1..=20).filter(|n| *n != 3) {
        assert_eq!(found.matches(&format!("154000012{n:02}")).count(), 1, "{n}: {found}");
    }
    // Of what is a cell, a look or a picture, only what a formula says as well.
    for n in 1..=6 {
        assert_eq!(found.contains(&format!("154000099{n:02}")), n == 2, "{n}: {found}");
    }
    assert_eq!(recorder.not_read.len(), 1);
    assert!(recorder.not_read[0].starts_with("1 formulas have no stored result (first in row 7)"));
    assert_eq!(recorder.rows, 2);
}

#[test]
fn values_that_are_not_of_their_type_are_searched() {
    let cells = [
        r#"<c t="str"><v><![CDATA[15400001201]]></v></c>"#,
        r#"<c t="n"><v> 15400001202 </v></c>"#,
        "<c><v>call 15400001203</v></c>",
        r#"<c t="e"><v>15400001204</v></c>"#,
        r#"<c t="b"><v>15400001205</v></c>"#,
        r#"<c t="new"><v>15400001206</v></c>"#,
        r#"<c t="s"><v>15400001207</v></c>"#,
        r#"<c t="inlineStr"><v>15400001208</v></c>"#,
        "<c><v>15400001209</v><v>15400001210</v></c>",
        "<c><v>154<!-- -->00001211</v></c>",
        "<c><is><t>15400001212</t></is></c>",
        r#"<c r="B1"><v>x</v></c><c r="C1"><v>15400001213</v></c>"#,
        r#"<c r="A1"><v>15400001214</v></c><c r="B1"><v>x</v></c><c r="C1"><v>1</v></c>"#,
        r#"<c t="s"><v>0</v></c>"#,
    ];
    let strings = "<si><t>a</t><t>15400001215</t></si><si><t>15400001216</t></si>";
    let whole = |recorder: &Recorder| format!("{}\n{}", recorder.text(), recorder.outside());
    for (number, cell) in cells.iter().enumerate() {
        let sheet = format!("<worksheet><sheetData><row>{cell}</row></sheetData></worksheet>");
        let seen = whole(&recorded(&book(&sheet, strings, &[])));
        let mut numbers = cell.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 11);
        assert!(numbers.all(|number| seen.contains(number)), "{number}: {seen}");
        assert!(seen.contains("15400001215"), "{seen}");
        assert_eq!(seen.contains("15400001211"), number == 9, "{seen}");
    }
}

#[test]
fn embedded_files_are_named() {
    let others = [("xl/embeddings/a\u{7}.xlsx", "PK\u{3}\u{4}x"), ("xl/embeddings/b.docx", "PK\u{3}\u{4}x")];
    let recorder = recorded(&book("<worksheet><sheetData/></worksheet>", "", &others));
    assert_eq!(recorder.not_read.len(), 1);
    let said = &recorder.not_read[0];
    assert!(said.starts_with("2 files that are embedded in it were not read (first xl/embeddings/a.xlsx)"), "{said}");
}

#[test]
fn the_records_of_binary_parts_are_searched_without_the_values_of_cells() {
    let wide = |text: &str| {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [&(units.len() as u32 / 2).to_le_bytes(), &units[..]].concat()
    };
    let record = |id: u16, data: &[u8]| {
        let id = if id < 0x80 { vec![id as u8] } else { vec![id as u8 | 0x80, (id >> 7) as u8] };
        [&id[..], &[data.len() as u8 | 0x80, (data.len() >> 7) as u8], data].concat()
    };
    let cell = |id: u16, column: u8, value: &[u8]| record(id, &[&[column, 0, 0, 0, 0, 0, 0, 0], value].concat());
    let sheet = [
        record(0x81, &[]),
        record(0x94, &[0; 16]),
        record(0x91, &[]),
        record(0, &[0; 17]),
        cell(7, 0, &1_u32.to_le_bytes()),
        cell(6, 1, &wide("15400009901")),
        cell(8, 2, &[&wide("15400009902")[..], &[0, 0, 0x17, 11, 0], &wide("15400001201")[4..]].concat()),
        cell(62, 3, &[&[0][..], &wide("15400001202")].concat()),
        record(0x92, &[]),
        record(0x1ee, &[&[0; 16][..], &wide("rId1"), &wide(""), &wide("tip 15400001203"), &wide("")].concat()),
    ];
    let string = |text: &str| record(0x13, &[&[0], &wide(text)[..]].concat());
    let strings = [record(0x9f, &[2, 0, 0, 0, 2, 0, 0, 0]), string("15400001204"), string("15400009903")];
    let listed = record(0x9c, &[&[0; 8], &wide("rId1")[..], &wide("A")].concat());
    let workbook = [record(0x83, &[]), record(0x8f, &[]), listed, record(0x90, &[]), record(0x9d, &[0; 26])];
    let links =
        r#"<Relationships><Relationship Id="rId1" Type="worksheet" Target="worksheets/sheet1.bin"/></Relationships>"#;
    let comments = record(0x27d, &[&[0; 4][..], &wide("call 15400001205")].concat());
    let pivot = record(21, &15_400_001_206.0_f64.to_le_bytes());
    let file = package(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.bin", &workbook.concat()),
        ("xl/_rels/workbook.bin.rels", links.as_bytes()),
        ("xl/sharedStrings.bin", &strings.concat()),
        ("xl/worksheets/sheet1.bin", &sheet.concat()),
        ("xl/comments1.bin", &comments),
        ("xl/pivotCache/pivotCacheDefinition1.bin", &pivot),
    ]);
    let mut recorder = Recorder::default();
    crate::format::xlsb::read(Cursor::new(file), &Limits::default(), &mut recorder).expect("a good file");
    let mut found: Vec<String> =
        recorder.outside().lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    found.sort();
    assert_eq!(
        found,
        ["15400001201", "15400001202", "15400001204", "15400001206", "call 15400001205", "tip 15400001203"]
    );
    assert_eq!(recorder.lines[1], r#""15400009903" "15400009901" "15400009902""#);
}
