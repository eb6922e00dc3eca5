//! Members that are read in any order: spreadsheets, Parquet files, and what only looks like them.

use super::*;

const CONTENT_TYPES: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");

#[test]
fn spreadsheets_and_parquet_files_are_delivered_whole() {
    let book = zip(&[CONTENT_TYPES, ("xl/workbook.xml", b"<workbook/>")]);
    let parquet = b"PAR1\0\0\x15\0PAR1".to_vec();
    let archive = tar(&[("book.xlsx", &book), ("table.parquet", &parquet)]);
    for (seen, walked) in both(&archive, &Limits::default()) {
        assert_eq!((names(&seen), walked.damage), (vec!["book.xlsx", "table.parquet"], None));
        assert_eq!(
            (&seen[0].what, &seen[1].what),
            (&What::Tables(FileFormat::Xlsx, book.len()), &What::Tables(FileFormat::Parquet, parquet.len()))
        );
    }
    for (seen, _) in both(&book, &Limits::default()) {
        assert_eq!((&seen[0].what, &seen[0].compression[..]), (&What::Tables(FileFormat::Xlsx, book.len()), "none"));
    }
    for (seen, _) in both(&parquet, &Limits::default()) {
        assert_eq!(seen[0].what, What::Tables(FileFormat::Parquet, parquet.len()));
    }
    let limits = Limits { whole: 20, ..Limits::default() };
    let (seen, walked) = from_pipe(&archive, &limits);
    assert_eq!(names(&seen), ["table.parquet"], "which is small enough");
    assert!(walked.damage.expect("too large").what.contains("--max-whole"));
}

#[test]
fn other_documents_are_skipped_and_archives_that_begin_like_them_are_read() {
    let letter = zip(&[CONTENT_TYPES, ("word/document.xml", b"<document/>")]);
    let open = zip(&[("mimetype", b"application/vnd.oasis.opendocument.presentation"), ("content.xml", b"<a/>")]);
    for document in [letter, open] {
        for (seen, _) in both(&document, &Limits::default()) {
            assert!(seen.len() == 1 && matches!(seen[0].what, What::Skipped(_)), "{seen:?}");
        }
    }
    let archive = zip(&[("xl/list.csv", b"1,2\n")]);
    for (seen, _) in both(&archive, &Limits::default()) {
        assert_eq!(seen[0].text(), b"1,2\n");
    }
}

/// A compound file with one empty stream of this name.
fn compound(name: &str) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    header[30] = 9;
    // The first sector is the table, the second one the directory.
    header[48] = 1;
    for at in [60, 68] {
        header[at..at + 4].copy_from_slice(&0xffff_fffe_u32.to_le_bytes());
    }
    header[80..].fill(0xff);
    let mut table = vec![0xff; 512];
    table[..8].copy_from_slice(&[0xfd, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff]);
    let mut directory = vec![0; 512];
    let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    directory[..units.len()].copy_from_slice(&units);
    directory[66] = 2;
    [header, table, directory].concat()
}

#[test]
fn documents_of_old_office_are_known_by_their_streams() {
    for name in ["Workbook", "BOOK"] {
        for (seen, _) in both(&compound(name), &Limits::default()) {
            assert_eq!(seen[0].what, What::Tables(FileFormat::Xls, 1_536));
        }
    }
    for (name, said) in [
        ("WordDocument", "Word"),
        ("EncryptedPackage", "password"),
        ("__properties_version1.0", "Outlook message"),
        ("\u{5}HwpSummaryInformation", "Hangul"),
        ("Other", "document of Office"),
    ] {
        for (seen, walked) in both(&compound(name), &Limits::default()) {
            assert!(matches!(seen[0].what, What::Skipped(why) if why.contains(said)), "{name}: {seen:?}");
            assert_eq!(walked.skipped, 1);
        }
    }
    for (seen, _) in both(&compound("Workbook")[..700], &Limits::default()) {
        assert!(matches!(seen[0].what, What::Skipped(why) if why.contains("damaged")), "{seen:?}");
    }
}

#[test]
fn spreadsheets_of_other_writers_are_known() {
    let backslashes = zip(&[("[Content_Types].xml", b"<Types/>"), ("xl\\workbook.xml", b"<workbook/>")]);
    let binary = zip(&[CONTENT_TYPES, ("xl/workbook.bin", b"")]);
    let open = zip(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<a/>")]);
    for (file, format) in [(backslashes, FileFormat::Xlsx), (binary, FileFormat::Xlsb), (open, FileFormat::Ods)] {
        for (seen, _) in both(&file, &Limits::default()) {
            assert_eq!(seen[0].what, What::Tables(format, file.len()));
        }
    }
}

#[test]
fn records_are_delivered_as_a_stream() {
    let bson = b"\x0c\0\0\0\x10a\0\x01\0\0\0\0".repeat(3);
    let packed = gzip(&bson);
    for file in [&bson, &packed] {
        for (seen, walked) in both(file, &Limits::default()) {
            assert_eq!((&seen[0].what, walked.damage), (&What::Records(StreamFormat::Bson, bson.clone()), None));
        }
    }
}
