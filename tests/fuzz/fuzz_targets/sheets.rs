//! Any bytes as a spreadsheet that is not xlsx, or as the part of one that holds its cells; the
//! first byte chooses. No panic, bounded memory, and nothing that is seen is lost.

#![no_main]

#[path = "support/own_panics.rs"]
mod own_panics;

use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const MEDIA_TYPE: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
const RELATIONSHIPS: &[u8] =
    b"<Relationships><Relationship Id=\"r\" Target=\"worksheets/sheet1.bin\"/></Relationships>";
/// One sheet, by the name of its relationship.
const BOOK: &[u8] = b"\x9c\x01\x14\0\0\0\0\0\0\0\0\x01\0\0\0r\0\x01\0\0\0a\0\x90\x01\0\x9d\x01\0";
/// What stands before the cells of a sheet.
const BEFORE_CELLS: &[u8] = b"\x81\x01\0\x94\x01\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x91\x01\0";
const STRINGS: &[u8] = b"\x9f\x01\x08\x01\0\0\0\x01\0\0\0\x13\x07\0\x01\0\0\0p\0";

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        zip.start_file(*name, stored).expect("memory");
        zip.write_all(part).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

fuzz_target!(|input: &[u8]| {
    own_panics::only_own_panics();
    let Some((format, bytes)) = input.split_first() else { return };
    match format % 3 {
        0 => exposure_dump::fuzzing::xls(bytes),
        1 => exposure_dump::fuzzing::ods(&package(&[("mimetype", MEDIA_TYPE), ("content.xml", bytes)])),
        _ => exposure_dump::fuzzing::xlsb(&package(&[
            ("xl/workbook.bin", BOOK),
            ("xl/_rels/workbook.bin.rels", RELATIONSHIPS),
            ("xl/sharedStrings.bin", STRINGS),
            ("xl/worksheets/sheet1.bin", &[BEFORE_CELLS, bytes].concat()),
        ])),
    }
});
