//! Tables in files that are no text: spreadsheets, Parquet, BSON.

use super::table::{Table, marked_up};
use crate::container::{Content, FileFormat, Seekable, StreamFormat};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::sync::Arc;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Book {
    Xlsx,
    Ods,
    /// Of the first table alone.
    Parquet,
    Bson,
}

pub(super) fn book() -> impl Strategy<Value = Book> {
    prop::sample::select(vec![Book::Xlsx, Book::Ods, Book::Parquet, Book::Bson])
}

impl Book {
    /// The tables that it holds.
    pub(super) fn tables(self, tables: &[Table]) -> &[Table] {
        if self == Self::Parquet { &tables[..1] } else { tables }
    }

    /// Whether a changed byte is noticed. A cut is noticed by all of them, if it is in a record.
    pub(super) fn is_checked(self) -> bool {
        matches!(self, Self::Xlsx | Self::Ods)
    }

    /// Whether a file that was cut is a shorter file of the kind.
    pub(super) fn is_whole(self, mut bytes: &[u8]) -> bool {
        while let (Self::Bson, Some(length)) = (self, bytes.first_chunk()) {
            let Some(rest) = bytes.get(u32::from_le_bytes(*length) as usize..) else { return false };
            bytes = rest;
        }
        bytes.is_empty()
    }

    pub(super) fn content(self, bytes: &[u8]) -> Content<'_> {
        let memory = || Seekable::Memory(bytes.to_vec());
        match self {
            Self::Xlsx => Content::Tables(FileFormat::Xlsx, memory()),
            Self::Ods => Content::Tables(FileFormat::Ods, memory()),
            Self::Parquet => Content::Tables(FileFormat::Parquet, memory()),
            Self::Bson => Content::Records(StreamFormat::Bson, Box::new(bytes)),
        }
    }

    pub(super) fn bytes(self, tables: &[Table]) -> Vec<u8> {
        match self {
            Self::Xlsx => xlsx(tables),
            Self::Ods => ods(tables),
            Self::Parquet => parquet(&tables[0]),
            Self::Bson => tables.iter().flat_map(bson).collect(),
        }
    }
}

fn package(entries: &[(String, String)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in entries {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).expect("an entry");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("written").into_inner()
}

/// Cells of a row, or rows of a table, one after another.
fn joined<T>(all: impl Iterator<Item = T>, write: impl Fn(&mut String, T)) -> String {
    all.fold(String::new(), |mut text, one| {
        write(&mut text, one);
        text
    })
}

/// What types of relationships begin with.
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn xlsx(tables: &[Table]) -> Vec<u8> {
    let (mut sheets, mut links, mut entries) = (String::new(), String::new(), Vec::new());
    for (number, table) in (1..).zip(tables) {
        let cell = |text: &mut String, cell: &String| {
            let _ = if table.is_number(cell) {
                write!(text, "<c><v>{cell}</v></c>")
            } else {
                write!(text, "<c t=\"inlineStr\"><is><t>{}</t></is></c>", marked_up(cell))
            };
        };
        let rows = joined(table.with_header(), |text, row| {
            let _ = write!(text, "<row>{}</row>", joined(row.iter(), cell));
        });
        let _ = write!(sheets, "<sheet name=\"s{number}\" sheetId=\"{number}\" r:id=\"r{number}\"/>");
        let _ = write!(links, "<Relationship Id=\"r{number}\" Type=\"{OFFICE}/worksheet\" Target=\"s{number}.xml\"/>");
        entries.push((format!("xl/s{number}.xml"), format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")));
    }
    let book = format!("<Relationship Id=\"r\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/>");
    entries.push(("_rels/.rels".to_owned(), format!("<Relationships>{book}</Relationships>")));
    entries.push(("xl/workbook.xml".to_owned(), format!("<workbook><sheets>{sheets}</sheets></workbook>")));
    entries.push(("xl/_rels/workbook.xml.rels".to_owned(), format!("<Relationships>{links}</Relationships>")));
    package(&entries)
}

fn ods(tables: &[Table]) -> Vec<u8> {
    let tables = joined((1..).zip(tables), |text, (number, table): (u32, &Table)| {
        let cell = |text: &mut String, cell: &String| {
            let _ = if table.is_number(cell) {
                write!(text, "<table:table-cell office:value-type=\"float\" office:value=\"{cell}\"/>")
            } else {
                let cell = marked_up(cell);
                write!(
                    text,
                    "<table:table-cell office:value-type=\"string\"><text:p>{cell}</text:p></table:table-cell>"
                )
            };
        };
        let rows = joined(table.with_header(), |text, row| {
            let _ = write!(text, "<table:table-row>{}</table:table-row>", joined(row.iter(), cell));
        });
        let _ = write!(text, "<table:table table:name=\"s{number}\">{rows}</table:table>");
    });
    let body = format!("<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>");
    let names = "xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"";
    package(&[
        ("mimetype".to_owned(), "application/vnd.oasis.opendocument.spreadsheet".to_owned()),
        ("META-INF/manifest.xml".to_owned(), String::new()),
        ("content.xml".to_owned(), format!("<office:document-content {names}>{body}</office:document-content>")),
    ])
}

fn parquet(table: &Table) -> Vec<u8> {
    let fields = joined(0..table.width(), |text, at| {
        let _ = write!(text, "required binary {} (UTF8); ", plain(table, at));
    });
    let schema = Arc::new(parse_message_type(&format!("message m {{ {fields} }}")).expect("a schema"));
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).expect("a writer");
    let rows: Vec<Vec<String>> = table.rows().collect();
    let mut group = writer.next_row_group().expect("a row group");
    for at in 0..table.width() {
        let values: Vec<ByteArray> = rows.iter().map(|row| ByteArray::from(row[at].as_str())).collect();
        let mut column = group.next_column().expect("a column").expect("another column");
        column.typed::<ByteArrayType>().write_batch(&values, None, None).expect("written");
        column.close().expect("closed");
    }
    group.close().expect("closed");
    writer.into_inner().expect("written")
}

/// A name that schemas can have.
fn plain(table: &Table, at: usize) -> String {
    let name = &table.names()[at];
    if name.is_ascii() { name.clone() } else { format!("field{at}") }
}

fn bson(table: &Table) -> Vec<u8> {
    let mut documents = Vec::new();
    for row in table.rows() {
        let mut elements = Vec::new();
        for (name, cell) in table.names().iter().zip(&row) {
            let named = |elements: &mut Vec<u8>, kind: u8| {
                elements.push(kind);
                elements.extend_from_slice(name.as_bytes());
                elements.push(0);
            };
            if let Some(number) = cell.parse::<i64>().ok().filter(|_| table.is_number(cell)) {
                named(&mut elements, 0x12);
                elements.extend_from_slice(&number.to_le_bytes());
            } else {
                named(&mut elements, 0x02);
                elements.extend_from_slice(&(cell.len() as u32 + 1).to_le_bytes());
                elements.extend_from_slice(cell.as_bytes());
                elements.push(0);
            }
        }
        documents.extend_from_slice(&(elements.len() as u32 + 5).to_le_bytes());
        documents.extend_from_slice(&elements);
        documents.push(0);
    }
    documents
}
