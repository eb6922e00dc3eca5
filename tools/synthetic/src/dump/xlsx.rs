//! Spreadsheets: the minimal parts of an Office Open XML workbook, written by hand so that numeric
//! cells are as spreadsheets store them.

use super::column::Value;
use super::compression::{Packer, zip_options};
use super::plan::{Dump, Take, hand_over};
use super::row::Row;
use std::io::{self, Write};
use zip::ZipWriter;

/// A sheet has at most 2^20 rows; a longer dump has several sheets.
const ROWS_A_SHEET: u64 = 1_000_000;

/// Buffered bytes after which they are compressed.
const BUFFER: usize = 1 << 20;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

pub(super) fn write(dump: &Dump, out: &mut Packer<'_>, mut take: Option<Take<'_>>) -> io::Result<()> {
    let rows = dump.spec.rows;
    let sheets = rows.div_ceil(ROWS_A_SHEET).max(1);
    let mut zip = ZipWriter::new_stream(out);
    let mut part = |name: &str, text: String| -> io::Result<()> {
        zip.start_file(name, zip_options())?;
        zip.write_all(HEAD.as_bytes())?;
        zip.write_all(text.as_bytes())
    };
    let each = |text: &dyn Fn(u64) -> String| (1..=sheets).map(text).collect::<String>();
    let overrides =
        each(&|n| format!(r#"<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPES}.worksheet+xml"/>"#));
    part(
        "[Content_Types].xml",
        format!(
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>{overrides}</Types>"#
        ),
    )?;
    part(
        "_rels/.rels",
        format!(
            r#"<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
        ),
    )?;
    let names = each(&|n| format!(r#"<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}"/>"#));
    part(
        "xl/workbook.xml",
        format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>"#),
    )?;
    let targets =
        each(&|n| format!(r#"<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>"#));
    part("xl/_rels/workbook.xml.rels", format!(r#"<Relationships xmlns="{RELATIONS}">{targets}</Relationships>"#))?;
    for sheet in 0..sheets {
        zip.start_file(format!("xl/worksheets/sheet{}.xml", sheet + 1), zip_options())?;
        let first = sheet * ROWS_A_SHEET;
        write_sheet(dump, first..(first + ROWS_A_SHEET).min(rows), &mut zip, &mut take)?;
    }
    zip.finish()?;
    Ok(())
}

fn write_sheet(
    dump: &Dump,
    rows: std::ops::Range<u64>,
    out: &mut impl Write,
    take: &mut Option<Take<'_>>,
) -> io::Result<()> {
    let mut buffer = format!(r#"{HEAD}<worksheet xmlns="{MAIN}"><sheetData>"#).into_bytes();
    if dump.names.are_there() {
        let header = dump.names.all();
        write_row(header.iter().map(|name| (name.as_bytes(), Value::Text)), &mut buffer);
    }
    let mut row = Row::new(take.is_some());
    for at in rows {
        dump.source.fill(at, &mut row);
        write_row(row.cells(), &mut buffer);
        hand_over(row.take_label().into_iter().collect(), take)?;
        if buffer.len() >= BUFFER {
            out.write_all(&buffer)?;
            buffer.clear();
        }
    }
    buffer.extend_from_slice(b"</sheetData></worksheet>");
    out.write_all(&buffer)
}

/// Without cell references: cells follow one another, and an empty one is written.
fn write_row<'c>(cells: impl Iterator<Item = (&'c [u8], Value)>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<row>");
    for (cell, value) in cells {
        match value {
            Value::Null => out.extend_from_slice(b"<c/>"),
            Value::Integer | Value::Float => {
                out.extend_from_slice(b"<c><v>");
                out.extend_from_slice(cell);
                out.extend_from_slice(b"</v></c>");
            }
            Value::Text => {
                out.extend_from_slice(br#"<c t="inlineStr"><is><t xml:space="preserve">"#);
                // No value contains an XML special character.
                out.extend_from_slice(cell);
                out.extend_from_slice(b"</t></is></c>");
            }
        }
    }
    out.extend_from_slice(b"</row>");
}
