//! What files that are no text hold beside good cells: broken records, bytes in other encodings.

use super::{phone, read_content};
use crate::container::{Content, FileFormat, Seekable, StreamFormat};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::sync::Arc;

/// A document of one text, whose type may be none.
fn document(kind: u8, text: &str) -> Vec<u8> {
    let length = text.len() as u32 + 1;
    let element = [&[kind][..], b"mobile\0", &length.to_le_bytes(), text.as_bytes(), &[0]].concat();
    [&(element.len() as u32 + 5).to_le_bytes()[..], &element, &[0]].concat()
}

#[test]
fn a_broken_record_is_searched() {
    let mut bytes: Vec<u8> = (0..20).flat_map(|n| document(2, &phone(n))).collect();
    bytes.extend(document(0x20, &phone(20)));
    bytes.extend(document(2, &phone(21)));
    let content = Content::Records(StreamFormat::Bson, Box::new(&bytes[..]));
    let (report, mut found) = read_content(content, &[], "", "CN", true).expect("read");
    assert_eq!((report.rows, report.malformed, report.malformed_at), (22, 1, vec![21]));
    found.sort();
    let mut expected: Vec<String> = (0..22).map(|n| format!("+86{}", phone(n))).collect();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn bytes_in_another_encoding_keep_their_digits() {
    let schema = Arc::new(parse_message_type("message m { required binary remark; }").expect("a schema"));
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).expect("a writer");
    let mut group = writer.next_row_group().expect("a row group");
    let mut column = group.next_column().expect("a column").expect("the column");
    let values: Vec<ByteArray> = (0..20)
        .map(|n| ByteArray::from(encoding_rs::GB18030.encode(&format!("请打电话{}谢谢", phone(n))).0.into_owned()))
        .collect();
    column.typed::<ByteArrayType>().write_batch(&values, None, None).expect("written");
    column.close().expect("closed");
    group.close().expect("closed");
    let bytes = writer.into_inner().expect("written");
    let content = Content::Tables(FileFormat::Parquet, Seekable::Memory(bytes));
    let (report, found) = read_content(content, &[], "", "CN", true).expect("read");
    assert_eq!((found.len(), report.not_read()), (20, 0), "{report:?}");
}
